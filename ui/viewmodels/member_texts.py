"""A member in words: what stands on the card, and what is worth knowing now."""

from dataclasses import dataclass
from datetime import timedelta

from terminal.cards import last_four
from terminal.clauses import said
from terminal.explain import tier_name
from terminal.i18n import Words
from terminal.members import Purpose
from terminal.offers_told import last_day_short
from terminal.programs.calendar import zone
from terminal.programs.facts import Occasion
from terminal.programs.moments import moments
from terminal.services.models import MemberView
from ui.viewmodels.notices import Tone

SOON = timedelta(days=60)
"""Points that lapse within this time are worth a word."""

MOST_FACTS = 3


@dataclass(frozen=True, slots=True)
class Face:
    """The member card's texts; ``progress`` is percent of the way to the next tier."""

    name: str
    points: str
    points_word: str
    tier: str
    tier_word: str
    number: str
    worth: str
    progress: int = 0
    progress_text: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing worth knowing. ``ask`` names the consent question it leads to."""

    icon: str
    title: str
    reason: str
    tone: Tone = "neutral"
    ask: Purpose | None = None


def face(view: MemberView, words: Words, note: str = "") -> Face:
    """What stands on the card. ``note`` takes the place of the card's number."""
    number, next_tier = view.card_number, view.next_tier
    progress_text = ""
    if next_tier is not None:
        missing = words.round_money(next_tier.missing, view.program.currency)
        tier = tier_name(next_tier.tier.code, words)
        progress_text = words.t("{amount} to {tier}", amount=missing, tier=tier)
    return Face(
        name=view.member.name,
        points=words.number(view.account.balance),
        points_word=words.n("point", "points", view.account.balance),
        tier=view.tier.code,
        tier_word=tier_name(view.tier.code, words),
        number=f"···· {last_four(number)}" if number else "",
        worth=words.money(view.worth, view.program.currency) if view.program.redemption else "",
        progress=next_tier.percent if next_tier else 0,
        progress_text=progress_text,
        note=note,
    )


def facts(view: MemberView, words: Words, asked: frozenset[Purpose] = frozenset()) -> list[Fact]:
    """What is worth knowing, most urgent first, at most three. ``asked`` was answered just now."""
    found = [*_own(view, words), *_debt(view, words), *_lapsing(view, words)]
    found += [*_pending(view, words), *_consent(view, words, asked), *_note(view, words)]
    return found[:MOST_FACTS]


def _own(view: MemberView, words: Words) -> list[Fact]:
    """A birthday, a year of membership, a return after long: with the offer that goes with it."""
    occasion = Occasion(view.as_of, zone(view.program.zone))
    told = moments(view.program, view.facts, occasion)
    if not told:
        return []
    moment = told[0]
    day = words.day_month(moment.day) if moment.day else ""
    title = {
        "birthday": words.t("Birthday on {date}", date=day),
        "anniversary": words.t("Membership anniversary: {date}", date=day),
        "away": words.t("Not seen for a while"),
    }[moment.kind]
    icon = {"birthday": "cake", "anniversary": "gift", "away": "hand-waving"}[moment.kind]
    return [Fact(icon, title, said(moment.offer.name, words, moment.offer.code), "accent")]


def _debt(view: MemberView, words: Words) -> list[Fact]:
    debt = view.account.debt
    if not debt:
        return []
    title = words.n("{n} point owed", "{n} points owed", debt)
    return [Fact("scales", title, words.t("The next points go there first"), "warning")]


def _lapsing(view: MemberView, words: Words) -> list[Fact]:
    soon = [item for item in view.account.lapsing() if view.as_of < item[0] <= view.as_of + SOON]
    if not soon:
        return []
    moment, points = soon[0]
    date = last_day_short(moment, words)
    title = words.n("{n} point expires {date}", "{n} points expire {date}", points, date=date)
    return [Fact("hourglass-medium", title, words.t("Used first when redeeming"), "warning")]


def _pending(view: MemberView, words: Words) -> list[Fact]:
    pending = view.account.pending(view.as_of)
    if not pending:
        return []
    title = words.n("{n} point on its way", "{n} points on their way", pending)
    return [Fact("clock", title, words.t("They can be redeemed later"))]


def _consent(view: MemberView, words: Words, asked: frozenset[Purpose]) -> list[Fact]:
    if view.member.email and Purpose.EMAIL not in view.asked | asked:
        title, ask = words.t("No e-mail consent"), words.t("Ask: “May we write to you?”")
        return [Fact("envelope-simple", title, ask, "neutral", Purpose.EMAIL)]
    return []


def _note(view: MemberView, words: Words) -> list[Fact]:
    if not view.member.note:
        return []
    return [Fact("note-pencil", words.isolate(view.member.note), words.t("Note"))]


def consent_question(view: MemberView, words: Words) -> str:
    """What is read out and recorded, in the cashier's language."""
    return words.t("May we write to you by e-mail with news and offers? You can stop it any time.")
