"""Finding members: the field, what was found, and the page of the one chosen."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from terminal.ids import MemberId
from ui.viewmodels.member_page import MemberPageModel
from ui.viewmodels.office import MembersModel
from ui.views.components.button import Button
from ui.views.components.field import TextField
from ui.views.components.label import Divider, Label
from ui.views.components.notices import EmptyState
from ui.views.components.results import Result
from ui.views.office.hits import HitList
from ui.views.office.member import MemberSheet

HITS, HITS_NARROW = 276, 258
_NARROW = 1000
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class MembersView(QWidget):
    """The members of the shop. ``enrol_asked`` asks for a new one."""

    enrol_asked = Signal()

    def __init__(
        self, members: MembersModel, page: MemberPageModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._members, self._page = members, page
        w = members.words
        self.search = TextField(size="search", icon="magnifying-glass", key="F2",
                                placeholder=w.t("Find a member"))  # fmt: skip
        self.search.edit.installEventFilter(self)
        self.count = Label("", "caption", role="muted", elide=True)
        self.results = HitList()
        self.enrol = Button(w.t("New member"), "quiet", icon="user-plus", key="F6")
        self.sheet = MemberSheet(page)
        hint = w.t("Try the phone’s last digits, or enrol them.")
        self.no_one = EmptyState("users", w.t("No one by that name"), hint)
        what = w.t("Everything they did on either channel opens here.")
        self.choose_one = EmptyState("users", w.t("Choose a member"), what)
        self.places = QStackedWidget()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        for place in (self.choose_one, self.sheet, self.no_one):
            self.places.addWidget(place)
        self.hits = QWidget()
        column = QVBoxLayout(self.hits)
        column.setContentsMargins(10, 12, 10, 12)
        column.setSpacing(0)
        column.addWidget(self.search)
        column.addSpacing(10)
        count = QHBoxLayout()
        count.setContentsMargins(12, 0, 12, 0)
        count.addWidget(self.count)
        column.addLayout(count)
        column.addSpacing(8)
        column.addWidget(self.results, 1)
        column.addWidget(self.enrol, 0, Qt.AlignmentFlag.AlignLeading)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        row.addWidget(self.hits)
        row.addWidget(Divider(Qt.Orientation.Vertical))
        row.addWidget(self.places, 1)

    def _connect(self) -> None:
        self.search.edited.connect(self._typed)
        self.search.submitted.connect(self._members.choose_best)
        self.results.chosen.connect(self._chosen)
        self.enrol.clicked.connect(self.enrol_asked)
        self._members.changed.connect(self._show)
        self._members.chosen.connect(self._open)
        self._page.changed.connect(self._show_place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the page more of a narrow screen."""
        super().resizeEvent(event)
        self.hits.setFixedWidth(HITS_NARROW if self.width() < _NARROW else HITS)

    # -- showing -----------------------------------------------------------------------------

    def _show(self) -> None:
        self.count.setText(self._members.count_line())
        rows = [Result(hit.title, hit.detail, hit.match) for hit in self._members.hits]
        self.results.setResults(rows, max(self._members.current, 0))
        if self._members.current < 0:
            self.results.choose_none()
        self._show_place()

    def _show_place(self) -> None:
        if self._page.page is not None:
            self.places.setCurrentWidget(self.sheet)
        elif self._members.searched and not self._members.hits and self._members.query:
            self.places.setCurrentWidget(self.no_one)
        else:
            self.places.setCurrentWidget(self.choose_one)

    # -- acting ------------------------------------------------------------------------------

    def start(self) -> None:
        """List the newest members and take the typing."""
        self._members.search(self.search.text())
        self.focus_search()

    def focus_search(self) -> None:
        """Put the typing into the field, with what is in it selected."""
        self.search.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.edit.selectAll()

    def open_member(self, member_id: MemberId) -> None:
        """Show a member who was asked for by name."""
        self._members.show_member(member_id)
        self._open(member_id)

    def _typed(self, text: object) -> None:
        self._members.search(str(text))

    def _chosen(self, row: object) -> None:
        if isinstance(row, int):
            self._members.choose(row)

    def _open(self, member_id: object) -> None:
        self.sheet.stop_correcting()
        self._page.open(MemberId(str(member_id)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk the list with the arrows while the field keeps the typing."""
        if event.type() == QEvent.Type.ShortcutOverride and _is_ours(event):
            event.ignore()  # some desktops move the caret with Ctrl+E
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = _STEPS.get(Qt.Key(event.key()))
            if step:
                self._members.move(step)
                return True
        return super().eventFilter(watched, event)


def _is_ours(event: QEvent) -> bool:
    control = Qt.KeyboardModifier.ControlModifier
    return (
        isinstance(event, QKeyEvent)
        and event.key() == Qt.Key.Key_E
        and event.modifiers() == control
    )
