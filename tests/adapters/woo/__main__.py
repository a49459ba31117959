"""The imitation by itself, for a look by hand: ``python -m tests.adapters.woo``; Enter ends it."""

import sys
import tempfile
from pathlib import Path

from tests.adapters.woo.certificate import make
from tests.adapters.woo.server import Server
from tests.adapters.woo.shop import Shop


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        certificate = make(Path(folder))
        with Server(Shop(), certificate) as server:
            print(f"WOO_URL={server.url} WOO_KEY=ck_test WOO_SECRET=cs_test WOO_CA={certificate}")
            print(f"WOO_URL={server.http} WOO_KEY=ck_test WOO_SECRET=cs_test", flush=True)
            sys.stdin.readline()
            left = server.shop
            print(
                f"left: {len(left.orders.rows)} orders, {len(left.people.users)} customers, "
                f"{len(left.goods.products)} products, {len(left.goods.coupons)} coupons"
            )


if __name__ == "__main__":
    main()
