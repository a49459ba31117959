"""Enrolment, the office, the desk: people and what may be done about them."""

from datetime import timedelta

import pytest

from terminal.cards import own_card
from terminal.errors import (
    BadPhone,
    CardTaken,
    ConsentMissing,
    MemberExists,
    NameMissing,
    NotAllowed,
    NothingToCorrect,
    PinLocked,
    PinTooWeak,
    ReasonMissing,
    UnknownMember,
    UnknownStaff,
    WrongPin,
)
from terminal.ledger import Channel
from terminal.members import Purpose
from terminal.online import OnlineOrder, OrderLine
from terminal.services import office
from terminal.services.desk import verify_pin
from terminal.services.enrolment import Answer, EnrolmentForm, clean_phone
from terminal.services.merging_members import MemberMerging
from terminal.services.models import SignedIn
from terminal.staff import Role

MANAGER = SignedIn("manager", "Anna", Role.MANAGER)
CASHIER = SignedIn("cashier", "Maria", Role.CASHIER)


def order(shop, code="10471", email="eleni@example.com", goods=3890, days=0) -> OnlineOrder:
    return OnlineOrder(
        store="vendure", remote_id=code, code=code, customer_id="7", email=email, card_number="",
        placed_at=shop.moment - timedelta(days=days), currency="EUR", goods=goods,
        total=goods + 500, lines=(OrderLine("Coffee", 2, goods),),
    )  # fmt: skip


def test_consent_is_kept_with_wording_language_time_cashier_and_till(shop):
    view = shop.enrol(phone="690 000 4417", email=" Eleni@Example.com ", language="el")
    assert (view.member.phone, view.member.email) == ("+306900004417", "eleni@example.com")
    assert view.consents == {Purpose.PROGRAMME}
    consent = shop.services.office.page(view.member.id).consents[0]
    assert (consent.wording, consent.language, consent.cashier_id, consent.till) == (
        "May we?", "en", "cashier", "T1",
    )  # fmt: skip
    assert consent.recorded_at == shop.moment


def test_a_later_answer_replaces_an_earlier_one_and_both_are_kept(shop):
    view = shop.enrol()
    for yes in (True, False):
        shop.later(days=1)
        view = shop.services.enrolment.record_answer(
            view.member.id, Answer(Purpose.EMAIL, yes, "Offers?", "en"), "cashier"
        )
        assert (Purpose.EMAIL in view.consents) is yes
    assert len(shop.services.office.page(view.member.id).consents) == 3


def test_without_consent_or_name_nothing_is_stored(shop):
    said_no = Answer(Purpose.PROGRAMME, False, "May we?", "en")
    with pytest.raises(ConsentMissing):
        shop.services.enrolment.enrol(EnrolmentForm(given_name="Eleni", answers=(said_no,)), "c")
    with pytest.raises(NameMissing):
        shop.services.enrolment.enrol(EnrolmentForm(given_name="  "), "c")
    assert shop.services.office.count() == 0


def test_the_same_phone_or_email_is_the_same_person(shop):
    eleni = shop.enrol(phone="6900004417", email="eleni@example.com")
    assert shop.services.enrolment.alike("+306900004417", "") == eleni.member
    assert shop.services.enrolment.alike("", "eleni@example.com") == eleni.member
    assert shop.services.enrolment.alike("", "") is None
    with pytest.raises(MemberExists) as twin:
        shop.enrol("Elena", email="ELENI@example.com")
    assert twin.value.details["member_id"] == eleni.member.id


def test_a_taken_card_is_refused_and_the_new_member_is_not_stored(shop):
    eleni = shop.enrol()
    consent = Answer(Purpose.PROGRAMME, True, "May we?", "en")
    form = EnrolmentForm(card=eleni.card_number, given_name="Nikos", answers=(consent,))
    with pytest.raises(CardTaken):
        shop.services.enrolment.enrol(form, "cashier")
    assert shop.services.office.count() == 1


