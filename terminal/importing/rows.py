"""Rows: what one line of a file says of a member or of their history, read and checked.

Nothing is looked up here: a row is right or wrong by itself.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import TypeVar

from terminal.ids import CardNumber
from terminal.importing.dates import end_of_day, read_birthday, read_day, read_moment
from terminal.importing.mapping import Columns, FileFormat, Mapping, used
from terminal.importing.numbers import minor_units, whole_number
from terminal.importing.problems import BadValue, ImportStopped, RowRefused
from terminal.importing.reading import Record, Shape
from terminal.importing.values import (
    read_answer,
    read_cards,
    read_email,
    read_language,
    read_phone,
    split_name,
)
from terminal.members import Purpose

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and when rows are read: the shop's country, zone, currency and language."""

    country: str
    zone: tzinfo
    currency: str
    language: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A member as a line tells of one. ``points`` None: no balance told. ``spend`` in minor units.

    ``key`` is what the row is known by ever after; ``dropped`` are values that could not be read
    and were left out, as the policy says.
    """

    line: int
    key: str
    digest: str
    number: str = ""
    given_name: str = ""
    family_name: str = ""
    call_name: str = ""
    phone: str = ""
    email: str = ""
    cards: tuple[CardNumber, ...] = ()
    birthday: str = ""
    language: str = ""
    joined_at: datetime | None = None
    points: int | None = None
    lapses_at: datetime | None = None
    tier: str = ""
    segments: tuple[str, ...] = ()
    spend: int = 0
    note: str = ""
    answers: tuple[tuple[Purpose, bool], ...] = ()
    answered_at: datetime | None = None
    dropped: tuple[RowRefused, ...] = ()

    @property
    def tokens(self) -> dict[str, str]:
        """What others may know this member by: kind and value, as history names members."""
        found = {"number": self.number, "phone": self.phone, "email": self.email}
        tokens = {f"{kind[0]}:{value}": kind for kind, value in found.items() if value}
        return {**tokens, **{f"c:{card}": "card" for card in self.cards}}


class Cells:
    """The cells of a file by field. Raises ImportStopped for a column that is not there."""

    def __init__(self, shape: Shape, columns: dict[str, Columns], empty: Columns) -> None:
        self._names = columns
        self._places = {
            field: tuple(_place(shape, name) for name in names) for field, names in columns.items()
        }
        self._width, self._empty = len(shape.header), frozenset(empty)

    def check(self, record: Record) -> None:
        """Raises RowRefused for a row that is no row of this table."""
        if record.torn:
            raise RowRefused("torn_quotes")
        beyond = any(value.strip() for value in record.values[self._width :])
        if len(record.values) < self._width or beyond:
            raise RowRefused("wrong_width", found=len(record.values), expected=self._width)
        for field, places in self._places.items():
            for name, place in zip(self._names[field], places, strict=True):
                if "\ufffd" in record.values[place]:
                    raise RowRefused("unreadable", name, record.values[place])

    def all(self, record: Record, field: str) -> list[tuple[str, str]]:
        """Column and value of each cell of a field that is not empty."""
        places = zip(self._names.get(field, ()), self._places.get(field, ()), strict=True)
        cells = ((name, record.values[place].strip()) for name, place in places)
        return [(name, value) for name, value in cells if value and value not in self._empty]

    def text(self, record: Record, field: str) -> str:
        """The value of a field of one column."""
        return next((value for _name, value in self.all(record, field)), "")

    def read(self, record: Record, field: str, reader: Callable[[str], T]) -> T | None:
        """The value as ``reader`` makes it, None for none. Raises RowRefused."""
        for name, value in self.all(record, field):
            return _read(name, value, reader)
        return None


def _read(name: str, value: str, reader: Callable[[str], T]) -> T:
    try:
        return reader(value)
    except BadValue as bad:
        raise RowRefused(bad.code, name, value, **bad.details) from bad


def _place(shape: Shape, name: str) -> int:
    found = [place for place, header in enumerate(shape.header) if header == name.strip()]
    if len(found) != 1:
        problem = "there is no column" if not found else "there are several columns"
        raise ImportStopped(
            path=str(shape.path),
            problem=f"{problem} {name!r}; the columns are: {', '.join(shape.header)}",
        )
    return found[0]


class MemberReader:
    """Makes member rows of records."""

    def __init__(self, shape: Shape, mapping: Mapping, place: Place) -> None:
        self._cells = Cells(shape, used(mapping.columns), mapping.file.empty)
        self._mapping, self._place, self._format = mapping, place, mapping.file

    def read(self, record: Record) -> MemberRow:
        """Raises RowRefused."""
        cells = self._cells
        cells.check(record)
        dropped: list[RowRefused] = []
        row = MemberRow(
            line=record.line, key="", digest=digest_of(record.values),
            number=cells.text(record, "number"), call_name=cells.text(record, "call_name"),
            cards=self._cards(record), note=cells.text(record, "note"),
            points=cells.read(record, "points", self._whole),
            lapses_at=cells.read(record, "lapses", self._lapse),
            tier=cells.text(record, "tier"), segments=self._segments(record),
            spend=cells.read(record, "spend", self._money) or 0,
            answers=self._answers(record),
            answered_at=cells.read(record, "consent_date", self._past),
        )  # fmt: skip
        row = self._named(record, self._contact(record, row, dropped))
        return replace(row, key=_key(row), dropped=tuple(dropped))

    def _contact(self, record: Record, row: MemberRow, dropped: list[RowRefused]) -> MemberRow:
        """The values that a shop may rather lose than the whole row."""

        def mild(field: str, reader: Callable[[str], T]) -> T | None:
            try:
                return self._cells.read(record, field, reader)
            except RowRefused as refused:
                if self._mapping.policy.bad_values == "refuse":
                    raise
                dropped.append(refused)
                return None

        place, order = self._place, self._format.dates
        today = place.now.astimezone(place.zone).date()
        return replace(
            row,
            phone=mild("phone", lambda text: read_phone(text, place.country)) or "",
            email=mild("email", read_email) or "",
            birthday=mild("birthday", lambda text: read_birthday(text, today, order)) or "",
            language=mild("language", self._language) or place.language,
            joined_at=mild("joined", self._past),
        )

    def _named(self, record: Record, row: MemberRow) -> MemberRow:
        given = self._cells.text(record, "given_name")
        family = self._cells.text(record, "family_name")
        whole = self._cells.text(record, "name")
        if whole and not (given or family):
            first = self._mapping.name_order == "family_first" or row.language == "hu"
            given, family = split_name(whole, family_first=first)
        if not (given or family):
            raise RowRefused("no_name")
        return replace(row, given_name=given, family_name=family)

    def _cards(self, record: Record) -> tuple[CardNumber, ...]:
        cells = self._cells.all(record, "cards")
        found = [card for name, value in cells for card in _read(name, value, read_cards)]
        return tuple(dict.fromkeys(found))

    def _segments(self, record: Record) -> tuple[str, ...]:
        cells = self._cells.all(record, "segments")
        pieces = [piece.strip() for _name, value in cells for piece in value.split(";")]
        return tuple(dict.fromkeys(piece for piece in pieces if piece))

    def _answers(self, record: Record) -> tuple[tuple[Purpose, bool], ...]:
        answers = []
        for purpose in Purpose:
            answer = self._cells.read(record, f"consent_{purpose.value}", read_answer)
            if answer is not None:
                answers.append((purpose, answer))
        if dict(answers).get(Purpose.PROGRAMME) is True:
            return tuple(answers)
        if "consent_programme" in used(self._mapping.columns):
            raise RowRefused("no_consent", self._mapping.columns.consent_programme)
        return ((Purpose.PROGRAMME, True), *answers)

    def _whole(self, text: str) -> int:
        return whole_number(text, self._format.decimal)

    def _money(self, text: str) -> int:
        return minor_units(text, self._place.currency, self._format.decimal)

    def _lapse(self, text: str) -> datetime:
        return end_of_day(read_day(text, self._format.dates), self._place.zone)

    def _past(self, text: str) -> datetime:
        return past_moment(text, self._format, self._place)

    def _language(self, text: str) -> str:
        return read_language(text, dict(self._mapping.languages))


def past_moment(text: str, file: FileFormat, place: Place) -> datetime:
    """A moment that is over. Raises BadValue."""
    moment = read_moment(text, place.zone, file.dates)
    if moment > place.now:
        raise BadValue("in_the_future")
    return moment


def digest_of(values: tuple[str, ...]) -> str:
    """What tells a row from a changed one: its values, spaces around them left out."""
    told = "\x1f".join(value.strip() for value in values).rstrip("\x1f")
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]


def _key(row: MemberRow) -> str:
    for kind, value in (("n", row.number), ("c", next(iter(row.cards), "")),
                        ("p", row.phone), ("e", row.email)):  # fmt: skip
        if value:
            return f"{kind}:{value}"
    raise RowRefused("nothing_to_know_by")
