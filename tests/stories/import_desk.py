"""A shop at its desk with another system's files: for the stories of imports."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from terminal.cards import CardState, own_card
from terminal.commands import importing
from terminal.db.verify import verify
from terminal.entries import EntryKind, LedgerEntry
from terminal.ids import EntryId
from terminal.importing.mapping import parse
from terminal.importing.problems import Finding, Level
from terminal.importing.records import import_id
from terminal.members import Member, Purpose
from terminal.services.importer import Imported, ImportService, TakenBack, Watching
from tests.shop import Shop, open_shop

GROUND = '[consent]\nground = "members of the paper card"\n'
CARDS = [own_card("2950", serial) for serial in range(500, 600)]


@dataclass
class Desk:
    """A shop, a folder of files, and what was found in them."""

    shop: Shop
    folder: Path
    findings: list[Finding] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    history: Path | None = None

    @property
    def service(self) -> ImportService:
        return ImportService(
            self.shop.database, self.shop.till, clock=self.shop.clock, new_id=self.shop.new_id
        )

    def write(self, text: str, name: str = "members.csv", encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return path

    def bring(
        self, text: str, mapping: str = GROUND, *, history: str = "", trial: bool = False,
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Imported:  # fmt: skip
        """Import members (and history); what was found is in ``findings``."""
        self.findings.clear()
        path = self.write(text) if text else None
        past = self.write(history, "history.csv") if history else None
        looked = self.service.look(parse(f'name = "old"\n{mapping}'), path, past)
        watching = Watching(self.findings.append, progress, cancelled)
        return self.service.run(looked, watching, trial=trial)

    def undo(self, spent: str = "refuse", cancelled=lambda: False) -> TakenBack:
        self.findings.clear()
        watching = Watching(self.findings.append, cancelled=cancelled)
        return self.service.undo(import_id("old"), spent, watching)

    def command(self, *words: str) -> int:
        parser = argparse.ArgumentParser()
        importing.add_arguments(parser.add_subparsers(dest="command"))
        args = parser.parse_args(["import", *words])
        self.said.clear()
        return importing.run(
            args, self.shop.database, replace(self.shop.till, language="en"), self.said.append,
            clock=self.shop.clock, new_id=self.shop.new_id,
        )  # fmt: skip

    def codes(self, level: Level = Level.REFUSED) -> list[tuple[int, str]]:
        return [(f.line, f.code) for f in self.findings if f.level is level]

    def member(self, card: str) -> Member:
        with self.shop.database.read() as uow:
            found = uow.members.by_card(card)
        assert found is not None
        return found[0]

    def cards(self, member: Member) -> dict[str, CardState]:
        with self.shop.database.read() as uow:
            return {card.number: card.state for card in uow.members.cards(member.id)}

    def entries(self, member: Member) -> list[LedgerEntry]:
        with self.shop.database.read() as uow:
            return uow.ledger.entries(member.id)

    def balance(self, member: Member) -> int:
        with self.shop.database.read() as uow:
            return uow.ledger.account(member.id).balance

    def granted(self, member: Member) -> set[Purpose]:
        with self.shop.database.read() as uow:
            latest = {c.purpose: c.granted for c in uow.members.consents(member.id)}
        return {purpose for purpose, yes in latest.items() if yes}

    def count(self) -> int:
        with self.shop.database.read() as uow:
            return uow.members.count()

    def move(self, member: Member, kind: EntryKind, points: int, **more: object) -> EntryId:
        """An entry as the counter would book it."""
        entry_id = EntryId(self.shop.new_id())
        with self.shop.database.write() as uow:
            entry = LedgerEntry(
                id=entry_id, member_id=member.id, kind=kind, points=points,
                decided_at=self.shop.clock(), till="T1", seq=uow.next_seq("T1"), **more,
            )  # fmt: skip
            uow.ledger.append([entry])
            uow.commit()
        return entry_id

    def everything(self) -> dict[str, tuple[int, int]]:
        """Balance and number of entries of every member."""
        with self.shop.database.read() as uow:
            members = uow.members.search("", 100_000)
            accounts = {m.id: uow.ledger.account(m.id) for m in members}
        return {m: (account.balance, account.entries) for m, account in accounts.items()}


def open_desk(folder: Path) -> Iterator[Desk]:
    """A desk on SQLite, whose books are verified in the end."""
    shop = open_shop(folder / "till.db")
    yield Desk(shop, folder)
    report = verify(shop.database)
    shop.database.close()
    assert report.ok, str(report)


def people(*rows: str, header: str = "id,name,card,points") -> str:
    return "\n".join((header, *rows)) + "\n"


def policy(duplicates: str, more: str = "") -> str:
    return f'{GROUND}[policy]\nduplicates = "{duplicates}"\n{more}'
