"""Keys on their way to the window, seen first by a reader that types.

A filter on the till's windows feeds what is typed to a `KeyReader` and keeps it back until that has
judged: a scan is swallowed whole, its Enter and its key releases too, so that no field gets letters
and no default button fires; a person's typing is sent on in order, within the reader's own gap.
Shortcuts, dead keys, input methods, repeated keys and the pointer pass, after what was held.

A layout's dead keys eat letters of a scan before any window sees them (the colon of a link, on a
Greek keyboard). Their releases still come: a release without its press, among keys that are held,
is such a letter, and what an input method makes of it meanwhile is held as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import (
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QShortcut,
    QWindow,
)
from shiboken6 import isValid

_ENTERS = frozenset((Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab))
_MODIFIER_KEYS = frozenset(
    (
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
    )
)
_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_ALT_GR = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_KEEPS_NEW = ("afresh", "next")
_SEPARATORS = frozenset("\x04\x1d\x1e\x1f")
_POINTING = frozenset(
    (
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.TouchBegin,
        QEvent.Type.Wheel,
        QEvent.Type.FocusOut,
        QEvent.Type.Close,
    )
)


class KeyReader(Protocol):
    """Judges keys by what they type and when (milliseconds); a dead key typed "".

    Answers: ``hold``; ``release`` (hand back what is held, this too); ``swallow`` (it was a scan,
    this too); ``afresh`` (hand back what is held, hold this); ``next`` (what is held was a scan,
    hold this).
    """

    @property
    def wait_ms(self) -> int:
        """After this long a silence ``quiet`` wants to be told; 0: nothing is held."""
        ...

    def press(self, text: str, scan_code: int, *, shift: bool, alt_gr: bool, at: float) -> str: ...
    def quiet(self, ms: float) -> str: ...
    def forget(self) -> None:
        """What was held has been handed back for another cause."""
        ...


@dataclass(frozen=True, slots=True)
class _Held:
    """A copy of one event, and what it was on its way to.

    ``first``: no other key was held, so a shortcut could have had it.
    """

    target: QObject
    event: QKeyEvent | QInputMethodEvent
    first: bool = True


class KeyboardWedge(QObject):
    """Stands before all windows of the application from ``start`` until ``stop``."""

    def __init__(
        self,
        reader: KeyReader,
        parent: QObject | None = None,
        *,
        moment: Callable[[QKeyEvent], float] | None = None,
    ) -> None:
        super().__init__(parent)
        self._reader = reader
        self._held: list[_Held] = []
        self._swallowed: set[int] = set()
        self._down: set[int] = set()
        self._clock, self._since_start = QElapsedTimer(), QElapsedTimer()
        self._since_start.start()
        self._moment = moment or self._at
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setTimerType(Qt.TimerType.PreciseTimer)
        self._silence.timeout.connect(self._look_again)
        self._last_look = QTimer(self)
        self._last_look.setSingleShot(True)
        self._last_look.timeout.connect(self._quiet)
        self._passing: QEvent | None = None
        self._focus: QObject | None = None
        self._on = False

    def start(self) -> None:
        """Watch the windows there are and those to come; a second call changes nothing."""
        if self._on:
            return
        self._on = True
        for window in QGuiApplication.allWindows():
            self._watch(window)
        self._follow(QGuiApplication.focusObject())
        self._app().focusWindowChanged.connect(self._watch)
        self._app().focusObjectChanged.connect(self._follow)

    def stop(self) -> None:
        """Hand back what is held and watch no longer; a second call changes nothing."""
        if not self._on:
            return
        self._on = False
        self._app().focusWindowChanged.disconnect(self._watch)
        self._app().focusObjectChanged.disconnect(self._follow)
        self._follow(None)
        for window in QGuiApplication.allWindows():
            window.removeEventFilter(self)
        self.let_go()

    def let_go(self) -> None:
        """Hand back what is held, at once."""
        self._reader.forget()
        self._send(self._taken())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep keys back, or let them pass."""
        if event is self._passing:
            return False
        if isinstance(event, QInputMethodEvent):
            return self._composed(watched, event)
        if not isinstance(watched, QWindow):
            return False
        kind = event.type()
        if kind in _POINTING and self._held:
            self.let_go()
        elif isinstance(event, QKeyEvent):
            if kind == QEvent.Type.KeyPress:
                return self._pressed(watched, event)
            if kind == QEvent.Type.KeyRelease:
                return self._released(watched, event)
            if kind == QEvent.Type.ShortcutOverride and self._wants(event):
                event.accept()
                return True
        return False

    # -- keys --------------------------------------------------------------------------------

    def _pressed(self, window: QWindow, event: QKeyEvent) -> bool:
        if event.key() in _MODIFIER_KEYS:
            return False
        self._swallowed.discard(_place(event))
        self._down.add(_place(event))
        if self._types(event) or (self._held and _is_dead(event)):
            return self._asked(event, _Held(window, _copy_of(event), first=not self._held))
        self.let_go()
        return False

    def _asked(self, event: QKeyEvent, new: _Held, text: str | None = None) -> bool:
        answer = self._reader.press(
            event.text() if text is None else text,
            event.nativeScanCode(),
            shift=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier),
            alt_gr=_is_alt_gr(event),
            at=self._moment(event),
        )
        return self._judged(answer, new)

    def _judged(self, answer: str, new: _Held) -> bool:
        if answer == "release" and not self._held:
            return False  # on its way already, with its shortcuts
        before = self._taken()
        keys = [new] if answer in _KEEPS_NEW else [*before, new]
        if answer in _KEEPS_NEW or answer == "hold":
            self._held = keys
            self._wait()
        if answer in ("swallow", "next"):
            self._swallow(before if answer == "next" else keys)
        elif answer != "hold":
            self._send(before if answer == "afresh" else keys)
        return True

    def _released(self, window: QWindow, event: QKeyEvent) -> bool:
        place = _place(event)
        if event.isAutoRepeat() or event.key() in _MODIFIER_KEYS:
            return False
        eaten = place not in self._down and (_is_dead(event) or self._types(event))
        self._down.discard(place)
        if not self._held:
            swallowed = place in self._swallowed
            self._swallowed.discard(place)
            return swallowed
        held = _Held(window, _copy_of(event))
        if eaten and place not in self._swallowed:
            return self._asked(event, held, text="")
        self._held.append(held)
        return True

    def _composed(self, target: QObject, event: QInputMethodEvent) -> bool:
        """What an input method made of keys that are held."""
        if self._held and event.commitString():
            self._held.append(_Held(target, _commit_of(event)))
            return True
        return False

    def _types(self, event: QKeyEvent) -> bool:
        """Whether the key types one plain character, or ends a code."""
        text = event.text()
        if event.isAutoRepeat() or len(text) != 1:
            return False
        if text in _SEPARATORS:
            return bool(self._held)  # a code may hold them; by itself it is a command
        if event.modifiers() & _COMMANDS and not _is_alt_gr(event):
            return False
        return text.isprintable() or event.key() in _ENTERS

    def _wants(self, event: QKeyEvent) -> bool:
        """Whether a shortcut must not take this key: it may be part of a scan."""
        return bool(self._held) and self._types(event)

    # -- what becomes of them ------------------------------------------------------------------

    def _taken(self) -> list[_Held]:
        held, self._held = self._held, []
        self._silence.stop()
        self._last_look.stop()
        return held

    def _swallow(self, keys: list[_Held]) -> None:
        """Keys that are still down will be released: that is nobody's business either."""
        for event in (one.event for one in keys):
            if isinstance(event, QKeyEvent):
                self._swallowed.discard(_place(event))
                if event.type() == QEvent.Type.KeyPress:
                    self._swallowed.add(_place(event))

    def _send(self, keys: list[_Held]) -> None:
        for one in keys:
            if isValid(one.target) and not _was_shortcut(one):
                self._passing = one.event
                QCoreApplication.sendEvent(one.target, one.event)
        self._passing = None

    # -- time ----------------------------------------------------------------------------------

    def _wait(self) -> None:
        self._clock.restart()
        self._silence.start(self._reader.wait_ms)

    def _look_again(self) -> None:
        # The window may have been busy: keys that wait in its queue come before this.
        self._last_look.start(0)

    def _quiet(self) -> None:
        answer = self._reader.quiet(self._clock.elapsed() + 1)
        if answer == "hold":
            self._silence.start(self._reader.wait_ms)
            return
        keys = self._taken()
        if answer == "swallow":
            self._swallow(keys)
        else:
            self._send(keys)

    def _at(self, event: QKeyEvent) -> float:
        """When the key was pressed, as the platform says; some say nothing."""
        return float(event.timestamp() or self._since_start.elapsed())

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

    def _follow(self, focus: QObject | None) -> None:
        """What an input method commits goes to the focus and past its window."""
        if isinstance(focus, QWindow):
            return  # watched already
        before, self._focus = self._focus, focus
        if before is not None and isValid(before):
            before.removeEventFilter(self)
        if focus is not None:
            focus.installEventFilter(self)

    def _app(self) -> QGuiApplication:
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)  # noqa: S101 - there are windows
        return app


