"""Fifty power cuts at the till: every sale is wholly there or wholly not."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from terminal.db.engine import open_database
from terminal.db.verify import verify
from terminal.ledger import EntryKind
from terminal.outbox import MessageKind
from tests.shop import open_shop

ROOT = Path(__file__).parents[2]
KILLS = 50


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, which this system has not")
def test_fifty_kills_leave_whole_sales_only(tmp_path):
    path = tmp_path / "till.db"
    shop = open_shop(path)
    member = shop.enrol().member
    shop.database.close()
    chance = random.Random(50)

    told = _kill_fifty_times(path, chance)

    database = open_database(path)
    try:
        report = verify(database)
        assert report.ok, str(report)
        with database.read() as uow:
            sales = uow.sales.of_member(member.id, 100_000)
            entries = uow.ledger.entries(member.id)
            messages = uow.outbox.open(100_000)
            slips = uow.slips.unsettled()
        assert {sale.ref for sale in sales} >= told
        assert len(sales) >= KILLS
        # Each sale came with its points, its slip and its message, and none of these came alone.
        ids = {sale.id for sale in sales}
        assert {e.source_id for e in entries if e.kind is EntryKind.EARN} == ids
        assert {m.subject_id for m in messages if m.kind is MessageKind.SALE} == ids
        assert {job.sale_id for job in slips} == ids
        redeemed = sum(sale.points_redeemed for sale in sales)
        assert redeemed == -sum(e.points for e in entries if e.kind is EntryKind.REDEEM)
    finally:
        database.close()


def _kill_fifty_times(path: Path, chance: random.Random) -> set[str]:
    """Slip numbers that were told before the tills died."""
    told: set[str] = set()
    seller = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.stories.seller", str(path)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with seller:
        assert seller.stdout.readline() == "ready\n"
        for _ in range(KILLS):
            seller.stdin.write("go\n")
            seller.stdin.flush()
            pid = int(seller.stdout.readline().removeprefix("pid "))
            told.add(seller.stdout.readline().removeprefix("sold ").strip())
            time.sleep(chance.random() * 0.03)
            os.kill(pid, signal.SIGKILL)
            while not (line := seller.stdout.readline()).endswith("gone\n"):
                assert line, "the seller itself is gone"
                told.add(line.removeprefix("sold ").strip())
        seller.stdin.close()
    return told
