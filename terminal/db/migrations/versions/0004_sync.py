"""Sync: several online stores, refunds and coupons of online orders, what was agreed on with each
store, when they answered, tasks for people, and the journal for the hub.

Revision 0004, after 0003. Messages that wait are Vendure's: no other store was known before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('waiting', 'blocked')")


def _texts(names: str) -> list[sa.Column]:  # type: ignore[type-arg]
    return [sa.Column(name, sa.Text(), nullable=False) for name in names.split()]


def _number(name: str, *, optional: bool = False) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.Integer(), nullable=optional)


def upgrade() -> None:
    for table, column, default in (
        ("outbox", "store", "'vendure'"),
        ("outbox", "part", "''"),
        ("outbox", "reason", "''"),
        ("online_orders", "refunds", "'[]'"),
        ("online_orders", "coupons", "'[]'"),
    ):
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT DEFAULT {default} NOT NULL")
    op.execute("ALTER TABLE online_orders ADD COLUMN cancelled INTEGER DEFAULT 0 NOT NULL")
    op.drop_index("ix_outbox_open", "outbox")
    op.drop_index("ix_outbox_open_of_member", "outbox")
    op.create_index("ix_outbox_open", "outbox", ["store", "number"], sqlite_where=_OPEN)
    op.create_index(
        "ix_outbox_open_of_member", "outbox", ["member_id", "store", "number"], sqlite_where=_OPEN
    )
    op.create_index("ix_outbox_subject_id_kind", "outbox", ["subject_id", "kind"])
    op.create_table(
        "agreed_profiles",
        *_texts("store member_id fields"),
        _number("at"),
        sa.PrimaryKeyConstraint("store", "member_id", name="pk_agreed_profiles"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contacts",
        _number("no"),
        *_texts("remote"),
        _number("at"),
        _number("offset_ms", optional=True),
        _number("changed"),
        sa.PrimaryKeyConstraint("no", name="pk_contacts"),
        sqlite_strict=True,
    )
    op.create_index("ix_contacts_remote_no", "contacts", ["remote", "no"])
    _tasks()
    _hub()


def _tasks() -> None:
    op.create_table(
        "tasks",
        _number("no"),
        *_texts("id kind"),
        _number("made_at"),
        sa.Column("member_id", sa.Text(), nullable=True),
        *_texts("store subject_id details outcome"),
        _number("settled_at", optional=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("no", name="pk_tasks"),
        sa.UniqueConstraint("id", name="uq_tasks_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_tasks_open", "tasks", ["no"], sqlite_where=sa.text("outcome = ''"))
    op.create_index(
        "ix_tasks_member_id", "tasks", ["member_id"], sqlite_where=sa.text("member_id IS NOT NULL")
    )


def _hub() -> None:
    op.create_table(
        "journal",
        _number("number"),
        *_texts("kind key"),
        sa.PrimaryKeyConstraint("number", name="pk_journal"),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "hub_state",
        *_texts("name value"),
        sa.PrimaryKeyConstraint("name", name="pk_hub_state"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "member_stamps",
        *_texts("member_id field stamp"),
        sa.PrimaryKeyConstraint("member_id", "field", name="pk_member_stamps"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """What was agreed, asked of people and meant for the hub is forgotten."""
    for table in ("member_stamps", "hub_state", "journal", "tasks", "contacts", "agreed_profiles"):
        op.drop_table(table)
    for index in ("ix_outbox_subject_id_kind", "ix_outbox_open_of_member", "ix_outbox_open"):
        op.drop_index(index, "outbox")
    for table, column in (
        ("online_orders", "cancelled"),
        ("online_orders", "coupons"),
        ("online_orders", "refunds"),
        ("outbox", "reason"),
        ("outbox", "part"),
        ("outbox", "store"),
    ):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.execute("UPDATE outbox SET state = 'sent' WHERE state = 'given_up'")
    still = sa.text("state <> 'sent'")
    op.create_index("ix_outbox_open", "outbox", ["number"], sqlite_where=still)
    op.create_index(
        "ix_outbox_open_of_member", "outbox", ["member_id", "number"], sqlite_where=still
    )
