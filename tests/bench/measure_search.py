"""Members as one types, one to six letters, in a large shop.

The floor is plain ``sqlite3``: the beginning of one indexed column between two keys, five rows.
"""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

from terminal.db.bulk import member_id
from terminal.db.engine import open_database
from terminal.db.unit_of_work import SqlDatabase
from terminal.folding import fold
from terminal.ids import MemberId
from tests.bench.figures import Aim, Figure, Scale, in_turns, median, p99, timed
from tests.bench.shops import large_shop, services_over
from ui.viewmodels.search import MOST

AIM = Aim(p99=50)
LENGTHS = range(1, 7)
_RANGE = (
    "SELECT no, id, given_name, family_name, phone FROM members"
    " WHERE name_key >= ? AND name_key < ? ORDER BY name_key LIMIT ?"
)


def measure(scale: Scale) -> list[Figure]:
    """``search``."""
    file = large_shop(scale.members) / "till.db"
    database = open_database(file)
    try:
        return [_measure(database, file, scale)]
    finally:
        database.close()


def _measure(database: SqlDatabase, file: Path, scale: Scale) -> Figure:
    office = services_over(database).office
    family, given = _names(database, scale)
    with closing(sqlite3.connect(file)) as bare:
        bare.execute("PRAGMA cache_size = -16000")  # as the product's connections have
        kept: dict[int, tuple[list[float], list[float]]] = {}
        for length in LENGTHS:
            texts = [name[:length] for name in family]

            def ours(turn: int, texts: list[str] = texts) -> float:
                return timed(lambda: office.search(texts[turn % len(texts)], MOST))

            def floor(turn: int, texts: list[str] = texts) -> float:
                key = fold(texts[turn % len(texts)])
                bounds = (key, f"{key}\U0010ffff", MOST)
                return timed(lambda: bare.execute(_RANGE, bounds).fetchall())

            kept[length] = in_turns(scale.searches, ours, floor)
    others = [timed(lambda text=name[:3]: office.search(text, MOST)) for name in given]
    both = [
        timed(lambda text=f"{first[:3]} {last[:4]}": office.search(text, MOST))
        for first, last in zip(given, family, strict=True)
    ]
    by_length = ", ".join(f"{n}: {median(o):.2f}/{p99(o):.2f}" for n, (o, _) in kept.items())
    note = (
        f"{scale.members:,} members, {MOST} hits with card, tier and balance; p50/p99 by letters"
        f" {by_length}; a given name's 3 letters {median(others):.2f}/{p99(others):.2f}, two words"
        f" {median(both):.2f}/{p99(both):.2f}; floor: one indexed range, {MOST} plain rows"
    )
    ours_all = [sample for o, _ in kept.values() for sample in o]
    floor_all = [sample for _, f in kept.values() for sample in f]
    return Figure("search", "ms", ours_all, floor_all, note, AIM)


def _names(database: SqlDatabase, scale: Scale) -> tuple[list[str], list[str]]:
    """Family and given names of members drawn from all."""
    chance = random.Random(11)
    family, given = [], []
    with database.read() as uow:
        for _ in range(scale.searches):
            number = chance.randint(1, scale.members)
            member = uow.members.get(MemberId(member_id(number)))
            assert member is not None
            family.append(member.family_name)
            given.append(member.given_name)
    return family, given
