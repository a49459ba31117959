"""Between our types and the two that SQLite keeps: whole numbers and text."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import msgspec

from terminal.ledger import Lot, Part
from terminal.online import OnlineRefund, OrderLine
from terminal.programs.model import Program
from terminal.sales import PLAIN, Applied, Goods, Tender
from terminal.shares import ReturnLine
from terminal.slips import Slip

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_encode = msgspec.json.Encoder().encode
_parts = msgspec.json.Decoder(tuple[Part, ...]).decode
_lots = msgspec.json.Decoder(tuple[Lot, ...]).decode
_applied = msgspec.json.Decoder(tuple[Applied, ...]).decode
_texts = msgspec.json.Decoder(tuple[str, ...]).decode
_return_lines = msgspec.json.Decoder(tuple[ReturnLine, ...]).decode
_tenders = msgspec.json.Decoder(tuple[Tender, ...]).decode
_order_lines = msgspec.json.Decoder(tuple[OrderLine, ...]).decode
_order_refunds = msgspec.json.Decoder(tuple[OnlineRefund, ...]).decode
_slip = msgspec.json.Decoder(Slip).decode
_program = lru_cache(maxsize=256)(msgspec.json.Decoder(Program).decode)
_one_program = threading.Lock()


def micros(moment: datetime) -> int:
    """Microseconds since 1970 of an aware time; a naive one is refused (TypeError)."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(value: int) -> datetime:
    """The aware UTC time of these microseconds."""
    return _EPOCH + timedelta(microseconds=value)


def micros_or_none(value: datetime | None) -> int | None:
    """``micros``, where there may be none."""
    return None if value is None else micros(value)


def moment_or_none(value: int | None) -> datetime | None:
    """``moment``, where there may be none."""
    return None if value is None else moment(value)


def to_json(value: object) -> str:
    """JSON of a tuple of our frozen types, or of one of them."""
    return _encode(value).decode()


def id_list(ids: Sequence[str]) -> str:
    """A list for SQLite's ``json_each``."""
    return _encode(ids).decode()


def parts(text: str) -> tuple[Part, ...]:
    """Parts of an entry."""
    return _parts(text) if text != "[]" else ()


def lots(text: str) -> tuple[Lot, ...]:
    """Lots of an account."""
    return _lots(text)


def tenders(text: str) -> tuple[Tender, ...]:
    """Tenders of a sale."""
    return _tenders(text)


def order_lines(text: str) -> tuple[OrderLine, ...]:
    """Lines of an online order."""
    return _order_lines(text)


def order_refunds(text: str) -> tuple[OnlineRefund, ...]:
    """Refunds of an online order."""
    return _order_refunds(text) if text != "[]" else ()


def codes(text: str) -> tuple[str, ...]:
    """Codes used in an online order."""
    return _texts(text) if text != "[]" else ()


def slip(text: str) -> Slip:
    """A slip as it was made."""
    return _slip(text)


def program(text: str) -> Program:
    """A programme version; the same object for the same text, in every thread."""
    with _one_program:
        return _program(text)


def texts(text: str) -> tuple[str, ...]:
    """Names in a list."""
    return _texts(text) if text != "[]" else ()


def offers(text: str) -> tuple[Applied, ...]:
    """What was applied in a sale."""
    return _applied(text) if text != "[]" else ()


def return_lines(text: str) -> tuple[ReturnLine, ...]:
    """What came back; nothing told: the whole sale."""
    return _return_lines(text) if text != "[]" else ()


@lru_cache(maxsize=4096)
def goods(category: str, brand: str, tags: str, tax: int, fixed: int, kind: str) -> Goods:
    """What rules go by; the one plain object where there is nothing."""
    found = Goods(category, brand, texts(tags), tax, fixed, kind)
    return PLAIN if found == PLAIN else found


def goods_columns(of: Goods) -> dict[str, object]:
    """The same as columns."""
    return {
        "category": of.category,
        "brand": of.brand,
        "tags": to_json(of.tags) if of.tags else "[]",
        "tax": of.tax,
        "fixed": of.fixed,
        "kind": of.kind,
    }
