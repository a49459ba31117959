"""Games: odds as published, budgets that hold in any order of plays."""

import hashlib
import hmac
from collections import Counter
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.games import (
    GameTotals,
    Prize,
    Won,
    after,
    audit,
    commit,
    cost_per_play,
    draw,
    odds,
    odds_lines,
    offered,
    percent,
    replay,
    said,
    shown,
    ticket_of,
    totals_after,
)
from terminal.games.auditing import upper_tail
from terminal.i18n import Words
from tests.unit.gaming import (
    CRITICAL,
    NOON,
    SEED,
    chi_square,
    games,
    play_of,
    seed_of,
    seed_that_lands_on,
    wheel,
)

# -- the draw --------------------------------------------------------------------------------


def test_a_draw_is_what_the_written_recipe_finds_with_nothing_but_hashes():
    game, before = wheel(), GameTotals(plays=7, points=120)
    play = play_of(1, game, before)
    terms = hashlib.sha256(play.terms.encode()).hexdigest()
    sealed = f"play-1:{play.seed}:{terms}".encode()
    assert play.commitment == hashlib.sha256(sealed).hexdigest()
    digest = hmac.new(bytes.fromhex(play.seed), b"play-1:1", hashlib.sha256).hexdigest()
    assert play.drawn.ticket == int(digest[:8], 16) % 10_000 + 1
    assert play.number == 8
    assert shown(play).terms_sha == terms


def test_known_seeds_give_the_tickets_they_always_gave():
    # Found with openssl dgst -sha256 -mac HMAC and sha256sum, not with this program.
    found = [ticket_of(SEED, f"play-{n}", 10_000) for n in range(4)]
    assert found == [(4_786, 1), (9_286, 1), (4_736, 1), (9_801, 1)]
    terms = '{"game":1}'
    assert commit(SEED, "play-0", terms) == (
        "2f977f5b0bffe814ed9302160e0768b88a171f29a281d91e07d0cb956265263d"
    )


def test_each_owner_of_tickets_owns_exactly_his():
    game = wheel(
        out_of=6,
        prizes=(
            Prize(code="one", name="1", weight=1, points=1),
            Prize(code="two", name="2", weight=2, reward="MUG"),
        ),
        consolation=Prize(code="rest", name="rest", weight=3),
    )
    owner = {}
    for n in range(200):
        drawn = draw(game, SEED, f"p{n}", GameTotals())
        owner.setdefault(drawn.ticket, set()).add(drawn.prize)
    assert owner == {1: {"one"}, 2: {"two"}, 3: {"two"}, 4: {"rest"}, 5: {"rest"}, 6: {"rest"}}
    assert [(each.first, each.last) for each in odds(game)] == [(1, 1), (2, 3), (4, 6)]


def test_numbers_that_would_favour_some_tickets_are_drawn_again():
    # 2^32 is not a multiple of 10^9: without a second try the first 294,967,296 tickets would be
    # a quarter likelier, 34.3 % of all draws instead of 29.5 %.
    low = again = 0
    for n in range(20_000):
        ticket, tries = ticket_of(SEED, f"p{n}", 10**9)
        low += ticket <= 294_967_296
        again += tries > 1
    assert 0.285 < low / 20_000 < 0.305
    assert 0.060 < again / 20_000 < 0.078  # 294,967,296 of 2^32


def test_a_seed_is_32_bytes_of_chance_and_nothing_shorter():
    for short in (b"", b"guess", bytes(31), bytes(33)):
        with pytest.raises(ValueError, match="a seed has 32 bytes"):
            ticket_of(short, "p", 10)
        with pytest.raises(ValueError, match="a seed has 32 bytes"):
            commit(short, "p", "{}")


def test_what_is_won_is_named_for_whoever_hands_it_out():
    game = wheel(
        prizes=(
            Prize(code="p", name="p", weight=1, points=5),
            Prize(code="c", name="c", weight=1, coupon="TENOFF"),
            Prize(code="r", name="r", weight=1, reward="MUG", money=300),
            Prize(code="n", name="n", weight=1),
        ),
        consolation=Prize(code="wish", name="w", weight=1),
        out_of=5,
    )
    won = {}
    for n in range(100):
        drawn = draw(game, SEED, f"p{n}", GameTotals())
        won[drawn.prize] = (drawn.won, drawn.money)
    assert won == {
        "p": (Won("points", points=5), 0),
        "c": (Won("coupon", code="TENOFF"), 0),
        "r": (Won("reward", code="MUG"), 300),
        "n": (Won("nothing"), 0),
        "wish": (Won("nothing"), 0),
    }


