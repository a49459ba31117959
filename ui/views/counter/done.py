"""A sale done: the money first, then points and why, and the slip in the card's place."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QWidget

from terminal.i18n import Words
from terminal.slips import slip_text
from ui.paper.slip import slip_image
from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.sale_texts import DoneTexts, done_texts
from ui.views.components.button import Button
from ui.views.components.chip import Avatar, Chip
from ui.views.components.figures import PointsFigure, TotalRow
from ui.views.components.label import Divider, Label
from ui.views.components.paper import Paper
from ui.views.components.rows import PairRow
from ui.views.components.surface import Quote, Sheet
from ui.views.counter.fitting import FitButton, Headline
from ui.views.counter.layout import WIDE, Grid, column, fill, grid_for, row
from ui.views.counter.showing import GivenRow
from ui.views.counter.totals import show_gain

_PAIRS = 5
_GIVEN = 3
_LOW = 620
_PAPER_PAD = 36
_PAPER_EDGES = 64
_LEAST_SHARE = 0.8


def language_phrase(language: str, words: Words) -> str:
    """ "in Greek": which language a slip is in."""
    t = words.t
    return {
        "en": t("in English"), "el": t("in Greek"), "bg": t("in Bulgarian"),
        "hu": t("in Hungarian"), "pl": t("in Polish"), "he": t("in Hebrew"),
    }.get(language, language)  # fmt: skip


class SlipColumn(QWidget):
    """The slip as paper, where it is on its way, and the question if there is one."""

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm, t = vm, vm.words.t
        self._shown = ""
        self._width = 0
        self._image = QImage()
        self._language = Label("", "body", role="muted", elide=True)
        self.chip = Chip()
        self.remedy = Label("", "body", role="text", wrap=True)
        self.yes = Button(t("Yes, it did"), icon="check")
        self.copy = Button(t("Print a copy"), icon="printer")
        self.paper = Paper()
        head = row(spacing=9)
        fill(head, Label(t("Slip"), "lead", "semibold"))
        head.addWidget(self._language, 1)
        head.addWidget(self.chip)
        answers = row()
        fill(answers, self.yes, self.copy, None)
        made = column(self)
        fill(made, 8, head, 8, self.remedy, 6, answers, 4)
        made.addWidget(self.paper, 1)
        self.yes.clicked.connect(self._came_out)
        self.copy.clicked.connect(vm.copy_slip)

    def set_grid(self, grid: Grid) -> None:
        """Take the width of the column."""
        self.setFixedWidth(grid.start)
        if grid.paper != self._width:
            self._width, self._shown = grid.paper, ""
            self.show_state()

    def show_image(self, image: QImage, spoken: str) -> None:
        """Show the raster that went to the printer in place of the screen's own setting."""
        self._image = image
        self.paper.setSlip(image, spoken)
        self._fit()

    def show_state(self) -> None:
        """Show the slip and where it is."""
        job, face = self._vm.slips.job, self._vm.slips.chip()
        if job is None or face is None or not self._width:
            return
        w = self._vm.words
        foreign = job.slip.language != w.language
        self._language.setText(language_phrase(job.slip.language, w) if foreign else "")
        self.chip.setText(face.text, face.icon)
        self.chip.setTone(face.tone)
        self.remedy.setText(face.remedy)
        self.remedy.setVisible(bool(face.remedy))
        self.yes.setVisible(face.asks)
        self.copy.setVisible(face.asks)
        if self._shown != job.id:
            self._shown = job.id
            image = slip_image(job.slip, self._width - _PAPER_PAD)
            self.show_image(image, slip_text(job.slip.blocks))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Look at a long slip from a little farther away."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Make the paper narrower until all of it is seen, but never unreadably so."""
        inner = max(self._width - _PAPER_PAD, 1)
        room = self.paper.height() - _PAPER_EDGES
        tall = self._image.height() * inner / max(self._image.width(), 1)
        share = max(min(room / max(tall, 1.0), 1.0), _LEAST_SHARE) if room > 0 else 1.0
        self.paper.setPaperWidth(round(inner * share) + _PAPER_PAD)

    def _came_out(self) -> None:
        if self._vm.slips.job is not None:
            self._vm.slips.came_out(self._vm.slips.job.id)


