"""Games as data and on slips: what is refused, doubted and printed."""

from dataclasses import replace
from datetime import UTC, date

import msgspec
import pytest

from terminal import game_slips
from terminal.games import (
    Game,
    GameTotals,
    Prize,
    doubts,
    offered,
    shown,
)
from terminal.i18n import Words
from terminal.services.models import Till
from terminal.slips import slip_text
from tests.unit.gaming import NOON, plays, seed_that_lands_on, wheel

# -- games as data ---------------------------------------------------------------------------


def with_prize(**more) -> dict:
    return {"prizes": (Prize(**{"code": "p", "name": "p", "weight": 100, "points": 5, **more}),)}


def rest(weight: int = 9_900, **more) -> dict:
    return {"consolation": Prize(code="wish", name="w", weight=weight, **more)}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({**rest(9_000)}, "the odds add up to 11525 of 10000 tickets: 1525 too many"),
        ({**rest(1)}, "the odds add up to 2526 of 10000 tickets: 7474 missing"),
        ({"out_of": 0}, "out_of is 0, it must be from 1 to 1000000000"),
        ({"out_of": 10**9 + 1}, "out_of is 1000000001, it must be from 1"),
        ({"prizes": (), **rest(10_000)}, "there is nothing to win"),
        ({**with_prize(stock=-1), **rest()}, "prize 'p' has a negative stock: -1"),
        ({**with_prize(points=-5), **rest()}, "prize 'p' has a negative points: -5"),
        ({**with_prize(money=-5), **rest()}, "prize 'p' has a negative money: -5"),
        ({**with_prize(weight=-1), **rest(10_001)}, "prize 'p' has a negative weight: -1"),
        ({**with_prize(weight=0), **rest(10_000)}, "prize 'p' has no ticket"),
        ({**with_prize(coupon="C"), **rest()}, "prize 'p' is more than one thing"),
        ({**with_prize(code="wish"), **rest()}, "two prizes are called 'wish'"),
        ({**with_prize(code="a:b"), **rest()}, "'a:b' is not a code"),
        ({"code": ""}, "'' is not a code"),
        (rest(7_475, points=1), "the consolation costs 1 points and 0 of money"),
        (rest(7_475, money=20), "the consolation costs 0 points and 20 of money"),
        (rest(7_475, stock=9), "the consolation has a stock"),
        ({"budget_points": -1}, "budget_points is negative: -1"),
        ({"budget_money": -1}, "budget_money is negative: -1"),
        ({"per_member_day": 0}, "per_member_day is 0, nobody could play"),
        ({"per_member": -2}, "per_member is -2, nobody could play"),
        (
            {"starts": date(2026, 12, 2), "ends": date(2026, 12, 1)},
            "it ends on 2026-12-01, before it starts on 2026-12-02",
        ),
    ],
)
def test_an_impossible_game_is_refused_in_clear_words(more, words):
    with pytest.raises(ValueError, match="game ") as refused:
        wheel(**more)
    assert words in str(refused.value)


def test_everything_that_is_wrong_is_named_at_once():
    with pytest.raises(ValueError, match="negative stock") as refused:
        wheel(**with_prize(stock=-1), budget_money=-1)
    assert str(refused.value).startswith("game 'autumn': prize 'p' has a negative stock: -1; ")
    assert str(refused.value).endswith("; budget_money is negative: -1")


def test_a_game_in_a_file_is_read_whole_or_refused_by_its_place():
    data = msgspec.to_builtins(wheel(starts=date(2026, 12, 1)))
    assert msgspec.convert(data, Game) == wheel(starts=date(2026, 12, 1))
    with pytest.raises(msgspec.ValidationError, match=r"unknown field `wieght`.*prizes\[0\]"):
        msgspec.convert({**data, "prizes": [{**data["prizes"][0], "wieght": 3}]}, Game)
    with pytest.raises(msgspec.ValidationError, match="Invalid enum value 'dice'"):
        msgspec.convert({**data, "face": "dice"}, Game)
    with pytest.raises(msgspec.ValidationError, match=r"Invalid RFC3339.*\$\.ends"):
        msgspec.convert({**data, "ends": "2026-02-30"}, Game)
    with pytest.raises(msgspec.ValidationError, match=r"the odds add up to .* - at `\$\[0\]`"):
        msgspec.convert([{**data, "out_of": 9}], list[Game])


def test_a_game_is_on_from_its_first_day_to_its_last():
    game = wheel(starts=date(2026, 12, 1), ends=date(2026, 12, 24))
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 24), date(2026, 12, 25)]
    assert [game.on(day) for day in days] == [False, True, True, False]
    assert wheel().on(date(2030, 1, 1))
    assert not wheel(active=False).on(date(2026, 12, 5))


