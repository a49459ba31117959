"""The wire and TLS, the wire and proxies: each trouble has its own problem."""

import socket
import threading
from pathlib import Path

import pytest

from sync.errors import Misconfigured, Retryable
from tests.sync.rough_server import RoughServer, authority, relay, well
from tests.sync.wire_stand import QUICK, fate

# -- TLS -------------------------------------------------------------------------------------------


def test_a_certificate_of_the_shop_s_own_making_is_trusted_where_it_was_named(wires, shop_ca):
    with RoughServer(tls=shop_ca.context()) as server:
        assert wires(ca=str(shop_ca.ca)).ask("GET", server.url).status == 200


@pytest.mark.parametrize(
    ("shown", "problem"),
    [
        ({"days": (-30, -1)}, "certificate_date"),
        ({"days": (1, 30)}, "certificate_date"),
        ({"host": "other.example"}, "certificate_name"),
        ({"host": "127.0.0.2"}, "certificate_name"),
    ],
    ids=["expired", "not yet", "another name", "another address"],
)
def test_a_certificate_that_is_not_good(wires, shop_ca, shown, problem):
    with RoughServer(tls=shop_ca.context(**shown)) as server:
        assert fate(wires(ca=str(shop_ca.ca)), server.url) == (Retryable, problem)
        assert server.calls == []


def test_a_certificate_of_nobody_we_trust(wires, shop_ca, tmp_path):
    stranger = authority(tmp_path, "Stranger CA")
    with RoughServer(tls=shop_ca.context()) as server:
        assert fate(wires(ca=str(stranger.ca)), server.url) == (Retryable, "certificate")
        assert fate(wires(), server.url) == (Retryable, "certificate")


def test_a_file_of_certificates_that_is_not_there_or_holds_none(wires, shop_ca, tmp_path):
    (tmp_path / "empty.pem").write_text("no certificate\n")
    (tmp_path / "torn.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n")
    with RoughServer(tls=shop_ca.context()) as server:
        for name in ("gone.pem", "empty.pem", "torn.pem"):
            line = wires(ca=str(Path(tmp_path) / name))
            assert fate(line, server.url) == (Misconfigured, "certificate_file")


def test_https_to_somebody_who_speaks_plainly(wires, shop_ca):
    with RoughServer(lambda talk: talk.send(b"HTTP/1.1 400 Bad\r\n\r\n")) as server:
        url = server.url.replace("http:", "https:")
        # Its request has no end of a line, so the plain server waits for more or answers rubbish.
        assert fate(wires(**QUICK), url)[1] in ("no_tls", "timeout", "unreachable")


def test_https_to_somebody_who_answers_plainly_at_once(wires):

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            line = listener.accept()[0]
            line.sendall(b"220 mail.example\r\n" * 5)
            line.recv(4096)
            line.close()

        helper = threading.Thread(target=greet)
        helper.start()
        port = listener.getsockname()[1]
        assert fate(wires(), f"https://127.0.0.1:{port}/") == (Retryable, "no_tls")
        helper.join()


def test_a_handshake_that_is_never_answered(wires):

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert fate(wires(**QUICK), f"https://127.0.0.1:{port}/")[1] in ("timeout", "unreachable")


def test_a_safe_line_that_is_reset_in_the_middle(wires, shop_ca):
    def act(talk):
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{")
        talk.reset()

    with RoughServer(act, tls=shop_ca.context()) as server:
        assert fate(wires(ca=str(shop_ca.ca)), server.url) == (Retryable, "broken_off")


def test_a_safe_line_that_drips_is_left_at_its_deadline(wires, shop_ca):
    def act(talk):
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n")
        talk.drip(b" " * 400)

    with RoughServer(act, tls=shop_ca.context()) as server:
        line = wires(ca=str(shop_ca.ca), connect_timeout=10.0, patience=10.0)
        assert fate(line, server.url, patience=1.0) == (Retryable, "timeout")


# -- proxies ---------------------------------------------------------------------------------------


def through(wires, proxy_act, url="http://shop.example/api", **line):
    with RoughServer(proxy_act) as proxy:
        return fate(wires(proxy=f"http://127.0.0.1:{proxy.port}", **line), url)


@pytest.mark.parametrize("url", ["http://shop.example/api", "https://shop.example/api"])
def test_a_proxy_that_wants_a_login(wires, url):
    def act(talk):
        talk.answer(407, b"<html>login", Proxy_Authenticate='Basic realm="shop"')

    assert through(wires, act, url) == (Retryable, "proxy")


def test_a_proxy_that_can_t_get_there_or_does_not_want_to(wires):
    safe = "https://shop.example/api"
    assert through(wires, lambda talk: talk.answer(502, b""), safe) == (Retryable, "unreachable")
    assert through(wires, lambda talk: talk.answer(403, b""), safe) == (Retryable, "proxy_forbids")


def test_a_proxy_that_is_not_there(wires):
    with RoughServer() as gone:
        port = gone.port
    for url in ("http://shop.example/", "https://shop.example/"):
        line = wires(proxy=f"http://127.0.0.1:{port}")
        assert fate(line, url) == (Retryable, "proxy_away")


def test_a_proxy_that_drips_is_left_as_well(wires):
    drip = lambda talk: talk.drip(b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 80)  # noqa: E731
    assert through(wires, drip, "https://shop.example/", **QUICK) == (Retryable, "timeout")


def test_a_proxy_that_knows_us_lets_us_through_to_a_safe_store(wires, shop_ca):
    with RoughServer(tls=shop_ca.context()) as store:
        heads: list[str] = []

        def act(talk):
            heads.append(talk.head)
            relay(talk, store.port)

        with RoughServer(act) as proxy:
            line = wires(
                proxy=f"http://till:secret@127.0.0.1:{proxy.port}",
                ca=str(shop_ca.ca),
            )
            assert line.ask("GET", store.url).status == 200
            line.close()
    assert "Proxy-Authorization: Basic dGlsbDpzZWNyZXQ=" in heads[0]


def test_the_machine_s_own_proxies_have_no_part_in_it(wires, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with RoughServer(well) as server:
        assert wires().ask("GET", server.url).status == 200
