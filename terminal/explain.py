"""Explaining points in words: every part of an entry, as the slip and the timeline say it."""

from terminal.i18n import Words
from terminal.ledger import EntryKind, LedgerEntry, Part
from terminal.programs import Program


def tier_name(code: str, words: Words) -> str:
    """A tier's name; a shop's own code stands as it is."""
    names = {
        "bronze": words.t("Bronze"),
        "silver": words.t("Silver"),
        "gold": words.t("Gold"),
        "platinum": words.t("Platinum"),
    }
    return names.get(code, code.capitalize())


def rate_text(rate: str, currency: str, words: Words) -> str:
    """ "1 point per €1" from an entry's rate ("points/minor percent%")."""
    points, per = rate.split()[0].split("/")
    amount = words.round_money(int(per), currency)
    return words.n("{n} point per {amount}", "{n} points per {amount}", int(points), amount=amount)


def part_label(part: Part, rate: str, currency: str, words: Words) -> str:
    """Why these points, in a few words."""
    if part.rule == "accrual":
        return rate_text(rate, currency, words)
    if part.rule.startswith("tier:"):
        factor = f"×{_factor(rate, words)}"
        return f"{tier_name(part.rule.removeprefix('tier:'), words)}, {words.isolate(factor)}"
    return {
        "welcome": words.t("Welcome points"),
    }.get(part.rule, part.rule)


def _factor(rate: str, words: Words) -> str:
    percent = int(rate.split()[1].rstrip("%"))
    point = "." if words.language in ("en", "he") else ","
    whole, hundredths = divmod(percent, 100)
    return f"{whole}{point}{hundredths:02d}".rstrip("0").rstrip(point) if hundredths else f"{whole}"


def explain(entry: LedgerEntry, words: Words) -> list[str]:
    """The arithmetic behind an entry, a line per step, ending with where it was decided."""
    lines = []
    if entry.basis is not None and entry.rate and entry.kind is EntryKind.EARN:
        basis = words.money(entry.basis, entry.currency)
        steps = [
            f"{words.signed(part.points)} {part_label(part, entry.rate, entry.currency, words)}"
            for part in entry.parts
        ]
        lines.append(words.t("For {amount}: {steps}", amount=basis, steps=" · ".join(steps)))
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


def redeem_text(program: Program, words: Words) -> str:
    """ "100 points are worth €1"."""
    rule = program.redemption
    return words.n(
        "{n} point is worth {amount}",
        "{n} points are worth {amount}",
        rule.block,
        amount=words.round_money(rule.value, program.currency),
    )
