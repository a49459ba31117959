"""What a light shows of one device, and of several devices that share a light: the worst of them.

Quiet while all is well; else a word on the light and a sentence that says what to do. Where there
are several of a kind the sentence says which one it is about.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from terminal.events import DeviceStatus
from terminal.i18n import Words
from ui.messages import display_cause, printer_cause, scanner_cause

LightState = Literal["well", "look", "broken", "off"]
_WORST: tuple[LightState, ...] = ("broken", "look", "well", "off")

LIGHT_OF = {"scanner": "scanner", "printer": "printer", "drawer": "printer", "display": "display"}
"""The drawer hangs on the printer's cable and has no light of its own."""


@dataclass(frozen=True, slots=True)
class LightFace:
    """What one light shows; ``meaning`` is the whole sentence, for who asks."""

    state: LightState = "off"
    word: str = ""
    icon: str = ""
    meaning: str = ""


def face_of(status: DeviceStatus, known: Iterable[DeviceStatus], words: Words) -> LightFace:
    """What there is to show of one device, ``known`` being all of them."""
    make = {"scanner": _scanner, "display": _display, "drawer": _drawer}.get(
        status.device, _printer
    )
    face = make(status, words)
    same_kind = sum(each.device == status.device for each in known)
    if face.state in ("look", "broken") and same_kind > 1 and status.name:
        name = words.isolate(status.name)
        named = words.t("{device}: {sentence}", device=name, sentence=face.meaning)
        return replace(face, meaning=named)
    return face


def worst(known: Collection[DeviceStatus], words: Words) -> LightFace:
    """What a light shows of all its devices."""
    faces = [face_of(status, known, words) for status in known]
    return min(faces, key=lambda face: _WORST.index(face.state))


def _printer(status: DeviceStatus, words: Words) -> LightFace:
    t, cause = words.t, status.cause
    meaning = printer_cause(cause, words) if cause else t("The printer is ready.")
    if cause == "none":
        return LightFace("off", "", "printer", meaning)
    if status.well:
        if cause:
            return LightFace("look", t("Paper low"), "printer", meaning)
        return LightFace("well", "", "printer", meaning)
    short = {
        "paper_out": t("No paper"),
        "cover_open": t("Cover open"),
        "cutter": t("Cutter stuck"),
        "busy": t("Printer busy"),
    }
    return LightFace("broken", short.get(cause, t("Printer away")), "printer", meaning)


def _drawer(status: DeviceStatus, words: Words) -> LightFace:
    t = words.t
    if status.well:
        return LightFace("well", "", "printer", t("The drawer is shut."))
    meaning = t("The drawer has been open for a while. Push it shut.")
    return LightFace("look", t("Drawer open"), "printer", meaning)


def _scanner(status: DeviceStatus, words: Words) -> LightFace:
    t = words.t
    if status.well:
        return LightFace("well", "", "barcode", t("The scanner is ready."))
    meaning = scanner_cause(status.cause, words)
    if status.cause == "none":
        return LightFace("off", "", "barcode", meaning)
    return LightFace("broken", t("Scanner away"), "barcode", meaning)


def _display(status: DeviceStatus, words: Words) -> LightFace:
    t = words.t
    if status.well:
        return LightFace("well", "", "monitor", t("The customer display is ready."))
    return LightFace("look", t("Display away"), "monitor", display_cause(status.cause, words))
