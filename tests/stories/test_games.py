"""Games at the till: a sealed offer, the reveal, the prize in the books, and what goes wrong.

Real services over a real database file; the page of the documentation is played as it is written.
"""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal import errors
from terminal.db.engine import open_database
from terminal.events import EventBus, MemberChanged
from terminal.games import (
    Game,
    GameTotals,
    Prize,
    Won,
    commit,
    draw,
    odds_lines,
    offered,
    published,
    shown,
    stop_of,
)
from terminal.i18n import Words
from terminal.ids import EntryId, derived_id, id_maker
from terminal.ledger import EntryKind, LedgerEntry
from terminal.members import Member
from terminal.outbox import MessageKind
from terminal.ports import Database
from terminal.services.games import BATCH, GameRules, GameService
from terminal.services.models import Till
from terminal.slips import slip_text

ATHENS = ZoneInfo("Europe/Athens")
PAGE = Path(__file__).parents[2] / "docs" / "programme" / "games.md"
TILL = Till(
    code="T1", name="Till 1", shop="Elia Deli", address="", country="GR", language="en",
    currency="EUR", card_prefix="2950", online_store="vendure",
)  # fmt: skip


def wheel(**more) -> Game:
    """A wheel on which everything wins something: even tickets points, odd ones a coupon."""
    return Game(
        **{
            "code": "autumn",
            "name": {"en": "Autumn wheel", "el": "Φθινοπωρινός τροχός"},
            "out_of": 2,
            "prizes": (
                Prize(code="fifty", name="50 points", weight=1, points=50),
                Prize(code="coffee", name="A coffee", weight=1, coupon="COFFEE", money=180),
            ),
            "consolation": Prize(code="wish", name="All the best", weight=0),
            **more,
        }
    )


ALL_POINTS = {"out_of": 1, "prizes": (Prize(code="fifty", name="50 points", weight=1, points=50),)}
ALL_COFFEE = {
    "out_of": 1,
    "prizes": (Prize(code="coffee", name="A coffee", weight=1, coupon="COFFEE", money=180),),
}


@dataclass
class Fair:
    """One till with games; ``issued`` is what the issuer of vouchers was asked for."""

    path: Path
    games: tuple[Game, ...] = (wheel(),)
    moment: datetime = datetime(2026, 12, 1, 10, tzinfo=UTC)
    heard: list = field(default_factory=list)
    issued: list = field(default_factory=list)
    lapses_at: datetime | None = None
    broken_issuer: bool = False
    luck: int = 0

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """Switch the till on, with other chance than before."""
        self.luck += 1
        self._chance = Random(self.luck)
        self.database: Database = open_database(self.path)
        self.bus = EventBus()
        self.bus.subscribe(self.heard.append)
        self.service = GameService(
            self.database, TILL, self.bus, clock=lambda: self.moment, issue=self.issue,
            new_id=id_maker(lambda: self.moment, self._chance.getrandbits), rules=self.rules,
            seed=self.seed,
        )  # fmt: skip

    def seed(self) -> bytes:
        return self._chance.randbytes(32)

    def rules(self, uow, now) -> GameRules:
        return GameRules(games=self.games, zone=ATHENS, program="Elia", program_version=4,
                         lapses_at=self.lapses_at)  # fmt: skip

    def issue(self, uow, member_id, won, play_id) -> str:
        if self.broken_issuer:
            raise errors.DiskFull(path="x")
        self.issued.append((member_id, won, play_id))
        return f"CODE-{len(self.issued)}"

    def member(self, name: str = "eleni", language: str = "en") -> str:
        with self.database.write() as uow:
            uow.members.put(Member(id=name, given_name=name, joined_at=self.moment,
                                   updated_at=self.moment, language=language))  # fmt: skip
            uow.commit()
        return name

    def later(self, **span) -> None:
        self.moment += timedelta(**span)

    def at(self, text: str) -> None:
        """The shop's clock shows this."""
        self.moment = datetime.fromisoformat(text).replace(tzinfo=ATHENS).astimezone(UTC)

    def turn(self, member: str, game: str = "autumn"):
        """Offered and revealed at once."""
        return self.service.play(self.service.offer(member, game).id, "cashier")

    def entries(self, member: str) -> list[LedgerEntry]:
        with self.database.read() as uow:
            return uow.ledger.entries(member)

    def stored(self, play_id: str):
        with self.database.read() as uow:
            return uow.games.get_play(play_id)

    def slips(self) -> list[str]:
        with self.database.read() as uow:
            return [slip_text(job.slip.blocks) for job in uow.slips.unsettled()]

    def close(self) -> None:
        self.database.close()


