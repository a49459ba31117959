"""A slip as bytes for the printer: 25 lines by the product's encoder, warm.

The floor encodes the same lines with the same fixed code page and joins them, and nothing else: no
styles, no columns, no pictures, no QR code.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path

import main
from devices.printers.encoder import SlipEncoder
from devices.printers.profiles import PAPER_80
from terminal import demo
from terminal.db.engine import open_database
from terminal.i18n import Words
from terminal.ids import MemberId, SlipId
from terminal.members import LANGUAGES as ALL
from terminal.services.suite import Services
from terminal.slip_writer import sale_slip
from terminal.slips import Block, Slip
from tests.bench.figures import Aim, Figure, Scale, in_turns, median, p99, timed
from tests.bench.measure_sale import POINTS, buyers
from tests.bench.shops import make_shop, request_for, services_over

AIM = Aim(p50=3)
LINES = 25
MAIN = "el"
LANGUAGES = ("en", "el", "he")
_JOB = b"0001"


@dataclass(frozen=True, slots=True)
class Written:
    """A slip whose amounts and number are others each time, as in a shop; its words stay."""

    slip: Slip
    words: Words

    def turn(self, number: int) -> Slip:
        """The slip of another sale."""
        blocks = tuple(
            self._other(block, 100 + number * 137 + place * 29)
            for place, block in enumerate(self.slip.blocks)
        )
        return replace(self.slip, blocks=blocks)

    def _other(self, block: Block, amount: int) -> Block:
        if block.kind == "qr":
            return replace(block, text=f"T1-{amount:06d}")
        if not block.value:
            return block
        return replace(block, value=self.words.money(amount, "EUR"))

    def joined(self, slip: Slip) -> bytes:
        """The floor."""
        codec = PAPER_80.page_for(slip.language).codec
        return b"".join(_line(block).encode(codec, "replace") + b"\n" for block in slip.blocks)


def _line(block: Block) -> str:
    return f"{block.text:<38}{block.value:>10}" if block.value else block.text or "-" * 48


def write(services: Services, language: str) -> Written:
    """A real sale's slip in a language, filled up to 25 lines with the goods."""
    member = MemberId(buyers()[ALL.index(language)])
    done = services.counter.sell(request_for(services, member, POINTS))
    words = Words(language, paper=True)
    country, _ = demo.COUNTRY_OF_LANGUAGE[language]
    till = replace(
        services.counter.till, country=country, language=language, address=demo.ADDRESSES[language]
    )
    slip = sale_slip(SlipId(main.new_id()), till, done.sale, done.entries, done.view, words)
    goods = cycle(demo.demo_products(language, "EUR"))
    more = [
        Block("pair", product.name, words.money(product.price, "EUR"))
        for product in islice(goods, max(LINES - len(slip.blocks), 0))
    ]
    return Written(replace(slip, blocks=(*slip.blocks[:6], *more, *slip.blocks[6:])), words)


@contextmanager
def written(languages: Sequence[str] = LANGUAGES) -> Iterator[dict[str, Written]]:
    """A slip for each language."""
    with tempfile.TemporaryDirectory(prefix="till-bench-") as name:
        make_shop(Path(name) / "till.db", 3000)
        database = open_database(Path(name) / "till.db")
        try:
            services = services_over(database)
            yield {language: write(services, language) for language in languages}
        finally:
            database.close()


def measure(scale: Scale) -> list[Figure]:
    """``slip``."""
    with written() as slips, tempfile.TemporaryDirectory(prefix="till-bench-") as cache:
        encoder = SlipEncoder(PAPER_80, Path(cache))
        kept = {name: _in_turns(encoder, made, scale.slips) for name, made in slips.items()}
        sizes = {name: len(encoder.encode(made.slip, _JOB)) for name, made in slips.items()}
    told = ", ".join(
        f"{language} {median(ours):.2f}/{p99(ours):.2f} ms {sizes[language]:,} bytes"
        for language, (ours, _) in kept.items()
    )
    note = (
        f"{LINES} lines on 80 mm; p50/p99 {told} (he: every line a"
        f" picture), amounts and number new each time; the row is {MAIN};"
        " floor: the same lines joined, one fixed code page"
    )
    return [Figure("slip", "ms", *kept[MAIN], note, AIM)]


def _in_turns(encoder: SlipEncoder, made: Written, slips: int) -> tuple[list[float], list[float]]:
    def ours(turn: int) -> float:
        slip = made.turn(turn)
        return timed(lambda: encoder.encode(slip, _JOB))

    def floor(turn: int) -> float:
        slip = made.turn(turn)
        return timed(lambda: made.joined(slip))

    return in_turns(slips, ours, floor, warm_up=20)
