"""Members, cards, consents and staff in memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from terminal.cards import Card
from terminal.db.searching import (
    Query,
    name_key,
    name_words,
    parse,
)
from terminal.errors import BadgeTaken, CardTaken
from terminal.folding import digits, fold
from terminal.ids import CardNumber, MemberId, StaffId
from terminal.members import Consent, Member
from terminal.staff import Staff
from tests.memory.state import Books, in_place


@dataclass(slots=True)
class MemoryMembers:
    """``MemberRecords``."""

    _books: Books

    def get(self, member_id: MemberId) -> Member | None:
        return self._books.look().members.get(member_id)

    def by_card(self, number: CardNumber) -> tuple[Member, Card] | None:
        state = self._books.look()
        card = state.cards.get(number)
        return None if card is None else (state.members[card.member_id], card)

    def by_phone(self, phone: str) -> Member | None:
        return self._oldest(m for m in self._all() if phone and m.phone == phone)

    def by_email(self, email: str) -> Member | None:
        return self._oldest(m for m in self._all() if email and m.email == email)

    def put(self, member: Member) -> None:
        self._books.change().members[member.id] = member

    def search(self, query: str, limit: int) -> list[Member]:
        asked = parse(query)
        if asked == Query():
            newest = sorted(enumerate(self._all()), key=lambda at: (at[1].joined_at, at[0]))
            return [member for _no, member in newest[::-1]][:limit]
        found = {member.id: member for member in self._hits(asked)}
        return list(found.values())[:limit]

    def count(self) -> int:
        return len(self._books.look().members)

    def joined(self, since: datetime, until: datetime) -> int:
        return sum(since <= member.joined_at < until for member in self._all())

    def of_household(self, household: str) -> list[Member]:
        theirs = [m for m in self._all() if household and m.household == household]
        return sorted(theirs, key=name_key)

    def cards(self, member_id: MemberId) -> list[Card]:
        theirs = [c for c in self._books.look().cards.values() if c.member_id == member_id]
        return sorted(theirs, key=lambda card: (card.issued_at, card.number))

    def put_card(self, card: Card) -> None:
        state = self._books.change()
        known = state.cards.get(card.number)
        if known is not None and known.member_id != card.member_id:
            raise CardTaken(number=card.number, member_id=known.member_id)
        self._books.known_member(card.member_id)
        state.cards[card.number] = card

    def move_cards(self, of: MemberId, to: MemberId) -> int:
        state = self._books.change()
        self._books.known_member(to)
        theirs = [card for card in state.cards.values() if card.member_id == of]
        for card in theirs:
            state.cards[card.number] = replace(card, member_id=to)
        return len(theirs)

    def drop_cards(self, member_id: MemberId) -> int:
        state = self._books.change()
        theirs = [card.number for card in state.cards.values() if card.member_id == member_id]
        for number in theirs:
            del state.cards[number]
        return len(theirs)

    def drop_consents(self, member_id: MemberId) -> int:
        state = self._books.change()
        theirs = [one.id for one in state.consents.values() if one.member_id == member_id]
        for known in theirs:
            del state.consents[known]
        return len(theirs)

    def put_consent(self, consent: Consent) -> None:
        state = self._books.change()
        self._books.known_member(consent.member_id)
        state.consents[consent.id] = consent

    def consents(self, member_id: MemberId) -> list[Consent]:
        theirs = [c for c in self._books.look().consents.values() if c.member_id == member_id]
        return sorted(theirs, key=lambda consent: consent.recorded_at)

    def _all(self) -> list[Member]:
        return list(self._books.look().members.values())

    def _oldest(self, members: Iterable[Member]) -> Member | None:
        return min(members, key=lambda member: member.joined_at, default=None)

    def _hits(self, asked: Query) -> Iterator[Member]:
        if asked.words:
            yield from in_place(self._all(), asked.words, name_key, name_words)
        phones = [(m, digits(m.phone)) for m in self._all() if m.phone]
        cards = sorted(self._books.look().cards.values(), key=lambda card: card.number)
        by_id = self._books.look().members
        for start in asked.phones:
            hits = [(n, m) for m, n in phones if n.startswith(start)]
            yield from (m for _n, m in sorted(hits, key=lambda hit: hit[0]))
        if asked.card:
            yield from (by_id[c.member_id] for c in cards if c.number.startswith(asked.card))
        for end in asked.phones:
            hits = [(n[::-1], m) for m, n in phones if n.endswith(end)]
            yield from (m for _n, m in sorted(hits, key=lambda hit: hit[0]))
        if asked.card:
            ends = [card for card in cards if card.number.endswith(asked.card)]
            yield from (
                by_id[c.member_id] for c in sorted(ends, key=lambda card: card.number[::-1])
            )
        if asked.email:
            mails = [m for m in self._all() if m.email.startswith(asked.email)]
            yield from sorted(mails, key=lambda member: member.email)


@dataclass(slots=True)
class MemoryStaff:
    """``StaffRecords``."""

    _books: Books

    def get(self, staff_id: StaffId) -> Staff | None:
        return self._books.look().staff.get(staff_id)

    def all(self) -> list[Staff]:
        active = [person for person in self._books.look().staff.values() if person.active]
        return sorted(active, key=lambda person: (fold(person.name), person.id))

    def by_badge(self, badge: str) -> Staff | None:
        wearers = [p for p in self.all() if badge and p.badge == badge]
        return wearers[0] if wearers else None

    def put(self, staff: Staff) -> None:
        wearer = self.by_badge(staff.badge) if staff.active else None
        if wearer is not None and wearer.id != staff.id:
            raise BadgeTaken(staff_id=wearer.id, name=wearer.name)
        self._books.change().staff[staff.id] = staff
