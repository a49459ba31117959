"""A till in a process of its own that redeems as often as it can: ``python -m tests.db.spender``.

Arguments: file, till, how many points at once, trials. It waits for a line on its input before each
trial, so that two of them start together, and prints how many of its redemptions were booked.
"""

import sys
from pathlib import Path

from terminal.db.engine import open_database
from terminal.errors import NotEnoughPoints
from terminal.ids import EntryId, MemberId, TillCode
from terminal.ledger import EntryKind, LedgerEntry
from terminal.ports import Database
from tests.contract.samples import after


def redeem(database: Database, till: TillCode, trial: int, points: int) -> None:
    """Look, decide, book: as the counter does."""
    member_id = MemberId(f"m-{trial}")
    with database.write() as uow:
        available = uow.ledger.account(member_id).available(after(days=1))
        if available < points:
            raise NotEnoughPoints(asked=points, available=available)
        uow.ledger.append(
            [
                LedgerEntry(
                    id=EntryId(f"{till}-{trial}"),
                    member_id=member_id,
                    kind=EntryKind.REDEEM,
                    points=-points,
                    decided_at=after(hours=1),
                    till=till,
                    seq=uow.next_seq(till),
                )
            ]
        )
        uow.commit()


def main(path: Path, till: TillCode, points: int, trials: int) -> None:
    """All trials, each at the word of command."""
    database = open_database(path)
    booked = 0
    for trial in range(trials):
        print("ready", flush=True)
        sys.stdin.readline()
        try:
            redeem(database, till, trial, points)
        except NotEnoughPoints:
            continue
        booked += 1
    database.close()
    print(booked, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), TillCode(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
