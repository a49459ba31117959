"""The imitation on the wire: who is let in, and answers that are no JSON."""

import base64
import email.utils
import hashlib
import hmac
import json
import re
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tests.adapters.woo.rules import Asked, Told, WooError, only
from tests.adapters.woo.shop import BrokenOffError, Shop

WINDOW = 15 * 60
PAGE = "<!DOCTYPE html>\n<html><head><title>{}</title></head><body></body></html>"
PRIVATE = "no-cache, must-revalidate, max-age=0, no-store, private"
API = "/wp-json/wc/v3"
BAD = "woocommerce_rest_authentication_error"


@dataclass
class Key:
    """``may``: read_write, read or write; ``role``: what its user is allowed at all."""

    secret: str
    may: str = "read_write"
    forbidden: tuple[str, ...] = ()


@dataclass
class Server:
    """One shop on a port without and, given a certificate, one with https.

    ``moved``: http answers with a redirection there. ``page``: (status, title, headers) of a web
    page that every question gets. ``homes``: addresses that the shop believes to have.
    """

    shop: Shop
    certificate: Path | None = None
    keys: dict[str, Key] = field(default_factory=lambda: {"ck_test": Key("cs_test")})
    moved: str = ""
    page: tuple[int, str, dict[str, str]] | None = None
    homes: set[str] = field(default_factory=set)
    strips: bool = False
    """It keeps the header with the key from the shop, as servers do that run PHP aside."""
    fronts: bool = False
    """Without pretty addresses every address is the shop's front page, as on many a server."""
    seen: list[tuple[str, str]] = field(default_factory=list)
    raw: list[dict[str, str]] = field(default_factory=list)
    used: set[tuple[str, str]] = field(default_factory=set)
    faults: list[Exception] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __enter__(self) -> Self:
        self._running = [_Listener(self, None)]
        if self.certificate is not None:
            self._running.append(_Listener(self, self.certificate))
        self.homes |= {one.url for one in self._running}
        self.shop.home = self.url
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._running:
            one.stop()
        if self.faults:
            raise self.faults[0]

    @property
    def http(self) -> str:
        return self._running[0].url

    @property
    def url(self) -> str:
        """Over https if there is any."""
        return self._running[-1].url

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes, *, tls: bool
               ) -> Told:  # fmt: skip
        """What is told; a body that is text is a web page."""
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.seen.append((method, target))
        self.raw.append(headers)
        if self.strips:
            headers = {name: text for name, text in headers.items() if name != "authorization"}
        if self.page is not None:
            status, title, more = self.page
            return Told(status, PAGE.format(title), {"Cache-Control": PRIVATE, **more})
        if self.moved and not tls:
            return Told(301, PAGE.format("301"), {"Location": self.moved + target})
        if not self.shop.pretty and parts.path.startswith("/wp-json"):
            slash = "" if parts.path.endswith("/") else "/"
            asked = f"?{parts.query}" if parts.query else ""
            place = f"{self.url if tls else self.http}{parts.path}{slash}{asked}"
            if slash:
                return Told(301, "", {"Location": place, "Cache-Control": PRIVATE})
            status = 200 if self.fronts else 404
            return Told(status, PAGE.format("Example & Sample"))
        if parts.path.rstrip("/") == "/wp-json" or query.get("rest_route") == "/":
            told = only(self.shop.index(), query.get("_fields", ""))
            return Told(200, told, {**self._links(), "Allow": "GET"})
        path = parts.path.removeprefix(API)
        if path == parts.path or not self.shop.plugin:
            error = WooError(
                404, "rest_no_route", "No route was found matching the URL and request method."
            )
            return Told(404, error.body, self._links())
        return self._api(method, path, target, query, headers, body, tls=tls)

    def _api(
        self, method: str, path: str, target: str, query: dict[str, str], headers: dict[str, str],
        body: bytes, *, tls: bool,
    ) -> Told:  # fmt: skip
        private: dict[str, str] = {}
        try:
            key = self._who(method, target, query, headers, tls=tls)
            private = {"Cache-Control": PRIVATE}
            self._may(key, method, path)
            asked = Asked(method, path, query, _json(body))
            told = self.shop.answer(asked)
            if "_fields" in query:
                told.body = only(told.body, query["_fields"])
            more = {**self._allow(path), **private}
        except WooError as error:
            told, more = Told(error.status, error.body), {}
            if error.code == BAD and "permissions" in error.body["message"]:
                more = private
            elif private:
                more = {**(self._allow(path) if error.code != "rest_no_route" else {}), **private}
        return Told(told.status, told.body, {**self._links(), **told.headers, **more})

    def _allow(self, path: str) -> dict[str, str]:
        """What may be done there; of a customer who is not there nothing."""
        if path.endswith("/batch"):
            return {"Allow": "POST, PUT, PATCH"}
        if path in ("/system_status", "/refunds"):
            return {"Allow": "GET"}
        if not re.fullmatch(r"/\w+/\d+", path):
            return {"Allow": "GET, POST"}
        user = self.shop.people.users.get(int(path.rpartition("/")[2]))
        if path.startswith("/customers") and user is None:
            return {}
        staff = path.startswith("/customers") and user and user["role"] == "administrator"
        return {"Allow": "GET, POST, PUT, PATCH" + ("" if staff else ", DELETE")}

    def _links(self) -> dict[str, str]:
        return {"Link": f'<{self.shop.home}/wp-json/>; rel="https://api.w.org/"'}

    # -- who asks --------------------------------------------------------------------------------

    def _who(
        self, method: str, target: str, query: dict[str, str], headers: dict[str, str], *, tls: bool
    ) -> Key:
        told = headers.get("authorization", "")
        signed = _signature(told, query)
        if signed:
            return self._signed(method, target, signed, tls=tls)
        if tls and told.startswith("Basic "):
            name, _, secret = base64.b64decode(told[6:]).decode().partition(":")
            return self._open(name, secret, method, target)
        if tls and "consumer_key" in query:
            return self._open(
                query["consumer_key"], query.get("consumer_secret", ""), method, target
            )
        raise _nobody(method, target)

    def _open(self, name: str, secret: str, method: str, target: str) -> Key:
        key = self.keys.get(name)
        if key is None:  # a wrong key is no key at all
            raise _nobody(method, target)
        if key.secret != secret:
            raise WooError(401, BAD, "Consumer secret is invalid.")
        return key

    def _signed(self, method: str, target: str, told: dict[str, str], *, tls: bool) -> Key:
        key = self.keys.get(told.get("oauth_consumer_key", ""))
        if key is None:
            raise WooError(401, BAD, "Consumer key is invalid.")
        if not any(
            _matches(told, home, method, target, key.secret, tls=tls) for home in self.homes
        ):
            said = "Invalid signature - provided signature does not match."
            raise WooError(401, BAD, said)
        if abs(int(told["oauth_timestamp"]) - self.shop.now().timestamp()) > WINDOW:
            raise WooError(401, BAD, "Invalid timestamp.")
        once = (told["oauth_timestamp"], told["oauth_nonce"])
        if once in self.used:
            raise WooError(401, BAD, "Invalid nonce - nonce has already been used.")
        self.used.add(once)
        return key

    def _may(self, key: Key, method: str, path: str) -> None:
        reads = method in ("GET", "HEAD", "OPTIONS")
        if (reads and key.may == "write") or (not reads and key.may == "read"):
            kind = "read" if reads else "write"
            raise WooError(401, BAD, f"The API key provided does not have {kind} permissions.")
        if any(path.startswith(one) for one in key.forbidden):
            verb = "view" if reads else "batch" if path.endswith("batch") else "create"
            raise WooError(403, f"woocommerce_rest_cannot_{verb}", "Sorry, you cannot do that.")


