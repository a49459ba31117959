"""The return of a sale, whole or in part: the slip, the goods, what happens to points and
money; then booked.

Three faces on one sheet: asking for the slip, the offer, and what came of it.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from terminal.scans import is_slip
from terminal.slips import slip_text
from ui.paper.slip import slip_image
from ui.theme import fonts
from ui.viewmodels.notices import Notice
from ui.viewmodels.take_back import TakeBackModel
from ui.views.components.button import Button
from ui.views.components.chip import Avatar, Icon, TierChip
from ui.views.components.field import TextField
from ui.views.components.figures import TotalRow
from ui.views.components.label import Divider, Label
from ui.views.components.notices import Banner
from ui.views.components.paper import Paper
from ui.views.components.rows import PairRow
from ui.views.components.surface import Sheet
from ui.views.counter.fitting import FitButton
from ui.views.office.details import Details
from ui.views.page import KeyAction, Page
from ui.views.take_back_parts import ChangeRow, FoldingSegmented, GoodsList, column_in

START, START_NARROW = 360, 288
END, END_NARROW = 344, 292
_NARROW = 1200
_METALS = ("bronze", "silver", "gold", "platinum")


class TakeBackPage(Page):
    """One return. ``finished`` carries None: back to the counter."""

    def __init__(self, model: TakeBackModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._named = model, False
        w = model.words
        self.avatar = Avatar("", 44, tone="accent")
        self.name = Label("", "lead", "semibold", elide=True)
        self.points = Label("", "body", role="muted")
        self.tier = TierChip()
        self.slip = Paper(START - 48)
        self.info = Banner(tone="accent")
        self.ref = TextField(w.t("Slip number"), size="form", icon="receipt", ltr=True)
        self.last = Button(w.t("Last sale"), icon="clock-counter-clockwise", key="F5")
        self.look = Button(w.t("Find it"), "primary", size="large", key=w.t("Enter"))
        self.error = Banner(tone="danger")
        self.goods = GoodsList()
        self.goods_scroll = Details()
        self.reason = FoldingSegmented(model.reasons())
        self.changes = [ChangeRow() for _ in range(3)]
        self.note = Label("", "caption", role="muted", wrap=True)
        self.sums = [PairRow() for _ in range(7)]
        self.total = TotalRow()
        self.every = Button(w.t("All of it"), key="Ctrl A")
        self.book = FitButton(w.t("Return it all"), "primary", size="primary", key="F12")
        self.safe = Label(
            w.t("Nothing is booked before this"), "caption", role="muted", align="center", wrap=True
        )
        self.done_label = Label("", "title", "medium", align="center", wrap=True)
        self.done_amount = Label("", "hero", "semibold", align="center", number=True)
        self.done_text = Label("", "body", role="muted", align="center", wrap=True)
        self.done_sums = [PairRow(height=32) for _ in range(7)]
        self.slip_banner = Banner(tone="accent")
        self.back = Button(w.t("Done"), "primary", size="primary", key="F12")
        self.middles, self.ends = QStackedWidget(), QStackedWidget()
        self._lay_out()
        self._connect()
        self._show()

    # -- layout ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.start = QWidget()
        self._lay_start(self.start)
        for place in (self._asking(), self._offer(), self._done()):
            self.middles.addWidget(place)
        for place in (self._asking_end(), self._offer_end(), self._done_end()):
            self.ends.addWidget(place)
        sheet = Sheet()
        row = QHBoxLayout(sheet)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.middles, 1)
        row.addWidget(Divider(Qt.Orientation.Vertical))
        row.addWidget(self.ends)
        page = QHBoxLayout(self)
        page.setContentsMargins(16, 4, 16, 0)
        page.setSpacing(16)
        page.addWidget(self.start)
        page.addWidget(sheet, 1)
        self._fold()

    def _lay_start(self, place: QWidget) -> None:
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.name)
        names.addWidget(self.points)
        self.person = QWidget()
        row = QHBoxLayout(self.person)
        row.setContentsMargins(0, 6, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.avatar)
        row.addLayout(names, 1)
        row.addWidget(self.tier)
        column = column_in(place)
        column.addWidget(self.person)
        column.addSpacing(12)
        column.addWidget(self.slip, 1)
        column.addSpacing(12)
        column.addWidget(self.info)

    def toast_lift(self) -> int:
        """When and how it was sold stands at the bottom, where the toast would be."""
        return self.info.height() + 12 if self.info.isVisible() else 0

    def _asking(self) -> QWidget:
        w = self._model.words
        place = QWidget()
        column = column_in(place, 24, 18)
        column.addWidget(Label(w.t("Which sale comes back?"), "title", "semibold", wrap=True))
        column.addWidget(
            Label(w.t("Scan the slip, or type its number."), "body", role="muted", wrap=True)
        )
        column.addSpacing(16)
        column.addWidget(self.ref)
        column.addSpacing(4)
        column.addWidget(self.error)
        column.addStretch(1)
        return place

    def _asking_end(self) -> QWidget:
        place = QWidget()
        column = column_in(place, 20, 18)
        column.addWidget(self.last)
        column.addStretch(1)
        column.addWidget(self.look)
        return place

    def _offer(self) -> QWidget:
        w = self._model.words
        place = QWidget()
        column = column_in(place, 24, 18)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Label(w.t("What comes back?"), "lead", "semibold", wrap=True), 1)
        head.addWidget(self.every)
        column.addLayout(head)
        column.addSpacing(8)
        self.goods_scroll.fill([self.goods])
        column.addWidget(self.goods_scroll, 1)
        column.addSpacing(8)
        column.addWidget(Label(w.t("Reason"), "caption", "medium"))
        column.addSpacing(4)
        column.addWidget(self.reason)
        return place

    def _offer_end(self) -> QWidget:
        w = self._model.words
        place = QWidget()
        column = column_in(place, 20, 18)
        column.addWidget(Label(w.t("What happens to the points"), "lead", "semibold", wrap=True))
        column.addSpacing(8)
        for number, row in enumerate(self.changes):
            if number == 2:
                self.balance_line = Divider()
                column.addWidget(self.balance_line)
            column.addWidget(row)
        column.addSpacing(6)
        column.addWidget(self.note)
        column.addStretch(1)
        column.addWidget(Divider())
        column.addSpacing(8)
        for pair in self.sums:
            column.addWidget(pair)
        column.addWidget(self.total)
        column.addSpacing(8)
        column.addWidget(self.book)
        column.addSpacing(6)
        column.addWidget(self.safe)
        return place

    def _done(self) -> QWidget:
        place = QWidget()
        column = column_in(place, 24, 18)
        sign = Icon("check-circle", 40, "positive", "fill")
        column.addStretch(1)
        column.addWidget(sign, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(12)
        for label in (self.done_label, self.done_amount, self.done_text):
            column.addWidget(label)
        column.addStretch(1)
        column.addWidget(self.slip_banner)
        return place

    def _done_end(self) -> QWidget:
        place = QWidget()
        column = column_in(place, 20, 18)
        for row in self.done_sums:
            column.addWidget(row)
        column.addStretch(1)
        column.addWidget(self.back)
        return place

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give narrow screens narrower columns."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        narrow = self.width() < _NARROW
        self.start.setFixedWidth(START_NARROW if narrow else START)
        self.ends.setFixedWidth(END_NARROW if narrow else END)
        self.avatar.setVisible(self._named and not narrow)
        self.slip.setPaperWidth((START_NARROW if narrow else START) - 48)

    # -- binding -----------------------------------------------------------------------------

    def _connect(self) -> None:
        self.ref.submitted.connect(self._find)
        self.look.clicked.connect(self._find)
        self.last.clicked.connect(self._model.find_last)
        self.reason.chosen.connect(self._model.choose_reason)
        self.book.clicked.connect(self._model.book)
        self.every.clicked.connect(self._model.choose_all)
        self.goods.changed.connect(self._choose)
        self.back.clicked.connect(self._leave)
        self._model.changed.connect(self._show)

    def _show(self) -> None:
        model = self._model
        face = 2 if model.done else 1 if model.offer else 0
        came = face != self.middles.currentIndex()
        self.middles.setCurrentIndex(face)
        self.ends.setCurrentIndex(face)
        self.look.setBusy(model.busy and face == 0)
        self.book.setBusy(model.busy)
        self.book.setEnabled(model.can_book or model.busy)
        if not self.ref.edit.hasFocus() or not model.ref:
            self.ref.setText(model.ref)
        self._show_start()
        self._show_error()
        if face == 1:
            self._show_offer()
        elif face == 2:
            self._show_done()
        if came and self.isVisible():
            self.focus_first()
        self.keys_changed.emit()

    def _show_start(self) -> None:
        w, person, offer = self._model.words, self._model.person(), self._model.offer
        self.person.setVisible(offer is not None)
        self.tier.setVisible(person is not None)
        slip = self._model.slip()
        self.slip.setVisible(slip is not None)
        if slip is not None:
            self.slip.setSlip(slip_image(slip, 290), slip_text(slip.blocks))
        self.info.setVisible(offer is not None and self._model.done is None)
        if offer is None:
            return
        self.avatar.setName(person.name if person else "")
        self._named = person is not None
        self._fold()
        self.name.setText(person.name if person else w.t("Guest"))
        self.points.setText(person.points if person else w.t("No card on this sale"))
        if person:
            metal = person.tier if person.tier in _METALS else "bronze"
            self.tier.setTier(metal, person.tier_name)  # type: ignore[arg-type]
        when = f"{w.day(offer.sale.sold_at)}, {w.time(offer.sale.sold_at)}"
        self.info.setBanner(w.t("Sold {when}", when=when), self._model.earlier_line(), "accent")

    def _show_error(self) -> None:
        error = self._model.error
        self.error.setBanner(error, self._model.words.t("Nothing was booked."), "danger")
        self.error.setVisible(bool(error))
        if self._model.offer is not None and error:
            self.told.emit(Notice(error, "warning"))

    def _show_offer(self) -> None:
        model = self._model
        self.goods.show_lines(model.lines())
        n = model.pieces
        whole = model.chosen == model.left
        words = model.words.n("Return {n} item", "Return {n} items", n)
        nothing = model.words.t("Choose what comes back")
        every = model.words.t("Return it all")
        self.book.setText(every if whole else words if n else nothing)
        self.every.setEnabled(not whole)
        self.reason.setIndex(model.reason)
        changes = model.points_changes()
        rows = self.changes[:2] if len(changes) > 1 else []
        for row in self.changes:
            row.hide()
        for row, change in zip((*rows[: len(changes) - 1], self.changes[2]), changes, strict=False):
            row.show_change(change)
            row.show()
        self.balance_line.setVisible(len(changes) > 1)
        self.note.setText(model.points_note())
        self._show_money()

    def _show_money(self) -> None:
        back = self._model.money_back()
        pairs = [*self._model.money_lines(), *back[:-1]]
        for number, row in enumerate(self.sums):
            row.setVisible(number < len(pairs))
            if number < len(pairs):
                row.setPair(*pairs[number])
        label, amount = back[-1] if back else (self._model.words.t("Back"), "0")
        self.total.setTotal(label, amount)

    def _show_done(self) -> None:
        w, model = self._model.words, self._model
        if model.done is None:
            return
        back = model.done.back
        to_cards = sum(card.amount for card in model.offer.plan.cards) if model.offer else 0
        amount = w.money(back.money_back + to_cards, back.currency)
        ways = model.money_back()
        self.done_label.setText(ways[0][0] if len(ways) == 1 else w.t("Give back"))
        room = self.width() - self.start.width() - self.ends.width() - 112
        style = fonts.fitting(amount, room, ("hero", "display", "big", "title"), "semibold")
        self.done_amount.setTextStyle(style, "semibold")
        self.done_amount.setText(amount)
        self.done_text.setText(w.t("The return is booked as {ref}.", ref=back.ref))
        pairs = [*(ways if len(ways) > 1 else []), *model.done_points()]
        for number, row in enumerate(self.done_sums):
            row.setVisible(number < len(pairs))
            if number < len(pairs):
                row.setPair(*pairs[number])
        text, tone = model.slip_line()
        self.slip_banner.setBanner(text, "", tone)  # type: ignore[arg-type]

    def _choose(self, what: object) -> None:
        if isinstance(what, tuple):
            self._model.set_quantity(*what)

    def _find(self) -> None:
        self._model.find(self.ref.text())

    # -- the shell's side --------------------------------------------------------------------

    def open_with(self, subject: str) -> None:
        """Ask for a slip, or show the one that was scanned."""
        self._model.reset()
        self.ref.clear()
        if subject:
            self.ref.setText(subject)
            self._model.find(subject)

    def take_scan(self, text: str) -> bool:
        """A scanned slip is looked up; anything else goes to the counter."""
        if not is_slip(text) or self._model.busy:
            return False
        self.open_with(text)
        return True

    def focus_first(self) -> None:
        """Put the focus where work begins."""
        places: tuple[QWidget, ...] = (self.ref.edit, self.reason, self.back)
        place = places[self.middles.currentIndex()]
        place.setFocus(Qt.FocusReason.OtherFocusReason)

    def keys(self) -> Sequence[KeyAction]:
        """What the keys do here."""
        w, model = self._model.words, self._model
        back = KeyAction(w.t("Back"), "Esc", "arrow-left", self._leave, at_end=True)
        if model.done is not None:
            done = KeyAction(w.t("Done"), "F12", "check", self._leave, in_bar=False)
            return [done, back]
        another = KeyAction(w.t("Another slip"), "F8", "receipt", self._another)
        if model.offer is not None:
            book = KeyAction(w.t("Return it"), "F12", "check", model.book, in_bar=False)
            every = KeyAction(w.t("All of it"), "Ctrl+A", "check", model.choose_all, in_bar=False)
            more = KeyAction(w.t("More of it"), "+", "plus", lambda: self.goods.step(1),
                             in_bar=False, aliases=("=",))  # fmt: skip
            fewer = KeyAction(w.t("Fewer of it"), "-", "minus", lambda: self.goods.step(-1),
                              in_bar=False)  # fmt: skip
            return [another, every, more, fewer, book, back]
        last = KeyAction(w.t("Last sale"), "F5", "clock-counter-clockwise", model.find_last)
        return [last, back]

    def _another(self) -> None:
        self.open_with("")
        self.focus_first()

    def _leave(self) -> None:
        self._model.reset()
        self.finished.emit(None)
