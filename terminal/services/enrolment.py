"""Enrolment: a new member with recorded consent, or another card for one who is known.

Consent is evidence: the wording that was read out, in which language, when, by whom, at which till.
Without the programme's own consent nothing is stored about the person.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from terminal.cards import Card, CardState, card_number
from terminal.errors import (
    BadPhone,
    CardBlocked,
    ConsentMissing,
    MemberExists,
    NameMissing,
    UnknownMember,
)
from terminal.events import EventBus, MemberChanged
from terminal.ids import CardNumber, Clock, MemberId, NewId, StaffId
from terminal.members import Consent, Member, Purpose, clean_email
from terminal.outbox import MessageKind
from terminal.ports import Database, UnitOfWork
from terminal.services.campaigning import Scene
from terminal.services.happenings import book_happening
from terminal.services.messages import tell_standing, tell_store
from terminal.services.models import MemberView, Till
from terminal.services.online_orders import OnlineOrders
from terminal.services.selling import chance_of
from terminal.services.standing import program_at, view_member
from terminal.services.whose import is_erased, survivor_of


@dataclass(frozen=True, slots=True)
class Answer:
    """What the customer said to one consent question, and the words that were read out."""

    purpose: Purpose
    granted: bool
    wording: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentForm:
    """What the cashier typed. Only a name and the programme's consent are needed."""

    card: str = ""
    given_name: str = ""
    family_name: str = ""
    phone: str = ""
    email: str = ""
    birthday: str = ""
    language: str = "en"
    answers: tuple[Answer, ...] = ()


class EnrolmentService:
    """Takes members in and gives out cards."""

    def __init__(
        self,
        database: Database,
        till: Till,
        bus: EventBus,
        orders: OnlineOrders,
        *,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._database = database
        self._till = till
        self._bus = bus
        self._orders = orders
        self._clock = clock
        self._new_id = new_id

    def phone(self, text: str) -> str:
        """A phone number as E.164, read as the shop's country would. Raises BadPhone."""
        return clean_phone(text, self._till.country)

    def welcome_points(self) -> int:
        """What a member who enrols now starts with. Raises NoProgram."""
        with self._database.read() as uow:
            return program_at(uow, self._clock()).welcome_points

    def alike(self, phone: str, email: str) -> Member | None:
        """A member who has this phone or e-mail already, asked while the form is typed."""
        with self._database.read() as uow:
            return self._alike(uow, phone, email)

    def enrol(self, form: EnrolmentForm, cashier_id: StaffId) -> MemberView:
        """Take a member in. Raises NameMissing, ConsentMissing, BadPhone, BadEmail, InvalidCard,
        MemberExists, CardTaken; then nothing is stored.
        """
        member = self._member(form)
        number = card_number(form.card) if form.card.strip() else None
        if not any(a.granted and a.purpose is Purpose.PROGRAMME for a in form.answers):
            raise ConsentMissing
        with self._database.write() as uow:
            twin = self._alike(uow, member.phone, member.email)
            if twin is not None:
                raise MemberExists(member_id=twin.id, name=twin.name)
            self._store(uow, member, number, form.answers, cashier_id)
            view = view_member(uow, member.id, member.joined_at)
            uow.commit()
        self._bus.tell(MemberChanged(member.id))
        return view

    def _store(
        self,
        uow: UnitOfWork,
        member: Member,
        number: CardNumber | None,
        answers: tuple[Answer, ...],
        cashier_id: StaffId,
    ) -> None:
        now = member.joined_at
        uow.members.put(member)
        if number is not None:
            uow.members.put_card(Card(number, member.id, now))
        for answer in answers:
            uow.members.put_consent(self._consent(member.id, answer, cashier_id, now))
        self._welcome(uow, member, cashier_id)
        tell_store(uow, self._till, MessageKind.MEMBER, member.id, member.id, now, self._new_id)
        self._orders.claim(uow, member)
        tell_standing(uow, self._till, member.id, now, self._new_id)

    def _welcome(self, uow: UnitOfWork, member: Member, cashier_id: StaffId) -> None:
        """What the programme gives for joining."""
        now = member.joined_at
        scene = Scene(
            uow=uow, program=program_at(uow, now), till=self._till.code, now=now,
            chance=chance_of(self._new_id), cashier_id=cashier_id,
        )  # fmt: skip
        book_happening(scene, member, "sign_up", member.id)

    def link_card(self, number: str, member_id: MemberId) -> MemberView:
        """Give a member one more card, or the one they have once more.

        Raises InvalidCard, CardTaken, UnknownMember; CardBlocked for one that was reported lost.
        """
        clean, now = card_number(number), self._clock()
        with self._database.write() as uow:
            member = _who(uow, member_id)
            member_id = member.id
            known = uow.members.by_card(clean)
            if known is not None and known[1].state is not CardState.ACTIVE:
                raise CardBlocked(number=clean)
            uow.members.put_card(Card(clean, member_id, now))
            uow.members.put(replace(member, updated_at=now))
            tell_store(uow, self._till, MessageKind.MEMBER, member_id, member_id, now, self._new_id)
            self._orders.claim(uow, member)
            view = view_member(uow, member_id, now)
            uow.commit()
        self._bus.tell(MemberChanged(member_id))
        return view

    def record_answer(self, member_id: MemberId, answer: Answer, cashier_id: StaffId) -> MemberView:
        """A member's answer to a consent question asked later."""
        now = self._clock()
        with self._database.write() as uow:
            member_id = _who(uow, member_id).id
            uow.members.put_consent(self._consent(member_id, answer, cashier_id, now))
            if answer.purpose is Purpose.EMAIL:  # online stores write e-mails too
                kind, new_id = MessageKind.MEMBER, self._new_id
                tell_store(uow, self._till, kind, member_id, member_id, now, new_id)
            view = view_member(uow, member_id, now)
            uow.commit()
        self._bus.tell(MemberChanged(member_id))
        return view

    def _consent(
        self, member_id: MemberId, answer: Answer, cashier_id: StaffId, now: datetime
    ) -> Consent:
        return Consent(
            id=self._new_id(), member_id=member_id, purpose=answer.purpose, granted=answer.granted,
            wording=answer.wording, language=answer.language, recorded_at=now,
            cashier_id=cashier_id, till=self._till.code,
        )  # fmt: skip

    def _member(self, form: EnrolmentForm) -> Member:
        if not (form.given_name.strip() or form.family_name.strip()):
            raise NameMissing
        now = self._clock()
        return Member(
            id=MemberId(self._new_id()), given_name=form.given_name.strip(),
            family_name=form.family_name.strip(), phone=self.phone(form.phone),
            email=clean_email(form.email), language=form.language, birthday=form.birthday.strip(),
            joined_at=now, updated_at=now,
        )  # fmt: skip

    def _alike(self, uow: UnitOfWork, phone: str, email: str) -> Member | None:
        found = uow.members.by_phone(phone) if phone else None
        if found is None and email:
            found = uow.members.by_email(email)
        return found


def _who(uow: UnitOfWork, member_id: MemberId) -> Member:
    """The member, or the one they were merged into. Raises UnknownMember, also for one who asked to
    be forgotten: nothing new is written down of them."""
    member = uow.members.get(survivor_of(uow, member_id))
    if member is None or is_erased(uow, member.id):
        raise UnknownMember(member_id=member_id)
    return member


def clean_phone(text: str, country: str) -> str:
    """A phone number as E.164 ("+306900004417"), empty stays empty. Raises BadPhone."""
    if not text.strip():
        return ""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise BadPhone(phone=text) from error
    if not phonenumbers.is_possible_number(number):
        raise BadPhone(phone=text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