class DoneView(QWidget):
    """Change or Paid, large; what to say; points now. ``next_asked`` puts the sale away."""

    next_asked = Signal()

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm, t = vm, vm.words.t
        self.slip = SlipColumn(vm)
        self.headline = Headline()
        self._detail = Label("", "lead", role="muted", wrap=True)
        self._say = Quote()
        self._gain = PointsFigure()
        self._gain.setEnabled(False)
        self.given = [GivenRow() for _ in range(_GIVEN)]
        self.more_given = Label("", "caption", role="muted")
        self._line = Divider()
        self._now = TotalRow("display")
        self._pairs = [PairRow() for _ in range(_PAIRS)]
        self.back = Button(t("Return this sale"), icon="arrow-u-up-left", key="Ctrl Z")
        self.copy = FitButton(
            t("Print a copy"), "secondary", size="large", icon="printer", key="Ctrl P"
        )
        self.digital = FitButton(
            t("Digital slip"), "secondary", size="large", icon="qr-code", key="Ctrl Q"
        )
        self.next = FitButton(t("Next customer"), "primary", size="primary", key=t("Enter"))
        self.back.clicked.connect(vm.return_done)
        self.copy.clicked.connect(vm.copy_slip)
        self.digital.clicked.connect(vm.show_digital)
        self.next.clicked.connect(self.next_asked)
        self._end = QWidget()
        self._fill_end()
        self._fill()

    def _fill_end(self) -> None:
        t = self._vm.words.t
        hint = Label(
            t("or just scan: the next sale opens by itself"), "caption", role="muted",
            align="center", wrap=True,
        )  # fmt: skip
        made = column(self._end)
        fill(made, self._gain, 10, self._line, 8, self._now, *self._pairs, None)
        fill(made, self.digital, 10, self.copy, 10, self.next, 8, hint)

    def _fill(self) -> None:
        t = self._vm.words.t
        middle = QWidget()
        box = column(middle, margin=24)
        mark = row()
        fill(mark, Avatar(size=56, icon="check", tone="positive"), None)
        undo = row()
        self._note = Label(
            t("Goods back? Points go back as they came."), "caption", role="muted", wrap=True
        )
        undo.addWidget(self._note, 1)
        undo.addWidget(self.back)
        fill(box, 14, mark, 18, self.headline, 2, self._detail, 20, self._say, 10)
        fill(box, *self.given, self.more_given, None, undo)
        sheet = Sheet()
        inside = row(sheet, spacing=0)
        inside.addWidget(middle, 1)
        inside.addWidget(Divider(Qt.Orientation.Vertical))
        inside.addWidget(self._end)
        made = row(self, spacing=16)
        made.setContentsMargins(16, 4, 16, 0)
        made.addWidget(self.slip)
        made.addWidget(sheet, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the grid that the window has room for."""
        grid = grid_for(self.width())
        self.slip.set_grid(grid)
        self._end.setFixedWidth(grid.end)
        self._note.setVisible(grid is WIDE)
        box = self._end.layout()
        if box is not None:
            box.setContentsMargins(grid.pad, grid.pad, grid.pad, grid.pad)
        super().resizeEvent(event)
        self.show_state()

    def show_state(self) -> None:
        """Show the sale that was booked."""
        done = self._vm.done
        if done is None:
            return
        self.slip.show_state()
        self._show_texts(done_texts(done, self._vm.words, self._vm.program))

    def _show_texts(self, texts: DoneTexts) -> None:
        w = self._vm.words
        self.headline.setText(texts.headline)
        self._detail.setText(texts.detail)
        self._say.setQuote(w.t("Say"), w.quoted(texts.say))
        self._say.setVisible(bool(texts.say))
        self._show_given(texts)
        show_gain(self._gain, texts.gain)
        self._line.setVisible(bool(texts.points_now))
        self._now.setVisible(bool(texts.points_now))
        self._now.setTotal(w.t("Points now"), texts.points_now)
        for number, widget in enumerate(self._pairs):
            widget.setVisible(number < len(texts.pairs))
            if number < len(texts.pairs):
                widget.setPair(*texts.pairs[number])
        self.digital.setVisible(self.height() >= _LOW and len(texts.pairs) < _PAIRS)

    def _room(self) -> int:
        """How many of them have room beside what is to be said."""
        if self.height() < _LOW:
            return 1
        return _GIVEN if grid_for(self.width()) is WIDE else _GIVEN - 1

    def _show_given(self, texts: DoneTexts) -> None:
        """Coupons and gift cards: they stand on the slip too."""
        w, given, room = self._vm.words, texts.given, self._room()
        for number, widget in enumerate(self.given):
            widget.setVisible(number < min(len(given), room))
            if number < len(given):
                widget.show_given(given[number])
        more = len(given) - room
        self.more_given.setVisible(more > 0)
        self.more_given.setText(w.n("and {n} more, on the slip", "and {n} more, on the slip", more))
