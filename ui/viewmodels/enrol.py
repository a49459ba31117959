"""Enrolment: the form, the consents read out in the member's language, the person who is known.

Checks are the services' own; this model only says where a refusal belongs. Consent is evidence:
what is recorded is the very text that stood on the screen, in its language. A question that was
not answered is not recorded, and silence is never a yes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from PySide6.QtCore import QObject, Signal, Slot

from terminal.cards import card_number, is_own_card
from terminal.errors import BadEmail, BadPhone, CardTaken, InvalidCard, TerminalError
from terminal.i18n import Words
from terminal.ids import Clock, MemberId
from terminal.members import LANGUAGES, Member, Purpose, clean_email
from terminal.scans import is_slip, signed_code
from terminal.services.counter import CounterService
from terminal.services.enrolment import Answer, EnrolmentForm, EnrolmentService
from terminal.services.models import CardUnused, MemberFound, MemberHit, MemberView, SignedIn
from terminal.services.office import OfficeService
from ui.messages import refusal
from ui.tasks import Runs
from ui.viewmodels.member_words import purpose_name
from ui.viewmodels.office import HitRow, hit_row

ASKED = (Purpose.PROGRAMME, Purpose.TEXT_MESSAGE, Purpose.EMAIL)
"""What is asked at the counter, in this order."""

_FIELD_OF = {
    "bad_phone": "phone",
    "bad_email": "email",
    "name_missing": "given_name",
    "invalid_card": "card",
    "card_taken": "card",
    "card_blocked": "card",
    "consent_missing": "consent",
}


@dataclass(slots=True)
class Said:
    """What was said to a question, when, and the words and language it was asked in."""

    granted: bool
    at: datetime
    wording: str
    language: str


@dataclass(frozen=True, slots=True)
class Twin:
    """Somebody who is known already and may be the one at the counter."""

    member_id: MemberId
    name: str
    detail: str


class EnrolModel(QObject):
    """One enrolment. ``changed``: anything; ``finished`` carries the ``MemberView``.

    ``told`` carries a sentence that belongs to no field.
    """

    changed = Signal()
    finished = Signal(object)
    told = Signal(object)

    def __init__(
        self,
        enrolment: EnrolmentService,
        counter: CounterService,
        office: OfficeService,
        runs: Runs,
        words: Words,
        clock: Clock,
        who: Callable[[], SignedIn | None],
    ) -> None:
        super().__init__()
        self.words = words
        self._enrolment = enrolment
        self._counter = counter
        self._office = office
        self._runs = runs
        self._clock = clock
        self._who = who
        self.fields: dict[str, str] = {}
        self.errors: dict[str, str] = {}
        self.said: dict[Purpose, Said] = {}
        self.language = counter.till.language
        self.twin: Twin | None = None
        self.phone_is_free = False
        self.welcome = 0
        self.hits: tuple[HitRow, ...] = ()
        self.asking = Purpose.PROGRAMME
        self.busy = False
        self._forget()

    def start(self, card: str = "") -> None:
        """An empty form; ``card`` is the unused one that was scanned."""
        self._forget()
        if card:
            self.fields["card"] = card
        self.changed.emit()
        self._runs.run(
            self._enrolment.welcome_points, self._show_welcome, self._refuse, key="welcome"
        )

    def _show_welcome(self, points: int) -> None:
        self.welcome = points
        self.changed.emit()

    def welcome_line(self) -> str:
        """What the card begins with; empty where that is nothing."""
        if not self.welcome:
            return ""
        return self.words.n("{n} point to start with", "{n} points to start with", self.welcome)

    def _forget(self) -> None:
        names = ("card", "phone", "given_name", "family_name", "email", "birthday")
        self.fields = dict.fromkeys(names, "")
        self.errors, self.said, self.hits = {}, {}, ()
        self.language = self._counter.till.language
        self.twin, self.asking, self.busy = None, Purpose.PROGRAMME, False
        self.phone_is_free = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed or answered yet."""
        typed = any(text for name, text in self.fields.items() if name != "card")
        return not typed and not self.said

    # -- the form ----------------------------------------------------------------------------

    def type(self, field: str, text: str) -> None:
        """What stands in a field now. An error goes as soon as it is worked on."""
        self.fields[field] = text
        had = self.errors.pop(field, "")
        if field in ("phone", "email"):
            self._look_for_twin()
        if had:
            self.changed.emit()

    def leave(self, field: str) -> None:
        """A field was left: say what is wrong with it, if anything is."""
        if field == "phone":
            self._check(field, lambda: self._enrolment.phone(self.fields["phone"]))
        elif field == "email":
            self._check(field, lambda: clean_email(self.fields["email"]))
        elif field == "birthday":
            self._check_birthday()
        elif field == "card" and self.fields["card"]:
            self._check(field, lambda: card_number(self.fields["card"]))

    def _check(self, field: str, clean: Callable[[], str]) -> None:
        try:
            clean()
        except (BadPhone, BadEmail, InvalidCard) as error:
            self.errors[field] = refusal(error, self.words)
            self.changed.emit()

    def _check_birthday(self) -> None:
        if self.fields["birthday"].strip() and not parse_birthday(self.fields["birthday"]):
            self.errors["birthday"] = self.words.t("Day and month, like 24.11")
            self.changed.emit()

    def take_card(self, text: str) -> bool:
        """Use a scan as the card, if it is one of the shop's own; whether it was used."""
        asked, identify = text.strip(), self._counter.identify
        if is_own_card(asked, self._counter.till.card_prefix):
            self._put_card(asked)
        elif signed_code(asked) is None or is_slip(asked):
            return False
        self._runs.run(lambda: identify(asked), self._identified, self._refuse, key="card")
        return True

    def _put_card(self, number: str) -> None:
        self.fields["card"] = number
        self.errors.pop("card", None)
        self.changed.emit()

    def _identified(self, found: object) -> None:
        if isinstance(found, CardUnused):
            self._put_card(found.number)
        elif isinstance(found, MemberFound):
            self.errors["card"] = refusal(CardTaken(), self.words)
            self.changed.emit()

    def choose_language(self, language: str) -> None:
        """The language of the slips, and of what is read out. Answers given before stand."""
        self.language = language
        self.changed.emit()

    def languages(self) -> list[str]:
        """The shop's own first, then English, then the others."""
        first = [self._counter.till.language, "en"]
        return list(dict.fromkeys([*first, *LANGUAGES]))

    # -- somebody who is known ---------------------------------------------------------------

    def _look_for_twin(self) -> None:
        phone, email = self._clean_phone(), self._clean_email()
        if not phone and not email:
            self._runs.run(lambda: None, self._twin_found, self._refuse, key="twin")
        else:
            self._runs.run(
                lambda: self._enrolment.alike(phone, email),
                self._twin_found,
                self._refuse,
                key="twin",
            )

    def _clean_phone(self) -> str:
        try:
            return self._enrolment.phone(self.fields["phone"])
        except BadPhone:
            return ""

    def _clean_email(self) -> str:
        try:
            return clean_email(self.fields["email"])
        except BadEmail:
            return ""

    def _twin_found(self, member: Member | None) -> None:
        before = (self.twin, self.phone_is_free)
        self.twin = self._twin(member) if member else None
        self.phone_is_free = member is None and bool(self._clean_phone())
        if (self.twin, self.phone_is_free) != before:
            self.changed.emit()

    def _twin(self, member: Member) -> Twin:
        w = self.words
        if member.phone and member.phone == self._clean_phone():
            detail = w.t("Phone ends {digits}", digits=member.phone[-4:])
        else:
            detail = w.t("Has this e-mail")
        since = w.t("member since {month}", month=w.month(member.joined_at))
        return Twin(member.id, member.name, f"{detail} · {since}")

    def it_is_the_twin(self) -> None:
        """The person is known: give them this card, or just find them."""
        if self.twin is not None:
            self.link(self.twin.member_id)

    def search(self, text: str) -> None:
        """Find an existing member to link the card to."""
        asked = text.strip()

        def look() -> tuple[str, list[MemberHit]]:
            return asked, self._office.search(asked, 6) if asked else []

        self._runs.run(look, self._hits_found, self._refuse, key="link search")

    def _hits_found(self, answer: tuple[str, list[MemberHit]]) -> None:
        asked, hits = answer
        self.hits = tuple(hit_row(hit, asked, self.words) for hit in hits)
        self.changed.emit()

    def link(self, member_id: MemberId) -> None:
        """Give an existing member this card; without a card, answer with the member."""
        if self.busy:
            return
        card = self.fields["card"].strip()
        self._begin()
        if card:
            self._runs.run(
                lambda: self._enrolment.link_card(card, member_id), self._done, self._refuse
            )
        else:
            self._runs.run(lambda: self._counter.member(member_id), self._done, self._refuse)

    # -- consents ----------------------------------------------------------------------------

    def wording(self, purpose: Purpose) -> str:
        """What is read out for a purpose, in the member's language."""
        w = Words(self.language, zone=self.words.zone)
        if purpose is Purpose.PROGRAMME:
            return w.t(
                "To keep your points we store your name, your contact details and your purchases."
            )
        return w.t(
            "May we send you offers? Channel: {channel}. Your points do not depend on it, and you "
            "can change your mind at any time.",
            channel=channel_name(purpose, w),
        )

    def ask(self, purpose: Purpose) -> None:
        """Show the words for another question."""
        if purpose is not self.asking:
            self.asking = purpose
            self.changed.emit()

    def answer(self, purpose: Purpose, granted: bool) -> None:
        """The customer said yes or no; the next open question comes up."""
        wording = self.wording(purpose)
        self.said[purpose] = Said(granted, self._clock(), wording, self.language)
        self.errors.pop("consent", None)
        self.asking = next((p for p in ASKED if p not in self.said), purpose)
        self.changed.emit()

    def consent_title(self, purpose: Purpose) -> str:
        """What is agreed to, in the cashier's language."""
        return purpose_name(purpose, self.words)

    def consent_detail(self, purpose: Purpose) -> str:
        """How it stands."""
        w, said = self.words, self.said.get(purpose)
        if said is None:
            needed = purpose is Purpose.PROGRAMME
            return w.t("Needed for a card") if needed else w.t("Not asked yet")
        time = w.time(said.at)
        return (
            w.t("Said yes at {time}", time=time)
            if said.granted
            else w.t("Said no at {time}", time=time)
        )

    # -- giving the card ---------------------------------------------------------------------

    def give(self) -> None:
        """Take the member in."""
        who = self._who()
        if self.busy or who is None:
            return
        birthday = parse_birthday(self.fields["birthday"])
        if self.fields["birthday"].strip() and not birthday:
            self._check_birthday()
            return
        form = self._form(birthday)
        self._begin()
        self._runs.run(lambda: self._enrolment.enrol(form, who.id), self._done, self._refuse)

    def _form(self, birthday: str) -> EnrolmentForm:
        answers = [
            Answer(purpose, said.granted, said.wording, said.language)
            for purpose, said in self.said.items()
        ]
        return EnrolmentForm(
            card=self.fields["card"],
            given_name=self.fields["given_name"],
            family_name=self.fields["family_name"],
            phone=self.fields["phone"],
            email=self.fields["email"],
            birthday=birthday,
            language=self.language,
            answers=tuple(answers),
        )

    @Slot()
    def work_failed(self) -> None:
        """Something nobody foresaw: the form can be used again."""
        self.busy = False
        self.changed.emit()

    def _begin(self) -> None:
        self.busy = True
        self.errors = {}
        self.changed.emit()

    def _done(self, view: MemberView) -> None:
        self.busy = False
        self.changed.emit()
        self.finished.emit(view)

    def _refuse(self, error: TerminalError) -> None:
        self.busy = False
        sentence = refusal(error, self.words)
        field = _FIELD_OF.get(error.code)
        if error.code == "member_exists":
            self._look_for_twin()
        if field:
            self.errors[field] = sentence
        else:
            self.told.emit(sentence)
        self.changed.emit()


def channel_name(purpose: Purpose, words: Words) -> str:
    """The channel of a marketing consent, as it is read out."""
    if purpose is Purpose.TEXT_MESSAGE:
        return words.t("text message")
    return words.t("e-mail")


def parse_birthday(text: str) -> str:
    """Day and month as typed ("24.11", "24/11", "2411", "24 11") as "11-24"; "" if it is none."""
    numbers = "".join(c if c.isascii() and c.isdigit() else " " for c in text).split()
    if len(numbers) == 1 and len(numbers[0]) == 4:
        numbers = [numbers[0][:2], numbers[0][2:]]
    if len(numbers) != 2:
        return ""
    try:
        day = date(2000, int(numbers[1]), int(numbers[0]))
    except ValueError:
        return ""
    return f"{day:%m-%d}"
