"""The page with a code for the customer: large, dark on white in every theme, and a way to save."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from terminal.ids import MemberId
from terminal.slips import slip_text
from terminal.symbols import QR_QUIET, qr_rows
from ui.paper.codes import paint_qr
from ui.paper.slip import slip_image
from ui.theme import painting, theme
from ui.viewmodels.hand_out import HandOutModel
from ui.viewmodels.notices import Opening
from ui.views.components.base import PaintedWidget, begin
from ui.views.components.button import Button
from ui.views.components.label import Label
from ui.views.components.paper import Paper
from ui.views.components.surface import Sheet
from ui.views.page import KeyAction, Page

_LEAST, _LIKED, _MOST = 200, 380, 520
Asks = Callable[[QWidget, str, str, str], str]
"""(parent, title, suggested path, filters) to the chosen path, "" for none."""


class CodePicture(PaintedWidget):
    """A QR code in whole pixels on white, as large as its place; nothing while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_code(self, code: str, name: str) -> None:
        """Show a code; ``name`` is read out."""
        self._code = code
        self.setAccessibleName(name)
        self.setVisible(bool(code))
        self.refresh()

    def sizeHint(self) -> QSize:
        """Return a size that a phone reads across the counter."""
        return QSize(_LIKED, _LIKED)

    def minimumSizeHint(self) -> QSize:
        """Return the least that still reads."""
        return QSize(_LEAST, _LEAST)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the white square and the code in its middle."""
        painter = begin(self)
        side = float(min(self.width(), self.height(), _MOST))
        ground = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painting.box(painter, ground, 12, theme.color("paper"))
        modules = len(qr_rows(self._code)) + 2 * QR_QUIET
        ratio = self.devicePixelRatioF()
        module = max(int(side * ratio) // modules, 1) / ratio
        code = module * (modules - 2 * QR_QUIET)
        corner = QPointF(
            round(ground.center().x() - code / 2), round(ground.center().y() - code / 2)
        )
        paint_qr(painter, self._code, corner, code)


class HandOutPage(Page):
    """A card for the phone (``phone_card``, a member's id) or a slip (``digital_slip``, its
    number). ``finished`` carries None, or the member's page where that is where one came from.
    """

    def __init__(
        self,
        model: HandOutModel,
        what: str,
        *,
        to_office: bool = False,
        ask_path: Asks | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._what, self._to_office = model, what, to_office
        self._ask_path = ask_path or _ask_path
        w = model.words
        self.title = Label("", "title", "semibold", align="center")
        self.code = CodePicture()
        self.paper = Paper()
        self.name = Label("", "lead", "semibold", align="center", elide=True)
        self.detail = Label("", "lead", role="muted", align="center", number=True)
        self.note = Label("", "body", role="muted", align="center", wrap=True)
        self.save_button = Button(
            w.t("Save as a file…"), size="large", icon="floppy-disk", key="Ctrl S"
        )
        self.google = Button("", size="large", icon="device-mobile", key="Ctrl G")
        self.back = Button(w.t("Back"), "primary", size="large", icon="arrow-left", key="Esc")
        self._lay_out()
        self.save_button.clicked.connect(self.save)
        self.google.clicked.connect(self._turn)
        self.back.clicked.connect(self._leave)
        model.changed.connect(self.show_state)
        model.told.connect(self.told)
        self.show_state()

    def _lay_out(self) -> None:
        sheet = Sheet()
        sheet.setMaximumWidth(880)
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(32, 24, 32, 24)
        inside.setSpacing(10)
        inside.addWidget(self.title)
        inside.addWidget(self.code, 1)
        inside.addWidget(self.paper, 1)
        for label in (self.name, self.detail, self.note):
            inside.addWidget(label)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        for button in (self.save_button, self.google, self.back):
            buttons.addWidget(button)
        buttons.addStretch(1)
        inside.addSpacing(6)
        inside.addLayout(buttons)
        page = QHBoxLayout(self)
        page.setContentsMargins(16, 4, 16, 0)
        page.addStretch(1)
        page.addWidget(sheet, 100)
        page.addStretch(1)

    def open_with(self, subject: str) -> None:
        """Get what this opening is about."""
        if self._what == "phone_card":
            self._model.open_card(MemberId(subject))
        else:
            self._model.open_slip(subject)

    def show_state(self) -> None:
        """Show what was handed out; before that only the way back."""
        shown, w = self._model.shown, self._model.words
        self.save_button.setEnabled(shown is not None)
        self.google.setVisible(self._model.has_google)
        self.google.setText(w.t("Card’s own code") if self._model.on_google else "Google Wallet")
        self.code.show_code(shown.code if shown else "", shown.title if shown else "")
        self._show_paper()
        if shown is not None:
            self.title.setText(shown.title)
            self.name.setText(shown.name)
            self.detail.setText(shown.detail)
            self.detail.setVisible(bool(shown.detail))
            self.note.setText(shown.note)
        self.keys_changed.emit()

    def _show_paper(self) -> None:
        """A slip that has no code is at least seen."""
        shown, slip = self._model.shown, self._model.slip
        without = shown is not None and slip is not None and not shown.code
        self.paper.setVisible(without)
        if without and slip is not None:
            self.paper.setSlip(slip_image(slip), slip_text(slip.blocks))

    def keys(self) -> Sequence[KeyAction]:
        """What the keys do."""
        w = self._model.words
        keys = [KeyAction(w.t("Back"), "Esc", "arrow-left", self._leave, at_end=True)]
        if self._model.shown is not None:
            keys.append(KeyAction(w.t("Save as a file…"), "Ctrl+S", "floppy-disk", self.save))
        if self._model.has_google:
            keys.append(KeyAction(self.google.text(), "Ctrl+G", "device-mobile", self._turn))
        return keys

    def save(self) -> None:
        """Ask where to, then write the file."""
        shown, w = self._model.shown, self._model.words
        if shown is None:
            return
        kinds = [f"{self._model.kind_name(kind)} (*{kind})" for kind in shown.kinds]
        suggested = str(Path.home() / (shown.file_name + shown.kinds[0]))
        chosen = self._ask_path(self, w.t("Save as a file…"), suggested, ";;".join(kinds))
        if chosen:
            self._model.save(Path(chosen))

    def _turn(self) -> None:
        self._model.turn()

    def _leave(self) -> None:
        member = self._model.member_id
        office = self._to_office and member is not None
        self.finished.emit(Opening("office", member or "") if office else None)

    def focus_first(self) -> None:
        """The way back is the next thing."""
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)


def _ask_path(parent: QWidget, title: str, suggested: str, filters: str) -> str:
    chosen, kind = QFileDialog.getSaveFileName(parent, title, suggested, filters)
    # Not every platform's dialog puts the chosen kind's ending behind a bare name.
    if chosen and not Path(chosen).suffix:
        chosen += kind[kind.rindex("*") + 1 : -1]
    return chosen
