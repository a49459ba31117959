"""The programme: what rules go by on goods and sales, partial returns, campaigns, vouchers, games.

Revision 0002, after 0001. Old rows are completed as what they were: every discount was points paid
as money, every return was of the whole sale, every earned point counts for levels. Programmes are
rewritten in their new shape; the days of old ones are told by the zone of their currency's country.
"""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

Json = dict[str, Any]

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEPT = (
    "CREATE TRIGGER {0}_entries_stay BEFORE DELETE ON {0}_entries"
    " BEGIN SELECT RAISE(ABORT, '{0} entries are never deleted'); END",
    "CREATE TRIGGER {0}_entries_stand BEFORE UPDATE ON {0}_entries"
    " BEGIN SELECT RAISE(ABORT, '{0} entries are never changed'); END",
)
_GOODS = "category:'' brand:'' tags:'[]' tax:0 fixed:0 kind:'goods'"
_COLUMNS = {
    "members": "segments:'[]' town:'' household:'' referred_by:'' ranking_opt_out:0",
    "sales": "offers:'[]' counted:0",
    "sale_lines": f"points_paid:0 free:0 {_GOODS}",
    "products": _GOODS,
    "returns": "lines:'[]' counted:0",
}
"""What is added, with what old rows have there: text in quotes, whole numbers without."""
_ENTRY = (
    "no, id, member_id, kind, points, decided_at, till, seq, channel, cashier_id, usable_at,"
    " lapses_at, program, program_version, parts, basis, currency, rate, source_id, reverses,"
    " reason"
)
_NEW_TABLES = (
    "import_rows imports game_plays voucher_entries voucher_uses vouchers pending_returns"
    " referrals member_badges tier_grants rule_totals rule_uses"
)
"""In an order in which they can be dropped."""
_ZONES = {"PLN": "Europe/Warsaw", "HUF": "Europe/Budapest", "ILS": "Asia/Jerusalem"}


def _text(name: str, *, optional: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=optional)


def _integer(name: str, *, optional: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), nullable=optional)


def _texts(names: str) -> "list[sa.Column[str]]":
    return [_text(name) for name in names.split()]


def _integers(names: str) -> "list[sa.Column[int]]":
    return [_integer(name) for name in names.split()]


def upgrade() -> None:
    for table, columns in _COLUMNS.items():
        for column in columns.split():
            name, _, default = column.partition(":")
            kind = sa.Text() if default.startswith("'") else sa.Integer()
            # Not add_column(): each would look at the whole schema first.
            written = f"{kind.compile()} DEFAULT {default} NOT NULL"
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {written}")
    _index("members", "household", where="household <> ''")
    _index("sales", "sold_at", where="member_id IS NULL", name="guests")
    _index("online_orders", "placed_at", where="member_id IS NULL", name="nobodys")
    _complete()
    _ledger(
        "points <> 0 OR qualifying <> 0 OR kind = 'release'",
        *_integers("qualifying held"),
        _integer("keeps_until", optional=True),
        _text("lot", optional=True),
        copied=f"{_ENTRY}, CASE WHEN kind IN ('earn', 'clawback') THEN points ELSE 0 END,"
        " 0, NULL, NULL",
    )
    _index("ledger_entries", "decided_at seq id", name="decided")
    _rules()
    _vouchers()
    _games_and_imports()
    _rewrite_programs(_to_new)


def downgrade() -> None:
    """What the first release can't say is left out; points and money stay as they are."""
    for table in _NEW_TABLES.split():
        op.drop_table(table)
    op.drop_index("ix_ledger_entries_decided", "ledger_entries")
    kind = "CASE WHEN kind IN ('donate', 'transfer') THEN 'adjust' ELSE kind END"
    _ledger("points <> 0", copied=_ENTRY.replace(" kind,", f" {kind},"), only="points <> 0")
    op.drop_index("ix_online_orders_nobodys", "online_orders")
    op.drop_index("ix_sales_guests", "sales")
    op.drop_index("ix_members_household", "members")
    for table, columns in _COLUMNS.items():
        for column in columns.split():
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column.partition(':')[0]}")
    _rewrite_programs(_to_old)


def _complete() -> None:
    op.execute("UPDATE sales SET counted = net + redeemed_value")
    op.execute("UPDATE sale_lines SET points_paid = discount WHERE discount <> 0")
    op.execute(
        "UPDATE returns SET counted = (SELECT counted FROM sales WHERE id = returns.sale_id)"
    )


