"""The lights: quiet while all is well, and a change is said once."""

from dataclasses import replace
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


def test_a_question_to_a_person_calls_too(heard: tuple[LightsViewModel, list[Notice]]) -> None:
    lights, said = heard
    lights.heard(SyncStatus("online", tasks=3))
    assert lights.sync.word == "3 to look at"
    assert lights.sync.meaning == "Sync asks you something."
    lights.heard(SyncStatus("online", tasks=3, blocked=1))
    assert lights.sync.word == "4 to look at"
    assert lights.sync.meaning == "The online store refused something."
    lights.heard(SyncStatus("online"))
    assert lights.sync.word == ""
    assert said == []


def test_of_several_printers_the_worst_one_shows_and_is_named(
    heard: tuple[LightsViewModel, list[Notice]],
) -> None:
    lights, said = heard
    lights.heard(DeviceStatus("printer", True, name="front"))
    lights.heard(DeviceStatus("printer", True, name="back"))
    lights.heard(DeviceStatus("printer", True, "paper_low", name="front"))
    assert (lights.printer.state, lights.printer.word) == ("look", "Paper low")
    assert lights.printer.meaning.startswith("front: The paper is nearly at its end")
    lights.heard(DeviceStatus("printer", False, "cover_open", name="back"))
    assert (lights.printer.state, lights.printer.word) == ("broken", "Cover open")
    assert lights.printer.meaning.startswith("back: ")
    lights.heard(DeviceStatus("printer", True, name="back"))
    assert lights.printer.word == "Paper low"
    assert [notice.tone for notice in said] == ["warning", "warning", "positive"]
    assert said[1].text == "back: The printer cover is open. Close it: printing will go on."


def test_one_printer_needs_no_name(heard: tuple[LightsViewModel, list[Notice]]) -> None:
    lights, said = heard
    lights.heard(DeviceStatus("printer", False, "busy", name="tcp://192.0.2.10"))
    assert lights.printer.word == "Printer busy"
    assert lights.printer.meaning == said[0].text
    assert "192.0.2.10" not in lights.printer.meaning


@pytest.mark.parametrize(
    ("cause", "word"),
    [("unreachable", "Printer away"), ("cutter", "Cutter stuck"), ("offline", "Printer away")],
)
def test_each_trouble_of_a_printer_has_its_remedy(
    heard: tuple[LightsViewModel, list[Notice]], cause: str, word: str
) -> None:
    lights, _said = heard
    lights.heard(DeviceStatus("printer", False, cause))
    assert (lights.printer.state, lights.printer.word) == ("broken", word)
    assert lights.printer.meaning.count(". ") >= 1


def test_a_drawer_left_open_is_a_quiet_word_on_the_printers_light(
    heard: tuple[LightsViewModel, list[Notice]],
) -> None:
    lights, said = heard
    lights.heard(DeviceStatus("printer", True))
    lights.heard(DeviceStatus("drawer", False, "left_open"))
    assert (lights.printer.state, lights.printer.word) == ("look", "Drawer open")
    lights.heard(DeviceStatus("drawer", True))
    assert lights.printer.state == "well"
    assert [notice.tone for notice in said] == ["neutral"]


def test_scanners_and_the_display_say_what_to_do(
    heard: tuple[LightsViewModel, list[Notice]],
) -> None:
    lights, said = heard
    lights.heard(DeviceStatus("scanner", False, "none"))
    assert (lights.scanner.state, said) == ("off", [])
    lights.heard(DeviceStatus("scanner", False, "bad_address"))
    assert (lights.scanner.state, lights.scanner.word) == ("broken", "Scanner away")
    assert "Set it up again" in lights.scanner.meaning
    lights.heard(DeviceStatus("display", True))
    assert lights.display.state == "well"
    lights.heard(DeviceStatus("display", False, "bad_address"))
    assert (lights.display.state, lights.display.word) == ("look", "Display away")
    assert "Set it up again" in lights.display.meaning
    lights.heard(DeviceStatus("kettle", False))
    assert len(said) == 2


def test_of_devices_that_are_gone_nothing_is_known(
    heard: tuple[LightsViewModel, list[Notice]],
) -> None:
    lights, said = heard
    lights.heard(DeviceStatus("printer", False, "paper_out", name="old"))
    lights.heard(SyncStatus("offline", waiting=3, problem="timeout"))
    lights.forget()
    assert (lights.printer.state, lights.printer.word) == ("off", "")
    assert lights.sync.word == "Offline · 3 waiting"
    lights.heard(DeviceStatus("printer", True, name="new"))
    assert lights.printer.state == "well"
    lights.heard(DeviceStatus("printer", False, "paper_out", name="new"))
    assert said[-1].text.startswith("The printer is out of paper"), "there is one printer now"


