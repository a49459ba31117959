"""Coupons, gift cards and store credit; plays of games; imports."""

from dataclasses import replace
from typing import Any

import pytest

from terminal.errors import UnknownCode, UnknownMember
from terminal.games.drawing import GameTotals
from terminal.games.model import Game, Prize
from terminal.games.plays import GamePlay, PlayId, offered, totals_after
from terminal.ids import CardNumber, EntryId, MemberId, StaffId
from terminal.importing.records import (
    ImportedRow,
    ImportId,
    ImportRecord,
    ImportState,
    RowAct,
    RowState,
)
from terminal.ports import Database
from terminal.vouchers import ValueEntry, ValueKind, Voucher, VoucherCode, VoucherKind
from tests.contract.samples import ANNA, BELA, CASHIER, T0, TILL, after, member, with_members

NOBODY = MemberId("m-nobody")
COUPON = Voucher(
    code=VoucherCode("C1"), kind=VoucherKind.COUPON, issued_at=after(days=1), coupon="ten",
    owner=ANNA, starts=T0, ends=after(days=30), uses_left=2, source_id="s-1",
)  # fmt: skip
CARD = Voucher(
    code=VoucherCode("G1"), kind=VoucherKind.GIFT_CARD, issued_at=T0, currency="EUR",
    uses_left=None, source_id="s-1", blocked=True,
)  # fmt: skip


def _moved(number: int, amount: int, **more: Any) -> ValueEntry:
    plain = ValueEntry(
        id=f"v-{number}", code=CARD.code, kind=ValueKind.ISSUE if amount > 0 else ValueKind.PAY,
        amount=amount, currency="EUR", decided_at=after(days=number), till=TILL, seq=number,
    )  # fmt: skip
    return replace(plain, **more)


def test_a_voucher_is_found_by_code_owner_and_source(database: Database) -> None:
    with_members(database)
    with database.write() as uow:
        for each in (COUPON, CARD):
            uow.vouchers.put(each)
        uow.commit()
    with database.write() as uow:
        assert uow.vouchers.get(COUPON.code) == COUPON
        assert uow.vouchers.get(CARD.code) == CARD
        assert uow.vouchers.get(VoucherCode("C9")) is None
        assert uow.vouchers.of_member(ANNA) == [COUPON]
        assert uow.vouchers.of_source("s-1") == [CARD, COUPON]
        assert uow.vouchers.of_source("") == []
        uow.vouchers.put(replace(COUPON, blocked=True))
        assert uow.vouchers.of_member(ANNA) == [replace(COUPON, blocked=True)]
        with pytest.raises(UnknownMember):
            uow.vouchers.put(replace(COUPON, code=VoucherCode("C2"), owner=NOBODY))


def test_a_coupon_is_used_once_in_a_sale_and_until_it_is_used_up(database: Database) -> None:
    with_members(database)
    with database.write() as uow:
        uow.vouchers.put(COUPON)
        assert uow.vouchers.used(COUPON.code, ANNA, "s-1") is True
        assert uow.vouchers.used(COUPON.code, ANNA, "s-1") is False
        assert uow.vouchers.used(COUPON.code, None, "s-2") is True
        assert uow.vouchers.used(COUPON.code, ANNA, "s-3") is False
        assert uow.vouchers.used(VoucherCode("C9"), ANNA, "s-3") is False
        assert uow.vouchers.get(COUPON.code) == replace(COUPON, uses_left=0)
        assert uow.vouchers.uses_by(COUPON.code, ANNA) == 1
        assert uow.vouchers.given_back(COUPON.code, "s-2") is True
        assert uow.vouchers.given_back(COUPON.code, "s-2") is False
        assert uow.vouchers.get(COUPON.code) == replace(COUPON, uses_left=1)
        assert uow.vouchers.used(COUPON.code, ANNA, "s-3") is True


def test_a_code_for_everybody_is_used_without_end(database: Database) -> None:
    with_members(database)
    public = replace(COUPON, uses_left=None, owner=None)
    with database.write() as uow:
        uow.vouchers.put(public)
        for number in range(3):
            assert uow.vouchers.used(public.code, ANNA, f"s-{number}") is True
        assert uow.vouchers.uses_by(public.code, ANNA) == 3
        assert uow.vouchers.given_back(public.code, "s-0") is True
        assert uow.vouchers.uses_by(public.code, ANNA) == 2
        assert uow.vouchers.uses_by(public.code, BELA) == 0
        assert uow.vouchers.get(public.code) == public