def _json(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        raise WooError(
            400, "rest_invalid_json", "Invalid JSON body passed.",
            {"status": 400, "json_error_code": 3, "json_error_message": "Syntax error"},
        ) from None  # fmt: skip


def _nobody(method: str, target: str) -> WooError:
    if target.partition("?")[0].endswith("/batch"):
        return WooError(401, "woocommerce_rest_cannot_batch", "Sorry, you cannot do that.")
    if method == "GET":
        said = "Sorry, you cannot list resources."
        return WooError(401, "woocommerce_rest_cannot_view", said)
    said = "Sorry, you are not allowed to create resources."
    return WooError(401, "woocommerce_rest_cannot_create", said)


def _signature(told: str, query: dict[str, str]) -> dict[str, str]:
    if told.startswith("OAuth "):
        pairs = (one.strip().partition("=") for one in told[6:].split(","))
        return {name: unquote(value.strip('"')) for name, _, value in pairs}
    return (
        {k: v for k, v in query.items() if k.startswith("oauth_")}
        if "oauth_signature" in query
        else {}
    )


def _matches(
    told: dict[str, str], home: str, method: str, target: str, secret: str, *, tls: bool
) -> bool:
    """The signature by hand, as RFC 5849 says and WooCommerce does: over the shop's own address."""
    parts = urlsplit(target)
    query = parse_qsl(parts.query, keep_blank_values=True)
    signed = [pair for pair in told.items() if pair[0] not in ("oauth_signature", "realm")]
    asked = [pair for pair in query if not pair[0].startswith("oauth_")]
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in (*asked, *signed))
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    base = f"{'https' if tls else 'http'}://{home.partition('://')[2]}{parts.path}"
    text = "&".join((method.upper(), _escaped(base), _escaped(joined)))
    kind = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
    made = hmac.new(f"{secret}&".encode(), text.encode(), kind[told["oauth_signature_method"]])
    return hmac.compare_digest(base64.b64encode(made.digest()).decode(), told["oauth_signature"])


def _escaped(text: str) -> str:
    return quote(text, safe="-._~")


class _Listener:
    """One port."""

    def __init__(self, server: Server, certificate: Path | None) -> None:
        handler = type("Handler", (_Handler,), {"served": server, "tls": certificate is not None})
        self._http = _Quiet(("127.0.0.1", 0), handler)
        scheme = "http"
        if certificate is not None:
            scheme, context = "https", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        self.url = f"{scheme}://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    served: Server
    tls: bool
    disable_nagle_algorithm = True

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            with self.served.lock:
                told = self.served.answer(self.command, self.path, headers, body, tls=self.tls)
        except BrokenOffError:
            self.close_connection = True
            return
        except Exception as error:  # noqa: BLE001 (a fault of the imitation's own: told at its end)
            self.served.faults.append(error)
            self.close_connection = True
            return
        text = told.body if isinstance(told.body, str) else json.dumps(told.body)
        data = text.encode()
        kind = "text/html" if isinstance(told.body, str) else "application/json"
        now = self.served.shop.now()
        self.send_response_only(told.status)
        self.send_header("Date", email.utils.format_datetime(now, usegmt=True))
        self.send_header("Content-Type", f"{kind}; charset=UTF-8")
        for name, value in told.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = handle_any  # noqa: N815 (http.server)

    def log_message(self, *_: object) -> None:
        """``seen`` is the record."""
