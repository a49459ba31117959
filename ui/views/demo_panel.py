"""The demo shop's bench: things to scan, the paper that came out, and faults to switch on.

A window of its own beside the till, with what its customer sees. It knows nothing of devices:
pressing hands the real bytes of a scanner to ``send``, switches call what they were given, and
sheets arrive as pictures.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from terminal.i18n import Words
from ui.theme import painting, theme
from ui.theme.tokens import RADIUS
from ui.views.components.base import PaintedWidget, begin
from ui.views.components.button import Button, KeyCap
from ui.views.components.choice import Tabs
from ui.views.components.label import Divider, Label
from ui.views.components.rows import ListRow, PairRow
from ui.views.components.scroll import ScrollArea
from ui.views.components.surface import Ground
from ui.views.components.toggle import Switch
from ui.views.counter.keys import key_text
from ui.views.counter.layout import Stack, column, fill, row
from ui.views.pole_glass import PoleGlass

WIDTH = 380
_SHEETS = 20


@dataclass(frozen=True, slots=True)
class DemoScan:
    """Something that lies on the counter. ``payload`` is what the scanner puts on its line."""

    title: str
    detail: str
    payload: bytes
    icon: str = "barcode"


@dataclass(frozen=True, slots=True)
class DemoFault:
    """Something that can go wrong; ``switch`` is told True when it does."""

    title: str
    detail: str
    switch: Callable[[bool], None]


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who may stand at this till, and the PIN to sign in with."""

    name: str
    pin: str


class _Sheet(PaintedWidget):
    """A printed sheet, as wide as there is room."""

    def __init__(self, image: QImage, width: int, name: str) -> None:
        super().__init__()
        self._image = image
        tall = round(width * image.height() / max(image.width(), 1))
        self.setFixedSize(QSize(width, tall + 16))
        self.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint paper and print."""
        painter, rect = begin(self), self.area()
        painting.box(painter, rect, RADIUS.key, theme.color("paper"), theme.color("line"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        painter.drawImage(QRectF(4, 8, rect.width() - 8, rect.height() - 16), self._image)


class DemoPanel(Ground):
    """Scan · Paper · Faults."""

    def __init__(
        self,
        words: Words,
        *,
        scans: Sequence[DemoScan],
        send: Callable[[bytes], None],
        faults: Sequence[DemoFault] = (),
        people: Sequence[DemoPerson] = (),
        show_customer: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("surface", parent)
        t = words.t
        self._words, self._scans, self._send, self._faults = (
            words,
            tuple(scans),
            send,
            tuple(faults),
        )
        self.setWindowTitle(t("Demo bench"))
        self.rows: list[ListRow] = []
        self.switches: list[Switch] = []
        self.sheets: list[_Sheet] = []
        self.people: list[PairRow] = []
        self._paper = column(spacing=12)
        self._nothing = Label(t("Nothing was printed yet."), "body", role="muted", wrap=True)
        self._stack = Stack()
        for part in (self._make_scans(), self._make_paper(), self._make_faults()):
            self._stack.addWidget(part)
        self.tabs = Tabs([t("Scan"), t("Paper"), t("Faults")])
        self.tabs.chosen.connect(self._turn)
        made = column(self, margin=16, spacing=0)
        fill(made, self.tabs, Divider(), 8)
        made.addWidget(self._stack, 1)
        self.pole = PoleGlass()
        self.customer = Button(t("Customer’s screen"), icon="monitor")
        self.pole.setVisible(show_customer is not None)
        self.customer.setVisible(show_customer is not None)
        if show_customer is not None:
            self.customer.clicked.connect(show_customer)
            fill(made, 8, Divider(), 8, self.pole, 8, self.customer)
        if people:
            fill(made, 8, Divider(), 8, self._make_people(people))
        self.setMinimumWidth(WIDTH)
        self.resize(WIDTH, 768)

    def _make_scans(self) -> QWidget:
        inside = QWidget()
        made = column(inside)
        for scan in self._scans:
            shown = ListRow()
            shown.setRow(scan.title, scan.detail, icon=scan.icon)
            shown.clicked.connect(self._scan)
            self.rows.append(shown)
            made.addWidget(shown)
        made.addStretch(1)
        return ScrollArea(inside)

    def _make_paper(self) -> QWidget:
        inside = QWidget()
        made = column(inside)
        fill(made, self._nothing, self._paper, None)
        return ScrollArea(inside)

    def _make_faults(self) -> QWidget:
        part = QWidget()
        made = column(part, spacing=4)
        for fault in self._faults:
            switch = Switch(fault.title, fault.detail)
            switch.toggled.connect(self._fail)
            self.switches.append(switch)
            made.addWidget(switch)
        made.addStretch(1)
        return part

    def _make_people(self, people: Sequence[DemoPerson]) -> QWidget:
        """Who can sign in, and how: in sight on every tab."""
        part = QWidget()
        made, head, t = column(part), row(), self._words.t
        title = Label(t("Change of cashier"), "body", "semibold")
        fill(head, title, None, KeyCap(key_text("Ctrl+L", t("Enter"))))
        fill(made, head, 2)
        for person in people:
            named = PairRow(f"{self._words.isolate(person.name)} · {t('PIN')}", person.pin)
            self.people.append(named)
            made.addWidget(named)
        return part

    def _turn(self, index: object) -> None:
        self._stack.setCurrentIndex(int(str(index)))

    def _scan(self) -> None:
        sender = self.sender()
        if isinstance(sender, ListRow):
            self._send(self._scans[self.rows.index(sender)].payload)

    def _fail(self, on: bool) -> None:
        sender = self.sender()
        if isinstance(sender, Switch):
            self._faults[self.switches.index(sender)].switch(on)

    @Slot(object)
    def show_sheet(self, image: object) -> None:
        """One more sheet came out of the printer (a QImage); the newest lies on top."""
        if not isinstance(image, QImage) or image.isNull():
            return
        name = self._words.t("Sheet {n}", n=self._words.number(len(self.sheets) + 1))
        sheet = _Sheet(image, WIDTH - 48, name)
        self.sheets.append(sheet)
        self._paper.insertWidget(0, sheet, 0, Qt.AlignmentFlag.AlignHCenter)
        self._nothing.hide()
        shown = self.sheets[-_SHEETS:]
        for old in self.sheets[: -len(shown)]:
            old.deleteLater()
        self.sheets = shown
        self.tabs.setCount(1, self._words.number(len(self.sheets)))
