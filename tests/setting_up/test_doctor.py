"""The doctor names every device, how it stands, and first of all what to do."""

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from terminal.db.engine import open_database
from terminal.errors import DatabaseBroken
from terminal.journal import CLONED
from terminal.programs.policies import Offline
from terminal.programs.starter import starter_program
from terminal.services import doctor_machine
from terminal.services.checkup import Remote, checkup
from terminal.services.doctor import Finding, as_json, examine
from terminal.services.doctor_devices import device_probes
from terminal.services.doctor_machine import look_at_clock, look_at_disk, zone_name
from terminal.settings import (
    DisplaySettings,
    DrawerSettings,
    PrinterSettings,
    ScannerSettings,
    Settings,
)
from tests.fakes import MemoryDatabase
from tests.setting_up.fakes import Facts

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    where: str = "/dev/ttyACM1"
    problem: str = ""
    holder: str = ""
    group: str = ""


@dataclass
class Counter:
    """What the machine would answer."""

    lines: Line = Line()
    printer: Facts = field(default_factory=lambda: Facts(""))
    level: bool | None = None
    asked: list = field(default_factory=list)

    def line(self, port, baudrate):
        self.asked.append((port, baudrate))
        return self.lines

    def papers(self):
        return [("80", "80 mm"), ("epson-tm-t20", "TM-T20")]

    def try_printer(self, target, paper):
        return self.printer

    def drawer_level(self, target):
        return self.level


def look(settings, counter=None, *, till_is_open=False):
    probes = device_probes(
        settings, counter or Counter(), lambda cause: f"Mend {cause}.", till_is_open=till_is_open
    )
    return {one.part: one for one in examine(probes, ())}


FULL = Settings(
    scanner=ScannerSettings(port="usb:0403:6001:A1"),
    printer=PrinterSettings(target="tcp://192.0.2.7:9100", pictures=("he",), confirms=True),
)


def test_a_till_without_devices_is_told_how_to_get_some():
    said = look(Settings())
    assert list(said) == ["scanner", "printer", "cash drawer", "customer display"]
    for part in ("scanner", "printer"):
        assert said[part].state == "none set up; main.py run --setup finds one"
    # A till may do without any of them: nothing is wrong with it.
    assert {finding.remedy for finding in said.values()} == {""}


def test_only_the_printer_that_the_sheet_is_printed_on_is_asked_for_one():
    both = replace(FULL.printer, pictures=None)
    more = replace(FULL, printer=both, more_printers=(replace(both, target="/dev/usb/lp1"),))
    said = look(more)
    assert "Print the test sheet" in said["printer"].remedy
    assert said["printer 2"].remedy == ""


def test_a_reader_is_named_with_its_place_its_speed_and_how_it_ends():
    found = look(FULL)["scanner"]
    assert found.state == (
        "usb:0403:6001:A1, now /dev/ttyACM1, 9600 baud, ends its codes with Enter or the like"
    )
    assert found.remedy == ""


@pytest.mark.parametrize(
    ("line", "state", "remedy"),
    [
        (Line("", "missing"), "not there", "Plug it in"),
        (Line(problem="busy", holder="ModemManager (811)"), "in use", "Close ModemManager (811)"),
        (Line(problem="busy"), "in use", "Close the program that uses it"),
        (Line(problem="not_allowed", group="uucp"), "may not open it", "usermod -aG uucp $USER"),
        (Line(problem="not_allowed"), "may not open it", "usermod -aG dialout $USER"),
        (Line(problem="bad_address"), "bad_address", "Correct its address"),
    ],
)
def test_a_reader_that_can_not_be_used_says_what_to_do(line, state, remedy):
    found = look(FULL, Counter(line))["scanner"]
    assert state in found.state
    assert remedy in found.remedy


def test_a_line_the_till_itself_holds_is_well():
    found = look(FULL, Counter(Line(problem="busy", holder="python (9)")), till_is_open=True)
    assert found["scanner"].remedy == ""
    assert "the till uses it" in found["scanner"].state


