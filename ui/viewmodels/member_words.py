"""How a member page says things: pure, from read models to worded rows. No Qt, no state."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from terminal.cards import CardState, last_four
from terminal.explain import explain, tier_name
from terminal.i18n import Words
from terminal.ledger import Channel, EntryKind
from terminal.members import Consent, Member, Purpose
from terminal.offers_told import last_day, last_day_short
from terminal.programs.calendar import add_months
from terminal.services.models import MemberPage, MemberView, Till, TimelineItem
from ui.viewmodels.timeline_titles import plain_titles, title


@dataclass(frozen=True, slots=True)
class Header:
    """Who it is: ``tier`` is its code, ``tier_name`` its word."""

    name: str
    tier: str
    tier_name: str
    about: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure under the name. ``calls``: somebody should look at it."""

    label: str
    value: str
    calls: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Something known: what, and the thing itself. ``code``: a number, mail or date."""

    label: str
    value: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card of the member."""

    number: str
    detail: str
    active: bool


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """An answer to one question, with the words that were read out."""

    title: str
    granted: bool
    detail: str
    wording: str


@dataclass(frozen=True, slots=True)
class Month:
    """Spending of one month in minor units; ``label`` is short, the current month is ``now``."""

    label: str
    shop: int
    online: int
    now: bool


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One line of the timeline. ``gained`` None: no points moved."""

    key: str
    day: str
    time: str
    icon: str
    channel: str
    title: str
    detail: str
    amount: str
    points: str
    gained: bool | None
    balance: str
    explained: tuple[str, ...]
    goods: tuple[Pair, ...]


def header(view: MemberView, words: Words) -> Header:
    """Name, tier, since when, in which language."""
    member = view.member
    about = [
        words.t("Member since {month}", month=words.month(member.joined_at)),
        writes_in(member.language, words),
    ]
    tier = view.tier.code
    return Header(member.name or "–", tier, tier_name(tier, words), " · ".join(about))


def writes_in(language: str, words: Words) -> str:
    """Which language the member's slips speak."""
    return {
        "en": words.t("writes in English"),
        "el": words.t("writes in Greek"),
        "bg": words.t("writes in Bulgarian"),
        "hu": words.t("writes in Hungarian"),
        "pl": words.t("writes in Polish"),
        "he": words.t("writes in Hebrew"),
    }.get(language, language)


def language_name(language: str, words: Words) -> str:
    """The name of a language."""
    return {
        "en": words.t("English"),
        "el": words.t("Greek"),
        "bg": words.t("Bulgarian"),
        "hu": words.t("Hungarian"),
        "pl": words.t("Polish"),
        "he": words.t("Hebrew"),
    }.get(language, language)


def figures(view: MemberView, words: Words) -> list[Figure]:
    """Balance, what lapses next, spending, the way to the next tier."""
    made = [Figure(words.t("Balance"), words.number(view.account.balance))]
    if view.available != max(view.account.balance, 0):
        made.append(Figure(words.t("Can redeem"), words.number(view.available)))
    for moment, points in view.account.lapsing()[:1]:
        label = words.t("Lapse on {date}", date=_near_day(moment, view.as_of, words))
        soon = moment <= add_months(view.as_of, 2)
        made.append(Figure(label, words.number(points), soon))
    made.append(_spent(view, words))
    if view.next_tier is not None:
        label = words.t("To {tier}", tier=tier_name(view.next_tier.tier.code, words))
        missing = words.round_money(view.next_tier.missing, view.program.currency)
        made.append(Figure(label, missing))
    return made


def _spent(view: MemberView, words: Words) -> Figure:
    label = words.n("Spent in {n} month", "Spent in {n} months", view.program.tiering.months)
    return Figure(label, words.round_money(view.spent, view.program.currency))


def _near_day(moment: datetime, now: datetime, words: Words) -> str:
    same = words.local(moment).year == words.local(now).year
    return last_day_short(moment, words) if same else last_day(moment, words)


