"""The tables of the shop. Nothing outside ``terminal.db`` imports this; see also
``terminal.db.programme_tables``."""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from terminal.db.columns import (
    integer,
    integers,
    later_integers,
    later_texts,
    member,
    metadata,
    only_grows,
    running_number,
    text,
    texts,
)


def _goods() -> "list[Column[Any]]":
    """What rules go by; see ``terminal.sales.Goods``."""
    return [
        *later_texts("category brand"),
        *later_texts("tags", "[]"),
        *later_integers("tax fixed"),
        *later_texts("kind", "goods"),
    ]


members = Table(
    "members",
    metadata,
    running_number(),
    *texts("id given_name family_name call_name phone email language birthday note"),
    *integers("joined_at updated_at"),
    # What the member is found by; see terminal.db.searching.
    *texts("name_key words phone_digits phone_reversed"),
    *later_texts("segments", "[]"),
    *later_texts("town household referred_by"),
    *later_integers("ranking_opt_out"),
    UniqueConstraint("id"),
    sqlite_strict=True,
)
Index(None, members.c.name_key)
Index(None, members.c.joined_at)
Index(None, members.c.phone_digits, sqlite_where=sql("phone_digits <> ''"))
Index(None, members.c.phone_reversed, sqlite_where=sql("phone_reversed <> ''"))
Index(None, members.c.email, sqlite_where=sql("email <> ''"))
Index(None, members.c.household, sqlite_where=sql("household <> ''"))

