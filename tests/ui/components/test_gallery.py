"""Every component in six languages, both directions, three themes: nothing cut or too small."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.ui.components.languages import LANGUAGES
from ui.theme import icons, theme
from ui.views.components.button import Button
from ui.views.components.fit import misfits, painted_texts
from ui.views.components.label import Label
from ui.views.gallery import Gallery

DIRECTIONS = {
    "left-to-right": Qt.LayoutDirection.LeftToRight,
    "right-to-left": Qt.LayoutDirection.RightToLeft,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_component_fits_in_every_language(app, qtbot, language, direction):
    app.setLayoutDirection(DIRECTIONS[direction])
    gallery = Gallery(LANGUAGES[language])
    qtbot.addWidget(gallery)
    gallery.resize(1780, 1600)
    with qtbot.waitExposed(gallery):
        gallery.show()

    assert misfits(gallery) == []


def test_every_icon_of_every_component_is_in_the_font(app, qtbot):
    gallery = Gallery()
    qtbot.addWidget(gallery)
    before = icons.unknown()
    gallery.grab()

    assert icons.unknown() == before


def test_the_eye_finds_a_cut_word_and_a_small_target(app, qtbot):
    label, button = Label("Ajándékkártya"), Button("Redeem")
    for widget in (label, button):
        qtbot.addWidget(widget)
        widget.show()
    label.resize(40, 22)
    button.resize(120, 30)

    assert {m.trouble for m in misfits(label)} == {"cut"}
    assert {m.trouble for m in misfits(button)} == {"target"}


def test_a_second_line_may_be_cut_and_is_not_reported(app, qtbot):
    label = Label("a very long second line that has no room at all", elide=True)
    qtbot.addWidget(label)
    label.resize(60, 22)
    label.show()

    assert misfits(label) == []
    assert painted_texts(label)[0].may_elide


def _ground(gallery: Gallery) -> str:
    image = gallery.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return image.pixelColor(2, 200).name()


def test_a_theme_switch_repaints_everything_and_back(app: QApplication, qtbot):
    gallery = Gallery()
    qtbot.addWidget(gallery)
    gallery.show()
    light = gallery.grab().toImage()

    theme.apply(app, "dark")
    assert _ground(gallery) == theme.color("surface").name()
    assert gallery.grab().toImage() != light

    theme.apply(app, "light")
    assert gallery.grab().toImage() == light


def test_mirroring_moves_the_member_column_to_the_other_side(app, qtbot):
    gallery = Gallery()
    qtbot.addWidget(gallery)
    gallery.show()
    card = next(w for w in gallery.findChildren(Button) if w.text() == "Take payment")
    before = card.mapTo(gallery, card.rect().topLeft()).x()

    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    app.processEvents()
    after = card.mapTo(gallery, card.rect().topRight()).x()

    assert abs(gallery.width() - 1 - after - before) <= 1
