"""Two records of one person: what is taken, told and asked, and that it ends in silence."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.errors import BadPhone
from terminal.merging import (
    FIELDS,
    MARKETING,
    NO,
    SEEN,
    YES,
    Answers,
    Conflict,
    Merged,
    alike,
    decided,
    merge,
    normal,
    told_already,
    untold,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
EARLIER, LATER = NOW, NOW + timedelta(days=1)


def phone(text):
    if not text.startswith("+"):
        raise BadPhone(phone=text)
    return text.replace(" ", "")


# -- normalising -----------------------------------------------------------------------------------


def test_a_customer_is_read_as_a_member_is_written():
    told = {
        "given_name": " Anna &amp;  Co ", "email": " A@Sample.Example ", "phone": "+30 690 000",
        "birthday": "05-17",
    }  # fmt: skip
    assert normal(told, phone) == {
        "given_name": "Anna & Co", "email": "a@sample.example", "phone": "+30690000",
        "birthday": "05-17",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("email", "call me"),
        ("phone", "ask my mother"),
        ("birthday", "in May"),
        ("birthday", "2000-5-17"),
    ],
)
def test_what_can_t_be_read_was_not_told(name, value):
    assert normal({name: value}, phone) == {}


def test_what_was_emptied_is_empty():
    assert normal({"phone": " ", "birthday": "", "email": ""}, phone) == {
        "phone": "", "birthday": "", "email": "",
    }  # fmt: skip


@given(st.text(max_size=40))
def test_normalising_twice_is_normalising_once(text):
    once = normal({"given_name": text}, phone)
    assert normal(once, phone) == once


@pytest.mark.parametrize(
    ("name", "ours", "theirs", "same"),
    [
        ("given_name", "anna  MARIA", "Anna Maria", True),
        ("given_name", "Anna", "Hanna", False),
        ("birthday", "05-17", "1980-05-17", True),
        ("birthday", "05-18", "1980-05-17", False),
        ("birthday", "", "05-17", False),
        ("email", "a@sample.example", "b@sample.example", False),
    ],
)
def test_what_is_alike(name, ours, theirs, same):
    assert alike(name, ours, theirs) is same


# -- one field -------------------------------------------------------------------------------------


def merged(base, ours, theirs, name="phone"):
    known = None if base is None else {name: base}
    return merge(known, {name: ours}, {} if theirs is None else {name: theirs})


def test_what_only_they_changed_is_taken():
    result = merged("+301", "+301", "+302")
    assert (result.take, result.tell, result.conflicts) == ({"phone": "+302"}, {}, ())
    assert result.agreed == {"phone": "+302", "was.phone": "+301"}


def test_what_only_we_changed_is_told_once():
    result = merged("+301", "+302", "+301")
    assert (result.take, result.tell) == ({}, {"phone": "+302"})
    again = merge(result.agreed, {"phone": "+302"}, {"phone": "+301"})
    assert again.tell == {}
    third = merge(again.agreed, {"phone": "+303"}, {"phone": "+301"})
    assert third.tell == {"phone": "+303"}


def test_what_both_changed_to_the_same_is_agreed():
    assert merged("+301", "+302", "+302") == Merged(
        agreed={"phone": "+302", "was.phone": "+301"}, settled=frozenset({"phone"})
    )


def at(minutes):
    """What the store said, so long after it was seen."""
    return Answers(None, datetime(2026, 11, 21, 14, minutes, tzinfo=UTC))


def agreed_at_two(**fields):
    base = merge({"phone": "+301"}, {"phone": "+302"}, {"phone": "+301"}).agreed
    base = merge(base, {"phone": "+302"}, {"phone": "+302"}).agreed
    return {**base, **fields, SEEN: datetime(2026, 11, 21, 14, 0, tzinfo=UTC).isoformat()}


def test_an_old_value_of_ours_that_comes_soon_after_is_a_request_that_was_late():
    base = agreed_at_two()
    late = merge(base, {"phone": "+302"}, {"phone": "+301"}, at(15))
    assert (late.take, late.tell) == ({}, {"phone": "+302"})
    looked = {**late.agreed, SEEN: at(15).theirs_at.isoformat()}
    again = merge(looked, {"phone": "+302"}, {"phone": "+301"}, at(15))
    assert (again.take, again.tell) == ({}, {})  # it was told


@pytest.mark.parametrize(("there", "minutes"), [("+301", 16), ("+303", 1)])
def test_an_old_value_that_comes_later_and_a_new_one_were_set_there(there, minutes):
    moved = merge(agreed_at_two(), {"phone": "+302"}, {"phone": there}, at(minutes))
    assert (moved.take, moved.tell) == ({"phone": there}, {})


def test_of_what_was_before_the_last_few_are_kept_and_never_what_is():
    known = {"phone": "+30"}
    for number in (1, 2, 3, 4, 2):
        value = f"+30{number}"
        known = merge(known, {"phone": value}, {"phone": value}).agreed
    assert known == {"phone": "+302", "was.phone": "+304\x1f+303\x1f+301"}
    assert merge({"phone": "+301"}, {"phone": "+302"}, {"phone": "+302"}).agreed != known
    cleared = merge({"phone": "+301", "was.phone": "+302"}, {"phone": "+302"}, {"phone": "+302"})
    assert cleared.agreed == {"phone": "+302", "was.phone": "+301"}


def test_a_field_that_held_nothing_before_was_nothing():
    base = {"phone": "", "was.phone": "+302"}
    assert merge(base, {"phone": "+302"}, {"phone": "+302"}).agreed == {"phone": "+302"}


def test_what_both_changed_is_for_a_person_and_each_keeps_its_own():
    result = merged("+301", "+302", "+303")
    assert (result.take, result.tell) == ({}, {})
    assert result.conflicts == (Conflict("phone", "+302", "+303"),)
    assert "phone" not in result.settled
    assert result.agreed == {"phone": "+301"}


@pytest.mark.parametrize(
    ("keep", "take", "tell"),
    [("ours", {}, {"phone": "+302"}), ("theirs", {"phone": "+303"}, {})],
)
def test_a_person_s_word_follows(keep, take, tell):
    base = merged("+301", "+302", "+303").agreed
    base = decided(base, Conflict("phone", "+302", "+303"), keep)
    result = merge(base, {"phone": "+302"}, {"phone": "+303"})
    assert (result.take, result.tell, result.conflicts) == (take, tell, ())


def test_strangers_that_meet_fill_each_other_s_gaps_and_ask_where_they_differ():
    ours = {"given_name": "Anna", "email": "a@sample.example", "phone": "+301"}
    theirs = {"given_name": "ANNA", "email": "a@sample.example", "birthday": "05-17", "phone": "+9"}
    result = merge(None, ours, theirs)
    assert result.take == {"birthday": "05-17"}
    assert result.conflicts == (Conflict("phone", "+301", "+9"),)
    assert decided(None, result.conflicts[0], "ours") == {"phone": "+9"}


def test_a_store_that_keeps_no_birthdays_is_told_once_and_never_empties_ours():
    result = merged(None, "05-17", "", "birthday")
    assert result.tell == {"birthday": "05-17"}
    again = merge(result.agreed, {"birthday": "05-17"}, {"birthday": ""})
    assert (again.take, again.tell) == ({}, {})


def test_what_a_store_was_told_in_full_is_not_told_again():
    ours = {"birthday": "05-17", "phone": ""}
    assert merge(told_already(ours), ours, {}).tell == {}


def test_what_should_be_there_can_be_told_once_more():
    told = merged(None, "+301", "").agreed
    assert merge(untold(told), {"phone": "+301"}, {"phone": ""}).tell == {"phone": "+301"}


def test_a_phone_that_was_erased_online_is_erased_here():
    assert merged("+301", "+301", "").take == {"phone": ""}


@pytest.mark.parametrize("name", ["given_name", "family_name", "email"])
def test_nobody_loses_name_or_address_by_an_empty_form(name):
    result = merged("a", "a", "", name)
    assert (result.take, result.tell) == ({}, {})


def test_what_they_do_not_speak_of_stays():
    result = merged("+301", "+301", None)
    assert (result.take, result.tell, result.agreed) == ({}, {}, {"phone": "+301"})


# -- consent ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "take", "tell"),
    [
        pytest.param(YES, YES, NO, NO, None, id="withdrawn online"),
        pytest.param(YES, NO, YES, None, NO, id="withdrawn here"),
        pytest.param(None, NO, YES, None, NO, id="withdrawn here, never agreed"),
        pytest.param(None, YES, NO, NO, None, id="nobody knows who spoke last"),
        pytest.param(NO, NO, YES, YES, None, id="given online"),
        pytest.param(NO, YES, NO, None, YES, id="given here"),
        pytest.param(None, None, YES, YES, None, id="given online, never asked here"),
        pytest.param(None, None, NO, NO, None, id="refused there, never asked here"),
        pytest.param(None, YES, None, None, YES, id="they do not say"),
        pytest.param(YES, YES, YES, None, None, id="as ever"),
        pytest.param(None, None, None, None, None, id="nobody said a word"),
    ],
)
def test_consent(base, ours, theirs, take, tell):
    def side(value):
        return {} if value is None else {MARKETING: value}

    result = merge(side(base), side(ours), side(theirs))
    assert (result.take.get(MARKETING), result.tell.get(MARKETING)) == (take, tell)


def test_a_withdrawal_is_told_until_it_shows():
    first = merge(None, {MARKETING: NO}, {MARKETING: YES})
    second = merge(first.agreed, {MARKETING: NO}, {MARKETING: YES})
    assert (first.again, second.again) == (False, True)
    assert first.tell == second.tell == {MARKETING: NO}
    assert merge(second.agreed, {MARKETING: NO}, {MARKETING: NO}).tell == {}


@pytest.mark.parametrize(
    ("ours_at", "theirs_at", "believed"),
    [(LATER, EARLIER, YES), (EARLIER, LATER, NO), (LATER, None, NO), (None, EARLIER, NO)],
)
def test_a_yes_at_the_till_counts_when_it_is_certainly_the_later_word(ours_at, theirs_at, believed):
    answers = Answers(ours_at, theirs_at)
    result = merge(None, {MARKETING: YES}, {MARKETING: NO}, answers)
    assert (result.tell or result.take)[MARKETING] == believed


# -- always ----------------------------------------------------------------------------------------

values = st.sampled_from(["", "+301", "+302", "+303"])
profiles = st.fixed_dictionaries(
    {"given_name": st.sampled_from(["Anna", "anna", "Maria"])},
    optional={
        "phone": values, "birthday": st.sampled_from(["", "05-17", "1980-05-17", "06-01"]),
        "email": st.sampled_from(["", "a@sample.example", "b@sample.example"]),
        "family_name": st.sampled_from(["", "Sample"]), MARKETING: st.sampled_from([YES, NO]),
    },
)  # fmt: skip
bases = st.none() | profiles


def told(theirs, result):
    """The store after it was told."""
    return {**theirs, **result.tell}


@given(bases, profiles, profiles)
def test_after_one_round_the_next_ones_are_silent(base, ours, theirs):
    first = merge(base, ours, theirs)
    ours, theirs = {**ours, **first.take}, told(theirs, first)
    second = merge(first.agreed, ours, theirs)
    assert not second.again
    assert (second.take, second.tell) == ({}, {})
    assert second.conflicts == first.conflicts
    third = merge(second.agreed, ours, theirs)
    assert (third.take, third.tell, third.agreed) == ({}, {}, second.agreed)


@given(bases, profiles, profiles)
def test_a_round_whose_telling_is_late_is_silent_too(base, ours, theirs):
    first = merge(base, ours, theirs)
    ours = {**ours, **first.take}
    again = merge(first.agreed, ours, theirs)
    assert again.take == {}
    assert again.tell == ({MARKETING: NO} if again.again else {})


@given(profiles, profiles, profiles)
def test_two_stores_may_come_in_any_order_where_nothing_conflicts(ours, here, there):
    """Each store has its own agreement; both orders end with the same member."""

    def rounds(*order):
        member, agreed, shown = (
            dict(ours),
            {0: dict(ours), 1: dict(ours)},
            [dict(here), dict(there)],
        )
        asked = False
        for _ in range(3):
            for which in order:
                result = merge(agreed[which], member, shown[which])
                asked |= bool(result.conflicts)
                member |= result.take
                shown[which] |= result.tell
                agreed[which] = dict(result.agreed)
        return member, asked

    forth, asked_forth = rounds(0, 1)
    back, asked_back = rounds(1, 0)
    if not asked_forth and not asked_back and (forth != back):
        # Only how a name is written may hang on who spoke first: it is the same name.
        assert all(alike(name, forth.get(name, ""), back.get(name, "")) for name in FIELDS)


@given(bases, profiles, profiles, st.booleans())
def test_a_withdrawal_is_never_lost(base, ours, theirs, online):
    """Whoever says no after both had agreed on yes is heard, whatever else happens."""
    base = {**(base or {}), MARKETING: YES}
    ours, theirs = {**ours, MARKETING: YES}, {**theirs, MARKETING: YES}
    (theirs if online else ours)[MARKETING] = NO
    result = merge(base, ours, theirs)
    assert {**ours, **result.take}[MARKETING] == NO
    assert told(theirs, result)[MARKETING] == NO