def test_what_is_possible_but_hardly_meant_is_said_with_the_case_that_shows_it():
    words = Words("en")
    assert doubts(wheel(), "EUR", words) == []
    odd = wheel(
        prizes=(
            Prize(code="big", name="A car", weight=1, reward="CAR", money=2_000_000, stock=1),
            Prize(code="many", name="Points", weight=1, points=6_000),
            Prize(code="none", name="A mug", weight=1, reward="MUG", stock=0),
        ),
        consolation=Prize(code="wish", name="w", weight=9_997),
        per_member_day=None,
    )
    assert doubts(odd, "EUR", words) == [
        "“A car” can never be won: it costs €20,000.00, the budget is €360.00.",
        "“Points” can never be won: it is 6,000 points, the budget is 5,000.",
        "“A mug” can never be won: there are none in stock.",
        "“A mug” does not count against the budget: it has no cost.",
        "A member can play without end: there is no limit.",
    ]


# -- slips -----------------------------------------------------------------------------------

TILL = Till(code="T1", name="Till 1", shop="Elia Deli", address="", country="GR", language="el",
            currency="EUR", card_prefix="2950")  # fmt: skip


def revealed_on(prize: str, totals: GameTotals = GameTotals(), **more):  # noqa: B008 - frozen
    game = wheel()
    seed = seed_that_lands_on(prize, game, "p")
    play = offered(game, totals, seed, play_id="p", member_id="m", till="T1", at=NOON)
    return replace(play, played_at=NOON, **more)


def test_the_slip_before_the_play_carries_odds_and_seal_but_no_key():
    (play,) = plays(wheel(face="scratch"), 1)
    words = Words("en", paper=True, zone=UTC)
    slip = game_slips.game_slip("s", TILL, game_slips.offer_blocks(shown(play), words), NOON, words)
    text = slip_text(slip.blocks)
    assert "Autumn wheel\nOne scratch card\nPlay number 1" in text
    assert "A coffee 1,000 in 10,000 (10%)" in text
    assert "What has run out turns into: All the best." in text
    assert f"{play.commitment[:32]}\n{play.commitment[32:]}" in text
    assert play.seed[:32] not in text
    assert text.count("ΔΕΝ ΑΠΟΤΕΛΕΙ ΦΟΡΟΛΟΓΙΚΟ ΣΤΟΙΧΕΙΟ") == 2
    assert "1 Dec 2026 10:00\nTill 1" in text
    assert text.endswith("Your receipt comes from the cash register.")
    assert (
        max(len(line) for line in text.splitlines() if set(line) <= set("0123456789abcdef")) == 32
    )
    own = Words("el", paper=True)
    assert len(game_slips.game_slip("s", TILL, [], NOON, own).blocks) == len(slip.blocks) - 1 - len(
        game_slips.offer_blocks(shown(play), words)
    )


def test_the_slip_after_the_play_carries_the_prize_and_the_key():
    play = revealed_on("fifty")
    text = slip_text(game_slips.reveal_blocks(shown(play), 1234, Words("en", paper=True)))
    assert "Autumn wheel\n50 points\nPoints won +50\nPoints now 1,234" in text
    assert f"Ticket {play.drawn.ticket:,} of 10,000" in text
    assert f"The key to it:\n{play.seed[:32]}\n{play.seed[32:]}" in text
    assert f"p {play.seed} {shown(play).terms_sha}" in text


def test_a_coupon_that_was_won_stands_on_the_slip_to_be_scanned():
    blocks = game_slips.reveal_blocks(
        shown(revealed_on("coffee", voucher="K7Q2")), 0, Words("en", paper=True)
    )
    assert [block.text for block in blocks if block.kind == "barcode"] == ["K7Q2"]


@pytest.mark.parametrize(
    ("prize", "totals", "sentence"),
    [
        (
            "jackpot",
            GameTotals(given=(("jackpot", 3),)),
            "1,000 points has run out. In its place: All the best.",
        ),
        (
            "fifty",
            GameTotals(points=5_000),
            "50 points is more than is left to win. In its place: All the best.",
        ),
    ],
)
def test_a_prize_that_was_gone_is_named_on_the_slip(prize, totals, sentence):
    text = slip_text(
        game_slips.reveal_blocks(shown(revealed_on(prize, totals)), 0, Words("en", paper=True))
    )
    assert sentence in text
    assert "Points won" not in text


def test_a_sealed_play_has_no_slip_of_its_prize():
    (play,) = plays(wheel(), 1)
    with pytest.raises(ValueError, match="not revealed"):
        game_slips.reveal_blocks(shown(play), 0, Words("en"))
