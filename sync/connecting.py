"""Online stores as a person meets them who connects one: ``terminal.connecting.StoreDoor``.

Knows the adapters by their kinds. A key is sent to nobody before a person has seen what answers;
while that is found out, redirections are followed by hand and the key is not there yet.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib import import_module
from typing import Final
from urllib.parse import urljoin

from sync.addresses import Place, of_url, places
from sync.errors import Retryable, SyncError
from sync.online_store import OnlineStore, Recognised
from sync.wire import Answer, Line, Wire
from terminal.connecting import (
    Draft,
    FirstImport,
    Found,
    GoOn,
    Greeting,
    NeedSeen,
    Person,
    Rehearsal,
    RightSeen,
    StoreVisit,
    Told,
)
from terminal.errors import StoreTrouble
from terminal.settings import OnlineStoreSettings

log = logging.getLogger(__name__)

Recognise = Callable[[Wire, str], Recognised | None]
Connect = Callable[[OnlineStoreSettings, str], OnlineStore]
Import = Callable[[OnlineStore, OnlineStoreSettings], FirstImport]

_MODULES: Final = ("shopify", "woocommerce", "vendure", "medusa")
_HOPS: Final = 4
_NOBODY_THERE: Final = ("unreachable", "no_address", "no_tls", "timeout", "broken_off")
"""No encrypted line answers; an open one may."""
_LINE: Final = Line(connect_timeout=5.0, patience=12.0)


def recognisers() -> Mapping[str, Recognise]:
    """What each adapter recognises its kind by."""
    return {kind: import_module(f"sync.stores.{kind}").recognise for kind in _MODULES}


class Door:
    """Where online stores are knocked at. ``connect`` makes an adapter, ``importing`` what brings
    its customers and orders in for the first time."""

    def __init__(
        self,
        connect: Connect,
        importing: Import,
        *,
        known: Callable[[], Mapping[str, Recognise]] = recognisers,
        line: Line = _LINE,
    ) -> None:
        self._connect, self._importing = connect, importing
        self._known, self._line = known, line

    def recognise(self, typed: str, ca: str, stopped: Callable[[], bool]) -> Found:
        """What answers at an address, however it was typed."""
        worst: StoreTrouble | None = None
        for place in places(typed):
            if stopped():
                break
            wire = Wire(replace(self._line, ca=ca))
            try:
                with _plainly():
                    return self._look(wire, place, stopped)
            except StoreTrouble as trouble:
                if trouble.details["problem"] not in _NOBODY_THERE:
                    raise  # somebody answers there: an open line instead would be no remedy
                worst = worst or trouble
            finally:
                wire.close()
        raise worst or StoreTrouble(problem="no_address", where="", passes=False)

    def visit(self, draft: Draft) -> StoreVisit:
        """Over this draft's address with this draft's key; asks nothing yet."""
        with _plainly():
            store = self._connect(draft.wanted, draft.secret)
        return Visit(store, self._importing(store, draft.wanted))

    def _look(self, wire: Wire, place: Place, stopped: Callable[[], bool]) -> Found:
        place, led = _follow(wire, place)
        for path in place.paths:
            for recognise in self._likeliest(place, path):
                if stopped():
                    raise Retryable("timeout")
                found = self._ask(recognise, wire, place.origin + path)
                if found is not None:
                    return _told(found, led)
        return Found("", place.origin + place.paths[0], warns=_warns(place.origin, ()), where=led)

    def _ask(self, recognise: Recognise, wire: Wire, url: str) -> Recognised | None:
        """What one adapter says; one that is put off by an answer does not know it."""
        try:
            return recognise(wire, url)
        except Retryable as error:
            if error.away:
                raise
        except SyncError as error:
            log.info("an address was not recognised: %s", error)
        return None

    def _likeliest(self, place: Place, path: str) -> Sequence[Recognise]:
        known, address = self._known(), (place.origin + path).lower()
        hints = {"shopify": "myshopify.com", "woocommerce": "wp-", "vendure": "admin-api"}
        first = [kind for kind in known if hints.get(kind, "\0") in address]
        return [known[kind] for kind in (*first, *(one for one in known if one not in first))]


class Visit:
    """One store with its key; what its adapter raises comes out as StoreTrouble."""

    def __init__(self, store: OnlineStore, importing: FirstImport) -> None:
        self._store, self._importing = store, importing

    def greet(self) -> Greeting:
        """Ask to be let in."""
        with _plainly():
            info = self._store.check()
        mails = self._store.capabilities.mails
        return Greeting(info.title, info.currency, info.version, frozenset(mails), info.lacks)

    def rights(self) -> tuple[RightSeen, ...]:
        """What the key may do there."""
        with _plainly():
            rights = self._store.rights()
        return tuple(RightSeen(r.code, r.ok, r.problem, r.where, r.needed) for r in rights)

    def needs(self) -> tuple[NeedSeen, ...]:
        """What must be set up there."""
        with _plainly():
            needs = self._store.needs()
        return tuple(NeedSeen(n.code, n.there, n.can_make, n.where) for n in needs)

    def prepare(self, codes: Sequence[str]) -> None:
        """Make what is missing of these."""
        with _plainly():
            self._store.prepare(codes)

    def rehearse(self, told: Told, go_on: GoOn) -> Rehearsal:
        """Count what a first import would do."""
        with _plainly():
            return self._importing.rehearse(told, go_on)

    def run(self, told: Told, go_on: GoOn) -> bool:
        """Bring in what is not in yet."""
        with _plainly():
            return self._importing.run(told, go_on)

    def person(self, email: str, card: str) -> Person | None:
        """A customer by e-mail address, else by card where the store can be asked by it."""
        asked = card if self._store.capabilities.finds_by_card else ""
        with _plainly():
            found = self._store.find_customer(email=email, card=asked)
        if found is None or found.deleted:
            return None
        name = f"{found.given_name} {found.family_name}".strip()
        return Person(found.id, name, found.email, found.card)

    def close(self) -> None:
        """Let go."""
        with suppress(SyncError):
            self._store.close()


def _follow(wire: Wire, place: Place) -> tuple[Place, str]:
    """Where a place leads, and its address if that is another server."""
    answer, here = _front(wire, place), place
    for _ in range(_HOPS):
        target = answer.headers.get("location", "")
        if not (300 <= answer.status < 400 and target):
            break
        url = urljoin(f"{here.origin}/", target)
        if not url.startswith(("https://", "http://")):
            break
        there = of_url(url)
        if there.origin == here.origin:
            break  # to another page of the same server: the paths say more
        here = Place(there.origin, tuple(dict.fromkeys((*place.paths, *there.paths))))
        answer = _front(wire, here)
    return here, here.origin if here.origin != place.origin else ""


def _front(wire: Wire, place: Place) -> Answer:
    return wire.ask("GET", f"{place.origin}/")


def _told(found: Recognised, led: str) -> Found:
    warns = _warns(found.url, found.warns, led)
    return Found(found.kind, found.url, found.title, found.version, warns, led)


def _warns(url: str, warns: Sequence[str], led: str = "") -> tuple[str, ...]:
    plain = ("not_https",) if url.startswith("http://") else ()
    moved = ("redirects",) if led else ()
    return tuple(dict.fromkeys((*warns, *plain, *moved)))


@contextmanager
def _plainly() -> Iterator[None]:
    """Failures of sync, as refusals of the terminal."""
    try:
        yield
    except SyncError as error:
        raise StoreTrouble(
            problem=error.problem, where=error.where, passes=isinstance(error, Retryable),
            wait=getattr(error, "retry_after", None),
        ) from error  # fmt: skip
