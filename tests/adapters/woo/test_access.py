# ruff: noqa: S106 (keys of an imitation)
"""The way into a shop: keys, signatures, clocks, addresses, and what stands in it."""

from datetime import timedelta
from pathlib import Path

import pytest

from sync.errors import Misconfigured, Retryable
from sync.online_store import SaleNews
from sync.stores.woocommerce import Access, WooOnlineStore, recognise
from sync.stores.woocommerce_access import base_of
from sync.stores.woocommerce_http import failure
from sync.stores.woocommerce_wire import Problem
from sync.wire import Line, Wire
from tests.adapters.woo.rules import Told
from tests.adapters.woo.server import Key
from tests.adapters.woo.world import WooWorld
from tests.adapters.world import address, profile_of, sale_of


def problem_of(store: WooOnlineStore) -> tuple[str, str]:
    with pytest.raises((Misconfigured, Retryable)) as told:
        store.check()
    store.close()
    return told.value.problem, told.value.where


# -- keys ------------------------------------------------------------------------------------------


def test_over_https_the_key_goes_openly_and_nothing_is_signed(world: WooWorld):
    store = world.adapter()
    assert store.check().version == "10.0.2"
    kinds = {one.get("authorization", "none").partition(" ")[0] for one in world.server.raw}
    assert kinds == {"none", "Basic"}  # the index is everybody's
    store.close()


def test_a_till_does_not_look_like_a_script(world: WooWorld):
    """Many a host turns away whatever says that it is a script's library."""
    store = world.adapter()
    store.check()
    assert {one["user-agent"] for one in world.server.raw} == {"loyalty-terminal"}
    store.close()


def test_over_http_every_attempt_is_signed_anew(plain: WooWorld):
    store = plain.adapter()
    store.check()
    store.check()
    told = [one["authorization"] for one in plain.server.raw if "authorization" in one]
    assert len(told) > 3
    assert len({one.partition("oauth_nonce=")[2][:20] for one in told}) == len(told)
    assert all("HMAC-SHA256" in one and "cs_test" not in one for one in told)
    store.close()


@pytest.mark.parametrize("minutes", [-600, -20, -14, 14, 20, 600])
def test_a_clock_that_is_wrong_is_corrected_by_the_shops(plain: WooWorld, minutes: float):
    store = WooOnlineStore(
        Access(url=plain.url, key="ck_test", secret="cs_test"),
        seconds=lambda: plain.time.seconds() + minutes * 60,
    )
    assert store.check().currency == "EUR"
    asked = len(plain.server.seen)
    store.check()
    assert len(plain.server.seen) - asked == 3, "once is enough to learn it"
    store.close()


def test_a_shop_that_believes_to_be_elsewhere_checks_signatures_against_that(plain: WooWorld):
    """Behind another server; its own address stands in its index."""
    plain.server.homes = {"http://www.shop.example"}
    plain.shop.home = "http://www.shop.example"
    store = plain.adapter()
    assert store.check().currency == "EUR"
    store.close()


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize(("key", "secret"), [("ck_wrong", "cs_test"), ("ck_test", "cs_wrong")])
def test_a_wrong_key_looks_like_no_key_and_is_told(world, plain, tls, key, secret):
    there = world if tls else plain
    assert problem_of(there.adapter(key=key, secret=secret))[0] == "wrong_key"


@pytest.mark.parametrize("tls", [True, False])
def test_a_server_that_keeps_the_key_from_the_shop_has_it_signed_in_the_address(world, plain, tls):
    """Where PHP runs aside, the header with the key may never reach it."""
    there = world if tls else plain
    there.server.strips = True
    store = there.adapter()
    assert store.check().version == "10.0.2"
    sale = sale_of(there)
    assert store.put_sale(SaleNews(sale, None)) == store.put_sale(SaleNews(sale, None))
    asked = [target for _, target in there.server.seen if "/wc/v3" in target]
    assert sum("oauth_signature" not in target for target in asked) == 1, "found out once"
    assert not any("cs_test" in target or "consumer_secret" in target for target in asked)
    assert not any("authorization" in one for one in there.server.raw[-3:])
    store.close()


def test_signed_in_the_address_a_wrong_clock_and_another_home_are_learned_too(world: WooWorld):
    world.server.strips = True
    world.server.homes = {"https://www.shop.example"}
    world.shop.home = "https://www.shop.example"
    store = WooOnlineStore(
        Access(url=world.url, key="ck_test", secret="cs_test", ca=str(world.certificate)),
        seconds=lambda: world.time.seconds() + 36_000,
    )
    assert store.check().currency == "EUR"
    store.close()


def test_a_key_that_is_wrong_either_way_goes_openly_again(world: WooWorld):
    """So that one that is given out later works at once, and no address is signed for nothing."""
    store = world.stranger()
    for _ in range(2):
        with pytest.raises(Misconfigured) as told:
            store.orders_of("1")
        assert told.value.problem == "wrong_key"
    world.server.keys["ck_nobody"] = Key("cs_test")
    assert store.orders_of("1") == ()
    assert "oauth_signature" not in world.server.seen[-1][1]
    store.close()


