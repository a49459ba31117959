"""Imports that are stopped, cut off and too large; and the command."""

from __future__ import annotations

import argparse
import csv
import gc
import signal
import subprocess
import sys
import time
import tracemalloc
from datetime import UTC
from pathlib import Path

import pytest

from terminal.cards import own_card
from terminal.commands import importing
from terminal.entries import EntryKind
from terminal.importing.mapping import parse
from terminal.importing.planning import GONE
from terminal.importing.records import ImportState, RowState, import_id
from terminal.services.importer import Watching
from tests.stories.import_desk import CARDS, GROUND, people

ROOT = Path(__file__).parents[2]


# -- bad days --------------------------------------------------------------------------------------


def test_a_person_may_stop_it_and_go_on_later(desk):
    text = people(*(f"{n},N{n},{own_card('2950', 1000 + n)},1" for n in range(250)))
    steps: list[tuple[int, int]] = []
    done = desk.bring(
        text, cancelled=lambda: len(steps) == 2, progress=lambda *step: steps.append(step)
    )
    assert done.cancelled
    assert steps == [(100, 250), (200, 250)]
    assert done.record is not None
    assert (done.record.state, done.record.created) == (ImportState.CANCELLED, 200)
    done = desk.bring(text)
    assert (done.tally.created, done.tally.known) == (50, 200)
    assert done.record is not None
    assert (done.record.state, done.record.created) == (ImportState.DONE, 250)


def test_a_long_history_is_booked_in_pieces_and_finished_after_a_cut(desk):
    past = "id,date,points\n" + "".join(
        f"1,2026-01-{day % 28 + 1:02d} 10:{day % 60:02d},2\n" for day in range(350)
    )
    text = people(f"1,A,{CARDS[0]},1000", f"2,B,{CARDS[1]},5")
    stops = iter([False, False, False, True])
    done = desk.bring(text, history=past, cancelled=lambda: next(stops))
    assert done.cancelled
    member = desk.member(CARDS[0])
    assert len(desk.entries(member)) == 100
    with desk.shop.database.read() as uow:
        row = uow.imports.row(import_id("old"), "n:1")
    assert (row.state, row.points, len(row.entries)) == (RowState.OPEN, 1000, 351)
    desk.shop.later(hours=1)
    done = desk.bring(text, history=past)
    assert not done.cancelled
    assert len(desk.entries(member)) == 351
    assert desk.balance(member) == 1000
    assert done.record is not None
    assert (done.record.created, done.record.points) == (2, 1005)
    assert (desk.undo().rows, desk.balance(member)) == (2, 0)
    assert desk.member(CARDS[0]).given_name == GONE


