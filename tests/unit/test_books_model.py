"""A second opinion on the books: whole replays and the formulas of the standard written out, slow
and obvious, against the stream that keeps only sums."""

from collections import Counter
from datetime import date
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.books.rolling import roll
from terminal.ledger import replay
from tests.unit.bookish import ATHENS, FIRST, K, estimate, histories, midnight, position

END = date(2027, 6, 1)
PLAIN = (K.EARN, K.BONUS, K.REDEEM, K.DONATE)


def year_of(entry) -> int:
    return entry.decided_at.astimezone(ATHENS).year


def redeemed_by_year(entries) -> Counter:
    """Points redeemed by the year they were issued in, lot by lot."""
    known, found = {e.id: e for e in entries}, Counter()
    for member in {e.member_id for e in entries}:
        told = replay([e for e in entries if e.member_id == member])
        for paid in (told.taken, told.absorbed):
            for parts in paid.values():
                for part in parts:
                    found[year_of(known[part.lot.entry_id])] += part.points
    return found


def usable_by_year(entries) -> Counter:
    known, found, end = {e.id: e for e in entries}, Counter(), midnight(END)
    for member in {e.member_id for e in entries}:
        account = replay([e for e in entries if e.member_id == member]).account
        for lot in account.lots:
            if lot.lapses_at is None or lot.lapses_at > end:
                found[year_of(known[lot.entry_id])] += lot.remaining
    return found


def owed(entries, rate: Fraction, worth: Fraction) -> Fraction:
    """The liability as the standard has it, for each year of issue."""
    redeemed, usable, total = redeemed_by_year(entries), usable_by_year(entries), Fraction(0)
    for year in {year_of(e) for e in entries if e.points > 0}:
        issued = [e for e in entries if e.points > 0 and year_of(e) == year]
        sold = [e for e in issued if e.kind is K.EARN and e.basis]
        price = sum(e.basis for e in sold)
        value = sum(e.points for e in sold) * worth * rate
        aside = price * value / (price + value) if price + value else Fraction(0)
        aside += sum(e.points for e in issued if e not in sold) * worth * rate
        hoped = max(sum(e.points for e in issued) * rate, Fraction(redeemed[year]))
        expected = min(hoped, Fraction(redeemed[year] + usable[year]))
        total += aside * (1 - redeemed[year] / expected) if expected else 0
    return total


@settings(max_examples=150)
@given(histories())
def test_the_stream_says_what_a_whole_replay_says(history):
    entries = [e for e in history if e.kind in PLAIN]
    now = position(entries, END)
    redeemed = {year: v.redeemed for year, v in now.vintages.items() if v.redeemed}
    assert redeemed == {year: n for year, n in redeemed_by_year(entries).items() if n}
    assert {year: now.usable_of(year) for year in now.usable} == usable_by_year(entries)


@settings(max_examples=150)
@given(histories(), st.integers(0, 10_000))
def test_the_liability_is_what_the_formulas_say(history, rate_bp):
    entries = [e for e in history if e.kind in PLAIN]
    found = roll(
        position(entries, FIRST), position(entries, END),
        estimate(rate_bp, value=3, block=7), "EUR",
    )  # fmt: skip
    exact = owed(entries, Fraction(rate_bp, 10_000), Fraction(3, 7))
    assert sum(found.next_opening.owed.values()) == exact
    assert abs(found.closing - exact) <= Fraction(1, 2)
