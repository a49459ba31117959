"""What is connected and what it answers, tried on real lines, sockets and the software printer."""

import os
import queue
import socket
import time
from types import SimpleNamespace

import pytest

from devices import system
from devices.printers.emulator import PrinterEmulator
from devices.printers.models import PROFILES
from devices.probing import Probe, profile_of
from tests.devices.lines import PtyLine


def port(device, vid=0x0403, pid=0x6001, number="A1", location="1-2", product="Reader"):
    return SimpleNamespace(
        device=str(device), vid=vid, pid=pid, serial_number=number, location=location,
        product=product, description="n/a",
    )  # fmt: skip


class Machine:
    """A machine whose ports, files and neighbours are what a test says."""

    def __init__(self, folder):
        self.folder = folder
        self.ports, self.files, self.queues, self.hosts = [], [], [], []

    def probe(self, **options):
        return Probe(
            self.folder,
            comports=lambda: self.ports, printer_files=lambda: self.files,
            queues=lambda: self.queues, neighbours=lambda: self.hosts,
            **{"every": 0.05, "answer_seconds": 0.4, **options},
        )  # fmt: skip


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.fixture
def printer():
    with PrinterEmulator() as emulator:
        yield emulator


def test_everything_that_is_plugged_in_has_a_name_and_lines_an_identity(machine, tmp_path):
    file = tmp_path / "lp0"
    file.touch()
    line = tmp_path / "ttyACM0"
    line.touch()
    machine.ports = [
        port(line),
        port("/dev/ttyS0", None, None, None, None, None),
        port("/dev/x", 1, 2, None, "1-9"),
    ]
    machine.files, machine.queues = [str(file)], ["cups:Receipt"]
    probe = machine.probe()
    until = time.monotonic() + 20
    while not any(one.kind == "queue" for one in probe.found()) and time.monotonic() < until:
        time.sleep(0.01)  # the spooler is asked on the side
    found = {one.address: one for one in probe.found()}
    assert (found[str(line)].identity, found[str(line)].name) == ("usb:0403:6001:A1@1-2", "Reader")
    assert (found["/dev/ttyS0"].identity, found["/dev/ttyS0"].name) == ("", "/dev/ttyS0")
    assert found["/dev/x"].identity == "usb:0001:0002@1-9"
    assert (found[str(file)].kind, found["cups:Receipt"].kind) == ("usb_printer", "queue")
    assert found["cups:Receipt"].name == "Receipt"


def test_a_typed_line_is_listened_to_and_speaks(machine, tmp_path):
    line, heard = PtyLine(tmp_path / "typed"), queue.Queue()
    probe = machine.probe()
    probe.listen(heard.put, lambda: heard.put("changed"), [line.path])
    assert heard.get(timeout=20) == "changed"
    line.send(b"5201234567894\r")
    assert heard.get(timeout=20).address == line.path
    probe.set_speed(line.path, 19200)
    assert [one.address for one in probe.found()] == [line.path]
    busy = machine.probe().line(line.path, 9600)
    assert busy.problem == "busy"
    probe.hush()
    probe.set_speed(line.path, 9600)
    assert machine.probe().line(line.path, 9600).problem == ""
    line.unplug()


def test_a_busy_line_is_shown_as_that(machine, tmp_path):
    line, changes = PtyLine(tmp_path / "line"), queue.Queue()
    holding = machine.probe()
    holding.listen(lambda burst: None, lambda: changes.put(1), [line.path])
    changes.get(timeout=20)
    probe = machine.probe()
    probe.listen(lambda burst: None, lambda: changes.put(1), [line.path])
    changes.get(timeout=20)
    assert [one.problem for one in probe.found()] == ["busy"]
    for one in (holding, probe):
        one.hush()
    line.unplug()


def test_a_reader_is_found_again_under_another_name(machine, tmp_path):
    line = PtyLine(tmp_path / "line")
    machine.ports = [port(line.path)]
    probe = machine.probe()
    facts = probe.line("usb:0403:6001:A1", 9600)
    assert (facts.where, facts.problem) == (line.path, "")
    assert facts.group
    machine.ports = []
    assert probe.line("usb:0403:6001:A1", 9600).problem == "missing"
    assert probe.line("not an address", 9600).problem == "missing"
    assert probe.line(str(tmp_path / "nowhere"), 9600).problem == "missing"
    line.unplug()


@pytest.mark.parametrize("way", ["tcp", "pty"])
def test_a_printer_says_what_it_is_and_how_it_stands(machine, printer, way, tmp_path):
    if way == "tcp":
        target = f"tcp://127.0.0.1:{printer.serve_tcp()}"
    else:
        target = f"serial://{printer.serve_pty(tmp_path / 'printer')}"
    probe = machine.probe()
    facts = probe.try_printer(target, "80")
    assert facts.answers
    assert (facts.cause, facts.model, facts.profile) == ("", "EPSON TM-T20II", "epson-tm-t20")
    assert facts.target == (target if way == "tcp" else f"{target}?baud=9600")
    assert facts.picture_seconds in (range(4) if way == "tcp" else (23,))
    printer.paper = "low"
    assert probe.try_printer(facts.target, "80").paper_low
    printer.paper = "out"
    assert probe.try_printer(facts.target, "80").cause == "paper_out"


