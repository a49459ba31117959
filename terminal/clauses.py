"""The conditions of a rule in words: which goods, when, for whom, what it needs, how much at most.

Each function answers with clauses that stand side by side ("on Mondays", "for Gold"), so that no
language has to bend one sentence around another.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from terminal.i18n import Words
from terminal.programs.conditions import Cap, Limits, Needs, Selector, Text, When, Who
from terminal.programs.model import Program

JOIN = " · "
_MONDAY = date(2024, 1, 1)
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def said(text: Text, words: Words, code: str = "") -> str:
    """A shop's own text in the reader's language, else in English, in any, or its code."""
    if isinstance(text, str):
        return text or code
    return text.get(words.language) or text.get("en") or next(iter(text.values()), code)


def name_of(program: Program | None, section: str, code: str, words: Words) -> str:
    """What a thing of the programme is called, or its code where nobody knows it (any more)."""
    things = getattr(program, section) if program else ()
    found = next((thing for thing in things if thing.code == code), None)
    return said(found.name, words, code) if found else code


def tier_name(code: str, words: Words, program: Program | None = None) -> str:
    """A level's name: the shop's own, or that of a usual code; else the code as it stands."""
    own = name_of(program, "tiers", code, words)
    if own != code:
        return own
    names = {
        "member": words.t("Member"),
        "bronze": words.t("Bronze"),
        "silver": words.t("Silver"),
        "gold": words.t("Gold"),
        "platinum": words.t("Platinum"),
    }
    return names.get(code, code.capitalize())


def listed(names: Iterable[str], words: Words) -> str:
    """Names one after another."""
    return ", ".join(words.isolate(name) for name in names)


def share_text(share: int, words: Words) -> str:
    """Hundredths of a percent as people write them: 1250 is "12.5 %"."""
    return f"{decimal(share, words)} %"


def decimal(hundredths: int, words: Words) -> str:
    """150 is "1.5", with the language's own sign."""
    point = "." if words.language in ("en", "he") else ","
    whole, rest = divmod(hundredths, 100)
    return f"{whole}{point}{rest:02d}".rstrip("0") if rest else f"{whole}"


def goods_clauses(only: Selector, words: Words) -> list[str]:
    """Which goods; nothing where all are meant."""
    wanted = [*only.skus, *only.categories, *only.brands, *only.tags]
    unwanted = [*only.not_skus, *only.not_categories, *only.not_brands, *only.not_tags]
    clauses = []
    if wanted:
        clauses.append(words.t("only {goods}", goods=listed(wanted, words)))
    if unwanted:
        clauses.append(words.t("not {goods}", goods=listed(unwanted, words)))
    return clauses


def when_clauses(when: When, words: Words) -> list[str]:
    """When; nothing where always."""
    clauses = []
    if when.starts:
        clauses.append(words.t("from {date}", date=words.day(date.fromisoformat(when.starts))))
    if when.ends:
        clauses.append(words.t("until {date}", date=words.day(date.fromisoformat(when.ends))))
    if when.weekdays:
        days = [_weekday(day, words) for day in when.weekdays]
        clauses.append(words.t("on {days}", days=listed(days, words)))
    if when.month_days:
        days = [words.number(day) for day in when.month_days]
        clauses.append(words.t("on day {days} of the month", days=listed(days, words)))
    if when.hours:
        clauses.append(words.t("from {start} to {end}", start=when.hours[0], end=when.hours[1]))
    return clauses


def _weekday(day: str, words: Words) -> str:
    from babel.dates import format_date

    which = _MONDAY + timedelta(days=_WEEK.index(day))
    return str(format_date(which, "EEEE", locale=words.language))


def who_clauses(who: Who, program: Program | None, words: Words) -> list[str]:
    """For whom; nothing where for every member."""
    return [*_groups(who, program, words), *_days(who, words), *_habits(who, program, words)]


def _groups(who: Who, program: Program | None, words: Words) -> list[str]:
    clauses = []
    if who.tiers:
        names = [tier_name(code, words, program) for code in who.tiers]
        clauses.append(words.t("for level {names}", names=listed(names, words)))
    if who.segments:
        clauses.append(words.t("for segment {names}", names=listed(who.segments, words)))
    if who.not_segments:
        names = list(who.not_segments)
        clauses.append(words.t("not for segment {names}", names=listed(names, words)))
    if who.languages:
        names = [_language(code, words) for code in who.languages]
        clauses.append(words.t("for members who speak {languages}", languages=listed(names, words)))
    if who.towns:
        clauses.append(words.t("for members in {towns}", towns=listed(who.towns, words)))
    return clauses


def _language(code: str, words: Words) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale(code).get_language_name(words.language) or code)
    except UnknownLocaleError:
        return code


def _days(who: Who, words: Words) -> list[str]:
    clauses = []
    if who.birthday is not None:
        clauses.append(_around(who.birthday, words.t("on the birthday"), words))
    if who.anniversary is not None:
        clauses.append(_around(who.anniversary, words.t("on the day of joining"), words))
    if who.away_days is not None:
        clauses.append(words.n("not seen for {n} day", "not seen for {n} days", who.away_days))
    if who.ages is not None:
        low, high = (words.number(age) for age in who.ages)
        clauses.append(words.t("aged {low} to {high}", low=low, high=high))
    return clauses


