"""The window: top bar, the page in front, key bar, toast. Owns keys, focus and the search field.

A scan never becomes keys, so it can't land in a field. Typing with nothing focused goes to search.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.theme import theme
from ui.viewmodels.notices import Notice, Opening
from ui.viewmodels.shell import ShellViewModel
from ui.views.components.bars import KeyBar, KeyItem, TopBar
from ui.views.components.base import PaintedWidget, begin
from ui.views.components.light import Light
from ui.views.components.notices import Toast
from ui.views.counter.keys import key_text
from ui.views.counter.layout import Stack, column, grid_for
from ui.views.key_binding import KeyBinding
from ui.views.page import KeyAction, Page
from ui.views.search_box import SearchBox
from ui.views.starting import StartingPage

if TYPE_CHECKING:
    from ui.views.counter.page import CounterPage
    from ui.views.key_list import KeyList
    from ui.views.search_list import SearchList

Pages = Mapping[str, Callable[[], Page]]
_TOAST_MOST = 620


class Shell(PaintedWidget):
    """The main window. ``pages`` makes a page by name: enrol, return, office, sync, sign_in.

    Without a maker an office or a change of cashier has no key. Closing asks ``may_close`` first
    and is then told with ``closed``, so that windows beside this one can go too.
    """

    closed = Signal()

    def __init__(
        self,
        vm: ShellViewModel,
        pages: Pages,
        *,
        may_close: Callable[[], bool] = lambda: True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._vm, self._pages, self._may_close = vm, pages, may_close
        self._binding = KeyBinding(self)
        self._actions: list[KeyAction] = []
        self._notice: Notice | None = None
        self._counter: CounterPage | None = None
        self._page: Page | None = None
        self._list: SearchList | None = None
        self._key_list: KeyList | None = None
        self._make_frame()
        self._connect()
        self._show_lights()
        self.show_state()

    # -- frame -------------------------------------------------------------------------------

    def _make_frame(self) -> None:
        t = self._vm.words.t
        self.setWindowTitle(f"{self._vm.shop} · {self._vm.till}")
        self.search = SearchBox()
        texts = [t("Scan, or type a name, card, phone or product")]
        texts += [t("Scan, or type name, card, product"), t("Name, card, phone")]
        self.search.setPlaceholders(texts)
        self.top = TopBar(self.search)
        self.top.brand.setNames(self._vm.shop, self._vm.till)
        self.lights = {
            "scanner": Light("barcode", t("Scanner")),
            "printer": Light("printer", t("Printer")),
            "display": Light("monitor", t("Customer display")),
            "sync": Light("cloud", t("Online store")),
        }
        for light in self.lights.values():
            self.top.addLight(light)
        self._starting = StartingPage(self._vm.words)
        self._stack = Stack()
        self._stack.addWidget(self._starting)
        self.keys = KeyBar()
        self.toast = Toast(self)
        self.toast.hide()
        made = column(self)
        made.addWidget(self.top)
        made.addWidget(self._stack, 1)
        made.addWidget(self.keys)
        self.setMinimumSize(1000, 700)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def _connect(self) -> None:
        vm = self._vm
        vm.changed.connect(self.show_state)
        vm.told.connect(self._tell)
        vm.opening.connect(self._open)
        vm.ticked.connect(self._show_time)
        vm.lights.changed.connect(self._show_lights)
        self.search.left.connect(self._search_left)
        self.top.cashier.clicked.connect(self._change_cashier)
        self.keys.pressed.connect(self._pressed)
        self._binding.pressed.connect(self._pressed)
        self.toast.acted.connect(self._act)
        for light in self.lights.values():
            light.clicked.connect(self._touch_light)

    def show_state(self) -> None:
        """Show names, cashier, and the counter once there is one."""
        vm = self._vm
        if vm.counter is not None and self._counter is None:
            self._make_counter()
        self._starting.show_phase(vm.phase, vm.problem)
        self.top.cashier.setVisible(vm.cashier is not None)
        self.top.cashier.setText(vm.cashier.name if vm.cashier else "")
        self._show_time()
        self._read_keys()

    def _make_counter(self) -> None:
        # Not needed for the first paint.
        from ui.views.counter.page import CounterPage
        from ui.views.search_list import SearchList

        vm = self._vm
        if vm.counter is None or vm.search is None:
            return
        self._counter = CounterPage(vm.counter)
        self._counter.keys_changed.connect(self._read_keys)
        self._counter.search_asked.connect(self.search.take_focus)
        self._stack.addWidget(self._counter)
        empty = vm.words.t("No one and nothing by that name")
        self._list = SearchList(vm.search, empty, self.search, self)
        self.search.serve(vm.search)
        if self._page is None:
            self._to_front(self._counter)

    def _show_time(self) -> None:
        self.top.clock.setText(self._vm.time)

    def _show_lights(self) -> None:
        for name, light in self.lights.items():
            face = self._vm.lights.face(name)
            light.setState(face.state, face.word, face.icon)
        # Few shops have one, and there is little room: it shows itself when it wants something.
        self.lights["display"].setVisible(self._vm.lights.display.state == "look")

    # -- pages -------------------------------------------------------------------------------

    @Slot(object)
    def _open(self, opening: object) -> None:
        if isinstance(opening, Opening):
            make = self._pages.get(opening.page)
            if make is not None:
                self._open_page(make(), opening.subject)
        else:
            self.back_to_counter()

    def _open_page(self, page: Page, subject: str) -> None:
        self._drop_page()
        page.open_with(subject)
        page.finished.connect(self._page_finished)
        page.told.connect(self._tell)
        page.keys_changed.connect(self._read_keys)
        self._page = page
        self._stack.addWidget(page)
        self._vm.came_to_front(page)
        self._to_front(page)

    def _drop_page(self) -> None:
        page, self._page = self._page, None
        if page is not None:
            self._stack.removeWidget(page)
            page.hide()
            page.deleteLater()

    def _to_front(self, page: Page) -> None:
        self._stack.setCurrentWidget(page)
        self.keys.setVisible(page.wants_key_bar)
        # A page without the key bar is a place of its own, with a search of its own.
        self.search.setVisible(page.wants_key_bar)
        place = self._vm.till if page.wants_key_bar else self._vm.words.t("Office")
        self.top.brand.setNames(self._vm.shop, place)
        self._read_keys()
        page.focus_first()

    @Slot(object)
    def _page_finished(self, result: object) -> None:
        if not self._vm.may_leave(result):
            return
        self._vm.page_finished(result)
        if not isinstance(result, Opening):
            self.back_to_counter()

    def back_to_counter(self) -> None:
        """Close what lies over the counter."""
        if self._key_list is not None:
            self._key_list.hide()
        if self._page is None:
            return
        self._drop_page()
        self._vm.came_to_front(None)
        self._to_front(self._counter or self._starting)

    def page(self) -> Page | None:
        """The page that lies over the counter."""
        return self._page

    # -- keys --------------------------------------------------------------------------------

    def _front(self) -> Page:
        return self._page or self._counter or self._starting

    def _all_actions(self) -> list[KeyAction]:
        t, front = self._vm.words.t, self._front()
        named = front.keys()
        actions = [action for action in named if action.key]
        if self._counter is not None:
            actions += self._counter_actions(front is self._counter)
        actions.append(KeyAction(t("Keys"), "F1", "keyboard", self.show_keys, at_end=True))
        first: dict[str, KeyAction] = {}
        for action in actions:
            first.setdefault(action.key, action)
        return list(first.values())

    def _counter_actions(self, at_counter: bool) -> list[KeyAction]:
        t, vm = self._vm.words.t, self._vm
        idle = at_counter and vm.counter is not None and vm.counter.stage == "idle"
        actions = []
        if self._front().wants_key_bar:
            text = t("Find")
            actions.append(
                KeyAction(text, "F2", "magnifying-glass", self.search.take_focus, in_bar=False)
            )
        if "office" in self._pages:
            actions.append(
                KeyAction(t("Office"), "Ctrl+O", "house", self._office, at_end=True, in_bar=idle)
            )
        if "sign_in" in self._pages:
            text = t("Change of cashier")
            actions.append(KeyAction(text, "Ctrl+L", "sign-in", self._change_cashier, in_bar=idle))
        return actions

    def _read_keys(self) -> None:
        """Bind the keys of now; a key that stays the same keeps its shortcut."""
        self._actions = self._all_actions()
        enter = self._vm.words.t("Enter")
        items = [
            KeyItem(a.key, a.label, a.icon, key_text(a.key, enter), a.at_end, a.enabled)
            for a in self._actions
            if a.in_bar
        ]
        self.keys.setItems(items)
        if self.toast.isVisible() and self._promises_another(enter):
            self.toast.hide()
        if self.toast.isVisible():
            self._place_toast()
        self._binding.bind(self._actions)

    def _promises_another(self, enter: str) -> bool:
        """Whether the toast's key has come to mean something else, as Ctrl Z does after payment."""
        notice = self._notice
        return notice is not None and any(
            notice.key == key_text(action.key, enter) and notice.action != action.label
            for action in self._actions
        )

    @Slot(object)
    def _pressed(self, key: object) -> None:
        self.press(str(key))

    def press(self, key: str) -> None:
        """Do what a key does now."""
        if self._key_list is not None and self._key_list.isVisible():
            if key in ("Esc", "F1"):
                self._key_list.hide()
            return
        for action in self._actions:
            if action.enabled and key in (action.key, *action.aliases):
                self._drop_offer(action)
                action.callback()
                return

    def _drop_offer(self, action: KeyAction) -> None:
        """What the toast offers is being done: it offers no more."""
        notice = self._notice
        if notice is not None and (notice.action, notice.key) == (
            action.label, key_text(action.key, ""),
        ):  # fmt: skip
            self.toast.hide()

    def actions_now(self) -> list[KeyAction]:
        """Everything a key does now."""
        return list(self._actions)

    def key_list(self) -> KeyList | None:
        """The list of keys, if it was opened."""
        return self._key_list

    def show_keys(self) -> None:
        """F1."""
        from ui.views.key_list import KeyList

        if self._key_list is not None:
            self._key_list.deleteLater()
        self._key_list = KeyList(self, self._vm.words, self._actions)
        self._key_list.open()

    def _office(self) -> None:
        self._vm.open_page("office")

    def _change_cashier(self) -> None:
        if "sign_in" in self._pages:
            self._vm.open_page("sign_in")

    def _touch_light(self) -> None:
        for name, light in self.lights.items():
            if light is self.sender():
                self._vm.touch_light(name)

    # -- search ------------------------------------------------------------------------------

    def _search_left(self, chosen: object) -> None:
        """Back to the page; what was chosen is on the counter."""
        if chosen:
            self.back_to_counter()
        self._front().focus_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Typing with nothing focused goes to search."""
        text = event.text()
        counter = self._vm.counter
        at_counter = self._page is None and counter is not None and not counter.panel
        plain = not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        )
        if at_counter and plain and text.isalnum() and self.search.isEnabled():
            self.search.take_typing(text)
            return
        super().keyPressEvent(event)

    # -- saying ------------------------------------------------------------------------------

    @Slot(object)
    def _tell(self, notice: object) -> None:
        if isinstance(notice, Notice):
            self._notice = notice
            self.toast.say(notice.text, notice.tone, notice.action, notice.key)
            self._place_toast()

    def _act(self) -> None:
        if self._notice is not None and self._notice.act is not None:
            self._notice.act()

    def _place_toast(self) -> None:
        """Bottom-start of the sheet."""
        grid, edge = grid_for(self.width()), 16
        at_sale = self._page is None and self._counter is not None
        start = grid.start + 2 * edge + edge if at_sale and self._beside_column() else 2 * edge
        room = self.width() - start - (grid.end if at_sale else 0) - 3 * edge
        width = min(self.toast.sizeHint().width(), _TOAST_MOST, room)
        x = self.width() - start - width if self.rtl else start
        bottom = self.keys.y() if self.keys.isVisible() else self.height()
        bottom -= self._front().toast_lift()
        self.toast.setGeometry(x, bottom - self.toast.sizeHint().height() - edge, width, 56)
        self.toast.raise_()

    def _beside_column(self) -> bool:
        counter = self._vm.counter
        return counter is not None and counter.stage != "idle"

    # -- window ------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the grid that the window has room for."""
        super().resizeEvent(event)
        self.top.setStartWidth(grid_for(self.width()).start)
        self._place_toast()
        if self._list is not None and self._list.isVisible():
            self._list.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the ground."""
        begin(self).fillRect(event.rect(), theme.color("surface"))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close when whoever runs the program agrees."""
        if self._may_close():
            super().closeEvent(event)
            self.closed.emit()
        else:
            event.ignore()
