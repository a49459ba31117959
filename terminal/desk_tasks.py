"""What only a person can decide: kept until somebody did, never dropped by the program.

A task says what is wrong in stable codes, holds what is needed to decide, and remembers who settled
it and how. Its words are made where it is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from terminal.ids import MemberId, StaffId


class TaskKind(StrEnum):
    """What a person is asked."""

    PROFILE_CONFLICT = "profile_conflict"
    """Till and online store changed one field to two values. ``details``: field, ours, theirs."""
    DUPLICATE = "duplicate"
    """Two members seem to be one person. ``details``: other (a member id), why (a code)."""
    OVERDRAW = "overdraw"
    """More points were redeemed than there were. ``details``: points (of debt), tills."""
    DIFFERENCE = "difference"
    """Both sides hold different numbers, and why is unknown. ``details``: ours, theirs."""
    REFUND_UNCLEAR = "refund_unclear"
    """The online store gave money back, and which goods it was for is not told."""
    CUSTOMER_GONE = "customer_gone"
    """A member's customer was deleted online: erase the member too, or tell them anew?"""
    ALSO_FORGET = "also_forget"
    """Who was merged into this member asked to be forgotten at a till that had not heard of it."""
    TILL_CLONED = "till_cloned"
    """Two machines sell under one till's name. ``details``: till, machines."""
    TILL_RESTORED = "till_restored"
    """A till came back from an older backup. ``details``: till, from, to (numbers)."""
    COUPON_STUCK = "coupon_stuck"
    """A coupon was used on both sides, or its points can't go back. ``details``: code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One question to a person. ``id`` is computed from what it is about, so that finding the same
    again asks once. ``details`` are short texts. ``outcome`` is "" until it is settled."""

    id: str
    kind: TaskKind
    made_at: datetime
    member_id: MemberId | None = None
    store: str = ""
    subject_id: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    outcome: str = ""
    settled_at: datetime | None = None
    settled_by: StaffId | None = None


class TaskRecords(Protocol):
    """Where tasks are kept."""

    def put(self, task: Task) -> bool:
        """Ask once: a task with this id that is open stays as it is, a settled one stays settled.
        True if it is new."""

    def get(self, task_id: str) -> Task | None: ...
    def open(self, limit: int) -> list[Task]:
        """Those nobody settled, oldest first."""

    def of_member(self, member_id: MemberId) -> list[Task]:
        """All of a member's, oldest first."""

    def count(self) -> int:
        """How many are open."""

    def settle(self, task_id: str, outcome: str, by: StaffId | None, at: datetime) -> bool:
        """Write down what was decided; False if it was settled before."""

    def overrule(self, task_id: str, outcome: str, by: StaffId | None, at: datetime) -> None:
        """Two tills settled it apart, and what the other one decided counts."""

    def forget(self, member_id: MemberId) -> int:
        """Empty the details of all of a member's tasks, for somebody who is forgotten; how many."""
