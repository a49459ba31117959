"""Knocking at online stores, over real sockets: what answers, where it leads, what is told."""

from dataclasses import replace

import pytest

from sync.connecting import Door, recognisers
from sync.errors import Misconfigured, Refused, Retryable
from sync.online_store import Recognised
from sync.wire import Line
from terminal.connecting import KINDS, Draft, NeedSeen, Part, Rehearsal, RightSeen
from terminal.errors import StoreTrouble
from terminal.online import Customer
from terminal.settings import OnlineStoreSettings
from tests.sync.fake_store import ALL, FakeStore
from tests.sync.rough_server import RoughServer, authority

QUICK = Line(connect_timeout=2.0, patience=2.0)
WANTED = OnlineStoreSettings(kind="vendure", url="https://shop.example")


def never():
    return False


class Importing:
    """A first import made of words."""

    def rehearse(self, told, go_on):
        told(Part("customers", 3))
        return Rehearsal(customers=3)

    def run(self, told, go_on):
        raise Retryable("busy", retry_after=7)


def asks(path, kind="vendure"):
    """Knows its kind by one path."""

    def recognise(wire, url):
        answer = wire.ask("GET", f"{url}{path}")
        return Recognised(kind, url, "Elia") if answer.status == 200 else None

    return recognise


def door(*known, connect=None, line=QUICK):
    named = {f"kind{n}": one for n, one in enumerate(known)}
    return Door(connect or (lambda wanted, secret: FakeStore()), lambda store, wanted: Importing(),
                known=lambda: named, line=line)  # fmt: skip


def paths(**statuses):
    """Answers by path; what is not named is not there."""

    def act(talk):
        path = talk.head.split()[1].strip("/").replace("/", "_") or "root"
        status = statuses.get(path, 404)
        if isinstance(status, str):
            talk.answer(302, b"", Location=status)
        else:
            talk.answer(status)

    return act


def trouble(work):
    with pytest.raises(StoreTrouble) as raised:
        work()
    return raised.value.details


def test_a_store_is_found_beneath_what_was_typed():
    with RoughServer(paths(root=200, de_hello=200)) as server:
        typed = f"http://127.0.0.1:{server.port}/de/wp-admin/edit.php?x=1"
        found = door(asks("/hello")).recognise(typed, "", never)
    assert found.url == f"http://127.0.0.1:{server.port}/de"
    assert (found.kind, found.title, found.warns) == ("vendure", "Elia", ("not_https",))


def test_without_a_scheme_an_open_line_serves_where_there_is_no_other():
    with RoughServer(paths(root=200, hello=200)) as server:
        knock = door(asks("/hello"), line=Line(connect_timeout=2.0, patience=0.3))
        found = knock.recognise(f"127.0.0.1:{server.port}", "", never)
    assert found.url.startswith("http://")
    assert "not_https" in found.warns


def test_a_server_that_leads_elsewhere_is_followed_by_hand():
    with RoughServer(paths(root=200, hello=200)) as there:
        away = f"http://127.0.0.1:{there.port}/"
        with RoughServer(paths(root=away)) as server:
            found = door(asks("/hello")).recognise(f"http://127.0.0.1:{server.port}", "", never)
    assert found.where == away.rstrip("/")
    assert found.url == away.rstrip("/")
    assert found.warns == ("not_https", "redirects")


@pytest.mark.parametrize("target", ["/login", "ftp://127.0.0.1/", ""])
def test_what_leads_nowhere_else_is_not_followed(target):
    with RoughServer(paths(root=target, hello=200)) as server:
        found = door(asks("/hello")).recognise(f"http://127.0.0.1:{server.port}", "", never)
        assert len([call for call in server.calls if call.startswith("GET / ")]) == 1
    assert found.where == ""


def test_two_servers_that_lead_to_each_other_are_left():
    with RoughServer() as one, RoughServer() as other:
        one.act = paths(root=f"http://127.0.0.1:{other.port}/", hello=404)
        other.act = paths(root=f"http://127.0.0.1:{one.port}/", hello=404)
        found = door(asks("/hello")).recognise(f"http://127.0.0.1:{one.port}", "", never)
    assert found.kind == ""


def test_what_nobody_knows_is_told_as_such():
    def grumpy(wire, url):
        raise Refused("bad_request")

    def puzzled(wire, url):
        raise Retryable("not_json")

    with RoughServer(paths(root=200)) as server:
        typed = f"http://127.0.0.1:{server.port}/shop"
        found = door(grumpy, puzzled, asks("/hello")).recognise(typed, "", never)
    assert (found.kind, found.url) == ("", typed)


def test_one_that_goes_away_meanwhile_is_away():
    def gone(wire, url):
        raise Retryable("unreachable")

    with RoughServer(paths(root=200)) as server:
        typed = f"http://127.0.0.1:{server.port}"
        details = trouble(lambda: door(gone).recognise(typed, "", never))
    assert (details["problem"], details["passes"]) == ("unreachable", True)


