"""A till that dies in the middle of its work has booked each sale as a whole or not at all."""

import subprocess
import sys
from pathlib import Path

from terminal.db.engine import open_database
from terminal.db.verify import verify
from tests.contract.samples import ANNA, TILL, after

KILLS = 3


def _sell_and_die(path: Path, sales: int) -> int:
    """The last sale that the till said was booked, and perhaps one more was."""
    words = [sys.executable, "-m", "tests.db.seller", str(path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as till:
        assert till.stdout is not None
        said = 0
        while said < sales:
            said = int(till.stdout.readline())
        till.kill()
        rest = [int(line) for line in till.stdout.read().splitlines(keepends=True) if "\n" in line]
        return max([said, *rest])


def test_what_was_booked_survives_kill_9_and_nothing_is_half(tmp_path: Path) -> None:
    for kill in range(KILLS):
        path = tmp_path / f"till-{kill}.sqlite"
        booked = _sell_and_die(path, sales=20 + kill)
        database = open_database(path)
        assert verify(database).ok
        with database.read() as uow:
            last = uow.sales.last(TILL)
            assert last is not None
            sold = len(uow.sales.of_member(ANNA, 1_000_000))
            assert sold in (booked, booked + 1)
            assert uow.ledger.account(ANNA).balance == 10 * sold
            assert len(uow.outbox.due(after(days=1), 1_000_000, "vendure")) == sold
        database.close()
