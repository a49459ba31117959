"""What offers are called on the screen."""

from terminal.i18n import Words
from terminal.offers_told import coupon_name, reward_name
from terminal.programs import Program
from terminal.programs.facts import Presented


def coupon_title(shown: Presented, program: Program | None, words: Words) -> str:
    """A coupon by its name."""
    return words.isolate(coupon_name(shown.kind, program, words))


def reward_title(code: str, program: Program | None, words: Words) -> str:
    """A reward by its name."""
    return words.isolate(reward_name(code, program, words))
