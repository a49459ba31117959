"""What stands on one line of paper, at which edge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.printers.layout import Cell, Row, in_columns, pair_rows, text_rows
from tests.devices.printers.slips import Block


def pair(label, value, width=12, *, rtl=False):
    rows = pair_rows(Block("pair"), label, value, width, len)
    return [in_columns(row, width, rtl=rtl) for row in rows]


def test_a_pair_stands_at_both_edges():
    assert pair("Paid", "38.40") == ["Paid   38.40"]
    assert pair("Paid", "38.40", rtl=True) == ["38.40   Paid"]


def test_a_value_that_does_not_fit_has_its_own_line_at_its_own_edge():
    assert pair("Points today", "38") == ["Points today", "          38"]
    assert pair("Points today", "38", rtl=True) == ["Points today", "38"]
    assert pair("Points of this day", "38") == ["Points of", "this day  38"]


def test_a_label_and_a_value_never_touch():
    assert pair("123456", "78901") == ["123456 78901"]
    assert pair("123456", "789012") == ["123456", "      789012"]


@pytest.mark.parametrize(
    ("align", "rtl", "line"),
    [
        ("start", False, "ab"),
        ("start", True, "          ab"),
        ("end", False, "          ab"),
        ("end", True, "ab"),
    ],
)
def test_start_is_where_reading_begins(align, rtl, line):
    (row,) = text_rows(Block("text", align=align), "ab", 12, len)
    assert in_columns(row, 12, rtl=rtl) == line


def test_sizes_a_slip_does_not_know_are_the_nearest_it_knows():
    assert text_rows(Block("text", size=7), "a", 12, len) == [Row((Cell("a"),), size=2)]
    assert text_rows(Block("text", size=0), "a", 12, len) == [Row((Cell("a"),), size=1)]


@given(st.text("ab1 ", max_size=40), st.text("1,.", max_size=20), st.booleans())
def test_no_line_is_wider_than_the_paper(label, value, rtl):
    lines = pair(label, value, 16, rtl=rtl)
    assert all(len(line) <= 16 for line in lines)
    if rtl:
        return
    assert "".join(lines).replace(" ", "") == (label + value).replace(" ", "")
