"""The quick ways through the indexes find what the definition says, in its order."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.db import search_sql
from terminal.db.unit_of_work import SqlDatabase
from tests.contract.samples import member, with_members
from tests.fakes import MemoryDatabase

words = st.sampled_from(["ma", "mar", "maria", "marta", "sam", "sample", "ex", "example", "Ő", "z"])
names = st.lists(words, max_size=2).map(" ".join)
people = st.lists(st.tuples(names, names, names), max_size=12)
queries = st.lists(st.sampled_from(["m", "ma", "mar", "maria", "s", "sa", "exa", "o"]), min_size=1)


@pytest.mark.parametrize("few", [0, 3, 1000])
@given(people=people, query=queries, limit=st.integers(1, 6))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_search_finds_what_its_definition_says(
    database: SqlDatabase,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    people: list[tuple[str, str, str]],
    query: list[str],
    limit: int,
) -> None:
    monkeypatch.setattr(search_sql, "_FEW", few)
    memory = MemoryDatabase()
    # Always twelve, so that those of the last example are overwritten.
    padded = people + [("", "", "")] * (12 - len(people))
    everybody = [
        member(f"m-{number:02d}", given_name, family, call_name=called)
        for number, (given_name, family, called) in enumerate(padded)
    ]
    for each in (memory, database):
        with_members(each, *everybody)
    typed = " ".join(query)
    with memory.read() as defined, database.read() as uow:
        assert uow.members.search(typed, limit) == defined.members.search(typed, limit)
