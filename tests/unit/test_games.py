"""Games: odds as published, budgets that hold, and draws that anybody finds again."""

import hashlib
import hmac
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal import game_slips
from terminal.games import (
    Game,
    GameTotals,
    Prize,
    Won,
    after,
    audit,
    commit,
    cost_per_play,
    doubts,
    draw,
    fields_of,
    odds,
    odds_lines,
    offered,
    percent,
    published,
    read_play,
    replay,
    said,
    shown,
    stop_of,
    ticket_of,
    totals_after,
    write_play,
)
from terminal.games.auditing import upper_tail
from terminal.i18n import Words
from terminal.services.models import Till
from terminal.slips import slip_text

NOON = datetime(2026, 12, 1, 10, tzinfo=UTC)
SEED = bytes(range(32))
# Upper critical values of chi-square at 0.001, as printed in tables, by degrees of freedom.
CRITICAL = {1: 10.828, 2: 13.816, 3: 16.266, 4: 18.467, 5: 20.515, 6: 22.458, 9: 27.877}


def wheel(**more) -> Game:
    """A wheel with three prizes of 10 000 tickets, one of them scarce."""
    return Game(
        **{
            "code": "autumn",
            "name": {"en": "Autumn wheel", "el": "Φθινοπωρινός τροχός"},
            "out_of": 10_000,
            "prizes": (
                Prize(code="jackpot", name="1,000 points", weight=25, points=1000, stock=3),
                Prize(code="fifty", name="50 points", weight=1_500, points=50),
                Prize(code="coffee", name="A coffee", weight=1_000, coupon="COFFEE", money=180),
            ),
            "consolation": Prize(code="wish", name="All the best", weight=7_475),
            "budget_points": 5_000,
            "budget_money": 36_000,
            **more,
        }
    )


def seed_of(n: object) -> bytes:
    """The n-th seed of a story."""
    return hashlib.sha256(f"story {n}".encode()).digest()


def play_of(n: int, game: Game, before: GameTotals, *, member: str = "m"):
    """The n-th play of a story."""
    return offered(
        game, before, seed_of(n), play_id=f"play-{n}", member_id=member, till="T1",
        at=NOON + timedelta(minutes=n),
    )  # fmt: skip


def plays(game: Game, count: int, member: str = "m") -> list:
    """So many plays, one after the other."""
    made, totals = [], GameTotals()
    for n in range(count):
        made.append(play_of(n, game, totals, member=member))
        totals = totals_after(made[-1])
    return made


def seed_that_lands_on(prize: str, game: Game, play_id: str) -> bytes:
    """The first seed of the story whose ticket is that prize's."""
    everything = (seed_of(n) for n in range(10_000))
    return next(s for s in everything if draw(game, s, play_id, GameTotals()).landed == prize)


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


def chi_square(landed: Counter, game: Game, draws: int) -> float:
    return float(
        sum((landed[o.prize.code] - o.share * draws) ** 2 / (o.share * draws) for o in odds(game))
    )


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


prizes = st.builds(
    lambda code, weight, worth, stock: Prize(
        code=f"p{code}", name="x", weight=weight, stock=stock,
        points=worth if code % 2 else 0, coupon="" if code % 2 else "C",
        money=0 if code % 2 else worth,
    ),
    st.integers(0, 9), st.integers(1, 40), st.integers(1, 300), st.none() | st.integers(0, 5),
)  # fmt: skip
games = st.builds(
    lambda some, rest, points, money: Game(
        code="g", name="g", prizes=tuple(some), budget_points=points, budget_money=money,
        out_of=sum(p.weight for p in some) + rest,
        consolation=Prize(code="rest", name="rest", weight=rest),
    ),
    st.lists(prizes, min_size=1, max_size=5, unique_by=lambda p: p.code), st.integers(0, 30),
    st.none() | st.integers(0, 900), st.none() | st.integers(0, 900),
)  # fmt: skip


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


# -- records ---------------------------------------------------------------------------------


def test_every_play_is_found_again_from_its_written_record():
    for play in plays(wheel(), 300):
        again = read_play(write_play(play))
        assert again == play
        assert replay(again) == play.drawn


