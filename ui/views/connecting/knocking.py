"""The first two steps: where the store is, and the key to it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from terminal.connecting import KINDS
from ui.viewmodels.connecting.address import AddressModel
from ui.viewmodels.connecting.key import KeyModel
from ui.viewmodels.connecting.store_words import kind_name
from ui.views.components.button import Button
from ui.views.components.choice import Segmented
from ui.views.components.field import TextField
from ui.views.components.label import Label
from ui.views.components.notices import Banner
from ui.views.components.toggle import CheckBox
from ui.views.connecting.step_view import StepView
from ui.views.setup.parts import Marks
from ui.views.setup.step_view import show_those

_HOWS = {"key": 0, "login": 1}
_NOT_SAID = "–"
_MOST_WARNINGS = 4


class AddressView(StepView):
    """One field; the file of a certificate only where it helps."""

    def __init__(self, model: AddressModel, parent: QWidget | None = None) -> None:
        t = model.words.t
        super().__init__(
            model, t("Address"), t("Where is the online store?"),
            t("Its address as customers know it, or copied from the shop’s office."), parent,
        )  # fmt: skip
        self._address = model
        self.field = TextField(
            t("Address"), size="form", icon="globe", ltr=True, placeholder="shop.example"
        )
        self.field.setText(model.typed)
        self.marks = Marks()
        self.warnings = [Banner("", "") for _ in range(_MOST_WARNINGS)]
        self.ask_kind = Label(t("What kind of shop is it?"), "body", "medium", wrap=True)
        self.kinds = Segmented([_NOT_SAID, *(kind_name(kind) for kind in KINDS)])
        self.file = TextField(
            t("File with the shop’s certificate"), ltr=True, placeholder="/…/shop.pem"
        )
        self.choose = Button(t("Choose"), icon="folder-open")
        self.own = CheckBox(t("The shop has a certificate of its own making"))
        self._lay_out()
        self._connect()
        self.show_state()

    def _lay_out(self) -> None:
        self.certificate = QWidget()
        row = QHBoxLayout(self.certificate)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.file, 1)
        under = QVBoxLayout()
        under.addSpacing(22)
        under.addWidget(self.choose)
        under.addStretch(1)
        row.addLayout(under)
        self.place(self.field)
        self.place_result()
        self.place(self.marks, *self.warnings, self.ask_kind, self.kinds, self.own)
        self.place(self.certificate, None)

    def _connect(self) -> None:
        model = self._address
        self.field.edited.connect(self._typed)
        self.field.submitted.connect(model.go)
        self.kinds.chosen.connect(self._kind)
        self.file.edited.connect(self._file)
        self.choose.clicked.connect(self._browse)
        self.own.toggled.connect(self.certificate.setVisible)

    def show_state(self) -> None:
        """Show what answers."""
        super().show_state()
        model = self._address
        self.field.setText(model.typed)
        if model.wants_certificate and not self.own.isChecked():
            self.own.setChecked(True)
        if model.plan.ca != self.file.text().strip():
            self.file.setText(model.plan.ca)
        self.marks.show_marks(model.marks)
        told = model.warnings
        for banner, (title, text) in zip(self.warnings, told, strict=False):
            banner.setBanner(title, text, "warning")
        kind = model.plan.kind
        self.kinds.setIndex(KINDS.index(kind) + 1 if kind in KINDS else 0)
        show_those({
            self.marks: bool(model.marks),
            **{banner: n < len(told) for n, banner in enumerate(self.warnings)},
            self.ask_kind: model.is_unknown, self.kinds: model.is_unknown,
            self.certificate: self.own.isChecked(),
        })  # fmt: skip

    @property
    def tips(self) -> list[tuple[str, str]]:
        """What to try."""
        t = self.model.words.t
        return [
            (t("Which address?"), t(
                "The one in the browser while the shop is open: with or without “https”, the "
                "shop’s office works as well. What is too much in it is left out."
            )),
            (t("It is not found"), t(
                "Open the address in a browser on this machine. If that works, the network may "
                "let programs through only by a proxy: ask whoever looks after it."
            )),
            (t("Is anything changed there?"), t(
                "No. Until the very last step the till only looks, and says before what it "
                "would do."
            )),
        ]  # fmt: skip

    def focus_first(self) -> bool:
        """The address is typed first."""
        self.field.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _typed(self, text: object) -> None:
        self._address.type(str(text))

    def _kind(self, index: object) -> None:
        self._address.choose_kind(("", *KINDS)[int(str(index))])

    def _file(self, text: object) -> None:
        self._address.choose_certificate(str(text))

    def _browse(self) -> None:
        title = self.model.words.t("File with the shop’s certificate")
        path, _ = QFileDialog.getOpenFileName(self, title, "", "*.pem *.crt *.cer")
        if path:
            self._address.choose_certificate(path)


class KeyView(StepView):
    """One field or two, by the kind; a secret is hidden unless a person wants to see it."""

    def __init__(self, model: KeyModel, parent: QWidget | None = None) -> None:
        t = model.words.t
        super().__init__(
            model, t("Key"), t("The key to it"),
            t("The shop gives the till a key of its own, which can be taken away again."), parent,
        )  # fmt: skip
        self._key = model
        self.ways = Segmented([t("With a key"), t("With user and password")])
        self.name_field = TextField(" ", size="form", ltr=True)
        self.secret = TextField(" ", size="form", icon="key", ltr=True)
        self.shown = CheckBox(t("Show what is typed"))
        self.where = Label("", "body", role="muted", wrap=True)
        self.kept = Banner(
            t("The key that is kept is used, unless you type another one."), "", "accent"
        )
        for field in (self.name_field, self.secret):
            field.setReservesHelp(False)
        self._lay_out()
        self._connect()
        self.show_state()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.ways)
        row.addStretch(1)
        self.place(row, self.kept, self.name_field, self.secret, self.shown, self.where)
        self.place_result()
        self.place(None)

    def _connect(self) -> None:
        self.ways.chosen.connect(self._chosen)
        self.name_field.edited.connect(self._name)
        self.secret.edited.connect(self._secret)
        self.name_field.submitted.connect(self._on)
        self.secret.submitted.connect(self._key.go)
        self.shown.toggled.connect(self._show_secret)
        self._show_secret(False)

    def show_state(self) -> None:
        """Show what this kind asks for."""
        super().show_state()
        model = self._key
        first, second = model.labels
        self.name_field.setLabel(first or " ")
        self.secret.setLabel(second)
        self.name_field.setText(model.name)
        self.secret.setText(model.secret)
        self.where.setText(model.where_made)
        self.ways.setIndex(_HOWS[model.how])
        show_those({
            self.ways: len(model.ways) > 1,
            self.name_field: model.has_two,
            self.kept: model.keeps_old,
        })  # fmt: skip

    @property
    def tips(self) -> list[tuple[str, str]]:
        """What helps with keys."""
        t = self.model.words.t
        return [
            (t("Copy and paste"), t(
                "Copy the key whole. Spaces, quotes and line ends that come along are taken off; "
                "two keys pasted together find their places."
            )),
            (t("Where it is kept"), t(
                "In this machine’s key ring. It stands in no settings, no log and on no slip."
            )),
            (t("It is shown only once there"), t(
                "That is usual. If it got lost, make a new one and take the old one away."
            )),
        ]  # fmt: skip

    def focus_first(self) -> bool:
        """The first field that is there."""
        field = self.name_field if self._key.has_two else self.secret
        field.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _chosen(self, index: object) -> None:
        self._key.choose("login" if int(str(index)) else "key")

    def _name(self, text: object) -> None:
        self._key.type_name(str(text))

    def _secret(self, text: object) -> None:
        self._key.type_secret(str(text))

    def _on(self) -> None:
        self.secret.edit.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_secret(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode
        self.secret.edit.setEchoMode(mode.Normal if shown else mode.Password)
