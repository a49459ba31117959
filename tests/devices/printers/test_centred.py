"""Centred lines of alike length, and codes as wide as the paper."""

import pytest

from devices.printers.codes import barcode_for, module_dots
from devices.printers.layout import text_rows
from tests.devices.printers.slips import Block


def lines(text: str, width: int, align: str = "center", measure=len) -> list[str]:
    rows = text_rows(Block("text", text, align=align), text, width, measure)
    return [row.cells[0].text for row in rows]


def test_no_word_stands_alone_in_the_middle():
    asked = "How did we do: scan the code and tell us."
    assert lines(asked, 32) == ["How did we do: scan", "the code and tell us."]
    assert lines(asked, 32, align="start") == ["How did we do: scan the code and", "tell us."]
    assert lines(asked, 48) == [asked]


@pytest.mark.parametrize(
    ("text", "width", "rows"),
    [
        ("How did we do? Scan the code and tell us.", 32,
         ["How did we do?", "Scan the code and tell us."]),
        ("It is not for the tax office. It is a slip.", 16,
         ["It is not for", "the tax office.", "It is a slip."]),
        ("One short. Then one that is long enough", 24,
         ["One short. Then one", "that is long enough"]),
        ("Mills St. 12, in the village", 24, ["Mills St. 12,", "in the village"]),
        ("Printed on 2026. 11. 21. at noon, there", 24,
         ["Printed on 2026. 11.", "21. at noon, there"]),
    ],
)  # fmt: skip
def test_a_sentence_begins_on_a_line_of_its_own_where_that_takes_no_more(text, width, rows):
    assert lines(text, width) == rows


@pytest.mark.parametrize("width", [16, 32, 42, 384, 576])
@pytest.mark.parametrize("text", ["a", "one two three four", "word " * 30 + "end", "x" * 700])
def test_balanced_lines_are_as_many_as_before_and_none_is_wider(text, width):
    greedy, balanced = lines(text, width, align="start"), lines(text, width)
    assert len(balanced) == len(greedy)
    assert max(map(len, balanced)) <= width
    assert " ".join(balanced).split() == " ".join(greedy).split()


def test_a_coupon_is_scanned_off_the_narrowest_paper_too():
    code = barcode_for("CV86474T5C5EJ")
    assert code is not None
    assert [module_dots(code, dots) for dots in (384, 512, 576)] == [2, 2, 3]
    assert (code.modules - code.quiet) * 2 <= 384