def test_a_member_may_do_without_a_card_and_get_one_later(shop):
    consent = Answer(Purpose.PROGRAMME, True, "May we?", "en")
    view = shop.services.enrolment.enrol(
        EnrolmentForm(given_name="Nikos", answers=(consent,)), "cashier"
    )
    assert view.card_number is None
    linked = shop.services.enrolment.link_card(own_card("2950", 77), view.member.id)
    assert linked.card_number == own_card("2950", 77)
    with pytest.raises(UnknownMember):
        shop.services.enrolment.link_card(own_card("2950", 78), "nobody")


def test_phones_are_read_as_the_shops_country_would(shop):
    assert clean_phone("06 30 123 4567", "HU") == "+36301234567"
    assert clean_phone("  ", "GR") == ""
    assert shop.services.enrolment.phone("+44 7700 900123") == "+447700900123"
    for wrong in ("12", "call me"):
        with pytest.raises(BadPhone):
            clean_phone(wrong, "GR")


def test_a_programme_without_welcome_points_gives_none(shop):
    from msgspec.structs import replace

    from terminal import demo
    from terminal.programs import per_money

    with shop.database.write() as uow:
        uow.programs.put(
            replace(
                demo.demo_program("EUR"),
                version=2,
                rules=(per_money(1, 100),),
                effective_from=shop.moment,
            )
        )
        uow.commit()
    assert shop.enrol().account.balance == 0


def test_orders_made_before_enrolling_are_claimed_by_email(shop):
    shop.services.orders.take([order(shop, days=3)])
    view = shop.enrol(email="eleni@example.com")
    assert view.account.balance == 100 + 38
    items = shop.services.office.page(view.member.id).timeline
    assert {item.channel for item in items} == {Channel.SHOP, Channel.ONLINE}


def test_one_timeline_of_both_channels_with_running_balance(shop):
    eleni = shop.enrol(email="eleni@example.com")
    shop.later(days=1)
    sale = shop.sell(eleni, shop.open_price(40_000)).sale
    shop.later(days=1)
    shop.services.orders.take([order(shop)])
    shop.later(days=1)
    shop.sell(eleni, shop.open_price(1000), points=200)
    shop.later(days=1)
    shop.services.counter.take_back(sale.ref, "damaged", "cashier")
    shop.later(days=1)
    shop.services.office.adjust(eleni.member.id, 5, "counted wrong", MANAGER)

    page = shop.services.office.page(eleni.member.id)

    assert [(i.kind, i.points, i.balance_after) for i in page.timeline] == [
        ("adjust", 5, -41),
        ("return", -400, -46),
        ("purchase", 9, 354),
        ("redeem", -200, 345),
        ("order", 45, 545),
        ("purchase", 400, 500),
        ("bonus", 100, 100),
    ]
    assert page.timeline[0].reason == "counted wrong"
    assert page.timeline[1].amount == -40_000
    assert page.timeline[4].where == "vendure"
    assert page.online_spend == 3890
    assert page.timeline[0].balance_after == page.view.account.balance


def test_search_finds_by_name_card_phone_and_email(shop):
    eleni = shop.enrol("Ελένη", family_name="Παράδειγμα", phone="6900004417", email="e@example.com")
    shop.enrol("Nikos")
    for query in ("ελενη", "παραδ", eleni.card_number[-4:], "4417", "e@ex"):
        hits = shop.services.office.search(query)
        assert [hit.member.id for hit in hits] == [eleni.member.id], query
    hit = shop.services.office.search("ελενη")[0]
    assert (hit.tier, hit.card, hit.balance) == ("bronze", eleni.card_number, 100)
    assert len(shop.services.office.search("")) == 2


