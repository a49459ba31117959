"""What a fact of each kind says: the thing itself as JSON, and in front of it what tills need to
agree on it.

``v`` is the format of its kind. What a newer till wrote, a kind, a format or a field that is not
known here, is kept as it came and looked at again by a newer program; what is known of it counts at
once. A new field of a thing inside a thing is a new format. Texts, whole numbers and times come
back exactly as they went.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

import msgspec

from terminal.cards import Card
from terminal.desk_tasks import Task
from terminal.entries import LedgerEntry
from terminal.ids import CardNumber, EntryId, MemberId, ReturnId, SaleId, derived_id
from terminal.journal import KINDS, MOVED, SEPARATOR
from terminal.members import Consent, Member
from terminal.online import OnlineOrder
from terminal.outbox import OutboxMessage
from terminal.ports import UnitOfWork
from terminal.programs.model import Program
from terminal.records import HeldBadge, Referral, TierGrant
from terminal.remotes import RemoteLink
from terminal.returns import PendingReturn, Return
from terminal.sales import Product, Sale
from terminal.stamps import Change
from terminal.vouchers import ValueEntry, Voucher, VoucherCode

FORMAT = 1
"""What this program writes, and the newest that it reads."""
MOMENT = timedelta(microseconds=1)
"""By which a refusal is put behind what it stands against."""


@dataclass(frozen=True, slots=True)
class Use:
    """A coupon was used in a sale; ``member_id`` "": by a guest."""

    code: str
    sale_id: str
    member_id: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What member and customer of an online store last agreed on."""

    store: str
    member_id: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far an online store was read."""

    store: str
    feed: str
    cursor: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the programme."""

    program: Program


class Head(msgspec.Struct, frozen=True, omit_defaults=True, rename={"version": "v"}):
    """What stands in front. ``stamp``: when it was last changed, and ``before`` the change that it
    replaced; of a member, since when all fields stand that ``changed`` does not name, which
    ``latest`` did now. ``knew``: the opposite answers that a consent or refusal came after.
    ``uses``: how often a voucher could be used when it was issued. ``turn``: how often a card went
    over to somebody else."""

    version: int = 0
    stamp: str = ""
    before: str = ""
    gone: bool = False
    changed: dict[str, tuple[str, str]] = {}
    latest: tuple[str, ...] = ()
    knew: tuple[str, ...] = ()
    uses: int | None = None
    turn: int = 0


class UnknownFactError(ValueError):
    """A newer till wrote it: a kind or a format that this program does not know."""


@dataclass(frozen=True, slots=True)
class Said:
    """A fact as it is understood here. ``thing`` None: it is gone. ``strange``: there is more in
    it than this program knows."""

    head: Head
    thing: Any
    strange: bool = False


_TYPES: dict[str, Any] = {
    "program": Version, "product": Product, "member": Member, "card": Card, "consent": Consent,
    "voucher": Voucher, "value": ValueEntry, "sale": Sale, "use": Use, "entry": LedgerEntry,
    "return": Return, "pending": PendingReturn, "order": OnlineOrder, "grant": TierGrant,
    "badge": HeldBadge, "referral": Referral, "link": RemoteLink, "agreed": Agreed,
    "cursor": Cursor, "message": OutboxMessage, "task": Task,
}  # fmt: skip
assert set(_TYPES) == set(KINDS)  # noqa: S101 - one list in two places
_things = {kind: msgspec.json.Decoder(of).decode for kind, of in _TYPES.items()}
_head = msgspec.json.Decoder(Head).decode
_names = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode
_HEAD_NAMES = frozenset(Head.__struct_encode_fields__)


_KNOWN = {
    kind: frozenset(field.name for field in fields(of)) | _HEAD_NAMES for kind, of in _TYPES.items()
}


def written(head: Head, thing: object) -> bytes:
    """The body of a fact."""
    front = _encode(msgspec.structs.replace(head, version=FORMAT))
    if thing is None:
        return front
    body = _encode(thing)
    return front[:-1] + b"," + body[1:] if len(body) > 2 else front