# -- odds ------------------------------------------------------------------------------------


def test_a_million_plays_keep_to_the_published_odds():
    game, draws, nothing = wheel(), 1_000_000, GameTotals()
    landed: Counter = Counter()
    for n in range(draws):
        landed[draw(game, SEED, f"play {n}", nothing).landed] += 1
    assert landed.total() == draws
    assert chi_square(landed, game, draws) < CRITICAL[3]


def test_seeds_of_their_own_keep_to_the_odds_as_well():
    game, draws = wheel(), 100_000
    seeds = Random(20261201).randbytes
    landed = Counter(
        draw(game, seeds(32), "the same play", GameTotals()).landed for _ in range(draws)
    )
    assert chi_square(landed, game, draws) < CRITICAL[3]


def test_every_ticket_is_as_likely_as_every_other():
    draws, tickets = 200_000, 10
    landed = Counter(ticket_of(SEED, f"play {n}", tickets)[0] for n in range(draws))
    assert sorted(landed) == list(range(1, tickets + 1))
    share = draws / tickets
    assert sum((n - share) ** 2 / share for n in landed.values()) < CRITICAL[9]


def test_the_same_measure_catches_a_wheel_that_is_a_little_off():
    told, real = wheel(), wheel(
        prizes=(
            Prize(code="jackpot", name="j", weight=20, points=1000),  # not 25 as published
            Prize(code="fifty", name="f", weight=1_500, points=50),
            Prize(code="coffee", name="c", weight=1_000, coupon="COFFEE"),
        ),
        consolation=Prize(code="wish", name="w", weight=7_480),
    )  # fmt: skip
    draws = 200_000
    landed = Counter(draw(real, SEED, f"p{n}", GameTotals()).landed for n in range(draws))
    assert chi_square(landed, told, draws) > CRITICAL[3]


@pytest.mark.parametrize(
    ("value", "freedom", "tail"),
    [
        (3.841, 1, 0.05), (5.991, 2, 0.05), (7.815, 3, 0.05), (18.307, 10, 0.05),
        *((value, freedom, 0.001) for freedom, value in CRITICAL.items()),
    ],
)  # fmt: skip
def test_the_likelihood_of_luck_is_the_one_in_printed_tables(value, freedom, tail):
    assert upper_tail(value, freedom) == pytest.approx(tail, rel=0.002)
    assert upper_tail(0, freedom) == 1
    assert upper_tail(value, 0) == 1


@pytest.mark.parametrize(
    ("share", "en", "el"),
    [
        (Fraction(1, 4), "25%", "25%"),
        (Fraction(15, 100), "15%", "15%"),
        (Fraction(25, 10_000), "0.25%", "0,25%"),
        (Fraction(1, 1_000_000), "0.0001%", "0,0001%"),
        (Fraction(1, 3), "~33.33%", "~33,33%"),
        (Fraction(2, 3), "~66.67%", "~66,67%"),
        (Fraction(1, 7_000), "~0.014%", "~0,014%"),
        (Fraction(1, 10**9), "~0.00000010%", "~0,00000010%"),
        (Fraction(1), "100%", "100%"),
    ],
)
def test_odds_are_told_exactly_or_say_that_they_are_rounded(share, en, el):
    assert percent(share, Words("en")) == en
    assert percent(share, Words("el")) == el


def test_the_published_table_tells_tickets_and_percent():
    assert odds_lines(wheel(), Words("en")) == [
        ("1,000 points", "25 in 10,000 (0.25%)"),
        ("50 points", "1,500 in 10,000 (15%)"),
        ("A coffee", "1,000 in 10,000 (10%)"),
        ("All the best", "7,475 in 10,000 (74.75%)"),
    ]
    sure = wheel(
        out_of=1,
        prizes=(Prize(code="p", name={"el": "Πόντοι"}, weight=1, points=1),),
        consolation=Prize(code="w", name="w", weight=0),
    )
    assert odds_lines(sure, Words("en")) == [("Πόντοι", "1 in 1 (100%)")]


