"""From every release to this one, without losing anything, or not at all."""

import importlib.util
import json
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from terminal.db import schema
from terminal.db import upgrade as upgrading
from terminal.db.columns import metadata
from terminal.db.connections import make_engine
from terminal.db.engine import open_database
from terminal.db.upgrade import MIGRATIONS, config_for, downgrade, upgrade
from terminal.db.verify import verify
from terminal.errors import DatabaseBroken, DatabaseTooNew
from terminal.ledger import EntryKind
from terminal.outbox import MessageState
from terminal.programs import Expiry, Pending, Program, Tier, Tiering, per_money
from terminal.programs.facts import Uses
from tests.contract.samples import (
    ANNA,
    T0,
    TILL,
    after,
    consent,
    entry,
    member,
    with_members,
)
from tests.migrations import keeping

NOW = schema.HEAD


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "till.sqlite"


def schema_of(path: Path) -> dict[str, list[str]]:
    """Each object's definition as its words, sorted: constraints come in no fixed order."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, coalesce(sql, '') FROM sqlite_master").fetchall()
    return {name: sorted(re.findall(r"[^\s,()]+", sql)) for name, sql in rows}


def test_the_migrations_arrive_where_a_new_file_starts(path: Path) -> None:
    upgrade(path)
    new = path.with_name("new.sqlite")
    open_database(new).close()
    assert schema_of(path) == schema_of(new)
    assert schema.revision_of(path) == schema.revision_of(new) == schema.HEAD


def test_the_newest_revision_is_what_the_tables_say(path: Path) -> None:
    upgrade(path)
    engine = make_engine(path)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_a_difference_would_be_noticed(path: Path) -> None:
    upgrade(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE members ADD COLUMN forgotten TEXT")
    engine = make_engine(path)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) != []
    engine.dispose()


def test_the_revisions_that_are_known_are_those_that_are_there() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    found = [script.revision for script in scripts.walk_revisions()][::-1]
    assert tuple(found) == schema.REVISIONS
    assert scripts.get_heads() == [schema.HEAD]


@pytest.mark.parametrize("revision", schema.REVISIONS)
def test_each_revision_goes_up_down_and_up_again(path: Path, revision: str) -> None:
    before = schema.REVISIONS[: schema.REVISIONS.index(revision)]
    upgrade(path, revision)
    there = schema_of(path)
    downgrade(path, before[-1] if before else "base")
    assert schema_of(path) != there
    upgrade(path, revision)
    assert schema_of(path) == there


def test_no_migration_leans_on_the_tables_of_today() -> None:
    scripts = [*MIGRATIONS.glob("versions/*.py"), MIGRATIONS / "env.py"]
    assert len(scripts) == len(schema.REVISIONS) + 1
    for script in scripts:
        assert not re.search(r"^\s*(from|import) terminal", script.read_text("utf-8"), re.M)


@pytest.fixture(params=schema.REVISIONS)
def revision(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def kept(revision: str, path: Path) -> Path:
    shutil.copy(keeping.KEPT / f"{revision}.sqlite", path)
    return path


def test_a_database_of_every_release_opens_with_all_that_was_in_it(
    kept: Path, revision: str
) -> None:
    was = keeping.CONTENTS[revision]
    database = open_database(kept)
    with database.read() as uow:
        assert uow.members.get(ANNA) == was.member
        assert uow.members.search("παραδ ανν", 5) == [was.member]
        assert uow.members.cards(ANNA) == [keeping.LOST, keeping.CARDS[1]]
        assert uow.members.consents(ANNA) == [consent("yes")]
        assert uow.ledger.entries(ANNA) == list(was.entries)
        assert uow.ledger.account(ANNA).balance == 42 - 200 + 11
        assert uow.ledger.qualifying(ANNA, T0, after(days=1)) == 42 + 11
        assert uow.sales.of_member(ANNA, 5)[0].lines
        assert uow.sales.get(was.sale.id) == was.sale
        assert uow.sales.spent(ANNA, "EUR", T0, after(days=1)) == was.counted + 2500
        assert uow.sales.returns_of(was.returned.sale_id) == [was.returned]
        assert uow.sales.orders_of_member(ANNA, 5) == [keeping.ORDER]
        assert [each.key for each in uow.outbox.due(T0, 5, "vendure")] == ["waits"]
        blocked = uow.outbox.get("blocked")
        assert blocked is not None
        assert blocked.state is MessageState.BLOCKED
        devices = revision >= keeping.DEVICES_SINCE
        slip = keeping.SLIP if devices else keeping.FIRST_SLIP
        assert uow.slips.get(slip.id) == slip
        assert uow.staff.all() == [keeping.MANAGER if devices else keeping.FIRST_MANAGER]
        assert uow.drawer.between(T0, after(days=1)) == ([keeping.KICK] if devices else [])
        assert uow.programs.all() == [was.program]
        assert uow.products.search("καλαμ", 5) == [was.product]
        assert uow.sync.cursor("web", "orders") == "2026-03-01"
        assert uow.sync.link_back("web", "member", "17") == keeping.LINK
    with database.write() as uow:
        assert uow.next_seq(TILL) == 2
    assert verify(database).ok
    database.close()


def test_a_database_with_a_programme_opens_with_all_that_was_in_it(path: Path) -> None:
    """What the second release brought."""
    shutil.copy(keeping.KEPT / "0002.sqlite", path)
    database = open_database(path)
    with database.read() as uow:
        assert uow.uses.totals(["olives-off"]) == {"olives-off": Uses(1, 0, 50)}
        assert len(uow.uses.of_member(ANNA, "2026-03-01")) == 1
        assert uow.tiers.of_member(ANNA) == [keeping.GRANT]
        assert uow.badges.of_member(ANNA) == [keeping.BADGE]
        assert uow.referrals.open(5) == [keeping.REFERRAL]
        assert uow.pending_returns.all() == [keeping.PENDING]
        assert uow.vouchers.get(keeping.COUPON.code) == replace(keeping.COUPON, uses_left=0)
        assert uow.vouchers.uses_by(keeping.COUPON.code, ANNA) == 1
        assert uow.vouchers.entries(keeping.GIFT_CARD.code) == keeping.VALUES
        assert uow.games.plays_of(ANNA) == [keeping.PLAY]
        assert uow.imports.all() == [keeping.IMPORT]
        assert uow.imports.row(keeping.IMPORT.id, "k") == keeping.ROW
    database.close()


def test_the_release_before_the_devices_can_be_gone_back_to(path: Path) -> None:
    """There and back: people and slips are as they were, openings of the drawer are forgotten."""
    shutil.copy(keeping.KEPT / "0003.sqlite", path)
    downgrade(path, "0002")
    assert rows(path, "SELECT name FROM sqlite_master WHERE name LIKE '%drawer%'") == []
    assert rows(path, "SELECT due_at = created_at FROM slips") == [(1,)]
    database = open_database(path)
    with database.read() as uow:
        assert uow.slips.get(keeping.SLIP.id) == keeping.FIRST_SLIP
        assert uow.staff.all() == [keeping.FIRST_MANAGER]
        assert uow.drawer.between(T0, after(days=1)) == []
    database.close()


def test_the_first_release_can_be_gone_back_to_with_points_and_money_as_they_were(
    path: Path,
) -> None:
    """Even there and back again: only what the first release can't say is forgotten."""
    shutil.copy(keeping.KEPT / "0002.sqlite", path)
    entries = "SELECT id, points, source_id FROM ledger_entries ORDER BY no"
    sales = "SELECT id, net, redeemed_value, tenders FROM sales ORDER BY no"
    before = rows(path, entries), rows(path, sales)
    downgrade(path, "0001")
    assert (rows(path, entries), rows(path, sales)) == before
    [(body,)] = rows(path, "SELECT body FROM programs")
    old = json.loads(body)
    assert (old["accrual"], old["welcome_points"]) == ({"points": 1, "per": 100}, 50)
    assert (old["expiry_months"], old["pending_days"], old["tier_months"]) == (None, 14, 12)
    assert old["redemption"]["cap_points"] == 5000
    assert [tier["from_spend"] for tier in old["tiers"]] == [0, 50_000]
    upgrade(path)
    with closing(sqlite3.connect(path)) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            connection.execute("UPDATE ledger_entries SET points = 1")
        with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
            connection.execute("DELETE FROM ledger_entries")
    database = open_database(path)
    with database.read() as uow:
        assert uow.programs.all() == [keeping.FIRST.program]
    database.close()


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize(
    ("old", "expiry", "zone"),
    [
        ({"expiry_months": 24, "currency": "HUF"}, Expiry(months=24), "Europe/Budapest"),
        ({"expiry_months": None, "currency": "ILS"}, Expiry(kind="never"), "Asia/Jerusalem"),
    ],
)
def test_an_old_programme_says_the_same_in_new_words(
    path: Path, old: dict[str, object], expiry: Expiry, zone: str
) -> None:
    shutil.copy(keeping.KEPT / "0001.sqlite", path)
    changes = {"welcome_points": 0, "pending_days": 0, "tier_months": 6, **old}
    with closing(sqlite3.connect(path)) as connection, connection:
        [(body,)] = connection.execute("SELECT body FROM programs")
        changed = json.dumps({**json.loads(body), **changes})
        connection.execute("UPDATE programs SET body = ?", (changed,))
    database = open_database(path)
    with database.read() as uow:
        [found] = uow.programs.all()
    database.close()
    assert found == msgspec.structs.replace(
        keeping.FIRST.program, currency=str(old["currency"]), rules=(per_money(1, 100),),
        expiry=expiry, zone=zone, pending=Pending(), tiering=Tiering(months=6),
    )  # fmt: skip


