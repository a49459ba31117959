"""The tables. Nothing outside ``terminal.db`` imports this.

Only INTEGER and TEXT are used, in STRICT tables, so that SQLite itself refuses a float near money
or points. Times are whole microseconds since 1970 in UTC, amounts minor units, truth values 0 or 1,
sequences JSON. ``no`` is a row's own running number: the order in which rows became known.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str, *, optional: bool = False) -> "Column[str]":
    return Column(name, Text, nullable=optional)


def _integer(name: str, *, optional: bool = False) -> "Column[int]":
    return Column(name, Integer, nullable=optional)


def _texts(names: str) -> "list[Column[str]]":
    return [_text(name) for name in names.split()]


def _integers(names: str) -> "list[Column[int]]":
    return [_integer(name) for name in names.split()]


def _no() -> "Column[int]":
    return Column("no", Integer, primary_key=True)


def _member(*, optional: bool = False) -> "Column[str]":
    return Column("member_id", Text, ForeignKey("members.id"), nullable=optional)


members = Table(
    "members",
    metadata,
    _no(),
    *_texts("id given_name family_name call_name phone email language birthday note"),
    *_integers("joined_at updated_at"),
    # What the member is found by; see terminal.db.searching.
    *_texts("name_key words phone_digits phone_reversed"),
    UniqueConstraint("id"),
    sqlite_strict=True,
)
Index(None, members.c.name_key)
Index(None, members.c.joined_at)
Index(None, members.c.phone_digits, sqlite_where=text("phone_digits <> ''"))
Index(None, members.c.phone_reversed, sqlite_where=text("phone_reversed <> ''"))
Index(None, members.c.email, sqlite_where=text("email <> ''"))

member_words = Table(
    "member_words",
    metadata,
    *_texts("word name_key"),
    _integer("member_no"),
    PrimaryKeyConstraint("word", "name_key", "member_no"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

cards = Table(
    "cards",
    metadata,
    _text("number"),
    _member(),
    _integer("issued_at"),
    *_texts("symbology state reversed"),
    PrimaryKeyConstraint("number"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
Index(None, cards.c.member_id)
Index(None, cards.c.reversed)

consents = Table(
    "consents",
    metadata,
    _no(),
    _text("id"),
    _member(),
    _text("purpose"),
    _integer("granted"),
    *_texts("wording language"),
    _integer("recorded_at"),
    *_texts("cashier_id till"),
    UniqueConstraint("id"),
    sqlite_strict=True,
)
Index(None, consents.c.member_id)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    _no(),
    _text("id"),
    _member(),
    _text("kind"),
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
    UniqueConstraint("id"),
    CheckConstraint("points <> 0", name="moves"),
    sqlite_strict=True,
)
Index(
    "ix_ledger_entries_order",
    ledger_entries.c.member_id,
    ledger_entries.c.decided_at,
    ledger_entries.c.seq,
    ledger_entries.c.id,
)
Index(None, ledger_entries.c.source_id, sqlite_where=text("source_id <> ''"))

TRIGGERS = (
    "CREATE TRIGGER ledger_entries_stay BEFORE DELETE ON ledger_entries"
    " BEGIN SELECT RAISE(ABORT, 'ledger entries are never deleted'); END",
    "CREATE TRIGGER ledger_entries_stand BEFORE UPDATE ON ledger_entries"
    " BEGIN SELECT RAISE(ABORT, 'ledger entries are never changed'); END",
)


def _guard(_table: object, connection: Connection, **_: object) -> None:
    for trigger in TRIGGERS:
        connection.exec_driver_sql(trigger)


event.listen(ledger_entries, "after_create", _guard)

accounts = Table(
    "accounts",
    metadata,
    _member(),
    *_integers("balance lifetime_earned debt"),
    _text("lots"),
    *_integers("entries last_at last_seq"),
    _text("last_id"),
    _integer("next_lapse", optional=True),
    PrimaryKeyConstraint("member_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
Index(None, accounts.c.next_lapse, sqlite_where=text("next_lapse IS NOT NULL"))

sales = Table(
    "sales",
    metadata,
    _no(),
    *_texts("id ref till"),
    _integer("seq"),
    _text("cashier_id"),
    _member(optional=True),
    _text("currency"),
    *_integers("points_redeemed redeemed_value rounding"),
    _text("tenders"),
    *_integers("change net sold_at"),
    UniqueConstraint("id"),
    UniqueConstraint("ref"),
    sqlite_strict=True,
)
Index(None, sales.c.till, sales.c.seq)
Index(
    None,
    sales.c.member_id,
    sales.c.sold_at,
    sqlite_where=text("member_id IS NOT NULL"),
)

sale_lines = Table(
    "sale_lines",
    metadata,
    Column("sale_no", Integer, ForeignKey("sales.no"), nullable=False),
    _integer("place"),
    *_texts("sku name"),
    *_integers("unit_price quantity discount"),
    _text("detail"),
    PrimaryKeyConstraint("sale_no", "place"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

returns = Table(
    "returns",
    metadata,
    _no(),
    *_texts("id ref"),
    Column("sale_id", Text, ForeignKey("sales.id"), nullable=False),
    _text("till"),
    _integer("seq"),
    *_texts("cashier_id reason"),
    _integer("money_back"),
    _text("currency"),
    _integer("returned_at"),
    UniqueConstraint("id"),
    UniqueConstraint("ref"),
    sqlite_strict=True,
)
Index(None, returns.c.sale_id)

online_orders = Table(
    "online_orders",
    metadata,
    _no(),
    *_texts("store remote_id code customer_id email card_number"),
    _integer("placed_at"),
    _text("currency"),
    *_integers("goods total"),
    *_texts("lines sale_id"),
    _member(optional=True),
    UniqueConstraint("store", "remote_id"),
    sqlite_strict=True,
)
Index(
    None,
    online_orders.c.member_id,
    online_orders.c.placed_at,
    sqlite_where=text("member_id IS NOT NULL"),
)
Index(None, online_orders.c.email, sqlite_where=text("member_id IS NULL"))

outbox = Table(
    "outbox",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    *_texts("key kind subject_id"),
    _text("member_id", optional=True),  # no foreign key: a queue refuses nothing
    *_integers("created_at due_at attempts"),
    _text("state"),
    _text("blocked", optional=True),
    _text("problem"),
    _integer("sent_at", optional=True),
    UniqueConstraint("key"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)
Index("ix_outbox_open", outbox.c.number, sqlite_where=text("state <> 'sent'"))
Index(
    "ix_outbox_open_of_member",
    outbox.c.member_id,
    outbox.c.number,
    sqlite_where=text("state <> 'sent'"),
)
Index(None, outbox.c.sent_at, sqlite_where=text("sent_at IS NOT NULL"))

slips = Table(
    "slips",
    metadata,
    _no(),
    *_texts("id slip"),
    _text("sale_id", optional=True),
    *_integers("created_at due_at"),
    *_texts("state cause"),
    _integer("attempts"),
    _text("copy_of", optional=True),
    UniqueConstraint("id"),
    sqlite_strict=True,
)
Index(None, slips.c.sale_id, sqlite_where=text("sale_id IS NOT NULL"))
Index(
    "ix_slips_unsettled",
    slips.c.created_at,
    sqlite_where=text("state IN ('queued', 'sending', 'unknown')"),
)

staff = Table(
    "staff",
    metadata,
    *_texts("id name role pin_hash"),
    _integer("failed"),
    _integer("locked_until", optional=True),
    _integer("active"),
    PrimaryKeyConstraint("id"),
    sqlite_strict=True,
)

programs = Table(
    "programs",
    metadata,
    _text("code"),
    *_integers("version effective_from"),
    _text("body"),
    PrimaryKeyConstraint("code", "version"),
    sqlite_strict=True,
)

products = Table(
    "products",
    metadata,
    _no(),
    *_texts("sku name"),
    _integer("price"),
    *_texts("currency detail ean name_key words sku_key"),
    UniqueConstraint("sku"),
    sqlite_strict=True,
)
Index(None, products.c.ean, sqlite_where=text("ean <> ''"))
Index(None, products.c.name_key)
Index(None, products.c.sku_key)

product_words = Table(
    "product_words",
    metadata,
    *_texts("word name_key"),
    _integer("product_no"),
    PrimaryKeyConstraint("word", "name_key", "product_no"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

till_numbers = Table(
    "till_numbers",
    metadata,
    _text("till"),
    _integer("seq"),
    PrimaryKeyConstraint("till"),
    sqlite_strict=True,
)

sync_cursors = Table(
    "sync_cursors",
    metadata,
    *_texts("store feed cursor"),
    PrimaryKeyConstraint("store", "feed"),
    sqlite_strict=True,
)

remote_links = Table(
    "remote_links",
    metadata,
    _no(),
    *_texts("store kind local_id remote_id remote_code"),
    UniqueConstraint("store", "kind", "local_id"),
    sqlite_strict=True,
)
Index(None, remote_links.c.store, remote_links.c.kind, remote_links.c.remote_id)
