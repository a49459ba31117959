"""Tills by chance end with the same; a hub or a till that breaks its promises is found out."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from sync.hub.books import take_entry
from sync.hub.facts import Said
from sync.hub.remote import Fact
from sync.hub.scene import Scene
from sync.hub.things import TAKERS
from terminal.vouchers import Voucher, VoucherCode, VoucherKind
from tests.hub.deeds import writing
from tests.hub.sim import Life, lived


@pytest.mark.parametrize("seed", range(1, 13))
def test_all_tills_end_with_the_same(seed: int) -> None:
    with lived(seed, tills=2 + seed % 3, steps=45) as life:
        life.live()
        life.heal()


@pytest.mark.parametrize("switch", ["watermark", "ordered"])
def test_a_careless_hub_is_found_out(switch: str) -> None:
    assert any(_differs(seed, **{switch: False}) for seed in range(1, 20))


def test_tills_that_count_by_arrival_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids are what makes a fact that is told twice count once."""
    numbers = count()

    def take_anew(scene: Scene, fact: Fact, said: Said) -> None:
        entry = replace(said.thing, id=f"arrived {next(numbers)}")
        take_entry(scene, fact, replace(said, thing=entry))

    monkeypatch.setitem(TAKERS, "entry", take_anew)
    assert any(_differs(seed, once=False) for seed in range(1, 10))


def _differs(seed: int, **careless: bool) -> bool:
    with lived(seed, tills=3, steps=60, **careless) as life:
        try:
            life.live()
            _overtaken(life)
            life.heal()
        except AssertionError:
            return True
    return False


def _overtaken(life: Life) -> None:
    """A coupon is used and given back; and what a till tells commits after what another one told,
    that began later, was read."""
    first, second, third = life.chain.tills
    life.chain.settle()
    with writing(first) as uow:
        code = VoucherCode("COUPON")
        uow.vouchers.put(
            Voucher(code=code, kind=VoucherKind.COUPON, issued_at=first.shop.clock(), uses_left=3)
        )
    for deed in ("used", "given_back"):
        with writing(first) as uow:
            given = (None, "a sale") if deed == "used" else ("a sale",)
            getattr(uow.vouchers, deed)(code, *given)
        first.engine.push()
    for till in (first, second):
        life.serial += 1
        life.enrol(till)
        life.chain.hub.lose_next = till is first
        till.engine.push()
    third.round()