def test_a_play_shows_its_key_only_once_it_is_revealed():
    (play,) = plays(wheel(), 1)
    sealed = shown(play)
    assert (sealed.seed, sealed.drawn) == ("", None)
    assert play.seed not in published(sealed)
    view = shown(replace(play, played_at=NOON, voucher="XY12"))
    assert (view.seed, view.drawn, view.voucher) == (play.seed, play.drawn, "XY12")
    told = msgspec.json.decode(published(view))
    assert (told["seed"], told["drawn"]["ticket"]) == (play.seed, play.drawn.ticket)
    assert told["commitment"] == sealed.commitment
    assert "member" not in published(view)


def test_a_play_at_no_particular_time_is_refused():
    (play,) = plays(wheel(), 1)
    with pytest.raises(ValueError, match="timezone-aware"):
        replace(play, played_at=datetime(2026, 12, 1))  # noqa: DTZ001


def test_nothing_that_was_promised_can_be_changed_without_breaking_the_seal():
    game, totals = wheel(), GameTotals()
    (play,) = plays(game, 1)
    dearer = wheel(budget_points=10)
    fewer = offered(dearer, totals, bytes.fromhex(play.seed), play_id="play-0", member_id="m",
                    till="T1", at=NOON)  # fmt: skip
    gone = offered(game, GameTotals(given=(("jackpot", 3),)), bytes.fromhex(play.seed),
                   play_id="play-0", member_id="m", till="T1", at=NOON)  # fmt: skip
    other = play_of(1, game, totals)
    seals = {play.commitment, fewer.commitment, gone.commitment, other.commitment}
    assert len(seals) == 4
    assert commit(bytes.fromhex(play.seed), "play-1", play.terms) not in seals


# -- the audit -------------------------------------------------------------------------------


def test_an_audit_of_an_honest_game_finds_nothing_and_tells_how_the_luck_was():
    made = plays(wheel(), 2_000)
    found = audit([replace(play, played_at=NOON) for play in made[:1_999]] + made[1_999:])
    assert found.findings == ()
    assert (found.totals.plays, found.revealed) == (2_000, 1_999)
    by_code = {tally.prize: tally for tally in found.tallies}
    assert by_code["fifty"].expected == 300
    assert by_code["jackpot"].expected == 5
    assert sum(tally.landed for tally in found.tallies) == 2_000
    assert by_code["coffee"].given == found.totals.of("coffee") <= 200
    assert len(found.classes) == 4
    assert found.likelihood > 0.001


def test_prizes_too_rare_to_judge_are_judged_together():
    found = audit(plays(wheel(), 40))  # 0.1 jackpots, 4 coffees, 6 times fifty, 29.9 wishes
    assert [float(expected) for _landed, expected in found.classes] == [10.1, 29.9]
    assert audit([]).classes == ()
    assert audit([]).likelihood == 1


def test_an_audit_of_a_game_that_was_changed_weighs_each_play_by_its_own_odds():
    made, totals = [], GameTotals()
    for n, game in enumerate([wheel()] * 10 + [wheel(out_of=9_999, consolation=Prize(
        code="wish", name="w", weight=7_474))] * 10):  # fmt: skip
        made.append(play_of(n, game, totals))
        totals = totals_after(made[-1])
    found = audit(made)
    assert found.findings == ()
    wished = next(t for t in found.tallies if t.prize == "wish")
    assert wished.expected == 10 * Fraction(7_475, 10_000) + 10 * Fraction(7_474, 9_999)


def luckier(play):
    return replace(play, drawn=replace(play.drawn, prize="jackpot", won=Won("points", points=1000)))


def other_terms(play):
    return replace(play, terms=play.terms.replace('"weight":1500', '"weight":1499').replace(
        '"weight":7475', '"weight":7476'))  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (luckier, {"draw"}),
        (other_terms, {"commitment"}),
        (lambda play: replace(play, seed=seed_of(77).hex()), {"commitment", "draw"}),
        (lambda play: replace(play, seed="no key"), {"terms"}),
        (lambda play: replace(play, terms="{}"), {"terms"}),
        (lambda play: replace(play, terms="gone"), {"terms"}),
        (lambda play: replace(play, game="spring"), {"terms"}),
        (lambda play: replace(play, commitment="0" * 64), {"commitment"}),
        (lambda play: replace(play, number=9), {"number"}),
    ],
)
def test_an_audit_names_the_play_that_was_tampered_with(wrong, found):
    made = plays(wheel(), 6)
    made[3] = wrong(made[3])
    findings = audit(made).findings
    assert {each.what for each in findings if each.play_id == "play-3"} == found


