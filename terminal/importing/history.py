"""History rows: one movement of points each, with its sign and its cause."""

from dataclasses import dataclass
from datetime import datetime

from terminal.folding import fold
from terminal.importing.mapping import Kind, Mapping, used
from terminal.importing.numbers import minor_units, whole_number
from terminal.importing.problems import BadValue, ImportStopped, RowRefused
from terminal.importing.reading import Record, Shape
from terminal.importing.rows import Cells, Place, digest_of, past_moment
from terminal.importing.values import read_cards, read_email, read_phone
from terminal.ledger import EntryKind

_KINDS: dict[Kind, str] = {
    "earn": "earn earned accrual purchase sale buy collect collected αγορα συλλογη κερδος πωληση"
    " покупка натрупване спечелени vasarlas gyujtes jovairas zakup naliczenie sprzedaz רכישה"
    " צבירה קניה",
    "redeem": "redeem redeemed redemption spend spent burn use used εξαργυρωση χρηση εξοδο"
    " използване изразходване осребряване bevaltas felhasznalas realizacja wymiana wykorzystanie"
    " מימוש ניצול",
    "bonus": "bonus welcome gift campaign μπονους δωρο бонус подарък ajandek premia prezent"
    " בונוס מתנה",
    "adjust": "adjust adjustment correction manual διορθωση корекция korrekcio korekta תיקון התאמה",
    "expire": "expire expired expiry lapse lapsed ληξη εληξαν изтекли изтичане lejart lejarat"
    " wygasniecie wygasle פקיעה",
    "clawback": "clawback return refund returned reversal cancel επιστροφη ακυρωση връщане"
    " сторно visszaru visszavet sztorno zwrot storno anulowanie החזרה זיכוי ביטול",
}
_BY_WORD = {fold(word): kind for kind, words in _KINDS.items() for word in words.split()}
_SIGN: dict[Kind, int] = {"earn": 1, "bonus": 1, "redeem": -1, "expire": -1, "clawback": -1}


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One movement. ``token`` names the member as ``MemberRow.tokens`` does; ``amount`` in minor
    units or None; ``points`` are never zero."""

    line: int
    token: str
    at: datetime
    kind: EntryKind
    points: int
    amount: int | None
    reference: str
    digest: str


class HistoryReader:
    """Makes history rows of records."""

    def __init__(self, shape: Shape, mapping: Mapping, place: Place) -> None:
        wanted = mapping.history
        columns = used(wanted.columns)
        for field in ("member", "date", "points"):
            if field not in columns:
                raise ImportStopped(
                    path=str(shape.path), problem=f"history.columns.{field} is not set"
                )
        self._cells = Cells(shape, columns, wanted.file.empty)
        self._wanted, self._place = wanted, place
        self._by = wanted.by or ("number" if mapping.columns.number else "card")

    def read(self, record: Record) -> HistoryRow | None:
        """None for a row that moved no points. Raises RowRefused."""
        cells, file, place = self._cells, self._wanted.file, self._place
        cells.check(record)
        for field in ("member", "date"):
            if not cells.text(record, field):
                raise RowRefused(f"no_{field}", getattr(self._wanted.columns, field))
        points = cells.read(record, "points", lambda text: whole_number(text, file.decimal)) or 0
        kind = cells.read(record, "kind", self._kind) or ("earn" if points > 0 else "redeem")
        if points == 0 or kind == "ignore":
            return None
        return HistoryRow(
            line=record.line,
            token=cells.read(record, "member", self._token) or "",
            at=cells.read(record, "date", lambda text: past_moment(text, file, place)) or place.now,
            kind=EntryKind(kind),
            points=self._signed(record, kind, points),
            amount=cells.read(
                record, "amount", lambda text: minor_units(text, place.currency, file.decimal)
            ),
            reference=cells.text(record, "reference"),
            digest=digest_of(record.values),
        )

    def _kind(self, text: str) -> Kind:
        told = self._wanted.kinds.get(text) or _BY_WORD.get(fold(text))
        if told is None:
            raise BadValue("unknown_kind")
        return told

    def _signed(self, record: Record, kind: Kind, points: int) -> int:
        """Many systems write what was spent without a minus; none earns a negative number."""
        sign = _SIGN.get(kind, 0)
        if sign > 0 > points:
            value = self._cells.text(record, "points")
            raise RowRefused("negative_earning", self._wanted.columns.points, value)
        return -abs(points) if sign < 0 else points

    def _token(self, text: str) -> str:
        if self._by == "number":
            return f"n:{text}"
        if self._by == "phone":
            return f"p:{read_phone(text, self._place.country)}"
        if self._by == "email":
            return f"e:{read_email(text)}"
        cards = read_cards(text)
        if len(cards) != 1:
            raise BadValue("bad_card")
        return f"c:{cards[0]}"