def test_readers_that_type_and_several_of_them():
    keyboard = ScannerSettings(port="keyboard", idle_ms=85, us_layout=True)
    settings = replace(FULL, more_scanners=(keyboard, replace(keyboard, us_layout=False)))
    said = look(settings)
    assert said["scanner 2"].state == (
        "types like a keyboard, at most 85 ms between two keys, read by the places of its keys"
    )
    assert said["scanner 3"].state.endswith("two keys")


def test_a_printer_says_what_it_is_and_what_was_seen_of_it():
    found = look(FULL)["printer"]
    assert found.state == (
        "tcp://192.0.2.7:9100; EPSON TM-T20II; ready; confirms every slip; "
        "letters: as the model says; as pictures: he"
    )
    assert found.remedy == ""


@pytest.mark.parametrize(
    ("facts", "wanted", "state", "remedy"),
    [
        (Facts("", "paper_out"), {}, "paper out", "Mend paper_out"),
        (Facts("", "bad_address", answers=False), {}, "bad address", "can't be understood"),
        (Facts("", "busy", answers=False), {}, "busy", "Another program"),
        (Facts("", "not_allowed", answers=False), {}, "not allowed", "usermod -aG lp"),
        (Facts("", paper_low=True), {}, "paper nearly out", "Have a new roll at hand"),
        (Facts("", answers=False, model=""), {}, "a queue", ""),
        (Facts(""), {"pictures": None}, "no test sheet", "Print the test sheet"),
        (Facts(""), {"confirms": False}, "does not confirm", ""),
        (Facts(""), {"confirms": None, "cutter": "none"}, "does not cut", ""),
        (Facts("", picture_seconds=56), {}, "ready", "about 56 seconds"),
        (Facts("", picture_seconds=56), {"pictures": ()}, "ready", ""),
        (Facts(""), {"pages": "dos", "pictures": ()}, "letters: DOS pages", ""),
    ],
)
def test_a_printer_with_something_to_say(facts, wanted, state, remedy):
    settings = replace(FULL, printer=replace(FULL.printer, **wanted))
    found = look(settings, Counter(printer=facts))["printer"]
    assert state in found.state
    assert remedy in found.remedy
    assert bool(remedy) == bool(found.remedy)


@pytest.mark.parametrize(
    ("level", "now"), [(True, "open now"), (False, "closed now"), (None, "nobody says")]
)
def test_the_drawer_says_when_it_opens_and_whether_it_is_open(level, now):
    settings = replace(FULL, drawer=DrawerSettings(opens="cash", open_is_high=True))
    found = look(settings, Counter(level=level))["cash drawer"]
    assert "opens when cash is taken" in found.state
    assert now in found.state


def test_a_drawer_without_a_printer_is_a_mistake():
    settings = Settings(drawer=DrawerSettings(opens="always"))
    assert "printer" in look(settings)["cash drawer"].remedy


def test_displays_are_named_and_a_poles_line_looked_at():
    def display(**how):
        counter = Counter(Line(problem="missing"))
        return look(replace(FULL, display=DisplaySettings(**how)), counter)["customer display"]

    assert display(screen=1).state == "second screen 1"
    behind = display(target="printer", screen=1)
    assert behind.state == "printer, escpos, latin letters; second screen 1"
    pole = display(target="serial:///dev/ttyUSB2?baud=19200")
    assert "Plug it in" in pole.remedy


def test_the_doctor_makes_no_shop_where_there_is_none(tmp_path):
    def opened():
        raise AssertionError("nobody asked for a new shop")

    def looked(folder):
        hub = Remote("hub", lambda: ("hub.test:5432/hub", ""), str)
        parts = checkup(
            folder, FULL, now=NOW, database=opened, secrets_place="keyring",
            devices=Counter(), say_printer=str, remotes=[hub],
        )  # fmt: skip
        return {one.part: one for one in examine(parts, ())}

    mistyped = looked(tmp_path / "shopp")
    assert "Look at what --data says" in mistyped["database"].remedy
    assert mistyped["hub"] == Finding("hub", "hub.test:5432/hub")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "settings.toml").write_text("", "utf-8")
    by_hand = looked(tmp_path)["database"]
    assert "made with the first main.py run" in by_hand.state
    assert by_hand.remedy == "", "a shop that is only being set up is well"