def read(kind: str, body: bytes) -> Said:
    """What a fact says. Raises UnknownFactError, and ValueError for what no till writes."""
    known = _KNOWN.get(kind)
    head = _head(body)
    if known is None or head.version > FORMAT:
        raise UnknownFactError(f"{kind} v{head.version}")
    strange = not _names(body).keys() <= known
    try:
        return Said(head, None if head.gone else _things[kind](body), strange)
    except msgspec.ValidationError as error:
        if kind != "program":
            raise
        raise UnknownFactError(str(error)) from error  # the rules of a newer program


# -- from the books ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """A fact to be told, before it has a number."""

    kind: str
    key: str
    member_id: str
    body: bytes


_STAMPED = frozenset(
    {
        "program",
        "product",
        "grant",
        "link",
        "agreed",
        "cursor",
        "message",
        "card",
        "voucher",
        "order",
    }
)
"""Kinds of which the later one wins as a whole."""
_STAMPED_WHEN_MOVED = frozenset({"sale"})
"""Kinds that hardly ever change: a stamp for each would be a waste."""
_DROPPED = frozenset({"use", "pending", "link", "card", "consent"})
"""Kinds whose disappearance is a fact."""


def subject(kind: str, key: str) -> str:
    """What the stamps of something are kept under."""
    return f"{kind}{SEPARATOR}{key}"


def make(
    uow: UnitOfWork, kind: str, key: str, changed: frozenset[str], tick: Callable[[], str]
) -> Made | None:
    """The fact of something as it is now; None where there is nothing to tell.

    ``changed`` are the fields of a member that did, ``tick`` gives a stamp. Raises ValueError for
    a key that PostgreSQL knows no text for.
    """
    if "\0" in key:
        raise ValueError(kind)
    if kind == "member":
        return _member(uow, MemberId(key), changed, tick)
    parts = key.split(SEPARATOR)
    thing = _GET[kind](uow, *parts)
    if thing is None and kind not in _DROPPED:
        return None
    head = Head(gone=thing is None)
    moved = kind in _STAMPED_WHEN_MOVED and MOVED in changed
    if kind in _STAMPED or moved or (kind == "consent" and thing is None):
        stamp = tick()
        before = uow.journal.changes(subject(kind, key)).get("", Change()).stamp
        uow.journal.put_change(subject(kind, key), "", Change(stamp, before))
        head = msgspec.structs.replace(head, stamp=stamp, before=before)
    if kind == "consent" and thing is not None:
        known = uow.journal.opposites_before(thing)
        for given in known:
            if not thing.granted and given.recorded_at >= thing.recorded_at:
                uow.members.put_consent(stands(thing, given))  # by a clock that was wrong
        head = Head(knew=tuple(sorted(each.id for each in known)))
    elif kind == "card" and thing is not None:
        head = msgspec.structs.replace(head, turn=turn_of(uow, thing))
    elif kind == "voucher" and thing.uses_left is not None:
        head = msgspec.structs.replace(head, uses=issued_uses(uow, thing))
    return Made(kind, key, _whose(thing), written(head, thing))


def issued_uses(uow: UnitOfWork, voucher: Voucher) -> int:
    """How often it could be used when it was issued; counted once, before two tills may have used
    it at once, and kept."""
    about = subject("voucher", voucher.code)
    kept = uow.journal.changes(about).get("uses")
    if kept is not None:
        return int(kept.stamp)
    issued = (voucher.uses_left or 0) + len(uow.journal.uses(voucher.code))
    uow.journal.put_change(about, "uses", Change(str(issued)))
    return issued


def turn_of(uow: UnitOfWork, card: Card) -> int:
    """How often a card went over to another member, as far as is known; counted when it does."""
    about = subject("card", card.number)
    kept = uow.journal.changes(about).get("holder")
    if kept is not None and kept.before == card.member_id:
        return int(kept.stamp)
    turn = 0 if kept is None else int(kept.stamp) + 1
    put_turn(uow, card, turn)
    return turn


