"""Members, their cards and consents."""

from dataclasses import replace

import pytest

from terminal.cards import CardState
from terminal.errors import CardTaken, UnknownMember
from terminal.ids import CardNumber, MemberId
from terminal.ports import Database
from tests.contract.samples import (
    ANNA,
    BELA,
    FULL_ENTRY,
    after,
    card,
    consent,
    entry,
    member,
    order,
    sale,
    with_members,
)


def test_a_member_comes_back_as_it_went_in(database: Database) -> None:
    anna = member(
        family="Παράδειγμα",
        call_name="Άννα",
        phone="+306912345678",
        email="anna@example.com",
        language="el",
        birthday="02-29",
        note="likes ‘quotes’\nand lines",
        updated_at=after(microseconds=1),
    )
    with_members(database, anna)
    with database.read() as uow:
        assert uow.members.get(ANNA) == anna
        assert uow.members.by_phone("+306912345678") == anna
        assert uow.members.by_email("anna@example.com") == anna
        assert uow.members.get(BELA) is None
        assert uow.members.by_phone("+306912345679") is None
        assert uow.members.by_email("bela@example.com") is None


def test_nobody_is_found_by_nothing(database: Database) -> None:
    with_members(database, member())
    with database.read() as uow:
        assert uow.members.by_phone("") is None
        assert uow.members.by_email("") is None


def test_of_two_with_one_phone_the_older_member_is_meant(database: Database) -> None:
    young = member(BELA, phone="+3612345678", email="us@example.com", joined_at=after(days=1))
    old = member(ANNA, phone="+3612345678", email="us@example.com")
    with_members(database, young, old)
    with database.read() as uow:
        assert uow.members.by_phone("+3612345678") == old
        assert uow.members.by_email("us@example.com") == old


def test_a_changed_member_keeps_cards_points_and_place(database: Database) -> None:
    with_members(database)
    changed = member(family="Sample", updated_at=after(days=2))
    with database.write() as uow:
        uow.members.put_card(card("2900000000018"))
        uow.ledger.append([FULL_ENTRY])
        uow.members.put(changed)
        assert uow.members.count() == 1
        assert uow.members.by_card(CardNumber("2900000000018")) == (changed, card("2900000000018"))
        assert uow.ledger.account(ANNA).balance == 42


def test_a_card_is_answered_in_whatever_state_it_is(database: Database) -> None:
    lost = card("2900000000025", state=CardState.BLOCKED, symbology="Code 128", issued_at=after())
    with_members(database)
    with database.write() as uow:
        uow.members.put_card(card("2900000000018", issued_at=after(days=1)))
        uow.members.put_card(replace(lost, state=CardState.ACTIVE))
        uow.members.put_card(lost)
        uow.commit()
    with database.read() as uow:
        assert uow.members.by_card(lost.number) == (member(), lost)
        assert [each.number[-2:] for each in uow.members.cards(ANNA)] == ["25", "18"]
        assert uow.members.by_card(CardNumber("2900000000032")) is None
        assert uow.members.cards(BELA) == []


def test_a_card_has_one_member(database: Database) -> None:
    with_members(database, member(), member(BELA))
    with database.write() as uow:
        uow.members.put_card(card("2900000000018", ANNA))
        with pytest.raises(CardTaken) as refusal:
            uow.members.put_card(card("2900000000018", BELA))
        assert refusal.value.details == {"number": "2900000000018", "member_id": ANNA}
        uow.commit()
    with database.read() as uow:
        assert uow.members.cards(BELA) == []


def test_consents_are_kept_oldest_first(database: Database) -> None:
    yes, no = consent("y"), consent("n", granted=False, recorded_at=after(days=1))
    with_members(database)
    with database.write() as uow:
        uow.members.put_consent(no)
        uow.members.put_consent(yes)
        uow.commit()
    with database.read() as uow:
        assert uow.members.consents(ANNA) == [yes, no]
        assert uow.members.consents(BELA) == []


def test_nothing_belongs_to_a_member_who_is_not(database: Database) -> None:
    ghost = MemberId("ghost")
    with database.write() as uow:
        for put in (
            lambda: uow.members.put_card(card("2900000000018", ghost)),
            lambda: uow.members.put_consent(consent("y", member_id=ghost)),
            lambda: uow.ledger.append([entry("e", 1, member_id=ghost)]),
            lambda: uow.sales.put(sale("s-1", member_id=ghost)),
            lambda: uow.sales.put_order(order("1", member_id=ghost)),
        ):
            with pytest.raises(UnknownMember) as refusal:
                put()
            assert refusal.value.details == {"member_id": ghost}


def test_who_joined_is_counted_from_one_moment_to_another(database: Database) -> None:
    with_members(database, member(), member(BELA, joined_at=after(days=1)))
    with database.read() as uow:
        assert uow.members.joined(after(), after(days=1)) == 1
        assert uow.members.joined(after(), after(days=2)) == 2
        assert uow.members.joined(after(days=2), after(days=3)) == 0
