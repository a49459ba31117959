"""The lights: quiet while all is well, and a change is said once."""

from datetime import UTC, datetime

import pytest

from terminal.events import DeviceStatus, SyncStatus
from terminal.i18n import Words
from ui.viewmodels.lights import LightsViewModel
from ui.viewmodels.notices import Notice

pytestmark = pytest.mark.usefixtures("qapp")
AT = datetime(2026, 11, 18, 14, 2, tzinfo=UTC)


@pytest.fixture
def heard() -> tuple[LightsViewModel, list[Notice]]:
    lights, said = LightsViewModel(Words("en", zone=UTC)), list[Notice]()
    lights.told.connect(said.append)
    return lights, said


def test_a_device_that_is_well_from_the_start_says_nothing(
    heard: tuple[LightsViewModel, list[Notice]],
) -> None:
    lights, said = heard
    lights.heard(DeviceStatus("scanner", True))
    assert lights.scanner.state == "well"
    assert lights.scanner.word == ""
    assert said == []


def test_paper_out_is_said_once_and_paper_back_once(
    heard: tuple[LightsViewModel, list[Notice]],
) -> None:
    lights, said = heard
    lights.heard(DeviceStatus("printer", True))
    for _ in range(3):
        lights.heard(DeviceStatus("printer", False, "paper_out"))
    assert lights.printer.word == "No paper"
    assert len(said) == 1
    lights.heard(DeviceStatus("printer", True))
    assert [notice.tone for notice in said] == ["warning", "positive"]


def test_no_printer_set_up_is_no_trouble(heard: tuple[LightsViewModel, list[Notice]]) -> None:
    lights, said = heard
    lights.heard(DeviceStatus("printer", False, "none"))
    assert lights.printer.state == "off"
    assert said == []


def test_offline_says_how_many_wait_and_the_growing_queue_is_not_news(
    heard: tuple[LightsViewModel, list[Notice]],
) -> None:
    lights, said = heard
    lights.heard(SyncStatus("online", last_success=AT))
    for waiting in (0, 3, 12):
        lights.heard(SyncStatus("offline", waiting=waiting, last_success=AT, problem="timeout"))
    assert lights.sync.word == "Offline · 12 waiting"
    assert lights.as_of == "as of 14:02"
    assert len(said) == 1
    lights.heard(SyncStatus("online", last_success=AT))
    assert lights.as_of == ""
    assert len(said) == 2


def test_a_blocked_message_calls_without_a_toast(
    heard: tuple[LightsViewModel, list[Notice]],
) -> None:
    lights, said = heard
    lights.heard(SyncStatus("online", blocked=1))
    assert lights.sync.state == "look"
    assert lights.sync.word == "1 to look at"
    assert said == []
