"""Taking members in: what is asked, what is recorded, and the person who is known already."""

import pytest
from PySide6.QtCore import Qt

from terminal.members import Purpose
from terminal.services import suite
from terminal.signing import Signer
from tests.ui.pages.world import CARD, FREE_CARD, World
from ui.tasks import Inline
from ui.viewmodels.enrol import EnrolModel, parse_birthday
from ui.views.enrol import EnrolPage


@pytest.fixture
def model(world: World) -> EnrolModel:
    s = world.services
    return EnrolModel(
        s.enrolment, s.counter, s.office, Inline(), world.words, world.clock, world.who
    )


@pytest.fixture
def page(model, qtbot) -> EnrolPage:
    page = EnrolPage(model)
    qtbot.addWidget(page)
    page.resize(1366, 640)
    page.open_with(FREE_CARD)
    page.show()
    page.focus_first()
    return page


def type_into(qtbot, page, **texts):
    for name, text in texts.items():
        page.fields[name].edit.setFocus()
        qtbot.keyClicks(page.fields[name].edit, text)


def test_three_answers_and_the_card_works(page, world, qtbot):
    type_into(qtbot, page, phone="6900001234", given_name="Dimitra", family_name="Deigma")
    page.consents.checks[Purpose.PROGRAMME].click()
    with qtbot.waitSignal(page.finished) as done:
        page.consents.give.click()
    view = done.args[0]
    assert view.member.name == "Dimitra Deigma"
    assert view.member.phone == "+306900001234"
    assert view.card_number == FREE_CARD
    assert view.account.balance == 100


def test_what_the_card_begins_with_is_said_before_it_is_given(page):
    assert page.consents.welcome.text() == "100 points to start with"


def test_only_what_was_answered_is_recorded_with_the_words_that_were_read(
    page, model, world, qtbot
):
    type_into(qtbot, page, given_name="Dimitra")
    page.consents.language.choose(model.languages().index("en"))
    page.consents.checks[Purpose.PROGRAMME].click()
    read = model.wording(Purpose.TEXT_MESSAGE)
    assert page.consents.read_out.words.text() == f"“{read}”"
    page.consents.checks[Purpose.TEXT_MESSAGE].click()
    with qtbot.waitSignal(page.finished) as done:
        model.give()
    answers = world.services.office.page(done.args[0].member.id).consents
    assert {answer.purpose for answer in answers} == {Purpose.PROGRAMME, Purpose.TEXT_MESSAGE}
    text = next(a for a in answers if a.purpose is Purpose.TEXT_MESSAGE)
    assert (text.wording, text.language, text.granted) == (read, "en", True)


def test_without_the_programmes_consent_nobody_is_stored(page, model, world, qtbot):
    before = world.services.office.count()
    type_into(qtbot, page, given_name="Dimitra")
    model.give()
    assert "consent" in model.errors
    assert page.consents.error.isVisible()
    assert world.services.office.count() == before


def test_a_phone_that_is_known_asks_whether_it_is_her_and_links_the_card(page, eleni, qtbot):
    type_into(qtbot, page, phone="690 000 4417")
    assert page.twin.button.isVisible()
    assert page.twin.accessibleName() == "Is it Eleni Paradeigma?"
    with qtbot.waitSignal(page.finished) as done:
        page.twin.button.click()
    view = done.args[0]
    assert view.member.id == eleni.member.id
    assert [card.number for card in view.cards] == [CARD, FREE_CARD]


def test_a_phone_that_nobody_has_is_said_to_be_free(page, model, qtbot):
    type_into(qtbot, page, phone="690")
    assert not model.phone_is_free
    type_into(qtbot, page, phone=" 000 9999")
    assert page.fields["phone"].edit.accessibleDescription() == "No one else has this phone"


def test_tab_goes_in_reading_order_through_the_question_about_the_twin(page, qtbot):
    qtbot.keyClick(page.fields["phone"].edit, Qt.Key.Key_Tab)
    assert page.fields["given_name"].edit.hasFocus()
    type_into(qtbot, page, phone="690 000 4417")
    qtbot.keyClick(page.fields["phone"].edit, Qt.Key.Key_Tab)
    assert page.twin.button.hasFocus()
    qtbot.keyClick(page.twin.button, Qt.Key.Key_Tab)
    assert page.fields["given_name"].edit.hasFocus()


