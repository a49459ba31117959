"""Ten thousand spoilt scans of real cards, on a real database full of cards: no wrong member.

The whole way: bytes on the line, frames, reading, routing, the books. Twice: in a shop whose cards
stand in a row, where every neighbour of a number is somebody's card, and in one whose cards were
issued by the till. ``LONG_SPOILT=2000`` is how many a kind make it the whole proof.
"""

import os
import random
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace

import pytest

from devices.scanners import FrameFormat, ReadingRules, Rejected
from devices.scanners.debounce import Debounce
from devices.scanners.framing import Suffix
from devices.scanners.reader import ScanReader
from terminal import demo
from terminal.cards import SPREAD_TO, Card, own_card, plain_number, spread_card
from terminal.db.bulk import CARD_PREFIX, member_id, seed_members
from terminal.db.engine import open_database
from terminal.db.unit_of_work import SqlDatabase
from terminal.errors import TerminalError
from terminal.events import EventBus
from terminal.ids import CardNumber, MemberId
from terminal.scans import Reading
from terminal.services.counter import CounterService
from terminal.services.models import MemberFound
from tests.services.spoiling import (
    DIGITS,
    DIGITS_FOR_DIGITS,
    NEVER,
    Cards,
    changed,
    transposed,
    whole,
)
from tests.shop import START, till

MEMBERS = 5_000
EACH = int(os.environ.get("LONG_SPOILT", "60"))
RULES = ReadingRules(own_prefix=CARD_PREFIX)


@dataclass
class Full:
    """A shop of thousands of members; ``cards`` by member's number, from 1."""

    database: SqlDatabase
    counter: CounterService
    cards: list[CardNumber]

    def two(self, chance: random.Random) -> Cards:
        return Cards(*chance.sample(self.cards, 2))

    def seen(self, line: bytes, format_: FrameFormat | None = None) -> list[str]:
        """Whose card each thing on the line was taken for; "" for nobody's."""
        reader = ScanReader("P", format_=format_, rules=RULES, debounce=Debounce(0))
        scans = reader.feed(line, 0.0) + reader.feed(b"", 1.0)
        return [
            ""
            if isinstance(scan, Rejected)
            else self.who(Reading(scan.text, scan.symbology.value, scan.port, scan.ai))
            for scan in scans
        ]

    def who(self, reading: Reading | str) -> str:
        try:
            found = self.counter.identify(reading)
        except TerminalError:
            return ""
        return found.view.card_number if isinstance(found, MemberFound) else ""


def fill(database: SqlDatabase, *, spread: bool) -> Full:
    seed_members(database, MEMBERS, START)
    number_of = spread_card if spread else own_card
    cards = [number_of(CARD_PREFIX, n) for n in range(1, MEMBERS + 1)]
    with closing(sqlite3.connect(database.path)) as books, books:
        books.execute("DELETE FROM cards")
        books.executemany(
            "INSERT INTO cards (number, member_id, issued_at, symbology, state, reversed)"
            " VALUES (?, ?, 0, 'EAN-13', 'active', ?)",
            [(card, member_id(n), card[::-1]) for n, card in enumerate(cards, 1)],
        )
    with database.write() as uow:
        uow.programs.put(demo.demo_program("EUR"))
        uow.products.put_all(demo.demo_products("en", "EUR"))
        uow.commit()
    counter = CounterService(
        database, replace(till(), card_prefix=CARD_PREFIX), EventBus(),
        clock=lambda: START, new_id=lambda: "never",
    )  # fmt: skip
    return Full(database, counter, cards)


@pytest.fixture(scope="module", params=["in a row", "spread"])
def shops(request, tmp_path_factory):
    database = open_database(tmp_path_factory.mktemp("full") / "till.db")
    yield request.param, fill(database, spread=request.param == "spread")
    database.close()


@pytest.fixture
def full(shops) -> Full:
    return shops[1]


@pytest.fixture
def chance(request) -> random.Random:
    return random.Random(request.node.name)


def test_whole_scans_find_their_members(full, chance):
    for _ in range(EACH):
        card = chance.choice(full.cards)
        assert full.seen(whole(chance, card)) == [card]
        assert full.who(f" {card[:4]} {card[4:8]}-{card[8:]} ") == card


@pytest.mark.parametrize("kind", NEVER)
def test_no_spoilt_scan_is_somebody_else_s_card(full, chance, kind):
    spoil, seen = NEVER[kind], Counter()
    for _ in range(EACH):
        cards = full.two(chance)
        line = spoil(chance, cards)
        for who in full.seen(line):
            seen["nobody" if not who else "right" if who in (cards.one, cards.other) else line] += 1
    print(f"{kind}: {dict(seen)}")
    assert set(seen) <= {"nobody", "right"}