def test_the_whole_round_names_every_part(tmp_path):
    books = MemoryDatabase()
    (tmp_path / "till.db").touch()
    parts = checkup(
        tmp_path, FULL, now=NOW, database=lambda: books, secrets_place="keyring",
        devices=Counter(), say_printer=str,
    )  # fmt: skip
    found = {one.part: one for one in examine(parts, ())}
    assert list(found) == [
        "settings", "database", "secrets", "disk", "clock", "scanner", "printer", "cash drawer",
        "customer display", "online store",
    ]  # fmt: skip
    assert [one.part for one in found.values() if one.remedy] == []
    assert found["database"].state.endswith("0 members")


def test_secrets_without_a_keyring_and_a_store_that_refuses_are_told(tmp_path):
    (tmp_path / "till.db").touch()

    def broken():
        raise OSError("no such disk")

    parts = checkup(
        tmp_path, FULL, now=NOW, database=broken, secrets_place="/data/secrets.json",
        devices=Counter(), say_printer=str,
        remotes=[
            Remote("online store", lambda: ("wrong key", "wrong_key"), lambda code: f"mend {code}")
        ],
    )  # fmt: skip
    found = {one.part: one for one in examine(parts, (OSError,))}
    assert "readable by its owner only" in found["secrets"].state
    assert found["online store"].remedy == "mend wrong_key"
    assert str(found["database"]).startswith("!!  database: OSError: no such disk")
    assert str(found["clock"]).startswith("OK  clock: ")


def test_a_store_whose_prices_are_without_tax_is_well_and_says_what_that_means(tmp_path):
    def looked(problem):
        parts = checkup(
            tmp_path, FULL, now=NOW, database=MemoryDatabase, secrets_place="keyring",
            devices=Counter(), say_printer=str,
            remotes=[Remote("online store", lambda: ("Shop", problem), lambda _: "Enter tax.")],
        )  # fmt: skip
        return next(one for one in examine(parts, ()) if one.part == "online store")

    assert looked("lacks:tax_included") == Finding("online store", "Shop. Enter tax.")
    more = looked("lacks:open_item,tax_included")
    assert more.remedy == "Enter tax.", "what else is missing is to be mended"


def test_the_doctor_says_what_may_be_redeemed_while_the_hub_is_away(tmp_path):
    books = open_database(tmp_path / "till.db")
    answers = [("hub.test:5432/hub", "")]

    def state(version=0, **offline):
        if version:
            program = replace(
                starter_program("EUR", NOW - timedelta(days=30 - version)), version=version,
                offline=Offline(**offline),
            )  # fmt: skip
            with books.write() as uow:
                uow.programs.put(program)
                uow.commit()
        parts = checkup(
            tmp_path, FULL, now=NOW, database=lambda: books, secrets_place="keyring",
            devices=Counter(), say_printer=str,
            remotes=[Remote("hub", lambda: answers[0], str)],
        )  # fmt: skip
        found = next(one for one in examine(parts, (DatabaseBroken,)) if one.part == "hub")
        assert found.remedy == ""
        return found.state.partition("; ")[2]

    assert state() == "", "no programme is in force"
    said = "while it is away at most 1000 points of a member and 10000 points a day are redeemed"
    assert state(1) == f"{said} (`offline` in the programme)"
    said = "while it is away at most 300 points of a member are redeemed"
    assert state(2, per_member=300, per_day=None) == f"{said} (`offline` in the programme)"
    said = "while it is away points are redeemed WITHOUT A LIMIT: see `offline` in the programme"
    assert state(3, per_member=None, per_day=None) == said
    answers[0] = None
    assert state() == "", "there is no hub"
    books.close()