def test_a_text_is_told_in_the_language_asked_for_else_in_one_there_is():
    assert said("Plain", "hu") == "Plain"
    assert said({"en": "Coffee", "el": "Καφές"}, "el") == "Καφές"
    assert said({"en": "Coffee", "el": "Καφές"}, "hu") == "Coffee"
    assert said({"el": "Καφές"}, "hu") == "Καφές"
    assert said({}, "hu") == ""


def test_a_play_costs_on_average_what_the_odds_say():
    points, money = cost_per_play(wheel())
    assert points == Fraction(25 * 1000 + 1_500 * 50, 10_000)
    assert money == Fraction(1_000 * 180, 10_000)


# -- budgets ---------------------------------------------------------------------------------


def test_a_prize_that_has_run_out_turns_into_the_consolation_and_says_so():
    game = wheel()
    seed = seed_that_lands_on("jackpot", game, "p")
    assert draw(game, seed, "p", GameTotals(given=(("jackpot", 2),))).won.points == 1000
    gone = draw(game, seed, "p", GameTotals(given=(("jackpot", 3),)))
    assert (gone.landed, gone.prize, gone.why) == ("jackpot", "wish", "stock")
    assert gone.won == Won("nothing")


def test_a_prize_beyond_the_budget_turns_into_the_consolation_to_the_point():
    game = wheel()
    seed = seed_that_lands_on("fifty", game, "p")
    assert draw(game, seed, "p", GameTotals(points=4_950)).won.points == 50
    assert draw(game, seed, "p", GameTotals(points=4_951)).why == "budget_points"
    seed = seed_that_lands_on("coffee", game, "p")
    assert draw(game, seed, "p", GameTotals(money=35_820)).won.code == "COFFEE"
    over = draw(game, seed, "p", GameTotals(money=35_821))
    assert (over.why, over.prize, over.money) == ("budget_money", "wish", 0)


def test_what_costs_nothing_is_given_even_when_the_budget_was_lowered_below_what_is_spent():
    game = wheel(budget_points=10, budget_money=0)
    seed = seed_that_lands_on("wish", game, "p")
    assert draw(game, seed, "p", GameTotals(points=900, money=900)).why == ""


@settings(max_examples=200)
@given(games, st.lists(st.tuples(st.integers(0, 10**9), st.booleans()), max_size=60))
def test_no_order_of_plays_gives_more_than_there_is(game, story):
    """Plays are offered and revealed in any order, some never; the prizes hold all the same."""
    waiting, made, totals = [], [], GameTotals()
    for n, (chance, revealed_at_once) in enumerate(story):
        play = offered(
            game,
            totals,
            seed_of(f"{chance} {n}"),
            play_id=f"{n}",
            member_id="m",
            till="T1",
            at=NOON,
        )
        totals = totals_after(play)
        made.append(play)
        waiting.append(play)
        if revealed_at_once:  # somebody's, perhaps one that was offered long ago
            play = waiting.pop(chance % len(waiting))
            assert replay(play) == play.drawn
        assert game.budget_points is None or totals.points <= game.budget_points
        assert game.budget_money is None or totals.money <= game.budget_money
        for prize in game.prizes:
            assert prize.stock is None or totals.of(prize.code) <= prize.stock
    won = [play.drawn.won for play in made]
    assert sum(each.points for each in won) == totals.points
    assert sum(play.drawn.money for play in made) == totals.money
    assert sum(n for _code, n in totals.given) == totals.plays == len(story)
    for play in made:
        assert play.drawn.prize == (game.consolation.code if play.drawn.why else play.drawn.landed)
    assert audit(made).findings == ()
    assert audit(made).totals == totals


def test_a_hundred_thousand_plays_spend_the_budget_to_the_last_prize_and_not_a_point_more():
    game, totals = wheel(), GameTotals()
    for n in range(100_000):
        totals = after(totals, draw(game, SEED, f"p{n}", totals))
    assert totals.points == 5_000
    assert totals.money == 36_000
    assert totals.of("jackpot") <= 3
    assert totals.plays == 100_000
