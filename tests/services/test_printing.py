"""From the books to the paper: a slip waits, asks, is copied, but never prints twice by itself."""

import threading
from dataclasses import dataclass, field

import pytest

from terminal.errors import DiskFull
from terminal.events import SlipMoved
from terminal.services.printing import PrintSpool
from terminal.slips import Slip, SlipState, slip_text


@dataclass
class Outcome:
    state: str
    cause: str = ""


@dataclass
class ScriptedPrinter:
    """Answers as told, "printed" when nothing more is told; keeps what it was given."""

    answers: list[Outcome] = field(default_factory=list)
    given: list[Slip] = field(default_factory=list)
    after_unknown: list[bool] = field(default_factory=list)

    def print(self, slip, /, *, after_unknown=False):
        self.given.append(slip)
        self.after_unknown.append(after_unknown)
        return self.answers.pop(0) if self.answers else Outcome("printed")


@pytest.fixture
def printer():
    return ScriptedPrinter()


@pytest.fixture
def spool(shop, printer):
    spool = PrintSpool(shop.database, printer, shop.bus, clock=shop.clock, new_id=shop.new_id)
    yield spool
    spool.stop()


def state(shop, slip_id):
    with shop.database.read() as uow:
        job = uow.slips.get(slip_id)
    return job.state, job.cause


def test_a_slip_is_printed_once_and_told(shop, printer, spool):
    done = shop.sell(None, shop.basket("OIL-500"))
    assert spool.run_once()
    assert not spool.run_once()
    assert [slip.id for slip in printer.given] == [done.slip.id]
    assert state(shop, done.slip.id) == (SlipState.PRINTED, "")
    assert shop.heard[-1] == SlipMoved(done.slip.id, SlipState.PRINTED, "")


def test_out_of_paper_it_waits_says_why_and_comes_out_later(shop, printer, spool):
    printer.answers = [Outcome("waiting", "paper_out"), Outcome("waiting", "paper_out")]
    done = shop.sell(None, shop.basket("OIL-500"))
    spool.run_once()
    assert state(shop, done.slip.id) == (SlipState.QUEUED, "paper_out")
    assert not spool.run_once()  # not at once again
    shop.later(seconds=5)
    assert spool.run_once()
    spool.hurry()  # the cashier has put paper in
    assert spool.run_once()
    assert state(shop, done.slip.id) == (SlipState.PRINTED, "")
    assert len(printer.given) == 3


def test_a_slip_whose_fate_is_unknown_never_prints_by_itself(shop, printer, spool, caplog):
    printer.answers = [Outcome("unknown", "lost")]
    done = shop.sell(None, shop.basket("OIL-500"))
    spool.run_once()
    shop.later(days=1)
    assert not spool.run_once()
    assert [job.state for job in spool.unsettled()] == [SlipState.UNKNOWN]
    assert "may or may not" in caplog.text
    spool.came_out(done.slip.id)
    assert state(shop, done.slip.id) == (SlipState.PRINTED, "")
    assert spool.unsettled() == []


def test_the_cashier_may_ask_for_a_copy_which_says_so(shop, printer, spool, caplog):
    printer.answers = [Outcome("unknown", "lost")]
    done = shop.sell(None, shop.basket("OIL-500"))
    spool.run_once()
    copy = spool.print_copy(done.slip.id)
    spool.run_once()
    assert slip_text(printer.given[1].blocks).startswith("COPY")
    assert printer.after_unknown == [False, True]
    assert state(shop, done.slip.id)[0] is SlipState.CANCELLED
    assert state(shop, copy.id)[0] is SlipState.PRINTED
    again = spool.print_copy(copy.id)
    assert slip_text(again.slip.blocks).count("COPY") == 2
    assert spool.slip_of_sale(done.sale.id).id == again.id
    assert spool.print_copy("nothing") is None


def test_after_a_power_cut_a_slip_that_was_being_sent_is_unknown(shop, printer, spool):
    done = shop.sell(None, shop.basket("OIL-500"))
    with shop.database.write() as uow:
        uow.slips.move(done.slip.id, SlipState.SENDING, "")
        uow.commit()
    assert spool.recover() == 1
    assert state(shop, done.slip.id) == (SlipState.UNKNOWN, "interrupted")
    shop.sell(None, shop.basket("OIL-500"))
    spool.run_once()
    assert printer.after_unknown == [True]


def test_a_slip_nobody_wants_is_cancelled(shop, spool):
    done = shop.sell(None, shop.basket("OIL-500"))
    spool.cancel(done.slip.id)
    assert not spool.run_once()
    assert spool.slip_of_sale("none") is None


def test_the_spools_own_thread_prints_what_is_queued(shop, printer, spool):
    printed = threading.Event()
    shop.bus.subscribe(
        lambda e: (
            printed.set() if isinstance(e, SlipMoved) and e.state is SlipState.PRINTED else None
        )
    )
    spool.start()
    shop.sell(None, shop.basket("OIL-500"))
    spool.wake()
    assert printed.wait(20)


def test_slips_come_out_in_the_order_of_their_sales(shop, printer, spool):
    printer.answers = [Outcome("waiting", "cover_open"), Outcome("waiting", "cover_open")]
    first = shop.sell(None, shop.basket("OIL-500"))
    spool.run_once()
    shop.later(milliseconds=100)
    second = shop.sell(None, shop.basket("TEA-100"))
    spool.run_once()  # the new slip is due, so the older one is tried
    assert [slip.id for slip in printer.given] == [first.slip.id, first.slip.id]
    shop.later(seconds=5)  # closed by now
    assert spool.run_once()
    assert spool.run_once()
    assert [slip.id for slip in printer.given[2:]] == [first.slip.id, second.slip.id]


class FullDisk:
    """A database that can't be written while ``full``."""

    def __init__(self, database):
        self.database, self.full = database, False
        self.refusals = threading.Semaphore(0)

    def read(self):
        return self.database.read()

    def write(self):
        if self.full:
            self.refusals.release()
            raise DiskFull(path="till.db")
        return self.database.write()


def test_a_full_disk_neither_ends_the_spool_nor_prints_twice(shop, printer, caplog):
    disk = FullDisk(shop.database)
    printed = threading.Event()

    def filling_up(slip, /, *, after_unknown=False):
        printer.given.append(slip)
        disk.full = True  # what became of the slip can't be booked
        printed.set()
        return Outcome("printed")

    printer.print = filling_up
    spool = PrintSpool(disk, printer, shop.bus, clock=shop.clock, new_id=shop.new_id)
    settled = threading.Event()
    shop.bus.subscribe(
        lambda e: (
            settled.set() if isinstance(e, SlipMoved) and e.state is SlipState.PRINTED else None
        )
    )
    done = shop.sell(None, shop.basket("OIL-500"))
    spool.start()
    try:
        assert printed.wait(20)
        assert disk.refusals.acquire(timeout=20)
        spool.wake()
        assert disk.refusals.acquire(timeout=20)
        assert not settled.is_set()
        disk.full = False
        spool.wake()
        assert settled.wait(20)
    finally:
        spool.stop()
    assert len(printer.given) == 1
    assert state(shop, done.slip.id) == (SlipState.PRINTED, "")
    assert caplog.text.count("slips wait") == 1