@pytest.mark.parametrize(
    ("offset", "said_to_be"),
    [
        (3 * 3_600_000, "This till's clock is 180 minutes slow. Set its date and time."),
        (-125_000, "This till's clock is 2 minutes fast. Set its date and time."),
    ],
)
def test_a_clock_that_is_wrong_is_said_once_and_shown_until_it_is_set(
    heard: tuple[LightsViewModel, list[Notice]], offset: int, said_to_be: str
) -> None:
    lights, said = heard
    lights.heard(SyncStatus("online", last_success=AT))
    for waiting in (0, 1):
        lights.heard(
            SyncStatus(
                "online", waiting, last_success=AT, clock_ms=offset + waiting, clock_off=True
            )
        )
    assert [notice.text for notice in said] == [said_to_be]
    assert (lights.sync.state, lights.sync.word) == ("look", "Clock is wrong")
    assert lights.sync.meaning == said_to_be
    lights.heard(SyncStatus("online", last_success=AT, clock_ms=500))
    assert lights.sync.state == "well"


def together(**hub: object) -> SyncStatus:
    """A store that is well and a hub that is not, as one."""
    well = SyncStatus("online", last_success=AT, store="vendure")
    of_hub = SyncStatus(**{"state": "offline", "problem": "unreachable", "store": "hub", **hub})  # type: ignore[arg-type]
    return replace(of_hub, store="", stores=(of_hub, well))


def test_a_hub_that_is_away_is_not_called_an_online_store(
    heard: tuple[LightsViewModel, list[Notice]],
) -> None:
    lights, said = heard
    lights.heard(together())
    assert lights.sync.meaning == "The hub does not answer. Carry on selling."
    lights.heard(together(state="online", problem=""))
    lights.heard(together(state="misconfigured", problem="revoked"))
    assert (lights.sync.word, lights.sync.meaning) == (
        "Hub refuses", "The hub lets this till in no more. Ask its owner.",
    )  # fmt: skip
    assert [notice.text for notice in said] == [
        "The hub is away. Sales and points go on, the rest waits.",
        "The hub is back. What waited is sent now.",
        "The hub lets this till in no more. Ask its owner.",
    ]


def test_of_a_hub_and_a_store_the_one_that_fails_is_named(
    heard: tuple[LightsViewModel, list[Notice]],
) -> None:
    lights, _said = heard
    hub = SyncStatus("online", last_success=AT, store="hub")
    away = SyncStatus("offline", problem="unreachable", store="vendure")
    lights.heard(replace(away, store="", stores=(hub, away)))
    assert lights.sync.meaning == "The online store does not answer. Carry on selling."


def test_a_service_that_hangs_is_not_said_to_be_a_store_that_is_away(
    heard: tuple[LightsViewModel, list[Notice]],
) -> None:
    lights, said = heard
    silent = "The sync service of this machine says nothing any more. Carry on selling."
    lights.heard(SyncStatus("online", last_success=AT))
    lights.heard(SyncStatus("offline", waiting=2, problem="service_silent"))
    assert (lights.sync.word, lights.sync.meaning) == ("Offline · 2 waiting", silent)
    lights.heard(SyncStatus("online", last_success=AT))
    assert [notice.text for notice in said] == [silent]


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ({"state": "connecting"}, "Calling the hub."),
        ({"state": "online"}, "The hub knows everything."),
        ({"state": "online", "blocked": 1}, "What another till told can't be written here yet."),
        ({"state": "online", "tasks": 1}, "Sync asks you something."),
    ],
)
def test_of_a_till_with_a_hub_alone_no_light_speaks_of_an_online_store(
    said: dict[str, object], meaning: str
) -> None:
    lights = LightsViewModel(Words("en"))
    hub = SyncStatus(store="hub", **said)  # type: ignore[arg-type]
    lights.heard(hub)
    assert lights.sync.meaning == meaning
    lights.heard(replace(hub, store="", stores=(hub,)))
    assert lights.sync.meaning == meaning
    store = replace(hub, store="vendure")
    lights.heard(replace(hub, store="", stores=(hub, store)))
    assert ("online store" in lights.sync.meaning) is ("tasks" not in said)