def put_turn(uow: UnitOfWork, card: Card, turn: int) -> None:
    """Remember who has a card, and after how many others."""
    change = Change(str(turn), card.member_id)
    uow.journal.put_change(subject("card", card.number), "holder", change)


def stands(refused: Consent, given: Consent) -> Consent:
    """The refusal once more, behind a consent; every till derives the same."""
    key = derived_id("refused", refused.id, given.id)
    return replace(refused, id=key, recorded_at=given.recorded_at + MOMENT)


def _whose(thing: Any) -> str:  # noqa: ANN401 - any of them
    return getattr(thing, "member_id", None) or getattr(thing, "owner", None) or ""


def _member(
    uow: UnitOfWork, member_id: MemberId, changed: frozenset[str], tick: Callable[[], str]
) -> Made | None:
    member = uow.members.get(member_id)
    if member is None:
        return None
    about = subject("member", member_id)
    known = dict(uow.journal.changes(about))
    names = changed if "" not in changed or "" not in known else changed - {""}
    for name in sorted(names):
        before = known.get(name, known.get("", Change()))
        known[name] = Change(tick(), before.stamp)
        uow.journal.put_change(about, name, known[name])
    head = Head(
        stamp=known.get("", Change()).stamp,
        changed={n: (c.stamp, c.before) for n, c in sorted(known.items()) if n},
        latest=tuple(sorted(names - {""})),
    )
    return Made("member", member_id, member_id, written(head, member))


def _version(uow: UnitOfWork, code: str, version: str) -> Version | None:
    found = uow.programs.version(code, int(version))
    return None if found is None else Version(found)


def _use(uow: UnitOfWork, code: str, sale_id: str) -> Use | None:
    used = uow.journal.uses(code)
    return Use(code, sale_id, used[sale_id]) if sale_id in used else None


def _agreed(uow: UnitOfWork, store: str, member_id: str) -> Agreed | None:
    found = uow.sync.agreed(store, MemberId(member_id))
    return None if found is None else Agreed(store, member_id, found)


def _cursor(uow: UnitOfWork, store: str, feed: str) -> Cursor | None:
    found = uow.sync.cursor(store, feed)
    return None if found is None else Cursor(store, feed, found)


def _message(uow: UnitOfWork, key: str) -> OutboxMessage | None:
    found = uow.outbox.get(key)
    return None if found is None else replace(found, number=0)


_GET: dict[str, Callable[..., Any]] = {
    "program": _version,
    "product": lambda uow, sku: uow.journal.product(sku),
    "card": lambda uow, number: uow.journal.card(CardNumber(number)),
    "consent": lambda uow, key: uow.journal.consent(key),
    "voucher": lambda uow, code: uow.vouchers.get(VoucherCode(code)),
    "value": lambda uow, key: uow.journal.value_entry(key),
    "sale": lambda uow, key: uow.sales.get(SaleId(key)),
    "use": _use,
    "entry": lambda uow, key: uow.ledger.get(EntryId(key)),
    "return": lambda uow, key: uow.sales.get_return(ReturnId(key)),
    "pending": lambda uow, key: uow.journal.pending(key),
    "order": lambda uow, store, remote_id: uow.sales.get_order(store, remote_id),
    "grant": lambda uow, key: uow.journal.grant(key),
    "badge": lambda uow, member_id, badge: uow.journal.badge(MemberId(member_id), badge),
    "referral": lambda uow, friend: uow.referrals.of_friend(MemberId(friend)),
    "link": lambda uow, store, kind, local_id: uow.sync.link(store, kind, local_id),
    "agreed": _agreed,
    "cursor": _cursor,
    "message": _message,
    "task": lambda uow, key: uow.tasks.get(key),
}
