"""The accountant's quarter: the worked example of ``docs/books.md`` as it stands there, periods
that were signed off, the files that come out, and a real ledger against its members' balances."""

from __future__ import annotations

import argparse
import csv
import io
import shlex
import tracemalloc
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from terminal.books.closing import PeriodFiles
from terminal.commands import books as command
from terminal.errors import DatabaseBroken
from terminal.ids import StaffId
from terminal.programs import Redemption
from terminal.programs.starter import starter_program
from terminal.services.bookkeeping import Bookkeeping
from terminal.services.models import Till
from tests.shop import open_shop
from tests.unit.bookish import Entries, K, entry, estimate, midnight

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "books.md").read_text("utf-8")
Q1, Q2, Q3 = date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)
TILL = Till(
    code="T1", name="Till 1", shop="Elia Deli", address="", country="GR", language="en",
    currency="EUR", card_prefix="2950",
)  # fmt: skip
PROGRAM = replace(
    starter_program("EUR", datetime(2025, 1, 1, tzinfo=UTC)),
    redemption=Redemption(block=100, value=500, minimum=100),
)
WHAT = {
    "sale": K.EARN, "welcome": K.BONUS, "redeemed": K.REDEEM, "returned": K.CLAWBACK,
    "lapsed": K.EXPIRE, "donated": K.DONATE,
}  # fmt: skip


class Office:
    """Where an accountant sits: entries, a folder for signed-off periods, and the command."""

    def __init__(self, folder: Path) -> None:
        self.shop = Entries(program=PROGRAM)
        self.shop.hire("anna", "Anna")
        self.shop.hire("maria", "Maria")
        self.folder = folder
        self.today = datetime(2026, 7, 2, 9, tzinfo=UTC)

    def add(self, kind, points: int, day: date, **more) -> None:
        self.shop.entries.append(entry(len(self.shop.entries), kind, points, day, **more))

    def service(self) -> Bookkeeping:
        closed = PeriodFiles(self.folder / "books")
        return Bookkeeping(self.shop, TILL, lambda: self.today, closed)

    def ask(self, line: str, code: int = 0) -> str:
        """What ``main.py`` would say to ``books`` and these arguments."""
        said: list[str] = []
        args = self.arguments(shlex.split(line))
        assert command.run(args, self.shop, TILL, said.append, clock=lambda: self.today) == code
        return "\n".join(said)

    def arguments(self, words: list[str]) -> argparse.Namespace:
        top = argparse.ArgumentParser()
        parser = command.add_arguments(top.add_subparsers())
        parser.set_defaults(data=str(self.folder), demo=False)
        return top.parse_args(["books", *words])


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


# -- the example of the docs -----------------------------------------------------------------------


def write_down(office: Office, row: str) -> None:
    """A row of a table of the docs: day, till, cashier, member, what, points, price, last day."""
    day, till, cashier, member, what, points, price, last = (
        cell.strip() for cell in row.strip("|").split("|")
    )
    lapse = midnight(date.fromisoformat(last) + timedelta(days=1)) if last else None
    named = [e.id for e in office.shop.entries if e.member_id == member and e.points > 0]
    office.add(
        WHAT[what], int(points.replace("−", "-")), date.fromisoformat(day), till=till,
        cashier_id=StaffId(cashier.lower()), member=member, lapses_at=lapse,
        reverses=named[-1] if what in ("returned", "lapsed") else None,
        basis=int(price.replace(".", "")) if price else None,
    )  # fmt: skip


def test_the_worked_example_comes_out_as_it_is_written(office: Office) -> None:
    pieces = DOC.split("```")
    shown = 0
    for number, piece in enumerate(pieces):
        if number % 2 == 0:
            for row in piece.splitlines():
                if row.startswith("| 2026-"):
                    write_down(office, row)
        elif piece.startswith("console\n$ main.py books "):
            asked, _newline, expected = piece.removeprefix("console\n$ main.py books ").partition(
                "\n"
            )
            until = date.fromisoformat(shlex.split(asked)[2])
            office.today = datetime.combine(until + timedelta(days=1), time(9), UTC)
            assert office.ask(asked) == expected.rstrip()
            shown += 1
    assert shown == 3
    assert len(office.shop.entries) == 11