def test_half_a_phone_number_is_nobody(page, model, qtbot):
    type_into(qtbot, page, phone="690 000")
    assert model.twin is None
    assert not page.twin.button.isVisible()


def test_a_wrong_e_mail_is_said_under_its_field_and_taken_back_while_typing(page, model, qtbot):
    type_into(qtbot, page, email="eleni@example")
    page.fields["phone"].edit.setFocus()
    assert "e-mail" in model.errors["email"]
    type_into(qtbot, page, email=".com")
    assert "email" not in model.errors


def test_a_scan_becomes_the_card_and_lands_in_no_field(page, model, qtbot):
    page.open_with("")
    type_into(qtbot, page, given_name="Dimitra")
    assert page.take_scan(FREE_CARD)
    assert model.fields["card"] == FREE_CARD
    assert page.fields["given_name"].text() == "Dimitra"


def test_the_signed_code_on_a_new_card_becomes_the_card(page, model, world, qtbot):
    signer, stranger = Signer(b"k" * 32), Signer(b"x" * 32)
    signing = suite.build(
        world.database, world.till, world.bus, clock=world.clock, new_id=world.new_id, signer=signer
    )
    model._counter = signing.counter
    page.open_with("")
    assert page.take_scan(signer.signed("card", FREE_CARD))
    assert model.fields["card"] == FREE_CARD
    assert page.take_scan(signer.signed("card", CARD))
    assert "Another member" in model.errors["card"]
    with qtbot.waitSignal(model.told) as told:
        assert page.take_scan(stranger.signed("card", FREE_CARD))
    assert told.args[0].startswith("This code was not made by this shop.")
    assert not model.take_card(signer.signed("slip", "T1-000001"))


def test_a_card_of_another_member_is_said_at_once(page, model):
    assert page.take_scan(CARD)
    assert "Another member" in model.errors["card"]


def test_a_product_leaves_an_untouched_form_but_not_a_typed_one(page, qtbot):
    assert not page.take_scan("5200000000011")
    type_into(qtbot, page, given_name="Dimitra")
    with qtbot.waitSignal(page.told):
        assert page.take_scan("5200000000011")


def test_the_pad_types_where_the_typing_is(page, model, qtbot):
    qtbot.mouseClick(page.pad.key("6"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.pad.key("9"), Qt.MouseButton.LeftButton)
    page.fields["birthday"].edit.setFocus()
    qtbot.mouseClick(page.pad.key("2"), Qt.MouseButton.LeftButton)
    assert (model.fields["phone"], model.fields["birthday"]) == ("69", "2")
    assert page.fields["birthday"].edit.hasFocus()


def test_the_card_goes_to_a_member_who_is_looked_up(page, world, qtbot):
    page.keys()[0].callback()
    qtbot.keyClicks(page.who_field.edit, "nikos")
    with qtbot.waitSignal(page.finished) as done:
        qtbot.keyClick(page.who_field.edit, Qt.Key.Key_Return)
    assert done.args[0].member.name == "Nikos Paradeigma"
    assert done.args[0].card_number == FREE_CARD


def test_escape_goes_back_from_linking_before_it_leaves(page, qtbot):
    page.keys()[0].callback()
    page.keys()[-1].callback()
    assert not page.linking
    with qtbot.waitSignal(page.finished) as left:
        page.keys()[-1].callback()
    assert left.args == [None]


@pytest.mark.parametrize("text", ["24.11", "24/11", "24 11", "2411", "24.11."])
def test_a_birthday_is_day_and_month(text):
    assert parse_birthday(text) == "11-24"


@pytest.mark.parametrize("text", ["", "31.2", "2", "24.11.1980", "today"])
def test_what_is_no_birthday_is_none(text):
    assert parse_birthday(text) == ""


def test_a_birthday_that_is_none_is_said_before_anything_is_stored(page, model, world, qtbot):
    before = world.services.office.count()
    type_into(qtbot, page, given_name="Dimitra", birthday="99")
    page.consents.checks[Purpose.PROGRAMME].click()
    model.give()
    assert "birthday" in model.errors
    assert world.services.office.count() == before
