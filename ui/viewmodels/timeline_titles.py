"""What a line of the timeline is called: by the shop's own names where it gave any."""

from collections.abc import Sequence

from terminal.explain import part_label
from terminal.i18n import Words
from terminal.ledger import Part
from terminal.offers_told import spent_name
from terminal.services.models import TimelineItem


def title(item: TimelineItem, words: Words) -> str:
    """What happened, in a few words."""
    if item.kind == "purchase":
        return words.n("Purchase, {n} item", "Purchase, {n} items", item.items)
    if item.kind == "order":
        return words.t("Online order {ref}", ref=item.ref)
    named = _named(item, words)
    return named or plain_titles(words).get(item.kind, item.kind)


def _named(item: TimelineItem, words: Words) -> str:
    """What points were spent on or given for, by name; "" where nothing has a name."""
    parts = [part for entry in item.entries for part in entry.parts]
    if item.kind in ("redeem", "donate"):
        return _spent_on(item, parts, words)
    if item.kind == "bonus" and parts:
        names = [part_label(part, part.rate, item.currency, words, item.program) for part in parts]
        return ", ".join(dict.fromkeys(words.isolate(name) for name in names))
    if item.kind == "transfer" and item.points:
        handed = words.t("Points handed over"), words.t("Points received")
        return handed[item.points > 0]
    return ""


def _spent_on(item: TimelineItem, parts: Sequence[Part], words: Words) -> str:
    names = [name for part in parts if (name := spent_name(part, item.program, words))]
    if names and item.kind == "donate":
        return words.t("Donated: {name}", name=words.isolate(names[0]))
    if names:
        return words.t("Reward: {name}", name=words.isolate(names[0]))
    if item.kind == "redeem" and item.entries and item.entries[0].basis is not None:
        entry = item.entries[0]
        value = words.round_money(entry.basis or 0, entry.currency)
        return words.t("Redeemed: {amount} off", amount=value)
    return ""


def plain_titles(words: Words) -> dict[str, str]:
    """What each kind is where it has no name of its own."""
    return {
        "return": words.t("Return"),
        "redeem": words.t("Points redeemed"),
        "bonus": words.t("Bonus points"),
        "adjust": words.t("Points corrected"),
        "expire": words.t("Points lapsed"),
        "earn": words.t("Points earned"),
        "clawback": words.t("Points taken back"),
        "rollback": words.t("Points given back"),
        "donate": words.t("Points donated"),
        "transfer": words.t("Points moved between members"),
        "release": words.t("Points can be used now"),
    }
