"""What customers see on their screen, what they never see, and what their touch does."""

from collections.abc import Callable
from dataclasses import astuple, replace

import pytest
from pytestqt.qtbot import QtBot

from terminal.claiming import usual_points
from terminal.sales import TenderKind
from terminal.services.models import SignedIn
from terminal.slip_links import SlipLinks
from terminal.staff import Role
from tests.ui.counter.shop import CounterShop
from tests.ui.customer.conftest import JOIN, Screen, hear
from ui.tasks import Inline
from ui.viewmodels.notices import Notice


def words_on(face: object) -> str:
    """Every word of a face."""
    return repr(astuple(face))  # type: ignore[call-overload]


def test_between_customers_the_shop_invites(screen: Screen) -> None:
    face = screen.face
    assert (face.kind, face.shop, face.title) == ("idle", "Elia Deli", "Welcome!")
    assert face.code is not None
    assert face.code.payload == JOIN


def test_without_an_address_there_is_no_code_to_join(open_screen: Callable[..., Screen]) -> None:
    assert open_screen(enrol_url="").face.code is None


def test_a_guest_sees_the_basket_and_the_points_that_would_wait(screen: Screen) -> None:
    shop = screen.shop
    screen.scan(shop.ean(0), shop.ean(1), shop.ean(1))
    face = screen.face
    assert face.kind == "guest"
    assert [(row.times, row.amount) for row in face.rows] == [("1 ×", "€9.80"), ("2 ×", "€12.80")]
    assert face.total == "€22.60"
    assert face.gain == ""
    waiting = face.points
    screen.till.take_payment()
    assert screen.till.done is not None
    exact = usual_points(screen.till.done.sale, shop.counter.program)  # type: ignore[arg-type]
    assert waiting == str(exact) == screen.face.points
    assert screen.face.title == "Thank you!"
    assert screen.face.foot == "Scan within 14 days to collect."


def test_a_shop_without_claims_promises_nothing(open_screen: Callable[..., Screen]) -> None:
    screen = open_screen()
    screen.vm._till = replace(screen.vm._till, links=SlipLinks(claim_days=0))
    screen.scan(screen.shop.ean(0))
    assert screen.face.points == ""
    screen.till.take_payment()
    assert (screen.face.points, screen.face.wish) == ("", "See you again soon.")


def test_a_member_is_greeted_by_the_name_they_like_and_sees_what_points_buy(
    screen: Screen,
) -> None:
    screen.scan(screen.shop.card(0))
    face, view = screen.face, screen.shop.view(0)
    assert face.kind == "member"
    assert face.title == f"Hello, {view.member.called}!"
    assert (face.points, face.caption) == ("1,284", "points, worth €12.00")
    assert face.heading == "What your points buy"
    assert face.progress is not None
    assert face.total == ""


def test_rows_and_what_is_taken_off_add_up_to_the_total(screen: Screen) -> None:
    shop, till = screen.shop, screen.till
    screen.scan(shop.card(0), *(shop.ean(number) for number in range(4)), shop.coupon())
    till.open_redeem()
    till.redeem.take(till.redeem.choices()[0])
    till.confirm_redeem()
    amounts = [row.amount.replace("−", "-").replace("€", "") for row in screen.face.rows]
    cents = sum(round(float(amount) * 100) for amount in amounts)
    assert cents == till.quote.net
    assert screen.face.total == shop.words.money(till.quote.net, "EUR")
    assert screen.face.ask == "", "points are used already"


def test_nothing_personal_but_the_called_name_is_ever_shown(screen: Screen) -> None:
    shop, seen = screen.shop, []
    screen.vm.changed.connect(lambda: seen.append(words_on(screen.face)))
    member = shop.view(0).member
    assert member.family_name
    screen.scan(shop.card(0), shop.ean(0))
    screen.till.take_payment()
    said = " ".join(seen)
    assert member.called in said
    secrets = (member.family_name, member.phone, member.email, shop.card(0), shop.card(0)[-4:])
    for secret in filter(None, (*secrets, member.note)):
        assert secret not in said


def test_the_note_of_a_member_is_for_the_cashier_only(screen: Screen) -> None:
    shop = screen.shop
    view = shop.view(0)
    screen.till.attach(replace(view, member=replace(view.member, note="always late")))
    assert "always late" not in words_on(screen.face)


def test_a_member_who_is_taken_off_leaves_nothing(screen: Screen) -> None:
    shop = screen.shop
    screen.scan(shop.ean(0), shop.card(0))
    name = shop.view(0).member.called
    screen.vm.show_card("v1.secret")
    assert name in words_on(screen.face)
    screen.till.detach()
    assert screen.face.kind == "guest"
    assert name not in words_on(screen.face)
    assert "secret" not in words_on(screen.face)


def test_after_the_sale_everything_goes_by_itself(
    open_screen: Callable[..., Screen], qtbot: QtBot
) -> None:
    screen = open_screen(done_ms=1)
    screen.scan(screen.shop.card(0), screen.shop.ean(0))
    name = screen.shop.view(0).member.called
    with qtbot.waitSignals([screen.vm.changed] * 2, timeout=15_000):
        screen.till.take_payment()
    assert screen.till.done is not None, "the cashier still sees it"
    assert screen.face.kind == "idle"
    assert name not in words_on(screen.face)
    screen.scan(screen.shop.ean(0))
    assert screen.face.kind == "guest"


