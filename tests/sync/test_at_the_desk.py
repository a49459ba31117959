"""What a person sets going by hand: the first import of a store that is new, and comparing."""

from sync.at_the_desk import AtTheDesk
from terminal.connecting import Part
from terminal.ports import RemoteLink
from terminal.settings import OnlineStoreSettings
from tests.shop import open_shop
from tests.sync.fake_store import FakeStore

WANTED = OnlineStoreSettings(kind="vendure", name="online", url="https://shop.example")


def parts(shop, woken):
    return AtTheDesk(
        database=shop.database, till=shop.till, clock=shop.clock, new_id=shop.new_id,
        wake=lambda: woken.append(1),
    )  # fmt: skip


def test_the_store_that_is_imported_from_is_told_what_follows(tmp_path):
    shop = open_shop(tmp_path / "till.db", online_stores=())
    member = shop.enrol("Eleni", email="eleni@example.com").member
    with shop.database.write() as uow:
        uow.sync.put_link(RemoteLink("online", "member", member.id, "7"))
        uow.commit()
    told: list[Part] = []
    run = parts(shop, []).importing(FakeStore(), WANTED)
    assert run.run(told.append, lambda: True)
    with shop.database.read() as uow:
        assert {message.store for message in uow.outbox.open(10)} == {"online"}
    shop.database.close()


def test_comparing_answers_lets_go_and_wakes(tmp_path):
    shop = open_shop(tmp_path / "till.db", online_stores=("online",))
    store, woken = FakeStore(), []
    done = parts(shop, woken).compare(store, WANTED)
    assert (done.whole, done.figures.members, done.store) == (True, 0, "online")
    assert store.closed
    assert woken == [1]
    shop.database.close()


def test_comparing_is_stopped_after_a_member_and_gone_on_with(tmp_path):
    shop = open_shop(tmp_path / "till.db", online_stores=("online",))
    store = FakeStore()
    for name in ("Eleni", "Nikos", "Maria"):
        customer = store.registers(f"{name.lower()}@sample.example")
        member = shop.enrol(name, email=customer.email).member
        with shop.database.write() as uow:
            uow.sync.put_link(RemoteLink("online", "member", member.id, customer.id))
            uow.commit()
    seen: list[int] = []
    desk = parts(shop, [])
    done = desk.compare(store, WANTED, lambda: len(seen) < 2, lambda f: seen.append(f.members))
    assert (done.whole, done.problem, seen) == (False, "", [1, 2])
    done = desk.compare(store, WANTED, progress=lambda f: seen.append(f.members))
    assert (done.whole, seen) == (True, [1, 2, 3])
    shop.database.close()