def test_a_printer_that_is_mute_is_tried_at_every_speed(machine, printer, tmp_path):
    target = f"serial://{printer.serve_pty(tmp_path / 'printer')}?flow=rtscts"
    printer.mute = True
    facts = machine.probe(answer_seconds=0.05).try_printer(target, "80")
    assert not facts.answers
    assert (facts.cause, facts.target) == ("timeout", f"{target}&baud=19200")


def test_a_printer_without_a_name_keeps_the_paper_that_was_chosen(machine, tmp_path):
    """Answers status and nothing else, as many clones do."""
    line = PtyLine(tmp_path / "clone")
    probe = machine.probe(answer_seconds=0.3)
    import threading

    def answer():
        for _ in range(4):
            line.receive(3)
        line.send(b"\x12\x12\x12\x12")

    clone = threading.Thread(target=answer)
    clone.start()
    facts = probe.try_printer(f"serial://{line.path}?baud=9600", "58")
    clone.join()
    assert (facts.answers, facts.model, facts.profile) == (True, "", "58")
    line.unplug()


@pytest.mark.parametrize(
    ("target", "cause"),
    [("tcp://127.0.0.1:1", "unreachable"), ("nonsense:", "bad_address"), ("", "bad_address")],
)
def test_where_no_printer_is_that_is_the_answer(machine, target, cause):
    probe = machine.probe()
    assert probe.try_printer(target, "80").cause == cause
    assert probe.drawer_level(target) is None
    assert probe.kick(target, 2, "now", 150) == cause
    assert probe.show(target, "", "escpos", "latin") == cause


def test_a_printer_this_user_may_not_open_is_said_before_anything_is_tried(
    machine, tmp_path, monkeypatch
):
    for name, target in (("lp0", "{}"), ("ttyUSB1", "serial://{}?baud=9600")):
        path = tmp_path / name
        path.touch()
        monkeypatch.setattr(os, "access", lambda path, mode: False)
        assert machine.probe().try_printer(target.format(path), "80").cause == "not_allowed"


def test_a_queue_never_answers_and_that_is_no_fault(machine):
    facts = machine.probe().try_printer("cups:Receipt", "80")
    assert (facts.answers, facts.cause, facts.profile) == (False, "", "80")


@pytest.mark.parametrize("high", [False, True])
@pytest.mark.parametrize("way", ["now", "queued"])
def test_the_drawer_opens_and_its_switch_reads_differently(machine, way, high):
    with PrinterEmulator(drawer_open_is_high=high) as printer:
        target = f"tcp://127.0.0.1:{printer.serve_tcp()}"
        probe = machine.probe()
        closed = probe.drawer_level(target)
        assert probe.kick(target, 2, way, 150) == ""
        assert printer.wait_until(lambda: printer.drawer_open)
        opened = probe.drawer_level(target)
        assert (closed, opened) == (not high, high)
        printer.mute = True
        assert probe.drawer_level(target) is None


def test_a_drawer_is_not_pulsed_twice_within_a_second(machine, printer):
    target = f"tcp://127.0.0.1:{printer.serve_tcp()}"
    probe = machine.probe()
    assert probe.kick(target, 2, "now", 150) == ""
    assert probe.kick(target, 2, "now", 150) == "too_soon"


def test_a_display_behind_the_printer_and_one_on_its_own_line_show_the_sample(
    machine, printer, tmp_path
):
    target = f"tcp://127.0.0.1:{printer.serve_tcp()}"
    probe = machine.probe()
    assert probe.show("printer", target, "escpos", "greek") == ""
    assert printer.wait_until(lambda: "ΑΒΓ".encode("cp737") in printer.display)
    line = PtyLine(tmp_path / "pole")
    assert probe.show(f"serial://{line.path}?baud=9600", "", "cd5220", "central") == ""
    assert "ąćę".encode("cp852") in line.receive(60, timeout=1)
    line.unplug()


def test_neighbours_that_listen_where_printers_do_are_found_and_it_can_be_stopped(machine):
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        machine.hosts = ["127.0.0.1", "localhost"]
        found = []
        machine.probe(port=number).search_network(found.append, lambda: False)
        assert sorted(found) == [f"tcp://{host}:{number}" for host in ("127.0.0.1", "localhost")]
        machine.probe(port=number).search_network(found.append, lambda: True)
        assert len(found) == 2


