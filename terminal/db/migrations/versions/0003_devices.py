"""Devices: staff badges, which printer took a slip, and the log of the cash drawer.

Revision 0003, after 0002. When a slip is tried again is no longer a matter of the slip but of the
printer, so ``slips.due_at`` goes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEPT = (
    "CREATE TRIGGER drawer_kicks_stay BEFORE DELETE ON drawer_kicks"
    " BEGIN SELECT RAISE(ABORT, 'drawer kicks are never deleted'); END",
    "CREATE TRIGGER drawer_kicks_stand BEFORE UPDATE ON drawer_kicks"
    " WHEN OLD.outcome <> '' OR OLD.no IS NOT NEW.no OR OLD.id IS NOT NEW.id"
    " OR OLD.at IS NOT NEW.at OR OLD.till IS NOT NEW.till OR OLD.staff_id IS NOT NEW.staff_id"
    " OR OLD.reason IS NOT NEW.reason OR OLD.sale_id IS NOT NEW.sale_id"
    " BEGIN SELECT RAISE(ABORT, 'drawer kicks are never changed'); END",
)


def upgrade() -> None:
    for table, column in (("staff", "badge"), ("slips", "printer")):
        # Not add_column(): it would look at the whole schema first.
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE slips DROP COLUMN due_at")
    op.create_index(
        "ix_staff_badge",
        "staff",
        ["badge"],
        unique=True,
        sqlite_where=sa.text("badge <> '' AND active = 1"),
    )
    op.create_table(
        "drawer_kicks",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("till", "staff_id", "reason")),
        sa.Column("sale_id", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_drawer_kicks"),
        sa.UniqueConstraint("id", name="uq_drawer_kicks_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_drawer_kicks_at", "drawer_kicks", ["at"])
    for trigger in _KEPT:
        op.execute(trigger)


def downgrade() -> None:
    """Who opened the drawer when is forgotten; slips and people stay."""
    op.drop_table("drawer_kicks")
    op.drop_index("ix_staff_badge", "staff")
    op.execute("ALTER TABLE slips DROP COLUMN printer")
    op.execute("ALTER TABLE slips ADD COLUMN due_at INTEGER DEFAULT 0 NOT NULL")
    op.execute("UPDATE slips SET due_at = created_at")
    op.execute("ALTER TABLE staff DROP COLUMN badge")