def test_an_audit_notices_a_play_that_is_missing_or_stands_twice():
    made = plays(wheel(), 6)
    assert [(f.play_id, f.what) for f in audit(made[:2] + made[3:]).findings] == [
        ("play-3", "number")
    ]
    twice = [f.what for f in audit([*made[:3], made[2], *made[3:]]).findings]
    assert twice == ["number", "seed"]


def test_an_audit_notices_a_prize_that_was_said_to_be_gone():
    game = wheel()
    first, second = plays(game, 2)
    lied = GameTotals(plays=1, given=(("jackpot", 3),))
    false = play_of(1, game, lied)
    findings = [(f.play_id, f.what) for f in audit([first, false]).findings]
    assert findings == [("play-1", "totals")]
    assert audit([first, second]).findings == ()


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


# -- faces -----------------------------------------------------------------------------------


@given(games, st.integers(0, 10**6))
def test_the_wheel_stops_within_the_segment_of_its_prize(game, n):
    drawn = draw(game, SEED, f"p{n}", GameTotals())
    stop, edge = stop_of(game, drawn.ticket), Fraction(0)
    for each in odds(game):
        if each.prize.code == drawn.landed:
            assert edge < stop < edge + each.share
        edge += each.share
    assert edge == 1


@given(games, st.integers(0, 10**6))
def test_a_card_shows_three_alike_only_of_what_was_drawn_and_nothing_nearly_won(game, n):
    play = replace(play_of(n, game, GameTotals()), played_at=NOON)
    fields = fields_of(shown(play))
    assert len(fields) == 9
    assert fields == fields_of(shown(play))
    alike = {code: times for code, times in Counter(fields).items() if code and times > 1}
    lost = play.drawn.landed == game.consolation.code
    assert alike == ({} if lost else {play.drawn.landed: 3})
    assert set(fields) <= {"", *(prize.code for prize in game.prizes)}


def test_the_three_alike_lie_anywhere_on_the_card():
    seen: Counter = Counter()
    for n in range(2_000):
        view = shown(replace(play_of(n, wheel(), GameTotals()), played_at=NOON))
        if view.drawn.landed == "fifty":
            seen.update(place for place, code in enumerate(fields_of(view)) if code == "fifty")
    mean = seen.total() / 9
    assert sorted(seen) == list(range(9))
    assert all(abs(n - mean) < 5 * mean**0.5 for n in seen.values())


def test_a_card_that_nobody_scratched_shows_nothing():
    with pytest.raises(ValueError, match="not revealed"):
        fields_of(shown(plays(wheel(), 1)[0]))


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
    assert "Till 1  1 Dec 2026 10:00" in text
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
    text = slip_text(game_slips.reveal_blocks(shown(play), Words("en", paper=True)))
    assert "Autumn wheel\n50 points\nPoints won +50" in text
    assert f"Ticket {play.drawn.ticket:,} of 10,000" in text
    assert f"The key to it:\n{play.seed[:32]}\n{play.seed[32:]}" in text
    assert f"p {play.seed} {shown(play).terms_sha}" in text


def test_a_coupon_that_was_won_stands_on_the_slip_to_be_scanned():
    blocks = game_slips.reveal_blocks(
        shown(revealed_on("coffee", voucher="K7Q2")), Words("en", paper=True)
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
        game_slips.reveal_blocks(shown(revealed_on(prize, totals)), Words("en", paper=True))
    )
    assert sentence in text
    assert "Points won" not in text


def test_a_sealed_play_has_no_slip_of_its_prize():
    (play,) = plays(wheel(), 1)
    with pytest.raises(ValueError, match="not revealed"):
        game_slips.reveal_blocks(shown(play), Words("en"))
