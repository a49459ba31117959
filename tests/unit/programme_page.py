"""The examples of docs/programme.md: read from the page and run through the real engine."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from terminal.changes_told import thing_in_words
from terminal.entries import EntryKind, LedgerEntry, Part
from terminal.errors import ProgramBroken
from terminal.findings_told import finding_in_words
from terminal.i18n import Words
from terminal.ledger import Account, replay
from terminal.policies_told import policy_in_words
from terminal.programs.accrual import award, credits
from terminal.programs.checking import review
from terminal.programs.deeds import full_cards
from terminal.programs.facts import NOTHING_CHOSEN, Facts, Occasion, Presented, Uses
from terminal.programs.file import read
from terminal.programs.levels import Counted
from terminal.programs.model import Program
from terminal.programs.tiers import standing
from terminal.quoting import Quote, quote, sold_lines
from terminal.restoring import ReturnPolicy
from terminal.returns import Return, plan_return
from terminal.sales import Basket, BasketLine, Goods, Sale
from terminal.shares import ReturnLine
from terminal.telling import referral_clauses

PAGE = Path(__file__).parents[2] / "docs" / "programme.md"
HEAD = 'code = "Page"\ncurrency = "EUR"\n'
EN = Words("en", zone=ZoneInfo("Europe/Athens"))
_BLOCK = re.compile(r"^```(\w+) (programme|basket|gives|problems|words)\n(.*?)^```$", re.M | re.S)
_MONEY = ("fixed",)


@dataclass(slots=True)
class Example:
    """A programme's fragment and what is said of it: (kind, text) in the page's order."""

    line: int
    programme: str
    then: list[tuple[str, str]] = field(default_factory=list)


def examples(text: str) -> list[Example]:
    """Every programme fragment with the blocks that follow it."""
    found: list[Example] = []
    for match in _BLOCK.finditer(text):
        kind, body = match[2], match[3]
        if kind == "programme":
            found.append(Example(text.count("\n", 0, match.start()) + 1, body))
        else:
            found[-1].then.append((kind, body))
    return found


def check(example: Example) -> None:
    """Run an example; fails where the page does not say what happens."""
    outcome: list[str] = []
    program: Program | None = None
    for kind, body in example.then:
        wanted = body.strip().splitlines()
        if kind == "problems":
            assert problems(example.programme) == wanted
            continue
        program = program or read(HEAD + example.programme)
        if kind == "basket":
            outcome = Story(program).run(wanted)
        elif kind == "words":
            assert wanted == [line for line in told(program) if line in wanted]
        else:
            assert [line for line in wanted if line not in outcome] == [], outcome
            silent = {"refused", "taken", "given", "shortfall", "debt", "coupon", "gift", "held"}
            unsaid = [line for line in outcome if line.split()[0] in silent]
            assert [line for line in unsaid if line not in wanted] == []


def problems(text: str) -> list[str]:
    """What keeps a programme from being read, or what a review finds."""
    try:
        program = read(HEAD + text)
    except ProgramBroken as broken:
        return [str(problem) for problem in broken.details["problems"]]
    return [f"{f.severity}: {finding_in_words(f, EN)}" for f in review(program)]


def told(program: Program) -> list[str]:
    """Everything a programme says of itself in words."""
    things = (*program.rules, *program.promotions, *program.rewards, *program.challenges)
    lines = [thing_in_words(thing, program, EN) for thing in things]
    for policy in (
        program.household, program.offline, program.returning, program.earning, program.basis,
        program.tiering, program.redemption, program.web, *program.tiers,
    ):  # fmt: skip
        if policy is not None:
            lines.append(" · ".join(policy_in_words(policy, program, EN)))
    if program.referral:
        lines.append(" · ".join(referral_clauses(program.referral, program, EN)))
    return lines


def cents(text: str) -> int:
    """ "4.50" is 450."""
    return int(Decimal(text) * 100)


def shown(minor: int) -> str:
    """450 is "4.50"."""
    return f"{Decimal(minor) / 100:.2f}"


class Story:
    """One purchase (or event), told line by line."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.zone = ZoneInfo(program.zone)
        self.now = datetime(2026, 12, 1, 12, tzinfo=self.zone).astimezone(UTC)
        self.facts: Facts | None = Facts(tier=program.tiers[0].code)
        self.lines: list[BasketLine] = []
        self.chosen = NOTHING_CHOSEN
        self.channel, self.tenders = "shop", frozenset[str]()
        self.history: list[Counted] = []
        self.back: list[ReturnLine] | None = None
        self.spent, self.event, self.stamps = 0, "", 0
        self.joined: datetime | None = None

    def run(self, told_lines: list[str]) -> list[str]:
        """What comes of it, one fact a line."""
        for line in told_lines:
            self._tell(line)
        if self.history:
            held = standing(self.program, self.history, self.now, joined_at=self.joined)
            self.facts = replace(self.facts or Facts(), tier=held.tier.code)
            level = [f"tier {held.tier.code}"]
            if held.next:
                level.append(f"next {held.next.tier.code} {shown(held.next.missing)}")
        else:
            level = []
        if self.stamps:
            full = full_cards(self.program, self.stamps)
            left = self.stamps - sum(card.points for card in full)
            return [*(f"coupon {card.coupon}" for card in full), f"left {left}"]
        if self.event:
            made = award(self.program, self.event, self.facts or Facts(), self._occasion())
            return [*self._credits(made), f"earn {made.points}"]
        return level + (self._sale() if self.lines else [])

    # -- telling -----------------------------------------------------------------------------------

    def _tell(self, line: str) -> None:
        word, *rest = line.split()
        pairs = dict(pair.split("=", 1) for pair in rest if "=" in pair)
        if word == "member":
            self._member(pairs)
        elif word == "guest":
            self.facts = None
        elif word == "at":
            day, clock = rest if len(rest) == 2 else (rest[0], "12:00")
            moment = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock))
            self.now = moment.replace(tzinfo=self.zone).astimezone(UTC)
        elif word == "online":
            self.channel = "online"
        elif word == "paid":
            self.tenders = frozenset(rest)
        elif word == "points":
            self.chosen = replace(self.chosen, points=int(rest[0]))
        elif word == "reward":
            self.chosen = replace(self.chosen, rewards=(*self.chosen.rewards, rest[0]))
        elif word == "coupon":
            coupon = Presented(f"{rest[0]}-1", rest[0])
            self.chosen = replace(self.chosen, coupons=(*self.chosen.coupons, coupon))
        elif word == "returns":
            self._returns(rest)
        else:
            self._more(word, rest, pairs)

    def _more(self, word: str, rest: list[str], pairs: dict[str, str]) -> None:
        if word == "bought":
            day = date.fromisoformat(rest[0])
            at = datetime.combine(day, time(12), self.zone)
            points = int(pairs.get("points", 0))
            self.history.append(Counted(at.astimezone(UTC), cents(rest[1]), points, day))
        elif word == "spends":
            self.spent = int(rest[0])
        elif word == "event":
            self.event = rest[0]
        elif word == "stamps":
            self.stamps = int(rest[0])
        else:
            self._line(word, rest, pairs)

    def _member(self, pairs: dict[str, str]) -> None:
        values: dict[str, object] = {}
        for name, value in pairs.items():
            if name in ("points", "orders", "earned_today"):
                values["available" if name == "points" else name] = int(value)
            elif name in ("joined", "last"):
                moment = datetime.combine(date.fromisoformat(value), time(12), self.zone)
                values["joined_at" if name == "joined" else "last_order"] = moment
            elif name in ("segments", "badges", "consents"):
                values[name] = frozenset(value.split(","))
            elif name == "used":
                rule, period, times, points = value.split(",")
                values["uses"] = {(rule, period): Uses(int(times), int(points))}
            elif name == "fan":
                category, *days = value.split(",")
                values["bought_days"] = {category: tuple(map(int, days))}
            else:
                values[name] = value
        self.facts = replace(self.facts or Facts(), **values)
        self.joined = self.facts.joined_at

    def _returns(self, rest: list[str]) -> None:
        self.back = []
        for sku, count in zip(rest[::2], rest[1::2], strict=False):
            place = next(n for n, line in enumerate(self.lines) if line.sku == sku)
            self.back.append(ReturnLine(place, int(count.removeprefix("x"))))

    def _line(self, sku: str, rest: list[str], pairs: dict[str, str]) -> None:
        counts = [int(word[1:]) for word in rest if re.fullmatch(r"x\d+", word)]
        goods: dict[str, object] = dict(pairs)
        if "tags" in goods:
            goods["tags"] = tuple(pairs["tags"].split(","))
        if "tax" in goods:
            goods["tax"] = int(Decimal(pairs["tax"]) * 100)
        goods |= {name: cents(pairs[name]) for name in _MONEY if name in pairs}
        quantity = counts[0] if counts else 1
        self.lines.append(
            BasketLine(sku, sku, cents(rest[0]), quantity, goods=Goods(**goods))  # type: ignore[arg-type]
        )

    # -- the purchase ------------------------------------------------------------------------------

    def _occasion(self) -> Occasion:
        return Occasion(self.now, self.zone, self.channel, self.tenders)

    def _sale(self) -> list[str]:
        basket = Basket(self.program.currency, tuple(self.lines))
        account = Account(balance=self.facts.available) if self.facts else None
        quoted = quote(basket, self.program, account, self.facts, self.chosen, self._occasion())
        said = [f"pay {shown(quoted.net)}", f"off {shown(quoted.off)}"]
        said += [f"{offer.code} {shown(offer.amount)}" for offer in quoted.applied]
        said += [f"points {quoted.points}", f"worth {shown(quoted.redeemed_value)}"]
        said += [f"refused {refused.code} {refused.why}" for refused in quoted.refused]
        priced = quoted.priced
        if priced is not None:
            said += [f"gift {name}" for name in priced.gifts]
            said += [f"coupon {kind}" for kind in priced.coupons]
            said += [f"for {gift.cause} {shown(gift.value)}" for gift in priced.donations]
            said += [f"free {line.sku} x{line.free}" for line in priced.lines if line.free]
        if quoted.offer is not None:
            said.append(f"most {quoted.offer.most}")
        if quoted.accrual is not None:
            said += [f"earn {quoted.accrual.points}", f"counts {quoted.accrual.qualifying}"]
            said += self._credits(quoted.accrual)
        return said + (self._taken_back(quoted) if self.back is not None else [])

    def _credits(self, accrual: object) -> list[str]:
        said = [f"{part.rule} {part.points}" for part in accrual.parts]  # type: ignore[attr-defined]
        for credit in credits(accrual, self.program, self._occasion()):  # type: ignore[arg-type]
            said += [f"held {credit.points}"] if credit.held else []
            if credit.usable_at:
                said.append(f"usable {self._day(credit.usable_at)}")
            if credit.lapses_at:  # the last day on which they are good
                last = self._day(credit.lapses_at - timedelta(microseconds=1))
                said.append(f"lapses {last} {credit.points}")
        return said

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    # -- returns -----------------------------------------------------------------------------------

    def _entry(self, n: int, kind: EntryKind, points: int, **more: object) -> LedgerEntry:
        at = self.now + timedelta(minutes=n)
        return LedgerEntry(
            id=str(n), member_id="m", kind=kind, points=points, decided_at=at, till="T1", seq=n,
            source_id="sale" if n in (1, 2) else "", **more,  # type: ignore[arg-type]
        )  # fmt: skip

    def _taken_back(self, quoted: Quote) -> list[str]:
        history = []
        available = self.facts.available if self.facts else 0
        if available:
            history.append(self._entry(0, EntryKind.BONUS, available))
        if quoted.points:
            parts = tuple(
                Part(o.code, -o.points, o.amount, "", o.lines) for o in quoted.applied if o.points
            )
            history.append(self._entry(1, EntryKind.REDEEM, -quoted.points, parts=parts))
        accrual = quoted.accrual
        if accrual and accrual.points:
            history.append(self._entry(2, EntryKind.EARN, accrual.points, parts=accrual.parts))
        if self.spent:
            history.append(self._entry(3, EntryKind.ADJUST, -self.spent))
        sale = Sale(
            id="sale", ref="T1-1", till="T1", seq=1, cashier_id="c", member_id="m",
            currency=self.program.currency, lines=sold_lines(quoted.priced), rounding=0,
            points_redeemed=quoted.points, redeemed_value=quoted.redeemed_value, tenders=(),
            change=0, sold_at=self.now, offers=quoted.applied,
        )  # fmt: skip
        rule = self.program.returning
        policy = ReturnPolicy(
            clawback=rule.clawback,
            expired=rule.expired,
            grace_days=rule.grace_days,
            zone=self.program.zone,
        )
        at = self.now + timedelta(days=1)
        earlier: tuple[Return, ...] = ()
        plan = plan_return(sale, tuple(self.back or ()), earlier, history, at, policy)
        said = [f"back {shown(plan.money)}"]
        for name in ("taken", "given", "shortfall"):
            points = getattr(plan.points, name)
            said += [f"{name} {abs(points)}"] if points else []
        moved = [
            self._entry(10 + n, move.kind, move.points, reverses=move.of.id)
            for n, move in enumerate(plan.moves)
        ]
        balance = replay([*history, *moved]).account.balance
        return [*said, f"balance {balance}"]


__all__ = ["HEAD", "PAGE", "Example", "Story", "check", "examples", "problems", "told"]
