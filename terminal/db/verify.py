"""Recompute what is cached, and look for what must never be.

Members are gone through one after the other, entries streaming in their order, so that a million of
them need no more memory than one. Everything is read at one moment; tills go on working.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from sqlalchemy import exists, func, select, text

from terminal.db import tables
from terminal.db.ledger import account_columns, account_of, entry_of
from terminal.db.rules import RULES
from terminal.db.statements import Runner, Statement, number, param, upsert
from terminal.db.unit_of_work import SqlDatabase
from terminal.db.values import moment_or_none
from terminal.ids import MemberId
from terminal.ledger import Account, LedgerEntry, replay

MOST_FINDINGS = 1000
"""A file in which more is wrong needs a person, not a longer list."""

_E, _A, _S = tables.ledger_entries, tables.accounts, tables.sales
_ENTRIES = Statement(select(_E).order_by(_E.c.member_id, _E.c.decided_at, _E.c.seq, _E.c.id))
_ACCOUNT = Statement(select(_A).where(_A.c.member_id == param("member_id")))
_PUT_ACCOUNT = upsert(_A, ["member_id"])
_DROP_ACCOUNT = Statement(_A.delete().where(_A.c.member_id == param("member_id")))
_BASELESS = Statement(
    select(_A.c.member_id).where(~exists(select(number(1)).where(_E.c.member_id == _A.c.member_id)))
)
_COUNTS = Statement(
    select(
        select(func.count()).select_from(tables.members).scalar_subquery(),
        select(func.count()).select_from(_E).scalar_subquery(),
        select(func.count()).select_from(_S).scalar_subquery(),
    )
)
_ASKED = Statement(
    text("SELECT subject_id, outcome FROM tasks WHERE kind IN ('till_cloned', 'till_restored')")
)
_KNOWN_TWICE = "the till was there twice and gave one number to {} things; all of them are kept"
_QUICK_CHECK = Statement(text("PRAGMA quick_check"))
_FOREIGN_KEY_CHECK = Statement(text("PRAGMA foreign_key_check"))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: a stable code, whose it is, and what it is in plain words. ``known``: a
    person was asked about it, and it stays as it is; nothing is left to do."""

    code: str
    subject: str
    words: str
    known: bool = False

    def __str__(self) -> str:
        return f"{self.code} {self.subject}: {self.words}"


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was looked at and what was found. ``findings`` stop at ``MOST_FINDINGS``."""

    findings: tuple[Finding, ...]
    members: int = 0
    entries: int = 0
    sales: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong that anybody could mend."""
        return all(finding.known for finding in self.findings)

    def __str__(self) -> str:
        seen = f"{self.members} members, {self.entries} ledger entries, {self.sales} sales"
        wrong = sum(not finding.known for finding in self.findings)
        verdict = f"{wrong} findings" if wrong else "all well"
        return "\n".join([f"{seen}: {verdict}", *map(str, self.findings)])


def verify(database: SqlDatabase) -> VerifyReport:
    """Look at everything. Raises DatabaseBroken when the file can't even be read."""
    with database.read() as uow:
        runner = uow.runner
        findings = tuple(islice(_findings(runner), MOST_FINDINGS))
        if any(finding.code == "damaged" for finding in findings):
            return VerifyReport(findings)
        return VerifyReport(findings, *runner.all(_COUNTS)[0])


def repair_accounts(database: SqlDatabase) -> list[MemberId]:
    """Rewrite cached accounts that differ from their entries; nothing else. Whose they were."""
    with database.read() as uow:
        wrong = [*(m for m, _k, _r in _wrong_accounts(uow.runner)), *_baseless(uow.runner)]
    for member_id in wrong:
        with database.write() as uow:
            # Once more, under the lock: a till may have booked meanwhile.
            entries = uow.ledger.entries(member_id)
            if entries:
                columns = account_columns(member_id, replay(entries).account)
                uow.runner.do(_PUT_ACCOUNT, **columns)
            else:
                uow.runner.do(_DROP_ACCOUNT, member_id=member_id)
            uow.commit()
    return wrong


def _findings(runner: Runner) -> Iterator[Finding]:
    damage = list(_damage(runner))
    yield from damage
    if damage:
        return
    yield from _foreign_keys(runner)
    yield from _accounts(runner)
    twice = _known_twice(runner)
    for code, words, query in RULES:
        for subject, detail in runner.stream(Statement(text(query))):
            known = code == "number_twice" and str(subject).rpartition("-")[0] in twice
            told = _KNOWN_TWICE if known else words
            yield Finding(code, str(subject), told.format(detail), known)


def _known_twice(runner: Runner) -> set[str]:
    """Tills that were there twice or came back from a backup, and every question about it has been
    settled by a person: what they numbered twice stays so."""
    asked = [(str(till), bool(outcome)) for till, outcome in runner.all(_ASKED)]
    return {till for till, _ in asked} - {till for till, settled in asked if not settled}


def _damage(runner: Runner) -> Iterator[Finding]:
    for (line,) in runner.stream(_QUICK_CHECK):
        if line != "ok":
            yield Finding("damaged", "file", str(line))


def _foreign_keys(runner: Runner) -> Iterator[Finding]:
    for table, row, parent, _key in runner.stream(_FOREIGN_KEY_CHECK):
        yield Finding("orphan", f"{table}#{row}", f"refers to a row of {parent} that is not there")


def _accounts(runner: Runner) -> Iterator[Finding]:
    for member_id, kept, right in _wrong_accounts(runner):
        yield Finding("wrong_account", member_id, _difference(kept, right))
    for member_id in _baseless(runner):
        yield Finding("wrong_account", member_id, "an account is kept, but there are no entries")


def _wrong_accounts(runner: Runner) -> Iterator[tuple[MemberId, Account, Account]]:
    for member_id, entries in _by_member(runner):
        right = replay(entries).account
        row = runner.one(_ACCOUNT, member_id=member_id)
        kept = Account() if row is None else account_of(row)
        next_lapse = None if row is None else moment_or_none(row.next_lapse)
        if kept != right or next_lapse != right.next_lapse:
            yield member_id, kept, right


def _by_member(runner: Runner) -> Iterator[tuple[MemberId, Iterable[LedgerEntry]]]:
    entries = (entry_of(row) for row in runner.stream(_ENTRIES))
    yield from groupby(entries, key=lambda entry: entry.member_id)


def _baseless(runner: Runner) -> list[MemberId]:
    return [MemberId(row[0]) for row in runner.all(_BASELESS)]


def _difference(kept: Account, right: Account) -> str:
    differing = (
        f"{name} is kept as {getattr(kept, name)} but the entries say {getattr(right, name)}"
        for name in ("balance", "lifetime_earned", "debt", "entries", "lots", "last")
        if getattr(kept, name) != getattr(right, name)
    )
    return "; ".join(differing) or "the next lapse is kept wrongly"
