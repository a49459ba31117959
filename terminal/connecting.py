"""Connecting an online store: what the guided page needs from outside, as data and two protocols.

``StoreDoor`` is the world of online stores as a person meets it who connects one;
``sync.connecting`` is it. Everything may block and is called off the GUI thread; what goes wrong is
``StoreTrouble`` with a stable problem code, never anything else. Nothing here holds a secret in a
place that is printed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from terminal.settings import OnlineStoreSettings

Kind = Literal["vendure", "woocommerce", "shopify", "medusa"]
KINDS: Final[tuple[Kind, ...]] = ("vendure", "woocommerce", "shopify", "medusa")

Mail = Literal["customer", "order", "refund", "profile"]


@dataclass(frozen=True, slots=True)
class Found:
    """What answers at an address. ``url`` is the one to keep. ``warns`` are codes of what to mend:
    ``not_https``, ``plain_permalinks``, ``redirects`` (``where`` says to what), ``old_version`` …;
    ``kind`` "" with no title: something answers, and nobody knows what it is."""

    kind: str
    url: str
    title: str = ""
    version: str = ""
    warns: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True)
class Greeting:
    """Who let us in, and what it can do. ``currency`` is ISO 4217. ``mails``: what people there get
    e-mails about when the till tells it, unless the shop has switched them off."""

    title: str
    currency: str
    version: str = ""
    mails: frozenset[str] = frozenset()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RightSeen:
    """One thing that the till must be able to do there; the fields as of ``sync.Right``."""

    code: str
    ok: bool
    problem: str = ""
    where: str = ""
    needed: bool = True


@dataclass(frozen=True, slots=True)
class NeedSeen:
    """Something that must be set up there; the fields as of ``sync.Need``. ``where`` names what
    exactly would be made, in the store's own words."""

    code: str
    there: bool
    can_make: bool = False
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What a first import would do, counted without doing any of it.

    ``customers`` are all that the store has. Of them ``linked`` are members already (known by
    e-mail address), ``created`` would become members, ``left`` stay outside. ``orders`` are paid
    orders that would be taken, ``would_earn`` the points they would bring. ``sales_to_send`` are
    sales of the till that the store would be told of, ``mails`` e-mails that people would get.
    ``would_change``: customers to whom the store shows points already, and would show other ones.
    """

    customers: int = 0
    linked: int = 0
    created: int = 0
    left: int = 0
    orders: int = 0
    would_earn: int = 0
    sales_to_send: int = 0
    mails: int = 0
    would_change: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """How far something long is: ``name`` is customers, orders, products or members; ``total``
    None: the store does not say."""

    name: str
    done: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A customer of a store, as much as is needed to tell whether it is this one."""

    id: str
    name: str
    email: str
    card: str = ""


Told = Callable[[Part], None]
GoOn = Callable[[], bool]


class FirstImport(Protocol):
    """The first import from one online store. Where it stands lies in the books: a run that was
    stopped, or ended with the power, is gone on with by the next."""

    def rehearse(self, told: Told, go_on: GoOn) -> Rehearsal:
        """Count what ``run`` would do; reads only. Stopped by ``go_on``: as far as it came."""

    def run(self, told: Told, go_on: GoOn) -> bool:
        """Bring in what is not in yet; whether all of it is now (False: ``go_on`` stopped it)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A store that is not in the settings yet, or with another key. ``secret`` never is."""

    wanted: OnlineStoreSettings
    secret: str = field(default="", repr=False)


class StoreVisit(FirstImport, Protocol):
    """One draft's store, with its key. Used by one thread at a time, but for ``close``."""

    def greet(self) -> Greeting:
        """Ask to be let in. Raises StoreTrouble."""

    def rights(self) -> Sequence[RightSeen]:
        """What the key may do there, found out without leaving anything behind."""

    def needs(self) -> Sequence[NeedSeen]:
        """What must be set up there, and whether it is."""

    def prepare(self, codes: Sequence[str]) -> None:
        """Make what is missing of these; only with a person's consent."""

    def person(self, email: str, card: str) -> Person | None:
        """A customer by e-mail address, else by card."""

    def close(self) -> None:
        """Let go; what is under way ends, and everything after it is StoreTrouble."""


class StoreDoor(Protocol):
    """Where online stores are knocked at."""

    def recognise(self, typed: str, ca: str, stopped: Callable[[], bool]) -> Found:
        """What answers at an address, however it was typed; ``ca`` is a file with a certificate to
        trust. Raises StoreTrouble (unreachable, certificate, no_address …)."""

    def visit(self, draft: Draft) -> StoreVisit:
        """Over this draft's address with this draft's key; asks nothing yet."""


class LateDoor:
    """A door that is made when somebody knocks for the first time: what lies behind it takes long
    to load, and most days nobody connects a store."""

    def __init__(self, make: Callable[[], StoreDoor]) -> None:
        self._make = make
        self._made: StoreDoor | None = None

    def recognise(self, typed: str, ca: str, stopped: Callable[[], bool]) -> Found:
        """As the door does."""
        return self._door().recognise(typed, ca, stopped)

    def visit(self, draft: Draft) -> StoreVisit:
        """As the door does."""
        return self._door().visit(draft)

    def _door(self) -> StoreDoor:
        if self._made is None:
            self._made = self._make()
        return self._made
