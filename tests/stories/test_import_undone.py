"""Days on which an import is taken back."""

from __future__ import annotations

import pytest

from terminal.cards import CardState, own_card
from terminal.entries import EntryKind
from terminal.errors import UnknownMember
from terminal.importing.planning import GONE
from terminal.importing.problems import ImportStopped, Level
from terminal.importing.records import ImportState, import_id
from terminal.members import Purpose
from terminal.services.enrolment import Answer
from tests.fakes import MemoryDatabase
from tests.shop import Shop, till
from tests.stories.import_desk import CARDS, GROUND, Desk, people, policy

# -- moving out ------------------------------------------------------------------------------------


def test_after_an_undo_all_is_as_before_and_the_file_can_come_again(desk):
    eleni = desk.shop.enrol().member
    before = desk.everything()
    header = "id,name,card,phone,points,newsletter,tier"
    text = people(
        f"1,A,{CARDS[0]},6900004417,10,yes,gold", f"2,B,{CARDS[1]},,-7,,", f"3,C,{CARDS[2]},,,,",
        header=header,
    )  # fmt: skip
    mapping = f'{GROUND}[policy]\ndebt = "allow"\n'
    desk.bring(text, mapping)
    member = desk.member(CARDS[0])
    desk.shop.later(days=3)
    back = desk.undo()
    assert (back.rows, back.left, back.points, back.spent) == (3, 0, -3, 0)
    assert (back.record.state, back.record.created, back.record.points) == (
        ImportState.UNDONE, 0, 0,
    )  # fmt: skip
    after = desk.everything()
    assert after[eleni.id] == before[eleni.id]
    assert {balance for who, (balance, _n) in after.items() if who != eleni.id} == {0}
    gone = desk.member(CARDS[0])
    assert (gone.given_name, gone.family_name, gone.phone, gone.id) == (GONE, "", "", member.id)
    assert desk.granted(gone) == set()
    assert desk.cards(gone) == {CARDS[0]: CardState.BLOCKED}
    with desk.shop.database.read() as uow:
        [grant] = uow.tiers.of_member(gone.id)
    assert grant.ends == desk.shop.clock()
    assert desk.undo().rows == 0
    desk.shop.later(days=1)
    done = desk.bring(text, mapping)
    assert (done.tally.created, done.tally.points) == (3, 3)
    assert desk.member(CARDS[0]).phone == "+306900004417"
    assert desk.cards(member) == {CARDS[0]: CardState.ACTIVE}
    assert desk.granted(member) == {Purpose.PROGRAMME, Purpose.EMAIL}
    with desk.shop.database.read() as uow:
        assert [grant.ends for grant in uow.tiers.of_member(gone.id)] == [None]


def test_after_an_undo_the_mapping_may_name_people_otherwise(desk):
    text = people(f"1,A,{CARDS[0]},10", f"2,B,{CARDS[1]},10")
    desk.bring(text)
    first = desk.member(CARDS[0])
    desk.undo()
    columns = '[columns]\nname = "name"\ncards = "card"\npoints = "points"\n'
    desk.bring(text, GROUND + columns)
    assert desk.codes() == []
    assert desk.member(CARDS[0]).id == first.id
    desk.undo()
    both = people(f"9,A,{CARDS[0]} {CARDS[1]},10".replace(" 29", ";29"))
    desk.bring(both)
    assert desk.codes() == [(2, "card_blocked")]


def test_what_was_spent_since_is_left_or_stays_spent(desk):
    text = people(f"1,A,{CARDS[0]},100", f"2,B,{CARDS[1]},100", f"3,C,{CARDS[2]},100")
    desk.bring(text)
    spender, returner = desk.member(CARDS[0]), desk.member(CARDS[1])
    desk.shop.later(days=1)
    desk.move(spender, EntryKind.REDEEM, -30)
    sale = desk.move(returner, EntryKind.REDEEM, -30)
    [lot] = [entry.id for entry in desk.entries(returner) if entry.points == 100]
    desk.move(returner, EntryKind.ROLLBACK, 30, reverses=sale, lot=lot)
    back = desk.undo()
    assert (back.rows, back.left, back.record.state) == (2, 1, ImportState.PARTLY_UNDONE)
    assert desk.codes() == [(2, "spent")]
    assert desk.findings[-1].details == {"spent": 30, "points": 100}
    assert desk.codes(Level.NOTE) == [(3, "member_stays")]
    assert desk.balance(spender) == 70
    assert desk.balance(returner) == 0
    assert desk.member(CARDS[1]).name == "B"
    assert desk.cards(returner) == {CARDS[1]: CardState.ACTIVE}
    taken = desk.undo("take")
    assert (taken.rows, taken.points, taken.spent) == (1, -70, 30)
    assert desk.codes(Level.NOTE) == [(2, "took_what_was_left"), (2, "member_stays")]
    assert desk.balance(spender) == 0
    assert taken.record.state is ImportState.UNDONE
    again = desk.bring(text)
    assert (again.tally.created, again.tally.merged, desk.codes()) == (1, 2, [])
    assert [desk.balance(member) for member in (spender, returner)] == [100, 100]
    assert desk.undo().rows == 3
    assert [desk.balance(member) for member in (spender, returner)] == [0, 0]