@pytest.fixture
def fair(tmp_path):
    fair = Fair(tmp_path / "till.db")
    yield fair
    fair.close()


# -- one play --------------------------------------------------------------------------------


def test_points_that_are_won_are_one_ordinary_entry_that_says_why(fair):
    eleni, fair.games = fair.member(), (wheel(**ALL_POINTS),)
    fair.lapses_at = datetime(2027, 12, 2, tzinfo=UTC)
    offer = fair.service.offer(eleni, "autumn")
    done = fair.service.play(offer.id, "cashier")
    assert done.view.drawn.won == Won("points", points=50)
    assert done.balance == 50
    assert fair.entries(eleni) == [done.entry]
    entry = done.entry
    assert (entry.kind, entry.points, entry.source_id) == (EntryKind.BONUS, 50, offer.id)
    assert [(part.rule, part.points) for part in entry.parts] == [("game:autumn:fifty", 50)]
    assert (entry.program, entry.program_version, entry.rate) == ("Elia", 4, "1/1")
    assert (entry.lapses_at, entry.cashier_id) == (fair.lapses_at, "cashier")
    assert fair.heard == [MemberChanged(eleni)]
    with fair.database.read() as uow:
        assert [m.kind for m in uow.outbox.due(fair.moment, 9)] == [MessageKind.STANDING]


def test_playing_twice_answers_the_same_and_books_nothing_more(fair):
    eleni, fair.games = fair.member(), (wheel(**ALL_POINTS),)
    done = fair.turn(eleni)
    fair.later(minutes=5)
    assert fair.service.play(done.view.id) == done
    assert len(fair.entries(eleni)) == 1
    assert len(fair.slips()) == 2
    assert fair.heard == [MemberChanged(eleni)]


def test_a_coupon_that_is_won_is_issued_once_and_stands_on_the_slip(fair):
    eleni, fair.games = fair.member(), (wheel(**ALL_COFFEE),)
    done = fair.turn(eleni)
    again = fair.service.play(done.view.id)
    assert fair.issued == [(eleni, Won("coupon", code="COFFEE"), done.view.id)]
    assert again.view.voucher == done.view.voucher == "CODE-1"
    assert (done.entry, done.balance) == (None, 0)
    assert fair.entries(eleni) == []
    assert "CODE-1" in slip_text(done.slip.slip.blocks)


def test_whoever_wins_nothing_gets_a_kind_word_and_no_entry(fair):
    eleni = fair.member()
    fair.games = (wheel(out_of=1, prizes=(Prize(code="kind", name="A kind word", weight=1),)),)
    done = fair.turn(eleni)
    assert done.view.drawn.won == Won("nothing")
    assert (done.entry, fair.entries(eleni), fair.issued) == (None, [], [])
    assert "A kind word" in slip_text(done.slip.slip.blocks)


def test_an_issuer_that_fails_leaves_the_play_sealed_and_nothing_booked(fair):
    eleni, fair.games = fair.member(), (wheel(**ALL_COFFEE),)
    offer = fair.service.offer(eleni, "autumn")
    fair.broken_issuer = True
    with pytest.raises(errors.DiskFull):
        fair.service.play(offer.id)
    assert fair.stored(offer.id).played_at is None
    assert len(fair.slips()) == 1
    fair.broken_issuer = False
    assert fair.service.play(offer.id).view.voucher == "CODE-1"