def profile(member: Member, words: Words) -> list[Pair]:
    """What the person told, line by line; what was not told is not listed."""
    pairs = [
        Pair(words.t("Name"), member.name),
        Pair(words.t("Likes to be called"), member.call_name),
        Pair(words.t("Mobile phone"), member.phone, code=True),
        Pair(words.t("E-mail"), member.email, code=True),
        Pair(words.t("Birthday"), _birthday(member.birthday, words)),
        Pair(words.t("Slip language"), language_name(member.language, words)),
        Pair(words.t("Member since"), words.day(member.joined_at)),
        Pair(words.t("Note"), member.note),
    ]
    return [pair for pair in pairs if pair.value]


def _birthday(text: str, words: Words) -> str:
    parts = text.split("-")[-2:]
    if len(parts) != 2 or not all(part.isdigit() for part in parts):
        return text
    day = datetime(2000, int(parts[0]), int(parts[1])).date()  # noqa: DTZ001 - a day, no moment
    return words.day_month(day)


def cards(view: MemberView, words: Words) -> list[CardRow]:
    """Newest first."""
    made = []
    for card in reversed(view.cards):
        active = card.state is CardState.ACTIVE
        state = words.t("in use") if active else words.t("blocked")
        since = words.t("since {date}", date=words.day(card.issued_at))
        made.append(CardRow(f"···· {last_four(card.number)}", f"{state} · {since}", active))
    return made


def consents(answers: Sequence[Consent], words: Words) -> list[ConsentRow]:
    """Newest first, each with what was read out."""
    made = []
    for answer in reversed(answers):
        said = words.t("Yes") if answer.granted else words.t("No")
        when = f"{words.day(answer.recorded_at)} {words.time(answer.recorded_at)}"
        detail = f"{said} · {when} · {words.isolate(answer.till)}"
        title = purpose_name(answer.purpose, words)
        made.append(ConsentRow(title, answer.granted, detail, answer.wording))
    return made


def purpose_name(purpose: Purpose, words: Words) -> str:
    """What a consent is for."""
    return {
        Purpose.PROGRAMME: words.t("Keep my points"),
        Purpose.TEXT_MESSAGE: words.t("Offers by text message"),
        Purpose.EMAIL: words.t("Offers by e-mail"),
        Purpose.PROFILING: words.t("Offers that suit me"),
    }[purpose]


# -- the timeline --------------------------------------------------------------------------------

_ICONS = {
    "purchase": "storefront",
    "order": "globe",
    "return": "arrow-u-up-left",
    "redeem": "gift",
    "bonus": "sparkle",
    "adjust": "plus-minus",
    "expire": "hourglass",
    "earn": "coin",
    "clawback": "arrow-u-up-left",
    "rollback": "arrow-u-up-left",
    "donate": "heart",
    "transfer": "arrows-left-right",
    "release": "lock-open",
}
RETURN_REASONS = ("Changed mind", "Damaged", "Wrong item", "Other")
"""Why goods come back, as it is stored; ``return_reason`` says it in the reader's language."""


def return_reason(reason: str, words: Words) -> str:
    """A stored reason in the reader's language; what a person typed stands as it is."""
    return {
        "Changed mind": words.t("Changed mind"),
        "Damaged": words.t("Damaged"),
        "Wrong item": words.t("Wrong item"),
        "Other": words.t("Other"),
    }.get(reason, reason)


def item_key(item: TimelineItem) -> str:
    """What a line is known by while the page is read again."""
    first = item.entries[0].id if item.entries else ""
    return f"{item.kind}:{item.ref}:{item.at.isoformat()}:{first}"


def timeline_row(item: TimelineItem, words: Words, till: Till, now: datetime) -> TimelineRow:
    """A line of the timeline with everything it can be opened to."""
    same_year = words.local(item.at).year == words.local(now).year
    return TimelineRow(
        key=item_key(item),
        day=words.day_month(item.at),
        time=words.time(item.at) if same_year else str(words.local(item.at).year),
        icon=_ICONS.get(item.kind, "coin"),
        channel=_channel(item),
        title=title(item, words),
        detail=_detail(item, words, till),
        amount="" if item.amount is None else words.money(item.amount, item.currency),
        points=words.signed(item.points) if item.points else "",
        gained=item.points > 0 if item.points else None,
        balance="" if item.balance_after is None else words.number(item.balance_after),
        explained=_explained(item, words),
        goods=_goods(item, words),
    )