# -- periods ---------------------------------------------------------------------------------------


@pytest.fixture
def busy(office: Office) -> Office:
    """A shop with two quarters behind it."""
    office.add(K.EARN, 1000, date(2026, 1, 10), basis=100_000, cashier_id=StaffId("anna"))
    office.add(K.REDEEM, -300, date(2026, 2, 1), cashier_id=StaffId("anna"))
    office.add(K.EARN, 500, date(2026, 5, 1), basis=50_000, cashier_id=StaffId("maria"))
    office.add(K.REDEEM, -200, date(2026, 6, 1), till="T2", cashier_id=StaffId("gone"))
    return office


def test_a_signed_period_stays_as_it_was_whatever_becomes_known(busy: Office) -> None:
    said = busy.ask("period 2026-01-01 2026-04-01 --rate 80 --sign-off Accountant")
    assert "Signed off by Accountant" in said
    busy.add(K.EARN, 70, date(2026, 3, 31), basis=7_000)
    assert busy.ask("period 2026-01-01 2026-04-01 --rate 10") == said
    signed = busy.service().signed(Q1, Q2)
    after = busy.service().roll_forward(Q2, Q3, estimate(8000, value=500, block=100))
    assert signed is not None
    assert after.opening == signed.roll.closing
    assert after.points_opening == signed.roll.points_closing
    assert after.points["prior"] == {"never": 70}
    assert after.money["prior"] > 0


def test_a_record_read_back_is_the_record_that_was_kept(busy: Office) -> None:
    kept = busy.service().sign_off(Q1, Q2, estimate(8000), "Accountant")
    again = busy.service().signed(Q1, Q2)
    assert again is not None
    assert again.roll == kept.roll
    assert list(again.journal) == list(kept.journal)


def test_periods_are_signed_off_one_after_the_other(busy: Office) -> None:
    busy.ask("period 2026-01-01 2026-04-01 --rate 80 --sign-off Accountant")
    beyond = busy.ask("period 2026-05-01 2026-07-01 --rate 80 --sign-off Accountant", code=2)
    assert beyond == "The next period to sign off begins on 2026-04-01."
    within = busy.ask("period 2026-02-01 2026-07-01 --rate 80", code=2)
    assert within.startswith("Periods up to 2026-04-01 are signed off")
    early = busy.ask("period 2026-04-01 2026-08-01 --rate 80 --sign-off Accountant", code=2)
    assert early == "This period is not over yet; it can be signed off then."
    looked = busy.ask("period 2026-05-01 2026-07-01 --rate 80")
    assert "The period before was not signed off" in looked, "looking is allowed"


def test_a_period_is_signed_once_and_a_broken_record_is_said(busy: Office) -> None:
    period = busy.service().sign_off(Q1, Q2, estimate(8000), "Accountant")
    files = PeriodFiles(busy.folder / "books")
    with pytest.raises(DatabaseBroken):
        files.put(period)
    [path] = (busy.folder / "books").iterdir()
    path.write_text("{", "utf-8")
    with pytest.raises(DatabaseBroken):
        files.all()


def test_without_a_place_nothing_is_signed_and_nothing_was(busy: Office) -> None:
    books = Bookkeeping(busy.shop, TILL, lambda: busy.today)
    assert books.signed(Q1, Q2) is None
    assert not books.roll_forward(Q1, Q2, estimate(8000)).continues
    with pytest.raises(ValueError, match="no place"):
        books.sign_off(Q1, Q2, estimate(8000), "Accountant")
    with pytest.raises(ValueError, match="ends after"):
        books.roll_forward(Q2, Q1, estimate(8000))


# -- what is expected ------------------------------------------------------------------------------


