"""Numbers that nobody has twice, codes that only the shop makes, cards for phones."""

import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from terminal.cards import Card, CardState, is_own_card, own_card, spread_card
from terminal.errors import (
    CardBlocked,
    CardsPrintedBefore,
    ForgedCode,
    IssuerFileBroken,
    NoCardNumbers,
    NotSetUp,
    UnknownCard,
    UnknownFileKind,
    UnknownMember,
    UnknownSale,
)
from terminal.scans import Reading
from terminal.secrets import Secrets
from terminal.services.counter import CounterService
from terminal.services.issued_files import CARD_KINDS, SLIP_KINDS, card_file, slip_file
from terminal.services.issuing import KEY_NAME, code_key, signer_of, take_key
from terminal.services.models import CardUnused, MemberFound, SaleFound
from terminal.settings import SlipSettings, WalletSettings
from tests.issuing.conftest import Desk, Drawer
from tests.issuing.issuers import Files

# -- the key -----------------------------------------------------------------------------------


def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path, use_keyring=False)
    first = code_key(secrets)
    assert len(first) == 32
    assert code_key(Secrets(tmp_path, use_keyring=False)) == first
    assert code_key(Drawer()) != first


def test_two_processes_that_make_one_at_once_end_with_the_same(tmp_path: Path) -> None:
    drawer = Drawer()

    def chance(size: int) -> bytes:
        drawer.put(KEY_NAME, base64.b64encode(b"f" * size).decode())
        return b"s" * size

    assert code_key(drawer, chance) == code_key(drawer) == b"s" * 32


def test_another_till_reads_the_codes_once_it_has_the_key() -> None:
    here, there = Drawer(), Drawer()
    code = signer_of(here).signed("card", "2950000000013")
    with pytest.raises(ForgedCode):
        signer_of(there).opened("card", code)
    take_key(there, base64.b64encode(code_key(here)).decode() + "\n")
    assert signer_of(there).opened("card", code) == "2950000000013"


@pytest.mark.parametrize("text", ["", "c2hvcnQ=", "no key at all!", "ключ"])
def test_what_is_no_key_is_refused(text: str) -> None:
    drawer = Drawer()
    with pytest.raises(IssuerFileBroken, match="not_key"):
        take_key(drawer, text)
    assert drawer.kept == {}


# -- numbers -----------------------------------------------------------------------------------


def test_two_sheets_never_hold_the_same_number(desk: Desk) -> None:
    first = desk.issuing().reserve(10)
    second = desk.issuing().reserve(10)
    numbers = [card.number for card in (*first, *second)]
    assert len(set(numbers)) == 20
    assert all(is_own_card(number, "2950") for number in numbers)
    assert [card.serial for card in (*first, *second)] == list(range(1, 21))


def test_two_sheets_printed_at_the_same_moment_share_no_number(desk: Desk) -> None:
    issuing = desk.issuing()
    with ThreadPoolExecutor(4) as pool:
        sheets = list(pool.map(lambda _: issuing.reserve(10), range(12)))
    numbers = [card.number for sheet in sheets for card in sheet]
    assert len(set(numbers)) == 120


def test_numbers_that_somebody_has_are_passed_over(desk: Desk) -> None:
    enrolment = desk.shop.services.enrolment
    eleni = desk.shop.enrol("Eleni").member.id
    for serial in (1, 2):
        enrolment.link_card(spread_card("2950", serial), eleni)
    cards = desk.issuing().reserve(3)
    assert [card.number for card in cards] == [spread_card("2950", n) for n in (3, 4, 5)]


def test_a_printed_card_is_nobodys_until_it_is_given_to_somebody(desk: Desk) -> None:
    (card,) = desk.issuing().reserve(1)
    assert desk.shop.services.counter.identify(card.number) == CardUnused(card.number)
    eleni = desk.shop.enrol()
    desk.shop.services.enrolment.link_card(card.number, eleni.member.id)
    found = desk.shop.services.counter.identify(card.number)
    assert isinstance(found, MemberFound)
    assert found.view.member.id == eleni.member.id


