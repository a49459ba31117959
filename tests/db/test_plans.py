"""No statement of the counter walks through a whole table: each has an index that fits."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import terminal.db
from terminal.db.connections import driver_of
from terminal.db.search_sql import WordSearch
from terminal.db.statements import Statement
from terminal.db.unit_of_work import SqlDatabase

MAY_WALK = {
    "members._COUNT",  # counting is walking
    "members._NEWEST",  # in the order of an index, and only the first few
    "shop._ALL",  # likewise
    "shop._ACTIVE",  # a shop has a handful of people
    "shop._PROGRAM_AT",  # and of programme versions
    "shop._PROGRAM_AFTER",
    "shop._PROGRAMS",
    "imports._ALL",  # and of imports
    "sales._RETURNS_BETWEEN",  # once a day, at its end
    "programme._PENDING",  # few returns wait for their sale
    "desk_tasks._LIST",
    "desk_tasks._COUNT",  # by an index that holds the open ones only
    "outbox._LIST_GIVEN_UP",  # by an index that holds few
    "outbox._COUNT_GIVEN_UP",
    "outbox._COUNT_GIVEN_UP_OF",
    "slips._NAMING",  # once, when a person is forgotten
    "imports._OF_MEMBER",
    "links._STORES",  # likewise, and a store has a handful of cursors
    "journal._NOTES",  # in the order of its key, and only the first few
    "journal._COUNT_NOTES",  # once, at joining
    "journal._COUNT_PARKED",  # few facts wait
    "journal._PARKED_BECAUSE",
    "verify._ENTRIES",  # verify looks at everything
    "verify._ASKED",
    "verify._BASELESS",
    "verify._COUNTS",
}
MAY_SORT = {  # one member's, one sale's, the open queue's rows
    "members._CARDS_OF", "members._CONSENTS_OF", "members._BY_PHONE", "members._BY_EMAIL",
    "sales._RETURN_OF", "sales._RETURNS_OF_MEMBER", "sales._LINES", "orders._UNCLAIMED",
    "sales._RETURNS_BETWEEN",
    "outbox._LIST", "slips._OF_SALE", "slips._NAMING", "shop._BY_EAN", "shop._PROGRAM_AT",
    "ledger._LAPSED",
    "ledger._OF_SOURCE", "members._OF_HOUSEHOLD", "programme._BADGES_OF", "programme._PENDING_OF",
    "programme._PENDING", "shop._PROGRAM_AFTER", "shop._PROGRAMS", "imports._ALL",
    "vouchers._OF_SOURCE", "vouchers._OVER", "vouchers._UNUSED",
}  # fmt: skip
SHORT_INDEXES = ("ix_outbox_open", "ix_slips_unsettled", "ix_referrals_open")
"""They hold what is still open, and nothing else."""


def statements() -> Iterator[tuple[str, Statement]]:
    """Every statement of the package by the name it has there."""
    for info in pkgutil.iter_modules(terminal.db.__path__):
        module = importlib.import_module(f"terminal.db.{info.name}")
        for name, value in vars(module).items():
            if isinstance(value, Statement):
                yield f"{info.name}.{name}", value
            elif isinstance(value, WordSearch):
                for part in vars(value):
                    yield f"{info.name}.{name}.{part}", getattr(value, part)


def plans(database: SqlDatabase) -> dict[str, list[str]]:
    """What SQLite means to do for each statement, a line a step."""
    found = {}
    with database.read() as uow:
        driver = driver_of(uow.runner.require_open())
        for name, statement in statements():
            params = dict.fromkeys(re.findall(r":(\w+)", statement.text), 1)
            rows = driver.execute(f"EXPLAIN QUERY PLAN {statement.text}", params)
            found[name] = [row[3] for row in rows]
    return found


def _walks(step: str) -> bool:
    # A list that we gave is no table, and what a subquery counted is no walk of its own.
    given = ("VIRTUAL TABLE", "CONSTANT ROW", "(subquery", "SCAN anon_1", *SHORT_INDEXES)
    return step.startswith("SCAN") and not any(word in step for word in given)


def test_every_statement_has_an_index_that_fits(database: SqlDatabase) -> None:
    found = plans(database)
    assert len(found) > 70
    assert {name for name, steps in found.items() if any(map(_walks, steps))} == MAY_WALK


def test_only_short_lists_are_sorted(database: SqlDatabase) -> None:
    sorting = {
        name for name, steps in plans(database).items() if any("TEMP B-TREE" in s for s in steps)
    }
    assert sorting - {"verify._ENTRIES"} <= MAY_SORT


def test_what_is_asked_of_one_store_walks_past_nothing_of_another(database: SqlDatabase) -> None:
    """A store that was never told anything, beside one of half a million messages."""
    found = plans(database)
    steps = [
        step
        for name in ("_COUNT_OPEN_OF", "_COUNT_SENT_OF", "_HURRY_OF", "_DUE")
        for step in found[f"outbox.{name}"]
        if "SUBQUERY" not in step and "SCAN CONSTANT ROW" not in step and "earlier" not in step
    ]
    assert len(steps) >= 5
    assert [step for step in steps if "(store=?" not in step] == []