def test_a_correction_needs_a_manager_a_reason_and_an_amount(shop):
    eleni = shop.enrol()
    with pytest.raises(NotAllowed):
        shop.services.office.adjust(eleni.member.id, 5, "because", CASHIER)
    with pytest.raises(ReasonMissing):
        shop.services.office.adjust(eleni.member.id, 5, " x ", MANAGER)
    with pytest.raises(NothingToCorrect):
        shop.services.office.adjust(eleni.member.id, 0, "because", MANAGER)
    with pytest.raises(UnknownMember):
        shop.services.office.adjust("nobody", 5, "because", MANAGER)
    assert shop.balance(eleni) == 100
    assert (
        shop.services.office.adjust(eleni.member.id, -30, "double", MANAGER).account.balance == 70
    )


def test_a_note_is_for_the_next_cashier(shop):
    eleni = shop.enrol()
    shop.services.office.change_note(eleni.member.id, " fine grind ")
    assert shop.services.counter.member(eleni.member.id).member.note == "fine grind"


def test_what_lapsed_is_booked_out_for_everyone_in_small_steps(shop):
    members = [shop.enrol(f"Member {n}") for n in range(5)]
    shop.later(days=400)
    assert office.expire_due(shop.database, shop.till, shop.clock, shop.new_id, batch=2) == 500
    assert office.expire_due(shop.database, shop.till, shop.clock, shop.new_id) == 0
    assert [shop.balance(member) for member in members] == [0] * 5
    with shop.database.read() as uow:
        told = [m.member_id for m in uow.outbox.open(50) if m.created_at == shop.moment]
    assert set(told) == {member.member.id for member in members}


def test_five_wrong_pins_lock_for_five_minutes(shop):
    desk = shop.services.desk
    maria = desk.add("Maria", Role.CASHIER, "4711")
    assert desk.sign_in(maria.id, "4711") == maria
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongPin) as wrong:
            desk.sign_in(maria.id, "0000")
        assert wrong.value.details["left"] == left
    with pytest.raises(PinLocked):
        desk.sign_in(maria.id, "0000")
    with pytest.raises(PinLocked):
        desk.sign_in(maria.id, "4711")
    shop.later(minutes=6)
    assert desk.sign_in(maria.id, "4711") == maria
    with pytest.raises(WrongPin) as wrong:
        desk.sign_in(maria.id, "0000")
    assert wrong.value.details["left"] == 4


def test_only_people_who_work_here_sign_in(shop):
    from dataclasses import replace

    with pytest.raises(UnknownStaff):
        shop.services.desk.sign_in("nobody", "1234")
    gone = shop.services.desk.add("Gone", Role.CASHIER, "1234")
    with shop.database.write() as uow:
        uow.staff.put(replace(uow.staff.get(gone.id), active=False))
        uow.commit()
    with pytest.raises(UnknownStaff):
        shop.services.desk.sign_in(gone.id, "1234")
    assert [person.name for person in shop.services.desk.people()] == ["Anna", "Maria"]
    with pytest.raises(PinTooWeak):
        shop.services.desk.add("New", Role.CASHIER, "12")
    assert not verify_pin("not a hash", "1234")


def test_what_was_begun_for_somebody_merged_meanwhile_is_the_survivor_s(shop):
    """The basket was filled, and the page was open, while another window made them one."""
    office = shop.services.office
    goes, stays = (shop.enrol(name, email=f"{name}@example.com") for name in ("goes", "stays"))
    office.adjust(goes.member.id, 500, "because of the fair", MANAGER)
    merging = MemberMerging(
        shop.database, shop.till, shop.bus, clock=shop.clock, new_id=shop.new_id
    )
    merging.merge(stays.member.id, goes.member.id, None)
    done = shop.sell(goes, shop.open_price(10_000))
    assert done.sale.member_id == stays.member.id
    assert office.adjust(goes.member.id, 7, "because", MANAGER).member.id == stays.member.id
    given = office.grant_tier(goes.member.id, "gold", None, "opened the shop with us", MANAGER)
    assert (given.member.id, given.tier.code) == (stays.member.id, "gold")
    assert shop.balance(goes) == 0
    assert shop.balance(stays) == done.view.account.balance + 7
