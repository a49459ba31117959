"""Telling the hub on a connection whose transaction a test holds open."""

from __future__ import annotations

import psycopg

from sync.hub.remote import Fact
from tests.hub.world import TillAtHub

APPEND = (
    "SELECT loyalty.append_facts(%s, %s::bigint, %s::text[], %s::text[], %s::text[],"
    " %s::bytea[], %s::timestamptz[])"
)


def append(connection: psycopg.Connection, till: TillAtHub, *facts: Fact) -> None:
    """As ``PostgresHub`` does, within the transaction that is open there."""
    columns = [[f.kind, f.key, f.member_id, f.body, f.at] for f in facts]
    kinds, keys, members, bodies, ats = map(list, zip(*columns, strict=True))
    connection.execute(APPEND, (till.me.instance, facts[0].seq, kinds, keys, members, bodies, ats))
