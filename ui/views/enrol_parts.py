"""Parts of the enrolment page: somebody who may be the one, and what is read out and answered."""

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from terminal.i18n import RTL_LANGUAGES, Words
from terminal.members import Purpose
from ui.theme import painting, theme
from ui.theme.tokens import RADIUS
from ui.viewmodels.enrol import ASKED, EnrolModel
from ui.views.components.base import PaintedWidget, begin
from ui.views.components.button import Button
from ui.views.components.chip import initials, paint_avatar
from ui.views.components.choice import Segmented
from ui.views.components.label import Divider, Label
from ui.views.components.surface import Sheet
from ui.views.components.toggle import CheckBox
from ui.views.components.words import paint_two_lines

_HIGH = 64


class TwinRow(PaintedWidget):
    """ "Is it Eleni Deigma?" Keeps its height when empty, so that nothing moves."""

    accepted = Signal()

    def __init__(self, action: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = self._detail = self._letters = ""
        self._hint = ("", "")
        self.button = Button(action, "secondary", key="F4", parent=self)
        self.button.clicked.connect(self.accepted)
        self.button.hide()
        self.setFixedHeight(_HIGH)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_twin(self, name: str, title: str, detail: str) -> None:
        """Ask about somebody; an empty name asks nothing."""
        self._letters, self._title, self._detail = initials(name), title, detail
        self.button.setVisible(bool(name))
        self.setAccessibleName(title)
        self._place()
        self.update()

    def set_hint(self, title: str, detail: str) -> None:
        """Say something quiet while nobody is asked about."""
        self._hint = (title, detail)
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Return the room of the question and its answer."""
        return QSize(160 + self.button.sizeHint().width(), _HIGH)

    def sizeHint(self) -> QSize:
        """Return a comfortable width."""
        return QSize(460, _HIGH)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the answer at the end edge."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        size = self.button.sizeHint()
        rect = QRectF(self.width() - size.width() - 12, 10, size.width(), size.height())
        self.button.setGeometry(painting.visual(rect, self.width(), self.rtl).toRect())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, disc and words; without a question only the quiet hint."""
        painter, width = begin(self), float(self.width())
        if not self._title:
            disc = painting.visual(QRectF(12, 12, 40, 40), width, self.rtl)
            paint_avatar(painter, disc, "", "sunken", "muted", "users")
            words = painting.visual(QRectF(64, 0, width - 64, _HIGH), width, self.rtl)
            paint_two_lines(painter, words, *self._hint, rtl=self.rtl, ink="muted")
            return
        line = theme.color("line_strong") if theme.current().is_contrast else None
        painting.box(painter, self.area(), RADIUS.large, theme.color("warning_soft"), line)
        disc = painting.visual(QRectF(12, 12, 40, 40), width, self.rtl)
        paint_avatar(painter, disc, self._letters, "raised", "text")
        room = width - 64 - self.button.sizeHint().width() - 24
        words = painting.visual(QRectF(64, 0, room, _HIGH), width, self.rtl)
        paint_two_lines(painter, words, self._title, self._detail, rtl=self.rtl, detail_ink="text")


class ReadOut(Sheet):
    """The sentence to read out, in the member's language and its direction."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(line=None, radius=RADIUS.large, parent=parent)
        self.words = Label("", "lead", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.addWidget(self.words)

    def say(self, text: str, language: str) -> None:
        """Show another sentence."""
        rtl = language in RTL_LANGUAGES
        direction = Qt.LayoutDirection
        self.words.setLayoutDirection(direction.RightToLeft if rtl else direction.LeftToRight)
        self.words.setText(Words(language).quoted(text))


class ConsentColumn(QWidget):
    """What is read out, in which language, and the answers; the card is given below."""

    def __init__(self, model: EnrolModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        w = model.words
        self.head = Label(w.t("Read this out"), "lead", "semibold")
        self.language = Segmented([code.upper() for code in model.languages()])
        self.read_out = ReadOut()
        self.checks = {purpose: CheckBox(model.consent_title(purpose), " ") for purpose in ASKED}
        self.error = Label("", "caption", "medium", "danger", wrap=True)
        self.hint = Label(
            w.t("Silence is not a yes: tick what was said."), "caption", role="muted", wrap=True
        )
        self.welcome = Label("", "body", role="muted", wrap=True)
        self.give = Button(w.t("Give the card"), "primary", size="primary", key="F12")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 20, 18)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addSpacing(10)
        column.addWidget(self.language)
        column.addSpacing(10)
        column.addWidget(self.read_out)
        column.addSpacing(8)
        for number, purpose in enumerate(ASKED):
            if number:
                column.addWidget(Divider())
            column.addWidget(self.checks[purpose])
        column.addSpacing(6)
        column.addWidget(self.hint)
        column.addWidget(self.error)
        column.addStretch(1)
        column.addWidget(self.welcome)
        column.addSpacing(8)
        column.addWidget(self.give)

    def _connect(self) -> None:
        self.language.chosen.connect(self._language_chosen)
        self.give.clicked.connect(self._model.give)
        for check in self.checks.values():
            check.clicked.connect(self._answered)
            check.installEventFilter(self)

    def show_model(self) -> None:
        """Show what the model has."""
        model = self._model
        self.language.setIndex(model.languages().index(model.language))
        self.read_out.say(model.wording(model.asking), model.language)
        for purpose, check in self.checks.items():
            said = model.said.get(purpose)
            check.setChecked(said is not None and said.granted)
            check.setDetail(model.consent_detail(purpose))
        error = model.errors.get("consent", "")
        self.error.setText(error)
        self.error.setVisible(bool(error))
        self.welcome.setText(model.welcome_line())
        self.give.setBusy(model.busy)

    def _language_chosen(self, index: object) -> None:
        if isinstance(index, int):
            self._model.choose_language(self._model.languages()[index])

    def _purpose(self, check: QObject | None) -> Purpose | None:
        return next((p for p, known in self.checks.items() if known is check), None)

    def _answered(self, checked: bool) -> None:
        purpose = self._purpose(self.sender())
        if purpose is not None:
            self._model.answer(purpose, checked)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read out the question that the keyboard is on."""
        if event.type() == QEvent.Type.FocusIn:
            purpose = self._purpose(watched)
            by_key = getattr(event, "reason", lambda: None)() in _BY_KEY
            if purpose is not None and by_key:
                self._model.ask(purpose)
        return super().eventFilter(watched, event)


_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
