"""Printers that stand as a story tells them to, and slips to queue for them."""

import threading
from dataclasses import replace

from terminal.ids import SlipId
from terminal.slips import SlipJob
from tests.contract.samples import job
from tests.services.test_printing import Outcome, ScriptedPrinter


class Standing(ScriptedPrinter):
    """Stands as it is told to until it is told otherwise."""

    stands: Outcome = Outcome("printed")

    def print(self, slip, /, *, after_unknown=False):
        self.given.append(slip)
        self.after_unknown.append(after_unknown)
        return self.answers.pop(0) if self.answers else self.stands


class Frozen(Standing):
    """Holds the slip it was given until it is let go."""

    def __init__(self):
        super().__init__()
        self.has, self.let_go = threading.Event(), threading.Event()

    def print(self, slip, /, *, after_unknown=False):
        self.has.set()
        assert self.let_go.wait(10)
        return super().print(slip, after_unknown=after_unknown)


def queue(shop, number: int, **more) -> SlipId:
    """A slip of its own moment, queued."""
    shop.later(milliseconds=10)
    made = replace(job(f"p-{number}", shop.moment), **more)
    with shop.database.write() as uow:
        uow.slips.put(made)
        uow.commit()
    return made.id


def kept(shop, slip_id) -> SlipJob:
    with shop.database.read() as uow:
        return uow.slips.get(slip_id)


def fate(shop, slip_id):
    found = kept(shop, slip_id)
    return found.state, found.printer