def _place(event: QKeyEvent) -> int:
    """What a key's press and release have in common."""
    return event.nativeScanCode() or event.key()


def _copy_of(event: QKeyEvent) -> QKeyEvent:
    # Not clone(): nobody would own what it makes, and it would never be freed.
    copy = QKeyEvent(
        event.type(), event.key(), event.modifiers(), event.nativeScanCode(),
        event.nativeVirtualKey(), event.nativeModifiers(), event.text(),
        event.isAutoRepeat(), event.count(), event.device(),
    )  # fmt: skip
    copy.setTimestamp(event.timestamp())
    return copy


def _commit_of(event: QInputMethodEvent) -> QInputMethodEvent:
    copy = QInputMethodEvent(event.preeditString(), event.attributes())
    copy.setCommitString(event.commitString(), event.replacementStart(), event.replacementLength())
    return copy


def _is_dead(event: QKeyEvent) -> bool:
    return Qt.Key.Key_Dead_Grave <= event.key() <= Qt.Key.Key_Dead_Longsolidusoverlay


def _is_alt_gr(event: QKeyEvent) -> bool:
    """Whether the third level of a layout was asked for; Windows says Ctrl and Alt."""
    if event.modifiers() & Qt.KeyboardModifier.GroupSwitchModifier:
        return True
    return event.modifiers() & _COMMANDS == _ALT_GR and event.text().isprintable()


def _was_shortcut(key: _Held) -> bool:
    """Do what a shortcut would have done, had the key not been kept from it."""
    focus: QObject | None = QGuiApplication.focusObject()
    event = key.event
    if key.first or focus is None or not isinstance(event, QKeyEvent):
        return False
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, event.key(), event.modifiers(), event.text())
    asked.ignore()
    QCoreApplication.sendEvent(focus, asked)
    if asked.isAccepted():
        return False
    wanted = QKeySequence(event.keyCombination())
    for shortcut in _shortcuts_around(focus):
        if shortcut.isEnabled() and shortcut.key() == wanted:
            shortcut.activated.emit()
            return True
    return False


def _shortcuts_around(focus: QObject) -> list[QShortcut]:
    top = focus
    while (parent := top.parent()) is not None:
        top = parent
    return top.findChildren(QShortcut)
