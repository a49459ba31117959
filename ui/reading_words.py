"""What the till says when something was read and is no scan: what to do about it, in one sentence.

By the stable codes of the readers' reasons; of what was read nothing is known here.
"""

from terminal.i18n import Words
from ui.viewmodels.notices import Notice


def misread(reason: str, words: Words) -> Notice:
    """The notice for a reading that was refused before anybody looked it up."""
    said = _to_the_hand(words).get(reason)
    if said is not None:
        return Notice(said, "neutral")
    warned = _to_be_heeded(words).get(reason)
    if warned is not None:
        return Notice(warned, "warning")
    return Notice(words.t("Not read cleanly. Scan again."), "neutral")


def _to_the_hand(words: Words) -> dict[str, str]:
    return {
        "half_scan": words.t("Only a part was read. Scan again."),
        "glued": words.t("Two scans ran into each other. Scan them one by one."),
        "too_long": words.t("This code is too long to be one of ours."),
    }


def _to_be_heeded(words: Words) -> dict[str, str]:
    return {
        "payment_card": words.t("That is a payment card: it was not read."),
        "personal_document": words.t("That is a personal document: it was not read."),
        "wrong_speed": words.t("What the scanner sends makes no sense. Check its speed."),
        "no_terminator": words.t("The scanner does not end its codes. Set its suffix to Enter."),
    }
