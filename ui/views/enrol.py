"""Enrolment: three answers and a card works; or the card goes to somebody who is known.

A scan while the page shows becomes the card. Typing stays with the fields, the pad helps it.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui.viewmodels.enrol import EnrolModel
from ui.viewmodels.notices import Notice
from ui.views.components.button import Button
from ui.views.components.field import TextField
from ui.views.components.label import Label
from ui.views.components.notices import EmptyState
from ui.views.components.pad import NumericPad
from ui.views.components.results import Result
from ui.views.components.surface import Sheet
from ui.views.enrol_parts import ConsentColumn, TwinRow
from ui.views.office.hits import HitList
from ui.views.page import KeyAction, Page

CONSENTS, CONSENTS_NARROW = 376, 344
PAD, PAD_NARROW = 252, 168
_NARROW = 1200


class EnrolPage(Page):
    """A new member, or one more card. ``finished`` carries the ``MemberView``, or None."""

    def __init__(self, model: EnrolModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._gone = model, False
        w = model.words
        self.title = Label(w.t("New card"), "title", "semibold")
        self.about = Label("", "body", role="muted", elide=True)
        self.fields = {
            "phone": TextField(w.t("Mobile phone"), size="form", icon="phone", ltr=True),
            "given_name": TextField(w.t("First name"), size="form"),
            "family_name": TextField(w.t("Family name"), size="form"),
            "email": TextField(w.t("E-mail, only if wanted"), size="form", ltr=True),
            "birthday": TextField(w.t("Birthday"), size="form", ltr=True),
            "card": TextField(w.t("Card number"), size="form", icon="barcode", ltr=True),
        }
        self.twin = TwinRow(w.t("Yes, it is"))
        hint = w.t("It finds people who have a card already.")
        self.twin.set_hint(w.t("The phone first"), hint)
        self.pad = NumericPad("+", backspace_name=w.t("Delete"))
        self.consents = ConsentColumn(model)
        self.who_field = TextField(w.t("Name, card, phone or e-mail"), size="form",
                              icon="magnifying-glass")  # fmt: skip
        self.results = HitList()
        self.no_one = EmptyState("users", w.t("No one by that name"))
        self.places = QStackedWidget()
        self.sheet = Sheet()
        self._lay_out()
        self._connect()
        self._show()

    # -- layout ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.places.addWidget(self._form())
        self.places.addWidget(self._linking())
        row = QHBoxLayout(self.sheet)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.places, 1)
        row.addWidget(self.consents)
        page = QVBoxLayout(self)
        page.setContentsMargins(16, 4, 16, 0)
        page.addWidget(self.sheet)
        self.setTabOrder(self.fields["phone"].edit, self.twin.button)
        self.setTabOrder(self.twin.button, self.fields["given_name"].edit)
        self._fold()

    def _form(self) -> QWidget:
        place = QWidget()
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        grid.addWidget(self.fields["phone"], 0, 0, 1, 6)
        grid.addWidget(self.twin, 1, 0, 1, 6)
        grid.addWidget(self.fields["given_name"], 2, 0, 1, 3)
        grid.addWidget(self.fields["family_name"], 2, 3, 1, 3)
        grid.addWidget(self.fields["email"], 3, 0, 1, 4)
        grid.addWidget(self.fields["birthday"], 3, 4, 1, 2)
        grid.addWidget(self.fields["card"], 4, 0, 1, 6)
        for number in range(6):
            grid.setColumnStretch(number, 1)
        grid.setRowMinimumHeight(1, 76)
        grid.setRowStretch(5, 1)
        pad = QVBoxLayout()
        pad.addSpacing(20)
        pad.addWidget(self.pad)
        pad.addStretch(1)
        body = QHBoxLayout()
        body.setSpacing(24)
        body.addLayout(grid, 1)
        body.addLayout(pad)
        column = QVBoxLayout(place)
        column.setContentsMargins(28, 18, 24, 8)
        column.setSpacing(2)
        column.addWidget(self.title)
        column.addWidget(self.about)
        column.addSpacing(10)
        column.addLayout(body, 1)
        return place

    def _linking(self) -> QWidget:
        w = self._model.words
        place = QWidget()
        self.link_about = Label("", "body", role="muted", wrap=True)
        self.back_button = Button(w.t("Back to the form"), "quiet", icon="arrow-left", key="Esc")
        self.found = QStackedWidget()
        self.found.addWidget(self.results)
        self.found.addWidget(self.no_one)
        column = QVBoxLayout(place)
        column.setContentsMargins(28, 18, 24, 12)
        column.setSpacing(4)
        column.addWidget(Label(w.t("Link to a member"), "title", "semibold"))
        column.addWidget(self.link_about)
        column.addSpacing(8)
        column.addWidget(self.who_field)
        column.addWidget(self.found, 1)
        column.addWidget(self.back_button, 0, Qt.AlignmentFlag.AlignLeading)
        return place

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give narrow screens narrower columns."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        narrow = self.width() < _NARROW
        side = CONSENTS_NARROW if narrow else CONSENTS
        self.consents.setFixedWidth(side)
        self.sheet.setColumn(side)
        self.pad.setFixedWidth(PAD_NARROW if narrow else PAD)

    # -- binding -----------------------------------------------------------------------------

    def _connect(self) -> None:
        for field in self.fields.values():
            field.edited.connect(self._typed)
            field.edit.left.connect(self._left)
            field.submitted.connect(self._next)
        self.pad.typed.connect(self._pad_typed)
        self.pad.erased.connect(self._pad_erased)
        self.twin.accepted.connect(self._model.it_is_the_twin)
        self.who_field.edited.connect(self._search)
        self.who_field.submitted.connect(self._link_first)
        self.results.chosen.connect(self._link)
        self.back_button.clicked.connect(self._stop_linking)
        self._model.changed.connect(self._show)
        self._model.finished.connect(self.finished)
        self._model.told.connect(self._tell)

    def _show(self) -> None:
        w, model = self._model.words, self._model
        card = model.fields["card"]
        about = w.t("Scan a new card, or type its number.")
        if card and "card" not in model.errors:
            about = w.t("{card} is ready. Three answers and it works.", card=spaced(card))
        self.about.setText(about)
        for name, field in self.fields.items():
            field.setText(model.fields[name])
            error = model.errors.get(name, "")
            if name == "phone" and model.phone_is_free and not error:
                field.setHelp(w.t("No one else has this phone"), "good")
            else:
                field.setHelp(error or self._help(name), "error" if error else "none")
        twin = model.twin
        if twin is None:
            self.twin.show_twin("", "", "")
        else:
            self.twin.show_twin(twin.name, w.t("Is it {name}?", name=twin.name), twin.detail)
        self._show_hits()
        self.consents.show_model()
        self.keys_changed.emit()

    def _help(self, name: str) -> str:
        w = self._model.words
        if name == "birthday":
            return w.t("day and month")
        if name == "card" and not self._model.fields["card"]:
            return w.t("Empty: the card comes later")
        return ""

    def _show_hits(self) -> None:
        w, hits = self._model.words, self._model.hits
        card = self._model.fields["card"]
        text = w.t("Who gets {card}?", card=spaced(card)) if card else w.t("Who is it?")
        self.link_about.setText(text)
        self.results.setResults([Result(hit.title, hit.detail, hit.match) for hit in hits])
        nobody = not hits and bool(self.who_field.text().strip())
        self.found.setCurrentWidget(self.no_one if nobody else self.results)

    def _name_of(self, sender: object) -> str:
        for name, field in self.fields.items():
            if sender is field or sender is field.edit:
                return name
        return ""

    def _typed(self, text: object) -> None:
        self._model.type(self._name_of(self.sender()), str(text))

    def _left(self) -> None:
        self._model.leave(self._name_of(self.sender()))

    def _next(self) -> None:
        self.focusNextChild()

    # -- the pad -----------------------------------------------------------------------------

    def _pad_field(self) -> TextField:
        """Where the pad types: the field with the typing, if it takes digits."""
        for name in ("phone", "email", "birthday", "card"):
            if self.fields[name].edit.hasFocus():
                return self.fields[name]
        self.fields["phone"].edit.setFocus(Qt.FocusReason.OtherFocusReason)
        return self.fields["phone"]

    def _pad_typed(self, sign: object) -> None:
        field = self._pad_field()
        field.edit.insert(str(sign))
        self._model.type(self._name_of(field), field.text())

    def _pad_erased(self) -> None:
        field = self._pad_field()
        field.edit.backspace()
        self._model.type(self._name_of(field), field.text())

    # -- linking -----------------------------------------------------------------------------

    @property
    def linking(self) -> bool:
        """Whether a member is being looked for."""
        return self.places.currentIndex() == 1

    def _start_linking(self) -> None:
        self.who_field.clear()
        self._model.search("")
        self.places.setCurrentIndex(1)
        self.who_field.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.keys_changed.emit()

    def _stop_linking(self) -> None:
        self.places.setCurrentIndex(0)
        self.focus_first()
        self.keys_changed.emit()

    def _search(self, text: object) -> None:
        self._model.search(str(text))

    def _link_first(self) -> None:
        self._link(max(self.results.index_now(), 0))

    def _link(self, row: object) -> None:
        if isinstance(row, int) and row < len(self._model.hits):
            self._model.link(self._model.hits[row].member_id)

    # -- the shell's side --------------------------------------------------------------------

    def open_with(self, subject: str) -> None:
        """Start with an empty form; ``subject`` is the unused card that was scanned."""
        self.places.setCurrentIndex(0)
        self._model.start(subject)

    def take_scan(self, text: str) -> bool:
        """A scan becomes the card; another one leaves only an untouched form."""
        if self._model.take_card(text):
            return True
        if self._model.is_empty:
            return False
        w = self._model.words
        self._tell(w.t("That is not one of our cards. Finish here first, or go back."))
        return True

    def _tell(self, text: object) -> None:
        self.told.emit(Notice(str(text), "warning"))

    def focus_first(self) -> None:
        """Put the typing where work begins."""
        self.fields["phone"].edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def keys(self) -> Sequence[KeyAction]:
        """What the keys do here."""
        w, model = self._model.words, self._model
        back = self._stop_linking if self.linking else self._leave
        return [
            KeyAction(w.t("Link to a member"), "F3", "users", self._start_linking),
            KeyAction(w.t("Slip language"), "F5", "translate", self._turn_language),
            KeyAction(w.t("Yes, it is"), "F4", "user", model.it_is_the_twin,
                      enabled=model.twin is not None, in_bar=False),
            KeyAction(w.t("Give the card"), "F12", "check", model.give, in_bar=False),
            KeyAction(w.t("Back"), "Esc", "arrow-left", back, at_end=True),
        ]  # fmt: skip

    def _turn_language(self) -> None:
        languages = self._model.languages()
        index = languages.index(self._model.language)
        self._model.choose_language(languages[(index + 1) % len(languages)])

    def _leave(self) -> None:
        if not self._gone:
            self._gone = True
            self._model.finished.disconnect(self.finished)  # what still comes attaches nobody
        self.finished.emit(None)


def spaced(card: str) -> str:
    """A card number in groups of four, as it is read out."""
    return " ".join(card[n : n + 4] for n in range(0, len(card), 4))