def _channel(item: TimelineItem) -> str:
    if item.channel is Channel.ONLINE:
        return "online"
    return "shop" if item.kind == "purchase" else "points"


def _detail(item: TimelineItem, words: Words, till: Till) -> str:
    reason = words.isolate(return_reason(item.reason, words)) if item.reason else ""
    # The slip's number first: what is too long for the line is cut at its end.
    ref = words.isolate(item.ref) if item.kind in ("purchase", "return") else ""
    parts = [reason, ref, _where(item, words, till), words.isolate(item.who)]
    return " · ".join(part for part in parts if part)


def _where(item: TimelineItem, words: Words, till: Till) -> str:
    if item.channel is Channel.ONLINE:
        return words.t("Online store")
    if item.where == till.code:
        return words.isolate(till.name)
    return words.t("Till {code}", code=item.where) if item.where else ""


def _explained(item: TimelineItem, words: Words) -> tuple[str, ...]:
    lines: list[str] = []
    for entry in item.entries:
        if entry.kind in (EntryKind.CLAWBACK, EntryKind.ROLLBACK):
            name = plain_titles(words)[entry.kind.value]
            lines.append(f"{name}: {words.signed(entry.points)}")
        said = replace(entry, reason=return_reason(entry.reason, words))
        lines += explain(said, words, item.program)
    return tuple(dict.fromkeys(lines))


def _goods(item: TimelineItem, words: Words) -> tuple[Pair, ...]:
    """What was bought; an online line is one piece of text with its own total."""
    return tuple(
        Pair(
            words.isolate(line.name)
            if line.quantity == 1
            else f"{times(line.quantity, words)} {words.isolate(line.name)}",
            words.money(line.unit_price * line.quantity, item.currency),
        )
        for line in item.lines
    )


def times(quantity: int, words: Words) -> str:
    """A quantity before its goods: "2 ×", in Hebrew "×2"."""
    number = words.number(quantity)
    return words.isolate(f"×{quantity}") if words.rtl else f"{number} ×"


def months(page: MemberPage, words: Words) -> list[Month]:
    """Twelve months up to now, from the timeline: shop less what came back, and online goods."""
    now = words.local(page.view.as_of)
    slots = [_month_before(now.year, now.month, back) for back in range(11, -1, -1)]
    shop, online = dict.fromkeys(slots, 0), dict.fromkeys(slots, 0)
    for item in page.timeline:
        local = words.local(item.at)
        slot = (local.year, local.month)
        if slot not in shop or item.amount is None:
            continue
        if item.channel is Channel.ONLINE:
            online[slot] += sum(line.unit_price * line.quantity for line in item.lines)
        else:
            shop[slot] += item.amount
    return [
        Month(_month_label(slot, words), max(shop[slot], 0), online[slot], slot == slots[-1])
        for slot in slots
    ]


def favourites(page: MemberPage, words: Words, most: int = 3) -> list[Pair]:
    """What stood on most purchases and orders: the goods, and on how many of them."""
    counts: dict[str, int] = {}
    for item in page.timeline:
        for name in {line.name for line in item.lines}:
            counts[name] = counts.get(name, 0) + 1
    often = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
    return [Pair(words.isolate(name), times(count, words)) for name, count in often]


def _month_before(year: int, month: int, back: int) -> tuple[int, int]:
    whole = year * 12 + month - 1 - back
    return whole // 12, whole % 12 + 1


def _month_label(slot: tuple[int, int], words: Words) -> str:
    """The month's first letter; its number where letters would mislead."""
    if words.rtl:
        return str(slot[1])
    from babel.dates import get_month_names

    return str(get_month_names("narrow", "stand-alone", words.language)[slot[1]])
