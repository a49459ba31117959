"""Whatever several printers answer, no slip prints twice, none is forgotten, order holds."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

import pytest

from terminal.services.printing import PrintSpool
from terminal.slips import SlipState
from tests.services.printer_stand import kept, queue
from tests.services.test_printing import Outcome

ANSWERS = [
    *[Outcome("printed")] * 4, Outcome("sent"), Outcome("unknown", "lost"),
    *[Outcome("waiting", cause) for cause in ("paper_out", "cover_open", "busy", "unreachable")],
]  # fmt: skip
HISTORIES = 25
STEPS = 60


@dataclass
class Fickle:
    """Answers by chance while it is ``ill``; ``out`` are the slips that came out of it."""

    chance: Random
    ill: bool = True
    given: list[str] = field(default_factory=list)
    out: list[str] = field(default_factory=list)
    torn: bool = False

    def print(self, slip, /, *, after_unknown=False):
        answer = self.chance.choice(ANSWERS) if self.ill else Outcome("printed")
        if answer.state == "waiting":
            return answer
        assert after_unknown is self.torn, "what was torn off is cleared away, and only then"
        self.torn = answer.state == "unknown"
        self.given.append(slip.id)
        if not self.torn or self.chance.random() < 0.5:
            self.out.append(slip.id)
        return answer


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_by_chance(shop, seed, caplog):
    chance = Random(seed)
    names = ["front", "back", "cellar"][: chance.randint(1, 3)]
    printers = {name: Fickle(chance) for name in names}
    spool = PrintSpool(
        shop.database, printers, shop.bus, clock=shop.clock, new_id=shop.new_id
    )  # fmt: skip
    slips, freed, number = [], set(), 0
    for _ in range(STEPS):
        step = chance.randrange(8)
        if step < 3:
            number += 1
            slips.append(queue(shop, number))
        elif step == 3:
            shop.later(seconds=chance.choice([1, 3, 8, 40]))
        elif step == 4:
            spool.printer_is(chance.choice(names), chance.choice(["", "paper_out", "busy"]))
        elif step == 5 and slips:
            which = chance.choice(slips)
            freed.add(which)
            spool.send_to(which, chance.choice([*names, ""]))
        elif step == 6:
            spool.hurry()
        spool.run_once()

    # Well again: everything that waits comes out, nothing that may be out does.
    for name, printer in printers.items():
        printer.ill = False
        spool.printer_is(name, "")
    shop.later(seconds=60)
    while spool.run_once():
        shop.later(seconds=60)
    assert {kept(shop, each).state for each in slips} <= {
        SlipState.PRINTED, SlipState.SENT, SlipState.UNKNOWN
    }  # fmt: skip
    times = Counter(slip for printer in printers.values() for slip in printer.out)
    assert set(times.values()) <= {1}, "twice on paper"
    for each in slips:
        job = kept(shop, each)
        assert times[each] == 1 or job.state is SlipState.UNKNOWN, "forgotten"
        assert each in printers[job.printer].given, "another printer had it"
    for printer in printers.values():
        in_order = [slip for slip in printer.given if slip not in freed]
        assert in_order == sorted(in_order, key=lambda slip: int(slip[2:])), "out of order"
