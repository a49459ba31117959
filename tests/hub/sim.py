"""Chains by chance: tills that sell, lose their network, crash and come back, all from one seed.

``python -m tests.hub.sim --count 1000 [--from SEED]`` is the long run.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sync.hub.engine import HubEngine
from terminal.cards import CardState, own_card
from terminal.errors import TerminalError
from terminal.ids import MemberId
from terminal.members import Purpose
from terminal.online import OnlineOrder, OrderLine
from terminal.programs.conditions import Cap, Limits
from terminal.programs.effects import MoneyOff
from terminal.programs.model import CouponKind, Promotion
from terminal.programs.policies import Expiry
from terminal.services.enrolment import Answer, EnrolmentForm
from terminal.services.models import SignedIn
from terminal.services.office import expire_due
from terminal.staff import Role
from terminal.vouchers import ValueEntry, ValueKind, Voucher, VoucherCode, VoucherKind, voucher_code
from tests.hub.till_stand import Chain, TillAt

CASHIER = "cashier"
BOSS = SignedIn("manager", "Anna", Role.MANAGER)
SKUS = ("OIL-500", "HON-450", "COF-250")


class CrashError(BaseException):
    """The power went."""


@dataclass
class Crashing:
    """A hub connection and a database that end the program at a chosen step, before or after it
    was done."""

    inner: Any
    countdown: Callable[[], bool]

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        if name in ("hello", "push", "pull"):
            return lambda *args: self._step(found, *args)
        if name == "write":
            return lambda: _CrashingUnit(found(), self.countdown)
        return found

    def _step(self, call: Callable[..., Any], *args: Any) -> Any:
        if self.countdown():
            raise CrashError
        done = call(*args)
        if self.countdown():
            raise CrashError
        return done


@dataclass
class _CrashingUnit:
    inner: Any
    countdown: Callable[[], bool]

    def __enter__(self) -> Any:
        self.inner.__enter__()
        return self

    def __exit__(self, *args: Any) -> None:
        self.inner.__exit__(*args)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def commit(self) -> None:
        if self.countdown():
            raise CrashError
        self.inner.commit()
        if self.countdown():
            raise CrashError


def crash_at(till: TillAt, step: int) -> HubEngine:
    """The till's engine, whose program ends at this step."""
    left = iter(range(step, -1, -1))

    def countdown() -> bool:
        return next(left, -1) == 0

    return HubEngine(
        Crashing(till.database, countdown), Crashing(till.hub, countdown), till.me,
        clock=till.shop.clock,
    )  # fmt: skip


