"""Games at the till: a sealed offer, the reveal, the prize in the books, and the limits."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from terminal import errors
from terminal.events import MemberChanged
from terminal.games import (
    GameTotals,
    Prize,
    Won,
    commit,
    draw,
)
from terminal.ids import id_maker
from terminal.ledger import EntryKind
from terminal.outbox import MessageKind
from terminal.programs.model import CouponKind, Program
from terminal.programs.policies import Expiry, Pending
from terminal.services.games import GameService, IssuesCoupons
from terminal.slips import slip_text
from tests.stories.fair import ALL_COFFEE, ALL_POINTS, TILL, Fair, wheel


def by_programme(fair: Fair) -> GameService:
    """A service that asks the programme in the books, and issues its coupons."""
    return GameService(
        fair.database, TILL, fair.bus, clock=lambda: fair.moment, seed=fair.seed,
        new_id=id_maker(lambda: fair.moment), issue=IssuesCoupons(lambda: 2**54 + 7),
    )  # fmt: skip


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
        assert [m.kind for m in uow.outbox.due(fair.moment, 9, "vendure")] == [MessageKind.STANDING]


def test_a_coupon_is_the_one_that_the_programme_promised_with_the_offer(fair):
    """A month later the programme has other games and no such coupon; the promise stands."""
    eleni = fair.member()
    kind = CouponKind(code="COFFEE", valid_days=30, owned=True)
    promised = Program(
        code="Elia", version=7, effective_from=fair.moment, currency="EUR", coupons=(kind,),
        games=(wheel(**ALL_COFFEE),),
    )  # fmt: skip
    later = fair.moment + timedelta(days=1)
    with fair.database.write() as uow:
        uow.programs.put(promised)
        uow.programs.put(Program(code="Elia", version=8, effective_from=later, currency="EUR"))
        uow.commit()
    service = by_programme(fair)
    offer = service.offer(eleni, "autumn")
    fair.later(days=30)
    voucher = service.play(offer.id).view.voucher
    with fair.database.read() as uow:
        (coupon,) = uow.vouchers.of_source(offer.id)
    assert (coupon.code, coupon.coupon, coupon.owner) == (voucher, "COFFEE", eleni)
    assert service.play(offer.id).view.voucher == voucher
    with pytest.raises(errors.UnknownGame):
        service.offer(eleni, "autumn")


def test_a_reward_that_was_won_is_handed_over_by_its_name(fair):
    basket = Prize(code="basket", name="A basket", weight=1, reward="BASKET")
    with fair.database.write() as uow:
        uow.programs.put(Program(
            code="Elia", version=7, effective_from=fair.moment, currency="EUR",
            games=(wheel(out_of=1, prizes=(basket,)),),
        ))  # fmt: skip
        uow.commit()
    service = by_programme(fair)
    done = service.play(service.offer(fair.member(), "autumn").id)
    assert (done.view.drawn.won.code, done.view.voucher) == ("BASKET", "")
    assert "A basket" in slip_text(done.slip.slip.blocks)


def test_the_programme_in_force_says_which_games_there_are_and_how_long_points_live(fair):
    eleni = fair.member()
    with fair.database.write() as uow:
        uow.programs.put(Program(
            code="Elia", version=7, effective_from=fair.moment, currency="EUR",
            zone="Europe/Athens", games=(wheel(**ALL_POINTS),), pending=Pending(days=2),
            expiry=Expiry(months=1),
        ))  # fmt: skip
        uow.commit()
    service = by_programme(fair)
    entry = service.play(service.offer(eleni, "autumn").id).entry
    assert (entry.program, entry.program_version, entry.held) == ("Elia", 7, False)
    assert entry.usable_at == datetime(2026, 12, 3, 22, tzinfo=UTC)  # midnight in Athens
    assert entry.lapses_at == datetime(2027, 1, 1, 22, tzinfo=UTC)
    fair.later(days=-1)
    with pytest.raises(errors.NoProgram):
        service.offer(fair.member("anna"), "autumn")


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
