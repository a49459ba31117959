"""Several printers and a drawer at the counter: what a cashier can do, and what she is told."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtCore import Qt

from terminal.drawer import KickReason
from terminal.events import DeviceStatus, DrawerKicked
from terminal.ids import SaleId, StaffId
from terminal.services.printing import PrintSpool
from terminal.slips import SlipState
from tests.ui.counter.shop import Outcome, Printer
from tests.ui.counter.window import Window
from ui.tasks import Inline
from ui.viewmodels.notices import Opening

Open = Callable[..., Window]
CONTROL = Qt.KeyboardModifier.ControlModifier


@dataclass
class Drawer:
    """Keeps who wanted it open."""

    asked: list[tuple[StaffId, KickReason]] = field(default_factory=list)

    def open(self, staff_id: StaffId, reason: KickReason, sale_id: SaleId | None = None) -> None:
        del sale_id
        self.asked.append((staff_id, reason))


@pytest.fixture
def window(open_window: Open) -> Window:
    """With a drawer, and with two printers of which the first has no paper."""
    window = open_window(ready=False)
    shop = window.shop
    shop.printer.outcome = Outcome("waiting", "cover_open")
    shop.spool = PrintSpool(
        shop.database, {"front": shop.printer, "back": Printer()}, shop.bus,
        clock=shop.clock, new_id=shop.new_id,
    )  # fmt: skip
    shop.services = replace(shop.services, slips=shop.spool, drawer=Drawer())
    window.vm.ready(shop.services, Inline())
    window.well()
    window.page.settle_ms = 0
    return window


def drawer_of(window: Window) -> Drawer:
    drawer = window.shop.services.drawer
    assert isinstance(drawer, Drawer)
    return drawer


def sell(window: Window) -> None:
    window.scan(window.shop.ean(0))
    window.key(Qt.Key.Key_F12)
    assert window.counter.stage == "done"


def state(window: Window) -> tuple[SlipState, str]:
    jobs = window.shop.database.state.slips.values()
    newest = max(jobs, key=lambda job: job.created_at)
    return newest.state, newest.printer


def test_a_waiting_slip_goes_to_the_other_printer(window: Window) -> None:
    sell(window)
    window.shop.spool.run_once()
    window.counter.next_customer()
    [row] = window.page.idle.slip_rows()
    assert row.other.isVisible()
    row.other.click()
    window.shop.spool.run_once()
    assert state(window) == (SlipState.PRINTED, "back")
    assert window.page.idle.slip_rows() == []


@pytest.mark.usefixtures("caplog")
def test_a_copy_of_a_doubtful_slip_comes_out_of_the_other_printer(window: Window) -> None:
    window.shop.printer.outcome = Outcome("unknown", "lost")
    sell(window)
    window.shop.spool.run_once()
    window.counter.next_customer()
    [row] = window.page.idle.slip_rows()
    row.other.click()
    window.shop.spool.run_once()
    jobs = sorted(window.shop.database.state.slips.values(), key=lambda job: job.created_at)
    assert [job.printer for job in jobs if job.copy_of] == ["back"]
    assert window.counter.slips.troubled() == []


def test_with_one_printer_there_is_no_other(open_window: Open) -> None:
    window = open_window()
    window.shop.printer.outcome = Outcome("waiting", "cover_open")
    sell(window)
    window.shop.spool.run_once()
    window.counter.next_customer()
    [row] = window.page.idle.slip_rows()
    assert not row.other.isVisible()
    row.skip.click()
    assert window.counter.slips.troubled() == []


def test_the_other_printer_is_one_that_works_if_any_does(window: Window) -> None:
    sell(window)
    slips = window.counter.slips
    assert slips.job is not None
    assert slips.other_printer(slips.job) == "back"
    assert slips.other_printer(replace(slips.job, printer="back")) == "front"
    slips.printers = ()
    assert slips.other_printer(slips.job) == ""


def test_an_unanswered_button_of_an_empty_row_does_nothing(window: Window) -> None:
    row = window.page.idle._slips[0]
    for button in (row.yes, row.copy, row.other, row.skip):
        button.click()
    assert window.shop.spool.unsettled() == []


def test_a_slip_that_was_given_up_says_so_and_can_be_had_again(window: Window) -> None:
    sell(window)
    window.shop.clock.now = window.shop.clock.now.replace(year=2027)
    window.shop.spool.run_once()
    chip = window.counter.slips.chip()
    assert chip is not None
    assert (chip.text, chip.tone) == ("Not printed", "neutral")
    assert "Print a copy" in chip.remedy
    window.key(Qt.Key.Key_P, CONTROL)
    assert len(window.shop.spool.unsettled()) == 1


@pytest.mark.parametrize("stage", ["idle", "sale", "cash", "done"])
def test_control_d_opens_the_drawer_wherever_the_cashier_is(window: Window, stage: str) -> None:
    if stage != "idle":
        window.scan(window.shop.ean(0))
    if stage == "cash":
        window.counter.take_cash()
    elif stage == "done":
        window.key(Qt.Key.Key_F12)
    window.key(Qt.Key.Key_D, CONTROL)
    assert drawer_of(window).asked == [(window.shop.cashier.id, KickReason.MANUAL)]


def test_a_till_without_a_drawer_has_no_key_for_it(open_window: Open) -> None:
    window = open_window()
    assert "Ctrl+D" not in [action.key for action in window.shell.actions_now()]
    window.counter.open_drawer()


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (DrawerKicked(KickReason.MANUAL, "kicked"), "is noted"),
        (DrawerKicked(KickReason.SALE, "unreachable"), "Use its key"),
        (DrawerKicked(KickReason.SALE, "too_late"), "by hand"),
        (DrawerKicked(KickReason.MANUAL, "not_booked"), "stays shut"),
    ],
)
def test_what_became_of_the_drawer_is_said(window: Window, event: DrawerKicked, says: str) -> None:
    window.vm.heard(event)
    assert says in window.shell.toast.accessibleName()


@pytest.mark.parametrize("outcome", ["kicked", "too_soon"])
def test_a_drawer_that_opens_at_a_sale_is_not_worth_a_word(window: Window, outcome: str) -> None:
    window.shell.toast.hide()
    window.vm.heard(DrawerKicked(KickReason.SALE, outcome))
    assert not window.shell.toast.isVisible()


def test_the_display_has_a_light_only_while_it_wants_something(window: Window) -> None:
    light = window.shell.lights["display"]
    assert not light.isVisible()
    window.vm.heard(DeviceStatus("display", True))
    assert not light.isVisible()
    window.vm.heard(DeviceStatus("display", False, "unreachable"))
    assert light.isVisible()
    assert light.text() == "Display away"
    window.vm.heard(DeviceStatus("display", True))
    assert not light.isVisible()


@pytest.mark.parametrize("name", ["scanner", "printer", "display"])
def test_a_light_leads_to_its_set_up(window: Window, name: str) -> None:
    opened: list[object] = []
    window.vm.opening.connect(opened.append)
    window.vm.touch_light(name)
    assert window.shell.toast.button().text() == "Set up"
    window.shell.toast.button().click()
    assert opened == [Opening("setup", name)]
