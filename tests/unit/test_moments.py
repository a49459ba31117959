"""What is about this very person now."""

from datetime import UTC, date, datetime

import pytest

from terminal.programs.calendar import zone
from terminal.programs.conditions import Cap, Limits, When, Who
from terminal.programs.effects import MoneyOff, PerOrder
from terminal.programs.facts import Facts, Occasion, Uses
from terminal.programs.model import Promotion, Rule
from terminal.programs.moments import moments
from tests.unit.making import program

ATHENS = zone("Europe/Athens")
NOW = Occasion(datetime(2026, 11, 22, 9, tzinfo=UTC), ATHENS)
ONCE = Limits(caps=(Cap(per="year", times=1),))


def rule(**who: object) -> Rule:
    return Rule(code="own", gives=PerOrder(50), who=Who(**who), limits=ONCE)


@pytest.mark.parametrize(
    ("who", "facts", "told"),
    [
        ({"birthday": (3, 3)}, Facts(birthday="11-24"), ("birthday", date(2026, 11, 24))),
        ({"birthday": (3, 3)}, Facts(birthday="11-26"), None),
        ({"birthday": (3, 3)}, Facts(), None),
        (
            {"anniversary": (0, 7)},
            Facts(joined_at=datetime(2024, 11, 20, 9, tzinfo=UTC)),
            ("anniversary", date(2026, 11, 20)),
        ),
        (
            {"away_days": 90},
            Facts(joined_at=NOW.at, last_order=datetime(2026, 6, 1, tzinfo=UTC)),
            ("away", None),
        ),
        ({}, Facts(birthday="11-22"), None),
    ],
)
def test_what_is_told_at_the_scan(who, facts, told):
    found = [(each.kind, each.day) for each in moments(program(rules=(rule(**who),)), facts, NOW)]
    assert found == ([told] if told else [])


def test_what_was_given_this_year_or_is_not_on_today_is_not_told_again():
    birthday = Facts(birthday="11-24")
    used = Facts(birthday="11-24", uses={("own", "year"): Uses(times=1)})
    mine = rule(birthday=(3, 3))
    assert moments(program(rules=(mine,)), used, NOW) == []
    later = Promotion(
        code="later", gives=MoneyOff(100), who=mine.who, when=When(starts="2026-12-01")
    )
    assert moments(program(promotions=(later,)), birthday, NOW) == []
    gone = Rule(code="own", gives=PerOrder(50), who=mine.who, active=False)
    assert moments(program(rules=(gone,)), birthday, NOW) == []