def _ledger(check: str, *more: "sa.Column[Any]", copied: str, only: str = "1") -> None:
    """The entries once more in a new table: SQLite can't change a CHECK where it stands."""
    for trigger in ("stay", "stand"):
        op.execute(f"DROP TRIGGER ledger_entries_{trigger}")
    for index in ("order", "source_id"):
        op.drop_index(f"ix_ledger_entries_{index}", "ledger_entries")
    op.execute("ALTER TABLE ledger_entries RENAME TO ledger_entries_before")
    _table(
        "ledger_entries",
        _integer("no"),
        *_texts("id member_id kind"),
        *_integers("points decided_at"),
        _text("till"),
        _integer("seq"),
        *_texts("channel"),
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
        *more,
        unique=("id",),
        check=check,
    )
    op.execute(
        f"INSERT INTO ledger_entries SELECT {copied} FROM ledger_entries_before"  # noqa: S608
        f" WHERE {only} ORDER BY no"
    )
    op.drop_table("ledger_entries_before")
    _index("ledger_entries", "member_id decided_at seq id", name="order")
    _index("ledger_entries", "source_id", where="source_id <> ''")
    for trigger in _KEPT:
        op.execute(trigger.format("ledger"))


def _table(
    name: str,
    *columns: "sa.Column[Any]",
    key: str = "no",
    unique: tuple[str, ...] = (),
    refers: tuple[tuple[str, str], ...] = (("member_id", "members.id"),),
    rowid: bool = True,
    check: str = "",
) -> None:
    op.create_table(
        name,
        *columns,
        *((sa.CheckConstraint(check, name=f"ck_{name}_moves"),) if check else ()),
        *(
            sa.ForeignKeyConstraint([of], [to], name=f"fk_{name}_{of}_{to.partition('.')[0]}")
            for of, to in refers
        ),
        sa.PrimaryKeyConstraint(*key.split(), name=f"pk_{name}"),
        *(
            sa.UniqueConstraint(*each.split(), name=f"uq_{name}_{each.replace(' ', '_')}")
            for each in unique
        ),
        sqlite_strict=True,
        **({} if rowid else {"sqlite_with_rowid": False}),
    )


def _index(table: str, columns: str, *, where: str = "", name: str = "") -> None:
    op.create_index(
        f"ix_{table}_{name or columns.replace(' ', '_')}",
        table,
        columns.split(),
        sqlite_where=sa.text(where) if where else None,
    )


def _rules() -> None:
    _table(
        "rule_uses",
        *_texts("member_id rule day"),
        *_integers("times points money"),
        key="member_id day rule",
        refers=(),
        rowid=False,
    )
    _table(
        "rule_totals",
        _text("rule"),
        *_integers("times points money"),
        key="rule",
        refers=(),
        rowid=False,
    )
    _table(
        "tier_grants",
        _integer("no"),
        *_texts("id member_id tier"),
        _integer("starts"),
        _integer("ends", optional=True),
        _text("reason"),
        _text("cashier_id", optional=True),
        _integer("at"),
        unique=("id",),
    )
    _index("tier_grants", "member_id at")
    _table(
        "member_badges",
        *_texts("member_id badge"),
        _integer("at"),
        _text("source"),
        key="member_id badge",
        rowid=False,
    )
    _table(
        "referrals",
        *_texts("friend_id referrer_id"),
        _integer("at"),
        _text("state"),
        _text("first_sale_id", optional=True),
        _integer("settled_at", optional=True),
        key="friend_id",
        refers=(("friend_id", "members.id"), ("referrer_id", "members.id")),
        rowid=False,
    )
    _index("referrals", "referrer_id at")
    _index("referrals", "at", where="state = 'open'", name="open")
    _table(
        "pending_returns",
        _integer("no"),
        *_texts("id ref sale_ref till"),
        *_integers("seq returned_at"),
        _text("body"),
        unique=("id", "ref"),
        refers=(),
    )
    _index("pending_returns", "sale_ref")


