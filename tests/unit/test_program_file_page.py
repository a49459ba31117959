"""docs/programme.md says what happens: every example on it is run through the engine."""

from __future__ import annotations

import msgspec
import pytest

from terminal.programs import effects, policies
from terminal.programs.conditions import Cap, Limits, Needs, Selector, When, Who
from tests.unit.programme_page import PAGE, Example, check, examples, problems

TEXT = PAGE.read_text("utf-8")
EXAMPLES = examples(TEXT)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"line{example.line}")
def test_the_page_says_what_happens(example):
    assert example.then
    check(example)


def test_no_example_is_lost():
    """A fence that is written another way would not be run."""
    fences = [line for line in TEXT.splitlines() if line.startswith("```") and line != "```"]
    known = sum(1 + len(example.then) for example in EXAMPLES)
    shell = sum(line == "```sh" for line in fences)
    assert known == len(fences) - shell


def test_a_page_that_is_wrong_is_found_out():
    wrong = Example(1, EXAMPLES[0].programme, [("basket", "TEA 3.00"), ("gives", "earn 99")])
    with pytest.raises(AssertionError):
        check(wrong)
    with pytest.raises(AssertionError):
        check(Example(1, "colour = 1\n", [("problems", "nothing")]))
    assert problems("[redemption]\nblock = 1\nvalue = 1\nminimum = 1\n") == []


KINDS = [kind.__struct_config__.tag for kind in (
    effects.PerMoney, effects.PerUnit, effects.PerOrder, effects.Multiply, effects.MoneyOff,
    effects.PercentOff, effects.Cheapest, effects.FreeItem, effects.Gift, effects.FixedPrice,
    effects.BuyGet, effects.Steps, effects.GiveCoupon, effects.Donate,
)]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_effect_is_on_the_page(kind):
    assert any(f'kind = "{kind}"' in example.programme for example in EXAMPLES)


@pytest.mark.parametrize(
    "struct",
    [
        Selector, When, Who, Needs, Limits, Cap, policies.Basis, policies.Earning,
        policies.Redemption, policies.Tiering, policies.Tier, policies.Household,
        policies.Offline, policies.Returning, policies.Pending, policies.Expiry,
    ],
    ids=lambda struct: struct.__name__,
)  # fmt: skip
def test_every_key_of_conditions_and_policies_is_on_the_page(struct):
    missing = [f.name for f in msgspec.structs.fields(struct) if f"`{f.name}`" not in TEXT]
    assert missing == []
