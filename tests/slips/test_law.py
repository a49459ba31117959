"""What must, and what must not, stand on a slip: every kind, every country, every language."""

from __future__ import annotations

import re

import pytest

from terminal import demo
from terminal.countries import CONFIRM, COUNTRIES, CountryRules
from terminal.i18n import Words
from terminal.ids import SlipId
from terminal.slips import Block, Slip
from terminal.slips_written.parts import centre, pair, sealed
from terminal.vouchers import is_voucher_code
from tests.slips.every import CURRENCY, LINKS, PLACES, Bench, every

KINDS = {"sale", "return", "voucher", "gift_card", "balance", "day", "game"}
MONEY = re.compile(r"\d[\d .,\u00a0]*(€|Ft|zł|₪|£|\$|EUR|лв)|[€£$₪]\s*\d")
FORBIDDEN = ("служебен", "фискален", "сума", "общо", "тотал", "цена")
"""In Bulgaria, written here again by hand."""
OF_MONEY = ("Total", "Paid", "Paid back", "Rounding", "Left on it", "Takings", "Cash", "Worth")


def said(slip: Slip) -> list[str]:
    return [text for block in slip.blocks for text in (block.text, block.value) if text]


def codes(slip: Slip, kind: str) -> list[str]:
    return [block.text for block in slip.blocks if block.kind == kind]


@pytest.mark.parametrize(("country", "language"), PLACES)
def test_the_countrys_line_stands_top_and_bottom_in_its_own_language(country, language):
    rules = COUNTRIES[country]
    for name, slip in every(country, language):
        mark = [b.text for b in slip.blocks[:1] if name == "a copy"]
        body = list(slip.blocks[len(mark) : len(slip.blocks) - len(mark)])
        rule = body.index(Block("rule"))
        assert body[rule - 1].text == rules.non_fiscal, name
        tail = [block.text for block in body[-2:]]
        assert rules.non_fiscal in tail, name
        assert (tail[-1] == rules.non_fiscal) is (slip.language == rules.language), name
        assert said(slip).count(rules.non_fiscal) == 2
        assert body[0].kind == "logo"


@pytest.mark.parametrize("language", [language for country, language in PLACES if country == "BG"])
def test_in_bulgaria_nothing_on_any_slip_is_money_or_looks_like_a_receipt(language):
    words = Words(language, paper=True)
    names = {product.name for product in demo.demo_products(language, CURRENCY["BG"])}
    labels = {words.t(label) for label in OF_MONEY}
    seen = set()
    for name, slip in every("BG", language):
        seen.add(slip.kind)
        texts = said(slip)
        assert [text for text in texts if MONEY.search(text)] == [], name
        assert names.isdisjoint(texts), name
        assert not [t for t in texts for product in names if product in t], name
        assert labels.isdisjoint(texts), name
        whole = " ".join(texts).casefold()
        assert [word for word in FORBIDDEN if re.search(rf"\b{word}\b", whole)] == [], name
    assert seen == KINDS


def test_elsewhere_the_same_slips_do_carry_amounts():
    for country, language in (("GR", "en"), ("HU", "hu"), ("PL", "pl"), ("IL", "he")):
        texts = [text for _, slip in every(country, language) for text in said(slip)]
        assert any(MONEY.search(text) for text in texts)
        assert {slip.kind for _, slip in every(country, language)} == KINDS


@pytest.mark.parametrize(("country", "language"), PLACES)
def test_never_more_than_two_codes_and_none_twice(country, language):
    for linked in (True, False):
        for name, slip in every(country, language, linked=linked):
            found = codes(slip, "qr")
            assert len(found) <= (2 if linked else 1), name
            assert len(set(found)) == len(found), name
            ours = [LINKS.ref_of(code) for code in found if not code.startswith("play-")]
            of_web = name == "a web coupon"
            fits = is_voucher_code if of_web else lambda code: code.startswith("T1-")
            assert all(fits(code) for code in ours), name
            assert ours or not of_web


def test_what_the_shop_itself_named_after_money_is_not_printed_in_bulgaria():
    country = Bench("BG", "bg", LINKS)
    blocks = [
        pair("Клуб 5 €", "1"), pair("Ниво", "5 € клуб"), centre("Отстъпка 5 €"),
        pair("Ниво", "Злато"),
    ]  # fmt: skip
    slip = sealed("balance", SlipId("1"), country.shop.till, blocks, Words("bg", paper=True))
    inside = [(b.text, b.value) for b in slip.blocks if b.kind == "pair"]
    assert inside == [(Words("bg", paper=True).t("Reward"), "1"), ("Ниво", "Злато")]
    assert not any("€" in text for text in said(slip))


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("5,00 €", False), ("€5 off", False), ("EUR 5", False), ("5 лв.", False), ("5 EUR", False),
        ("Обща сума", False), ("СЛУЖЕБЕН БОН", False), ("Крайна цена", False), ("-5€", False),
        ("Оценка 5", True), ("Налични точки 1 234", True), ("EURO 2024 точки", True),
        ("Информация за Вашите точки. Не замества касовия бон.", True), ("5 еврейски песни", True),
    ],
)  # fmt: skip
def test_what_bulgaria_allows(text, allowed):
    assert COUNTRIES["BG"].allows(text) is allowed


def test_every_countrys_wording_waits_for_an_accountant():
    assert {rules.confirm for rules in COUNTRIES.values()} == {CONFIRM}
    assert CountryRules("el", "…", "Europe/Athens", forbidden=("total",)).allows("5 €")