def test_a_till_that_is_there_twice_is_told_though_the_hub_answers(tmp_path):
    books = open_database(tmp_path / "till.db")
    answers = [("hub.test:5432/hub", ""), ("revoked", "revoked")]

    def looked(database):
        parts = checkup(
            tmp_path, FULL, now=NOW, database=database, secrets_place="keyring",
            devices=Counter(), say_printer=str,
            remotes=[Remote("hub", lambda: answers[0], lambda code: f"mend {code}")],
        )  # fmt: skip
        return next(one for one in examine(parts, (DatabaseBroken,)) if one.part == "hub")

    def broken():
        raise DatabaseBroken(path="till.db")

    assert looked(lambda: books) == Finding("hub", "hub.test:5432/hub")
    with books.write() as uow:
        uow.journal.put_state(CLONED, "1")
        uow.commit()
    assert looked(lambda: books) == Finding("hub", "till_cloned", "mend till_cloned")
    assert looked(broken) == Finding("hub", "hub.test:5432/hub")
    del answers[0]
    assert looked(lambda: books).remedy == "mend revoked"
    books.close()


def test_findings_can_be_read_by_a_program():
    told = json.loads(as_json([Finding("printer", "paper out", "Put in a roll"), Finding("x", "")]))
    assert [one["well"] for one in told] == [False, True]
    assert told[0] == {
        "part": "printer", "well": False, "state": "paper out", "remedy": "Put in a roll",
    }  # fmt: skip


def test_a_full_disk_is_said_even_before_the_folder_is_there(tmp_path, monkeypatch):
    assert look_at_disk(tmp_path / "new" / "till")[1] == ""
    monkeypatch.setattr(doctor_machine, "LEAST_FREE", 10**18)
    assert "Make room" in look_at_disk(tmp_path)[1]


def test_a_clock_that_can_not_be_right_is_said(tmp_path):
    path = tmp_path / "settings.toml"
    assert look_at_clock(NOW, path, "Europe/Athens")[1] == ""
    assert "time zone" in look_at_clock(NOW, path, "")[1]
    assert "clock" in look_at_clock(datetime(2001, 1, 1, tzinfo=UTC), path, "UTC")[1]
    path.touch()
    os.utime(path, (NOW.timestamp() + 3 * 86400, NOW.timestamp() + 3 * 86400))
    assert "clock" in look_at_clock(NOW, path, "UTC")[1]


def test_the_zone_has_a_name(tmp_path):
    link = tmp_path / "localtime"
    (tmp_path / "zoneinfo" / "Europe").mkdir(parents=True)
    (tmp_path / "zoneinfo" / "Europe" / "Athens").touch()
    link.symlink_to(tmp_path / "zoneinfo" / "Europe" / "Athens")
    assert zone_name(NOW, link) == "Europe/Athens"
    assert zone_name(NOW, tmp_path / "none")


@pytest.mark.parametrize(
    ("paper", "remedy"),
    [
        ("epson-tm-t21", "paper: did you mean epson-tm-t20?"),
        ("zebra", "paper: known: 80, epson-tm-t20"),
    ],
)
def test_a_paper_nobody_knows_is_no_printer_however_well_it_answers(paper, remedy):
    counter = Counter()
    wrong = replace(FULL, printer=replace(FULL.printer, paper=paper))
    assert look(wrong, counter)["printer"] == Finding(
        "printer", f"tcp://192.0.2.7:9100; the till has no printer {paper!r}", remedy
    )


def test_a_printer_in_trouble_is_told_its_remedy_and_no_other():
    out = Counter(printer=Facts("", "paper_out"))
    bare = replace(FULL, printer=replace(FULL.printer, pictures=None))
    assert look(bare, out)["printer"].remedy == "Mend paper_out"