def test_a_key_pasted_whole_is_taken_apart():
    assert Access(url="x", secret=" ck_1:cs_2\n").keys == ("ck_1", "cs_2")
    assert Access(url="x", secret="ck_1\ncs_2").keys == ("ck_1", "cs_2")
    assert Access(url="x", key="ck_1 ", secret="cs_2\n").keys == ("ck_1", "cs_2")
    assert "cs_2" not in repr(Access(url="x", secret="ck_1:cs_2"))


def test_a_read_only_key_is_401_and_told_right_by_right(world: WooWorld):
    weak, missing = world.weak()
    told = {right.code: right for right in weak.rights()}
    assert {code for code in told if told[code].problem == "forbidden"} == missing
    assert told["write_orders"].where == "POST /orders/batch"
    assert not told["write_coupons"].needed
    weak.close()


def test_a_write_only_key_is_told_right_by_right(world: WooWorld):
    world.server.keys["ck_wo"] = Key("cs_wo", "write")
    store = world.adapter(key="ck_wo", secret="cs_wo")
    told = {right.code: (right.ok, right.problem) for right in store.rights()}
    assert told["read_customers"] == (False, "forbidden")
    assert told["write_customers"] == (True, "")
    store.close()


def test_a_key_that_is_let_in_nowhere_is_a_wrong_one(world: WooWorld):
    stranger = world.stranger()
    assert {right.problem for right in stranger.rights()} == {"wrong_key"}
    stranger.close()


def test_finding_out_what_a_key_may_do_leaves_nothing_behind(world: WooWorld):
    store = world.adapter()
    assert all(right.ok for right in store.rights())
    assert (world.shop.people.users, world.shop.orders.rows) == ({}, {})
    store.close()


def test_a_key_without_the_shops_settings_still_sells(world: WooWorld):
    world.server.keys["ck_clerk"] = Key("cs_c", forbidden=("/system_status", "/settings", "/taxes"))
    world.place_order({"COF-250": 1}, address())
    store = world.adapter(key="ck_clerk", secret="cs_c")
    assert (store.check().currency, store.check().version) == ("EUR", "")
    store.put_sale(SaleNews(sale_of(world), None))
    told = {right.code: right for right in store.rights()}
    assert (told["read_settings"].ok, told["read_settings"].needed) == (False, False)
    store.close()


# -- addresses -------------------------------------------------------------------------------------


def test_a_redirection_is_refused_and_the_right_address_is_told(world: WooWorld):
    world.server.moved = world.server.url
    before = len(world.server.seen)
    problem, where = problem_of(world.adapter(world.server.http))
    assert (problem, where) == ("redirected", world.server.url)
    assert len(world.server.seen) == before + 1, "nothing was followed"


def test_a_sale_is_not_lost_to_a_redirection(world: WooWorld):
    """A POST that is followed comes back as a GET, and nothing is made."""
    store = world.adapter(world.server.http)
    store.check()
    world.server.moved = world.server.url
    with pytest.raises(Retryable) as told:
        store.put_sale(SaleNews(sale_of(world), None))
    assert (told.value.problem, told.value.away) == ("redirected", True)
    assert world.shop.orders.rows == {}
    store.close()


def test_plain_permalinks_are_diagnosed(world: WooWorld):
    world.shop.pretty = False
    store = world.adapter()
    with pytest.raises(Misconfigured) as told:
        store.customer("1")
    assert told.value.problem == "plain_permalinks"
    store.close()
    found = world.recognise(Wire(Line()), world.url)
    assert found.warns == ("plain_permalinks",)


def test_plain_permalinks_where_every_address_is_the_front_page_are_no_captive_portal(
    world: WooWorld,
):
    world.shop.pretty, world.server.fronts = False, True
    assert problem_of(world.adapter())[0] == "plain_permalinks"
    world.shop.pretty = True
    world.server.page = (200, "Sign in to this network", {})
    assert problem_of(world.adapter())[0] == "portal"


def test_the_address_of_a_page_in_the_shop_is_not_taken_for_the_shops_own(world: WooWorld):
    """WordPress answers ``?rest_route=`` at any address, whatever its permalinks are."""
    for typed in (f"{world.url}/shop/", f"{world.url}/product-category/tea/?orderby=price"):
        found = world.recognise(Wire(Line()), typed)
        assert (found.url, found.warns) == (world.url, ())
        world.shop.pretty = False
        found = world.recognise(Wire(Line()), typed)
        assert (found.url, found.warns) == (world.url, ("plain_permalinks",))
        world.shop.pretty = True


def test_plain_permalinks_are_diagnosed_at_the_first_look_too(world: WooWorld):
    world.shop.pretty = False
    assert problem_of(world.adapter())[0] == "plain_permalinks"


