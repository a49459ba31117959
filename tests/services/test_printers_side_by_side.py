"""Several printers: the first that can print takes the slip, and none prints what another has."""

from dataclasses import replace

import pytest

from terminal.events import SlipMoved
from terminal.ids import SlipId
from terminal.services.printing import PrinterView, PrintSpool
from terminal.slips import SlipState, slip_text
from tests.services.printer_stand import fate, kept, queue
from tests.services.test_printing import Outcome

PAPER = Outcome("waiting", "paper_out")
COVER = Outcome("waiting", "cover_open")


def test_the_first_printer_takes_all_while_it_can(shop, spool, front, back):
    slips = [queue(shop, n) for n in range(3)]
    while spool.run_once():
        pass
    assert [slip.id for slip in front.given] == slips
    assert back.given == []
    assert {fate(shop, each) for each in slips} == {(SlipState.PRINTED, "front")}


def test_out_of_paper_the_next_printer_takes_it_at_once(shop, spool, front, back):
    front.stands = PAPER
    slips = [queue(shop, n) for n in range(3)]
    while spool.run_once():
        pass
    assert [slip.id for slip in back.given] == slips
    assert {fate(shop, each) for each in slips} == {(SlipState.PRINTED, "back")}
    assert spool.printers() == [PrinterView("front", "paper_out"), PrinterView("back")]


def test_an_open_cover_is_given_a_few_seconds(shop, spool, front, back):
    front.stands = COVER
    slip = queue(shop, 1)
    spool.run_once()
    shop.later(seconds=2)
    spool.run_once()
    assert fate(shop, slip) == (SlipState.QUEUED, "")
    assert back.given == []
    shop.later(seconds=3)
    spool.run_once()
    assert fate(shop, slip) == (SlipState.PRINTED, "back")
    assert len(front.given) == 2


def test_a_cover_closed_in_time_lets_the_first_printer_go_on(shop, spool, front, back):
    front.answers = [COVER]
    slip = queue(shop, 1)
    spool.run_once()
    shop.later(seconds=2)
    spool.run_once()
    assert fate(shop, slip) == (SlipState.PRINTED, "front")
    assert back.given == []


def test_it_comes_back_to_the_first_printer_by_itself(shop, spool, front, back):
    front.answers = [PAPER]
    queue(shop, 1)
    spool.run_once()
    assert len(back.given) == 1
    shop.later(seconds=3)
    second = queue(shop, 2)
    spool.run_once()
    assert fate(shop, second) == (SlipState.PRINTED, "front")
    assert spool.printers()[0] == PrinterView("front")


def test_a_watched_printer_that_is_away_is_not_even_tried(shop, spool, front, back):
    spool.printer_is("front", "unreachable")
    shop.later(minutes=5)
    slip = queue(shop, 1)
    spool.run_once()
    assert front.given == []
    assert fate(shop, slip) == (SlipState.PRINTED, "back")
    spool.printer_is("front", "")
    second = queue(shop, 2)
    spool.run_once()
    assert fate(shop, second) == (SlipState.PRINTED, "front")


def test_where_no_printer_can_print_each_is_tried_and_the_slip_waits_saying_why(
    shop, spool, front, back
):
    front.stands = back.stands = PAPER
    spool.printer_is("front", "unreachable")
    spool.printer_is("back", "paper_out")
    spool.printer_is("cellar", "paper_out")  # not one of ours
    slip = queue(shop, 1)
    spool.run_once()
    assert (len(front.given), len(back.given)) == (1, 1)
    assert (fate(shop, slip), kept(shop, slip).cause) == ((SlipState.QUEUED, ""), "paper_out")
    assert not spool.run_once()
    back.stands = Outcome("printed")
    spool.printer_is("back", "")
    assert spool.run_once()
    assert fate(shop, slip) == (SlipState.PRINTED, "back")


def test_after_a_byte_has_left_no_other_printer_gets_it(shop, spool, front, back, caplog):
    front.answers = [Outcome("unknown", "lost")]
    slip = queue(shop, 1)
    spool.run_once()
    shop.later(minutes=1)
    assert not spool.run_once()
    assert fate(shop, slip) == (SlipState.UNKNOWN, "front")
    assert back.given == []
    assert "may or may not" in caplog.text


def test_what_an_unknown_slip_left_behind_is_cleared_on_its_own_printer(
    shop, spool, front, back, caplog
):
    front.answers = [Outcome("unknown", "lost"), PAPER]
    queue(shop, 1)
    spool.run_once()
    queue(shop, 2)
    spool.run_once()  # the first has no paper, the second one takes it
    shop.later(seconds=30)
    queue(shop, 3)
    spool.run_once()
    queue(shop, 4)
    spool.run_once()
    assert front.after_unknown == [False, True, True, False]
    assert back.after_unknown == [False]


