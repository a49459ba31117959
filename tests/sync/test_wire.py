"""The wire against sockets that misbehave: each ends in its own problem, within its deadline."""

import gzip
import socket
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from sync import wire as module
from sync.errors import Misconfigured, Retryable
from sync.wire import Answer, settled
from tests.sync.rough_server import RoughServer, Talk
from tests.sync.wire_stand import QUICK, fate, meets

# -- the way there ---------------------------------------------------------------------------------


def test_nobody_listens(wires):
    with RoughServer() as server:
        url = server.url
    assert fate(wires(), url) == (Retryable, "unreachable")


def test_a_name_that_nobody_knows(wires):
    assert fate(wires(), "http://shop.invalid/api") == (Retryable, "no_name")


def test_a_name_server_that_never_answers(wires):
    ended = threading.Event()
    assert fate(
        wires(resolve=lambda *_: ended.wait(20) and [], **QUICK), "http://shop.example/"
    ) == (
        Retryable,
        "no_name",
    )
    ended.set()


def test_a_name_that_can_be_no_name(wires):
    assert fate(wires(), f"http://{'a' * 70}.example/")[1] in ("no_name", "no_address")


def test_a_name_without_an_address(wires):
    assert fate(wires(resolve=lambda *_: []), "http://shop.example/") == (Retryable, "unreachable")


def test_the_second_address_is_tried_where_the_first_is_dead(wires):
    with RoughServer() as dead:
        gone = dead.port
    with RoughServer() as server:

        def two(*_: object):
            ports = (gone, server.port)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", p)) for p in ports]

        assert wires(resolve=two).ask("GET", "http://shop.example/").status == 200