def test_a_range_of_its_own_for_another_till(desk: Desk) -> None:
    issuing = desk.issuing()
    assert issuing.reserve(2, 5_000)[0].number == spread_card("2950", 5_000)
    assert issuing.reserve(1)[0].number == spread_card("2950", 5_002)
    with pytest.raises(CardsPrintedBefore) as refused:
        issuing.reserve(1, 5_002)
    assert refused.value.details == {"first": 5_002, "next": 5_003}


def test_the_range_ends(desk: Desk) -> None:
    desk.shop.till = replace(desk.shop.till, card_prefix="2950000")
    issuing = desk.issuing()
    with pytest.raises(NoCardNumbers):
        issuing.reserve(3, 99_998)
    assert [card.serial for card in issuing.reserve(2, 99_998)] == [99_998, 99_999]
    with pytest.raises(NoCardNumbers):
        issuing.reserve(1)


def test_a_shop_without_cards_of_its_own_can_print_none(desk: Desk) -> None:
    desk.shop.till = replace(desk.shop.till, card_prefix="")
    with pytest.raises(NotSetUp) as refused:
        desk.issuing().reserve(1)
    assert refused.value.details["what"] == "own_cards"


# -- cards for phones --------------------------------------------------------------------------


def test_a_phone_shows_the_card_that_the_member_has(desk: Desk) -> None:
    eleni = desk.shop.enrol(language="el")
    issuing = desk.issuing()
    card = issuing.phone_card(eleni.member.id)
    assert (card.shop, card.name, card.language) == ("Elia Deli", "Eleni", "el")
    assert card.number == eleni.card_number
    assert signer_of(desk.secrets).opened("card", card.code) == card.number
    assert issuing.phone_card_of(f" {card.number} ") == card


def test_who_has_no_card_is_given_a_number_with_it(desk: Desk) -> None:
    eleni = desk.shop.enrol()
    with desk.shop.database.write() as uow:
        uow.members.put_card(
            Card(eleni.cards[0].number, eleni.member.id, desk.shop.moment, state=CardState.BLOCKED)
        )
        uow.commit()
    card = desk.issuing().phone_card(eleni.member.id)
    assert card.number != eleni.cards[0].number
    found = desk.shop.services.counter.identify(card.number)
    assert isinstance(found, MemberFound)
    assert desk.issuing().phone_card(eleni.member.id) == card, "the second time it is there"


def test_a_blocked_or_unknown_card_is_not_put_on_a_phone(desk: Desk) -> None:
    eleni = desk.shop.enrol()
    with desk.shop.database.write() as uow:
        uow.members.put_card(
            Card(eleni.cards[0].number, eleni.member.id, desk.shop.moment, state=CardState.BLOCKED)
        )
        uow.commit()
    issuing = desk.issuing()
    with pytest.raises(CardBlocked):
        issuing.phone_card_of(eleni.cards[0].number)
    with pytest.raises(UnknownCard):
        issuing.phone_card_of(own_card("2950", 77))
    with pytest.raises(UnknownMember):
        issuing.phone_card("nobody")


def test_the_page_offers_google_only_where_it_is_set_up(desk: Desk, tmp_path: Path) -> None:
    eleni = desk.shop.enrol()
    plain, both = desk.issuing(), desk.issuing(wallet=Files(tmp_path).wallet())
    card = plain.phone_card(eleni.member.id)
    assert (plain.has_apple, plain.has_google) == (False, False)
    assert (both.has_apple, both.has_google) == (True, True)
    assert "pay.google.com" not in plain.card_page(card)
    assert both.google_link(card) in both.card_page(card)


# -- files -------------------------------------------------------------------------------------


