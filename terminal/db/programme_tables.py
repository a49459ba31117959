"""The tables of the programme: uses of rules, levels given by hand, badges, friends, vouchers,
plays, imports. Nothing outside ``terminal.db`` imports this."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from terminal.db.columns import (
    integer,
    integers,
    member,
    metadata,
    only_grows,
    running_number,
    text,
    texts,
)

rule_uses = Table(
    "rule_uses",
    metadata,
    *texts("member_id rule day"),  # a guest's member_id is empty, so no foreign key
    *integers("times points money"),
    PrimaryKeyConstraint("member_id", "day", "rule"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

rule_totals = Table(
    "rule_totals",
    metadata,
    text("rule"),
    *integers("times points money"),
    PrimaryKeyConstraint("rule"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

tier_grants = Table(
    "tier_grants",
    metadata,
    running_number(),
    text("id"),
    member(),
    text("tier"),
    integer("starts"),
    integer("ends", optional=True),
    text("reason"),
    text("cashier_id", optional=True),
    integer("at"),
    UniqueConstraint("id"),
    sqlite_strict=True,
)
Index(None, tier_grants.c.member_id, tier_grants.c.at)

member_badges = Table(
    "member_badges",
    metadata,
    member(),
    text("badge"),
    integer("at"),
    text("source"),
    PrimaryKeyConstraint("member_id", "badge"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

referrals = Table(
    "referrals",
    metadata,
    member(name="friend_id"),
    member(name="referrer_id"),
    integer("at"),
    text("state"),
    text("first_sale_id", optional=True),
    integer("settled_at", optional=True),
    PrimaryKeyConstraint("friend_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
Index(None, referrals.c.referrer_id, referrals.c.at)
Index("ix_referrals_open", referrals.c.at, sqlite_where=sql("state = 'open'"))

pending_returns = Table(
    "pending_returns",
    metadata,
    running_number(),
    *texts("id ref sale_ref till"),
    *integers("seq returned_at"),
    text("body"),
    UniqueConstraint("id"),
    UniqueConstraint("ref"),
    sqlite_strict=True,
)
Index(None, pending_returns.c.sale_ref)

vouchers = Table(
    "vouchers",
    metadata,
    running_number(),
    *texts("code kind"),
    integer("issued_at"),
    *texts("currency coupon"),
    member(optional=True, name="owner"),
    integer("starts", optional=True),
    integer("ends", optional=True),
    integer("uses_left", optional=True),
    text("source_id"),
    integer("blocked"),
    UniqueConstraint("code"),
    sqlite_strict=True,
)
Index(None, vouchers.c.owner, vouchers.c.issued_at, sqlite_where=sql("owner IS NOT NULL"))
Index(None, vouchers.c.source_id, sqlite_where=sql("source_id <> ''"))
Index(
    "ix_vouchers_web", vouchers.c.ends,
    sqlite_where=sql("coupon GLOB 'web:*' AND blocked = 0 AND uses_left > 0"),
)  # fmt: skip

voucher_uses = Table(
    "voucher_uses",
    metadata,
    Column("code", Text, ForeignKey("vouchers.code"), nullable=False),
    text("sale_id"),
    text("member_id"),
    PrimaryKeyConstraint("code", "sale_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
Index(None, voucher_uses.c.code, voucher_uses.c.member_id)

voucher_entries = Table(
    "voucher_entries",
    metadata,
    running_number(),
    text("id"),
    Column("code", Text, ForeignKey("vouchers.code"), nullable=False),
    text("kind"),
    integer("amount"),
    text("currency"),
    integer("decided_at"),
    text("till"),
    integer("seq"),
    text("cashier_id", optional=True),
    integer("lapses_at", optional=True),
    text("source_id"),
    text("reverses", optional=True),
    text("reason"),
    UniqueConstraint("id"),
    sqlite_strict=True,
)
Index(
    "ix_voucher_entries_order",
    voucher_entries.c.code,
    voucher_entries.c.decided_at,
    voucher_entries.c.seq,
    voucher_entries.c.id,
)
Index(None, voucher_entries.c.lapses_at, sqlite_where=sql("lapses_at IS NOT NULL"))

only_grows(voucher_entries, "voucher entries", shared=True)

game_plays = Table(
    "game_plays",
    metadata,
    text("id"),
    text("game"),
    integer("number"),
    member(),
    integer("created_at"),
    integer("played_at", optional=True),
    text("record"),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("game", "number"),
    sqlite_strict=True,
)
Index(None, game_plays.c.member_id, game_plays.c.created_at, game_plays.c.id)

imports = Table(
    "imports",
    metadata,
    text("id"),
    integer("started_at"),
    text("record"),
    PrimaryKeyConstraint("id"),
    sqlite_strict=True,
)

import_rows = Table(
    "import_rows",
    metadata,
    *texts("import_id key"),
    integer("number"),
    member(),
    text("record"),
    PrimaryKeyConstraint("import_id", "key"),
    UniqueConstraint("import_id", "number"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
