"""A till in a process of its own that sells until it is killed: ``python -m tests.db.seller FILE``.

After each commit, and not before, it prints the number of the sale.
"""

import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

from terminal.db.engine import open_database
from tests.contract.samples import TILL, after, entry, message, sale, with_members


def main(path: Path) -> None:
    """Sales with an entry and a message each, without end."""
    database = open_database(path)
    with_members(database)
    for number in count(1):
        with database.write() as uow:
            sold = replace(sale(f"s-{number}", after(seconds=number)), seq=uow.next_seq(TILL))
            uow.sales.put(sold)
            seq = uow.next_seq(TILL)
            uow.ledger.append([entry(f"e-{number}", 10, sold.sold_at, seq=seq, source_id=sold.id)])
            uow.outbox.put(message(f"o-{number}"))
            uow.commit()
        print(number, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
