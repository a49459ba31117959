"""The lights: scanners, printers with the drawer, display, online store. Quiet while all is well.

A change of state is said once, by a toast; nothing here ever stops the counter.
"""

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from terminal.events import DeviceStatus, SyncStatus
from terminal.i18n import Words
from ui.sync_messages import clock_wrong, is_hub_alone, is_of_hub, status_problem
from ui.viewmodels.device_faces import LIGHT_OF, LightFace, face_of, worst
from ui.viewmodels.notices import Notice


@dataclass(slots=True)
class _Seen:
    """What was said last, so that it is said once."""

    devices: dict[tuple[str, str], DeviceStatus] = field(default_factory=dict)
    sync: SyncStatus | None = None


_AWAY = ("offline", "misconfigured")
_SILENT = "service_silent"
"""The service beside this window hangs: no word of how the store is."""


class LightsViewModel(QObject):
    """``changed`` when a light turned; ``told`` with what is worth saying."""

    changed = Signal()
    told = Signal(object)

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._seen = _Seen()
        self._faces = self._unknown()
        self.sync = LightFace(icon="cloud-slash", meaning=words.t("No online store is set up."))

    def _unknown(self) -> dict[str, LightFace]:
        t = self._words.t
        return {
            "scanner": LightFace(icon="barcode", meaning=t("No scanner is set up.")),
            "printer": LightFace(icon="printer", meaning=t("No printer is set up.")),
            "display": LightFace(icon="monitor", meaning=t("No customer display is set up.")),
        }

    def forget(self) -> None:
        """Other devices are set up: nothing is known of them yet, and nothing of the old ones."""
        self._seen.devices.clear()
        self._faces = self._unknown()
        self.changed.emit()

    def face(self, name: str) -> LightFace:
        """A light by its name: scanner, printer, display, sync."""
        return self.sync if name == "sync" else self._faces[name]

    @property
    def scanner(self) -> LightFace:
        """All scanners."""
        return self._faces["scanner"]

    @property
    def printer(self) -> LightFace:
        """All printers, and the drawer."""
        return self._faces["printer"]

    @property
    def display(self) -> LightFace:
        """What the customer sees."""
        return self._faces["display"]

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
        key = (status.device, status.name)
        before = self._seen.devices.get(key)
        light = LIGHT_OF.get(status.device)
        if status == before or light is None:
            return
        self._seen.devices[key] = status
        known = self._seen.devices.values()
        self._faces[light] = worst([d for d in known if LIGHT_OF[d.device] == light], self._words)
        self.changed.emit()
        self._say(status, was_well=before.well if before else None)

    def _say(self, status: DeviceStatus, was_well: bool | None) -> None:
        face = face_of(status, self._seen.devices.values(), self._words)
        quiet = status.device == "drawer"  # it stands open for a customer, not for a fault
        if face.state in ("look", "broken"):
            self.told.emit(Notice(face.meaning, "neutral" if quiet else "warning"))
        elif face.state == "well" and was_well is False and not quiet:
            self.told.emit(Notice(face.meaning, "positive"))

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
        if status.clock_off and not (before and before.clock_off):
            self.told.emit(Notice(clock_wrong(status.clock_ms, self._words), "warning"))

    def _say_sync(self, status: SyncStatus, before: SyncStatus | None) -> None:
        t = self._words.t
        if status.state == "offline":
            text = t("The online store is away. Sales and points go on, the rest waits.")
            if status.problem == _SILENT:
                text = status_problem(status, self._words)
            elif is_of_hub(status):
                text = t("The hub is away. Sales and points go on, the rest waits.")
            self.told.emit(Notice(text, "warning"))
        elif status.state == "misconfigured":
            self.told.emit(Notice(status_problem(status, self._words), "danger"))
        elif status.state == "online" and before and _was_away(before):
            text = t("The online store is back. What waited is sent now.")
            if is_of_hub(before):
                text = t("The hub is back. What waited is sent now.")
            self.told.emit(Notice(text))

    def _sync_face(self, status: SyncStatus) -> LightFace:
        w, alone = self._words, is_hub_alone(status)
        if status.state == "off":
            return LightFace("off", "", "cloud-slash", w.t("No online store is set up."))
        if status.state == "connecting":
            calling = w.t("Calling the hub.") if alone else w.t("Calling the online store.")
            return LightFace("off", "", "cloud", calling)
        if status.state == "offline":
            word = w.t("Offline")
            if status.waiting:
                word = w.n("Offline · {n} waiting", "Offline · {n} waiting", status.waiting)
            return LightFace("look", word, "cloud-slash", status_problem(status, w))
        if status.state == "misconfigured":
            meaning = status_problem(status, w)
            word = w.t("Hub refuses") if is_of_hub(status) else w.t("Online store refuses")
            return LightFace("broken", word, "cloud-slash", meaning)
        if status.blocked or status.tasks:
            count = status.blocked + status.tasks
            word = w.n("{n} to look at", "{n} to look at", count)
            return LightFace("look", word, "cloud", self._why_to_look(status, alone=alone))
        if status.clock_off:
            word = w.t("Clock is wrong")
            return LightFace("look", word, "cloud", clock_wrong(status.clock_ms, w))
        known = w.t("The hub knows everything.")
        if not alone:
            known = w.t("The online store knows everything.")
        return LightFace("well", "", "cloud-check", known)

    def _why_to_look(self, status: SyncStatus, *, alone: bool) -> str:
        t = self._words.t
        if not status.blocked:
            return t("Sync asks you something.")
        if alone:
            return t("What another till told can't be written here yet.")
        return t("The online store refused something.")


def _was_away(before: SyncStatus) -> bool:
    return before.state in _AWAY and before.problem != _SILENT
