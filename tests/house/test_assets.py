"""The bundled fonts write our five languages, every icon has its glyph, licences go with them."""

from __future__ import annotations

import json

import pytest
from PySide6.QtGui import QRawFont
from pytestqt.qtbot import QtBot

from bootstrap.steps import ROOT

FONTS = ROOT / "ui" / "theme" / "fonts"
ICONS = ROOT / "ui" / "theme" / "icons"
WEIGHTS = ("Regular", "Medium", "SemiBold")
LETTERS = {
    "IBMPlexSans": (
        "ABCXYZabcxyzáéíóöőúüűÁÉÍÓÖŐÚÜŰąćęłńóśźżĄĆĘŁŃÓŚŹŻ"
        "ΑΒΓΔΩαβγδωςάέήίόύώϊϋΐΰΆΈΉΊΌΎΏАБВГДЖЗИЙЩЪЬЮЯабвгджзийщъьюя"
        "0123456789€₪ł+−×·…–—„”«»’"
    ),
    "IBMPlexSansHebrew": "אבגדהוזחטיכךלמםנןסעפףצץקרשת0123456789₪",
}


@pytest.mark.parametrize("weight", WEIGHTS)
@pytest.mark.parametrize("family", LETTERS)
def test_a_font_has_every_letter_and_figures_of_one_width(
    qtbot: QtBot, family: str, weight: str
) -> None:
    font = QRawFont(str(FONTS / f"{family}-{weight}.ttf"), 1000)
    assert font.isValid()
    assert [sign for sign in LETTERS[family] if not font.supportsCharacter(ord(sign))] == []
    advances = font.advancesForGlyphIndexes(font.glyphIndexesForString("0123456789"))
    assert len({advance.x() for advance in advances}) == 1


def test_every_icon_has_a_glyph(qtbot: QtBot) -> None:
    font = QRawFont(str(ICONS / "phosphor.ttf"), 16)
    styles = json.loads((ICONS / "icons.json").read_text("utf-8"))
    assert set(styles) == {"ph", "ph-fill", "ph-bold"}
    for style, codes in styles.items():
        missing = [name for name, code in codes.items() if not font.supportsCharacter(code)]
        assert missing == [], style


def test_icons_are_those_that_were_asked_for() -> None:
    wanted = (ROOT / "tools" / "icons.txt").read_text("utf-8").split()
    styles = json.loads((ICONS / "icons.json").read_text("utf-8"))
    assert wanted == sorted(set(wanted))
    assert {style: list(codes) for style, codes in styles.items()} == dict.fromkeys(styles, wanted)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (FONTS / "IBMPlexSans-LICENSE.txt", "SIL Open Font License"),
        (FONTS / "IBMPlexSansHebrew-LICENSE.txt", "SIL Open Font License"),
        (ICONS / "phosphor-LICENSE.txt", "MIT License"),
    ],
)
def test_the_licence_is_shipped(path, words: str) -> None:
    assert words in path.read_text("utf-8")