def test_a_shop_that_tells_strangers_nothing_is_one_all_the_same(world: WooWorld):
    """Plugins close the index to whoever has not logged in; keys open WooCommerce's part only."""
    answer = world.server.answer

    def closed(method: str, target: str, *rest: object, **more: object) -> Told:
        if target.startswith("/wp-json/?"):
            said = {"code": "rest_not_logged_in", "message": "", "data": {"status": 401}}
            return Told(401, said)
        return answer(method, target, *rest, **more)

    world.server.answer = closed
    found = world.recognise(Wire(Line()), world.url)
    assert (found.kind, found.title) == ("woocommerce", "")
    store = world.adapter()
    assert store.check().title == world.url.removeprefix("https://")
    store.close()


def test_a_plugin_that_is_off_is_told_from_a_wrong_path(world: WooWorld):
    world.shop.plugin = False
    assert problem_of(world.adapter())[0] == "plugin_off"
    assert world.recognise(Wire(Line()), world.url).warns == ("plugin_off",)
    assert problem_of(world.adapter(f"{world.url}/nowhere"))[0] in ("wrong_address", "plugin_off")


@pytest.mark.parametrize(
    "typed",
    ["{url}", "{url}/", "{url}/wp-json", "{url}/wp-json/wc/v3/", "{url}/wp-admin", "{url}/a/b",
     " {url}?x=1#y "],
)  # fmt: skip
def test_a_shop_is_recognised_at_what_people_type(world: WooWorld, typed: str):
    found = world.recognise(Wire(Line()), typed.format(url=world.url))
    assert (found.kind, found.url, found.title) == ("woocommerce", world.url, "Example & Sample")
    assert found.warns == ()


def test_a_shop_that_moved_to_https_is_recognised_there(world: WooWorld, certificate: Path):
    world.server.moved = world.server.url
    wire = Wire(Line(ca=str(certificate)))
    found = recognise(wire, world.server.http)
    assert (found.url, found.warns) == (world.server.url, ("redirects",))
    wire.close()


def test_a_shop_without_https_is_warned_of(plain: WooWorld):
    assert plain.recognise(Wire(Line()), plain.url).warns == ("not_https",)


def test_somebody_elses_page_is_not_a_shop(plain: WooWorld):
    plain.server.page = (200, "Hotel network", {})
    assert plain.recognise(Wire(Line()), plain.url) is None


def test_an_address_is_kept_without_what_stands_around_it():
    assert base_of("https://a.example/shop/wp-json/wc/v3") == "https://a.example/shop"
    assert base_of(" https://a.example/?p=1 ") == "https://a.example"


# -- answers that are none -------------------------------------------------------------------------


def test_maintenance_says_when_to_come_back(world: WooWorld):
    world.server.page = (503, "Maintenance", {"Retry-After": "600"})
    store = world.adapter()
    with pytest.raises(Retryable) as told:
        store.check()
    assert (told.value.problem, told.value.retry_after, told.value.away) == ("busy", 600, True)
    store.close()


@pytest.mark.parametrize(
    ("status", "problem"), [(500, "server_error"), (502, "server_error"), (504, "server_error")]
)
def test_a_page_of_a_server_in_trouble_passes(world: WooWorld, status: int, problem: str):
    world.server.page = (status, "Database Error", {})
    assert problem_of(world.adapter())[0] == problem


def test_an_error_whose_data_is_a_number_is_read():
    error = failure(Problem("woocommerce_rest_broken", "Invalid refund amount.", 500))
    assert (error.problem, type(error)) == ("server_error", Retryable)


def test_an_order_that_is_missing_is_400_when_changed_and_404_when_asked_for():
    code = "woocommerce_rest_shop_order_invalid_id"
    assert [failure(Problem(code), status).problem for status in (400, 404)] == ["not_found"] * 2


def test_a_server_that_answers_options_itself_keeps_nobody_out(world: WooWorld):
    options, answer = [], world.server.answer

    def answers(method, *rest, **more):
        if method != "OPTIONS":
            return answer(method, *rest, **more)
        options.append(method)
        world.server.page = (405, "Not allowed", {})
        told = answer(method, *rest, **more)
        world.server.page = None
        return told

    world.server.answer = answers
    store = world.adapter()
    sale = sale_of(world)
    store.put_sale(SaleNews(sale, None))
    assert options
    assert len(world.sold(sale)) == 1
    store.close()


def test_a_clock_of_the_shop_is_known_after_an_answer(world: WooWorld):
    store = world.adapter()
    assert store.store_time is None
    store.check()
    assert abs(store.store_time - world.now()) < timedelta(seconds=2)
    store.close()


def test_fields_that_are_eaten_are_noticed(world: WooWorld):
    """Nothing is said when a plugin keeps no custom field."""
    world.shop.people._meta = lambda user, told: None
    store = world.adapter()
    with pytest.raises(Misconfigured) as told:
        store.put_member(profile_of(world, address()), None)
    assert (told.value.problem, told.value.where) == ("schema", "meta_data")
    store.close()
