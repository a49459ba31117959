"""Scanning as a person does it: again, when nothing happened."""

from contextlib import suppress

from terminal.services.setup_learning import TEST_CODE

TRIES = 10
PATIENCE_MS = 2_000


def scan_until(read, line, qtbot):
    """Scan the page's code until it was read: the line may not be open yet, and drops what came
    before it was."""
    for _ in range(TRIES):
        line.send(b"]E0" + TEST_CODE.encode() + b"\r")
        with suppress(qtbot.TimeoutError):
            qtbot.waitUntil(read, timeout=PATIENCE_MS)
            return
    raise AssertionError("nothing was read")
