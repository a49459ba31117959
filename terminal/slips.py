"""Slips: what we print, as device-neutral blocks in the member's language.

A slip is never a receipt: it carries the country's non-fiscal line, top and bottom, and in
Bulgaria no prices at all. It is stored as it was made, so that a copy says what the first one said.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from terminal.ids import SaleId, SlipId


@dataclass(frozen=True, slots=True)
class Block:
    """One line or picture of a slip.

    ``kind``: text, pair (label at the start edge, value at the end edge), rule, feed, qr, barcode,
    logo (the shop's, where the device has it).
    ``align``: start, center, end. ``size`` 2 is double width and height.
    """

    kind: str
    text: str = ""
    value: str = ""
    align: str = "start"
    bold: bool = False
    size: int = 1


@dataclass(frozen=True, slots=True)
class Slip:
    """What goes on paper. ``rtl`` mirrors the columns: labels start at the right.

    ``kind``: sale, return, voucher, gift_card, balance, day, game, test.
    """

    id: SlipId
    language: str
    rtl: bool
    blocks: tuple[Block, ...]
    kind: str = "sale"


class SlipState(StrEnum):
    """Where a slip is on its way to the paper."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    """The printer took it and can't say more."""
    PRINTED = "printed"
    UNKNOWN = "unknown"
    """It may or may not have come out: the cashier is asked, nothing prints again by itself."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipJob:
    """A slip on its way. ``cause`` is the device's stable code for why it waits.

    ``printer`` is which one took it; of a slip that waits, the only one it may go to ("": any).
    """

    id: SlipId
    slip: Slip
    sale_id: SaleId | None
    created_at: datetime
    state: SlipState = SlipState.QUEUED
    cause: str = ""
    attempts: int = 0
    copy_of: SlipId | None = None
    printer: str = ""


def as_copy(slip: Slip, new_id: SlipId, stamp: str) -> Slip:
    """The same slip marked as a copy, top and bottom."""
    mark = Block("text", stamp, align="center", bold=True, size=2)
    return replace(slip, id=new_id, blocks=(mark, *slip.blocks, mark))


def slip_text(blocks: Iterable[Block]) -> str:
    """The words of a slip, one block a line: for screens that read aloud, and for search."""
    return "\n".join(" ".join(filter(None, (b.text, b.value))) for b in blocks)
