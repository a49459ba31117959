"""Two tills of a chain, a hub on PostgreSQL and a real online store, put together as ``main`` does:
whatever is booked at one till is true at the other and online, and one of them talks to the store.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import main
from terminal import demo
from terminal.cards import own_card
from terminal.members import Purpose
from terminal.services.enrolment import Answer, EnrolmentForm
from terminal.staff import Role, Staff
from tests.databases import Postgres
from tests.stores import Admin, Shopper, VendureStore, unique
from tests.stories.chain_till import At

YES = Answer(Purpose.PROGRAMME, True, "May we?", "en")


@pytest.fixture
def owner(postgres: Postgres) -> str:
    name = unique("chain")
    url = postgres.create(name).replace("postgres://", "postgresql://")
    address = f"127.0.0.1:{postgres.port}/{name}"
    assert main.main(["hub", "--owner", url, "create", "--address", address]) == 0
    return url


@pytest.fixture
def tills(owner: str, vendure: VendureStore, tmp_path: Path) -> Iterator[tuple[At, At]]:
    first = At("K1", tmp_path / "k1", vendure, owner)
    with first.backend.database.write() as uow:
        uow.programs.put(demo.demo_program("EUR"))
        uow.products.put_all(demo.demo_products("en", "EUR"))
        uow.staff.put(Staff("cashier", "Maria", Role.CASHIER, ""))
        uow.commit()
    second = At("K2", tmp_path / "k2", vendure, owner)
    yield first, second
    first.close()
    second.close()


def points_online(admin: Admin, email: str) -> int:
    return int(admin.customer(email)["customFields"]["loyaltyPoints"])


def test_a_member_of_one_till_is_the_same_at_the_other_and_online(
    tills: tuple[At, At], vendure: VendureStore, admin: Admin
) -> None:
    first, second = tills
    email = f"{unique('chain')}@sample.example"
    form = EnrolmentForm(
        card=own_card("2950", 77_001), given_name="Eleni", email=email, answers=(YES,)
    )
    eleni = first.services.enrolment.enrol(form, "cashier").member.id
    first.sell(eleni, "HON-450", 10)
    first.sync(2)
    earned = first.balance(eleni)
    assert earned >= 200

    # The second till knows her, and pays with points that the hub grants.
    second.sync()
    assert second.balance(eleni) == earned
    second.sell(eleni, "OIL-500", 2, points=200)
    after = second.balance(eleni)
    assert after < earned
    second.sync()
    assert second.waiting() > 0  # the first one talks to the online store, not this one
    first.sync(2)
    assert first.balance(eleni) == after == points_online(admin, email)
    second.sync()
    assert second.waiting() == 0
    customer = admin.customer(email)
    paid = [o for o in admin.orders_of(customer["id"]) if o["customFields"]["posSaleId"]]
    assert len(paid) == len({o["customFields"]["posSaleId"] for o in paid}) == 2

    # She buys online; the first till is switched off, and the second goes on where it stopped.
    first.close()
    shopper = Shopper(vendure).register(email)
    shopper.buy({"COF-250": 4})
    shopper.close()
    second.sync(3)
    more = second.balance(eleni)
    assert more > after
    assert points_online(admin, email) == more
    first.open()
    first.sync()
    assert first.balance(eleni) == more
