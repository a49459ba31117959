"""What a desk command may need beyond the books, handed in by ``main`` on its arguments."""

from collections.abc import Callable
from dataclasses import dataclass

from terminal.services.issuing import IssuingService, Keeps, PaperMaker


@dataclass(frozen=True, slots=True)
class Means:
    """``papers`` starts what sets type; it is called only by what makes paper."""

    issuing: IssuingService
    secrets: Keeps
    papers: Callable[[], PaperMaker]
