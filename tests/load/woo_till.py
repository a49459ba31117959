"""One till for ``tests.load.woo``."""

import sys
from pathlib import Path

from sync.stores.woocommerce import Access, WooOnlineStore
from tests.bench.shops import till
from tests.load.till import main

if __name__ == "__main__":
    _, name, url, key, secret, ca = sys.argv
    access = Access(url=url, key=key, secret=secret, ca=ca)
    main(Path(name), WooOnlineStore(access, name=till().online_stores[0]))