def test_a_card_becomes_a_file_by_its_ending(desk: Desk, tmp_path: Path) -> None:
    issuing = desk.issuing(wallet=Files(tmp_path).wallet())
    card = issuing.phone_card(desk.shop.enrol().member.id)
    made = {kind: card_file(issuing, desk.papers, card, kind, b"logo")() for kind in CARD_KINDS}
    assert made[".png"] == f"picture {card.number} 4".encode()
    assert made[".html"].startswith(b"<!DOCTYPE html>")
    assert made[".pkpass"].startswith(b"PK")
    with pytest.raises(UnknownFileKind):
        card_file(issuing, desk.papers, card, ".doc", b"")


def test_a_slip_becomes_a_file_by_its_ending(desk: Desk) -> None:
    issuing = desk.issuing()
    done = desk.shop.sell(None, desk.shop.basket("OIL-500"))
    slip = issuing.digital_slip(done.sale.ref).slip
    made = {kind: slip_file(issuing, desk.papers, slip, kind, b"")() for kind in SLIP_KINDS}
    assert made[".pdf"] == f"document {slip.id} 0".encode()
    assert made[".png"] == f"picture {slip.id} 0".encode()
    assert b"Elia Deli" in made[".html"]
    with pytest.raises(UnknownFileKind):
        slip_file(issuing, desk.papers, slip, "", b"")


# -- read again at the counter -----------------------------------------------------------------


def counter(desk: Desk) -> CounterService:
    """The counter of a till that knows the key."""
    links = replace(desk.shop.till.links, signer=signer_of(desk.secrets))
    till = replace(desk.shop.till, links=links)
    return CounterService(
        desk.shop.database, till, desk.shop.bus, clock=desk.shop.clock, new_id=desk.shop.new_id
    )


def test_the_till_reads_what_it_issued(desk: Desk) -> None:
    eleni = desk.shop.enrol()
    sale = desk.shop.sell(eleni, desk.shop.basket("OIL-500")).sale
    issuing = desk.issuing(SlipSettings(digital_url="https://slips.example/{code}.html"))
    (printed,) = issuing.reserve(1)
    at = counter(desk)
    assert at.identify(Reading(printed.code, "qr")) == CardUnused(printed.number)
    found = at.identify(Reading(issuing.phone_card(eleni.member.id).code, "qr"))
    assert isinstance(found, MemberFound)
    assert found.view.member.id == eleni.member.id
    slip = at.identify(Reading(issuing.digital_slip(sale.ref).url, "qr"))
    assert isinstance(slip, SaleFound)
    assert slip.sale.id == sale.id


def test_a_code_of_another_shop_opens_nothing(desk: Desk) -> None:
    eleni = desk.shop.enrol()
    forged = signer_of(Drawer()).signed("card", str(eleni.card_number))
    with pytest.raises(ForgedCode):
        counter(desk).identify(Reading(forged, "qr"))


# -- slips -------------------------------------------------------------------------------------


def test_a_digital_slip_is_the_one_that_was_printed_first(desk: Desk) -> None:
    done = desk.shop.sell(desk.shop.enrol(), desk.shop.basket("OIL-500"))
    url = "https://slips.example/{code}.html"
    digital = desk.issuing(SlipSettings(digital_url=url)).digital_slip(done.sale.ref)
    assert digital.slip == done.slip.slip
    assert digital.url == f"https://slips.example/{digital.code}.html"
    assert signer_of(desk.secrets).opened("slip", digital.code) == done.sale.ref
    assert desk.issuing().digital_slip(done.sale.ref).url == ""


def test_there_is_no_digital_slip_of_a_sale_that_never_was(desk: Desk) -> None:
    with pytest.raises(UnknownSale):
        desk.issuing().digital_slip("T1-999999")


def test_the_logo_is_on_every_page(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n rest")
    issuing = desk.issuing(SlipSettings(logo=str(path)), WalletSettings())
    assert "data:image/png;base64," in issuing.card_page(
        issuing.phone_card(desk.shop.enrol().member.id)
    )
    assert issuing.logo() == path.read_bytes()