def _vouchers() -> None:
    _table(
        "vouchers",
        _integer("no"),
        *_texts("code kind"),
        _integer("issued_at"),
        *_texts("currency coupon"),
        _text("owner", optional=True),
        *(_integer(name, optional=True) for name in ("starts", "ends", "uses_left")),
        _text("source_id"),
        _integer("blocked"),
        unique=("code",),
        refers=(("owner", "members.id"),),
    )
    _index("vouchers", "owner issued_at", where="owner IS NOT NULL")
    _index("vouchers", "source_id", where="source_id <> ''")
    of_voucher = (("code", "vouchers.code"),)
    _table(
        "voucher_uses",
        *_texts("code sale_id member_id"),
        key="code sale_id",
        refers=of_voucher,
        rowid=False,
    )
    _index("voucher_uses", "code member_id")
    _table(
        "voucher_entries",
        _integer("no"),
        *_texts("id code kind"),
        _integer("amount"),
        _text("currency"),
        _integer("decided_at"),
        _text("till"),
        _integer("seq"),
        _text("cashier_id", optional=True),
        _integer("lapses_at", optional=True),
        _text("source_id"),
        _text("reverses", optional=True),
        _text("reason"),
        unique=("id",),
        refers=of_voucher,
    )
    _index("voucher_entries", "code decided_at seq id", name="order")
    _index("voucher_entries", "lapses_at", where="lapses_at IS NOT NULL")
    for trigger in _KEPT:
        op.execute(trigger.format("voucher"))


def _games_and_imports() -> None:
    _table(
        "game_plays",
        *_texts("id game"),
        _integer("number"),
        _text("member_id"),
        _integer("created_at"),
        _integer("played_at", optional=True),
        _text("record"),
        key="id",
        unique=("game number",),
    )
    _index("game_plays", "member_id created_at id")
    _table("imports", _text("id"), _integer("started_at"), _text("record"), key="id", refers=())
    _table(
        "import_rows",
        *_texts("import_id key"),
        _integer("number"),
        *_texts("member_id record"),
        key="import_id key",
        unique=("import_id number",),
        rowid=False,
    )


def _rewrite_programs(rewritten: Callable[[Json], Json]) -> None:
    connection = op.get_bind()
    rows = connection.exec_driver_sql("SELECT rowid, body FROM programs").fetchall()
    for rowid, body in rows:
        connection.exec_driver_sql(
            "UPDATE programs SET body = ? WHERE rowid = ?",
            (json.dumps(rewritten(json.loads(body)), ensure_ascii=False), rowid),
        )


def _to_new(old: Json) -> Json:
    accrual = {"kind": "per_money", **old["accrual"]}
    rules: list[Json] = [{"code": "accrual", "gives": accrual}]
    if old["welcome_points"]:
        welcome = {"kind": "per_order", "points": old["welcome_points"]}
        rules.append({"code": "welcome", "gives": welcome, "on": "sign_up", "multiplied": False})
    months = old["expiry_months"]
    return {
        **{key: old[key] for key in ("code", "version", "effective_from", "currency")},
        "redemption": old["redemption"],
        "zone": _ZONES.get(old["currency"], "Europe/Athens"),
        "rules": rules,
        "tiers": old["tiers"],
        "tiering": {"months": old["tier_months"]},
        "expiry": {"kind": "never"} if months is None else {"months": months},
        "pending": {"days": old["pending_days"]},
    }


def _to_old(new: Json) -> Json:
    """As much of it as the first release understands."""
    rules = new.get("rules", [])
    accrual: Json = next((r["gives"] for r in rules if r["gives"]["kind"] == "per_money"), {})
    joining = [r["gives"].get("points", 0) for r in rules if r.get("on") == "sign_up"]
    expiry = new.get("expiry", {})
    return {
        **{key: new[key] for key in ("code", "version", "effective_from", "currency")},
        "accrual": {"points": accrual.get("points", 1), "per": accrual.get("per", 100)},
        "redemption": _old_redemption(new.get("redemption")),
        "tiers": _old_tiers(new.get("tiers", [])),
        "tier_months": new.get("tiering", {}).get("months", 12),
        "expiry_months": None if expiry.get("kind") == "never" else expiry.get("months", 12) or 1,
        "pending_days": new.get("pending", {}).get("days", 0),
        "welcome_points": sum(joining),
    }


def _old_redemption(new: "Json | None") -> Json:
    if new is None:
        return {"block": 1, "value": 1, "minimum": 10**12}
    named = ("block", "value", "minimum", "cap_percent", "cap_points")
    return {key: new[key] for key in named if key in new}


def _old_tiers(new: list[Json]) -> list[Json]:
    """Each once by what it needs to be spent; the first is everybody's."""
    rising = {0: {"code": "member"}} | {tier.get("from_spend", 0): tier for tier in new[::-1]}
    return [
        {"code": tier["code"], "from_spend": spend, "percent": tier.get("percent", 100)}
        for spend, tier in sorted(rising.items())
    ]
