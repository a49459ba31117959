"""Entries for the books in one line each, and a database that holds nothing but them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from terminal.books.folding import Fold
from terminal.books.revenue import Estimate
from terminal.books.rolling import roll
from terminal.ids import EntryId, MemberId, StaffId, TillCode
from terminal.ledger import EntryKind, LedgerEntry
from terminal.staff import Role, Staff

ATHENS = ZoneInfo("Europe/Athens")
K = EntryKind
YEAR_1, YEAR_2, YEAR_3 = date(2026, 1, 1), date(2027, 1, 1), date(2028, 1, 1)


def local(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), ATHENS).astimezone(UTC)


def midnight(day: date) -> datetime:
    return local(day, 0)


def entry(n: int, kind: EntryKind, points: int, day: date, **more) -> LedgerEntry:
    """The n-th entry of a story, at noon of ``day`` unless ``at`` says otherwise."""
    at = more.pop("at", None) or local(day)
    return LedgerEntry(
        id=EntryId(f"e{n:05}"),
        member_id=MemberId(more.pop("member", "m")),
        kind=kind,
        points=points,
        decided_at=at,
        till=TillCode(more.pop("till", "T1")),
        seq=n,
        currency=more.pop("currency", "EUR"),
        source_id=more.pop("source", f"s{n}"),
        **more,
    )


def estimate(rate_bp: int, value: int = 100, block: int = 1, **more) -> Estimate:
    return Estimate(rate_bp=rate_bp, basis="as given", block=block, value=value, **more)


def position(entries, day: date):
    """How it stood at the beginning of ``day``, as far as these entries tell."""
    books, at = Fold(ATHENS, "EUR"), midnight(day)
    for each in sorted(entries, key=lambda e: e.order):
        if each.decided_at < at:
            books.take(each)
    return books.position(at)


@dataclass
class Entries:
    """A database for bookkeeping, in memory; ``entries`` may be added to at any time."""

    entries: list[LedgerEntry] = field(default_factory=list)
    program: object | None = None
    people: dict[StaffId, Staff] = field(default_factory=dict)

    @contextmanager
    def read(self) -> Iterator["Entries"]:
        yield self

    @property
    def ledger(self) -> "Entries":
        return self

    programs = staff = ledger

    def between(self, since: datetime, until: datetime) -> Iterator[LedgerEntry]:
        for each in sorted(self.entries, key=lambda e: e.order):
            if since <= each.decided_at < until:
                yield each

    def at(self, _moment: datetime):
        return self.program

    def get(self, staff_id: StaffId) -> Staff | None:
        return self.people.get(staff_id)

    def hire(self, staff_id: str, name: str) -> None:
        self.people[StaffId(staff_id)] = Staff(StaffId(staff_id), name, Role.CASHIER, "")


FIRST = date(2025, 11, 1)
_LAPSES = (None, 40, 90, 400)
_CREDITS = (K.EARN, K.EARN, K.BONUS, K.ADJUST, K.ROLLBACK)
_DEBITS = (K.REDEEM, K.REDEEM, K.CLAWBACK, K.EXPIRE, K.ADJUST, K.DONATE)


@st.composite
def histories(draw) -> list[LedgerEntry]:
    """Any entries of three members at two tills over a year and a half, in order or not."""
    made: list[LedgerEntry] = []
    for _ in range(draw(st.integers(0, 25))):
        day = FIRST + timedelta(days=draw(st.integers(0, 500)))
        points = draw(st.integers(1, 1000))
        common = {
            "till": draw(st.sampled_from(["T1", "T2"])),
            "cashier_id": draw(st.sampled_from([None, "anna", "maria"])),
        }
        named = draw(st.sampled_from([None, *(e.id for e in made)]))
        what = draw(st.sampled_from(["credit", "credit", "debit", "transfer", "release"]))
        member = draw(st.sampled_from("abc"))
        if what == "credit":
            made.append(_credit(draw, len(made), points, day, member, named, common))
        elif what == "debit":
            kind = draw(st.sampled_from(_DEBITS))
            made.append(
                entry(len(made), kind, -points, day, member=member, reverses=named, **common)
            )
        elif what == "transfer":
            source = f"t{len(made)}"
            made.append(
                entry(len(made), K.TRANSFER, -points, day, member=member, source=source, **common)
            )
            made.append(
                entry(len(made), K.TRANSFER, points, day, member="d", source=source, **common)
            )
        else:
            made.append(entry(len(made), K.RELEASE, 0, day, member=member, reverses=named))
    return draw(st.permutations(made)) if made else made


def _credit(draw, n, points, day, member, named, common) -> LedgerEntry:
    days = draw(st.sampled_from(_LAPSES))
    kept = days is not None and draw(st.booleans())
    kind = draw(st.sampled_from(_CREDITS))
    lapse = None if days is None else midnight(day + timedelta(days=days))
    return entry(
        n, kind, points, day, member=member, lapses_at=lapse,
        keeps_until=lapse if kept else None,
        basis=draw(st.integers(0, 100_000)) if kind is K.EARN else None,
        reverses=named if kind is K.ROLLBACK else None,
        held=draw(st.booleans()) if kind is K.BONUS else False,
        **common,
    )  # fmt: skip


def total(buckets) -> int:
    return sum(Counter(buckets).values())


def report(entries, start, end, rate_bp, opening=None, **more):
    return roll(
        position(entries, start), position(entries, end), estimate(rate_bp, **more), "EUR", opening
    )
