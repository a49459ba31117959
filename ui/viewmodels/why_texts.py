"""The reason behind a tap: how the points of a sale come about, step by step."""

from dataclasses import dataclass
from datetime import UTC, datetime

from terminal.explain import explain
from terminal.i18n import Words
from terminal.ids import EntryId, TillCode
from terminal.ledger import EntryKind, LedgerEntry
from terminal.policies_told import basis_clauses, earning_clauses
from terminal.quoting import Quote
from terminal.services.models import MemberView

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``steps`` add up to ``figure``; ``rules`` say on what and how it is rounded."""

    figure: str
    steps: tuple[str, ...]
    rules: tuple[str, ...]
    version: str


def arithmetic(quote: Quote, view: MemberView | None, words: Words) -> Arithmetic | None:
    """The sale's points explained; None where there are none to explain."""
    accrual = quote.accrual
    if accrual is None or view is None:
        return None
    program = view.program
    rules = [*earning_clauses(program.earning, words), *basis_clauses(program.basis, words)]
    version = words.t(
        "Programme {program}, version {version}",
        program=program.code,
        version=words.number(program.version),
    )
    figure = words.signed(accrual.points) if accrual.points else words.number(0)
    return Arithmetic(
        figure,
        tuple(_steps(quote, view, words)),
        tuple(rule[:1].upper() + rule[1:] for rule in rules),
        version,
    )


def _steps(quote: Quote, view: MemberView, words: Words) -> list[str]:
    """As the timeline will explain the entry when it is booked."""
    accrual = quote.accrual
    if accrual is None or not accrual.points:
        return [words.t("Nothing in this basket earns points.")]
    entry = LedgerEntry(
        id=EntryId(""), member_id=view.member.id, kind=EntryKind.EARN, points=accrual.points,
        decided_at=_NEVER, till=TillCode(""), seq=0, parts=accrual.parts, basis=accrual.basis,
        rate=accrual.rate, currency=quote.currency,
    )  # fmt: skip
    return explain(entry, words, view.program)
