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

_SHARED = (("ledger_entries", "ledger entries"), ("voucher_entries", "voucher entries"))
_UNLESS_APPLYING = (
    " WHEN OLD.id <> NEW.id OR NOT EXISTS (SELECT 1 FROM hub_state WHERE name = 'applying')"
)
_JOURNAL_TRIGGERS = (
    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'journal_*'"
)
_OPEN = sa.text("state IN ('waiting', 'blocked')")


_FREE = (
    ("ix_online_orders_free_card", "card_number"),
    ("ix_online_orders_free_customer", "customer_id"),
)


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
    for free, column in _FREE:
        op.create_index(
            free, "online_orders", [column],
            sqlite_where=sa.text(f"member_id IS NULL AND {column} <> ''"),
        )  # fmt: skip
    op.create_index(
        "ix_vouchers_web", "vouchers", ["ends"],
        sqlite_where=sa.text("coupon GLOB 'web:*' AND blocked = 0 AND uses_left > 0"),
    )  # fmt: skip
    op.drop_index("ix_outbox_open", "outbox")
    op.drop_index("ix_outbox_open_of_member", "outbox")
    op.create_index("ix_outbox_open", "outbox", ["store", "number"], sqlite_where=_OPEN)
    op.create_index(
        "ix_outbox_open_of_member", "outbox", ["member_id", "store", "number"], sqlite_where=_OPEN
    )
    op.create_index("ix_outbox_subject_id_kind", "outbox", ["subject_id", "kind"])
    op.create_index(
        "ix_outbox_given_up", "outbox", ["number"], sqlite_where=sa.text("state = 'given_up'")
    )
    op.create_table(
        "outbox_steps",
        _number("no"),
        *_texts("key"),
        _number("at"),
        *_texts("step problem part"),
        sa.Column("by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("no", name="pk_outbox_steps"),
        sqlite_strict=True,
    )
    op.create_index("ix_outbox_steps_key", "outbox_steps", ["key"])
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
        "stamps",
        *_texts("subject field stamp replaced"),
        sa.PrimaryKeyConstraint("subject", "field", name="pk_stamps"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "told_facts",
        _number("seq"),
        *_texts("till kind key member_id body"),
        _number("at"),
        sa.PrimaryKeyConstraint("seq", name="pk_told_facts"),
        sqlite_strict=True,
    )
    op.create_table(
        "parked_facts",
        _number("no"),
        *_texts("till"),
        _number("seq"),
        *_texts("kind key member_id body"),
        _number("at"),
        *_texts("why waits_for"),
        sa.PrimaryKeyConstraint("no", name="pk_parked_facts"),
        sa.UniqueConstraint("till", "seq", "why", name="uq_parked_facts_till_seq_why"),
        sqlite_strict=True,
    )
    op.create_index("ix_parked_facts_waits_for", "parked_facts", ["waits_for"])
    for table, rows in _SHARED:
        op.execute(f"DROP TRIGGER {table}_stand")
        op.execute(_stand(table, rows, _UNLESS_APPLYING))


def _stand(table: str, rows: str, unless: str) -> str:
    return (
        f"CREATE TRIGGER {table}_stand BEFORE UPDATE ON {table}{unless}"
        f" BEGIN SELECT RAISE(ABORT, '{rows} are never changed'); END"
    )


def downgrade() -> None:
    """What was agreed, asked of people and meant for the hub is forgotten."""
    for table, rows in _SHARED:
        op.execute(f"DROP TRIGGER {table}_stand")
        op.execute(_stand(table, rows, ""))
    for (trigger,) in op.get_bind().exec_driver_sql(_JOURNAL_TRIGGERS).fetchall():
        op.execute(f"DROP TRIGGER {trigger}")
    for table in (
        "parked_facts", "told_facts", "stamps", "hub_state", "journal", "tasks", "contacts",
        "agreed_profiles", "outbox_steps",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_index("ix_vouchers_web", "vouchers")
    for index in (
        "ix_outbox_given_up",
        "ix_outbox_subject_id_kind",
        "ix_outbox_open_of_member",
        "ix_outbox_open",
    ):
        op.drop_index(index, "outbox")
    for free, _column in _FREE:
        op.drop_index(free, "online_orders")
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