def test_experience_is_the_basis_where_no_rate_is_given(busy: Office) -> None:
    busy.add(K.EXPIRE, -90, date(2026, 6, 2))
    busy.add(K.ADJUST, -10, date(2026, 6, 3))
    busy.add(K.ADJUST, 500, date(2026, 6, 3))
    busy.add(K.ROLLBACK, 100, date(2026, 6, 4))
    busy.add(K.REDEEM, -5_000, date(2025, 6, 30), member="long ago")
    said = busy.ask("period 2026-04-01 2026-07-01")
    assert (
        "80.00 % (experience of 12 months: 400 points redeemed, 90 expired, 10 written off)" in said
    )
    assert "Members who redeemed more than they had: 1." in said


def test_what_is_missing_is_asked_for(busy: Office) -> None:
    young = busy.ask("period 2026-03-01 2026-04-01 --months 1", code=2)
    assert young.startswith("No points came to an end in 1 months")
    assert "up to 100" in busy.ask("period 2026-01-01 2026-04-01 --rate 100.01", code=2)
    for worth in ("100", "0=1", "x=1", "100=", "100=1.001", "100=-1", "100=nan"):
        said = busy.ask(f"period 2026-01-01 2026-04-01 --rate 80 --value {worth}", code=2)
        assert "Write it as 100=1.00" in said
    busy.shop.program = replace(PROGRAM, redemption=None)
    assert "--value" in busy.ask("period 2026-01-01 2026-04-01 --rate 80", code=2)
    busy.shop.program = None
    assert "--value" in busy.ask("period 2026-01-01 2026-04-01 --rate 80", code=2)
    assert "10 points are worth 0.50 EUR; tax in prices: 24.00 %." in busy.ask(
        "period 2026-01-01 2026-04-01 --rate 80 --value 10=0.5 --vat 24"
    )
    assert busy.ask("days 2026-04-01 2026-04-01", code=2).startswith("The last day")


@pytest.mark.parametrize("wrong", ["--rate x", "--rate -1", "--rate 1.234", "--months 0"])
def test_what_is_no_number_is_refused_with_the_usage(busy: Office, wrong: str, capsys) -> None:
    with pytest.raises(SystemExit):
        busy.arguments(["period", "2026-01-01", "2026-04-01", *wrong.split()])
    assert wrong.split()[0] in capsys.readouterr().err


# -- files -----------------------------------------------------------------------------------------


def rows_of(path: Path) -> list[dict[str, str]]:
    text = path.read_bytes().decode("utf-8")
    assert text.startswith("\ufeff"), "a spreadsheet needs the mark"
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_spreadsheet_adds_up_to_the_cent(busy: Office) -> None:
    names = busy.folder / "accounts.toml"
    names.write_text('issued = "=4010 Έσοδα"\n', "utf-8")
    path = busy.folder / "books.csv"
    said = busy.ask(f"period 2026-01-01 2026-07-01 --rate 80 --csv '{path}' --accounts '{names}'")
    assert f"Written to {path}." in said
    rows = rows_of(path)
    lines = [row for row in rows if row["section"] == "liability"]
    cents = [int(row["amount"].replace(".", "")) for row in lines]
    assert (lines[0]["line"], lines[-1]["line"]) == ("opening", "closing")
    assert sum(cents[:-1]) == cents[-1] > 0
    journal = [row for row in rows if row["section"] == "journal"]
    debit, credit = (
        sum(int((row[side] or "0").replace(".", "")) for row in journal)
        for side in ("debit", "credit")
    )
    assert debit == credit > 0
    assert journal[0]["line"] == "'=4010 Έσοδα", "no formula in a spreadsheet"
    points = [row for row in rows if row["section"] == "points"]
    assert sum(int(row["points"]) for row in points if row["line"] != "closing") == 1000


def test_days_are_told_by_till_and_cashier(busy: Office) -> None:
    path = busy.folder / "days.csv"
    said = busy.ask(f"days 2026-05-01 2026-07-01 --csv '{path}'")
    assert said.splitlines()[1].split() == [
        "2026-05-01",
        "T1",
        "Maria",
        "500",
        "0",
        "0",
        "500",
        "1",
    ]
    assert [(row["till"], row["cashier"], row["points"]) for row in rows_of(path)] == [
        ("T1", "Maria", "500"),
        ("T2", "gone", "-200"),
    ]
    quiet = busy.ask("days 2026-05-02")
    assert quiet.splitlines()[1].split() == ["all", "0", "0", "0", "0", "0"]


