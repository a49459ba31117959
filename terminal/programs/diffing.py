"""What changed between two versions: every place with what it was and what it is.

Things with a code are the same thing wherever they stand in the file; rules and promotions are
taken in order, so a change of order is a change too. ``terminal.telling`` says it in words.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from terminal.programs.conditions import Limits, Needs, Selector, When, Who
from terminal.programs.model import Program
from terminal.programs.policies import (
    Basis,
    Earning,
    Expiry,
    Household,
    Offline,
    Pending,
    Redemption,
    Returning,
    Tiering,
    WebCoupons,
)

_NOT_COMPARED = ("version", "effective_from")
_ORDERED = ("rules", "promotions", "thresholds")
_WHOLE = (
    Selector, When, Who, Needs, Limits, Basis, Earning, Expiry, Pending, Redemption, Returning,
    Tiering, Household, Offline, WebCoupons,
)  # fmt: skip
"""What is told as a whole: one key of it says little without the others."""

Value = object
"""A plain value, a whole struct (something new or gone), or None: it was not there."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``where`` is a section and, for things with a code, the code and the key
    within: ``("rules", "birthday", "gives", "points")``. ``owner`` is the thing it belongs to, as
    it is in the newer version, or as it was."""

    where: tuple[str, ...]
    before: Value
    after: Value
    owner: msgspec.Struct | None = None


def diff(old: Program, new: Program) -> list[Change]:
    """Everything that differs, section by section in the order of a file."""
    changes: list[Change] = []
    for name in Program.__struct_fields__:
        if name in _NOT_COMPARED:
            continue
        before, after = getattr(old, name), getattr(new, name)
        if _has_codes(before) or _has_codes(after):
            changes += _things(name, before, after)
        else:
            changes += _values((name,), before, after, None)
    return changes


def _has_codes(value: object) -> bool:
    return isinstance(value, tuple) and any(hasattr(each, "code") for each in value)


def _things(
    section: str, before: tuple[msgspec.Struct, ...], after: tuple[msgspec.Struct, ...]
) -> Iterator[Change]:
    was = {_code(thing): thing for thing in before}
    now = {_code(thing): thing for thing in after}
    for code, thing in was.items():
        if code not in now:
            yield Change((section, code), thing, None, thing)
    for code, thing in now.items():
        if code in was:
            yield from _values((section, code), was[code], thing, thing)
        else:
            yield Change((section, code), None, thing, thing)
    stayed, stay = [c for c in was if c in now], [c for c in now if c in was]
    if section in _ORDERED and stayed != stay:
        yield Change((section,), tuple(stayed), tuple(stay))


def _code(thing: msgspec.Struct) -> str:
    return str(getattr(thing, "code"))  # noqa: B009 (not every struct has one)


def _values(
    where: tuple[str, ...], before: object, after: object, owner: msgspec.Struct | None
) -> Iterator[Change]:
    """Differences within one value: key by key where both are of one kind."""
    if before == after:
        return
    alike = isinstance(after, msgspec.Struct) and type(before) is type(after)
    if isinstance(after, msgspec.Struct) and alike and not isinstance(after, _WHOLE):
        for name in after.__struct_fields__:
            yield from _values((*where, name), getattr(before, name), getattr(after, name), owner)
    else:
        yield Change(where, before, after, owner)