def test_movements_of_money_are_recorded_once_and_add_up(database: Database) -> None:
    full = _moved(
        2, -30, cashier_id=CASHIER, source_id="s-2", reverses="v-0", reason="because",
        lapses_at=after(days=9), kind=ValueKind.UNDO,
    )  # fmt: skip
    with database.write() as uow:
        uow.vouchers.put(CARD)
        assert uow.vouchers.append([full, _moved(1, 100)]) == ["v-2", "v-1"]
        assert uow.vouchers.append([full, _moved(3, -20), _moved(3, -20)]) == ["v-3"]
        uow.commit()
    with database.write() as uow:
        assert uow.vouchers.entries(CARD.code) == [_moved(1, 100), full, _moved(3, -20)]
        assert uow.vouchers.value(CARD.code) == 50
        assert uow.vouchers.value(VoucherCode("G9")) == 0
        with pytest.raises(UnknownCode):
            uow.vouchers.append([_moved(4, 1, code=VoucherCode("G9"))])


def test_cards_are_named_whose_money_lapsed(database: Database) -> None:
    """Not those whose lapsed issue was spent before, whatever else they hold."""
    with database.write() as uow:
        for code in ("G1", "G2", "G3"):
            uow.vouchers.put(replace(CARD, code=VoucherCode(code)))
        second, third = VoucherCode("G2"), VoucherCode("G3")
        uow.vouchers.append(
            [
                _moved(1, 100, lapses_at=after(days=20)),
                _moved(2, 100, code=second, lapses_at=after(days=10)),
                _moved(3, 100, code=third, lapses_at=after(days=5)),
                _moved(4, -100, code=third),
                _moved(5, 70, code=third),
            ]
        )
        assert list(uow.vouchers.lapsing(after(days=9), 5)) == []
        assert list(uow.vouchers.lapsing(after(days=10), 5)) == [second]
        assert list(uow.vouchers.lapsing(after(days=20), 5)) == [second, CARD.code]
        assert list(uow.vouchers.lapsing(after(days=20), 1)) == [second]
        gone = _moved(6, -100, code=second, kind=ValueKind.EXPIRE, reverses="v-2")
        uow.vouchers.append([replace(gone, decided_at=after(days=21))])
        assert list(uow.vouchers.lapsing(after(days=21), 5)) == [CARD.code]


TEN = Prize(code="ten", name="10", weight=3, points=10)
SMILE = Prize(code="smile", name=":-)", weight=7)
GAME = Game(code="wheel", name="Wheel", out_of=10, prizes=(TEN,), consolation=SMILE)
OTHER_GAME = Game(code="scratch", name="Scratch", out_of=10, prizes=(TEN,), consolation=SMILE)


def _play(
    number: int, before: GameTotals, game: Game = GAME, member_id: MemberId = ANNA
) -> GamePlay:
    return offered(
        game, before, bytes([number]) * 32, play_id=PlayId(f"{game.code}-{number}"),
        member_id=member_id, till=TILL, at=after(hours=number),
    )  # fmt: skip


def test_plays_carry_what_their_game_gave_before(database: Database) -> None:
    with_members(database, member(), member(BELA))
    with database.write() as uow:
        plays = []
        for number, whose in enumerate((ANNA, BELA, ANNA)):
            play = _play(number, uow.games.totals("wheel"), member_id=whose)
            uow.games.put_play(play)
            plays.append(play)
        uow.commit()
    with database.write() as uow:
        assert [play.number for play in plays] == [1, 2, 3]
        assert uow.games.totals("wheel") == totals_after(plays[2])
        assert uow.games.totals("scratch") == GameTotals()
        assert uow.games.get_play(plays[1].id) == plays[1]
        assert uow.games.get_play(PlayId("wheel-9")) is None
        assert uow.games.plays_in("wheel", 0, 2) == plays[:2]
        assert uow.games.plays_in("wheel", 2, 5) == plays[2:]
        with pytest.raises(ValueError, match=r"number|UNIQUE"):
            uow.games.put_play(replace(plays[0], id=PlayId("other")))
        with pytest.raises(UnknownMember):
            uow.games.put_play(replace(plays[0], id=PlayId("o"), number=9, member_id=NOBODY))


