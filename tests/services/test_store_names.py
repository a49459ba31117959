"""Stores that are connected while the till is open: what is booked from then on is for them too."""

from dataclasses import replace

import pytest

from terminal.errors import SettingsBroken
from terminal.services import suite
from terminal.services.store_names import StoreNames
from terminal.settings import parse
from tests.shop import open_shop

SETTINGS = parse(
    '[online_store]\nkind = "vendure"\nurl = "https://a.example"\n'
    '[[more_online_stores]]\nkind = "shopify"\nurl = "https://b.example"\n'
)


def test_names_are_read_like_a_tuple_and_change_for_everybody():
    names = StoreNames(["a"])
    held = names
    names.become(("b", "c"))
    assert (list(held), len(held), held[0], held[1:]) == (["b", "c"], 2, "b", ("c",))
    assert "c" in held
    assert repr(held) == "StoreNames(('b', 'c'))"


def test_a_loop_that_runs_ends_with_what_it_began_with():
    names = StoreNames(["a", "b"])
    seen = []
    for name in names:
        names.become([])
        seen.append(name)
    assert seen == ["a", "b"]
    assert not names


@pytest.mark.parametrize("live", [True, False])
def test_what_is_sold_from_then_on_is_queued_for_them(tmp_path, live):
    shop = open_shop(tmp_path / "till.db", online_stores=StoreNames() if live else ())
    member = shop.enrol("Eleni", email="eleni@example.com")
    with shop.database.read() as uow:
        assert uow.outbox.open(10) == []
    suite.stores_changed(shop.till, SETTINGS)
    shop.sell(member, shop.basket("OIL-500"))
    with shop.database.read() as uow:
        told = {message.store for message in uow.outbox.open(10)}
    assert told == ({"vendure", "shopify"} if live else set())
    shop.database.close()


def test_a_till_of_settings_has_names_that_change():
    till = suite.till_of(SETTINGS)
    assert list(till.online_stores) == ["vendure", "shopify"]
    suite.stores_changed(till, parse(""))
    assert not till.online_stores
    assert not till.couponless_stores


def test_a_till_whose_stores_never_change_keeps_them():
    still = replace(suite.till_of(SETTINGS), online_stores=("a",), couponless_stores=())
    suite.stores_changed(still, parse(""))
    assert still.online_stores == ("a",)


@pytest.mark.parametrize("name", ["", 'name = "vendure"\n'])
def test_two_stores_of_one_name_are_refused_with_a_sentence(name):
    more = f'[[more_online_stores]]\nkind = "vendure"\nurl = "https://b.example"\n{name}'
    with pytest.raises(SettingsBroken) as refused:
        parse(f'[online_store]\nkind = "vendure"\nurl = "https://a.example"\n{more}')
    assert refused.value.details["problem"] == (
        'two online stores are called "vendure"; give one a name of its own'
    )
    own = more.replace(name, "") + 'name = "second"\n'
    settings = parse(f'[online_store]\nkind = "vendure"\n{own}')
    assert [one.called for one in settings.online_stores] == ["vendure", "second"]


def test_a_store_can_not_have_the_name_of_the_hub():
    with pytest.raises(SettingsBroken, match="hub"):
        parse('[online_store]\nkind = "vendure"\nname = "hub"\n')
