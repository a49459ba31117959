"""What is scanned is what the books say it is, cards first; what they do not know is said so."""

from dataclasses import replace

import pytest

from terminal.cards import Card, CardState, own_card
from terminal.errors import (
    BadgeTaken,
    CardBlocked,
    ForgedCode,
    InvalidCard,
    NotABadge,
    NotAllowed,
    TornCard,
    UnknownArticle,
    UnknownCard,
    UnknownCode,
    UnknownSale,
    UnknownStaff,
)
from terminal.ids import CardNumber
from terminal.programs.model import CouponKind
from terminal.sales import Product
from terminal.scans import Reading
from terminal.services import suite
from terminal.services.models import (
    CardUnused,
    CouponFound,
    MemberFound,
    ProductFound,
    SaleFound,
    SignedIn,
    StaffFound,
)
from terminal.settings import Settings, ShopSettings, SlipSettings
from terminal.signing import Signer
from terminal.slip_links import SlipLinks
from terminal.staff import Role
from terminal.vouchers import is_badge_code
from tests.shop import Shop, till

SIGNER = Signer(b"a key of this shop's own, 32 byte")
STRANGER = Signer(b"a key of another shop, of 32 bytes")
NEW = own_card("2950", 9_921)


@pytest.fixture
def signing(shop):
    """The same shop where codes are signed."""
    links = SlipLinks(claim_url="https://shop.example/c/{code}", signer=SIGNER)
    return Shop(shop.database, till(links=links, weighed_prefixes=("21",)))


def put(shop, *products):
    with shop.database.write() as uow:
        uow.products.put_all(products)
        uow.commit()


def give(shop, member, number):
    with shop.database.write() as uow:
        uow.members.put_card(Card(CardNumber(number), member.member.id, shop.clock()))
        uow.commit()


def identify(shop, text, symbology="", ai=""):
    return shop.services.counter.identify(Reading(text, symbology, "P", ai))


def test_a_card_goes_before_an_article_of_the_same_number(shop):
    eleni = shop.enrol()
    put(shop, Product("TWIN", "Same number", 100, "EUR", ean=eleni.card_number))
    assert identify(shop, eleni.card_number, "ean13").view.member == eleni.member
    found = identify(shop, eleni.card_number, "gs1_128", ai="01")
    assert isinstance(found, ProductFound), "a GS1 message says itself that it is an article"


def test_an_article_is_found_by_every_form_of_its_number(shop):
    upc = Product("UPC", "From over there", 100, "EUR", ean="042100005264")
    ean8 = Product("SMALL", "Small", 100, "EUR", ean="96385074")
    put(shop, upc, ean8)
    for text in ("042100005264", "0042100005264"):
        assert identify(shop, text, "ean13") == ProductFound(upc)
    assert identify(shop, "00042100005264", "itf") == ProductFound(upc)
    assert identify(shop, "96385074", "ean8") == ProductFound(ean8)
    assert identify(shop, "0000096385074", "ean13") == ProductFound(ean8)
    with pytest.raises(UnknownArticle):
        identify(shop, "10042100005261", "itf")


def test_an_article_nobody_knows_is_said_to_be_one(shop):
    for text in ("4006381333931", "96385074", "14006381333938"):
        with pytest.raises(UnknownArticle):
            identify(shop, text, "unknown")


def test_a_piece_of_a_card_of_ours_is_said_to_be_one(shop):
    with pytest.raises(TornCard) as refused:
        identify(shop, NEW[:11])
    assert isinstance(refused.value, InvalidCard), "the search goes on to look for words"


def test_a_signed_card_names_its_member_and_so_does_the_bare_number(signing):
    eleni = signing.enrol()
    code = SIGNER.signed("card", eleni.card_number)
    for text in (code, code.swapcase(), f"https://shop.example/m?code={code}", eleni.card_number):
        assert identify(signing, text, "qr").view.member == eleni.member