def test_nobody_there_and_no_address_are_told_apart():
    nobody = door(asks("/hello"))
    assert trouble(lambda: nobody.recognise("http://127.0.0.1:9", "", never))["problem"] == (
        "unreachable"
    )
    assert trouble(lambda: nobody.recognise("anna@example.com", "", never))["problem"] == (
        "no_address"
    )


def test_a_certificate_of_the_shops_own_is_trusted_by_its_file_and_never_passed_over(tmp_path):
    signer = authority(tmp_path)
    with RoughServer(paths(root=200, hello=200), tls=signer.context()) as server:
        typed, knock = f"127.0.0.1:{server.port}", door(asks("/hello"))
        assert trouble(lambda: knock.recognise(typed, "", never))["problem"] == "certificate"
        found = knock.recognise(typed, str(signer.ca), never)
    assert (found.url, found.warns) == (f"https://127.0.0.1:{server.port}", ())


def test_who_lost_patience_is_not_kept():
    with RoughServer(paths(root=200, hello=200)) as server:
        typed = f"http://127.0.0.1:{server.port}"
        assert trouble(lambda: door(asks("/hello")).recognise(typed, "", lambda: True))
        calls = iter([False, True])
        assert trouble(lambda: door(asks("/hello")).recognise(typed, "", lambda: next(calls)))


def test_the_likeliest_kind_is_asked_first():
    asked = []

    def kind(name):
        def recognise(wire, url):
            asked.append(name)

        return recognise

    known = {name: kind(name) for name in ("shopify", "woocommerce", "vendure")}
    knock = Door(lambda wanted, secret: FakeStore(), lambda store, wanted: Importing(),
                 known=lambda: known, line=QUICK)  # fmt: skip
    with RoughServer(paths(root=200)) as server:
        knock.recognise(f"http://127.0.0.1:{server.port}/admin-api", "", never)
    assert asked[:3] == ["shopify", "woocommerce", "vendure"]
    assert asked[3] == "vendure"


def test_every_kind_of_the_settings_is_recognised_by_its_adapter():
    assert set(recognisers()) == set(KINDS)


# -- a visit ---------------------------------------------------------------------------------------


def visit(store):
    return door(connect=lambda wanted, secret: store).visit(Draft(WANTED, "a key"))


def test_a_visit_asks_the_adapter_and_tells_it_in_the_terminals_words():
    store = FakeStore(forbidden=("write_orders",), lacking=("customer_fields",))
    there = visit(store)
    greeting = there.greet()
    assert (greeting.title, greeting.currency, greeting.version) == ("fake", "EUR", "1")
    assert there.rights()[3] == RightSeen("write_orders", ok=False, problem="forbidden")
    assert NeedSeen("customer_fields", there=False, can_make=True) in [
        NeedSeen(one.code, one.there, one.can_make) for one in there.needs()
    ]
    there.prepare(["customer_fields"])
    assert store.prepared == ["customer_fields"]
    assert there.rehearse(lambda part: None, lambda: True).customers == 3
    there.close()
    assert store.closed


def test_what_an_adapter_raises_comes_out_as_trouble():
    store = FakeStore(script=[Misconfigured("wrong_key", where="key")])
    there = visit(store)
    assert trouble(there.greet) == {
        "problem": "wrong_key", "where": "key", "passes": False, "wait": None,
    }  # fmt: skip
    details = trouble(lambda: there.run(lambda part: None, lambda: True))
    assert (details["passes"], details["wait"]) == (True, 7)

    def no_store(wanted, secret):
        raise Misconfigured("no_address")

    assert trouble(lambda: door(connect=no_store).visit(Draft(WANTED, "")))["problem"] == (
        "no_address"
    )


def test_a_person_is_somebody_who_is_still_there():
    store = FakeStore()
    there = visit(store)
    assert there.person("eleni@example.com", "") is None
    store.find_customer = lambda *, email="", card="": Customer(
        "7", email, "2950", given_name="Eleni", deleted=email.startswith("gone")
    )
    assert there.person("eleni@example.com", "").name == "Eleni"
    assert there.person("gone@example.com", "") is None


def test_a_store_that_can_not_be_asked_by_card_is_not():
    store, asked = FakeStore(capabilities=replace(ALL, finds_by_card=False)), []
    store.find_customer = lambda *, email="", card="": asked.append((email, card))
    assert visit(store).person("eleni@example.com", "2950") is None
    assert asked == [("eleni@example.com", "")]


def test_a_line_that_breaks_at_closing_is_let_go():
    class Sticky(FakeStore):
        def close(self):
            super().close()
            raise Retryable("broken_off")

    store = Sticky()
    visit(store).close()
    assert store.closed