@pytest.mark.parametrize(
    ("printer", "state", "cleared"),
    [
        ("back", SlipState.SENDING, [False, True]),
        ("back", SlipState.UNKNOWN, [False, True]),
        ("the one of last year", SlipState.SENDING, [True, True]),
        ("back", SlipState.QUEUED, [False, False]),
    ],
)
def test_after_a_power_cut_the_printer_that_had_the_slip_is_cleared(
    shop, spool, front, back, printer, state, cleared
):
    queue(shop, 1, state=state, printer=printer)
    assert spool.recover() == (state is SlipState.SENDING)
    for number, name in ((2, "front"), (3, "back")):
        queue(shop, number, printer=name)
    spool.run_once()
    spool.run_once()
    assert [front.after_unknown[-1], back.after_unknown[0]] == cleared


def test_a_slip_that_waited_too_long_is_not_printed_any_more(shop, spool, front, back):
    front.stands = back.stands = PAPER
    slip, test = queue(shop, 1), queue(shop, 2)
    with shop.database.write() as uow:
        found = uow.slips.get(test)
        uow.slips.put(replace(found, slip=replace(found.slip, kind="test")))
        uow.commit()
    spool.run_once()
    shop.later(minutes=3)
    spool.hurry()
    spool.run_once()
    assert (kept(shop, test).state, kept(shop, test).cause) == (SlipState.CANCELLED, "too_old")
    assert shop.heard.count(SlipMoved(test, SlipState.CANCELLED, "too_old")) == 1
    assert kept(shop, slip).state is SlipState.QUEUED
    shop.later(hours=12)
    front.stands = Outcome("printed")
    spool.hurry()
    assert not spool.run_once()
    assert (kept(shop, slip).state, kept(shop, slip).cause) == (SlipState.CANCELLED, "too_old")
    copy = spool.print_copy(slip)
    assert spool.run_once()
    assert kept(shop, copy.id).state is SlipState.PRINTED
    assert slip_text(front.given[-1].blocks).startswith("העתק")


def test_a_waiting_slip_can_be_sent_to_another_printer_and_set_free_again(shop, spool, front, back):
    front.stands = COVER
    slip = queue(shop, 1)
    spool.run_once()
    spool.send_to(slip, "back")
    assert shop.heard[-1] == SlipMoved(slip, SlipState.QUEUED, "")
    spool.run_once()
    assert fate(shop, slip) == (SlipState.PRINTED, "back")
    spool.send_to(slip, "front")  # too late
    assert fate(shop, slip) == (SlipState.PRINTED, "back")
    spool.send_to("nothing", "front")
    # One that is meant for a printer waits for it, also after having been tried there.
    back.stands = PAPER
    second = queue(shop, 2, printer="back")
    spool.run_once()
    assert fate(shop, second) == (SlipState.QUEUED, "back")
    front.stands = Outcome("printed")
    third = queue(shop, 3)
    spool.run_once()
    assert fate(shop, third) == (SlipState.PRINTED, "front")
    spool.send_to(second, "")
    spool.run_once()
    assert fate(shop, second) == (SlipState.PRINTED, "front")


def test_a_copy_can_be_asked_from_another_printer(shop, spool, front, back, caplog):
    front.answers = [Outcome("unknown", "lost")]
    slip = queue(shop, 1)
    spool.run_once()
    copy = spool.print_copy(slip, "back")
    spool.run_once()
    assert fate(shop, copy.id) == (SlipState.PRINTED, "back")
    assert kept(shop, slip).state is SlipState.CANCELLED


def test_a_slip_that_is_cancelled_while_the_printer_refuses_it_stays_cancelled(
    shop, spool, front, back
):
    slip = queue(shop, 1)

    def refusing(_slip, /, *, after_unknown=False):
        spool.cancel(slip)
        spool.came_out(slip)  # nobody asked
        return front.answers.pop(0)

    front.print = refusing
    front.answers = [PAPER]
    spool.run_once()
    assert kept(shop, slip).state is SlipState.CANCELLED
    # What came out all the same is on paper, whatever was wanted.
    slip = queue(shop, 2)
    front.answers = [Outcome("printed")]
    shop.later(seconds=30)
    spool.run_once()
    assert kept(shop, slip).state is SlipState.PRINTED
    spool.cancel(slip)
    spool.cancel(SlipId("nothing"))
    assert kept(shop, slip).state is SlipState.PRINTED


def test_a_clock_that_is_set_back_does_not_stop_the_printing(shop, spool, front, back):
    front.stands = back.stands = PAPER
    slip = queue(shop, 1)
    spool.run_once()
    shop.later(hours=-1)
    front.stands = Outcome("printed")
    assert spool.run_once()
    assert fate(shop, slip) == (SlipState.PRINTED, "front")


def test_a_slip_of_another_process_is_not_taken_twice(shop, spool, front, back):
    slip = queue(shop, 1)
    write = shop.database.write

    class Beaten:
        """Another process takes the slip between looking and taking."""

        def __init__(self, database):
            self.read = database.read

        def write(self):
            with write() as uow:
                uow.slips.move(slip, SlipState.SENDING, "")
                uow.commit()
            return write()

    late = PrintSpool(
        Beaten(shop.database), front, shop.bus, clock=shop.clock, new_id=shop.new_id
    )  # fmt: skip
    assert not late.run_once()
    assert front.given == []