member_words = Table(
    "member_words",
    metadata,
    *texts("word name_key"),
    integer("member_no"),
    PrimaryKeyConstraint("word", "name_key", "member_no"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

cards = Table(
    "cards",
    metadata,
    text("number"),
    member(),
    integer("issued_at"),
    *texts("symbology state reversed"),
    PrimaryKeyConstraint("number"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
Index(None, cards.c.member_id)
Index(None, cards.c.reversed)

consents = Table(
    "consents",
    metadata,
    running_number(),
    text("id"),
    member(),
    text("purpose"),
    integer("granted"),
    *texts("wording language"),
    integer("recorded_at"),
    *texts("cashier_id till"),
    UniqueConstraint("id"),
    sqlite_strict=True,
)
Index(None, consents.c.member_id)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    running_number(),
    text("id"),
    member(),
    text("kind"),
    *integers("points decided_at"),
    text("till"),
    integer("seq"),
    text("channel"),
    text("cashier_id", optional=True),
    integer("usable_at", optional=True),
    integer("lapses_at", optional=True),
    text("program"),
    integer("program_version"),
    text("parts"),
    integer("basis", optional=True),
    *texts("currency rate source_id"),
    text("reverses", optional=True),
    text("reason"),
    *integers("qualifying held"),
    integer("keeps_until", optional=True),
    text("lot", optional=True),
    UniqueConstraint("id"),
    CheckConstraint("points <> 0 OR qualifying <> 0 OR kind = 'release'", name="moves"),
    sqlite_strict=True,
)
Index(
    "ix_ledger_entries_order",
    ledger_entries.c.member_id,
    ledger_entries.c.decided_at,
    ledger_entries.c.seq,
    ledger_entries.c.id,
)
Index(
    "ix_ledger_entries_decided",
    ledger_entries.c.decided_at,
    ledger_entries.c.seq,
    ledger_entries.c.id,
)
Index(None, ledger_entries.c.source_id, sqlite_where=sql("source_id <> ''"))

only_grows(ledger_entries, "ledger entries", shared=True)

accounts = Table(
    "accounts",
    metadata,
    member(),
    *integers("balance lifetime_earned debt"),
    text("lots"),
    *integers("entries last_at last_seq"),
    text("last_id"),
    integer("next_lapse", optional=True),
    PrimaryKeyConstraint("member_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
Index(None, accounts.c.next_lapse, sqlite_where=sql("next_lapse IS NOT NULL"))

sales = Table(
    "sales",
    metadata,
    running_number(),
    *texts("id ref till"),
    integer("seq"),
    text("cashier_id"),
    member(optional=True),
    text("currency"),
    *integers("points_redeemed redeemed_value rounding"),
    text("tenders"),
    *integers("change net sold_at"),
    *later_texts("offers", "[]"),
    *later_integers("counted"),
    UniqueConstraint("id"),
    UniqueConstraint("ref"),
    sqlite_strict=True,
)
Index(None, sales.c.till, sales.c.seq)
Index(
    None,
    sales.c.member_id,
    sales.c.sold_at,
    sqlite_where=sql("member_id IS NOT NULL"),
)
Index("ix_sales_guests", sales.c.sold_at, sqlite_where=sql("member_id IS NULL"))

sale_lines = Table(
    "sale_lines",
    metadata,
    Column("sale_no", Integer, ForeignKey("sales.no"), nullable=False),
    integer("place"),
    *texts("sku name"),
    *integers("unit_price quantity discount"),
    text("detail"),
    *later_integers("points_paid free"),
    *_goods(),
    PrimaryKeyConstraint("sale_no", "place"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

returns = Table(
    "returns",
    metadata,
    running_number(),
    *texts("id ref"),
    Column("sale_id", Text, ForeignKey("sales.id"), nullable=False),
    text("till"),
    integer("seq"),
    *texts("cashier_id reason"),
    integer("money_back"),
    text("currency"),
    integer("returned_at"),
    *later_texts("lines", "[]"),
    *later_integers("counted"),
    UniqueConstraint("id"),
    UniqueConstraint("ref"),
    sqlite_strict=True,
)
Index(None, returns.c.sale_id)

online_orders = Table(
    "online_orders",
    metadata,
    running_number(),
    *texts("store remote_id code customer_id email card_number"),
    integer("placed_at"),
    text("currency"),
    *integers("goods total"),
    *texts("lines sale_id"),
    member(optional=True),
    *later_texts("refunds coupons", "[]"),
    *later_integers("cancelled"),
    UniqueConstraint("store", "remote_id"),
    sqlite_strict=True,
)
Index(
    None,
    online_orders.c.member_id,
    online_orders.c.placed_at,
    sqlite_where=sql("member_id IS NOT NULL"),
)
Index(None, online_orders.c.email, sqlite_where=sql("member_id IS NULL"))
Index("ix_online_orders_nobodys", online_orders.c.placed_at, sqlite_where=sql("member_id IS NULL"))
Index(
    "ix_online_orders_free_card",
    online_orders.c.card_number,
    sqlite_where=sql("member_id IS NULL AND card_number <> ''"),
)
Index(
    "ix_online_orders_free_customer",
    online_orders.c.customer_id,
    sqlite_where=sql("member_id IS NULL AND customer_id <> ''"),
)

slips = Table(
    "slips",
    metadata,
    running_number(),
    *texts("id slip"),
    text("sale_id", optional=True),
    integer("created_at"),
    *texts("state cause"),
    integer("attempts"),
    text("copy_of", optional=True),
    *later_texts("printer"),
    UniqueConstraint("id"),
    sqlite_strict=True,
)
Index(None, slips.c.sale_id, sqlite_where=sql("sale_id IS NOT NULL"))
Index(
    "ix_slips_unsettled",
    slips.c.created_at,
    sqlite_where=sql("state IN ('queued', 'sending', 'unknown')"),
)

staff = Table(
    "staff",
    metadata,
    *texts("id name role pin_hash"),
    integer("failed"),
    integer("locked_until", optional=True),
    integer("active"),
    *later_texts("badge"),
    PrimaryKeyConstraint("id"),
    sqlite_strict=True,
)
Index(None, staff.c.badge, unique=True, sqlite_where=sql("badge <> '' AND active = 1"))

drawer_kicks = Table(
    "drawer_kicks",
    metadata,
    running_number(),
    text("id"),
    integer("at"),
    *texts("till staff_id reason"),
    text("sale_id", optional=True),
    text("outcome"),
    UniqueConstraint("id"),
    sqlite_strict=True,
)
Index(None, drawer_kicks.c.at)

only_grows(drawer_kicks, "drawer kicks", once="outcome")

programs = Table(
    "programs",
    metadata,
    text("code"),
    *integers("version effective_from"),
    text("body"),
    PrimaryKeyConstraint("code", "version"),
    sqlite_strict=True,
)

products = Table(
    "products",
    metadata,
    running_number(),
    *texts("sku name"),
    integer("price"),
    *texts("currency detail ean name_key words sku_key"),
    *_goods(),
    UniqueConstraint("sku"),
    sqlite_strict=True,
)
Index(None, products.c.ean, sqlite_where=sql("ean <> ''"))
Index(None, products.c.name_key)
Index(None, products.c.sku_key)

product_words = Table(
    "product_words",
    metadata,
    *texts("word name_key"),
    integer("product_no"),
    PrimaryKeyConstraint("word", "name_key", "product_no"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

till_numbers = Table(
    "till_numbers",
    metadata,
    text("till"),
    integer("seq"),
    PrimaryKeyConstraint("till"),
    sqlite_strict=True,
)
