"""The tables of sync: what is to be told, how far was read, what things are called elsewhere, what
was agreed on, what a person must decide; and the journal that the hub is told from.

Nothing outside ``terminal.db`` imports this; see also ``terminal.db.tables``.
"""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy import text as sql

from terminal.db.columns import (
    integer,
    integers,
    later_texts,
    metadata,
    running_number,
    text,
    texts,
)

_OPEN = sql("state IN ('waiting', 'blocked')")
_TOLD = sql("sent_at IS NOT NULL")

outbox = Table(
    "outbox",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    *texts("key kind subject_id"),
    text("member_id", optional=True),  # no foreign key: a queue refuses nothing
    *integers("created_at due_at attempts"),
    text("state"),
    text("blocked", optional=True),
    text("problem"),
    integer("sent_at", optional=True),
    *later_texts("store", "vendure"),
    *later_texts("part reason"),
    UniqueConstraint("key"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)
Index("ix_outbox_open", outbox.c.store, outbox.c.number, sqlite_where=_OPEN)
Index(
    "ix_outbox_open_of_member",
    outbox.c.member_id,
    outbox.c.store,
    outbox.c.number,
    sqlite_where=_OPEN,
)
Index(None, outbox.c.sent_at, sqlite_where=_TOLD)
Index(None, outbox.c.store, outbox.c.sent_at, sqlite_where=_TOLD)
Index(None, outbox.c.subject_id, outbox.c.kind)
Index("ix_outbox_given_up", outbox.c.number, sqlite_where=sql("state = 'given_up'"))

outbox_steps = Table(
    "outbox_steps",
    metadata,
    running_number(),
    text("key"),
    integer("at"),
    *texts("step problem part"),
    text("by", optional=True),
    sqlite_strict=True,
)
Index(None, outbox_steps.c.key)

sync_cursors = Table(
    "sync_cursors",
    metadata,
    *texts("store feed cursor"),
    PrimaryKeyConstraint("store", "feed"),
    sqlite_strict=True,
)

remote_links = Table(
    "remote_links",
    metadata,
    running_number(),
    *texts("store kind local_id remote_id remote_code"),
    UniqueConstraint("store", "kind", "local_id"),
    sqlite_strict=True,
)
Index(None, remote_links.c.store, remote_links.c.kind, remote_links.c.remote_id)

agreed_profiles = Table(
    "agreed_profiles",
    metadata,
    *texts("store member_id fields"),
    integer("at"),
    PrimaryKeyConstraint("store", "member_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

contacts = Table(
    "contacts",
    metadata,
    running_number(),
    text("remote"),
    integer("at"),
    integer("offset_ms", optional=True),
    integer("changed"),  # 1: the offset had moved; such rows stay
    sqlite_strict=True,
)
Index(None, contacts.c.remote, contacts.c.no)

tasks = Table(
    "tasks",
    metadata,
    running_number(),
    *texts("id kind"),
    integer("made_at"),
    text("member_id", optional=True),
    *texts("store subject_id details outcome"),
    integer("settled_at", optional=True),
    text("settled_by", optional=True),
    UniqueConstraint("id"),
    sqlite_strict=True,
)
Index("ix_tasks_open", tasks.c.no, sqlite_where=sql("outcome = ''"))
Index(None, tasks.c.member_id, sqlite_where=sql("member_id IS NOT NULL"))

# What changed here and is to be told to the hub, in the order in which it was committed. Filled by
# triggers that exist only where a till has joined a hub (see terminal.db.journal).
journal = Table(
    "journal",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    *texts("kind key"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)

hub_state = Table(
    "hub_state",
    metadata,
    *texts("name value"),
    PrimaryKeyConstraint("name"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# When and where something was last changed, as a whole (field "") or field by field, and which
# change that replaced: the later one wins between tills. See terminal.stamps.
stamps = Table(
    "stamps",
    metadata,
    *texts("subject field stamp replaced"),
    PrimaryKeyConstraint("subject", "field"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# Our own facts by their number, as they were made: kept until long after the hub has them.
told_facts = Table(
    "told_facts",
    metadata,
    Column("seq", Integer, primary_key=True),
    *texts("till kind key member_id body"),
    integer("at"),
    sqlite_strict=True,
)

# Facts of other tills that can't be written yet: something they name is not here, or a newer
# program wrote them.
parked_facts = Table(
    "parked_facts",
    metadata,
    running_number(),
    text("till"),
    integer("seq"),
    *texts("kind key member_id body"),
    integer("at"),
    *texts("why waits_for"),
    UniqueConstraint("till", "seq", "why"),
    sqlite_strict=True,
)
Index(None, parked_facts.c.waits_for)
