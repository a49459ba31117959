"""One till for ``tests.load.woo``."""

import sys
from pathlib import Path

from sync.stores.woocommerce import Access, WooOnlineStore
from tests.load.till import main

if __name__ == "__main__":
    _, name, url, key, secret, ca = sys.argv
    main(Path(name), WooOnlineStore(Access(url=url, key=key, secret=secret, ca=ca)))
