"""Text that never flips, lines that break clean, boxes that stay inside."""

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from tests.ui.components.painted import ink_span
from ui.theme import fonts, painting, theme


def _drawn(words: str, *, align="start", rtl=False, elide=False, width=200) -> QImage:
    image = QImage(width, 40, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = painting.crisp(QPainter(image))
    rect, font = QRectF(0, 0, width, 40), fonts.font("body")
    painting.text(
        painter, rect, words, font, theme.color("text"), align=align, rtl=rtl, elide=elide
    )
    painter.end()
    return image


@pytest.mark.parametrize(
    "figure", ["+114", "−₪4.00", "12,84 €", "···· 4417", "2 ×", "Ctrl Z", "50%"]
)
def test_a_figure_reads_the_same_in_both_directions(app, figure):
    there = _drawn(painting.ltr(figure), align="center", rtl=True)
    assert there == _drawn(figure, align="center", rtl=False)


def test_without_isolation_a_sign_would_flip(app):
    assert _drawn("+114", align="center", rtl=True) != _drawn("+114", align="center")


def test_start_is_left_or_right_by_the_layout_not_by_the_text(app):
    assert ink_span(_drawn("Elia Deli"))[0] <= 3
    assert ink_span(_drawn("Elia Deli", rtl=True))[1] >= 196
    assert ink_span(_drawn("דנה"))[0] <= 3
    assert ink_span(_drawn("Elia Deli", align="end", rtl=True))[0] <= 3


def test_an_isolated_name_keeps_its_own_direction(app):
    assert _drawn(painting.isolate("(דנה)"), align="center") == _drawn(
        "(דנה)", align="center", rtl=True
    )


def test_only_what_may_be_cut_is_cut(app):
    long = "Web shop, coupon AUTUMN used, sent with consent"
    assert ink_span(_drawn(long, elide=True, width=120))[1] < 120
    seen: list[painting.PaintedText] = []
    with painting.watching(seen.append):
        _drawn(long, width=120)
        _drawn(long, elide=True, width=120)
    assert [text.fits for text in seen] == [False, False]
    assert [text.may_elide for text in seen] == [False, True]


def test_broken_lines_are_stripped_and_lose_nothing(app):
    words = "Older entries come when the connection is back. The balance is right."
    lines = painting.wrap(words, fonts.font("body"), 180)
    assert len(lines) >= 3
    assert " ".join(lines) == words
    assert all(line == line.strip() for line in lines)
    assert all(fonts.width(line, "body") <= 181 for line in lines)


def test_an_empty_text_is_one_empty_line_and_a_break_is_kept(app):
    assert painting.wrap("", fonts.font("body"), 100) == [""]
    assert painting.wrap("a\nb", fonts.font("body"), 100) == ["a", "b"]


def test_a_place_from_the_start_edge_is_mirrored_once():
    rect = QRectF(10, 0, 30, 20)
    assert painting.visual(rect, 100, False) == rect
    assert painting.visual(rect, 100, True) == QRectF(60, 0, 30, 20)
    assert painting.visual(painting.visual(rect, 100, True), 100, True) == rect


def test_a_border_stays_inside_its_box(app):
    image = QImage(60, 40, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = painting.crisp(QPainter(image))
    painting.box(painter, QRectF(10, 10, 40, 20), 4, None, theme.color("text"), 2)
    painter.end()
    assert image.pixelColor(9, 20).alpha() == 0
    assert image.pixelColor(10, 20).alpha() == 255
    assert image.pixelColor(50, 20).alpha() == 0