@pytest.mark.parametrize(
    ("model", "profile"),
    [
        ("EPSON TM-T20III", "epson-tm-t20"),
        ("EPSON TM-T88VI", "epson-tm-t88"),
        ("TM-m30II", "epson-tm-m30"),
        ("Star TSP", ""),
        ("", ""),
    ],
)
def test_a_model_that_is_known_brings_its_profile(model, profile):
    assert profile_of(model, PROFILES) == profile


def test_who_may_use_a_file_and_who_has_it(tmp_path, monkeypatch):
    path = tmp_path / "lp0"
    path.touch()
    assert system.permission_problem(str(path)) == ""
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert system.permission_problem(str(path)) == "not_allowed"
    assert system.permission_problem(str(tmp_path / "away")) == ""
    assert system.group_of(str(tmp_path / "away")) == ""
    process = tmp_path / "proc" / "77"
    (process / "fd").mkdir(parents=True)
    (process / "comm").write_text("modemmanager\n")
    (process / "fd" / "3").symlink_to(path)
    assert system.holder_of(str(path), tmp_path / "proc") == "modemmanager (77)"
    assert system.holder_of("/dev/other", tmp_path / "proc") == ""


def test_a_line_has_a_name_that_lasts_where_the_system_gives_it_one(tmp_path):
    line, links = tmp_path / "ttyUSB0", tmp_path / "by-id"
    line.touch()
    assert system.lasting(str(line), links) == str(line)
    links.mkdir()
    (links / "usb-other").symlink_to(tmp_path / "other")
    (links / "usb-printer").symlink_to(line)
    assert system.lasting(str(line), links) == str(links / "usb-printer")
    assert system.lasting("/dev/none", links) == "/dev/none"


def test_a_usb_printer_names_itself(tmp_path):
    about = tmp_path / "lp0" / "device"
    about.mkdir(parents=True)
    (about / "ieee1284_id").write_text("MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;CLS:PRINTER;\n")
    assert system.printer_name("/dev/usb/lp0", tmp_path) == "EPSON TM-T20II"
    assert system.printer_name("/dev/usb/lp1", tmp_path) == "/dev/usb/lp1"
    (about / "ieee1284_id").write_text("\n")
    assert system.printer_name("/dev/usb/lp0", tmp_path) == "/dev/usb/lp0"


def test_the_spooler_is_asked_where_there_is_one(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert system.queues() == []
    tool = tmp_path / "lpstat"
    tool.write_text("#!/bin/sh\necho Receipt\necho Office\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert system.queues() == ["cups:Receipt", "cups:Office"]
    monkeypatch.setattr(system, "_SPOOLER_SECONDS", 0.05)
    tool.write_text("#!/bin/sh\nexec sleep 5\n")
    assert system.queues() == []


@pytest.mark.parametrize(("own", "count"), [("192.168.7.9", 253), ("127.0.0.1", 0), ("8.8.8.8", 0)])
def test_only_a_small_private_network_is_asked(monkeypatch, own, count):
    monkeypatch.setattr(system, "own_address", lambda: own)
    hosts = system.neighbours()
    assert len(hosts) == count
    assert own not in hosts


def test_this_machines_address_is_one():
    assert system.own_address("127.0.0.1") == "127.0.0.1"
    assert system.own_address("::1") == "127.0.0.1"


def test_the_test_sheet_comes_out_and_the_printer_confirms_it(machine, printer):
    target = f"tcp://127.0.0.1:{printer.serve_tcp()}"
    probe = machine.probe()
    facts = probe.print_sheet(target, "80")
    assert (facts.state, facts.confirms) == ("printed", True)
    sheet = printer.wait_sheets(1)[0].text
    letters = {letter for _, letter, _ in probe.variants()}
    assert all(letter in sheet for letter in letters)
    assert {language for language, _, _ in probe.variants()} == {"en", "el", "bg", "hu", "pl", "he"}
    assert printer.unknown == ()


def test_a_sheet_that_can_not_come_out_waits_and_says_why(machine, printer):
    target = f"tcp://127.0.0.1:{printer.serve_tcp()}"
    printer.cover_open = True
    facts = machine.probe().print_sheet(target, "80")
    assert (facts.state, facts.cause) == ("waiting", "cover_open")
    assert printer.sheets == ()


def test_a_printer_that_says_nothing_gets_no_sheet(machine, printer):
    target = f"tcp://127.0.0.1:{printer.serve_tcp()}"
    printer.mute = True
    facts = machine.probe(answer_seconds=0.05).print_sheet(target, "80")
    assert (facts.state, facts.confirms) == ("waiting", False)
    assert printer.sheets == ()
    assert machine.probe().print_sheet("nonsense:", "80").cause == "bad_address"


def test_a_line_that_breaks_leaves_the_sheet_unknown(machine, printer, caplog):
    target = f"tcp://127.0.0.1:{printer.serve_tcp()}"
    printer.die_after(200)
    facts = machine.probe().print_sheet(target, "80")
    assert (facts.state, facts.confirms) == ("unknown", False)
