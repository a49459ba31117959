"""Writing a programme as the TOML file that people edit; ``programs.file.read`` reads it back.

What is at its default is left out, what is written says in a comment what it is.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from terminal.money import CURRENCIES
from terminal.programs.model import Program
from terminal.programs.shapes import NO_LIMIT

UNDATED = datetime(9999, 12, 1, tzinfo=UTC)
"""``effective_from`` of a programme that has none yet; publishing gives it."""
_WIDTH = 96

_HEAD = """\
# The programme of the shop: what members get for what they buy, and what their points are worth.
#
# Amounts are in minor units: {example}. Shares are hundredths of
# a percent: 1000 is 10 %. Days and hours are the shop's own, told by the clock of its zone.
# What is limited by default and should not be says "no limit": uses = "no limit".
# A text may be one for all or one for each language: name = {{ en = "Coffee", el = "Καφές" }}.
#
# Check it before anybody depends on it:   main.py programme check FILE
# See what it changes:                     main.py programme diff FILE
# See what it would have cost:             main.py programme simulate FILE --days 30
# Let it begin:                            main.py programme publish FILE --from 2026-12-01
"""
_COMMENTS = {
    "redemption": "Points as money: every `block` points are worth `value`.",
    "rules": "What gives points. Taken in this order; `stop` ends it, of one `group` only the "
    "best counts.",
    "promotions": "Money off without points: by itself, or with a coupon (`needs.coupon`).",
    "rewards": "What points buy: `cost` points each.",
    "coupons": "Kinds of coupons. What one does is the promotion or rule that asks for it.",
    "tiers": "Levels, from everybody's upwards. `percent` multiplies points: 150 is half as much "
    "again.",
    "tiering": "How levels are reached and kept.",
    "thresholds": "Full stamp cards: so many points turn into a coupon by themselves.",
    "milestones": "A message, perhaps a badge, when lifetime points reach a number.",
    "badges": "Something to be proud of.",
    "challenges": "So much of something within a period.",
    "rankings": "Who earned most in a period.",
    "quizzes": "Questions with points for each right answer; `right` counts from 0.",
    "games": "Games: of `out_of` tickets each prize has `weight`, the consolation the rest.",
    "causes": "Good causes that points can be given to.",
    "referral": "Bring a friend: both get points.",
    "basis": "What points are earned on.",
    "earning": "How rules for earning are put together, and where fractions are rounded.",
    "expiry": "When points lapse.",
    "pending": "How long points wait before they can be spent.",
    "returning": "What a return does to points.",
    "household": "Whether members of one household may hand points to each other.",
    "offline": "What may be redeemed while the other tills can't be asked.",
    "web": "Rewards as coupons for the web shop.",
}
_PLAIN = ("code", "version", "effective_from", "currency", "zone")


def write(program: Program) -> str:
    """The programme as TOML. ``read(write(program)) == program``."""
    data = msgspec.to_builtins(program, builtin_types=(datetime, date))
    # These say what the shop is, so they stand there even where they are the default.
    data["zone"] = program.zone
    begins = program.effective_from
    data["effective_from"] = begins.astimezone(ZoneInfo(program.zone)).isoformat()
    if begins == UNDATED:
        del data["effective_from"]
    return "\n".join(_lines(data, program.currency)) + "\n"


def _lines(data: dict[str, Any], currency: str) -> Iterator[str]:
    decimals = CURRENCIES[currency].decimals
    yield _HEAD.format(example=f"{10**decimals} is 1 {currency}")
    for key in _PLAIN:
        if key in data:
            value = data[key]
            yield f"{key} = {value if key == 'effective_from' else _value(value)}"
    for section, comment in _COMMENTS.items():
        if section in data:
            yield ""
            yield f"# {comment}"
            yield from _section(section, data[section])


def _section(name: str, content: Any) -> Iterator[str]:  # noqa: ANN401 (whatever TOML holds)
    if isinstance(content, dict):
        yield f"[{name}]"
        yield from _pairs(content)
        return
    for number, each in enumerate(content):
        if number:
            yield ""
        yield f"[[{name}]]"
        yield from _pairs(each)


def _pairs(table: dict[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        text = f"{key} = {_value(value)}"
        if len(text) > _WIDTH and isinstance(value, list | tuple):
            text = f"{key} = [\n{''.join(f'    {_value(each)},{chr(10)}' for each in value)}]"
        yield text


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return _quoted(NO_LIMIT)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, dict):
        inner = _joined(f"{_key(key)} = {_value(each)}" for key, each in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{_joined(map(_value, value))}]"
    return str(value)  # whole numbers and days


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isascii() else _quoted(key)


def _quoted(text: str) -> str:
    """A basic string: as it is, but for what TOML wants escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else _escaped(c) for c in escaped) + '"'


def _escaped(character: str) -> str:
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"
