"""Finding by words, quickly, among a million names, in the order of ``searching.place``.

Every step reads an index in its own order, so that the first twenty are found without sorting. A
word that few have is looked up first, and its few rows are sorted here.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Select, Table, func, select
from sqlalchemy.sql import ColumnElement

from terminal.db.searching import place
from terminal.db.statements import AnyRow, Runner, Statement, beyond, number, param, word

_FEW = 1000
"""So many rows are sorted faster than anyone notices."""


class WordSearch:
    """Searches one table by its ``name_key`` and ``words`` and its table of words."""

    def __init__(self, table: Table, words: Table, owner: "Column[Any]") -> None:
        begun = _starts(words.c.word)
        rows: Select[*tuple[Any, ...]] = (
            select(*table.c).select_from(words).join(table, owner == table.c.no)
        )
        in_order = (words.c.word, words.c.name_key, owner)
        self._by_key = Statement(
            select(*table.c).where(_starts(table.c.name_key)).order_by(table.c.name_key, table.c.no)
        )
        self._by_word = Statement(rows.where(begun).order_by(*in_order))
        self._with_lead = Statement(
            rows.where(words.c.word == param("own"), _starts(words.c.name_key, "lead")).order_by(
                *in_order
            )
        )
        others = select(owner).where(_starts(words.c.word, "other"))
        self._with_other = Statement(rows.where(begun, owner.in_(others)).order_by(*in_order))
        self._next_word = Statement(
            select(func.min(words.c.word)).where(
                words.c.word >= param("least"), words.c.word < param("beyond")
            )
        )
        few = select(number(1)).where(begun).limit(number(_FEW)).offset(number(0))
        self._count = Statement(select(func.count()).select_from(few.select_from(words).subquery()))

    def rows(self, runner: Runner, typed: Sequence[str]) -> Iterator[AnyRow]:
        """Rows of the table, best first; one may come several times."""
        phrase = " ".join(typed)
        yield from runner.stream(self._by_key, first=phrase, beyond=beyond(phrase))
        if len(typed) == 1:
            yield from self._having(runner, typed[0], typed)
            return
        rarest = min(typed, key=lambda each: self._rough_count(runner, each))
        if self._rough_count(runner, rarest) < _FEW:
            yield from self._sorted(runner, rarest, typed)
        else:
            yield from self._led(runner, typed)
            yield from self._anywhere(runner, typed)

    def _rough_count(self, runner: Runner, beginning: str) -> int:
        return int(runner.value(self._count, first=beginning, beyond=beyond(beginning)))

    def _having(self, runner: Runner, begun: str, typed: Sequence[str]) -> Iterator[AnyRow]:
        rows = runner.stream(self._by_word, first=begun, beyond=beyond(begun))
        yield from _with_all(rows, typed)

    def _sorted(self, runner: Runner, rarest: str, typed: Sequence[str]) -> list[AnyRow]:
        def order(row: AnyRow) -> tuple[tuple[int, str, str] | None, int]:
            return place(typed, row.name_key, row.words.split()), row.no

        return sorted(self._having(runner, rarest, typed), key=order)

    def _led(self, runner: Runner, typed: Sequence[str]) -> Iterator[AnyRow]:
        """Those whose key starts with one of the words: for each, all that the next one begins."""
        for index, lead in enumerate(typed):
            next_typed = typed[1] if index == 0 else typed[0]
            for own in self._words_begun(runner, next_typed):
                rows = runner.stream(self._with_lead, own=own, lead=lead, beyond_lead=beyond(lead))
                yield from _with_all(rows, typed)

    def _words_begun(self, runner: Runner, beginning: str) -> Iterator[str]:
        """Each different word once: a seek for each instead of a walk over all that have it."""
        least = beginning
        while found := runner.value(self._next_word, least=least, beyond=beyond(beginning)):
            yield found
            least = found + "\x01"

    def _anywhere(self, runner: Runner, typed: Sequence[str]) -> Iterator[AnyRow]:
        first, other = typed[0], typed[1]
        rows = runner.stream(
            self._with_other, first=first, beyond=beyond(first), other=other,
            beyond_other=beyond(other),
        )  # fmt: skip
        yield from _with_all(rows, typed)


def _with_all(rows: Iterator[AnyRow], typed: Sequence[str]) -> Iterator[AnyRow]:
    needed = [f" {beginning}" for beginning in typed]
    return (row for row in rows if all(beginning in row.words for beginning in needed))


def _starts(column: ColumnElement[str], first: str = "first") -> ColumnElement[bool]:
    end = "beyond" if first == "first" else f"beyond_{first}"
    return (column >= param(first)) & (column < param(end))


def starts(column: ColumnElement[str], *, indexed_non_empty: bool = False) -> ColumnElement[bool]:
    """Rows whose column starts with ``first`` (and lies before ``beyond``)."""
    condition = _starts(column)
    # A partial index is used only where the statement repeats its condition.
    return condition & (column != word("")) if indexed_non_empty else condition