@pytest.mark.parametrize("kind", NEVER)
def test_nor_when_silence_ends_the_codes(full, chance, kind):
    spoil, quiet = NEVER[kind], FrameFormat(suffix=Suffix.NONE)
    for _ in range(EACH // 3):
        cards = full.two(chance)
        line = spoil(chance, cards).rstrip(b"\r\n\t\x03")
        assert set(full.seen(line, quiet)) <= {"", cards.one, cards.other}


@pytest.fixture
def haunted(full):
    """All the pieces of some cards, and somebody whose cards they are, as if the shop had numbers
    of any length: the worst neighbour that torn scans can have."""
    torn = full.cards[7 :: MEMBERS // max(EACH // 3, 1)]
    pieces = {card[a:b] for card in torn for a in range(8) for b in range(a + 6, 14) if b - a < 13}
    pieces |= {(one[3:] + two[:8])[:20] for one in torn for two in torn[:20]}
    with full.database.write() as uow:
        now = START
        for piece in pieces:
            uow.members.put_card(Card(CardNumber(piece), MemberId(member_id(1)), now))
        uow.commit()
    yield pieces
    with closing(sqlite3.connect(full.database.path)) as books, books:
        books.executemany("DELETE FROM cards WHERE number = ?", [(piece,) for piece in pieces])


def test_a_piece_of_a_card_is_nobody_s_even_where_it_is_somebody_s_number(full, haunted):
    pieces = haunted
    ghost = full.counter.identify(Reading(min(pieces, key=len), "code128")).view.member.id
    assert ghost == member_id(1), "read whole from a kind of code that checks itself, it is theirs"
    for piece in pieces:
        for aim in ("", "]E0", "]E4", "]I0"):
            for scan in ScanReader("P", rules=RULES).feed(f"{aim}{piece}\r".encode(), 0.0):
                if isinstance(scan, Rejected):
                    continue
                reading = Reading(scan.text, scan.symbology.value, scan.port, scan.ai)
                assert full.who(reading) == "", (aim, piece)


@pytest.mark.parametrize("kind", DIGITS_FOR_DIGITS)
def test_digits_taken_for_digits_find_nobody_where_the_till_issued_the_cards(shops, chance, kind):
    """Cards in a row are at the mercy of their check digit: no more than a tenth and a bit."""
    where, full = shops
    wrong = 0
    for _ in range(EACH * 4):
        cards = full.two(chance)
        seen = full.seen(DIGITS_FOR_DIGITS[kind](chance, cards))
        wrong += any(who not in ("", cards.one, cards.other) for who in seen)
    print(f"{where}, {kind}: {wrong} of {EACH * 4}")
    assert wrong <= (0 if where == "spread" else EACH * 4 * 0.13)


TYPED = {
    "one wrong": lambda chance, card: changed(chance, card, 1),
    "one left out": lambda chance, card: card[: (i := chance.randrange(13))] + card[i + 1 :],
    "some left out": lambda chance, card: card[: chance.randint(5, 12)],
    "one twice": lambda chance, card: card[: (i := chance.randrange(13)) + 1] + card[i:],
    "one too many": lambda chance, card: card + chance.choice(DIGITS),
    "the last ones only": lambda chance, card: card[chance.randint(1, 8) :],
}


@pytest.mark.parametrize("kind", TYPED)
def test_no_number_mistyped_is_somebody_else_s_card(full, chance, kind):
    for _ in range(EACH):
        card = chance.choice(full.cards)
        assert full.who(TYPED[kind](chance, card)) in ("", card)


def test_two_numbers_changed_places_at_the_keyboard(shops, chance):
    where, full = shops
    wrong = 0
    for _ in range(EACH * 4):
        card = chance.choice(full.cards)
        wrong += full.who(transposed(chance, card)) not in ("", card)
    print(f"{where}, typed: {wrong} of {EACH * 4}")
    assert wrong <= (0 if where == "spread" else EACH * 4 * 0.13)


def test_cards_that_the_till_issues_stand_apart():
    """No two are one or two wrong digits, or two digits that changed places, away from each other;
    by all pairs of the first thousands, and by the neighbours of cards further on."""
    for prefix in ("2950", "29", "295000", "2950000"):
        most = min(SPREAD_TO[12 - len(prefix)], 3_000)
        cards = {spread_card(prefix, n) for n in range(1, most + 1)}
        assert len(cards) == most
        for card in random.Random(prefix).sample(sorted(cards), 40):
            assert not cards & set(neighbours(card))
    late = SPREAD_TO[8]
    cards = {spread_card("2950", n) for n in range(late - 20_000, late + 1)}
    cards |= {spread_card("2950", n) for n in range(1, 20_001)}
    assert len(cards) == 40_001
    for card in random.Random(1).sample(sorted(cards), 40):
        assert not cards & set(neighbours(card))


def neighbours(card: str) -> list[str]:
    """Every number two wrong digits or one change of places away."""
    places = range(len(card))
    put = lambda text, at, sign: text[:at] + sign + text[at + 1 :]  # noqa: E731
    ones = [put(card, i, d) for i in places for d in DIGITS if d != card[i]]
    twos = [
        put(put(card, i, a), j, b)
        for i in places for j in range(i)
        for a in DIGITS if a != card[i]
        for b in DIGITS if b != card[j]
    ]  # fmt: skip
    swaps = [
        card[:i] + card[i + 1] + card[i] + card[i + 2 :]
        for i in places[:-1] if card[i] != card[i + 1]
    ]  # fmt: skip
    return ones + twos + swaps


def test_every_serial_has_its_own_card_and_every_card_its_serial():
    room = 10**5
    assert len({spread_card("2950000", n) for n in range(room)}) == room
    assert plain_number(" 29-50 x ") == "2950X"
