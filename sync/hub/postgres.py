"""The hub on PostgreSQL, as a till sees it: a dozen functions, and no table.

Each call is one statement in a transaction of its own, bears being told twice, and ends within
``patience``; see ``sync.hub.link`` for what happens to the connection. Importing this needs no
driver; using it raises Misconfigured(no_driver) where there is none.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sync.errors import Misconfigured, Refused
from sync.hub import addresses, driver
from sync.hub.remote import Fact, FactPage, Identity, Welcome, Wish, Word

if TYPE_CHECKING:
    from sync.hub.link import Link

LARGEST: Final = 2_000
"""Facts in one call, in either direction."""

_PUSH = (
    "SELECT loyalty.append_facts(%b::text, %b::bigint, %b::text[], %b::text[], %b::text[],"
    " %b::bytea[], %b::timestamptz[])"
)
_PULL = "SELECT * FROM loyalty.read_facts(%b::text, %b::integer)"
_RESERVE = "SELECT * FROM loyalty.reserve(%b::text, %b::text, %b::text, %b::bigint, %b::integer)"


class PostgresHub:
    """``Hub``. ``address`` names the till's role (``postgresql://role@host:5432/database``), ``ca``
    is the file with the certificate to trust, empty: the machine's own, or on this very machine
    none. An address that is none is told when the hub is asked: the till opens all the same.
    ``patience`` bounds a call, the way there included; ``patience_to_reserve`` the one that a
    customer waits for. ``hostaddr`` is where the host is, for whom that is known by other means.
    """

    def __init__(
        self,
        address: str,
        password: str,
        *,
        ca: str = "",
        patience: float = 10.0,
        patience_to_reserve: float = 1.5,
        hostaddr: str = "",
    ) -> None:
        self._address = address
        self._password = password
        self._ca = ca
        self._patience = patience
        self._patience_to_reserve = patience_to_reserve
        self._hostaddr = hostaddr
        self._made: Link | None = None
        self._elected: set[str] = set()
        self._life = 0

    def hello(self, me: Identity) -> Welcome:
        """Raises Misconfigured: revoked, replaced (another computer joined as this till), schema,
        hub_older, hub_newer; and whatever keeps from connecting."""
        last_seq, now, others, alive = self._link.one(
            "SELECT * FROM loyalty.hello(%b::text, %b::text, %b::text)",
            me.instance, me.machine, me.run,
        )  # fmt: skip
        return Welcome(last_seq, now.astimezone(UTC), tuple(others), alive)

    def push(self, me: Identity, facts: Sequence[Fact]) -> int:
        """At most ``LARGEST`` of them. Raises Gap, Forked, Refused (bad_input) for facts that are
        not the till's own or have gaps among them."""
        first = facts[0].seq if facts else 1
        in_order = all(fact.seq == first + place for place, fact in enumerate(facts))
        if not in_order or len(facts) > LARGEST:
            raise Refused("bad_input", where="seq")
        if any(fact.till != me.till for fact in facts):
            raise Misconfigured("forbidden", where="till")
        (last,) = self._link.one(
            _PUSH, me.instance, first,
            [fact.kind for fact in facts], [fact.key for fact in facts],
            [fact.member_id for fact in facts], [fact.body for fact in facts],
            [fact.at for fact in facts],
        )  # fmt: skip
        return int(last)

    def pull(self, cursor: str, limit: int) -> FactPage:
        """Raises Misconfigured (hub_went_back) for a cursor that this hub can't have given."""
        asked = max(1, min(limit, LARGEST))
        rows = self._link.rows(_PULL, cursor, asked)
        held = bool(rows[0][0])
        facts = [
            Fact(
                till=till, seq=seq, kind=kind, key=key, member_id=member_id, body=bytes(body),
                at=_utc(at),
            )
            for _held, place, till, seq, kind, key, member_id, body, at in rows
            if place is not None
        ]  # fmt: skip
        last = rows[-1][1] or cursor
        return FactPage(tuple(facts), last, more=len(facts) == asked, held_back=held)

    def reserve(self, wish: Wish) -> Word:
        """Raises Misconfigured (forbidden) for another till's wish, Refused (conflict) for another
        till's sale, (bad_input) for nothing."""
        granted, available = self._link.one(
            _RESERVE, wish.sale_id, wish.member_id, wish.till, wish.points, wish.seconds,
            patience=self._patience_to_reserve,
        )  # fmt: skip
        return Word(granted, int(available))

    def release(self, sale_id: str) -> None:
        self._link.rows("SELECT loyalty.release(%b::text)", sale_id)

    def elect(self, what: str) -> bool:
        link = self._link
        if self._life != link.lives:  # what an earlier connection held, another may have by now
            self._elected.clear()
        held = what in self._elected
        (elected,) = link.one("SELECT loyalty.elect(%b::text, %b::boolean)", what, held)
        if held and self._life != link.lives:  # it broke under this very question
            self._elected.clear()
            self._life = link.lives
            return self.elect(what)
        self._life = link.lives
        if elected:
            self._elected.add(what)
        return bool(elected)

    def close(self) -> None:
        self._elected.clear()
        if self._made is not None:
            self._made.close()
            self._made = None

    @property
    def _link(self) -> "Link":
        if self._made is None:
            place = addresses.parse(self._address)
            self._made = driver.till_link(
                place, self._password, ca=self._ca, hostaddr=self._hostaddr, patience=self._patience
            )
            self._made.greets_with(_greet)
        return self._made


def _greet(link: "Link") -> None:
    from sync.hub import schema

    found, serves_from = link.one("SELECT * FROM loyalty.greet()")
    schema.check(found, serves_from)


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