def test_a_programme_that_the_first_release_cannot_say_becomes_one_that_it_can(
    path: Path,
) -> None:
    database = open_database(path)
    strange = Program(code="x", version=1, effective_from=T0, currency="EUR", tiers=(
        Tier("all", by_spend=False), Tier("top", points=100, percent=200)))  # fmt: skip
    with database.write() as uow:
        uow.members.put(member())
        uow.programs.put(strange)
        gone = entry("e-1", -5, kind=EntryKind.DONATE)
        uow.ledger.append([gone, entry("e-2", 0, kind=EntryKind.RELEASE)])
        uow.commit()
    database.close()
    downgrade(path, "0001")
    [(body,)] = rows(path, "SELECT body FROM programs")
    old = json.loads(body)
    assert old["tiers"] == [{"code": "all", "from_spend": 0, "percent": 100}]
    assert old["redemption"]["minimum"] == 10**12
    assert rows(path, "SELECT id, kind FROM ledger_entries") == [("e-1", "adjust")]


def test_the_kept_file_of_this_release_is_what_is_made_today(path: Path) -> None:
    database = open_database(path)
    keeping.fill(database)
    database.close()

    def dump(file: Path) -> list[str]:
        with closing(sqlite3.connect(file)) as connection:
            lines = connection.iterdump()
            # What SQLite noted of its indexes is in the order in which they happened to be made.
            ours = (line for line in lines if "sqlite_stat" not in line)
            return [line for line in ours if line.startswith("INSERT")]

    assert dump(path) == dump(keeping.KEPT / f"{schema.HEAD}.sqlite")


