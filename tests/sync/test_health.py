"""The circuit, the network, and how sync stands as data."""

import json
import socket
from datetime import UTC, datetime
from pathlib import Path

from sync import network
from sync.circuit import Circuit
from sync.crew import together
from sync.health import StoreHealth, SyncHealth, as_json, as_prometheus, of_import
from sync.network import NetworkWatch, routes_in, towards
from terminal.events import ImportMoved, SyncStatus
from terminal.outbox import OutboxCounts

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 13, tzinfo=UTC)


def test_a_circuit_opens_after_three_failures_and_closes_with_the_first_answer():
    circuit = Circuit()
    seen = [circuit.state]
    for _ in range(3):
        circuit.probe()
        circuit.failed()
        seen.append(circuit.state)
    assert seen == ["closed", "closed", "closed", "open"]
    circuit.probe()
    assert circuit.state == "half_open"
    circuit.failed()
    assert (circuit.state, circuit.failures) == ("open", 4)
    circuit.probe()
    circuit.well()
    assert (circuit.state, circuit.failures, circuit.is_closed) == ("closed", 0, True)


def test_another_network_is_noticed_and_a_lost_one_is_not_asked_over():
    home, hotel, none = frozenset({("10.0.0.5",)}), frozenset({("172.16.0.9",)}), frozenset()
    seen = [home, none, none, home, home, hotel]
    looks = iter(seen)
    watch = NetworkWatch(lambda: next(looks))
    assert [watch.changed() for _ in seen] == [False, False, False, True, False, True]


def test_how_this_machine_is_connected_can_be_looked_up_without_sending_anything(tmp_path):
    assert towards(socket.AF_INET, "127.0.0.1") == "127.0.0.1"
    assert towards(socket.AF_INET, "::1") is None
    table = tmp_path / "route"
    assert routes_in(table) == frozenset()
    table.write_text(
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
        "eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
        "torn line\n"
    )
    assert routes_in(table) == {("eth0", "00000000", "0100A8C0")}


def test_where_the_kernel_keeps_no_table_the_machine_s_own_addresses_are_asked_for(monkeypatch):
    asked = []

    def ask(family, address):
        asked.append(address)
        return "10.0.0.5" if family == socket.AF_INET else None

    monkeypatch.setattr(network, "towards", ask)
    monkeypatch.setattr(network, "ROUTES", Path("nowhere"))
    assert network.connections() == {("10.0.0.5",)}
    assert asked == ["192.0.2.1", "2001:db8::1"]
    monkeypatch.undo()
    assert network.connections() == network.connections()


HEALTH = SyncHealth(
    NOON,
    (
        StoreHealth(store="shop", state="online", waiting=2, age=12.5, lag=3.0, last_success=NOON,
                    clock_ms=-1500, rounds=7, requests=40),
        StoreHealth(store='odd"\\\n', state="offline", problem="unreachable", blocked=1,
                    circuit="open", failures=4),
    ),
)  # fmt: skip


def test_monitoring_reads_one_document():
    told = json.loads(as_json(HEALTH))
    assert (told["at"], told["well"]) == ("2026-11-22T12:00:00+00:00", False)
    first, second = told["stores"]
    assert first["last_success"] == "2026-11-22T12:00:00+00:00"
    assert (first["well"], first["age"], first["clock_ms"]) == (True, 12.5, -1500)
    assert (second["well"], second["problem"], second["age"]) == (False, "unreachable", None)


def test_prometheus_reads_lines_and_no_number_is_made_up():
    lines = as_prometheus(HEALTH).splitlines()
    assert 'sync_queue_age_seconds{store="shop"} 12.5' in lines
    assert [one for one in lines if one.startswith("sync_queue_age_seconds{")] == [
        'sync_queue_age_seconds{store="shop"} 12.5'
    ]
    assert 'sync_online{store="odd\\"\\\\\\n"} 0' in lines
    assert 'sync_requests_total{store="shop"} 40' in lines
    assert lines.index("# TYPE sync_requests_total counter") < lines.index(
        'sync_requests_total{store="shop"} 40'
    )
    assert as_prometheus(SyncHealth(NOON)) == ""


def test_a_first_import_without_a_window_is_seen_by_monitoring():
    waiting = OutboxCounts(2, 1, oldest=NOON, tasks=3)
    under_way = of_import(ImportMoved("shop", "open", "orders", 40, 100), waiting, LATER)
    assert (under_way.state, under_way.problem) == ("connecting", "first_import")
    assert (under_way.waiting, under_way.age, under_way.tasks) == (2, 3600.0, 3)
    away = of_import(ImportMoved("b", "waiting", problem="timeout"), OutboxCounts(0, 0), LATER)
    stopped = of_import(ImportMoved("c", "failed", problem="forbidden"), OutboxCounts(0, 0), LATER)
    assert (away.state, away.problem, away.age) == ("offline", "timeout", None)
    assert (stopped.state, stopped.well) == ("misconfigured", False)
    health = SyncHealth(LATER, (under_way, away))
    told = json.loads(as_json(health))["stores"][0]
    assert (told["filling"], told["part"], told["done"], told["total"]) == (
        "open", "orders", 40, 100,
    )  # fmt: skip
    lines = as_prometheus(health).splitlines()
    assert 'sync_first_import_done{store="shop"} 40' in lines
    assert 'sync_first_import_total{store="shop"} 100' in lines
    assert not any(line.startswith('sync_first_import_total{store="b"}') for line in lines)


def test_nothing_set_up_is_well():
    assert SyncHealth(NOON).well
    assert together([]) == SyncStatus()


def test_questions_are_counted_once_though_each_store_counts_all_of_them():
    each = [SyncStatus("online", tasks=3, store=name) for name in ("a", "b", "hub")]
    assert together(each).tasks == 3


def test_of_several_stores_the_worst_is_what_the_light_says():
    good = SyncStatus("online", 2, 0, NOON, store="a", oldest=LATER, clock_ms=200, given_up=1)
    away = SyncStatus("offline", 3, 1, LATER, "unreachable", True, store="b", oldest=NOON)
    both = together([good, away])
    assert (both.state, both.problem, both.store) == ("offline", "unreachable", "")
    assert (both.waiting, both.blocked, both.given_up, both.busy) == (5, 1, 1, True)
    assert (both.last_success, both.oldest, both.clock_ms) == (NOON, NOON, 200)
    assert both.stores == (good, away)
    new = SyncStatus("connecting", store="c")
    assert together([good, new]).last_success is None, "one of them never was well"
    assert together([good, new]).state == "connecting"
