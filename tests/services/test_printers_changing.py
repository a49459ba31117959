"""Printers that freeze, and printers that are exchanged while slips wait."""

import threading

import pytest

from terminal.events import SlipMoved
from terminal.services.printing import PrintSpool
from terminal.slips import SlipState
from tests.services.printer_stand import Frozen, fate, queue
from tests.services.test_printing import Outcome


@pytest.mark.parametrize("watched", [True, False])
def test_a_frozen_printer_holds_up_nobody_elses_slip(shop, back, watched):
    front = Frozen()
    spool = PrintSpool(
        shop.database, {"front": front, "back": back}, shop.bus, clock=shop.clock,
        new_id=shop.new_id,
    )  # fmt: skip
    moved = threading.Condition()

    def heard(event):
        with moved:
            moved.notify_all()

    def until(slip, *wanted):
        with moved:
            assert moved.wait_for(lambda: fate(shop, slip) == wanted, 10)

    shop.bus.subscribe(heard)
    first = queue(shop, 1)
    spool.start()
    try:
        assert front.has.wait(20)
        second = queue(shop, 2)
        spool.wake()
        assert fate(shop, second) == (SlipState.QUEUED, "")
        if watched:
            spool.printer_is("front", "paper_out")
        else:
            shop.later(seconds=20)
            spool.wake()
        until(second, SlipState.PRINTED, "back")
        assert fate(shop, first) == (SlipState.SENDING, "front")
        front.let_go.set()
        until(first, SlipState.PRINTED, "front")
    finally:
        front.let_go.set()
        spool.stop()


def test_other_printers_can_be_used_from_now_on(shop, spool, front, back, caplog):
    front.answers = [Outcome("unknown", "lost")]
    queue(shop, 1)
    spool.run_once()
    spool.use({})
    slip = queue(shop, 2)
    assert not spool.run_once()
    assert spool.printers() == []
    spool.use({"back": back, "front": front})
    spool.run_once()
    assert fate(shop, slip) == (SlipState.PRINTED, "back")
    spool.printer_is("back", "paper_out")
    queue(shop, 3)
    spool.run_once()
    assert front.after_unknown == [False, True]


def test_a_printer_that_holds_a_slip_is_let_go_and_the_slip_comes_to_its_end(shop, back):
    front = Frozen()
    spool = PrintSpool(
        shop.database, {"front": front}, shop.bus, clock=shop.clock, new_id=shop.new_id
    )
    printed = threading.Semaphore(0)
    shop.bus.subscribe(
        lambda e: (
            printed.release() if isinstance(e, SlipMoved) and e.state is SlipState.PRINTED else None
        )
    )
    first = queue(shop, 1)
    spool.start()
    try:
        assert front.has.wait(20)
        spool.use({"back": back, "front": back}, timeout=0.05)
        second = queue(shop, 2)
        spool.wake()
        assert printed.acquire(timeout=20)
        assert fate(shop, second) == (SlipState.PRINTED, "back")
        front.let_go.set()
        assert printed.acquire(timeout=20)
        assert fate(shop, first) == (SlipState.PRINTED, "front")
        third = queue(shop, 3, printer="front")
        spool.wake()
        assert printed.acquire(timeout=20)
        assert fate(shop, third) == (SlipState.PRINTED, "front")
        assert back.after_unknown == [False, True], "half a slip may be in the one before"
    finally:
        front.let_go.set()
        spool.stop()


def test_a_printer_that_was_replaced_takes_nothing_more(shop, spool, front, back):
    [lane, _] = spool._lanes
    slip = queue(shop, 1)
    spool.use({"back": back})
    assert not spool._serve(lane)
    assert fate(shop, slip) == (SlipState.QUEUED, "")
