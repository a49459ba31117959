"""``python -m tests.convergence``: see ``running``."""

import sys

from tests.convergence.running import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
