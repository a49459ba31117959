"""The first release: members, ledger, sales, outbox, slips and what the shop is.

Revision 0001; there is none before it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_APPLICATION_ID = 0x4C54524D
_KEPT = (
    "CREATE TRIGGER ledger_entries_stay BEFORE DELETE ON ledger_entries"
    " BEGIN SELECT RAISE(ABORT, 'ledger entries are never deleted'); END",
    "CREATE TRIGGER ledger_entries_stand BEFORE UPDATE ON ledger_entries"
    " BEGIN SELECT RAISE(ABORT, 'ledger entries are never changed'); END",
)

_TABLES = (
    "member_words product_words sale_lines returns till_numbers products "
    "programs staff remote_links sync_cursors slips outbox online_orders sales "
    "accounts ledger_entries consents cards members "
)
"""In an order in which they can be dropped."""


def _text(name: str, *, optional: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=optional)


def _integer(name: str, *, optional: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), nullable=optional)


def _texts(names: str) -> "list[sa.Column[str]]":
    return [_text(name) for name in names.split()]


def _integers(names: str) -> "list[sa.Column[int]]":
    return [_integer(name) for name in names.split()]


def upgrade() -> None:
    _members()
    _ledger()
    _sales()
    _queues()
    _shop()
    for trigger in _KEPT:
        op.execute(trigger)
    op.execute(f"PRAGMA application_id = {_APPLICATION_ID}")


def downgrade() -> None:
    for table in _TABLES.split():
        op.drop_table(table)


def _members() -> None:
    op.create_table(
        "members",
        _integer("no"),
        *_texts("id given_name family_name call_name phone email language birthday note"),
        *_integers("joined_at updated_at"),
        *_texts("name_key words phone_digits phone_reversed"),
        sa.PrimaryKeyConstraint("no", name="pk_members"),
        sa.UniqueConstraint("id", name="uq_members_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_members_email", "members", ["email"], sqlite_where=sa.text("email <> ''"))
    op.create_index("ix_members_joined_at", "members", ["joined_at"])
    op.create_index("ix_members_name_key", "members", ["name_key"])
    op.create_index(
        "ix_members_phone_digits",
        "members",
        ["phone_digits"],
        sqlite_where=sa.text("phone_digits <> ''"),
    )
    op.create_index(
        "ix_members_phone_reversed",
        "members",
        ["phone_reversed"],
        sqlite_where=sa.text("phone_reversed <> ''"),
    )
    op.create_table(
        "member_words",
        *_texts("word name_key"),
        _integer("member_no"),
        sa.PrimaryKeyConstraint("word", "name_key", "member_no", name="pk_member_words"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cards",
        *_texts("number member_id"),
        _integer("issued_at"),
        *_texts("symbology state reversed"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_cards_member_id_members"),
        sa.PrimaryKeyConstraint("number", name="pk_cards"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_cards_member_id", "cards", ["member_id"])
    op.create_index("ix_cards_reversed", "cards", ["reversed"])
    op.create_table(
        "consents",
        _integer("no"),
        *_texts("id member_id purpose"),
        _integer("granted"),
        *_texts("wording language"),
        _integer("recorded_at"),
        *_texts("cashier_id till"),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_consents_member_id_members"
        ),
        sa.PrimaryKeyConstraint("no", name="pk_consents"),
        sa.UniqueConstraint("id", name="uq_consents_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_consents_member_id", "consents", ["member_id"])


def _ledger() -> None:
    op.create_table(
        "ledger_entries",
        _integer("no"),
        *_texts("id member_id kind"),
        *_integers("points decided_at"),
        _text("till"),
        _integer("seq"),
        _text("channel"),
        _text("cashier_id", optional=True),
        _integer("usable_at", optional=True),
        _integer("lapses_at", optional=True),
        _text("program"),
        _integer("program_version"),
        _text("parts"),
        _integer("basis", optional=True),
        *_texts("currency rate source_id"),
        _text("reverses", optional=True),
        _text("reason"),
        sa.CheckConstraint("points <> 0", name="ck_ledger_entries_moves"),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_ledger_entries_member_id_members"
        ),
        sa.PrimaryKeyConstraint("no", name="pk_ledger_entries"),
        sa.UniqueConstraint("id", name="uq_ledger_entries_id"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_ledger_entries_order", "ledger_entries", ["member_id", "decided_at", "seq", "id"]
    )
    op.create_index(
        "ix_ledger_entries_source_id",
        "ledger_entries",
        ["source_id"],
        sqlite_where=sa.text("source_id <> ''"),
    )
    op.create_table(
        "accounts",
        _text("member_id"),
        *_integers("balance lifetime_earned debt"),
        _text("lots"),
        *_integers("entries last_at last_seq"),
        _text("last_id"),
        _integer("next_lapse", optional=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_accounts_member_id_members"
        ),
        sa.PrimaryKeyConstraint("member_id", name="pk_accounts"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_accounts_next_lapse",
        "accounts",
        ["next_lapse"],
        sqlite_where=sa.text("next_lapse IS NOT NULL"),
    )


def _sales() -> None:
    op.create_table(
        "sales",
        _integer("no"),
        *_texts("id ref till"),
        _integer("seq"),
        _text("cashier_id"),
        _text("member_id", optional=True),
        _text("currency"),
        *_integers("points_redeemed redeemed_value rounding"),
        _text("tenders"),
        *_integers("change net sold_at"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_sales_member_id_members"),
        sa.PrimaryKeyConstraint("no", name="pk_sales"),
        sa.UniqueConstraint("id", name="uq_sales_id"),
        sa.UniqueConstraint("ref", name="uq_sales_ref"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_sales_member_id_sold_at",
        "sales",
        ["member_id", "sold_at"],
        sqlite_where=sa.text("member_id IS NOT NULL"),
    )
    op.create_index("ix_sales_till_seq", "sales", ["till", "seq"])
    op.create_table(
        "sale_lines",
        *_integers("sale_no place"),
        *_texts("sku name"),
        *_integers("unit_price quantity discount"),
        _text("detail"),
        sa.ForeignKeyConstraint(["sale_no"], ["sales.no"], name="fk_sale_lines_sale_no_sales"),
        sa.PrimaryKeyConstraint("sale_no", "place", name="pk_sale_lines"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "returns",
        _integer("no"),
        *_texts("id ref sale_id till"),
        _integer("seq"),
        *_texts("cashier_id reason"),
        _integer("money_back"),
        _text("currency"),
        _integer("returned_at"),
        sa.ForeignKeyConstraint(["sale_id"], ["sales.id"], name="fk_returns_sale_id_sales"),
        sa.PrimaryKeyConstraint("no", name="pk_returns"),
        sa.UniqueConstraint("id", name="uq_returns_id"),
        sa.UniqueConstraint("ref", name="uq_returns_ref"),
        sqlite_strict=True,
    )
    op.create_index("ix_returns_sale_id", "returns", ["sale_id"])
    op.create_table(
        "online_orders",
        _integer("no"),
        *_texts("store remote_id code customer_id email card_number"),
        _integer("placed_at"),
        _text("currency"),
        *_integers("goods total"),
        *_texts("lines sale_id"),
        _text("member_id", optional=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_online_orders_member_id_members"
        ),
        sa.PrimaryKeyConstraint("no", name="pk_online_orders"),
        sa.UniqueConstraint("store", "remote_id", name="uq_online_orders_store_remote_id"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_online_orders_email",
        "online_orders",
        ["email"],
        sqlite_where=sa.text("member_id IS NULL"),
    )
    op.create_index(
        "ix_online_orders_member_id_placed_at",
        "online_orders",
        ["member_id", "placed_at"],
        sqlite_where=sa.text("member_id IS NOT NULL"),
    )


def _queues() -> None:
    op.create_table(
        "outbox",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        *_texts("key kind subject_id"),
        _text("member_id", optional=True),
        *_integers("created_at due_at attempts"),
        _text("state"),
        _text("blocked", optional=True),
        _text("problem"),
        _integer("sent_at", optional=True),
        sa.PrimaryKeyConstraint("number", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_outbox_open", "outbox", ["number"], sqlite_where=sa.text("state <> 'sent'"))
    op.create_index(
        "ix_outbox_open_of_member",
        "outbox",
        ["member_id", "number"],
        sqlite_where=sa.text("state <> 'sent'"),
    )
    op.create_index(
        "ix_outbox_sent_at", "outbox", ["sent_at"], sqlite_where=sa.text("sent_at IS NOT NULL")
    )
    op.create_table(
        "slips",
        _integer("no"),
        *_texts("id slip"),
        _text("sale_id", optional=True),
        *_integers("created_at due_at"),
        *_texts("state cause"),
        _integer("attempts"),
        _text("copy_of", optional=True),
        sa.PrimaryKeyConstraint("no", name="pk_slips"),
        sa.UniqueConstraint("id", name="uq_slips_id"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_slips_sale_id", "slips", ["sale_id"], sqlite_where=sa.text("sale_id IS NOT NULL")
    )
    op.create_index(
        "ix_slips_unsettled",
        "slips",
        ["created_at"],
        sqlite_where=sa.text("state IN ('queued', 'sending', 'unknown')"),
    )
    op.create_table(
        "sync_cursors",
        *_texts("store feed cursor"),
        sa.PrimaryKeyConstraint("store", "feed", name="pk_sync_cursors"),
        sqlite_strict=True,
    )
    op.create_table(
        "remote_links",
        _integer("no"),
        *_texts("store kind local_id remote_id remote_code"),
        sa.PrimaryKeyConstraint("no", name="pk_remote_links"),
        sa.UniqueConstraint(
            "store", "kind", "local_id", name="uq_remote_links_store_kind_local_id"
        ),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_remote_links_store_kind_remote_id", "remote_links", ["store", "kind", "remote_id"]
    )


def _shop() -> None:
    op.create_table(
        "staff",
        *_texts("id name role pin_hash"),
        _integer("failed"),
        _integer("locked_until", optional=True),
        _integer("active"),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sqlite_strict=True,
    )
    op.create_table(
        "programs",
        _text("code"),
        *_integers("version effective_from"),
        _text("body"),
        sa.PrimaryKeyConstraint("code", "version", name="pk_programs"),
        sqlite_strict=True,
    )
    op.create_table(
        "products",
        _integer("no"),
        *_texts("sku name"),
        _integer("price"),
        *_texts("currency detail ean name_key words sku_key"),
        sa.PrimaryKeyConstraint("no", name="pk_products"),
        sa.UniqueConstraint("sku", name="uq_products_sku"),
        sqlite_strict=True,
    )
    op.create_index("ix_products_ean", "products", ["ean"], sqlite_where=sa.text("ean <> ''"))
    op.create_index("ix_products_name_key", "products", ["name_key"])
    op.create_index("ix_products_sku_key", "products", ["sku_key"])
    op.create_table(
        "product_words",
        *_texts("word name_key"),
        _integer("product_no"),
        sa.PrimaryKeyConstraint("word", "name_key", "product_no", name="pk_product_words"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "till_numbers",
        _text("till"),
        _integer("seq"),
        sa.PrimaryKeyConstraint("till", name="pk_till_numbers"),
        sqlite_strict=True,
    )
