"""Tokens, palettes, fonts and icons: complete, readable, bundled."""

import re

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF, QImage, QPainter, QPalette
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.theme import fonts, icons, painting, theme
from ui.theme.palette import CONTRAST_PAIRS, PALETTES, contrast
from ui.theme.tokens import TYPE, WEIGHTS


@pytest.mark.parametrize("name", PALETTES)
def test_every_theme_has_every_colour(name):
    assert PALETTES[name].keys() == PALETTES["light"].keys()
    assert all(re.fullmatch("#[0-9A-F]{6}", colour) for colour in PALETTES[name].values())


@pytest.mark.parametrize("name", PALETTES)
def test_what_must_be_read_can_be_read(name):
    palette = PALETTES[name]
    poor = [
        (front, back, round(contrast(palette[front], palette[back]), 2))
        for front, back, least in CONTRAST_PAIRS
        if contrast(palette[front], palette[back]) < least
    ]
    assert poor == []


def test_the_contrast_theme_is_far_beyond_what_is_asked():
    palette = PALETTES["contrast"]
    ratios = [contrast(palette[a], palette[b]) for a, b, least in CONTRAST_PAIRS if least > 4]
    assert min(ratios) >= 9.75


def test_black_on_white_is_the_most_contrast_there_is():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


def test_the_bundled_typeface_is_used_and_writes_every_language(app):
    assert {"IBM Plex Sans", "IBM Plex Sans Hebrew"} <= set(fonts.load())
    for weight in WEIGHTS:
        latin = fonts.font("body", weight)
        assert QFontInfo(latin).family() == "IBM Plex Sans"
        missing = [c for c in "őűŁłżźćΕλέϊЩщЪъ€−×·“”" if not _has(latin, c)]
        assert missing == []
        hebrew = QFont(latin)
        hebrew.setFamilies(["IBM Plex Sans Hebrew"])
        assert all(_has(hebrew, sign) for sign in "אבגדשם״׳־₪")


def _has(font, sign):
    return QFontMetricsF(font).inFontUcs4(ord(sign))


@pytest.mark.parametrize("style", TYPE)
@pytest.mark.parametrize("weight", WEIGHTS)
def test_digits_are_equally_wide_so_figures_line_up(app, style, weight):
    measure = fonts.measure(fonts.font(style, weight))
    widths = {round(measure.horizontalAdvance(digit), 3) for digit in "0123456789"}
    assert len(widths) == 1


def test_text_shrinks_by_steps_and_stops_at_the_smallest(app):
    steps = ("big", "title", "lead")
    assert fonts.fitting("Eleni", 320, steps, "semibold") == "big"
    assert fonts.fitting("Eleni Paradeigma Deigma", 300, steps, "semibold") == "title"
    assert fonts.fitting("Eleni Paradeigma " * 5, 300, steps, "semibold") == "lead"


def _icon(name: str, *, rtl: bool = False) -> QImage:
    image = QImage(40, 40, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = painting.crisp(QPainter(image))
    icons.paint_icon(painter, QRectF(0, 0, 40, 40), name, theme.color("text"), rtl=rtl)
    painter.end()
    return image


def test_an_arrow_turns_round_right_to_left_and_a_check_does_not(app):
    assert _icon("arrow-left", rtl=True) != _icon("arrow-left")
    for name in ("check", "clock", "backspace", "arrow-counter-clockwise", "leaf", "barcode"):
        assert _icon(name, rtl=True) == _icon(name)


def test_an_unknown_icon_paints_nothing(app):
    assert _icon("no-such-icon") == _icon("")
    assert "no-such-icon" in icons.unknown()


def test_native_parts_follow_the_theme_even_on_pages_not_shown(app, qtbot):
    page, hidden = QWidget(), QWidget()
    hidden.setParent(page)
    edit = QLineEdit(hidden)
    hidden.hide()
    qtbot.addWidget(page)
    page.show()
    for name in ("dark", "contrast", "light"):
        theme.apply(app, name)
        app.processEvents()
        assert edit.palette().color(QPalette.ColorRole.Text) == theme.color("text")
        assert edit.palette().color(QPalette.ColorRole.Base) == theme.color("raised")


def test_a_theme_switch_is_told_once(app, qtbot):
    with qtbot.waitSignal(theme.current().changed):
        theme.apply(app, "dark")
    assert theme.current().name == "dark"
    assert not theme.current().is_contrast
