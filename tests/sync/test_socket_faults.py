"""Faults at the socket, as a shop meets them: the state, the words, and how it comes back.

A till sells on a line that is bad in one way. Each fault must end within its deadline in its own
state with its own sentence, hurt no message, and go away by itself once the line is good again.
"""

import re
import socket
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

import sync
from sync.engine import SyncEngine
from sync.wire import Line, Wire, settled
from sync.worker import SyncWorker
from terminal.i18n import Words
from tests.sync.fake_store import FakeStore
from tests.sync.listening import Heard, rested
from tests.sync.rough_server import RoughServer, Talk, authority, json_body, relay, well
from ui.sync_messages import sync_problem

QUICK, PATIENT = 0.5, 30.0
"""Seconds: for lines that are never good, and for those that a busy machine must have time for."""
LATE = 8.0


@dataclass
class WiredStore(FakeStore):
    """The scripted store behind a real socket: every call is a request first."""

    wire: Wire = field(default_factory=lambda: Wire(Line()))
    url: str = ""

    @property
    def requests(self) -> int:
        return self.wire.requests

    def _line(self, what, subject):
        settled(self.wire.ask("POST", f"{self.url}/{what}", body=json_body(what=what)))
        return super()._line(what, subject)

    def close(self):
        self.wire.close()
        super().close()


@dataclass
class Till:
    """A till with one member and a sale to tell."""

    shop: object
    store: WiredStore
    worker: SyncWorker

    def meets(self, problem: str, state: str = "offline") -> str:
        """One round against the fault; answers the sentence that a person reads."""
        self.shop.sell()
        begun = time.monotonic()
        status = self.worker.run_once()
        assert time.monotonic() - begun < LATE
        assert (status.state, status.problem) == (state, problem)
        assert status.blocked == 0
        assert status.waiting > 0, "nothing is lost"
        assert {message.attempts for message in self.shop.open_messages()} == {0}
        return sync_problem(problem, english())

    def is_well_again(self) -> None:
        """The next round, and not even that hurried."""
        status = self.worker.run_once()
        assert (status.state, status.problem) == ("online", "")
        assert self.shop.open_messages() == []
        assert len(self.store.orders) == self.shop._count


def english() -> Words:
    return Words("en")


@pytest.fixture
def till_at(shop, caplog):
    made: list[SyncWorker] = []

    def make(url: str, **line: object) -> Till:
        given = {"connect_timeout": PATIENT, "patience": PATIENT, **line}
        store = WiredStore(wire=Wire(Line(**given)), url=url)
        engine = SyncEngine(
            shop.database, store, clock=shop.clock, new_id=shop.new_id, jitter=lambda: 0.0
        )
        worker = SyncWorker(engine, clock=shop.clock, jitter=lambda: 0.0)
        made.append(worker)
        return Till(shop, store, worker)

    yield make
    for worker in made:
        worker.stop()


