"""A purchase without a card, and the member who turns up with its slip later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec.structs import replace as changed_in

from terminal.db.verify import verify
from terminal.entries import EntryKind
from terminal.errors import (
    AlreadyReturned,
    ClaimRefused,
    ForgedCode,
    UnknownCode,
    UnknownMember,
)
from terminal.events import SaleBooked
from terminal.outbox import MessageKind
from terminal.programs.conditions import Cap, Limits, Who
from terminal.programs.effects import MoneyOff, PerOrder
from terminal.programs.model import (
    Challenge,
    CouponKind,
    Milestone,
    Promotion,
    Rule,
    Threshold,
    per_money,
)
from terminal.programs.policies import Expiry, Tier
from terminal.sales import Sale
from terminal.services.models import MemberView, SaleFound
from terminal.shares import ReturnLine
from terminal.signing import Signer
from terminal.slip_links import SlipLinks
from terminal.slips import slip_text
from tests.shop import Shop, open_shop


@pytest.fixture
def shop(tmp_path):
    shop = open_shop(tmp_path / "till.db")
    yield shop
    report = verify(shop.database)
    shop.database.close()
    assert report.ok, str(report)


def plain(shop: Shop, *rules: Rule, **more: object) -> None:
    """A point a euro and nothing else."""
    nothing = dict.fromkeys(
        ("promotions", "rewards", "coupons", "challenges", "badges", "thresholds"), ()
    )
    rules = rules or (per_money(1, 100),)
    shop.run(**{**nothing, "rules": rules, "tiers": (Tier("bronze"),), **more})


def guest(shop: Shop, *skus: str) -> Sale:
    """Somebody buys without a card."""
    return shop.sell(None, shop.basket(*skus)).sale


def claim(shop: Shop, sale: Sale, member: MemberView):
    return shop.services.counter.claims.claim(sale.ref, member.member.id, "cashier")


def refused(shop: Shop, sale: Sale, member: MemberView) -> str:
    before = shop.balance(member)
    with pytest.raises(ClaimRefused) as no:
        claim(shop, sale, member)
    assert shop.balance(member) == before
    return no.value.details["why"]


def messages(shop: Shop) -> list[tuple[MessageKind, object]]:
    with shop.database.read() as uow:
        due = uow.outbox.open(50)
    return [(message.kind, message.member_id) for message in due]


def take_back(shop: Shop, sale: Sale, *places: int):
    lines = tuple(ReturnLine(place, 1) for place in places)
    return shop.services.counter.take_back(sale.ref, "gift", "cashier", lines)


# -- what is given ---------------------------------------------------------------------------------


def test_the_slip_of_a_guest_says_what_waits_and_the_member_gets_exactly_that(shop):
    plain(shop)
    member, done = shop.enrol(), shop.sell(None, shop.basket("OIL-500", "COF-250"))
    assert "16 points" in slip_text(done.slip.slip.blocks)
    assert "within 14 days" in slip_text(done.slip.slip.blocks)
    shop.later(days=3)
    start = shop.balance(member)
    claims = shop.services.counter.claims
    assert claims.offer(done.sale.ref).points == 16
    assert claims.offer(done.sale.ref, member.member.id).points == 16
    given = claim(shop, done.sale, member)
    assert (given.points, shop.balance(member)) == (16, start + 16)
    assert given.view.account.balance == start + 16
    assert given.sale.member_id == member.member.id
    assert "+16" in slip_text(given.slip.slip.blocks)
    assert done.sale.ref in slip_text(given.slip.slip.blocks)


def test_a_claim_is_heard_and_told_and_the_guests_order_in_the_store_stays(shop):
    plain(shop)
    member, sale = shop.enrol(), guest(shop, "OIL-500")
    before = messages(shop)
    claim(shop, sale, member)
    assert messages(shop)[len(before) :] == [(MessageKind.STANDING, member.member.id)]
    assert (MessageKind.SALE, None) in before
    assert shop.heard[-1] == SaleBooked(sale.id, member.member.id)


def test_nobody_earns_twice_by_one_slip(shop):
    plain(shop)
    eleni, nikos, sale = shop.enrol(), shop.enrol("Nikos"), guest(shop, "OIL-500")
    claim(shop, sale, eleni)
    assert refused(shop, sale, eleni) == "taken"
    assert refused(shop, sale, nikos) == "taken"


def test_two_tills_derive_the_same_entry(shop, tmp_path):
    plain(shop)
    member, sale = shop.enrol(), guest(shop, "OIL-500")
    first = claim(shop, sale, member).entries
    with shop.database.write() as uow:
        uow.sales.put(replace(sale, member_id=None))  # a till that has not heard of it yet
        uow.commit()
    shop.later(hours=2)
    balance = shop.balance(member)
    again = claim(shop, sale, member).entries
    assert [replace(entry, seq=0) for entry in again] == [replace(e, seq=0) for e in first]
    assert shop.balance(member) == balance


def test_points_go_by_the_programme_and_the_level_of_the_day_of_purchase(shop):
    plain(shop, tiers=(Tier("bronze"), Tier("gold", 5_000, 200)))
    member = shop.enrol()
    shop.later(seconds=1)
    early = guest(shop, "OIL-500")
    shop.later(hours=1)
    shop.sell(member, shop.open_price(6_000))
    shop.later(hours=1)
    late = guest(shop, "OIL-500")
    shop.later(hours=1)
    plain(shop, per_money(5, 100), tiers=(Tier("bronze"), Tier("gold", 5_000, 200)))
    assert claim(shop, early, member).points == 9
    assert claim(shop, late, member).points == 18


def test_who_enrolled_with_the_slip_in_hand_gets_its_points(shop):
    plain(shop)
    sale = guest(shop, "OIL-500")
    shop.later(hours=1)
    member = shop.enrol()
    assert claim(shop, sale, member).points == 9
    shop.later(minutes=1)
    page = shop.services.office.page(member.member.id)
    assert sale.ref in [item.ref for item in page.timeline]
    assert page.shop_spend == 980


def test_it_counts_for_the_level(shop):
    plain(shop, tiers=(Tier("bronze"), Tier("silver", 900)))
    member, sale = shop.enrol(), guest(shop, "OIL-500")
    assert claim(shop, sale, member).view.tier.code == "silver"


def test_stamp_cards_challenges_and_milestones_follow_as_of_any_purchase(shop):
    coupon = CouponKind(code="free", name="Free coffee")
    plain(
        shop, coupons=(coupon,), milestones=(Milestone(code="first", points=5),),
        thresholds=(Threshold(code="card", points=15, coupon="free", name="Stamps"),),
        challenges=(Challenge(code="twice", count="visits", target=1, points=7),),
    )  # fmt: skip
    sale = guest(shop, "OIL-500")
    member = shop.enrol()
    done = claim(shop, sale, member)
    kinds = [entry.kind for entry in done.entries]
    assert EntryKind.BONUS in kinds
    assert [voucher.coupon for voucher in done.vouchers] == ["free"]
    assert shop.balance(member) == 9 + 7 - 15
    paper = slip_text(done.slip.slip.blocks)
    assert done.vouchers[0].code in paper


def test_limits_of_rules_hold_and_offers_count_for_the_member(shop):
    once = Limits(caps=(Cap(per="year", times=1),))
    bonus = Rule(code="once", gives=PerOrder(50), limits=once)
    off = Promotion(code="off", gives=MoneyOff(100), guests=True, limits=once)
    always = Promotion(code="always", gives=MoneyOff(1), guests=True)
    plain(shop, per_money(1, 100), bonus, promotions=(off, always))
    member = shop.enrol()
    first, second = guest(shop, "OIL-500"), guest(shop, "OIL-500")
    shop.later(minutes=1)
    assert claim(shop, first, member).points == 8 + 50
    assert claim(shop, second, member).points == 8
    shop.later(minutes=1)
    assert shop.sell(member, shop.basket("OIL-500")).sale.paid == 979


def test_points_that_would_have_lapsed_by_now_are_not_there(shop):
    plain(shop, expiry=Expiry(kind="month_end", months=0))
    member, sale = shop.enrol(), guest(shop, "OIL-500")
    shop.later(days=12)
    done = claim(shop, sale, member)
    assert done.points == 9
    assert shop.balance(member) == 0


def test_a_gift_card_gives_no_points_but_the_purchase_is_the_members(shop):
    plain(shop, Rule(code="young", gives=PerOrder(5), who=Who(segments=("young",))))
    member, sale = shop.enrol(), guest(shop, "OIL-500")
    done = claim(shop, sale, member)
    assert (done.points, done.entries) == (0, ())
    assert refused(shop, sale, member) == "taken"


# -- goods that come back --------------------------------------------------------------------------


def test_a_return_after_the_claim_takes_the_points_back(shop):
    plain(shop)
    member, sale = shop.enrol(), guest(shop, "OIL-500", "COF-250")
    start = shop.balance(member)
    claim(shop, sale, member)
    shop.later(hours=1)
    take_back(shop, sale, 0)
    assert shop.balance(member) == start + had_after_a_part(shop)
    take_back(shop, sale)
    assert shop.balance(member) == start


def had_after_a_part(shop: Shop) -> int:
    """What somebody keeps who had the card there, and brought the same back."""
    twin = shop.enrol("Nikos")
    start = shop.balance(twin)
    sale = shop.sell(twin, shop.basket("OIL-500", "COF-250")).sale
    take_back(shop, sale, 0)
    return shop.balance(twin) - start


def test_what_came_back_before_the_claim_earns_nothing(shop):
    plain(shop)
    member, sale = shop.enrol(), guest(shop, "OIL-500", "COF-250")
    start = shop.balance(member)
    shop.later(hours=1)
    take_back(shop, sale, 0)
    shop.later(hours=1)
    assert shop.services.counter.claims.offer(sale.ref, member.member.id).points == 7
    assert claim(shop, sale, member).points == 7 == had_after_a_part(shop)
    assert shop.balance(member) == start + 7
    shop.later(hours=1)
    take_back(shop, sale)
    assert shop.balance(member) == start


def test_what_came_back_as_a_whole_gives_nothing(shop):
    plain(shop)
    member, sale = shop.enrol(), guest(shop, "OIL-500")
    take_back(shop, sale)
    with pytest.raises(AlreadyReturned):
        claim(shop, sale, member)


# -- refusals --------------------------------------------------------------------------------------


def test_the_last_day_counts_to_its_end_on_the_shops_clock(shop):
    plain(shop)
    member, sale, late = shop.enrol(), guest(shop, "OIL-500"), guest(shop, "COF-250")
    until = shop.services.counter.claims.offer(sale.ref).until
    shop.moment = until - timedelta(seconds=1)
    assert claim(shop, sale, member).points == 9
    shop.moment = until
    assert refused(shop, late, member) == "over"


def test_a_shop_may_give_none_afterwards(tmp_path):
    shop = open_shop(tmp_path / "none.db", links=SlipLinks(claim_days=0))
    member, done = shop.enrol(), shop.sell(None, shop.basket("OIL-500"))
    assert "No card yet?" in slip_text(done.slip.slip.blocks)
    assert refused(shop, done.sale, member) == "closed"
    shop.database.close()


def test_another_currency_gives_no_points(shop):
    plain(shop)
    member, sale = shop.enrol(), guest(shop, "OIL-500")
    with shop.database.write() as uow:
        uow.sales.put(replace(sale, currency="HUF"))
        uow.commit()
    assert refused(shop, sale, member) == "currency"


def test_a_slip_of_a_till_unknown_here_is_an_unknown_code(shop):
    member = shop.enrol()
    with pytest.raises(UnknownCode):
        shop.services.counter.claims.claim("T9-000001", member.member.id, "cashier")
    sale = guest(shop, "OIL-500")
    with pytest.raises(UnknownMember):
        shop.services.counter.claims.claim(sale.ref, "nobody", "cashier")


# -- codes -----------------------------------------------------------------------------------------

KEY = Signer(bytes(range(32)))
WEB = SlipLinks(
    claim_url="https://shop.example/claim?c={code}", feedback_url="https://shop.example/f/{code}",
    digital_url="https://shop.example/s/{code}", signer=KEY,
)  # fmt: skip


@pytest.mark.parametrize("signer", [KEY, None], ids=["signed", "plain"])
@pytest.mark.parametrize("url", ["claim_url", "feedback_url", "digital_url", "", "typed"])
def test_every_code_on_a_slip_leads_back_to_the_sale(tmp_path, url, signer):
    links = replace(WEB, signer=signer)
    shop = open_shop(tmp_path / "till.db", links=links)
    sale = guest(shop, "OIL-500")
    code = links.led(getattr(links, url) if url.endswith("url") else "", sale.ref)
    text = sale.ref.lower() if url == "typed" else f" {code} "
    assert shop.services.counter.identify(text) == SaleFound(sale)
    assert shop.services.counter.find_sale(text).sale == sale
    assert claim(shop, replace(sale, ref=text), shop.enrol()).sale.id == sale.id
    take_back(shop, replace(sale, ref=text))
    shop.database.close()


def test_a_code_that_somebody_made_up_is_refused(tmp_path):
    shop = open_shop(tmp_path / "till.db", links=WEB)
    sale = guest(shop, "OIL-500")
    forged = Signer(bytes(32)).signed("slip", sale.ref)
    with pytest.raises(ForgedCode):
        shop.services.counter.claims.offer(WEB.claim_url.replace("{code}", forged))
    shop.database.close()


def test_guests_and_members_find_the_codes_that_are_theirs(tmp_path):
    shop = open_shop(tmp_path / "till.db", links=WEB)
    member = shop.enrol()

    def codes(done) -> list[str]:
        return [block.text for block in done.slip.slip.blocks if block.kind == "qr"]

    guests, members = shop.sell(None, shop.basket("OIL-500")), shop.sell(
        member, shop.basket("OIL-500")
    )  # fmt: skip
    code = [KEY.signed("slip", done.sale.ref) for done in (guests, members)]
    assert codes(guests) == [
        f"https://shop.example/claim?c={code[0]}", f"https://shop.example/f/{code[0]}"
    ]  # fmt: skip
    assert codes(members) == [
        f"https://shop.example/s/{code[1]}", f"https://shop.example/f/{code[1]}"
    ]  # fmt: skip
    back = take_back(shop, members.sale)
    assert [b.text for b in back.slip.slip.blocks if b.kind == "qr"] == [code[1]]
    shop.database.close()


def test_a_programme_that_came_later_gives_nothing_for_what_was_before_it(shop):
    with shop.database.write() as uow:
        program = uow.programs.at(shop.moment)
        uow.programs.put(changed_in(program, version=program.version + 1))
        uow.commit()
    sale = guest(shop, "OIL-500")
    assert claim(shop, sale, shop.enrol()).points == 9


@pytest.mark.parametrize("signer", [KEY, None], ids=["signed", "plain"])
def test_a_code_may_stand_anywhere_in_an_address(signer):
    links = SlipLinks(digital_url="https://shop.example/s/{code}/view", signer=signer)
    assert links.ref_of(links.led(links.digital_url, "T1-000007")) == "T1-000007"
    assert links.ref_of("https://elsewhere.example/T1-000007") == (
        "https://elsewhere.example/T1-000007"
    )
