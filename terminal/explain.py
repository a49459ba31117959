"""Explaining points in words: every part of an entry, as the slip and the timeline say it.

The arithmetic is the entry's own (its parts with their basis and rate), never computed again by
today's programme; the version that made it only lends the names. Entries from before parts had a
rate of their own carry one for all of them ("1/100 150%").
"""

from terminal.clauses import decimal, name_of, points_text, said, tier_name
from terminal.i18n import Words
from terminal.ledger import EntryKind, LedgerEntry, Part
from terminal.offers_told import reward_name
from terminal.programs import Program

_PIECES = " pcs"
_SPENDING = (EntryKind.REDEEM, EntryKind.DONATE)


def rate_text(rate: str, currency: str, words: Words) -> str:
    """ "1 point per €1" from a rate: "points/minor units", "points/pieces pcs" or "points"."""
    points, _, per = rate.removesuffix(_PIECES).split()[0].partition("/")
    if not per:
        return points_text(int(points), words)
    if rate.endswith(_PIECES):
        pieces = words.n("{n} piece", "{n} pieces", int(per))
        return words.n(
            "{n} point per {amount}", "{n} points per {amount}", int(points), amount=pieces
        )
    amount = words.round_money(int(per), currency)
    return words.n("{n} point per {amount}", "{n} points per {amount}", int(points), amount=amount)


def part_label(
    part: Part, rate: str, currency: str, words: Words, program: Program | None = None
) -> str:
    """Why these points, in a few words. ``rate`` is the entry's, for parts without their own."""
    own = part.rate or rate
    if part.rule.startswith("tier:"):
        name = tier_name(part.rule.removeprefix("tier:"), words, program)
        return f"{name}, {words.isolate(_times(own, words))}"
    name = _rule_name(part.rule, program, words)
    if part.rate.endswith("%"):
        return f"{name}, {words.isolate(_times(own, words))}"
    return rate_text(own, currency, words) if name == "accrual" and own else name


def _rule_name(code: str, program: Program | None, words: Words) -> str:
    """The shop's name for a rule, wherever in the programme it stands; else what the code says."""
    if code.startswith("import:"):
        return words.t("Brought along")
    plain = code.split(":")[1] if ":" in code else code  # game:<game>:<prize>, threshold:<code> …
    for section in ("rules", "challenges", "quizzes", "games", "thresholds", "rewards", "causes"):
        name = name_of(program, section, plain, words)
        if name != plain:
            return name
    usual = {
        "welcome": words.t("Welcome points"),
        "referral": words.t("For bringing a friend"),
        "friend": words.t("Brought by a friend"),
        "rounding": words.t("Rounding"),
    }
    return usual.get(code, code)


def _times(rate: str, words: Words) -> str:
    """ "×1.5" from "150%", or from the last word of an older "1/100 150%"."""
    return f"×{decimal(int(rate.split()[-1].rstrip('%')), words)}"


def explain(entry: LedgerEntry, words: Words, program: Program | None = None) -> list[str]:
    """The arithmetic behind an entry, a line per step, ending with where it was decided.

    ``program`` is the version that made it, for the names that it gave.
    """
    lines = [*_earned(entry, words, program), *_spent(entry, words, program)]
    if entry.reason:
        lines.append(words.t("Reason: {reason}", reason=entry.reason))
    if entry.program:
        lines.append(
            words.t(
                "Programme {program}, version {version}",
                program=entry.program,
                version=words.number(entry.program_version),
            )
        )
    return lines


def _earned(entry: LedgerEntry, words: Words, program: Program | None) -> list[str]:
    if entry.kind in _SPENDING:
        return []
    if any(part.rate for part in entry.parts):
        return [_step(part, entry, words, program) for part in entry.parts]
    if entry.basis is None or not entry.rate or entry.kind is not EntryKind.EARN:
        return []
    basis = words.money(entry.basis, entry.currency)
    steps = [
        f"{words.signed(part.points)} "
        f"{part_label(part, entry.rate, entry.currency, words, program)}"
        for part in entry.parts
    ]
    return [words.t("For {amount}: {steps}", amount=basis, steps=" · ".join(steps))]


def _step(part: Part, entry: LedgerEntry, words: Words, program: Program | None) -> str:
    """ "Coffee week: €38.40, 2 points per €1: +76"."""
    label = part_label(part, entry.rate, entry.currency, words, program)
    steps = [label, *_arithmetic(part, label, entry.currency, words)]
    return f"{', '.join(steps)}: {words.signed(part.points)}"


def _arithmetic(part: Part, label: str, currency: str, words: Words) -> list[str]:
    if part.rate.endswith("%"):
        return [words.t("on {what}", what=points_text(part.basis, words))]
    if "/" not in part.rate:  # once for the purchase or the event, whatever it came to
        return []
    if part.rate.endswith(_PIECES):
        basis = words.n("{n} piece", "{n} pieces", part.basis)
    else:
        basis = words.money(part.basis, currency)
    rate = rate_text(part.rate, currency, words)
    return [words.t("on {what}", what=basis), *([rate] if rate != label else [])]


def _spent(entry: LedgerEntry, words: Words, program: Program | None) -> list[str]:
    """What points paid: money by its rate, or a reward for its cost."""
    if entry.kind not in _SPENDING:
        return []
    parts = entry.parts or (Part("points", entry.points, entry.basis or 0, entry.rate),)
    return [line for part in parts if (line := _paid(part, entry.currency, words, program))]


def _paid(part: Part, currency: str, words: Words, program: Program | None) -> str:
    kind, _, code = part.rule.partition(":")
    if kind in ("reward", "cause", "threshold"):
        name = reward_name(code, program, words)
        name = _rule_name(code, program, words) if name == code else name
        return f"{name}: {words.signed(part.points)}"
    if "/" not in part.rate:  # from before parts, by hand, or what a transfer took
        return ""
    block, value = (int(number) for number in part.rate.split("/"))
    paid = words.t("Paid {amount}", amount=words.money(part.basis, currency))
    return f"{paid}: {_worth(block, value, currency, words)}"


def _worth(block: int, value: int, currency: str, words: Words) -> str:
    return words.n(
        "{n} point is worth {amount}",
        "{n} points are worth {amount}",
        block,
        amount=words.round_money(value, currency),
    )


def redeem_text(program: Program, words: Words) -> str:
    """ "100 points are worth €1"; nothing where points are no money."""
    rule = program.redemption
    return _worth(rule.block, rule.value, program.currency, words) if rule else ""


__all__ = ["explain", "part_label", "rate_text", "redeem_text", "said", "tier_name"]
