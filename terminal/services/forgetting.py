"""What of a person stands on stored slips and in what imports remember: gone with them.

A slip is no receipt and no bookkeeping: what it says of goods and points stays, for copies, and
who it was for goes. One that waits for paper is not printed any more. What an import kept of the
member from before, to undo itself, and what the file said of them goes too; the key of the row
stays, as it stands in the entries of the ledger.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Final

from terminal.cards import last_four
from terminal.members import Member
from terminal.ports import UnitOfWork
from terminal.services.whose import pseudonym
from terminal.slips import Block, SlipJob, SlipState

_ALL: Final = 1_000_000
_DOTS: Final = "····"
_WAITING: Final = (SlipState.QUEUED, SlipState.UNKNOWN)


def forget_papers(uow: UnitOfWork, member: Member) -> int:
    """Take a person off all slips, before their name and cards are gone; answers how many."""
    cards = frozenset(f"{_DOTS} {last_four(card.number)}" for card in uow.members.cards(member.id))
    theirs = {
        job.id: job
        for sale in uow.sales.of_member(member.id, _ALL)
        for job in uow.slips.of_sale(sale.id)
    }
    for job in uow.slips.naming(member.called):
        if _is_theirs(job.slip.blocks, member.called, cards):
            theirs[job.id] = job
    changed = 0
    for job in theirs.values():
        bare = _bare(job, member)
        if bare != job:
            uow.slips.put(bare)
            changed += 1
    return changed


def forget_rows(uow: UnitOfWork, member: Member) -> None:
    """Nothing of who they were stands in what imports did."""
    for row in uow.imports.of_member(member.id):
        uow.imports.put_row(replace(row, before="", facts="", cards=(), consents=()))


def _is_theirs(blocks: Iterable[Block], name: str, cards: frozenset[str]) -> bool:
    """A slip of this name with one of these cards, or with none."""
    pairs = [block for block in blocks if block.kind == "pair"]
    named = any(block.text == name for block in pairs)
    numbers = {block.value for block in pairs if block.value.startswith(_DOTS)}
    return named and (not numbers or not numbers.isdisjoint(cards))


def _names_on(blocks: Iterable[Block]) -> set[str]:
    """Whose card is on a slip is said right above it, by the name of that day."""
    return {above.text for above, card in pairwise(blocks) if card.value.startswith(_DOTS)}


def _bare(job: SlipJob, member: Member) -> SlipJob:
    known = {member.called, member.given_name, member.family_name, member.email, member.phone}
    names = (known | _names_on(job.slip.blocks)) - {""}
    words = sorted(names, key=len, reverse=True)
    said = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words))
    nobody = pseudonym(member.id)

    def bare(block: Block) -> Block:
        value = _DOTS if block.value.startswith(_DOTS) else said.sub(nobody, block.value)
        return replace(block, text=said.sub(nobody, block.text), value=value)

    slip = replace(job.slip, blocks=tuple(bare(block) for block in job.slip.blocks))
    if job.state in _WAITING:
        return replace(job, slip=slip, state=SlipState.CANCELLED, cause="")
    return replace(job, slip=slip)