def test_goodbye_says_the_points_of_now_and_what_goes_back(screen: Screen) -> None:
    shop, till = screen.shop, screen.till
    screen.scan(shop.card(0), shop.ean(0))
    till.set_tender(TenderKind.CASH)
    till.take_payment()
    till.cash.choose(1500)
    till.pay_cash()
    face = screen.face
    assert till.done is not None
    assert till.done.view is not None
    assert face.kind == "done"
    assert face.title.startswith("Thank you, ")
    assert face.points == shop.words.number(till.done.view.account.balance)
    assert (face.rows[0].name, face.rows[0].amount) == (
        "Change", shop.words.money(till.done.sale.change, "EUR"),
    )  # fmt: skip
    assert (face.total_label, face.total) == (
        "Paid", shop.words.money(till.done.sale.paid, "EUR"),
    )  # fmt: skip
    assert face.gain.startswith("+")
    till.next_customer()
    assert screen.face.kind == "idle"


@pytest.mark.parametrize("member", [True, False])
def test_the_slip_or_the_points_that_wait_can_be_taken_along(screen: Screen, member: bool) -> None:
    links = SlipLinks("https://shop.example/c/{code}", 14, "", "https://shop.example/s/{code}")
    screen.vm._till = replace(screen.vm._till, links=links)
    if member:
        screen.scan(screen.shop.card(0))
    screen.scan(screen.shop.ean(0))
    screen.till.take_payment()
    assert screen.till.done is not None
    code, ref = screen.face.code, screen.till.done.sale.ref
    assert code is not None
    assert code.payload == f"https://shop.example/{'s' if member else 'c'}/{ref}"


def test_everybody_is_spoken_to_in_their_own_language(screen: Screen) -> None:
    shop = screen.shop
    view = shop.view(0)
    hebrew = replace(view, member=replace(view.member, language="he"))
    screen.till.attach(hebrew)
    assert screen.face.words.language == "he"
    assert screen.face.words.rtl
    screen.till.detach()
    assert screen.face.words.language == "en"
    screen.till.attach(replace(view, member=replace(view.member, language="xx")))
    assert screen.face.words.language == "en"


def test_a_touch_only_proposes_and_the_cashier_decides(screen: Screen) -> None:
    shop, till = screen.shop, screen.till
    told: list[object] = hear(till.told)
    proposed: list[object] = hear(screen.vm.proposed)
    screen.scan(shop.card(0), *(shop.ean(number) for number in range(4)))
    assert screen.face.ask == "Use points for this purchase?"
    choice = screen.face.choices[1]
    before = till.state
    screen.vm.propose(choice)
    assert till.state == before, "nothing is booked or taken"
    assert till.panel == ""
    assert proposed == [choice]
    notice = told[-1]
    assert isinstance(notice, Notice)
    assert notice.text == f"{shop.view(0).member.called} would like: {choice.title}"
    assert (notice.action, notice.key) == ("Redeem", "F4")
    assert screen.face.asked == f"{choice.title}: we have told the cashier."
    assert screen.face.choices == ()
    assert notice.act is not None
    notice.act()
    assert till.panel == "redeem"
    assert choice.code in till.redeem.rewards
    till.confirm_redeem()
    assert choice.code in till.state.rewards
    assert screen.face.ask == ""


def test_a_proposal_dies_with_the_basket_it_was_made_for(screen: Screen) -> None:
    shop, till = screen.shop, screen.till
    screen.scan(shop.card(0), *(shop.ean(number) for number in range(4)))
    screen.vm.propose(screen.face.choices[0])
    screen.scan(shop.ean(4))
    assert screen.face.asked == ""
    till.open_redeem()
    assert till.redeem.rewards == ()


def test_a_touch_that_comes_too_late_does_nothing(screen: Screen) -> None:
    shop, till = screen.shop, screen.till
    screen.scan(shop.card(0), *(shop.ean(number) for number in range(4)))
    choice = screen.face.choices[0]
    till.detach()
    proposed: list[object] = hear(screen.vm.proposed)
    screen.vm.propose(choice)
    screen.vm.follow(None)
    screen.vm.propose(choice)
    screen.vm.show_card("v1.x")
    assert proposed == []
    assert screen.face.kind == "closed"


def test_the_card_for_the_phone_is_shown_for_a_while(
    open_screen: Callable[..., Screen], qtbot: QtBot
) -> None:
    screen = open_screen(card_ms=1)
    screen.vm.show_card("v1.nobody")
    assert screen.face.kind == "idle"
    screen.scan(screen.shop.card(0))
    with qtbot.waitSignals([screen.vm.changed] * 2, timeout=15_000):
        screen.vm.show_card("v1.295.MAC")
        assert screen.face.code is not None
        assert screen.face.code.payload == "v1.295.MAC"
    assert screen.face.code is None


def test_a_till_that_nobody_signed_in_at_is_closed_and_opens_by_itself() -> None:
    shop = CounterShop()
    screen = Screen()
    shell = shop.shell()
    screen.vm.watch(shell)
    assert screen.face.kind == "closed"
    shell.sign_in(SignedIn(shop.demo.cashier, "Maria", Role.CASHIER))
    shell.ready(shop.services, Inline())
    assert screen.face.kind == "idle"
