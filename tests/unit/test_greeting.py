"""What a slip wishes, and when."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from terminal.demo_program import shop_program
from terminal.i18n import Words
from terminal.ids import MemberId, TillCode
from terminal.ledger import EntryKind, LedgerEntry, Part
from terminal.slips_written.greeting import greeting
from tests.ui.pages.world import lived_in

WORDS = Words("en", paper=True)
DAY = datetime(2026, 11, 24, 9, tzinfo=UTC)
PROGRAM = shop_program("EUR", 100, "Europe/Athens")


@pytest.fixture(scope="module")
def view():
    return replace(lived_in()[1], program=PROGRAM)


def gift(rule: str) -> LedgerEntry:
    return LedgerEntry(
        id="e", member_id=MemberId("m"), kind=EntryKind.EARN, points=50, decided_at=DAY,
        till=TillCode("T1"), seq=1, parts=(Part(rule, 50),),
    )  # fmt: skip


def test_on_all_other_days_it_says_thanks(view):
    other = DAY.replace(day=20)
    assert greeting(view, other, (gift("accrual"),), WORDS).startswith("Thank you")


def test_a_birthday_is_wished_on_the_day_and_with_its_gift(view):
    assert greeting(view, DAY, (), WORDS) == "Happy birthday, Eleni!"
    early = DAY.replace(day=22)
    assert greeting(view, early, (gift("birthday"),), WORDS) == "Happy birthday, Eleni!"


def test_the_rarest_occasion_comes_first(view):
    first = greeting(view, DAY, (), WORDS, first=True, tier_before="bronze")
    assert first.startswith("Welcome, Eleni!")
    rose = greeting(view, DAY, (), WORDS, tier_before="bronze")
    assert rose == "Congratulations, Eleni! Your new level: Platinum"


@pytest.mark.parametrize("before", ["platinum", "", "a level of before"])
def test_only_a_higher_level_is_one_to_be_congratulated_on(view, before):
    told = greeting(view, DAY.replace(day=20), (), WORDS, tier_before=before)
    assert told.startswith("Thank you")
