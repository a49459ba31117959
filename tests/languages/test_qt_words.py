"""Qt speaks the till's language too: the one place where it has words of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal.i18n import Words
from ui.app import make_app
from ui.views.components.field import TextField


@pytest.fixture(autouse=True)
def english_after(qapp: QApplication) -> Iterator[None]:
    yield
    make_app([], Words("en"))


def labels(qtbot: QtBot) -> list[str]:
    field = TextField("")
    qtbot.addWidget(field)
    actions = field.edit.menu().actions()
    return [action.text().partition("\t")[0] for action in actions if not action.isSeparator()]


def test_the_menu_of_a_field_is_in_the_tills_language(qtbot: QtBot) -> None:
    make_app([], Words("el"))
    assert labels(qtbot) == [
        "Αναίρεση", "Επανάληψη", "Αποκοπή", "Αντιγραφή", "Επικόλληση", "Διαγραφή", "Επιλογή όλων",
    ]  # fmt: skip


def test_keys_stay_beside_the_words(qtbot: QtBot) -> None:
    make_app([], Words("hu"))
    field = TextField("")
    qtbot.addWidget(field)
    assert "Beillesztés\tCtrl+V" in [action.text() for action in field.edit.menu().actions()]
