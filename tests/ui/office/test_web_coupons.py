"""A member's web coupons in the office: where each stands, and their points given back."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from PySide6.QtCore import Qt

from terminal.programs.effects import MoneyOff
from terminal.programs.model import Reward
from terminal.vouchers import VoucherCode
from terminal.web_coupons import WebCoupon, WebCouponState
from tests.ui.office.test_fit import LongWords
from tests.ui.office.test_members import office_page
from tests.ui.pages.world import NOW, World
from ui.tasks import Inline
from ui.viewmodels.coupon_words import coupon_row
from ui.viewmodels.member_page import MemberPageModel
from ui.views.components.fit import misfits
from ui.views.components.label import Label
from ui.views.components.rows import FactRow
from ui.views.office.details import SureCard

ONE = WebCoupon(
    code=VoucherCode("C12345678901A"), reward="five", points=100, state=WebCouponState.GOOD,
    issued_at=NOW, ends=NOW + timedelta(days=30),
)  # fmt: skip


@pytest.fixture
def page(world, eleni, qtbot):
    return with_coupon(world, eleni, qtbot)


def with_coupon(world, eleni, qtbot):
    """The page of a member with points and one coupon."""
    world.services.office.adjust(eleni.member.id, 1000, "story", world.manager)
    with world.database.write() as uow:
        now = uow.programs.at(world.clock())
        five = Reward(code="five", name="Five off", cost=100, gives=MoneyOff(500))
        uow.programs.put(
            msgspec.structs.replace(
                now, version=now.version + 1, effective_from=world.clock(), rewards=(five,)
            )
        )
        member = uow.members.get(eleni.member.id)
        uow.members.put(replace(member, email=member.email or "eleni@example.com"))
        uow.commit()
    page = office_page(world, qtbot)
    model = page.models[1]
    model._web = world.services.web_coupons
    web = world.services.web_coupons
    page.code = web.make(web.plan(eleni.member.id, "five"), "cashier").voucher.code
    page.open_with(eleni.member.id)
    return page


def rows(page):
    page.members_view.sheet.tabs.setIndex(2)
    page.members_view.sheet._show_tab()
    found = page.members_view.sheet.details.findChildren(FactRow)
    return [row for row in found if "Five off" in row.accessibleName()]


def asked(page):
    """The question that shows, if any does."""
    return page.members_view.sheet.details.widget().findChild(SureCard)


def test_a_good_one_says_until_when_and_its_points_can_be_given_back(page):
    model = page.models[1]
    [coupon] = model.coupons()
    assert coupon.title.startswith("Five off · ")
    assert coupon.detail.startswith("Good until ")
    before = model.page.view.account.balance
    [row] = rows(page)
    told = []
    model.corrected.connect(told.append)
    row.acted.emit()
    assert model.page.view.account.balance == before, "asked first"
    asked(page).give.click()
    assert asked(page) is None
    assert model.page.view.account.balance == before + 100
    [coupon] = model.coupons()
    assert (coupon.code, coupon.detail.split(" · ")[0]) == ("", "Its points were given back")
    assert told[0].startswith("The points are back. Balance: ")


def test_before_the_points_go_back_a_person_is_asked_and_can_keep_the_coupon(page):
    model = page.models[1]
    [row] = rows(page)
    row.acted.emit()
    card = asked(page)
    assert "100 points go back to the member" in card.findChild(Label).text()
    assert card.keep.hasFocus()
    card.keep.click()
    assert asked(page) is None
    assert model.coupons()[0].code == page.code
    [row] = rows(page)
    assert row.button() is not None


def test_the_question_does_not_follow_to_another_member(page, world):
    model = page.models[1]
    model.ask_back(page.code)
    assert model.coupons()[0].sure
    model.open(world.enrol("Nikos", "Deigma").member.id)
    assert model.asked_back == ""
    model.ask_back("anything")
    model.close()
    assert model.asked_back == ""


def test_what_was_given_back_meanwhile_is_no_longer_asked(page):
    model = page.models[1]
    model.give_back(page.code)
    model.ask_back(page.code)
    assert not model.coupons()[0].sure


@pytest.mark.parametrize("language", ["long", "el", "he", "hu", "pl", "bg"])
def test_the_question_fits_in_a_narrow_window(qtbot, qapp, language):
    rtl = Qt.LayoutDirection.RightToLeft
    qapp.setLayoutDirection(rtl if language == "he" else Qt.LayoutDirection.LeftToRight)
    world = World("en" if language == "long" else language)
    if language == "long":
        world.words = LongWords("en", zone=world.words.zone)
    page = with_coupon(world, world.enrol("Eleni", "Deigma", email="e@example.com"), qtbot)
    page.resize(1024, 700)
    rows(page)
    page.members_view.sheet._ask_back(page.code)
    qtbot.wait(1)
    found = misfits(asked(page))
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert found == []


def test_once_more_is_refused_with_a_word(page):
    model, said = page.models[1], []
    model.give_back(page.code)
    model.refused.connect(said.append)
    model.give_back(page.code)
    assert said == ["It was reported lost or taken back. Don't accept it."]
    assert not model.busy


def test_a_cashier_sees_it_and_can_do_nothing(page, world):
    world.person = world.cashier
    model = page.models[1]
    assert not model.may_give_back
    [row] = rows(page)
    assert row._button is None
    model.busy = True
    model.give_back(page.code)
    assert model.coupons()[0].code == page.code


def test_where_a_coupon_stands_in_words(world):
    def detail(**changes):
        return coupon_row(replace(ONE, **changes), world.words).detail

    assert detail(state=WebCouponState.USED, ref="10471").startswith("Used in ")
    assert "–" in detail(state=WebCouponState.USED)
    assert detail(state=WebCouponState.OVER).startswith("Over: its points go back")
    assert detail(ends=None).startswith("Good · ")
    assert detail().endswith("100 points")


def test_nobody_has_none(world):
    model = MemberPageModel(world.services.office, Inline(), world.words, world.till, world.who)
    assert (model.coupons(), model.may_give_back) == ([], False)
