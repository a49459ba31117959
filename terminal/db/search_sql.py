"""Finding by words, quickly, among a million names.

First those whose key starts with all that was typed, by key. Then those with all the words in any
order: sorted by the word that the first typed one began, then by key. Both orders are those of an
index, so the first twenty are read and nothing is sorted; only when another word is rarer than the
first are its few rows fetched and sorted here.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Table, func, select
from sqlalchemy.sql import ColumnElement

from terminal.db.statements import AnyRow, Runner, Statement, beyond, number, param, word

_FEW = 1000
"""So many rows are sorted faster than anyone notices."""


class WordSearch:
    """Searches one table by its ``name_key`` and its table of words."""

    def __init__(self, table: Table, words: Table, owner: "Column[Any]") -> None:
        row = tuple(table.c)
        self._by_key = Statement(
            select(*row).where(_starts(table.c.name_key)).order_by(table.c.name_key, table.c.no)
        )
        in_range = (words.c.word >= param("first")) & (words.c.word < param("beyond"))
        self._by_word = Statement(
            select(*row)
            .select_from(words)
            .join(table, owner == table.c.no)
            .where(in_range)
            .order_by(words.c.word, words.c.name_key, owner)
        )
        few = (
            select(number(1))
            .select_from(words)
            .where(in_range)
            .limit(number(_FEW))
            .offset(number(0))
            .subquery()
        )
        self._count = Statement(select(func.count()).select_from(few))

    def rows(self, runner: Runner, phrase: str, words: Sequence[str]) -> Iterator[AnyRow]:
        """Rows of the table, best first; one may come twice."""
        yield from runner.stream(self._by_key, first=phrase, beyond=beyond(phrase))
        yield from self._all_words(runner, words)

    def _all_words(self, runner: Runner, words: Sequence[str]) -> Iterator[AnyRow]:
        rarest = min(words, key=lambda typed: self._rough_count(runner, typed)) if words[1:] else ""
        if rarest and rarest != words[0] and self._rough_count(runner, rarest) < _FEW:
            yield from self._sorted(runner, rarest, words)
        else:
            yield from self._walk(runner, words[0], words)

    def _rough_count(self, runner: Runner, typed: str) -> int:
        return int(runner.value(self._count, first=typed, beyond=beyond(typed)))

    def _walk(self, runner: Runner, typed: str, words: Sequence[str]) -> Iterator[AnyRow]:
        needed = [f" {other}" for other in words]
        for row in runner.stream(self._by_word, first=typed, beyond=beyond(typed)):
            if all(beginning in row.words for beginning in needed):
                yield row

    def _sorted(self, runner: Runner, rarest: str, words: Sequence[str]) -> list[AnyRow]:
        def place(row: AnyRow) -> tuple[str, str, int]:
            began = min(own for own in row.words.split() if own.startswith(words[0]))
            return (began, row.name_key, row.no)

        return sorted(self._walk(runner, rarest, words), key=place)


def _starts(column: ColumnElement[str]) -> ColumnElement[bool]:
    return (column >= param("first")) & (column < param("beyond"))


def starts(column: ColumnElement[str], *, indexed_non_empty: bool = False) -> ColumnElement[bool]:
    """Rows whose column starts with ``first`` (and lies before ``beyond``)."""
    condition = _starts(column)
    # A partial index is used only where the statement repeats its condition.
    return condition & (column != word("")) if indexed_non_empty else condition