def test_a_signed_card_that_nobody_has_yet_is_a_new_one(signing):
    assert identify(signing, SIGNER.signed("card", NEW), "qr") == CardUnused(NEW)
    with pytest.raises(UnknownCard):
        identify(signing, SIGNER.signed("card", "FOREIGN42"), "qr")


def test_a_signed_card_that_was_reported_lost_is_refused(signing):
    eleni = signing.enrol()
    with signing.database.write() as uow:
        card = uow.members.cards(eleni.member.id)[0]
        uow.members.put_card(replace(card, state=CardState.BLOCKED))
        uow.commit()
    with pytest.raises(CardBlocked):
        identify(signing, SIGNER.signed("card", eleni.card_number))


def test_a_code_of_another_key_or_purpose_is_refused(signing):
    eleni = signing.enrol()
    for code in (
        STRANGER.signed("card", eleni.card_number),
        STRANGER.signed("slip", "T1-000001"),
        SIGNER.signed("balance", eleni.card_number),
        SIGNER.signed("card", eleni.card_number).replace(eleni.card_number, NEW),
    ):
        for text in (code, f"https://shop.example/c/{code}"):
            with pytest.raises(ForgedCode):
                identify(signing, text, "qr")


def test_where_no_key_is_set_up_a_signed_code_is_only_unknown(shop):
    with pytest.raises(UnknownCode):
        identify(shop, SIGNER.signed("card", NEW), "qr")


def test_the_codes_on_a_slip_lead_to_its_sale(signing):
    sale = signing.sell(None, signing.basket("OIL-500")).sale
    code = SIGNER.signed("slip", sale.ref)
    for text in (sale.ref, sale.ref.lower(), code, f"https://shop.example/c/{code}",
                 f"https://elsewhere.example/?c={code}"):  # fmt: skip
        assert identify(signing, text, "qr") == SaleFound(sale)
        assert signing.services.counter.find_sale(text).sale == sale
    with pytest.raises(UnknownCode):
        identify(signing, SIGNER.signed("slip", "T1-000099"))
    with pytest.raises(UnknownSale):
        signing.services.counter.find_sale(SIGNER.signed("slip", "T1-000099"))


def test_a_slip_is_not_the_card_that_it_looks_like_without_its_dash(shop):
    eleni = shop.enrol()
    give(shop, eleni, "T1000077")
    assert identify(shop, "T1000077").view.member == eleni.member
    with pytest.raises(UnknownCode):
        identify(shop, "T1-000077")


def test_a_card_with_a_dash_is_found_where_no_slip_of_ours_looks_like_it(shop):
    eleni = shop.enrol()
    give(shop, eleni, "CLUB000077")
    for text in ("CLUB-000077", "club 000077"):
        assert identify(shop, text, "code128").view.member == eleni.member


def test_a_campaign_s_code_is_taken_from_its_address_too(shop):
    shop.run(coupons=(CouponKind(code="winter", public="WINTER-10"),))
    for text in ("winter-10", "https://shop.example/offers/WINTER10",
                 "https://shop.example/?code=winter10"):  # fmt: skip
        assert identify(shop, text, "qr") == CouponFound("W1NTER10")


def test_a_number_at_the_end_of_any_page_is_nobody_s_card(shop):
    eleni = shop.enrol()
    with pytest.raises(UnknownCode):
        identify(shop, f"https://elsewhere.example/{eleni.card_number}", "qr")


def test_what_a_scale_prints_is_no_card_even_if_somebody_has_the_number(signing):
    eleni, scale = signing.enrol(), own_card("2101", 12_345)
    give(signing, eleni, scale)
    with pytest.raises(UnknownArticle):
        identify(signing, scale, "ean13")


def test_settings_say_what_codes_look_like():
    made = suite.till_of(
        Settings(
            shop=ShopSettings(card_lengths=(10,), weighed_prefixes=("21", "02")),
            slips=SlipSettings(claim_url="https://a.example/{code}"),
        )
    )
    assert (made.card_lengths, made.weighed_prefixes) == (frozenset({10}), ("21", "02"))


