"""The triggers by which a till notes what it commits; SQL of this package's own making.

They are there only where a till has joined a hub, made at joining and looked after whenever the
file is opened: a till that stands alone pays nothing. The flag ``applying`` in ``hub_state`` keeps
them silent within the transaction that sets it.
"""

import sqlite3
from dataclasses import dataclass

from terminal.db.schema import TABLES
from terminal.journal import FIELD, KINDS, MOVED

APPLYING = "applying"
INSTANCE = "instance"
_SILENT = f"(SELECT 1 FROM hub_state WHERE name = '{APPLYING}')"  # noqa: S608 - our own names
_PREFIX = "journal_"


@dataclass(frozen=True, slots=True)
class Watched:
    """A table whose rows are facts of one kind. ``changed``: columns whose change is one; empty:
    any. ``gone``: whether deleting a row is one too."""

    table: str
    kind: str
    key: tuple[str, ...]
    changed: tuple[str, ...] = ()
    gone: bool = False
    grows: bool = False


_MEMBER_FIELDS = (
    "given_name", "family_name", "call_name", "phone", "email", "language", "birthday", "note",
    "joined_at", "segments", "town", "household", "referred_by", "ranking_opt_out",
)  # fmt: skip
WATCHED = (
    Watched("programs", "program", ("code", "version")),
    Watched(
        "products", "product", ("sku",),
        ("name", "price", "currency", "detail", "ean", "category", "brand", "tags", "tax", "fixed",
         "kind"),
    ),
    Watched("members", "member", ("id",)),
    Watched("cards", "card", ("number",), ("member_id", "state", "issued_at"), gone=True),
    Watched("consents", "consent", ("id",), grows=True, gone=True),
    Watched("vouchers", "voucher", ("code",), ("owner", "starts", "ends", "blocked")),
    Watched("voucher_entries", "value", ("id",), grows=True),
    Watched("sales", "sale", ("id",), ("member_id",)),
    Watched("voucher_uses", "use", ("code", "sale_id"), grows=True, gone=True),
    Watched("ledger_entries", "entry", ("id",), grows=True),
    Watched("returns", "return", ("id",), grows=True),
    Watched("pending_returns", "pending", ("id",), gone=True),
    Watched("online_orders", "order", ("store", "remote_id")),
    Watched("tier_grants", "grant", ("id",)),
    Watched("member_badges", "badge", ("member_id", "badge"), grows=True),
    Watched("referrals", "referral", ("friend_id",)),
    Watched("remote_links", "link", ("store", "kind", "local_id"), gone=True),
    Watched("agreed_profiles", "agreed", ("store", "member_id"), ("fields",)),
    Watched("sync_cursors", "cursor", ("store", "feed"), ("cursor",)),
    Watched("outbox", "message", ("key",), ("state",)),
    Watched("tasks", "task", ("id",), ("outcome",)),
)  # fmt: skip
assert {one.kind for one in WATCHED} == set(KINDS)  # noqa: S101 - one list in two places


def _key(of: str, columns: tuple[str, ...]) -> str:
    return " || char(31) || ".join(f"{of}.{column}" for column in columns)


def _noting(kind: str, key: str) -> str:
    return f"INSERT INTO journal (kind, key) VALUES ('{kind}', {key});"  # noqa: S608


def _trigger(name: str, when: str, table: str, unless: str, does: str) -> tuple[str, str]:
    made = f"{_PREFIX}{table}_{name}"
    only = f"NOT EXISTS {_SILENT}" + (f" AND ({unless})" if unless else "")
    return made, f"CREATE TRIGGER {made} AFTER {when} ON {table} WHEN {only} BEGIN {does} END"


def _of(one: Watched) -> list[tuple[str, str]]:
    new = _noting(one.kind, _key("NEW", one.key))
    made = [_trigger("new", "INSERT", one.table, "", new)]
    if one.table == "members":
        made.append(_trigger("field", "UPDATE", one.table, "", _fields()))
    elif not one.grows:
        moved = " OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in one.changed)
        again = f"'{one.kind}' || char(31) || {_key('NEW', one.key)}"
        made.append(_trigger("moved", "UPDATE", one.table, moved, _noting(MOVED, again)))
    if one.gone:
        gone = _noting(one.kind, _key("OLD", one.key))
        made.append(_trigger("gone", "DELETE", one.table, "", gone))
    return made


def _fields() -> str:
    """One note for each field that changed."""
    return " ".join(
        f"INSERT INTO journal (kind, key) SELECT '{FIELD}', NEW.id || char(31) || '{name}'"
        f" WHERE OLD.{name} IS NOT NEW.{name};"
        for name in _MEMBER_FIELDS
    )


TRIGGERS = dict(made for one in WATCHED for made in _of(one))
"""Every trigger by name."""


def _filling(one: Watched) -> str:
    columns = TABLES[0].metadata.tables[one.table].c
    order = next((name for name in ("no", "number") if name in columns), ", ".join(one.key))
    return (
        f"INSERT INTO journal (kind, key) SELECT '{one.kind}', {_key(one.table, one.key)}"  # noqa: S608
        f" FROM {one.table} ORDER BY {order}"
    )


FILL = tuple(map(_filling, WATCHED))
"""Notes everything that is there, what others refer to first."""


def there(connection: sqlite3.Connection) -> dict[str, str]:
    """The triggers of the journal that the file has."""
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB ?",
        (_PREFIX + "*",),
    )
    return dict(rows.fetchall())


def make(connection: sqlite3.Connection) -> None:
    """All triggers as this program wants them, within the caller's transaction."""
    drop(connection)
    for made in TRIGGERS.values():
        connection.execute(made)


def drop(connection: sqlite3.Connection) -> None:
    """No triggers of the journal."""
    for name in there(connection):
        connection.execute(f"DROP TRIGGER {name}")


def look_after(connection: sqlite3.Connection) -> None:
    """At opening: a till that has joined has exactly these triggers, another one none. A flag
    that a transaction would have left behind is taken away."""
    row = connection.execute("SELECT 1 FROM hub_state WHERE name = ?", (INSTANCE,)).fetchone()
    wanted = TRIGGERS if row else {}
    flagged = connection.execute("SELECT 1 FROM hub_state WHERE name = ?", (APPLYING,)).fetchone()
    if there(connection) == wanted and not flagged:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute("DELETE FROM hub_state WHERE name = ?", (APPLYING,))
        (make if row else drop)(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
