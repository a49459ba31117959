"""A bad line to a real Vendure store: whatever gets lost, a sale is one order."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from sync.errors import Misconfigured, Retryable
from sync.online_store import SaleNews
from sync.stores.vendure import Access, VendureOnlineStore
from tests.stores import ADMIN_PASSWORD, ADMIN_USER, Admin, VendureStore, unique
from tests.sync.online import (
    assert_told,
    connect,
    drafts,
    insist,
    orders_of_sale,
    sale_of,
)


@pytest.fixture(params=["vendure", "vendure_pg"])
def either(request: pytest.FixtureRequest) -> VendureStore:
    """The store on each of its databases: they say in different words that an id is taken."""
    store: VendureStore = request.getfixturevalue(request.param)
    return store


@pytest.fixture
def owner(either: VendureStore) -> Iterator[Admin]:
    owner = Admin(either)
    yield owner
    owner.close()


def test_six_racing_pushes_make_one_order(either, owner):
    sale, before = sale_of(), drafts(owner)
    gate, told, failed = threading.Barrier(6), [], []

    def push() -> None:
        store = connect(either.admin_api, settle=timedelta(seconds=2))
        try:
            store.check()
            gate.wait()
            told.append(insist(lambda: store.put_sale(SaleNews(sale, None, fresh=True))))
        except BaseException as error:  # noqa: BLE001 (told to the test's own thread)
            failed.append(error)
        finally:
            store.close()

    threads = [threading.Thread(target=push) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert len(set(told)) == 1
    assert len(told) == 6
    assert_told(owner, sale)
    assert drafts(owner) == before


def test_a_half_filled_draft_is_left_alone_while_it_is_warm_and_then_replaced(vendure, admin):
    sale = sale_of()
    made = admin.ask("mutation { createDraftOrder { id } }")["createDraftOrder"]["id"]
    admin.ask(
        "mutation($o: ID!, $i: UpdateOrderInput!) {"
        " setDraftOrderCustomFields(orderId: $o, input: $i) { id } }",
        o=made,
        i={"id": made, "customFields": {"posSaleId": sale.id}},
    )
    patient = connect(vendure.admin_api, settle=timedelta(seconds=3600))
    with pytest.raises(Retryable, match="in_progress"):
        patient.put_sale(SaleNews(sale, None))
    hasty = connect(vendure.admin_api)
    told = insist(lambda: hasty.put_sale(SaleNews(sale, None)))
    assert told.id != made
    assert_told(admin, sale)


def test_a_sale_left_before_its_payment_is_paid(vendure, network, admin):
    sale, store = sale_of(), connect(network.url)
    network.lose_request(when="addManualPaymentToOrder")
    with pytest.raises(Retryable):
        store.put_sale(SaleNews(sale, None, fresh=True))
    [left] = orders_of_sale(admin, sale)
    admin.ask(
        'mutation($id: ID!) { transitionOrderToState(id: $id, state: "ArrangingPayment")'
        " { __typename } }",
        id=left["id"],
    )
    told = insist(lambda: store.put_sale(SaleNews(sale, None)))
    assert told.id == left["id"]
    assert_told(admin, sale)


def test_a_slow_store_is_given_up_in_time(network):
    store = VendureOnlineStore(
        Access(url=network.url, username=ADMIN_USER, secret=ADMIN_PASSWORD, patience=0.3)
    )
    network.slow(3)
    began = time.monotonic()
    with pytest.raises(Retryable, match="timeout"):
        store.check()
    assert time.monotonic() - began < 2


def test_nobody_at_the_address(network):
    store = connect(network.url)
    network.down()
    with pytest.raises(Retryable) as failure:
        store.check()
    assert failure.value.away


@pytest.mark.parametrize(
    ("status", "problem"), [(500, "server_error"), (502, "server_error"), (429, "busy")]
)
def test_a_busy_store_says_when_to_come_back(network, status, problem):
    store = connect(network.url)
    network.status(status, headers={"Retry-After": "17"})
    with pytest.raises(Retryable, match=problem) as failure:
        store.check()
    assert failure.value.retry_after == 17


def test_a_web_page_instead_of_the_store(network):
    store = connect(network.url)
    network.html()
    with pytest.raises(Retryable, match="portal"):
        store.check()


def test_another_address_is_a_mistake_to_mend(vendure):
    with pytest.raises(Misconfigured, match="wrong_address"):
        connect(vendure.admin_api + "x").check()
    for address in ("", "ftp://127.0.0.1/admin-api", "http://"):
        with pytest.raises(Misconfigured, match="no_address"):
            connect(address).check()


def test_secrets_and_people_stay_out_of_what_failures_say(network, caplog):
    caplog.set_level("DEBUG")
    secret = unique("secret")
    store = VendureOnlineStore(Access(url=network.url, username="nobody", secret=secret))
    with pytest.raises(Misconfigured, match="wrong_password") as failure:
        store.check()
    assert secret not in caplog.text + repr(failure.value) + repr(Access(url="", secret=secret))
