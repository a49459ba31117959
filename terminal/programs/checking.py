"""Reviewing a programme before it is published: contradictions, loops and costs, each with a case.

A refused finding keeps it from being published; a warning is for the manager to judge.
"""

from terminal.programs.consistency import faults
from terminal.programs.costs import costly, loops
from terminal.programs.findings import Finding, refused
from terminal.programs.locating import path_text
from terminal.programs.model import Program
from terminal.programs.reach import endless, never

__all__ = ["Finding", "review"]


def review(program: Program) -> list[Finding]:
    """Everything to be said against a programme, refused ones first."""
    broken = [refused("broken", path_text(path), problem=what) for path, what in faults(program)]
    if broken:  # costs of what does not hold together are no costs
        return broken
    found = [*loops(program), *costly(program), *never(program), *endless(program)]
    return sorted(found, key=lambda finding: finding.severity != "refused")
