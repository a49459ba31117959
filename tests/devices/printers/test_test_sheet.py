"""The test sheet: every letter three times, and what the printer answers to."""

from dataclasses import replace

import pytest

from devices.printers.base import PrintResult
from devices.printers.emulator import PrinterEmulator
from devices.printers.models import PROFILES
from devices.printers.profiles import PAPER_80
from devices.printers.test_sheet import (
    EAN_DATA,
    LETTERS,
    QR_DATA,
    VARIANTS,
    SheetWords,
    choices,
    sheet_pieces,
)
from tests import judges
from tests.devices.printers.slips import LANGUAGES


def on_paper(counter, profile=PAPER_80, **options):
    pieces = sheet_pieces(profile, counter.cache_dir, **options)
    return counter.printer(profile).print_test(pieces)


def test_every_language_has_three_lines_to_choose_from():
    assert {language for language, _, _ in VARIANTS} == set(LANGUAGES)
    assert choices(["el"]) == [("el", "A", "windows"), ("el", "B", "dos"), ("el", "C", "picture")]
    assert choices() == list(VARIANTS)


def test_the_sheet_shows_letters_columns_and_codes(counter, tmp_path):
    learnt = on_paper(counter)
    assert learnt.result == PrintResult("printed")
    (sheet,) = counter.emulator.wait_sheets()
    assert counter.emulator.unknown == ()
    for language in ("el", "bg", "hu", "pl"):
        first = LETTERS[language].split()[0]
        assert f"A: {first}" in sheet.text
        assert f"B: {first}" in sheet.text
    assert sheet.text.count("€") >= 6
    assert len(sheet.pictures) >= 6, "one picture a language at least"
    for columns in (32, 42, 48):
        assert f"{columns}{'-' * (columns - 3)}|" in sheet.text
    assert sheet.cut == "partial"
    assert sorted(judges.read_codes(sheet.to_png(tmp_path / "sheet.png"))) == [
        ("EAN-13", EAN_DATA),
        ("QR-Code", QR_DATA),
    ]


def test_a_printer_that_numbers_its_pages_otherwise_shows_it(counter):
    counter.emulator.set_page(47, "cp1252")
    on_paper(counter, languages=["el"])
    text = counter.emulator.wait_sheets()[0].text
    first = LETTERS["el"].split()[0]
    assert f"A: {first}" not in text
    assert f"B: {first}" in text


def test_a_line_too_long_for_the_paper_is_seen_broken(cache_dir):
    profile = PROFILES["pos-58"]
    with PrinterEmulator(width=profile.dots) as emulator:
        port = emulator.serve_tcp()
        from devices.registry import make_printer

        printer = make_printer(f"tcp://127.0.0.1:{port}", "pos-58", cache_dir)
        printer.print_test(sheet_pieces(profile, cache_dir))
        text = emulator.tear_off().text
    assert f"32{'-' * 29}|" in text
    assert f"42{'-' * 39}|" not in text
    assert "B: --" in text, "a language the model has no such page for"


def test_the_sheet_teaches_what_the_printer_answers_to(counter):
    learnt = on_paper(counter)
    assert learnt.confirms is True
    assert {"EPSON", "TM-T20II"} <= set(learnt.information)


def test_a_printer_that_answers_in_turn_but_not_to_job_ids_does_not_confirm(counter, monkeypatch):
    from devices.printers.emulator import channel

    answer = channel.Channel.answer
    monkeypatch.setattr(
        channel.Channel,
        "answer",
        lambda self, data: None if data[:1] in (b"\x37", b"\x5f") else answer(self, data),
    )
    learnt = on_paper(counter, replace(PAPER_80, process_id=False))
    assert (learnt.confirms, learnt.information) == (False, ())
    assert learnt.result == PrintResult("printed")


def test_a_printer_that_says_nothing_more_taught_nothing(counter):
    emulator = counter.emulator
    emulator.at(60, lambda: setattr(emulator, "mute", True))
    learnt = on_paper(counter, languages=["en"])
    assert learnt.confirms is None
    assert learnt.result == PrintResult("sent")


def test_a_printer_without_paper_gets_no_sheet(counter):
    counter.emulator.paper = "out"
    learnt = on_paper(counter)
    assert learnt.result == PrintResult("waiting", "paper_out")
    assert learnt.confirms is None


@pytest.mark.parametrize("key", PROFILES)
def test_every_model_has_a_sheet(key, cache_dir):
    words = SheetWords(title="Δοκιμή", language="el")
    assert b"\x1dv0" in b"".join(sheet_pieces(PROFILES[key], cache_dir, words=words))


def test_the_sheet_needs_no_folder_of_its_own():
    assert b"".join(sheet_pieces(PAPER_80, languages=["pl"])).startswith(b"\x18\x1b@")