def mid_body(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{")
    talk.reset()


def drip(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n")
    talk.drip(b" " * 400)


def drip_headers(talk: Talk) -> None:
    talk.drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 400)


def page(talk: Talk) -> None:
    talk.answer(200, b"<!doctype html><title>Hotel</title>", Content_Type="text/html")


def broken_chunks(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n9\r\n{")
    talk.sock.close()


FAULTS = {
    "reset mid-body": (mid_body, "broken_off", "The line broke off."),
    "a byte at a time": (drip, "timeout", "very slow"),
    "a byte at a time in the headers": (drip_headers, "timeout", "very slow"),
    "chunks broken off": (broken_chunks, "broken_off", "The line broke off."),
    "200 with a page": (page, "portal", "A web page answers instead"),
    "301": (
        lambda talk: talk.answer(301, b"", Location="https://elsewhere.example/"),
        "redirected", "sends the till elsewhere",
    ),
    "302 to a login": (
        lambda talk: talk.answer(302, b"", Location="http://login.hotel.example/"),
        "portal", "If the network wants a login",
    ),
    "429": (lambda talk: talk.answer(429, b"{}", Retry_After="7"), "busy", "asks to wait"),
    "503": (lambda talk: talk.answer(503, b"", Retry_After="7"), "server_error", "has a fault"),
    "rubbish for gzip": (
        lambda talk: talk.answer(200, b"rubbish", Content_Encoding="gzip"),
        "bad_answer", "made no sense",
    ),
    "another protocol": (
        lambda talk: talk.send(b"220 mail.example ESMTP\r\n" * 9), "not_json", "Something else"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_bad_line_is_told_in_its_own_words_and_is_well_again_by_itself(till_at, name):
    act, problem, words = FAULTS[name]
    with RoughServer(act) as server:
        till = till_at(server.url, patience=QUICK if problem == "timeout" else PATIENT)
        assert words in till.meets(problem)
        server.act = well
        till.store.wire = Wire(Line()) if problem == "timeout" else till.store.wire
        till.is_well_again()


@pytest.mark.parametrize("status", [429, 503])
def test_a_store_that_says_how_long_to_wait_is_not_asked_before(till_at, status):
    with RoughServer(lambda talk: talk.answer(status, b"{}", Retry_After="90")) as server:
        till = till_at(server.url)
        till.shop.sell()
        till.worker.run_once()
        assert till.worker._pause >= timedelta(seconds=90)


def test_nobody_answers_and_then_somebody_does(till_at):
    with RoughServer() as server:
        url, port = server.url, server.port
    till = till_at(url)
    assert "does not answer" in till.meets("unreachable")
    with RoughServer(port=port):
        till.is_well_again()


def test_the_name_is_gone_and_comes_back(shop, caplog):
    """The machine's name server went away; the store did not."""
    known = False

    def resolve(host, port):
        if not known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return socket.getaddrinfo("127.0.0.1", port, type=socket.SOCK_STREAM)

    with RoughServer() as server:
        wire = Wire(Line(connect_timeout=PATIENT, patience=PATIENT), resolve=resolve)
        store = WiredStore(wire=wire, url=f"http://shop.example:{server.port}/api")
        engine = SyncEngine(
            shop.database, store, clock=shop.clock, new_id=shop.new_id, jitter=lambda: 0.0
        )
        worker = SyncWorker(engine, clock=shop.clock, jitter=lambda: 0.0)
        till = Till(shop, store, worker)
        assert "name is not found" in till.meets("no_name")
        known = True
        till.is_well_again()
        worker.stop()


@pytest.mark.parametrize(
    ("shown", "problem", "words"),
    [
        ({"days": (-30, -1)}, "certificate_date", "not good today"),
        ({"host": "other.example"}, "certificate_name", "Another machine answers"),
    ],
)
def test_a_certificate_that_is_not_good_keeps_everything_in_until_it_is_renewed(
    till_at, shop_ca, shown, problem, words
):
    with RoughServer(tls=shop_ca.context(**shown)) as server:
        till = till_at(server.url, ca=str(shop_ca.ca))
        assert words in till.meets(problem)
        assert server.calls == [], "nothing was told to a stranger"
        server.tls = shop_ca.context()
        till.is_well_again()


def test_a_certificate_of_an_authority_nobody_knows(till_at, shop_ca, tmp_path):
    stranger = authority(tmp_path, "Stranger CA")
    with RoughServer(tls=stranger.context()) as server:
        till = till_at(server.url, ca=str(shop_ca.ca))
        assert "is not trusted" in till.meets("certificate")
        server.tls = shop_ca.context()
        till.is_well_again()


def test_a_file_of_certificates_that_is_not_there_waits_for_a_person(till_at, tmp_path):
    with RoughServer() as server:
        till = till_at(server.url.replace("http:", "https:"), ca=str(tmp_path / "gone.pem"))
        words = till.meets("certificate_file", "misconfigured")
        assert "can't be read" in words


@pytest.mark.parametrize("safe", [False, True])
def test_a_proxy_that_wants_a_login_and_then_gets_it(till_at, shop_ca, safe):
    """Plainly it answers each request itself; to a safe store it refuses to lead the way."""
    asking = True
    with RoughServer(tls=shop_ca.context() if safe else None) as store:

        def act(talk: Talk) -> None:
            if asking:
                talk.answer(407, b"<html>", Proxy_Authenticate='Basic realm="shop"')
            elif safe:
                relay(talk, store.port)
            else:
                talk.answer()

        with RoughServer(act) as proxy:
            till = till_at(store.url, proxy=f"http://127.0.0.1:{proxy.port}", ca=str(shop_ca.ca))
            assert "proxy does not let the till through" in till.meets("proxy")
            asking = False
            till.is_well_again()
            till.worker.stop()


def test_a_proxy_that_is_switched_off(till_at):
    with RoughServer() as gone:
        port = gone.port
    till = till_at("https://shop.example/api", proxy=f"http://127.0.0.1:{port}")
    assert "proxy does not answer" in till.meets("proxy_away")


def test_a_line_that_loses_every_second_answer_all_day_tells_each_sale_once(till_at):
    turn = iter(range(1_000_000))

    def act(talk: Talk) -> None:
        if next(turn) % 2:
            talk.reset()
        else:
            talk.answer()

    with RoughServer(act) as server:
        till = till_at(server.url)
        for _ in range(8):
            till.shop.sell()
        for _ in range(40):
            till.worker.run_once()
            till.shop.clock.advance(hours=2)
            if not till.shop.open_messages():
                break
        assert len(till.store.orders) == 8
        assert till.shop.open_messages() == []


def test_a_till_that_is_closed_in_the_middle_of_a_dripping_answer_ends_at_once(till_at):
    reached = threading.Event()

    def act(talk: Talk) -> None:
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n")
        reached.set()
        talk.drip(b" " * 4000)

    with RoughServer(act) as server:
        till = till_at(server.url, patience=60.0)
        till.shop.sell()
        till.worker.start()
        assert reached.wait(10)
        begun = time.monotonic()
        assert till.worker.stop()
        assert time.monotonic() - begun < LATE


def test_a_login_of_a_hotel_is_given_while_the_till_pauses(shop, caplog):
    """The worker's own thread: the portal is told, a person logs in and presses, all leaves."""
    heard = Heard()
    with RoughServer(page) as server:
        wire = Wire(Line())
        store = WiredStore(wire=wire, url=server.url)
        engine = shop.engine(store)
        worker = SyncWorker(engine, clock=shop.clock, jitter=lambda: 0.5, listener=heard)
        shop.sell()
        worker.start()
        heard.until(lambda status: status.problem == "portal" and rested(status))
        server.act = well
        worker.hurry()
        heard.until(lambda status: status.state == "online" and rested(status))
        assert len(store.orders) == 1
        assert worker.health().requests == wire.requests > 2
        assert worker.stop()


def test_every_problem_of_the_wire_has_words_of_its_own():
    source = (Path(sync.__file__).parent / "wire_failures.py").read_text("utf-8")
    codes = set(re.findall(r'"([a-z]+(?:_[a-z]+)*)"', source)) - {"reason"}
    codes = {code for code in codes if code != code.upper()}
    general = sync_problem("something else", english())
    said = {code: sync_problem(code, english()) for code in codes}
    assert {"proxy", "no_name", "certificate_date", "broken_off"} <= codes
    assert [code for code, words in said.items() if words == general] == []
    assert len(set(said.values())) == len(said)