IMPORTER = """
import sys
from pathlib import Path
from terminal.importing.mapping import parse
from terminal.records import TierGrant
from terminal.services.importer import ImportService, Watching
from tests.shop import open_shop

folder = Path(sys.argv[1])
shop = open_shop(folder / "till.db")
service = ImportService(shop.database, shop.till, clock=shop.clock, new_id=shop.new_id)
mapping = parse('name = "old"\\n[consent]\\nground = "paper card"')
looked = service.look(mapping, folder / "members.csv", folder / "history.csv")
tell = lambda done, total: print(done, flush=True)
service.run(looked, Watching(lambda finding: None, tell))
print("done", flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nothing kills so dead elsewhere")
def test_power_cuts_in_the_middle_lose_nothing_and_do_nothing_twice(desk):
    count = 600
    desk.write(people(*(f"{n},N{n},{own_card('2950', 2000 + n)},7" for n in range(count))))
    moves = (f"{n},2026-01-{day:02d},3\n" for n in range(0, count, 3) for day in (5, 6))
    desk.write("id,date,points\n" + "".join(moves), "history.csv")
    told = [_killed_after(desk.folder, lines) for lines in (5, 7, 10)]
    assert "done" not in told
    done = desk.service.run(
        desk.service.look(
            parse(f'name = "old"\n{GROUND}'), desk.folder / "members.csv",
            desk.folder / "history.csv",
        ),
        Watching(desk.findings.append),
    )  # fmt: skip
    assert 100 < done.tally.created < count
    assert done.tally.created + done.tally.known == count
    everything = desk.everything()
    assert len(everything) == count
    assert {balance for balance, _entries in everything.values()} == {7}
    assert sum(entries for _balance, entries in everything.values()) == count + count // 3 * 2
    assert done.record is not None
    assert (done.record.created, done.record.points) == (count, count * 7)


def _killed_after(folder: Path, lines: int) -> str:
    """Import in a process that is killed after so many transactions; the last line it said."""
    process = subprocess.Popen(
        [sys.executable, "-c", IMPORTER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = [process.stdout.readline().strip() for _line in range(lines)]
    process.kill()
    process.communicate()
    return said[-1]


def test_a_file_of_ten_thousand_rows_takes_seconds_and_little_memory(desk):
    count = 10_000
    rows = (
        f"{n};Ελένη;Δείγμα;69{n:08d};{own_card('2950', 5000 + n)};1.{n % 1000:03d};31/12/2027"
        for n in range(count)
    )
    header = "Κωδικός;Όνομα;Επώνυμο;Κινητό;Κάρτα;Πόντοι;Λήξη"
    path = desk.folder / "members.csv"
    path.write_bytes("\r\n".join((header, *rows)).encode("cp1253"))
    looked = desk.service.look(parse(f'name = "old"\n{GROUND}'), path)
    assert (looked.members.encoding, looked.rows) == ("cp1253", count)
    started = time.process_time()  # what others do on this machine is not ours
    done = desk.service.run(looked, Watching(desk.findings.append))
    seconds = time.process_time() - started
    assert (done.tally.created, desk.findings) == (count, [])
    assert done.tally.points == sum(1000 + n % 1000 for n in range(count))
    assert seconds < 60


def test_memory_does_not_grow_with_the_file(desk):
    def peak(count: int) -> int:
        rows = (f"{n},N{n},69{n:08d},{n}" for n in range(count))
        text = people(*rows, header="id,name,phone,points")
        desk.bring(people("0,A,6900000000,1", header="id,name,phone,points"), trial=True)
        path = desk.write(text)
        looked = desk.service.look(parse(f'name = "old"\n{GROUND}'), path)
        tracemalloc.start()
        # The tests' own collector waits until a test is over.
        watching = Watching(desk.findings.append, lambda done, total: gc.collect() and None)
        desk.service.run(looked, watching, trial=True)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(1200)  # what is loaded once, and caches that fill, are not the file's
    small, large = peak(200), peak(1200)
    assert large < small * 2 + 1_000_000


# -- the command -----------------------------------------------------------------------------------


def test_the_command_guesses_shows_and_tries(desk, monkeypatch):
    monkeypatch.chdir(desk.folder)
    desk.write(f"Κωδικός;Όνομα;Κάρτα;Πόντοι;Συγκατάθεση;Χρώμα\n1;Ελένη;{CARDS[0]};5;ναι;x\n",
               "Πελάτες 2026.csv", "cp1253")  # fmt: skip
    assert desk.command("Πελάτες 2026.csv", "--write-mapping", "m.toml") == 0
    assert desk.said[:2] == ["Πελάτες 2026.csv: cp1253, delimiter ;, rows: 1", "  number = Κωδικός"]
    assert "  not used: Χρώμα" in desk.said
    assert "The columns were guessed: this is a trial, nothing is booked." in desk.said
    assert desk.count() == 0
    assert 'name = "2026"' in (desk.folder / "m.toml").read_text("utf-8")
    assert desk.command("Πελάτες 2026.csv", "--mapping", "m.toml") == 0
    assert desk.said[-1] == "To take it back: import --undo 2026"
    assert desk.member(CARDS[0]).given_name == "Ελένη"
    assert desk.command("--list") == 0
    assert [line.split()[0] for line in desk.said] == ["2026"]
    assert desk.command("--undo", "2026") == 0
    assert desk.command("--undo", str(import_id("2026"))) == 0


def test_the_report_is_no_formula_and_has_every_finding(desk, monkeypatch):
    monkeypatch.chdir(desk.folder)
    rows = [f"{n},=cmd|' /C calc'!A0,-x{n}" for n in range(15)]
    desk.write(people(*rows, header="id,name,card"), "members.csv")
    desk.write(f'name = "old"\n{GROUND}', "m.toml")
    code = desk.command("members.csv", "--mapping", "m.toml", "--report", "report.csv")
    assert code == 1
    said = [line for line in desk.said if line.startswith("members.csv:") and "card" in line]
    assert len(said) == importing.SHOWN
    assert said[0] == (
        "members.csv:2: card “-x0”: This is not a card number: a digit is wrong or missing."
        " Compare it with the card."
    )
    assert "… and more: --report FILE writes them all down." in desk.said
    with (desk.folder / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        [header, *lines] = csv.reader(file)
    assert header == ["result", "file", "line", "column", "value", "what", "remedy"]
    assert [line[4] for line in lines] == [f"'-x{n}" for n in range(15)]
    assert [line[2] for line in lines] == [str(n + 2) for n in range(15)]


def test_the_command_says_what_stops_it(desk, monkeypatch):
    monkeypatch.chdir(desk.folder)
    desk.write(f"id\tname\tcard\n1\tA\t{CARDS[0]}\n", "ab.csv")
    assert desk.command("ab.csv") == 2
    assert "delimiter TAB" in desk.said[0]
    assert desk.said[-1].startswith("ab.csv: no column says that people agreed")
    assert desk.command("none.csv") == 2
    assert desk.command("ab.csv", "--mapping", "none.toml") == 2
    assert desk.command("ab.csv", "--report", "no/such/folder.csv") == 2
    assert "it can't be written" in desk.said[0]
    assert desk.command("--undo", "never-heard-of") == 2
    assert desk.said == ["no import is called " + import_id("never-heard-of")]


def test_the_command_knows_the_time_by_itself(desk):
    args = argparse.Namespace(list=True, report=None)
    assert importing.run(args, desk.shop.database, desk.shop.till, desk.said.append) == 0
    assert desk.said == []
    assert importing.now().tzinfo is UTC


def test_the_command_stopped_by_hand_says_how_to_go_on(desk, monkeypatch):
    monkeypatch.chdir(desk.folder)
    rows = [f"{n},N{n},{own_card('2950', 1000 + n)},1" for n in range(150)]
    desk.write(people(*rows), "members.csv")
    desk.write(f'name = "old"\n{GROUND}', "m.toml")

    words = ("members.csv", "--mapping", "m.toml")
    monkeypatch.setattr(desk, "said", _Interrupting())
    assert desk.command(*words) == 2
    assert desk.said[-1] == "Stopped. Run it again to go on where it stopped."
    desk.said = []
    assert desk.command(*words) == 0
    assert desk.count() == 150


def test_the_command_undoes_and_says_what_stays_spent(desk, monkeypatch):
    monkeypatch.chdir(desk.folder)
    desk.bring(people(f"1,A,{CARDS[0]},100"))
    desk.shop.later(days=1)
    desk.move(desk.member(CARDS[0]), EntryKind.REDEEM, -30)
    assert desk.command("--undo", "old") == 1
    assert [line.split() for line in desk.said if line.startswith("  ")] == [
        ["0", "rows", "undone"], ["1", "rows", "left"], ["0", "points", "taken", "back"],
        ["0", "points", "that", "stay", "spent"],
    ]  # fmt: skip
    assert desk.command("--undo", "old", "--spent", "take") == 0


class _Interrupting(list):
    """Ctrl-C after the first transaction."""

    def append(self, line: str) -> None:
        super().append(line)
        if line == "100 of 150":
            raise KeyboardInterrupt
