"""The doctor: every part of the till with its state and, where it is not well, the remedy.

Each part is looked at on its own, so that a broken one hides nothing of the others. What is looked
at comes in from ``main``: this module knows neither devices nor the network.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """How one part stands. ``remedy`` is empty when there is nothing to do."""

    part: str
    state: str
    remedy: str = ""

    def __str__(self) -> str:
        line = f"{'OK ' if not self.remedy else '!! '} {self.part}: {self.state}"
        return f"{line}\n      {self.remedy}" if self.remedy else line


@dataclass(frozen=True, slots=True)
class Probe:
    """How to look at one part; ``look`` answers (state, remedy) or raises."""

    part: str
    look: Callable[[], tuple[str, str]]


def examine(probes: Iterable[Probe], failures: tuple[type[Exception], ...]) -> list[Finding]:
    """Look at everything; ``failures`` are the errors a part may raise on purpose."""
    findings = []
    for probe in probes:
        try:
            state, remedy = probe.look()
        except failures as error:
            state, remedy = f"{type(error).__name__}: {error}", "see above; then look again"
        findings.append(Finding(probe.part, state, remedy))
    return findings
