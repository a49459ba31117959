"""Both sides of a store compared because a person asked: one walk at a time.

A walk outlives the page that began it, so what is known of it is kept with what the page works
with, not in the page. It is written on the lane that walks and read on the GUI thread, always as
whole values.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from terminal.i18n import Words
from terminal.ids import Clock
from terminal.services.overview import StoreView
from terminal.services.reconciling import Figures
from ui.sync_messages import sync_problem
from ui.viewmodels.sync_faces import compared_told, night_told


class Compared(Protocol):
    """What comparing both sides came to. ``whole``: it came to its end; else ``problem`` says why
    not, as a code of sync."""

    @property
    def figures(self) -> Figures: ...
    @property
    def whole(self) -> bool: ...
    @property
    def problem(self) -> str: ...


Compare = Callable[[str, Callable[[], bool], Callable[[Figures], None]], Compared]
"""A store's name, whether to go on, who hears how far it is."""


@dataclass(slots=True)
class Walk:
    """One under way. ``figures``: what was found so far."""

    store: str
    figures: Figures = field(default_factory=Figures)
    stopping: bool = False

    def goes_on(self) -> bool:
        """Whether nobody has stopped it."""
        return not self.stopping

    def heard(self, figures: Figures) -> None:
        """One more member was looked at."""
        self.figures = figures

    def told(self, words: Words) -> str:
        """How far it is."""
        if self.stopping:
            return words.t("Stopping after this member.")
        n, found = self.figures.members, self.figures.differences
        text = words.n("{n} member compared so far.", "{n} members compared so far.", n)
        if not found:
            return text
        more = words.n("{n} difference found.", "{n} differences found.", found)
        return f"{text} {more}"


@dataclass(frozen=True, slots=True)
class Ended:
    """What a walk came to, and when."""

    at: datetime
    came_to: Compared

    def told(self, words: Words) -> str:
        """In words."""
        text = compared_told(self.came_to.figures, words)
        if self.came_to.whole:
            return text
        problem = self.came_to.problem
        why = sync_problem(problem, words) if problem else words.t("It goes on next time.")
        return f"{text} {words.t('It did not come to its end.')} {why}"


@dataclass(slots=True)
class Walks:
    """``now``: the one under way."""

    now: Walk | None = None
    ended: dict[str, Ended] = field(default_factory=dict)

    def walk(self, compare: Compare, walk: Walk, clock: Clock) -> None:
        """All the way, on the caller's thread; however it ends, it is no longer under way."""
        try:
            came_to = compare(walk.store, walk.goes_on, walk.heard)
            self.ended[walk.store] = Ended(clock(), came_to)
        finally:
            self.now = None

    def stop(self) -> None:
        """After the member under way; the next walk goes on from there."""
        if self.now is not None:
            self.now.stopping = True

    def told(self, store: StoreView, words: Words) -> str:
        """What comparing came to last, by hand or by night; "" where nobody compared."""
        by_hand, by_night = self.ended.get(store.place.name), store.compared
        if by_hand is None:
            return night_told(by_night, words) if by_night else ""
        later = by_night is not None and by_night.ended_at and by_night.ended_at > by_hand.at
        return night_told(by_night, words) if by_night and later else by_hand.told(words)
