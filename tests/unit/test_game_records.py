"""Plays and their records: found again, sealed, audited, and how they look."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.games import (
    GameTotals,
    Prize,
    Won,
    audit,
    commit,
    draw,
    fields_of,
    odds,
    offered,
    published,
    read_play,
    replay,
    shown,
    stop_of,
    totals_after,
    write_play,
)
from tests.unit.gaming import NOON, SEED, games, play_of, plays, seed_of, wheel

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
