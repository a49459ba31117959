"""Two tills sell to one member on one database file at the same moment."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import accumulate
from pathlib import Path

from terminal.db.engine import open_database
from terminal.db.verify import verify
from terminal.ledger import EntryKind
from terminal.outbox import MessageKind
from terminal.services.models import SignedIn
from terminal.staff import Role
from tests.shop import open_shop

ROOT = Path(__file__).parents[2]
SALES = 30
AT_FIRST = 2100
"""Points of the member: enough for some of the redemptions that both tills want, not for all."""


def test_whole_sales_race_and_nobody_overdraws(tmp_path: Path) -> None:
    shop = open_shop(tmp_path / "till.db")
    member = shop.enrol().member
    who = SignedIn("manager", "Anna", Role.MANAGER)
    shop.services.office.adjust(member.id, AT_FIRST - 100, "A race begins", who)
    shop.database.close()

    said = _race(tmp_path)
    refs = [line for lines in said for line in lines if not line.startswith("refused")]
    assert len(refs) == len(set(refs)) == 2 * SALES
    refused = [line for lines in said for line in lines if line.startswith("refused")]
    assert set(refused) == {"refused not_enough_points"}

    database = open_database(tmp_path / "till.db")
    try:
        report = verify(database)
        assert report.ok, str(report)
        with database.read() as uow:
            sales = uow.sales.of_member(member.id, 1000)
            entries = uow.ledger.entries(member.id)
            account = uow.ledger.account(member.id)
            messages = uow.outbox.open(1000)
            slips = uow.slips.unsettled()
    finally:
        database.close()
    assert {sale.ref for sale in sales} == set(refs)
    numbers = [(e.till, e.seq) for e in entries] + [(sale.till, sale.seq) for sale in sales]
    assert len(numbers) == len(set(numbers)), "a number is given once"
    assert {sale.till for sale in sales} == {"T1", "T2"}
    assert account.balance == sum(entry.points for entry in entries)
    assert account.balance >= 0
    assert _lowest(tmp_path / "till.db") >= 0, "never overdrawn, not for a moment"
    redeemed = [entry for entry in entries if entry.kind is EntryKind.REDEEM]
    assert {entry.till for entry in redeemed} == {"T1", "T2"}
    assert 2 * SALES - len(redeemed) == len(refused)
    sold = [m.subject_id for m in messages if m.kind is MessageKind.SALE]
    assert sorted(sold) == sorted(sale.id for sale in sales)
    assert {slip.sale_id for slip in slips} == {sale.id for sale in sales}


def _lowest(path: Path) -> int:
    """The lowest balance there ever was, in the order in which entries were written."""
    with closing(sqlite3.connect(path)) as books:
        written = books.execute("SELECT points FROM ledger_entries ORDER BY no").fetchall()
    return min(accumulate(points for (points,) in written))


def _go(tills: "list[subprocess.Popen[str]]") -> None:
    for till in tills:
        till.stdin.write("go\n")
        till.stdin.flush()


def _race(folder: Path) -> list[list[str]]:
    """What each of two tills said."""
    pipe = subprocess.PIPE
    tills = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.stories.racer", str(folder), code, str(SALES)],
            cwd=ROOT, stdin=pipe, stdout=pipe, text=True,
        )
        for code in ("T1", "T2")
    ]  # fmt: skip
    try:
        for till in tills:
            assert till.stdout.readline() == "ready\n"
        _go(tills)
        first = [till.stdout.readline() for till in tills]
        _go(tills)
        said = [
            (begun + till.communicate(timeout=60)[0]).split("\n")[:-1]
            for begun, till in zip(first, tills, strict=True)
        ]
        assert [till.returncode for till in tills] == [0, 0]
        return said
    finally:
        for till in tills:
            till.kill()
            till.wait()
