"""The emulator from the command line: a printer on a port, told what is wrong with it in words.

    python -m devices.printers.emulator --tcp 127.0.0.1:9100 --pty /tmp/printer --png sheets

Orders come in on standard input (`help` lists them), sheets and events go out on standard output,
one line each. `quit` or an interrupt ends it; the end of the input does not, so that it also runs
as a service.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from devices.printers.emulator.control import HELP, BadOrder, apply_order
from devices.printers.emulator.paper import Event, Sheet
from devices.printers.emulator.printer import PrinterEmulator


class Reporter:
    """Writes what happens, one line per sheet and event, and keeps the pictures."""

    def __init__(self, out: TextIO, pictures: Path | None) -> None:
        self._out = out
        self._pictures = pictures
        self._sheets = 0
        self._lock = threading.Lock()

    def say(self, text: str) -> None:
        """One line, at once."""
        with self._lock:
            self._out.write(text + "\n")
            self._out.flush()

    def event(self, event: Event) -> None:
        """What happened and where in the stream."""
        place = "at once" if event.offset < 0 else f"byte {event.offset}"
        self.say(f"{event.kind}: {event.text} ({place})")

    def sheet(self, sheet: Sheet) -> None:
        """A summary, and the picture if a folder was given."""
        self._sheets += 1
        codes = "".join(f", {code.kind} {code.refused or 'printed'}" for code in sheet.codes)
        saved = ""
        if self._pictures is not None:
            saved = f" -> {sheet.to_png(self._pictures / f'sheet-{self._sheets:04d}.png')}"
        self.say(f"sheet {self._sheets}: {len(sheet.lines)} lines{codes}{saved}")


def main(arguments: list[str] | None = None, orders: Iterable[str] = sys.stdin) -> int:
    """Serve until `quit` or an interrupt. Returns the exit code."""
    options = _options(arguments)
    reporter = Reporter(sys.stdout, options.png)
    if options.png is not None:
        options.png.mkdir(parents=True, exist_ok=True)
    with PrinterEmulator(
        width=options.width,
        knife_distance=options.knife_distance,
        near_end_sensor=not options.no_near_end,
        xon_xoff=options.xon_xoff,
        on_sheet=reporter.sheet,
        on_event=reporter.event,
    ) as printer:
        try:
            _serve(printer, options, reporter)
        except OSError as error:
            reporter.say(f"not served: {error}")
            return 2
        try:
            _obey(printer, orders, reporter)
        except KeyboardInterrupt:
            return 130
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devices.printers.emulator", epilog=HELP)
    parser.add_argument("--tcp", metavar="HOST:PORT", action="append", default=[])
    parser.add_argument("--pty", metavar="LINK", action="append", default=[], type=Path)
    parser.add_argument("--png", metavar="FOLDER", type=Path, help="keep a picture of every sheet")
    parser.add_argument("--width", metavar="DOTS", type=int, default=576, help="576, 512 or 384")
    parser.add_argument("--knife-distance", metavar="DOTS", type=int, default=0)
    parser.add_argument("--no-near-end", action="store_true", help="it sees no end of paper coming")
    parser.add_argument("--xon-xoff", action="store_true", help="software handshake on --pty")
    options = parser.parse_args(arguments)
    if not (options.tcp or options.pty):
        parser.error("nothing to listen on: say --tcp or --pty")
    return options


def _serve(printer: PrinterEmulator, options: argparse.Namespace, reporter: Reporter) -> None:
    for address in options.tcp:
        host, _, port = address.rpartition(":")
        host = host.strip("[]") or "127.0.0.1"
        reporter.say(f"listening on {host}:{printer.serve_tcp(host, int(port))}")
    for link in options.pty:
        reporter.say(f"serial line {printer.serve_pty(link)}")


def _obey(printer: PrinterEmulator, orders: Iterable[str], reporter: Reporter) -> None:
    for order in orders:
        words = order.strip()
        if words == "quit":
            return
        if words == "help":
            reporter.say(HELP)
        elif words:
            _try(printer, words, reporter)
    threading.Event().wait()


def _try(printer: PrinterEmulator, words: str, reporter: Reporter) -> None:
    try:
        apply_order(printer, words)
    except BadOrder:
        reporter.say(f"not understood: {words} (try help)")


if __name__ == "__main__":
    sys.exit(main())
