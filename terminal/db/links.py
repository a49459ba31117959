"""Where sync stands, in SQLite."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import delete, select

from terminal.db import sync_tables as tables
from terminal.db.statements import (
    AnyRow,
    Runner,
    Statement,
    limited,
    number,
    param,
    plain_insert,
    upsert,
)
from terminal.db.values import micros, moment
from terminal.ids import MemberId
from terminal.remotes import Contact, RemoteLink

_C, _L, _A, _K = tables.sync_cursors, tables.remote_links, tables.agreed_profiles, tables.contacts
_NOTICED_MS = 1000
_CURSOR = Statement(
    select(_C.c.cursor).where(_C.c.store == param("store"), _C.c.feed == param("feed"))
)
_PUT_CURSOR = upsert(_C, ["store", "feed"])
_STORES = Statement(select(_C.c.store).distinct().order_by(_C.c.store))
_OURS = (
    _L.c.store == param("store"),
    _L.c.kind == param("kind"),
    _L.c.local_id == param("local_id"),
)
_LINK = Statement(select(_L).where(*_OURS))
_DROP_LINK = Statement(_L.delete().where(*_OURS))
_PUT_LINK = Statement(plain_insert(_L, "no"))
_LINK_BACK = Statement(
    select(_L)
    .where(
        _L.c.store == param("store"),
        _L.c.kind == param("kind"),
        _L.c.remote_id == param("remote_id"),
    )
    .order_by(_L.c.no.desc())
)

_LINKS = Statement(
    limited(
        select(_L)
        .where(
            _L.c.store == param("store"),
            _L.c.kind == param("kind"),
            _L.c.local_id > param("after"),
        )
        .order_by(_L.c.local_id)
    )
)
_AGREED = Statement(
    select(_A.c.fields).where(_A.c.store == param("store"), _A.c.member_id == param("member_id"))
)
_PUT_AGREED = upsert(_A, ["store", "member_id"])
_OF_REMOTE = _K.c.remote == param("remote")
_CONTACT = Statement(limited(select(_K).where(_OF_REMOTE).order_by(_K.c.no.desc())))
_CONTACTS = Statement(select(_K).where(_OF_REMOTE, _K.c.changed == number(1)).order_by(_K.c.no))
_FORGET_CONTACT = Statement(delete(_K).where(_OF_REMOTE, _K.c.changed == number(0)))
_PUT_CONTACT = Statement(plain_insert(_K, "no"))


class SqlSync:
    """``SyncRecords`` over the tables sync_cursors, remote_links, agreed_profiles and contacts."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def cursor(self, store: str, feed: str) -> str | None:
        found = self._runner.value(_CURSOR, store=store, feed=feed)
        return None if found is None else str(found)

    def put_cursor(self, store: str, feed: str, cursor: str) -> None:
        self._runner.do(_PUT_CURSOR, store=store, feed=feed, cursor=cursor)

    def stores(self) -> list[str]:
        return [row.store for row in self._runner.all(_STORES)]

    def link(self, store: str, kind: str, local_id: str) -> RemoteLink | None:
        row = self._runner.one(_LINK, store=store, kind=kind, local_id=local_id)
        return None if row is None else _link(row)

    def link_back(self, store: str, kind: str, remote_id: str) -> RemoteLink | None:
        """The latest put, where several of ours have the same name there."""
        row = self._runner.one(_LINK_BACK, store=store, kind=kind, remote_id=remote_id)
        return None if row is None else _link(row)

    def links_back(self, store: str, kind: str, remote_id: str) -> list[RemoteLink]:
        rows = self._runner.all(_LINK_BACK, store=store, kind=kind, remote_id=remote_id)
        return [_link(row) for row in rows]

    def put_link(self, link: RemoteLink) -> None:
        """Insert or replace by what is ours."""
        self._runner.do(_DROP_LINK, store=link.store, kind=link.kind, local_id=link.local_id)
        self._runner.do(
            _PUT_LINK, store=link.store, kind=link.kind, local_id=link.local_id,
            remote_id=link.remote_id, remote_code=link.remote_code,
        )  # fmt: skip

    def drop_link(self, store: str, kind: str, local_id: str) -> None:
        self._runner.do(_DROP_LINK, store=store, kind=kind, local_id=local_id)

    def links(self, store: str, kind: str, after: str, limit: int) -> list[RemoteLink]:
        rows = self._runner.all(_LINKS, store=store, kind=kind, after=after, limit=limit)
        return [_link(row) for row in rows]

    def agreed(self, store: str, member_id: MemberId) -> Mapping[str, str] | None:
        found = self._runner.value(_AGREED, store=store, member_id=member_id)
        return None if found is None else msgspec.json.decode(found, type=dict[str, str])

    def put_agreed(
        self, store: str, member_id: MemberId, fields: Mapping[str, str], at: datetime
    ) -> None:
        written = msgspec.json.encode(dict(sorted(fields.items()))).decode()
        self._runner.do(
            _PUT_AGREED, store=store, member_id=member_id, fields=written, at=micros(at)
        )

    def contact(self, remote: str) -> Contact | None:
        row = self._runner.one(_CONTACT, remote=remote, limit=1)
        return None if row is None else _contact(row)

    def put_contact(self, contact: Contact) -> None:
        kept = self.contacts(contact.remote)
        changed = contact.offset_ms is not None and (
            not kept or abs((kept[-1].offset_ms or 0) - contact.offset_ms) >= _NOTICED_MS
        )
        self._runner.do(_FORGET_CONTACT, remote=contact.remote)
        self._runner.do(
            _PUT_CONTACT, remote=contact.remote, at=micros(contact.at),
            offset_ms=contact.offset_ms, changed=int(changed),
        )  # fmt: skip

    def contacts(self, remote: str) -> list[Contact]:
        return [_contact(row) for row in self._runner.all(_CONTACTS, remote=remote)]


def _contact(row: AnyRow) -> Contact:
    return Contact(row.remote, moment(row.at), row.offset_ms)


def _link(row: AnyRow) -> RemoteLink:
    return RemoteLink(row.store, row.kind, row.local_id, row.remote_id, row.remote_code)
