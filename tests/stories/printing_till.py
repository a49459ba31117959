"""A till that prints until it is killed: ``python -m tests.stories.printing_till DB PORT DIR``."""

import sys
import threading
from pathlib import Path

from devices.printers.escpos_printer import EscposPrinter
from devices.printers.models import PROFILES
from devices.printers.tcp_transport import TcpTransport
from terminal.db.engine import open_database
from terminal.events import EventBus
from terminal.ids import id_maker
from terminal.services.printing import PrintSpool
from tests.stories.printer_rig import now


def main(path: Path, port: int, cache: Path) -> None:
    """Print what waits in the books, and say so first."""
    printer = EscposPrinter(
        lambda: TcpTransport("", "127.0.0.1", port), PROFILES["80"], cache_dir=cache
    )
    spool = PrintSpool(
        open_database(path), {"front": printer}, EventBus(), clock=now, new_id=id_maker(now)
    )
    spool.recover()
    spool.start()
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
