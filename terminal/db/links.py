"""Where sync stands, in SQLite."""

from sqlalchemy import select

from terminal.db import tables
from terminal.db.statements import AnyRow, Runner, Statement, param, plain_insert, upsert
from terminal.ports import RemoteLink

_C, _L = tables.sync_cursors, tables.remote_links
_CURSOR = Statement(
    select(_C.c.cursor).where(_C.c.store == param("store"), _C.c.feed == param("feed"))
)
_PUT_CURSOR = upsert(_C, ["store", "feed"])
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


class SqlSync:
    """``SyncRecords`` over the tables sync_cursors and remote_links."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def cursor(self, store: str, feed: str) -> str | None:
        found = self._runner.value(_CURSOR, store=store, feed=feed)
        return None if found is None else str(found)

    def put_cursor(self, store: str, feed: str, cursor: str) -> None:
        self._runner.do(_PUT_CURSOR, store=store, feed=feed, cursor=cursor)

    def link(self, store: str, kind: str, local_id: str) -> RemoteLink | None:
        row = self._runner.one(_LINK, store=store, kind=kind, local_id=local_id)
        return None if row is None else _link(row)

    def link_back(self, store: str, kind: str, remote_id: str) -> RemoteLink | None:
        """The latest put, where several of ours have the same name there."""
        row = self._runner.one(_LINK_BACK, store=store, kind=kind, remote_id=remote_id)
        return None if row is None else _link(row)

    def put_link(self, link: RemoteLink) -> None:
        """Insert or replace by what is ours."""
        self._runner.do(_DROP_LINK, store=link.store, kind=link.kind, local_id=link.local_id)
        self._runner.do(
            _PUT_LINK, store=link.store, kind=link.kind, local_id=link.local_id,
            remote_id=link.remote_id, remote_code=link.remote_code,
        )  # fmt: skip


def _link(row: AnyRow) -> RemoteLink:
    return RemoteLink(row.store, row.kind, row.local_id, row.remote_id, row.remote_code)