def _around(days: tuple[int, int], day: str, words: Words) -> str:
    if days == (0, 0):
        return day
    before = words.n("from {n} day before", "from {n} days before", days[0])
    after = words.n("to {n} day after", "to {n} days after", days[1])
    return f"{day} ({before} {after})"


def _habits(who: Who, program: Program | None, words: Words) -> list[str]:
    clauses = []
    if who.order_numbers:
        numbers = [words.number(number) for number in who.order_numbers]
        clauses.append(words.t("on purchase no. {numbers}", numbers=listed(numbers, words)))
    if who.fan_of:
        fans = words.t("for fans of {goods}", goods=listed(who.fan_of, words))
        times = words.n("{n} purchase day", "{n} purchase days", who.fan_times)
        span = words.n("within {n} day", "within {n} days", who.fan_days)
        clauses.append(f"{fans} ({times} {span})")
    if who.consents:
        said_yes = {
            "email": words.t("e-mail"),
            "text_message": words.t("text message"),
            "profiling": words.t("offers that fit"),
        }
        names = [said_yes[purpose] for purpose in who.consents]
        clauses.append(words.t("for members who said yes to {names}", names=listed(names, words)))
    if who.badges:
        names = [name_of(program, "badges", code, words) for code in who.badges]
        clauses.append(words.t("for members with the badge {names}", names=listed(names, words)))
    return clauses


def needs_clauses(needs: Needs, program: Program | None, currency: str, words: Words) -> list[str]:
    """What the basket must have; nothing where nothing."""
    clauses = []
    if needs.minimum:
        amount = words.round_money(needs.minimum, currency)
        if needs.minimum_tax == "included":
            clauses.append(words.t("from {amount} on", amount=amount))
        else:
            clauses.append(words.t("from {amount} without tax on", amount=amount))
    if needs.maximum is not None:
        amount = words.round_money(needs.maximum, currency)
        clauses.append(words.t("up to {amount}", amount=amount))
    if needs.quantity:
        clauses.append(words.n("from {n} piece on", "from {n} pieces on", needs.quantity))
    if needs.coupon is not None:
        coupon = name_of(program, "coupons", needs.coupon, words)
        clauses.append(words.t("with coupon {name}", name=coupon))
    if needs.tenders:
        names = [tender_name(tender, words) for tender in needs.tenders]
        clauses.append(words.t("paid by {names}", names=listed(names, words)))
    if len(needs.channels) == 1:
        shop = needs.channels[0] == "shop"
        clauses.append(words.t("in the shop only") if shop else words.t("online only"))
    return clauses


def tender_name(tender: str, words: Words) -> str:
    """What is paid with."""
    return {
        "cash": words.t("cash"),
        "card": words.t("bank card"),
        "gift_card": words.t("gift card"),
        "store_credit": words.t("store credit"),
    }[tender]


def limit_clauses(limits: Limits, currency: str, words: Words, *, points: bool) -> list[str]:
    """How much at most; ``points``: whether the limits of lines and orders are points."""

    def amount(value: int) -> str:
        return points_text(value, words) if points else words.round_money(value, currency)

    templates: list[tuple[int | None, str]] = [
        (limits.line_min, words.t("at least {what} a line")),
        (limits.line_max, words.t("at most {what} a line")),
        (limits.order_min, words.t("at least {what} a sale")),
        (limits.order_max, words.t("at most {what} a sale")),
    ]
    clauses = [_fill(text, {"what": amount(value)}, words) for value, text in templates if value]
    for cap in limits.caps:
        clauses += cap_clauses(cap, currency, words)
    budgets = [
        words.n("{n} time", "{n} times", limits.budget_times) if limits.budget_times else "",
        points_text(limits.budget_points, words) if limits.budget_points else "",
        words.round_money(limits.budget_money, currency) if limits.budget_money else "",
    ]
    together = words.t("{what} for everybody together")
    return clauses + [_fill(together, {"what": what}, words) for what in budgets if what]


def cap_clauses(cap: Cap, currency: str, words: Words) -> list[str]:
    """ "at most 1 time a year"."""
    text = {
        "sale": words.t("at most {what} a sale"),
        "day": words.t("at most {what} a day"),
        "week": words.t("at most {what} a week"),
        "month": words.t("at most {what} a month"),
        "year": words.t("at most {what} a year"),
        "ever": words.t("at most {what} in all"),
    }[cap.per]
    whats = [
        words.n("{n} time", "{n} times", cap.times) if cap.times else "",
        points_text(cap.points, words) if cap.points else "",
        words.round_money(cap.money, currency) if cap.money else "",
    ]
    return [_fill(text, {"what": what}, words) for what in whats if what]


def points_text(points: int, words: Words) -> str:
    """ "30 points"."""
    return words.n("{n} point", "{n} points", points)


def _fill(text: str, values: Mapping[str, str], words: Words) -> str:
    """A translated text with its places filled in, each kept in its own direction."""
    return text.format(**{name: words.isolate(value) for name, value in values.items()})