def test_a_sale_at_the_till_counts_as_use(desk):
    desk.bring(people(f"1,A,{CARDS[0]},1000"))
    member = desk.member(CARDS[0])
    desk.shop.later(days=1)
    view = desk.shop.services.counter.member(member.id)
    desk.shop.sell(view, desk.shop.basket("OIL-500"))
    earned = desk.balance(member) - 1000
    back = desk.undo()
    assert (back.rows, back.points) == (1, -1000)
    assert desk.balance(member) == earned
    assert desk.member(CARDS[0]).name == "A"


def test_what_lapsed_meanwhile_is_not_taken_again(desk):
    header = "id,name,card,points,expires"
    desk.bring(people(f"1,A,{CARDS[0]},100,2026-12-01", header=header))
    member = desk.member(CARDS[0])
    desk.shop.later(days=30)
    [entry] = desk.entries(member)
    desk.move(member, EntryKind.EXPIRE, -100, reverses=entry.id)
    back = desk.undo()
    assert (back.points, back.spent, desk.balance(member)) == (0, 0, 0)
    assert desk.member(CARDS[0]).given_name == GONE


def test_a_debt_from_before_is_there_again(desk):
    eleni = desk.shop.enrol(phone="6900004417").member
    desk.move(eleni, EntryKind.ADJUST, -130)
    desk.bring(people("1,E,6900004417,100", header="id,name,phone,points"), policy("merge"))
    assert desk.balance(eleni) == 70
    desk.undo()
    with desk.shop.database.read() as uow:
        account = uow.ledger.account(eleni.id)
    assert (account.balance, account.debt, account.lots) == (-30, 30, ())


def test_a_profile_changed_by_hand_since_stays(desk):
    eleni = desk.shop.enrol(phone="6900004417").member
    desk.bring(people("1,Helen,6900004417", header="id,first name,phone"), policy("update"))
    desk.shop.later(days=1)
    desk.shop.services.office.change_note(eleni.id, "likes olives")
    desk.undo()
    with desk.shop.database.read() as uow:
        assert uow.members.get(eleni.id).given_name == "Helen"
    assert desk.codes(Level.NOTE) == [(2, "member_stays")]


def test_what_a_member_said_otherwise_holds_again(desk):
    eleni = desk.shop.enrol(phone="6900004417").member
    desk.shop.services.enrolment.record_answer(
        eleni.id, Answer(Purpose.EMAIL, True, "Offers?", "en"), "cashier"
    )
    header = "id,name,phone,newsletter,sms,consent date"
    row = "1,E,6900004417,no,yes,2020-01-01"
    desk.bring(people(row, header=header), policy("update"))
    both = {Purpose.PROGRAMME, Purpose.EMAIL}
    assert desk.granted(eleni) == {*both, Purpose.TEXT_MESSAGE}
    desk.shop.later(days=1)
    desk.undo()
    assert desk.granted(eleni) == both


def test_an_undo_can_be_stopped_and_goes_on(desk):
    desk.bring(people(*(f"{n},N{n},{own_card('2950', 1000 + n)},1" for n in range(150))))
    back = desk.undo(cancelled=lambda: True)
    assert (back.cancelled, back.rows) == (True, 100)
    with desk.shop.database.read() as uow:
        assert uow.imports.get(import_id("old")).state is ImportState.UNDOING
    assert desk.undo().rows == 50
    assert {balance for balance, _n in desk.everything().values()} == {0}


def test_an_unknown_import_can_not_be_undone(desk):
    with pytest.raises(ImportStopped):
        desk.undo()


def test_books_that_lost_a_member_are_broken_and_said_so(tmp_path):
    shop = Shop(MemoryDatabase(), till())
    shop.open_up()
    desk = Desk(shop, tmp_path)
    desk.bring(people(f"1,A,{CARDS[0]},5"))
    member = desk.member(CARDS[0])
    del shop.database.state.members[member.id]
    with pytest.raises(UnknownMember):
        desk.undo()
