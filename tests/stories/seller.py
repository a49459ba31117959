"""A till that sells until it is killed: ``python -m tests.stories.seller FILE``.

For every line on its standard input it forks a child that opens the database, sells without end and
says the reference of each sale once it is booked. The parent has everything imported already, so
that fifty deaths take seconds.
"""

import os
import sys
from pathlib import Path

from tests.shop import Shop, till


def sell_for_ever(path: Path) -> None:
    """One child: the slip number goes out only after the transaction is in."""
    from datetime import UTC, datetime

    from terminal.db.engine import open_database

    shop = Shop(open_database(path), till())
    eleni = shop.services.office.search("")[0].member
    view = shop.services.counter.member(eleni.id)
    print(f"pid {os.getpid()}", flush=True)
    while True:
        shop.moment = datetime.now(UTC)
        points = 200 if shop.balance(view) >= 400 else 0
        done = shop.sell(view, shop.basket("OIL-500", "COF-250", "HON-450"), points=points)
        print(f"sold {done.sale.ref}", flush=True)


def main() -> None:
    """The parent."""
    path = Path(sys.argv[1])
    import terminal.db.engine  # noqa: F401 - imported before the forks, not in each of them

    print("ready", flush=True)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            sell_for_ever(path)
        os.waitpid(child, 0)
        print("gone", flush=True)


if __name__ == "__main__":
    main()