# -- badges ----------------------------------------------------------------------------------------

MARIA = SignedIn("cashier", "Maria", Role.CASHIER)


def test_a_badge_tells_whose_it_is_and_signs_nobody_in(shop):
    badges = shop.services.badges
    assert badges.give("cashier", "staff-0042", "manager") == MARIA
    for text in ("STAFF0042", "staff 0042", "Staff-0042"):
        assert identify(shop, text, "code128") == StaffFound(MARIA)
    badges.take("cashier", "manager")
    with pytest.raises(UnknownCode):
        identify(shop, "STAFF0042")


def test_a_badge_may_be_a_number_that_nothing_else_has(shop):
    for number in ("4006381333931", "96385074", "12345678"):
        shop.services.badges.give("cashier", Reading(number, "code128"), "manager")
        assert identify(shop, number, "code128") == StaffFound(MARIA)
    shop.services.badges.give("cashier", "042100005264", "manager")
    assert identify(shop, "0042100005264", "ean13") == StaffFound(MARIA)


def test_a_badge_of_the_till_s_own_making_can_not_be_mistyped_into_another(shop):
    code = shop.services.badges.make("cashier", "manager")
    assert is_badge_code(code)
    assert identify(shop, code.lower()) == StaffFound(MARIA)
    swapped = code[:3] + code[4] + code[3] + code[5:]
    if swapped != code:
        with pytest.raises(UnknownCode):
            identify(shop, swapped)


def test_what_is_something_else_is_no_badge(signing):
    eleni = signing.enrol()
    sale = signing.sell(None, signing.basket("OIL-500")).sale
    signing.run(coupons=(CouponKind(code="winter", public="WINTER10"),))
    taken = (
        eleni.card_number, signing.products["OIL-500"].ean, "OIL-500", sale.ref, NEW, NEW[:9],
        "T9-999999", "winter10", SIGNER.signed("card", NEW), STRANGER.signed("card", NEW),
        "https://shop.example/x", own_card("2101", 5),
    )  # fmt: skip
    for text in taken:
        with pytest.raises(NotABadge):
            signing.services.badges.give("cashier", text, "manager")


def test_two_people_do_not_wear_one_badge(shop):
    badges = shop.services.badges
    badges.give("cashier", "STAFF0042", "manager")
    badges.give("cashier", "STAFF0042", "manager")
    with pytest.raises(BadgeTaken):
        badges.give("manager", "STAFF0042", "manager")


def test_only_a_manager_gives_badges_and_only_to_people(shop):
    badges = shop.services.badges
    with pytest.raises(NotAllowed):
        badges.give("cashier", "STAFF0042", "cashier")
    with pytest.raises(NotAllowed):
        badges.take("cashier", "cashier")
    for staff_id, by in (("nobody", "manager"), ("cashier", "nobody")):
        with pytest.raises(UnknownStaff):
            badges.give(staff_id, "STAFF0042", by)
    with shop.database.write() as uow:
        uow.staff.put(replace(uow.staff.get("cashier"), active=False))
        uow.commit()
    with pytest.raises(UnknownStaff):
        badges.make("cashier", "manager")


def test_a_member_found_is_a_member_found(shop):
    assert isinstance(identify(shop, shop.enrol().card_number, "ean13"), MemberFound)


def test_whose_card_is_read_is_looked_at_and_nobody_else(shop):
    """The web shop may know more by now; the counter does not wait for it."""
    looked = []
    services = suite.build(
        shop.database, shop.till, shop.bus, clock=shop.clock, new_id=shop.new_id,
        look_at=looked.append,
    )  # fmt: skip
    eleni = shop.enrol()
    assert isinstance(services.counter.identify(eleni.card_number), MemberFound)
    assert looked == [eleni.member.id]
    services.counter.member(eleni.member.id)
    with pytest.raises(UnknownCode):
        services.counter.identify("nothing at all")
    assert looked == [eleni.member.id]
