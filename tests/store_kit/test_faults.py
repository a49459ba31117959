"""The failing network fails as scripted: no more, no less, and it tells what it saw."""

from __future__ import annotations

import threading
import time

import pytest
import requests

from tests.faults import FaultProxy
from tests.stores import Admin, VendureStore, unique

CREATE = (
    "mutation($input: CreateCustomerInput!) { createCustomer(input: $input) {"
    " __typename ... on Customer { id } ... on ErrorResult { errorCode message } } }"
)


def ask(network: FaultProxy, store: VendureStore, document: str, **variables: object) -> dict:
    answer = requests.post(
        network.url,
        json={"query": document, "variables": variables},
        headers={"vendure-api-key": store.api_key},
        timeout=10,
    )
    answer.raise_for_status()
    return answer.json()


def person() -> dict[str, str]:
    return {
        "firstName": "Example",
        "lastName": "Sample",
        "emailAddress": f"{unique('f')}@example.com",
    }


def test_a_well_network_changes_nothing(network: FaultProxy, vendure: VendureStore) -> None:
    direct = requests.post(
        vendure.admin_api,
        json={"query": "{ activeChannel { code } }"},
        headers={"vendure-api-key": vendure.api_key},
        timeout=10,
    ).json()
    assert ask(network, vendure, "{ activeChannel { code } }") == direct
    assert [(seen.forwarded, seen.status, seen.fault) for seen in network.seen] == [
        (True, 200, None)
    ]


def test_a_lost_answer_is_of_something_done(
    network: FaultProxy, vendure: VendureStore, admin: Admin
) -> None:
    network.lose_answer(when="createCustomer")
    someone = person()
    ask(network, vendure, "{ activeChannel { code } }")
    with pytest.raises(requests.ConnectionError):
        ask(network, vendure, CREATE, input=someone)
    assert admin.customer(someone["emailAddress"]) is not None
    again = ask(network, vendure, CREATE, input=someone)
    assert again["data"]["createCustomer"]["errorCode"] == "EMAIL_ADDRESS_CONFLICT_ERROR"
    assert [seen.fault for seen in network.asked("createCustomer")] == ["lost answer", None]
    assert network.asked("createCustomer")[0].variables["input"] == someone


def test_a_lost_request_is_of_something_not_done(
    network: FaultProxy, vendure: VendureStore, admin: Admin
) -> None:
    network.lose_request(when="createCustomer")
    someone = person()
    with pytest.raises(requests.ConnectionError):
        ask(network, vendure, CREATE, input=someone)
    assert admin.customer(someone["emailAddress"]) is None


def test_an_answer_breaks_off_in_its_middle(network: FaultProxy, vendure: VendureStore) -> None:
    network.cut_answer()
    with pytest.raises(requests.RequestException):
        ask(network, vendure, "{ activeChannel { code } }")
    assert network.seen[0].status == 200


def test_a_network_that_is_down_refuses_and_comes_back_on_the_same_port(
    network: FaultProxy, vendure: VendureStore
) -> None:
    address = network.url
    network.down()
    with pytest.raises(requests.ConnectionError):
        ask(network, vendure, "{ activeChannel { code } }")
    assert network.seen == []
    network.up()
    assert network.url == address
    assert "data" in ask(network, vendure, "{ activeChannel { code } }")


def test_going_down_ends_open_lines(network: FaultProxy, vendure: VendureStore) -> None:
    with requests.Session() as session:
        headers = {"vendure-api-key": vendure.api_key}
        document = {"query": "{ activeChannel { code } }"}
        session.post(network.url, json=document, headers=headers, timeout=10)
        network.down()
        with pytest.raises(requests.ConnectionError):
            session.post(network.url, json=document, headers=headers, timeout=10)


def test_somebody_in_between_answers(network: FaultProxy, vendure: VendureStore) -> None:
    network.status(503, times=2, headers={"Retry-After": "7"})
    network.html(times=1)
    codes = []
    for _ in range(3):
        answer = requests.post(network.url, json={"query": "{ me { id } }"}, timeout=10)
        codes.append((answer.status_code, answer.headers.get("Retry-After"), answer.text[:9]))
    assert codes == [(503, "7", ""), (503, "7", ""), (200, None, "<!doctype")]
    assert not any(seen.forwarded for seen in network.seen)


def test_a_fault_spares_the_first_and_ends_by_itself(
    network: FaultProxy, vendure: VendureStore
) -> None:
    network.status(500, when=lambda seen: seen.method == "POST", after=1, times=1)
    codes = [
        requests.post(network.url, json={"query": "{ me { id } }"}, timeout=10).status_code
        for _ in range(3)
    ]
    assert codes == [200, 500, 200]


def test_a_fault_without_an_end_lasts_until_healed(
    network: FaultProxy, vendure: VendureStore
) -> None:
    network.status(502, times=None)
    codes = [requests.post(network.url, json={}, timeout=10).status_code for _ in range(3)]
    assert codes == [502] * 3
    network.heal()
    assert "data" in ask(network, vendure, "{ activeChannel { code } }")


def test_a_slow_network_is_slow_for_one_request_only(
    network: FaultProxy, vendure: VendureStore
) -> None:
    network.slow(0.5, when="slowly")
    slow = threading.Thread(
        target=ask, args=(network, vendure, "query slowly { activeChannel { code } }")
    )
    began = time.monotonic()
    slow.start()
    ask(network, vendure, "query quickly { activeChannel { code } }")
    assert slow.is_alive()
    slow.join(10)
    assert time.monotonic() - began >= 0.5


def test_a_very_slow_answer_does_not_hold_up_the_end(vendure: VendureStore) -> None:
    began = time.monotonic()
    with FaultProxy(vendure.admin_api) as network:
        network.slow(60)
        with pytest.raises(requests.Timeout):
            requests.post(network.url, json={}, timeout=0.2)
    assert time.monotonic() - began < 5
