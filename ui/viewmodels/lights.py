"""The three lights: scanner, printer, online store. Quiet while all is well.

A change of state is said once, by a toast; nothing here ever stops the counter.
"""

from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QObject, Signal

from terminal.events import DeviceStatus, SyncStatus
from terminal.i18n import Words
from ui.messages import printer_cause, sync_problem
from ui.viewmodels.notices import Notice

LightState = Literal["well", "look", "broken", "off"]


@dataclass(frozen=True, slots=True)
class LightFace:
    """What one light shows; ``meaning`` is the whole sentence, for who asks."""

    state: LightState = "off"
    word: str = ""
    icon: str = ""
    meaning: str = ""


@dataclass(slots=True)
class _Seen:
    """What was said last, so that it is said once."""

    devices: dict[str, DeviceStatus] = field(default_factory=dict)
    sync: SyncStatus | None = None


_AWAY = ("offline", "misconfigured")


class LightsViewModel(QObject):
    """``changed`` when a light turned; ``told`` with what is worth saying."""

    changed = Signal()
    told = Signal(object)

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._seen = _Seen()
        self.scanner = LightFace(icon="barcode", meaning=words.t("No scanner is set up."))
        self.printer = LightFace(icon="printer", meaning=words.t("No printer is set up."))
        self.sync = LightFace(icon="cloud-slash", meaning=words.t("No online store is set up."))

    @property
    def is_offline(self) -> bool:
        """Whether the online store can't be reached."""
        return self._seen.sync is not None and self._seen.sync.state == "offline"

    @property
    def as_of(self) -> str:
        """While offline: how old what is known can be; "" while all is well."""
        sync = self._seen.sync
        if sync is None or not self.is_offline or sync.last_success is None:
            return ""
        return self._words.t("as of {time}", time=self._words.time(sync.last_success))

    def heard(self, event: DeviceStatus | SyncStatus) -> None:
        """Take a status; an unchanged one changes nothing."""
        if isinstance(event, SyncStatus):
            self._hear_sync(event)
        else:
            self._hear_device(event)

    # -- devices -----------------------------------------------------------------------------

    def _hear_device(self, status: DeviceStatus) -> None:
        before = self._seen.devices.get(status.device)
        if status == before or status.device not in ("scanner", "printer"):
            return
        self._seen.devices[status.device] = status
        printer = status.device == "printer"
        face = self._printer_face(status) if printer else self._scanner_face(status)
        if printer:
            self.printer = face
        else:
            self.scanner = face
        self.changed.emit()
        self._say(face, was_well=before.well if before else None)

    def _say(self, face: LightFace, was_well: bool | None) -> None:
        if face.state in ("look", "broken"):
            self.told.emit(Notice(face.meaning, "warning"))
        elif face.state == "well" and was_well is False:
            self.told.emit(Notice(face.meaning, "positive"))

    def _printer_face(self, status: DeviceStatus) -> LightFace:
        t = self._words.t
        if status.well:
            return LightFace("well", "", "printer", t("The printer is ready."))
        meaning = printer_cause(status.cause, self._words)
        if status.cause == "none":
            return LightFace("off", "", "printer", meaning)
        words = {
            "paper_out": t("No paper"),
            "cover_open": t("Cover open"),
            "cutter": t("Cutter stuck"),
        }
        word = words.get(status.cause, t("Printer away"))
        return LightFace("broken", word, "printer", meaning)

    def _scanner_face(self, status: DeviceStatus) -> LightFace:
        t = self._words.t
        if status.well:
            return LightFace("well", "", "barcode", t("The scanner is ready."))
        if status.cause == "none":
            return LightFace("off", "", "barcode", t("No scanner is set up."))
        meaning = t("The scanner does not answer. Check its cable. Type the number meanwhile.")
        return LightFace("broken", t("Scanner away"), "barcode", meaning)

    # -- the online store --------------------------------------------------------------------

    def _hear_sync(self, status: SyncStatus) -> None:
        before = self._seen.sync
        self._seen.sync = status
        face = self._sync_face(status)
        if face == self.sync and before is not None:
            return
        self.sync = face
        self.changed.emit()
        if before is None or before.state != status.state:
            self._say_sync(status, before)

    def _say_sync(self, status: SyncStatus, before: SyncStatus | None) -> None:
        t = self._words.t
        if status.state == "offline":
            text = t("The online store is away. Sales and points go on, the rest waits.")
            self.told.emit(Notice(text, "warning"))
        elif status.state == "misconfigured":
            self.told.emit(Notice(sync_problem(status.problem, self._words), "danger"))
        elif status.state == "online" and before is not None and before.state in _AWAY:
            self.told.emit(Notice(t("The online store is back. What waited is sent now.")))

    def _sync_face(self, status: SyncStatus) -> LightFace:
        w = self._words
        if status.state == "off":
            return LightFace("off", "", "cloud-slash", w.t("No online store is set up."))
        if status.state == "connecting":
            return LightFace("off", "", "cloud", w.t("Calling the online store."))
        if status.state == "offline":
            word = w.t("Offline")
            if status.waiting:
                word = w.n("Offline · {n} waiting", "Offline · {n} waiting", status.waiting)
            return LightFace("look", word, "cloud-slash", sync_problem(status.problem, w))
        if status.state == "misconfigured":
            meaning = sync_problem(status.problem, w)
            return LightFace("broken", w.t("Online store refuses"), "cloud-slash", meaning)
        if status.blocked:
            word = w.n("{n} to look at", "{n} to look at", status.blocked)
            return LightFace("look", word, "cloud", w.t("The online store refused something."))
        return LightFace("well", "", "cloud-check", w.t("The online store knows everything."))
