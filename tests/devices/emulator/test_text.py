"""What is readable on the paper is what was meant, letter for letter and column for column."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devices.printers.emulator import PrinterEmulator, Sheet

Print = Callable[[bytes], Sheet]

SAMPLES = [
    (19, "cp858", "Points: 12, balance 340 – café €4.10".replace("–", "-")),
    (16, "cp1252", "“Thank you” – naïve £3 €4.10"),
    (47, "cp1253", "Ευχαριστούμε! Πόντοι: 12, ΰΐϊϋ €4,10"),
    (14, "cp737", "Ευχαριστούμε! Άθροισμα"),
    (15, "iso8859_7", "Καλημέρα κόσμε €"),
    (46, "cp1251", "Благодарим Ви! Точки: 12 № 7 €4,10"),
    (17, "cp866", "Ёжик №5, точки"),
    (45, "cp1250", "Árvíztűrő tükörfúrógép, Zażółć gęślą jaźń €"),
    (18, "cp852", "Őrült ŰŐ, Łódź, śćżź"),
    (36, "cp862", "תודה רבה"[::-1]),
    (49, "cp1255", "₪ 12.90 " + "שלום"[::-1]),
]


@pytest.mark.parametrize(("page", "codec", "text"), SAMPLES)
def test_six_languages_come_out_as_they_went_in(
    print_sheet: Print, page: int, codec: str, text: str
) -> None:
    sheet = print_sheet(b"\x1b@\x1bt" + bytes([page]) + text.encode(codec) + b"\n")
    assert sheet.text == text
    assert not sheet.events[:-1]


def test_a_printer_that_numbers_its_pages_otherwise_prints_other_letters() -> None:
    with PrinterEmulator(pages={18: "cp862"}) as other:
        port = other.serve_tcp()
        from tests.devices.emulator.conftest import Client

        client = Client(port)
        client.send(b"\x1bt\x12" + "Łódź".encode("cp852") + b"\n\x1dV\x00")
        assert other.wait_sheets()[0].text != "Łódź"
        other.set_page(18, "cp852")
        client.send(b"\x1bt\x12" + "Łódź".encode("cp852") + b"\n\x1dV\x00")
        assert other.wait_sheets(2)[1].text == "Łódź"
        client.close()


def test_a_byte_without_a_character_leaves_a_hole_that_is_noted(print_sheet: Print) -> None:
    sheet = print_sheet(b"\x1bt\x2fA\xd2B\n")  # D2h is not assigned in WPC1253
    assert sheet.text == "A\ufffdB"
    assert [(event.kind, event.offset) for event in sheet.events[:1]] == [("no such character", 4)]


def test_a_page_that_does_not_exist_is_noted(print_sheet: Print) -> None:
    sheet = print_sheet(b"\x1bt\xc8\x80\n")
    assert [event.kind for event in sheet.events[:2]] == ["no such page", "no such character"]


def test_the_international_set_changes_twelve_characters_only(print_sheet: Print) -> None:
    sheet = print_sheet(b"\x1bR\x02#$@[\\]^`{|}~ abc 123\n\x1bR\x03#\n\x1bR\x00#\n")
    assert sheet.text == "#$§ÄÖÜ^`äöüß abc 123\n£\n#"


def test_initialising_goes_back_to_page_zero_and_forgets_the_unprinted_line(
    print_sheet: Print,
) -> None:
    sheet = print_sheet(b"\x1bt\x2f\x1bE\x01\x1ba\x02lost\x1b@\x9b\n")
    assert sheet.text == "¢"
    assert sheet.lines[0].align == "left"
    assert not sheet.lines[0].spans[0].style.bold


def test_columns_follow_the_position_and_not_the_order_in_the_stream(print_sheet: Print) -> None:
    position = (40 * 12).to_bytes(2, "little")
    sheet = print_sheet(
        b"\x1b$" + position + b"3.80\x1b$\x00\x00Coffee\n"
        b"Tea\x1b\\" + (37 * 12).to_bytes(2, "little") + b"2.10\n"
    )
    assert sheet.text == "Coffee" + " " * 34 + "3.80\n" + "Tea" + " " * 37 + "2.10"


def test_going_back_over_text_replaces_what_is_read_there(print_sheet: Print) -> None:
    sheet = print_sheet(b"abc\x1b\\" + (-24).to_bytes(2, "little", signed=True) + b"X\n")
    assert sheet.text == "aXc"
    assert len(sheet.lines[0].glyphs) == 4


@pytest.mark.parametrize(("code", "x"), [(0, 0), (1, 264), (2, 528), (48, 0), (49, 264), (50, 528)])
def test_alignment_moves_the_whole_line(print_sheet: Print, code: int, x: int) -> None:
    sheet = print_sheet(b"\x1ba" + bytes([code]) + b"1234\n")
    assert sheet.lines[0].spans[0].x == x
    assert sheet.text == " " * (x // 12) + "1234"


def test_alignment_counts_only_at_the_beginning_of_a_line(print_sheet: Print) -> None:
    sheet = print_sheet(b"left\x1ba\x02\nstill\n\x1ba\x02right\n")
    assert [line.align for line in sheet.lines] == ["left", "left", "right"]


def test_margins_and_area_narrow_the_line(print_sheet: Print) -> None:
    sheet = print_sheet(b"\x1dL\x78\x00\x1dW\x78\x00\x1ba\x02abc\n\x1ba\x001234567890X\n")
    assert [line.text for line in sheet.lines] == [
        " " * 17 + "abc",
        " " * 10 + "1234567890",
        " " * 10 + "X",
    ]


def test_a_full_line_goes_on_below(print_sheet: Print) -> None:
    assert print_sheet(b"x" * 50 + b"\n").text == "x" * 48 + "\nxx"
    assert print_sheet(b"\x1bM\x01" + b"x" * 65 + b"\n").text == "x" * 64 + "\nx"
    assert print_sheet(b"\x1b@\x1d!\x10" + b"x" * 25 + b"\n").text == "x" * 24 + "\nx"


def test_tabs_stop_every_eight_columns_or_where_set(print_sheet: Print) -> None:
    sheet = print_sheet(b"a\tb\tc\n\x1bD\x05\x14\x00a\tb\tc\td\n")
    assert sheet.lines[0].columns() == "a       b       c"
    assert sheet.lines[1].columns() == "a    b              cd"


def test_styles_end_where_they_were_switched_off(print_sheet: Print) -> None:
    sheet = print_sheet(
        b"a\x1bE\x01b\x1bE\x00\x1b-\x02c\x1b-\x00\x1dB\x01d\x1dB\x00\x1bM\x01e\x1bM\x00"
        b"\x1bG\x01f\x1bG\x00\x1bV\x01g\x1bV\x00\n\x1b{\x01up\n"
    )
    styles = {span.text: span.style for line in sheet.lines for span in line.spans}
    assert styles["b"].bold
    assert styles["c"].underline == 2
    assert styles["d"].reverse
    assert styles["e"].font == "B"
    assert styles["f"].bold
    assert styles["g"].rotated
    assert styles["up"].upside_down
    assert styles["a"] == type(styles["a"])()


def test_print_mode_sets_five_things_at_once(print_sheet: Print) -> None:
    style = print_sheet(b"\x1b!\xb9X\n").lines[0].spans[0].style
    assert (style.font, style.bold, style.underline, style.width, style.height) == (
        "B",
        True,
        1,
        2,
        2,
    )


def test_sizes_reach_eight_by_eight(print_sheet: Print) -> None:
    sheet = print_sheet(b"\x1d!\x77X\x1d!\x01y\n")
    assert [span.style.cell for span in sheet.lines[0].spans] == [(96, 192), (12, 48)]
    assert sheet.lines[0].advance == 192
    assert sheet.lines[0].text == "Xy"


def test_character_spacing_and_motion_units(print_sheet: Print) -> None:
    sheet = print_sheet(b"\x1b \x06ab\n\x1dP\xcb\x65\x1b3\x14\n\x1b \x00\n")
    assert [glyph.x for glyph in sheet.lines[0].glyphs] == [0, 18]
    assert sheet.lines[1].advance == 40  # 20 units of 1/101 inch


def test_line_spacing_and_feeds(print_sheet: Print) -> None:
    sheet = print_sheet(
        b"a\n\x1b3\x3cb\n\x1b2c\n\x1bJ\x64\x1bd\x02d\x1bd\x02e\n\x1bK\x1e\x1be\x01f\n\x1bJ\x64"
    )
    tops = {line.text: line.top for line in sheet.lines if line.text}
    assert tops == {"a": 0, "b": 30, "c": 90, "d": 280, "e": 340, "f": 310}


def test_blank_lines_are_lines(print_sheet: Print) -> None:
    assert print_sheet(b"a\n\nb\x1bd\x03c\n").text == "a\n\nb\n\n\nc"


def test_frames_of_the_katakana_page(print_sheet: Print) -> None:
    assert print_sheet(b"\x1bt\x01\x9c\x95\x91\x95\x9d\n").text == "╭─┬─╮"


def test_page_mode_is_collected_by_position_and_marked(print_sheet: Print) -> None:
    sheet = print_sheet(
        b"before\n\x1bL\x1d$\x64\x00second\x1d$\x14\x00first\x0cafter\n\x1bLlost\x18\x1bSend\n"
    )
    assert sheet.text == "before\nfirst\nsecond\nafter\nend"
    assert [line.page_mode for line in sheet.lines] == [False, True, True, False, False]


def test_text_for_the_customer_display_is_not_printed(
    printer: PrinterEmulator, print_sheet: Print
) -> None:
    sheet = print_sheet(b"a\x1b=\x02\x1b@TOTAL 4.10\x1b=\x01b\n")
    assert sheet.text == "ab"
    assert printer.display == b"\x1b@TOTAL 4.10\x1b=\x01"
