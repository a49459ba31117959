"""Bad days of the printer, through the window: the sale stands, the slip waits, nothing twice."""

import pytest

from terminal.db.verify import verify
from terminal.slips import SlipState
from tests.stories.open_till import OpenTill

TROUBLES = [
    ("paper out", "paper ok", "paper_out", "out of paper"),
    ("cover open", "cover closed", "cover_open", "cover is open"),
    ("power off", "power on", "unreachable", "does not answer"),
]


def _chip(till: OpenTill) -> str:
    return till.page.done.slip.chip.text()


@pytest.mark.parametrize(("trouble", "mended", "cause", "says"), TROUBLES)
def test_a_slip_waits_for_the_printer_says_why_and_prints_once(
    till: OpenTill, trouble: str, mended: str, cause: str, says: str
) -> None:
    till.parts.order(trouble)
    member = till.enrol(1)
    till.put_on(member)
    till.put_in("OIL-500", "HON-450")
    done = till.pay()
    till.until(lambda: _chip(till) == "Waiting")
    assert says in till.page.done.slip.remedy.text()
    assert till.slip_of(done).cause == cause
    assert till.balance(member) == 100 + 21, "the sale stands, paper or not"

    # The till goes on meanwhile: a second sale waits behind the first.
    till.put_in("TEA-100")
    second = till.pay()
    till.until(lambda: till.slip_of(second).state is SlipState.QUEUED)
    assert till.sheets() == []

    till.parts.order(mended)
    for sale in (done, second):
        till.until(lambda sale=sale: till.slip_of(sale).state is SlipState.PRINTED)
    till.until(lambda: _chip(till) == "Printed")
    first_sheet, second_sheet = till.sheets()
    assert done.sale.ref in first_sheet
    assert second.sale.ref in second_sheet
    assert till.backend.hardware.slips.unsettled() == []
    assert verify(till.backend.database).ok


def test_paper_that_ends_within_a_slip_is_reloaded_and_the_slip_goes_on(till: OpenTill) -> None:
    emulator = till.parts.emulator
    till.put_in("OIL-500")
    emulator.at(emulator.executed + 600, lambda: till.parts.order("paper out"))
    done = till.pay()
    till.until(lambda: till.window.vm.lights.printer.word == "No paper")
    assert till.slip_of(done).state is SlipState.SENDING
    till.parts.order("paper ok")
    till.until(lambda: till.slip_of(done).state is SlipState.PRINTED)
    assert sum(done.sale.ref in sheet for sheet in till.sheets()) == 1


def test_a_printer_that_dies_within_a_slip_is_a_question_and_its_copy_says_so(
    till: OpenTill, caplog: pytest.LogCaptureFixture
) -> None:
    till.put_in("OIL-500")
    till.parts.emulator.die_after(700)
    done = till.pay()
    till.until(lambda: _chip(till) == "Did it come out?")
    slip = till.page.done.slip
    assert slip.yes.isVisible()
    assert slip.copy.isVisible()
    assert till.slip_of(done).state is SlipState.UNKNOWN
    assert "may or may not have come out" in caplog.text

    # Well again, and still nothing prints by itself.
    till.parts.emulator.die_after(None)
    till.parts.order("power cycle")
    till.backend.hardware.slips.hurry()
    torn = till.sheets()
    till.put_in("TEA-100")
    after = till.pay()
    till.until(lambda: till.slip_of(after).state is SlipState.PRINTED)
    assert [done.sale.ref in sheet for sheet in till.sheets()[len(torn) :]] == [False]

    # The next customer is served; the question stands on the idle screen until it is answered.
    till.page.settle_ms = 0
    till.counter.next_customer()
    till.until(lambda: till.page.idle.slip_rows())
    till.page.idle.slip_rows()[0].copy.click()
    till.until(lambda: len(till.sheets()) == len(torn) + 2)
    till.until(lambda: till.backend.hardware.slips.unsettled() == [])
    copy = till.sheets()[-1]
    assert done.sale.ref in copy
    assert "COPY" in copy
    till.until(lambda: not till.page.idle.slip_rows())