# -- the seal --------------------------------------------------------------------------------


def test_what_is_printed_before_binds_what_is_revealed_after(fair):
    eleni = fair.member()
    offer = fair.service.offer(eleni, "autumn")
    assert (offer.seed, offer.drawn) == ("", None)
    (before,) = fair.slips()
    assert offer.commitment[:32] in before
    assert fair.stored(offer.id).seed[:32] not in before
    view = fair.service.play(offer.id).view
    assert view.commitment == offer.commitment
    assert commit(bytes.fromhex(view.seed), view.id, offer.terms) == offer.commitment
    assert draw(offer.game, bytes.fromhex(view.seed), view.id, GameTotals()) == view.drawn
    after = fair.slips()[1]
    assert view.seed[:32] in after
    assert view.commitment[32:] in after


def test_a_slip_speaks_the_members_language(fair):
    fair.service.offer(fair.member("deigma", language="el"), "autumn")
    assert "Φθινοπωρινός τροχός" in fair.slips()[0]


def test_a_power_cut_between_offer_and_reveal_changes_no_prize(fair):
    eleni, others = fair.member(), [fair.member(f"member {n}") for n in range(20)]
    fair.games = (
        wheel(
            prizes=(
                Prize(code="big", name="500 points", weight=1, points=500, stock=1),
                Prize(code="small", name="5 points", weight=1, points=5),
            )
        ),
    )
    offer = fair.service.offer(eleni, "autumn")
    promised = fair.stored(offer.id).drawn
    fair.close()
    fair.open()  # with other seeds to come
    fair.later(days=40)
    for other in others:  # the big one goes, to whomever it may
        fair.turn(other)
    fair.games = ()  # and the programme knows no games any more
    assert fair.service.offer(eleni, "autumn") == offer
    done = fair.service.play(offer.id)
    assert done.view.drawn == promised
    assert done.view.commitment == offer.commitment
    assert fair.service.audit("autumn").findings == ()


def test_a_record_is_handed_out_with_its_key_once_it_is_revealed(fair):
    offer = fair.service.offer(fair.member(), "autumn")
    assert json.loads(fair.service.record(offer.id))["seed"] == ""
    view = fair.service.play(offer.id).view
    record = json.loads(fair.service.record(offer.id))
    assert (record["seed"], record["commitment"]) == (view.seed, offer.commitment)
    with pytest.raises(errors.UnknownPlay):
        fair.service.record("no such play")


def test_asking_again_gives_no_second_draw(fair):
    eleni = fair.member()
    first = fair.service.offer(eleni, "autumn")
    assert [fair.service.offer(eleni, "autumn") for _ in range(5)] == [first] * 5
    assert len(fair.slips()) == 1


def test_every_play_has_a_seed_of_its_own(fair):
    fair.games = (wheel(per_member_day=None),)
    eleni = fair.member()
    views = [fair.turn(eleni).view for _ in range(30)]
    assert len({view.seed for view in views}) == 30
    assert len({view.commitment for view in views}) == 30
    assert [view.number for view in views] == list(range(1, 31))
    assert {view.drawn.prize for view in views} == {"fifty", "coffee"}


def test_a_member_sees_the_plays_newest_first_and_sealed_ones_sealed(fair):
    eleni = fair.member()
    fair.games = (wheel(), wheel(code="card", face="scratch"))
    first = fair.turn(eleni).view
    fair.later(minutes=1)
    second = fair.service.offer(eleni, "card")
    assert fair.service.plays(eleni) == [second, first]
    assert fair.service.plays(eleni, "autumn") == [first]
    assert (second.game.face, second.seed, second.drawn) == ("scratch", "", None)