def test_a_machine_that_swallows_everything(wires):
    """Its queue is full, so that nothing answers the hand that is held out."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        assert fate(wires(**QUICK), f"http://127.0.0.1:{port}/") == (Retryable, "unreachable")
        for one in waiting:
            one.close()


@pytest.mark.parametrize("url", ["", "shop.example", "ftp://shop.example/", "http://", "http://[x"])
def test_what_is_no_address(wires, url):
    assert fate(wires(), url) == (Misconfigured, "no_address")


def test_a_key_that_was_pasted_with_a_line_end_or_in_greek(wires):
    with RoughServer() as server:
        for key in ("secret\n", "μυστικό"):
            assert fate(wires(), server.url, headers={"X-Key": key}) == (Misconfigured, "wrong_key")
        assert server.calls == []


# -- lines that break or drip ----------------------------------------------------------------------


def test_reset_before_an_answer(wires):
    assert meets(wires, Talk.reset) == (Retryable, "broken_off")


def test_closed_without_an_answer(wires):
    assert meets(wires, lambda talk: talk.sock.close()) == (Retryable, "broken_off")


def test_reset_in_the_middle_of_a_body(wires):
    def act(talk):
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"{" * 500)
        talk.reset()

    assert meets(wires, act) == (Retryable, "broken_off")


def test_a_body_shorter_than_promised(wires):
    def act(talk):
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}")
        talk.sock.close()

    assert meets(wires, act) == (Retryable, "broken_off")


@pytest.mark.parametrize("rest", [b"", b"5\r\n{", b"zz\r\n"])
def test_chunks_that_break_off(wires, rest):
    def act(talk):
        talk.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n" + rest)
        talk.sock.close()

    assert meets(wires, act) == (Retryable, "broken_off")


def test_chunks_that_come_whole(wires):
    def act(talk):
        talk.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")

    with RoughServer(act) as server:
        assert settled(wires().ask("GET", server.url)).body == b"{}"


def test_silence(wires):
    assert meets(wires, Talk.hang, **QUICK) == (Retryable, "timeout")


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
    ids=["status", "headers", "body", "chunks"],
)
def test_a_line_that_drips_is_left_at_its_deadline_wherever_it_drips(wires, before):
    """A read for many bytes is not over until they are there; the deadline must hold inside it."""

    def act(talk):
        talk.send(before)
        talk.drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 400)

    assert meets(wires, act, **QUICK) == (Retryable, "timeout")


def test_a_slow_but_steady_answer_is_read_to_its_end(wires):
    def act(talk):
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        talk.drip(b'{"":1', 0.01)

    with RoughServer(act) as server:
        assert wires().ask("GET", server.url).body == b'{"":1'


def test_one_request_may_have_less_patience_than_its_line(wires):
    with RoughServer(Talk.hang) as server:
        assert fate(wires(patience=60.0), server.url, patience=0.2) == (Retryable, "timeout")


def test_an_answer_that_never_ends(wires, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 300_000)

    def act(talk):
        talk.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            talk.send(b"{" * 65536)

    assert meets(wires, act) == (Retryable, "bad_answer")


def test_a_small_answer_that_unfolds_without_end(wires, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 300_000)
    bomb = gzip.compress(b"0" * 20_000_000)
    assert meets(wires, lambda talk: talk.answer(200, bomb, Content_Encoding="gzip")) == (
        Retryable,
        "bad_answer",
    )


def test_packed_answers_are_unpacked_and_broken_ones_told(wires):
    packed = gzip.compress(b'{"a": 1}')
    with RoughServer(lambda talk: talk.answer(200, packed, Content_Encoding="gzip")) as server:
        assert wires().ask("GET", server.url).body == b'{"a": 1}'
    assert meets(wires, lambda talk: talk.answer(200, b"rubbish", Content_Encoding="gzip")) == (
        Retryable,
        "bad_answer",
    )


def test_somebody_who_does_not_speak_http(wires):
    assert meets(wires, lambda talk: talk.send(b"220 mail.example ESMTP\r\n\r\n" * 9)) == (
        Retryable,
        "not_json",
    )


def test_letting_go_ends_what_is_under_way_at_once(wires):
    reached = threading.Event()

    def act(talk):
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        reached.set()
        talk.hang()

    wire = wires(patience=60.0)
    with RoughServer(act) as server:
        helper = threading.Thread(target=lambda: (reached.wait(5), wire.close()))
        helper.start()
        assert fate(wire, server.url)[0] is Retryable
        helper.join()


# -- answers of somebody else ----------------------------------------------------------------------


def test_a_page_instead_of_an_answer_is_a_network_that_wants_a_login(wires):
    page = b"<!doctype html><title>Welcome</title>"
    assert meets(wires, lambda talk: talk.answer(200, page, Content_Type="text/html")) == (
        Retryable,
        "portal",
    )
    assert meets(wires, lambda talk: talk.answer(511, page)) == (Retryable, "portal")


def test_an_error_page_is_only_not_an_answer(wires):
    for status in (200, 404):
        act = lambda talk, s=status: talk.answer(s, b"gone", Content_Type="text/plain")  # noqa: E731
        assert meets(wires, act) == (Retryable, "not_json")


@pytest.mark.parametrize(
    ("status", "location", "problem"),
    [
        (301, "https://127.0.0.1/api", "redirected"),
        (302, "/elsewhere", "redirected"),
        (302, "http://login.hotel.example/?back=1", "portal"),
        (307, "http://login.hotel.example/", "portal"),
        (308, "http://shop.example/", "redirected"),
        (302, "http://[broken", "redirected"),
    ],
)
def test_being_sent_elsewhere_is_never_followed(wires, status, location, problem):
    with RoughServer(lambda talk: talk.answer(status, b"", Location=location)) as server:
        assert fate(wires(), server.url) == (Retryable, problem)
        assert len(server.calls) == 1


def test_a_shop_that_sends_to_its_own_other_name_is_no_network_that_wants_a_login():
    def sent(asked: str, to: str) -> str:
        with pytest.raises(Retryable) as caught:
            settled(Answer(302, {"location": to}, b"", None, asked))
        return caught.value.problem

    assert sent("http://shop.example/a", "https://www.shop.example/a") == "redirected"
    assert sent("http://www.shop.example/a", "https://shop.example/a") == "redirected"
    assert sent("http://shop.example/a", "https://notshop.example/a") == "portal"


@pytest.mark.parametrize(("status", "problem"), [(429, "busy"), (503, "server_error")])
def test_the_wait_that_is_asked_for_is_heard_as_seconds_and_as_a_date(wires, status, problem):
    now = datetime.now(UTC).replace(microsecond=0)
    until = now + timedelta(seconds=90)
    told = [("120", 120.0), ("2.5", 2.5), (format_datetime(until, usegmt=True), 90.0)]
    told += [("soon", None), (format_datetime(now - timedelta(hours=1), usegmt=True), 0.0)]
    for text, seconds in told:
        date = format_datetime(now, usegmt=True)
        act = lambda talk, t=text, d=date: talk.answer(  # noqa: E731
            status, b"{}", Retry_After=t, Date=d
        )
        with RoughServer(act) as server, pytest.raises(Retryable, match=problem) as caught:
            settled(wires().ask("GET", server.url))
        assert caught.value.retry_after == seconds


def test_a_wait_until_a_date_of_a_server_without_a_clock():
    until = datetime.now(UTC) + timedelta(seconds=300)
    answer = Answer(429, {"retry-after": format_datetime(until, usegmt=True)}, b"", None)
    assert 290 < (answer.retry_after or 0) <= 300


def test_the_server_tells_its_time_in_any_zone_or_not_at_all(wires):
    told = {
        "Sun, 22 Nov 2026 10:00:00 GMT": datetime(2026, 11, 22, 10, tzinfo=UTC),
        "Sun, 22 Nov 2026 12:00:00 +0200": datetime(2026, 11, 22, 10, tzinfo=UTC),
        "Sun, 22 Nov 2026 10:00:00 -0000": datetime(2026, 11, 22, 10, tzinfo=UTC),
        "yesterday": None,
    }
    with RoughServer() as server:
        wire = wires()
        for text, at in told.items():
            server.act = lambda talk, t=text: talk.answer(200, b"{}", Date=t)
            assert wire.ask("GET", server.url).time == at == wire.time
    assert wire.requests == len(told)


def test_the_connection_is_kept_from_one_request_to_the_next(wires):
    lines = set()

    def act(talk):
        lines.add(talk.sock)
        talk.answer()

    with RoughServer(act) as server:
        wire = wires()
        for _ in range(3):
            wire.ask("POST", server.url, body=b"{}", params={"a": "ä"})
        assert len(lines) == 1
        assert server.calls[0] == "POST /api?a=%C3%A4 HTTP/1.1"


def test_every_attempt_is_signed_anew_over_the_whole_address(wires):
    seen = []

    def sign(method, url, headers):
        seen.append((method, url))
        return {**headers, "X-Signed": str(len(seen))}

    heads = []

    def act(talk):
        heads.append(talk.head)
        talk.answer()

    with RoughServer(act) as server:
        for _ in range(2):
            wires().ask("GET", server.url, params={"b": "1"}, sign=sign)
        assert seen == [("GET", f"{server.url}?b=1")] * 2
    assert "X-Signed: 1" in heads[0]
    assert "X-Signed: 2" in heads[1]


def test_what_went_wrong_never_tells_what_was_asked(wires):
    with RoughServer(Talk.reset) as server, pytest.raises(Retryable) as caught:
        wires().ask("GET", server.url, headers={"Authorization": "Basic c2VjcmV0"})
    assert str(caught.value) == "broken_off"