@dataclass
class Life:
    """One chain's life by one seed."""

    folder: Path
    seed: int
    tills: int = 3
    steps: int = 60
    chain: Chain | None = None
    done: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.chain = self.chain or Chain(self.folder)
        self.chain.chance = self.chance.getrandbits
        for _ in range(self.tills):
            self.chain.add()
        self.chain.tills[0].shop.run(
            expiry=Expiry(months=1),
            promotions=(
                Promotion(
                    code="off", gives=MoneyOff(100), guests=True,
                    limits=Limits(caps=(Cap(per="month", times=2),)),
                ),
            ),
        )  # fmt: skip
        self.chain.settle()
        self.members: list[MemberId] = []
        self.serial = 0

    # -- what people do ------------------------------------------------------------------------

    def live(self) -> None:
        """Steps by chance; what is refused is refused."""
        deeds = [
            (self.enrol, 3), (self.sell, 10), (self.sell_to_guest, 2), (self.take_back, 3),
            (self.claim, 1), (self.edit, 4), (self.block, 1), (self.consent, 2),
            (self.correct, 1), (self.level, 1), (self.order, 2), (self.publish, 1),
            (self.time_passes, 6), (self.round, 12), (self.crash, 4), (self.lose, 3),
            (self.expire, 1), (self.coupon, 2), (self.money_card, 1),
        ]  # fmt: skip
        for _ in range(self.steps):
            deed = self.chance.choices([d for d, _ in deeds], [w for _, w in deeds])[0]
            till = self.chance.choice(self.chain.tills)
            try:
                deed(till)
                self.done[deed.__name__] = self.done.get(deed.__name__, 0) + 1
            except TerminalError:
                pass

    def heal(self) -> dict[str, list[Any]]:
        """Everybody hears everything; what all hold."""
        self.chain.later(minutes=5)
        self.chain.settle(4)
        return self.chain.agree()

    def enrol(self, till: TillAt) -> None:
        self.serial += 1
        same = self.chance.random() < 0.2  # another till's card or address
        number = own_card("2950", self.serial - (same and self.serial > 1))
        form = EnrolmentForm(
            card=number,
            given_name=f"Example {self.serial}",
            email=f"example{self.serial - same}@example.com",
            answers=(Answer(Purpose.PROGRAMME, True, "May we?", "en"),),
        )
        self.members.append(till.shop.services.enrolment.enrol(form, CASHIER).member.id)

    def _member(self) -> MemberId:
        if not self.members:
            raise TerminalError
        return self.chance.choice(self.members)

    def sell(self, till: TillAt) -> None:
        view = till.shop.services.counter.member(self._member())
        points = view.redeemable if self.chance.random() < 0.4 else 0
        skus = self.chance.choices(list(till.shop.products), k=self.chance.randint(1, 4))
        till.shop.sell(view, till.shop.basket(*skus), points=min(points, 200))

    def sell_to_guest(self, till: TillAt) -> None:
        till.shop.sell(None, till.shop.basket(self.chance.choice(list(till.shop.products))))

    def _sale(self, till: TillAt) -> Any:
        with till.database.read() as uow:
            rows = uow.runner._driver.execute("SELECT ref FROM sales ORDER BY id").fetchall()
        if not rows:
            raise TerminalError
        return self.chance.choice(rows)[0]

    def take_back(self, till: TillAt) -> None:
        till.shop.services.counter.take_back(self._sale(till), "broken", CASHIER)

    def claim(self, till: TillAt) -> None:
        till.shop.services.counter.claims.claim(self._sale(till), self._member(), CASHIER)

    def edit(self, till: TillAt) -> None:
        name = self.chance.choice(("phone", "town", "note", "birthday", "given_name"))
        with till.database.write() as uow:
            member = uow.members.get(self._member())
            if member is None:
                raise TerminalError
            value = (
                f"{self.chance.randint(1, 12):02}-10"
                if name == "birthday"
                else (f"+3069{self.chance.randint(0, 9):08}")
            )
            uow.members.put(replace(member, **{name: value}, updated_at=till.shop.clock()))
            uow.commit()

    def block(self, till: TillAt) -> None:
        with till.database.write() as uow:
            for card in uow.members.cards(self._member())[:1]:
                uow.members.put_card(replace(card, state=CardState.BLOCKED))
            uow.commit()

    def consent(self, till: TillAt) -> None:
        answer = Answer(Purpose.EMAIL, self.chance.random() < 0.5, "May we?", "en")
        till.shop.services.enrolment.record_answer(self._member(), answer, CASHIER)

    def correct(self, till: TillAt) -> None:
        till.shop.services.office.adjust(
            self._member(), self.chance.randint(-300, 300) or 1, "because", BOSS
        )

    def level(self, till: TillAt) -> None:
        till.shop.services.office.grant_tier(self._member(), "gold", None, "because", BOSS)

    def order(self, till: TillAt) -> None:
        number = self.chance.randint(1, 6)
        order = OnlineOrder(
            store="vendure", remote_id=str(number), code=f"W{number}", customer_id="",
            email=f"example{number}@example.com", card_number="", placed_at=self.chain.moment,
            currency="EUR", goods=5000, total=5000, lines=(OrderLine("Oil", 1, 5000, "OIL-500"),),
        )  # fmt: skip
        with till.database.read() as uow:
            known = uow.sales.get_order("vendure", str(number))
        till.shop.services.orders.take([order if known is None else replace(known, member_id=None)])

    def publish(self, till: TillAt) -> None:
        till.shop.run(coupons=(CouponKind(code="next", valid_days=self.chance.randint(1, 90)),))

    def time_passes(self, till: TillAt) -> None:
        if self.chance.random() < 0.15:
            self.chain.later(days=self.chance.randint(10, 40))
        elif self.chance.random() < 0.2:  # this till's clock alone goes wrong
            till.shop.moment += (self.chain.moment - till.shop.moment) + self.hours()
        else:
            self.chain.later(minutes=self.chance.randint(1, 90))

    def hours(self) -> Any:
        return timedelta(hours=self.chance.randint(-3, 3))

    def expire(self, till: TillAt) -> None:
        expire_due(till.database, till.shop.till, till.shop.clock, till.shop.new_id)

    def coupon(self, till: TillAt) -> None:
        """A coupon that may be used at two tills at once."""
        with till.database.write() as uow:
            known = uow.journal.uses("C" if not self.codes else self.codes[-1])
            if not self.codes or self.chance.random() < 0.5:
                code = voucher_code("C", self.chance.getrandbits(60))
                uow.vouchers.put(
                    Voucher(
                        code=code, kind=VoucherKind.COUPON, issued_at=till.shop.clock(),
                        coupon="next", uses_left=self.chance.choice((1, 2, None)),
                    )
                )  # fmt: skip
                self.codes.append(code)
            elif self.chance.random() < 0.2 and known:
                uow.vouchers.given_back(VoucherCode(self.codes[-1]), min(known))
            elif self.chance.random() < 0.1:
                voucher = uow.vouchers.get(VoucherCode(self.codes[-1]))
                if voucher is not None:
                    uow.vouchers.put(replace(voucher, blocked=True))
            else:
                uow.vouchers.used(VoucherCode(self.codes[-1]), None, till.shop.new_id())
            uow.commit()

    codes: list[str] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)

    def money_card(self, till: TillAt) -> None:
        with till.database.write() as uow:
            new = not self.cards or self.chance.random() < 0.3
            if new:
                code = voucher_code("G", self.chance.getrandbits(60))
                uow.vouchers.put(
                    Voucher(
                        code=code, kind=VoucherKind.GIFT_CARD, issued_at=till.shop.clock(),
                        currency="EUR", uses_left=None,
                    )
                )  # fmt: skip
                self.cards.append(code)
            code = self.cards[-1]
            if uow.vouchers.get(VoucherCode(code)) is None:
                raise TerminalError
            uow.vouchers.append(
                [
                    ValueEntry(
                        id=till.shop.new_id(), code=VoucherCode(code),
                        kind=ValueKind.ISSUE if new else ValueKind.PAY,
                        amount=3000 if new else -2000, currency="EUR",
                        decided_at=till.shop.clock(), till=till.shop.till.code,
                        seq=uow.next_seq(till.shop.till.code),
                    )
                ]
            )  # fmt: skip
            uow.commit()

    # -- what networks and machines do -----------------------------------------------------------

    def round(self, till: TillAt) -> None:
        self.chain.hub.away = self.chance.random() < 0.2
        till.round()
        self.chain.hub.away = False

    def lose(self, till: TillAt) -> None:
        self.chain.hub.lose_next = True
        till.round()
        self.chain.hub.lose_next = False

    def crash(self, till: TillAt) -> None:
        engine = crash_at(till, self.chance.randint(0, 25))
        try:
            engine.push()
            engine.pull()
        except CrashError:
            pass


@contextmanager
def lived(seed: int, tills: int = 3, steps: int = 60, **careless: bool) -> Iterator[Life]:
    """A life over files of its own."""
    with tempfile.TemporaryDirectory() as folder:
        life = Life(Path(folder), seed, tills, steps)
        for name, value in careless.items():
            setattr(life.chain.hub, name, value)
        life.chain.hub.chance = life.chance.random
        try:
            yield life
        finally:
            life.chain.close()


def main(arguments: list[str]) -> int:
    line = argparse.ArgumentParser()
    line.add_argument("--count", type=int, default=100)
    line.add_argument("--from", type=int, default=1, dest="first")
    line.add_argument("--tills", type=int, default=3)
    asked = line.parse_args(arguments)
    done: dict[str, int] = {}
    for seed in range(asked.first, asked.first + asked.count):
        with lived(seed, asked.tills) as life:
            try:
                life.live()
                life.heal()
            except Exception as error:  # noqa: BLE001 - a run of thousands goes on
                sys.stdout.write(f"seed {seed}: {type(error).__name__} {str(error)[:600]}\n")
                sys.stdout.flush()
            for name, count in life.done.items():
                done[name] = done.get(name, 0) + count
    sys.stdout.write(f"{asked.count} lives, {done}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
