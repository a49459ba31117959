"""Sync as a service: what monitoring and the service manager are told."""

import json
import socket
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from sync.health import StoreHealth, SyncHealth
from sync.service import EVERY, STUCK, Manager, Wanted, answering, serve, stuck, summary, untellable

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
WELL = StoreHealth(store="vendure", state="online", waiting=3, age=12.5, rounds=4)
AWAY = StoreHealth(store="shop-2", state="offline", problem="unreachable", blocked=1)


@dataclass
class Work:
    """Something that is kept going."""

    stores: tuple[StoreHealth, ...] = (WELL,)
    calls: list[str] = field(default_factory=list)
    tended: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        self.calls.append("start")

    def tend(self) -> None:
        self.tended.set()

    def health(self) -> SyncHealth:
        return SyncHealth(AT, self.stores)

    def stop(self, patience: float = 5.0) -> bool:
        self.calls.append("stop")
        return True


@pytest.fixture
def manager(tmp_path: Path):
    """A socket that listens as systemd does; answers what it was told so far."""
    line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    line.bind(str(tmp_path / "notify"))
    line.settimeout(10)
    yield line
    line.close()


def told(line: socket.socket, last: str) -> list[str]:
    news: list[str] = []
    while not news or not news[-1].startswith(last):
        news.append(line.recv(4096).decode())
    return news


def test_monitoring_is_answered_on_loopback(tmp_path):
    work = Work()
    with answering(0, work.health) as port:
        well = requests.get(f"http://127.0.0.1:{port}/health", timeout=5)
        assert (well.status_code, well.json()["stores"][0]["waiting"]) == (200, 3)
        work.stores = (WELL, AWAY)
        ill = requests.get(f"http://127.0.0.1:{port}/health", timeout=5)
        assert (ill.status_code, ill.json()["well"]) == (503, False)
        figures = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
        assert 'sync_queue_age_seconds{store="vendure"} 12.5' in figures
        assert requests.get(f"http://127.0.0.1:{port}/", timeout=5).status_code == 404


def test_the_service_manager_hears_when_it_begins_goes_on_and_ends(tmp_path, manager):
    work, ending = Work(), threading.Event()
    environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "40000"}
    file = tmp_path / "health.json"
    given = (work, Wanted(0, file), ending)
    thread = threading.Thread(target=serve, args=given, kwargs={"environment": environment})
    thread.start()
    news = told(manager, "WATCHDOG")
    assert news[0] == "READY=1"
    assert "STATUS=vendure online, 3 waiting, 0 blocked" in news
    assert json.loads(file.read_text("utf-8"))["well"] is True
    ending.set()
    thread.join(10)
    assert told(manager, "STOPPING")[-1] == "STOPPING=1"
    assert work.calls == ["start", "stop"]
    assert work.tended.is_set(), "what a window asks was looked at"


def test_a_round_that_hangs_is_not_said_to_go_on(tmp_path, manager):
    work, ending = (
        Work((StoreHealth(store="s", state="online", quiet=STUCK + 1),)),
        threading.Event(),
    )
    environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "40000"}
    given = (work, Wanted(), ending)
    thread = threading.Thread(target=serve, args=given, kwargs={"environment": environment})
    thread.start()
    news = told(manager, "STATUS") + told(manager, "STATUS")
    work.stores = (WELL,)
    assert "WATCHDOG=1" not in news
    told(manager, "WATCHDOG")
    ending.set()
    thread.join(10)


def test_without_a_service_manager_nothing_is_said():
    quiet = Manager({})
    quiet.tell(READY=1)
    assert (quiet.watches, quiet.every) == (False, EVERY)
    assert Manager({"WATCHDOG_USEC": "4000000"}).every == 2
    Manager({"NOTIFY_SOCKET": "/nowhere/notify"}).tell(READY=1)


def test_a_port_or_a_file_that_can_not_be_had_is_named_with_what_to_do(tmp_path):
    with answering(0, Work().health) as port, pytest.raises(OSError, match="in use") as taken:
        serve(Work(), Wanted(port), threading.Event())
    said = untellable(taken.value, port)
    assert f"Port {port} of this machine" in said
    assert "in use" in said
    assert "Give --port another number" in said
    with pytest.raises(OverflowError) as none:
        serve(Work(), Wanted(70_000), threading.Event())
    assert "Port 70000 of this machine can't be had (there is no such port)" in untellable(
        none.value, 70_000
    )
    away = tmp_path / "away" / "health.json"
    with pytest.raises(OSError, match="No such file") as missing:
        serve(Work(), Wanted(file=away), threading.Event())
    said = untellable(missing.value, None)
    assert f"to {away} (No" in said
    assert "Give --health a file" in said


def test_a_port_that_is_taken_keeps_it_from_beginning():
    work = Work()
    with answering(0, work.health) as port, pytest.raises(OSError, match="in use"):
        serve(work, Wanted(port), threading.Event(), environment={})
    assert work.calls == []


def test_what_is_said_of_several_stores():
    health = SyncHealth(AT, (WELL, AWAY))
    assert summary(health).endswith("shop-2 offline, 0 waiting, 1 blocked")
    assert not stuck(health)