# -- limits and refusals ---------------------------------------------------------------------


def test_a_day_ends_at_the_shops_midnight(fair):
    eleni, fair.games = fair.member(), (wheel(**ALL_POINTS),)
    fair.at("2026-12-01 23:59")  # 21:59 in UTC: the same UTC day as half past midnight
    fair.turn(eleni)
    with pytest.raises(errors.PlayLimitReached) as refused:
        fair.service.offer(eleni, "autumn")
    assert refused.value.details == {"game": "autumn", "limit": 1, "per": "day"}
    fair.at("2026-12-02 00:01")
    assert fair.turn(eleni).balance == 100
    with pytest.raises(errors.PlayLimitReached):
        fair.service.offer(eleni, "autumn")


def test_a_play_counts_for_the_day_on_which_it_is_revealed(fair):
    eleni = fair.member()
    fair.at("2026-12-01 20:00")
    offer = fair.service.offer(eleni, "autumn")
    fair.at("2026-12-02 09:00")
    fair.service.play(offer.id)
    with pytest.raises(errors.PlayLimitReached):
        fair.service.offer(eleni, "autumn")
    fair.at("2026-12-03 09:00")
    assert fair.service.offer(eleni, "autumn").number == 2


def test_the_night_the_clocks_go_back_is_one_long_day(fair):
    eleni = fair.member()
    fair.moment = datetime(2026, 10, 24, 21, 30, tzinfo=UTC)  # half past midnight on the 25th
    fair.turn(eleni)
    fair.moment = datetime(2026, 10, 25, 21, 30, tzinfo=UTC)  # half past eleven, 24 hours later
    with pytest.raises(errors.PlayLimitReached):
        fair.service.offer(eleni, "autumn")
    fair.moment = datetime(2026, 10, 25, 22, 0, tzinfo=UTC)
    assert fair.service.offer(eleni, "autumn").number == 2


def test_a_limit_for_the_whole_game_counts_every_play(fair):
    eleni, anna = fair.member(), fair.member("anna")
    fair.games = (wheel(per_member_day=None, per_member=3),)
    for _ in range(3):
        fair.turn(eleni)
        fair.later(days=2)
    with pytest.raises(errors.PlayLimitReached) as refused:
        fair.service.offer(eleni, "autumn")
    assert refused.value.details == {"game": "autumn", "limit": 3, "per": "game"}
    assert fair.turn(anna).view.number == 4


def test_games_are_refused_outside_their_days_by_name_and_to_strangers(fair):
    eleni = fair.member()
    fair.games = (wheel(starts=date(2026, 12, 1), ends=date(2026, 12, 24)),)
    for moment in ("2026-11-30 23:59", "2026-12-25 00:00"):
        fair.at(moment)
        with pytest.raises(errors.GameClosed) as refused:
            fair.service.offer(eleni, "autumn")
        assert refused.value.details["ends"] == date(2026, 12, 24)
    fair.at("2026-12-24 23:59")
    last = fair.service.offer(eleni, "autumn")
    fair.at("2026-12-27 10:00")
    assert fair.service.play(last.id).view.played_at == fair.moment
    with pytest.raises(errors.UnknownGame):
        fair.service.offer(eleni, "spring")
    with pytest.raises(errors.UnknownMember):
        fair.service.offer("nobody", "autumn")
    with pytest.raises(errors.UnknownPlay):
        fair.service.play("no such play")
    assert len(fair.slips()) == 2


def test_the_counter_hears_what_a_member_may_play_now(fair):
    eleni = fair.member()
    over = wheel(code="over", ends=date(2026, 11, 1))
    fair.games = (wheel(), over, wheel(code="card", face="scratch"))
    assert [game.code for game in fair.service.playable(eleni)] == ["autumn", "card"]
    fair.turn(eleni)
    fair.service.offer(eleni, "card")
    assert [game.code for game in fair.service.playable(eleni)] == ["card"]


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