def test_a_day_ends_at_midnight_of_the_shop(office: Office) -> None:
    late = datetime(2026, 5, 1, 21, 30, tzinfo=UTC)  # half past midnight in Athens
    office.add(K.BONUS, 10, Q1, at=late - timedelta(hours=1))
    office.add(K.REDEEM, -30, Q1, at=late)
    one = office.service().day_totals(date(2026, 5, 1))
    two = office.service().day_totals(date(2026, 5, 2))
    assert (one.total, one.entries, one.debt) == ({"bonus": 10}, 1, 0)
    assert (two.total, two.debtors, two.debt) == ({"redeem": -30}, 1, 20)


def test_files_that_cannot_be_used_are_named(busy: Office) -> None:
    nowhere = busy.folder / "nowhere" / "x.csv"
    assert str(nowhere) in busy.ask(f"days 2026-05-01 --csv '{nowhere}'", code=2)
    period = "period 2026-01-01 2026-04-01 --rate 80 --accounts"
    assert str(nowhere) in busy.ask(f"{period} '{nowhere}'", code=2)
    names = busy.folder / "accounts.toml"
    names.write_text('isued = "x"', "utf-8")
    assert "unknown isued" in busy.ask(f"{period} '{names}'", code=2)


def test_points_past_their_time_are_told(office: Office) -> None:
    office.add(K.BONUS, 40, Q1, lapses_at=midnight(date(2026, 3, 1)))
    said = office.ask("period 2026-01-01 2026-04-01 --rate 80 --records " + str(office.folder))
    assert "Points past their time and not booked out yet: 40; nothing is owed for them." in said


def test_memory_grows_with_members_and_not_with_entries() -> None:
    def peak(count: int) -> int:
        shop = Years(count)
        tracemalloc.start()
        try:
            Bookkeeping(shop, TILL, command.now).roll_forward(Q1, Q3, estimate(8000))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(6000) < 100_000, "bytes; the entries alone would be ten times as much"


class Years(Entries):
    """A member who buys and redeems ``count`` times; entries are made as they are asked for."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def between(self, since: datetime, until: datetime):
        step = (midnight(Q3) - midnight(Q1)) / self.count
        for n in range(self.count):
            at = midnight(Q1) + n * step
            if since <= at < until:
                kind, points = (K.REDEEM, -100) if n % 2 else (K.EARN, 100)
                yield entry(n, kind, points, Q1, at=at, basis=None if n % 2 else 10_000)


def test_a_real_shops_books_are_its_members_balances(tmp_path: Path) -> None:
    shop = open_shop(tmp_path / "till.db")
    try:
        anna, eleni = shop.enrol("Anna"), shop.enrol("Eleni")
        shop.sell(anna, shop.open_price(30_000))
        shop.later(days=20)  # the next month
        shop.sell(anna, shop.open_price(1_000), points=200)
        back = shop.sell(eleni, shop.open_price(5_000))
        shop.services.counter.take_back(back.sale.ref, "changed mind", "cashier")
        shop.later(days=20)
        books = Bookkeeping(shop.database, shop.till, shop.clock, PeriodFiles(tmp_path / "books"))
        november = books.sign_off(date(2026, 11, 1), date(2026, 12, 1), estimate(8000), "Anna")
        december = books.roll_forward(date(2026, 12, 1), date(2027, 1, 1), estimate(8000))
        days = books.day_totals(date(2026, 11, 1), date(2027, 1, 1))
        names = books.names(days)
        balances = shop.balance(anna) + shop.balance(eleni)
    finally:
        shop.database.close()
    assert sum(december.points_closing.values()) == sum(days.total.values()) == balances
    assert names == {"cashier": "Maria"}
    assert december.points_opening == november.roll.points_closing
    assert sum(december.points["redeem"].values()) == -200
    assert sum(december.points["clawback"].values()) == -sum(e.points for e in back.entries)
    assert december.opening == november.roll.closing > december.closing > 0
