"""What the customer takes along without paper: a card for the phone, a digital slip.

A code to look at, and files to save. What is issued comes from the services; type is set on the
GUI thread, everything else happens on a lane.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from terminal.errors import NotSetUp, TerminalError
from terminal.files import write_whole
from terminal.i18n import Words
from terminal.ids import MemberId
from terminal.services.issued_files import CARD_KINDS, SLIP_KINDS, Content, card_file, slip_file
from terminal.services.issuing import DigitalSlip, IssuingService, PaperMaker
from terminal.slips import Slip
from terminal.wallet.card import PhoneCard, grouped
from ui.messages import refusal
from ui.tasks import Runs
from ui.viewmodels.notices import Notice


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What the page shows. ``code`` is "" where there is none to scan; ``kinds`` are the endings
    that can be saved, ``file_name`` what the file is called unless somebody says otherwise.
    """

    title: str
    name: str
    detail: str
    note: str
    code: str
    kinds: tuple[str, ...]
    file_name: str


class HandOutModel(QObject):
    """``changed``: something else is shown. ``told`` carries a Notice."""

    changed = Signal()
    told = Signal(object)

    def __init__(
        self, issuing: IssuingService, papers: PaperMaker, runs: Runs, words: Words
    ) -> None:
        super().__init__()
        self.words = words
        self._issuing = issuing
        self._papers = papers
        self._runs = runs
        self._logo = b""
        self._card: PhoneCard | None = None
        self.slip: Slip | None = None
        self._link = ""
        self.member_id: MemberId | None = None
        self.shown: HandedOut | None = None
        self.on_google = False

    # -- a card for the phone ----------------------------------------------------------------

    def open_card(self, member_id: MemberId) -> None:
        """Show a member's card; who has none is given one."""
        self.member_id = member_id
        self._runs.run(lambda: self._get_card(member_id), self._show_card, self._refuse)

    def _get_card(self, member_id: MemberId) -> tuple[PhoneCard, bytes, str]:
        card = self._issuing.phone_card(member_id)
        link = self._issuing.google_link(card) if self._issuing.has_google else ""
        return card, self._issuing.logo(), link

    def _show_card(self, answer: tuple[PhoneCard, bytes, str]) -> None:
        self._card, self._logo, self._link = answer
        self._say_card()

    def _say_card(self) -> None:
        card, w = self._card, self.words
        if card is None:
            return
        note = w.t("The customer takes a picture of it, or gets it as a file.")
        if self.on_google:
            note = w.t("The customer's Android phone scans this and keeps the card.")
        self.shown = HandedOut(
            w.t("Card for the phone"), card.name, grouped(card.number), note,
            self._link if self.on_google else card.code, self._card_kinds(),
            f"card-{card.number[-4:]}",
        )  # fmt: skip
        self.changed.emit()

    def _card_kinds(self) -> tuple[str, ...]:
        return CARD_KINDS if self._issuing.has_apple else CARD_KINDS[:-1]

    @property
    def has_google(self) -> bool:
        """Whether the link for Google's wallet can be shown."""
        return bool(self._link)

    def turn(self) -> None:
        """Show the link for Google's wallet, or the card's own code again."""
        self.on_google = not self.on_google
        self._say_card()

    # -- a digital slip ----------------------------------------------------------------------

    def open_slip(self, ref: str) -> None:
        """Show where the slip of a sale can be seen."""
        self._runs.run(lambda: self._get_slip(ref), self._show_slip, self._refuse)

    def _get_slip(self, ref: str) -> tuple[DigitalSlip, bytes]:
        return self._issuing.digital_slip(ref), self._issuing.logo()

    def _show_slip(self, answer: tuple[DigitalSlip, bytes]) -> None:
        digital, self._logo = answer
        self.slip, w = digital.slip, self.words
        note = w.t("The customer scans this with the phone and sees the slip there.")
        if not digital.url:
            missing = NotSetUp(what="digital_link", missing="slips.digital_url")
            note = refusal(missing, w) + " " + w.t("It can be saved as a file.")
        self.shown = HandedOut(
            w.t("Digital slip"), w.t("Slip {ref}", ref=digital.ref), "", note, digital.url,
            SLIP_KINDS, f"slip-{digital.ref}",
        )  # fmt: skip
        self.changed.emit()

    # -- saving ------------------------------------------------------------------------------

    def kind_name(self, kind: str) -> str:
        """What a file of a kind is, for the list in the dialog."""
        w = self.words
        names = {
            ".png": w.t("Picture"), ".html": w.t("Web page"), ".pdf": w.t("PDF to print"),
            ".pkpass": w.t("Apple Wallet pass"),
        }  # fmt: skip
        return names[kind]

    def save(self, path: Path) -> None:
        """Write the file; its ending says which kind."""
        try:
            content = self._content(path.suffix.lower())
        except TerminalError as error:
            self._refuse(error)
            return
        if content is not None:
            work = content  # bound to this save, whatever is shown when its turn comes
            self._runs.run(lambda: _written(path, work), self._saved, self._refuse)

    def _content(self, kind: str) -> Content | None:
        if self._card is not None:
            return card_file(self._issuing, self._papers, self._card, kind, self._logo)
        if self.slip is not None:
            return slip_file(self._issuing, self._papers, self.slip, kind, self._logo)
        return None

    def _saved(self, path: Path) -> None:
        self.told.emit(Notice(self.words.t("Saved: {path}", path=path)))

    def _refuse(self, error: TerminalError) -> None:
        self.told.emit(Notice(refusal(error, self.words), "warning"))


def _written(path: Path, content: Callable[[], bytes]) -> Path:
    write_whole(path, content())
    return path
