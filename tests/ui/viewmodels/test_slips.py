"""The slip of a sale, followed until it is on paper."""

import pytest

from terminal.events import SlipMoved
from terminal.slips import SlipState
from tests.ui.counter.shop import CounterShop, Outcome
from tests.ui.viewmodels.hearing import Ear
from ui.viewmodels.counter import CounterViewModel

pytestmark = pytest.mark.usefixtures("qapp")


def sold(shop: CounterShop) -> CounterViewModel:
    vm = shop.at_counter()
    vm.scanned(shop.card(0))
    vm.scanned(shop.ean(0))
    vm.take_payment()
    return vm


def test_a_printed_slip_says_so() -> None:
    shop = CounterShop()
    vm = sold(shop)
    shop.spool.run_once()
    chip = vm.slips.chip()
    assert chip is not None
    assert (chip.text, chip.tone, chip.remedy) == ("Printed", "positive", "")
    assert len(shop.printer.paper) == 1
    assert vm.slips.unsettled == ()


def test_paper_out_says_what_to_do_and_the_slip_prints_by_itself() -> None:
    shop = CounterShop()
    vm = sold(shop)
    shop.printer.outcome = Outcome("waiting", "paper_out")
    shop.spool.run_once()
    chip = vm.slips.chip()
    assert chip is not None
    assert chip.text == "Waiting"
    assert "new roll" in chip.remedy
    vm.next_customer()
    assert [job.cause for job in vm.slips.troubled()] == ["paper_out"]
    shop.printer.outcome = Outcome()
    vm.slips.hurry()
    shop.spool.run_once()
    assert vm.slips.troubled() == []
    assert len(shop.printer.paper) == 1


@pytest.mark.usefixtures("caplog")
def test_a_slip_of_unknown_fate_asks_and_prints_nothing_by_itself() -> None:
    shop = CounterShop()
    vm = sold(shop)
    shop.printer.outcome = Outcome("unknown", "silent")
    shop.spool.run_once()
    chip = vm.slips.chip()
    assert chip is not None
    assert chip.asks
    shop.printer.outcome = Outcome()
    assert shop.spool.run_once() is False
    assert vm.slips.job is not None
    vm.slips.came_out(vm.slips.job.id)
    assert vm.slips.chip() is not None
    assert vm.slips.troubled() == []
    assert shop.printer.paper == []


@pytest.mark.usefixtures("caplog")
def test_a_copy_settles_a_slip_of_unknown_fate_and_says_copy() -> None:
    shop = CounterShop()
    vm = sold(shop)
    shop.printer.outcome = Outcome("unknown", "silent")
    shop.spool.run_once()
    shop.printer.outcome = Outcome()
    ear = Ear(vm)
    vm.copy_slip()
    assert "copy" in ear.last
    shop.spool.run_once()
    assert vm.slips.troubled() == []
    assert shop.printer.paper[0].blocks[0].text == "COPY"


def test_news_of_a_slip_that_come_before_the_sale_answered_are_not_lost() -> None:
    shop = CounterShop()
    vm = sold(shop)
    assert vm.done is not None
    job = vm.done.slip
    vm.slips.show(None)
    vm.slips.heard(SlipMoved(job.id, SlipState.PRINTED, ""))
    vm.slips.show(job)
    chip = vm.slips.chip()
    assert chip is not None
    assert chip.text == "Printed"


def test_the_last_slip_is_printed_again_between_customers() -> None:
    shop = CounterShop()
    vm = sold(shop)
    shop.spool.run_once()
    vm.next_customer()
    vm.copy_slip()
    shop.spool.run_once()
    assert [slip.blocks[0].text for slip in shop.printer.paper][1] == "COPY"