def test_a_members_plays_of_today_and_those_not_revealed_are_found(database: Database) -> None:
    with_members(database)
    first, other = _play(1, GameTotals()), _play(2, GameTotals(), OTHER_GAME)
    old = replace(_play(0, GameTotals(5)), played_at=after(days=-1))
    shown = replace(first, played_at=after(hours=5))
    with database.write() as uow:
        for each in (other, first, old):
            uow.games.put_play(each)
        uow.games.put_play(shown)
        assert uow.games.plays_of(ANNA) == [old, shown, other]
        assert uow.games.plays_of(ANNA, "wheel") == [old, shown]
        assert uow.games.plays_of(ANNA, since=after(hours=5)) == [shown, other]
        assert uow.games.plays_of(ANNA, "wheel", after(hours=6)) == []
        assert uow.games.plays_of(BELA) == []


IMPORT = ImportRecord(
    id=ImportId("i-1"), name="old system", file="members.csv", digest="d1", mapping="[columns]",
    state=ImportState.RUNNING, till=TILL, staff_id=StaffId("c-1"), started_at=T0, changed_at=T0,
    created=3, points=90,
)  # fmt: skip
ROW = ImportedRow(
    import_id=IMPORT.id, key="k-1", number=1, line=2, act=RowAct.CREATED, state=RowState.OPEN,
    member_id=ANNA, points=30, entries=(EntryId("e-1"),), cards=(CardNumber("29"),),
    consents=("c-1",), digest="d", history="h", before="{}", facts="{}", changed_at=T0,
)  # fmt: skip


def test_an_import_and_its_rows_are_found_again(database: Database) -> None:
    with_members(database)
    newer = replace(IMPORT, id=ImportId("i-2"), started_at=after(days=1), staff_id=None)
    with database.write() as uow:
        for each in (IMPORT, newer):
            uow.imports.put(each)
        uow.imports.put_row(ROW)
        for number in (3, 2):
            uow.imports.put_row(replace(ROW, key=f"k-{number}", number=number))
        uow.imports.put_row(replace(ROW, import_id=newer.id, number=9))
        uow.commit()
    with database.write() as uow:
        done = replace(IMPORT, state=ImportState.DONE)
        uow.imports.put(done)
        assert uow.imports.all() == [newer, done]
        assert uow.imports.get(IMPORT.id) == done
        assert uow.imports.get(ImportId("i-9")) is None
        assert uow.imports.row(IMPORT.id, "k-1") == ROW
        assert uow.imports.row(IMPORT.id, "k-9") is None
        booked = replace(ROW, state=RowState.BOOKED, turn=2)
        uow.imports.put_row(booked)
        assert uow.imports.rows(IMPORT.id, 0, 1) == [booked]
        assert [row.number for row in uow.imports.rows(IMPORT.id, 1, 9)] == [2, 3]
        assert uow.imports.last_number(IMPORT.id) == 3
        assert [row.number for row in uow.imports.of_member(ANNA)] == [1, 2, 3, 9]
        assert uow.imports.of_member(NOBODY) == []
        assert uow.imports.last_number(ImportId("i-9")) == 0
        with pytest.raises(UnknownMember):
            uow.imports.put_row(replace(ROW, key="k-4", number=4, member_id=NOBODY))


def test_coupons_that_rewards_became_and_nobody_used(database: Database) -> None:
    with_members(database)
    ended = [after(days=n) for n in (3, 1, 2, 9)]
    with database.write() as uow:
        for number, ends in enumerate(ended):
            uow.vouchers.put(
                replace(COUPON, code=VoucherCode(f"W{number}"), coupon="web:five", ends=ends,
                        owner=None, uses_left=1, source_id="")
            )  # fmt: skip
        uow.vouchers.put(replace(COUPON, code=VoucherCode("OTHER"), ends=ended[0], owner=None))
        web = uow.vouchers.get(VoucherCode("W0"))
        uow.vouchers.put(replace(web, code=VoucherCode("GONE"), blocked=True))
        uow.vouchers.put(replace(web, code=VoucherCode("USED")))
        assert uow.vouchers.used(VoucherCode("USED"), None, "s-2")
        assert uow.vouchers.used(VoucherCode("W3"), None, "s-1")
        assert uow.vouchers.uses(VoucherCode("W3")) == ["s-1"]
        assert uow.vouchers.uses(VoucherCode("W0")) == []
        over = uow.vouchers.unused(after(days=9), 10)
        assert [one.code for one in over] == ["W1", "W2", "W0"]
        assert [one.code for one in uow.vouchers.unused(ended[2], 1)] == ["W1"]
        assert uow.vouchers.unused(T0, 10) == []
