"""Games kept: stock and budgets, several tills, audits, and the documentation's page as written."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal import errors
from terminal.games import (
    Game,
    GameTotals,
    Prize,
    Won,
    odds_lines,
    offered,
    published,
    shown,
    stop_of,
)
from terminal.i18n import Words
from terminal.ids import EntryId, derived_id
from terminal.ledger import EntryKind, LedgerEntry
from terminal.services.games import BATCH
from terminal.slips import slip_text
from tests.stories.fair import ALL_COFFEE, ALL_POINTS, ATHENS, Fair, wheel

PAGE = Path(__file__).parents[2] / "docs" / "programme" / "games.md"


# -- stock and budget ------------------------------------------------------------------------


def test_the_second_of_one_gets_the_consolation_and_hears_why(fair):
    fair.games = (
        wheel(out_of=1, prizes=(Prize(code="big", name="The basket", weight=1, reward="BASKET",
                                      money=4_000, stock=1),)),
    )  # fmt: skip
    first, second = fair.member("first"), fair.member("second")
    assert fair.turn(first).view.drawn.won == Won("reward", code="BASKET")
    done = fair.turn(second)
    assert (done.view.drawn.won, done.view.drawn.why) == (Won("nothing"), "stock")
    assert "The basket has run out. In its place: All the best." in slip_text(done.slip.slip.blocks)
    assert len(fair.issued) == 1


def test_two_tills_on_one_database_never_give_more_than_there_is(fair, tmp_path):
    game = wheel(
        out_of=2, budget_points=600, per_member_day=None,
        prizes=(
            Prize(code="ten", name="10", weight=1, points=10, stock=50),
            Prize(code="thirty", name="30", weight=1, points=30),
        ),
    )  # fmt: skip
    fair.games = (game,)
    members = [fair.member(f"member {n}") for n in range(4)]
    tills = [fair, *(Fair(fair.path, (game,), luck=10 * n) for n in range(1, 4))]

    def play(till: Fair, member: str) -> int:
        return [till.turn(member) for _ in range(15)][-1].balance

    with ThreadPoolExecutor(len(tills)) as hands:
        balances = list(hands.map(play, tills, members))
    found = fair.service.audit("autumn")
    for till in tills[1:]:
        till.close()
    assert found.findings == ()
    assert (found.totals.plays, found.revealed) == (60, 60)
    assert found.totals.points == sum(balances)
    assert 570 < found.totals.points <= 600


actions = st.lists(
    st.tuples(
        st.sampled_from(["eleni", "anna", "maria"]),
        st.sampled_from(["offer", "play", "play", "again", "hour", "night"]),
    ),
    max_size=40,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=actions, luck=st.integers(0, 10**6))
def test_whatever_members_do_limits_and_budgets_hold_and_the_books_agree(tmp_path, story, luck):
    game = wheel(
        out_of=3, per_member_day=2, per_member=5, budget_points=120, budget_money=400,
        prizes=(
            Prize(code="fifty", name="50", weight=1, points=50, stock=2),
            Prize(code="five", name="5", weight=1, points=5),
            Prize(code="coffee", name="A coffee", weight=1, coupon="COFFEE", money=180),
        ),
    )  # fmt: skip
    fair = Fair(tmp_path / f"{uuid4()}.db", (game,), luck=luck)
    for name in ("eleni", "anna", "maria"):
        fair.member(name)
    days: Counter = Counter()  # a slow, obvious count of what was revealed when
    waiting: dict[str, str] = {}
    done: list[str] = []
    for member, action in story:
        if action in ("hour", "night"):
            fair.later(hours=1 if action == "hour" else 12)
        elif action == "again" and done:
            assert fair.service.play(done[0]).view.id == done[0]
        elif action == "play" and member in waiting:
            done.append(waiting.pop(member))
            fair.service.play(done[-1])
            days[member, fair.moment.astimezone(ATHENS).date()] += 1
        else:
            ever = sum(n for (who, _day), n in days.items() if who == member)
            full = days[member, fair.moment.astimezone(ATHENS).date()] >= 2 or ever >= 5
            try:
                offer = fair.service.offer(member, "autumn")
            except errors.PlayLimitReached:
                assert full
                assert member not in waiting
            else:
                assert member in waiting or not full
                assert waiting.setdefault(member, offer.id) == offer.id
    assert all(times <= 2 for times in days.values())
    found = fair.service.audit("autumn")
    assert found.findings == ()
    assert (found.totals.plays, found.revealed) == (len(done) + len(waiting), len(done))
    assert found.totals.points <= 120
    assert found.totals.money <= 400
    assert found.totals.of("fifty") <= 2
    booked = [entry for name in ("eleni", "anna", "maria") for entry in fair.entries(name)]
    won = [fair.stored(play).drawn.won for play in done]
    assert sum(entry.points for entry in booked) == sum(each.points for each in won)
    assert len(fair.issued) == sum(1 for each in won if each.code)
    fair.close()


# -- the audit -------------------------------------------------------------------------------


def test_an_audit_holds_every_play_against_the_ledger(fair):
    fair.games = (wheel(**ALL_POINTS, per_member_day=None),)
    eleni = fair.member()
    fair.turn(eleni)
    sealed = fair.service.offer(eleni, "autumn")
    assert fair.service.audit("autumn").findings == ()
    with fair.database.write() as uow:  # somebody writes "revealed" without booking the points
        uow.games.put_play(replace(fair.stored(sealed.id), played_at=fair.moment))
        uow.commit()
    found = fair.service.audit("autumn").findings
    assert [(each.number, each.what) for each in found] == [(2, "ledger")]


def test_an_audit_notices_points_for_a_play_that_was_never_revealed(fair):
    fair.games = (wheel(**ALL_POINTS),)
    eleni = fair.member()
    offer = fair.service.offer(eleni, "autumn")
    with fair.database.write() as uow:
        uow.ledger.append([
            LedgerEntry(id=EntryId(derived_id("game", offer.id)), member_id=eleni, points=50,
                        kind=EntryKind.BONUS, decided_at=fair.moment, till="T1", seq=99)
        ])  # fmt: skip
        uow.commit()
    assert [each.what for each in fair.service.audit("autumn").findings] == ["ledger"]


def test_an_audit_reads_long_games_to_the_end(fair):
    game, totals = wheel(**ALL_COFFEE), GameTotals()
    fair.member()
    with fair.database.write() as uow:
        for n in range(BATCH + 3):
            play = offered(game, totals, fair.seed(), play_id=f"p{n:04}", member_id="eleni",
                           till="T1", at=fair.moment)  # fmt: skip
            uow.games.put_play(play)
            totals = uow.games.totals("autumn")
        uow.commit()
    found = fair.service.audit("autumn")
    assert (found.totals.plays, found.revealed, found.findings) == (BATCH + 3, 0, ())


# -- the page of the documentation -----------------------------------------------------------


def fenced(language: str) -> str:
    """The page's one block in that language."""
    (block,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    return block


def page_game() -> Game:
    return msgspec.convert(tomllib.loads(fenced("toml"))["games"][0], Game)


def test_the_game_on_the_page_has_the_odds_on_the_page():
    game = page_game()
    rows = re.findall(r"^\| (.+?) \| (\S+ in .+?) \|$", PAGE.read_text("utf-8"), re.M)
    assert odds_lines(game, Words("en")) == rows


def test_the_record_on_the_page_is_what_this_till_would_hand_out():
    game = page_game()
    record = json.loads(fenced("json"))
    before = json.loads(record["terms"])["before"]
    totals = GameTotals(**{**before, "given": tuple(map(tuple, before["given"]))})
    play = offered(
        game, totals, bytes.fromhex(record["seed"]), play_id=record["play"], member_id="m",
        till="T1", at=datetime(2026, 12, 1, 10, tzinfo=UTC),
    )  # fmt: skip
    assert json.loads(published(shown(replace(play, played_at=play.created_at)))) == record


def test_the_wheel_on_the_page_stops_where_it_says():
    text = PAGE.read_text("utf-8")
    ticket, share = re.search(r"ticket (\d+) of 10,000: at ([\d.]+) % of a turn", text).groups()
    assert stop_of(page_game(), int(ticket)) == Fraction(share) / 100


def test_the_recipe_on_the_page_finds_the_draw_and_notices_a_lie(tmp_path):
    said = re.search(r"It prints `(.+?)`", PAGE.read_text("utf-8"))[1]
    (tmp_path / "play.json").write_text(fenced("json"), "utf-8")

    def run() -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-I", "-c", fenced("python")], cwd=tmp_path, text=True,
            capture_output=True, check=False,
        )  # fmt: skip

    assert run().stdout.strip() == said
    record = json.loads(fenced("json"))
    record["terms"] = record["terms"].replace('"weight":1500', '"weight":1501')
    (tmp_path / "play.json").write_text(json.dumps(record), "utf-8")
    assert "AssertionError" in run().stderr


@pytest.mark.skipif(not shutil.which("openssl"), reason="the shell recipe is for whoever has it")
def test_the_recipe_for_a_shell_finds_the_same():
    record = json.loads(fenced("json"))
    done = subprocess.run(
        ["sh", "-c", fenced("sh")], text=True, capture_output=True, check=True
    )  # fmt: skip
    seal, digest = (re.search(r"[0-9a-f]{64}", line)[0] for line in done.stdout.splitlines())
    assert seal == record["commitment"]
    assert int(digest[:8], 16) % 10_000 + 1 == record["drawn"]["ticket"]
