"""The office's frame: navigation at the start edge, the sheet beside it, the way back below."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from terminal.ids import MemberId
from ui.viewmodels.member_page import MemberPageModel
from ui.viewmodels.notices import Notice, Opening
from ui.viewmodels.office import MembersModel
from ui.viewmodels.sync_page import SyncModel
from ui.views.components.bars import NavItem
from ui.views.components.button import Button
from ui.views.components.surface import Sheet
from ui.views.office.members import MembersView
from ui.views.page import KeyAction, Page
from ui.views.sync_page import SyncView

Place = Literal["members", "sync"]


class OfficePage(Page):
    """Members and sync. ``finished`` carries None (to the counter) or an ``Opening``."""

    wants_key_bar = False

    def __init__(
        self,
        members: MembersModel,
        member: MemberPageModel,
        sync: SyncModel,
        place: Place = "members",
        *,
        may_set_up: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._place = place
        self._member, self._sync = member, sync
        w = members.words
        self.members_nav = NavItem(w.t("Members"), "users")
        self.sync_nav = NavItem(w.t("Sync"), "arrows-clockwise")
        self.devices_nav = NavItem(w.t("Devices"), "gear")
        if not may_set_up:  # shown it would be a window of its own until it is in its place
            self.devices_nav.hide()
        self.counter = Button(w.t("Counter"), icon="storefront", key="Ctrl O")
        self.members_view = MembersView(members, member)
        self.sync_view = SyncView(sync)
        self.places = QStackedWidget()
        self._lay_out()
        self._connect(members)
        self._show_badge()
        self._go(self.members_nav)

    def _lay_out(self) -> None:
        nav = QVBoxLayout()
        nav.setSpacing(4)
        for widget in (self.members_nav, self.sync_nav, self.devices_nav):
            nav.addWidget(widget)
        nav.addStretch(1)
        nav.addWidget(self.counter)
        sheet = Sheet()
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.places)
        self.places.addWidget(self.members_view)
        self.places.addWidget(self.sync_view)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 16)
        row.setSpacing(16)
        row.addLayout(nav)
        row.addWidget(sheet, 1)

    def _connect(self, members: MembersModel) -> None:
        self.members_nav.clicked.connect(self.show_members)
        self.sync_nav.clicked.connect(self.show_sync)
        self.devices_nav.clicked.connect(self._set_up)
        self.counter.clicked.connect(self._leave)
        self.members_view.enrol_asked.connect(self._enrol)
        self.members_view.sheet.correcting_changed.connect(self.keys_changed)
        self.members_view.sheet.phone_card_asked.connect(self._phone_card)
        self._member.changed.connect(self.keys_changed)
        self._member.corrected.connect(self._tell)
        members.refused.connect(self._tell_warning)
        self._member.refused.connect(self._refused)
        self._sync.changed.connect(self._show_badge)
        self._sync.told.connect(self._tell)
        self.sync_view.member_asked.connect(self._show_member)
        self.sync_view.connect_asked.connect(self._connect_store)

    # -- the shell's side --------------------------------------------------------------------

    def open_with(self, subject: str) -> None:
        """Show the place this page was made for, or the page of a member named by id."""
        if self._place == "sync":
            self.show_sync()
            return
        self.show_members()
        if subject:
            self.members_view.open_member(MemberId(subject))

    def focus_first(self) -> None:
        """Put the typing where work begins."""
        if self.on_sync:
            self.sync_view.focus_first()
        else:
            self.members_view.focus_search()

    def keys(self) -> Sequence[KeyAction]:
        """What the keys do here; there is no bar, so they stand in the list of keys only."""
        w = self._member.words

        def key(label: str, name: str, icon: str, act: object) -> KeyAction:
            return KeyAction(label, name, icon, act, in_bar=False)  # type: ignore[arg-type]

        common = [
            key(w.t("Counter"), "Ctrl+O", "storefront", self._leave),
            key(w.t("Back"), "Esc", "arrow-left", self._escape),
            key(w.t("Find a member"), "F2", "magnifying-glass", self._find),
        ]
        if self.on_sync:
            return [*common, key(w.t("Sync now"), "F5", "arrows-clockwise", self._sync.sync_now)]
        keys = [*common, key(w.t("New member"), "F6", "user-plus", self._enrol)]
        sheet = self.members_view.sheet
        if sheet.correcting:
            keys.append(key(w.t("Book it"), "F12", "check", sheet.panel.submit))
        elif self._member.page is not None:
            keys.append(key(w.t("Correct points"), "Ctrl+E", "plus-minus", sheet.start_correcting))
            text = w.t("Card for the phone")
            keys.append(key(text, "Ctrl+Q", "device-mobile", self._phone_card))
        return keys

    # -- going -------------------------------------------------------------------------------

    @property
    def on_sync(self) -> bool:
        """Whether the sync page shows."""
        return self.places.currentWidget() is self.sync_view

    def show_members(self) -> None:
        """Go to the members."""
        self._go(self.members_nav)
        self.members_view.start()

    def show_sync(self) -> None:
        """Go to the sync page."""
        self._go(self.sync_nav)
        self._sync.read()
        self.sync_view.focus_first()

    def _go(self, item: NavItem) -> None:
        item.setChecked(True)
        view = self.members_view if item is self.members_nav else self.sync_view
        self.places.setCurrentWidget(view)
        self.keys_changed.emit()

    def _show_badge(self) -> None:
        blocked = self._sync.blocked_count
        self.sync_nav.setCount(str(blocked) if blocked else "", calls=True)

    def _show_member(self, member_id: object) -> None:
        self.show_members()
        self.members_view.open_member(MemberId(str(member_id)))

    def _tell(self, text: object) -> None:
        self.told.emit(Notice(str(text)))

    def _tell_warning(self, text: object) -> None:
        self.told.emit(Notice(str(text), "warning"))

    def _refused(self, text: object) -> None:
        if not self.members_view.sheet.correcting:
            self._tell_warning(text)

    def _find(self) -> None:
        if self.on_sync:
            self.show_members()
        self.members_view.focus_search()

    def _set_up(self) -> None:
        self.finished.emit(Opening("setup"))

    def _connect_store(self, subject: object) -> None:
        self.finished.emit(Opening("connect", str(subject)))

    def _enrol(self) -> None:
        self.finished.emit(Opening("enrol"))

    def _phone_card(self) -> None:
        if self._member.member_id is not None:
            self.finished.emit(Opening("office_card", self._member.member_id))

    def _escape(self) -> None:
        sheet = self.members_view.sheet
        if not self.on_sync and sheet.correcting:
            sheet.stop_correcting()
        else:
            self._leave()

    def _leave(self) -> None:
        self.members_view.sheet.stop_correcting()
        self.finished.emit(None)