def test_a_database_of_a_newer_program_is_left_alone(path: Path) -> None:
    open_database(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(DatabaseTooNew) as refusal:
        open_database(path)
    assert refusal.value.details == {"path": str(path), "revision": "9999"}
    assert path.read_bytes() == before


@pytest.fixture
def next_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of tomorrow, with one more revision; what it does is written by the test."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(upgrading, "MIGRATIONS", folder)
    monkeypatch.setattr(schema, "REVISIONS", (*schema.REVISIONS, "tomorrow"))
    monkeypatch.setattr(schema, "HEAD", "tomorrow")
    monkeypatch.setattr(upgrading, "HEAD", "tomorrow")
    return folder / "versions" / "tomorrow.py"


def _write(script: Path, *body: str) -> None:
    lines = "\n    ".join(body)
    script.write_text(
        f"from alembic import op\nrevision = 'tomorrow'\ndown_revision = '{NOW}'\n"
        f"def upgrade():\n    {lines}\n",
        "utf-8",
    )


def _filled(path: Path) -> None:
    engine = make_engine(path)
    schema.create(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (NOW,))
    engine.dispose()


def test_opening_an_older_file_upgrades_it_and_keeps_a_copy(
    path: Path, next_revision: Path
) -> None:
    _write(next_revision, "op.execute('ALTER TABLE members ADD COLUMN shoe_size INTEGER')")
    _filled(path)
    open_database(path).close()
    assert schema.revision_of(path) == "tomorrow"
    copy = path.with_name("till.sqlite.before-tomorrow")
    assert schema.revision_of(copy) == NOW
    assert "shoe_size" in str(schema_of(path)["members"])
    assert "shoe_size" not in str(schema_of(copy)["members"])


def test_an_upgrade_that_fails_half_way_has_not_begun(path: Path, next_revision: Path) -> None:
    _write(
        next_revision,
        "op.execute('ALTER TABLE members ADD COLUMN shoe_size INTEGER')",
        "raise ZeroDivisionError",
    )
    _filled(path)
    before = schema_of(path)
    with pytest.raises(ZeroDivisionError):
        open_database(path)
    assert schema_of(path) == before
    assert schema.revision_of(path) == NOW


def test_an_upgrade_that_leaves_orphans_is_taken_back(path: Path, next_revision: Path) -> None:
    _write(next_revision, "op.execute('DELETE FROM members')")
    _filled(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        columns = "id, given_name, family_name, call_name, phone, email, language, birthday, note"
        rest = "joined_at, updated_at, name_key, words, phone_digits, phone_reversed"
        connection.execute(
            f"INSERT INTO members ({columns}, {rest})"  # noqa: S608
            " VALUES ('m', '', '', '', '', '', '', '', '', 0, 0, '', '', '', '')"
        )
        connection.execute("INSERT INTO cards VALUES ('1', 'm', 0, '', 'active', '1')")
    with pytest.raises(DatabaseBroken):
        open_database(path)
    assert schema.revision_of(path) == NOW


def test_a_damaged_file_is_not_upgraded(path: Path, next_revision: Path) -> None:
    _write(next_revision, "pass")
    database = open_database(path)
    with_members(database, *(member(f"m-{n}", "Sample", "x" * 300) for n in range(200)))
    database.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (NOW,))
    with path.open("rb+") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 20_000)
    with pytest.raises(DatabaseBroken):
        open_database(path)
    assert [each.name for each in path.parent.glob("till.sqlite.before*")] == []


def test_a_new_revision_can_be_drafted_from_the_tables(path: Path, next_revision: Path) -> None:
    """What a developer does next: the template works and finds nothing to do."""
    upgrade(path, NOW)
    engine = make_engine(path)
    with engine.connect() as connection:
        config = config_for(connection)
        config.attributes["metadata"] = metadata
        command.revision(config, "Nothing new", autogenerate=True, rev_id="drafted")
    engine.dispose()
    [draft] = next_revision.parent.glob("drafted*.py")
    spec = importlib.util.spec_from_file_location("drafted", draft)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (module.revision, module.down_revision) == ("drafted", NOW)
