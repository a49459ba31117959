"""Every refusal has its own sentence, and every reason against an offer its own words."""

from datetime import UTC, datetime

import pytest

from terminal import errors
from terminal.errors import TerminalError
from terminal.i18n import Words
from ui.messages import refusal
from ui.offer_words import WAITING, why_not

WORDS = Words("en", zone=UTC)
WHEN = datetime(2026, 12, 1, tzinfo=UTC)
DETAILS: dict[str, object] = {
    "number": "2950041744174", "name": "Sample", "available": 12, "asked": 50, "minimum": 200,
    "block": 100, "cap": 300, "missing": 5, "currency": "EUR", "left": 2, "until": WHEN, "over": 3,
    "returned_at": WHEN, "ended": WHEN, "starts": WHEN, "least": 100, "most": 500, "path": "x",
    "problem": "y", "why": "not_now", "problems": ("line 3: unknown key",),
    "of": "member",
}  # fmt: skip
EVERY = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, TerminalError) and kind is not TerminalError
]
REASONS = (
    "unknown", "not_for_you", "not_now", "below_minimum", "above_maximum", "too_few", "no_coupon",
    "other_tender", "other_channel", "used_up", "budget_spent", "group_taken",
    "nothing_to_discount", "not_enough_points",
)  # fmt: skip


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_every_refusal_has_its_sentence(kind: type[TerminalError]) -> None:
    said = refusal(kind(**DETAILS), WORDS)
    assert said != refusal(TerminalError(), WORDS)
    assert "{" not in said


def test_details_that_matter_stand_in_the_sentence() -> None:
    said = {
        "It could be used until 30 Nov 2026.": errors.VoucherOver(ended=WHEN),
        "Its time is over.": errors.VoucherOver(ended=None),
        "It can be used from 1 Dec 2026 on.": errors.VoucherNotYet(starts=WHEN),
        "It can't be used yet: only with a later purchase.": errors.VoucherNotYet(starts=None),
        "At least 100 points can be handed over.": errors.TooMuchHandedOver(asked=5, least=100),
        "At most 500 points can be handed over.": errors.TooMuchHandedOver(asked=900, most=500),
        "So many points can't be handed over.": errors.TooMuchHandedOver(asked=900),
        "Say from when this version is to be in force.": errors.ProgramDateRefused(why="missing"),
    }
    assert {refusal(error, WORDS) for error in said.values()} == said.keys()


@pytest.mark.parametrize("why", REASONS)
def test_every_reason_against_an_offer_has_words(why: str) -> None:
    assert why_not(why, {}, WORDS) != why_not("something new", {}, WORDS)
    assert set(REASONS) >= WAITING


def test_figures_are_said_where_they_are_known() -> None:
    said = [
        why_not("below_minimum", {"minimum": 1500}, WORDS, "EUR"),
        why_not("above_maximum", {"maximum": 9000}, WORDS, "EUR"),
        why_not("too_few", {"quantity": 3}, WORDS),
        why_not("not_enough_points", {"asked": 800, "available": 84}, WORDS),
    ]
    assert said == ["from €15.00", "up to €90.00", "from 3 pieces", "716 more points"]
