"""A card's bytes on the scanner's line until the member is painted, in a large shop.

Everything is the product's: the reader's thread, the bridge, the lane, the database, the view
model, the card. The floor is a label of the window's size with a new text.
"""

from __future__ import annotations

import random
import time

from msgspec.structs import replace

from devices.scanners.virtual import VirtualScanner
from terminal.db.bulk import CARD_PREFIX
from terminal.ids import CardNumber
from terminal.services.counter import CounterService
from terminal.settings import Settings
from tests.bench.figures import Aim, Figure, Scale, in_turns, median, p99, timed
from tests.bench.shops import card_of, large_shop, regulars
from tests.bench.window import BareLabel, OpenTill, Painted
from ui.views.components.card import MemberCard

_EAN13 = b"]E0"
AIM = Aim(p99=60)


class _Scans:
    """Scans one member after the other at an idle till."""

    def __init__(self, till: OpenTill, line: VirtualScanner, members: int) -> None:
        self._till, self._line = till, line
        self._cards = till.window.shell.findChildren(MemberCard)
        self._painted = Painted(*self._cards)
        chance = random.Random(7)
        # Half are regulars with sales behind them, half are anybody.
        self._numbers = [
            number
            for pair in zip(
                regulars(members), chance.sample(range(1, members + 1), len(regulars(members))),
                strict=True,
            )
            for number in pair
        ]  # fmt: skip

    def number(self, turn: int) -> int:
        return self._numbers[turn % len(self._numbers)]

    def scan(self, turn: int) -> float:
        number = self.number(turn)
        family = f"{number:06d}"
        moment = self._painted.next(
            f"member {number}",
            lambda: any(c.isVisible() and family in c.face().name for c in self._cards),
        )
        began = time.perf_counter()
        self._line.send(_EAN13 + card_of(number).encode() + b"\r\n")
        took = (moment.wait() - began) * 1000
        self._till.counter.clear()  # the next scan finds an idle till again
        self._till.settle()
        return took


def measure(scale: Scale) -> list[Figure]:
    """``scan``."""
    folder, line = large_shop(scale.members), VirtualScanner()
    plain = Settings()
    settings = replace(
        plain,
        shop=replace(plain.shop, card_prefix=CARD_PREFIX),
        scanner=replace(plain.scanner, port=line.port),
    )
    till, label = OpenTill(folder, settings), BareLabel()
    try:
        scans = _Scans(till, line, scale.members)
        ours, floor = in_turns(
            scale.scans, scans.scan, lambda turn: label.repaint(str(turn)), warm_up=10
        )
        counter = till.backend.services.counter
        pure = _looked_up(counter, [card_of(scans.number(n)) for n in range(scale.scans)])
        alone = [_painted_alone(till, counter, card_of(scans.number(n))) for n in range(20)]
    finally:
        label.close()
        till.close()
        line.close()
    note = (
        f"{scale.members:,} members; of it the look-up (card, member, account, tier, consents)"
        f" {median(pure):.2f}/{p99(pure):.2f} ms, attaching and laying out {median(alone):.1f} ms,"
        " the rest threads and painting; floor: a label of the window's size"
    )
    return [Figure("scan", "ms", ours, floor, note, AIM)]


def _looked_up(counter: CounterService, cards: list[CardNumber]) -> list[float]:
    return [timed(lambda card=card: counter.identify(card)) for card in cards]


def _painted_alone(till: OpenTill, counter: CounterService, card: CardNumber) -> float:
    """What the GUI thread needs to take a member that is already looked up, before painting."""
    found = counter.identify(card)
    took = timed(lambda: till.counter.take(found))
    till.settle()
    till.counter.clear()
    till.settle()
    return took
