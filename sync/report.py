"""What a round of sync did."""

from dataclasses import dataclass

from sync.errors import Misconfigured, Retryable


@dataclass(frozen=True, slots=True)
class Report:
    """``sent`` messages, tried again later, blocked for a person; online orders and customers
    ``taken``. ``failure``: what ended it early; None when it went to its end."""

    sent: int = 0
    deferred: int = 0
    blocked: int = 0
    taken: int = 0
    failure: Retryable | Misconfigured | None = None

    def __add__(self, other: "Report") -> "Report":
        """Both together; the first failure counts."""
        return Report(
            self.sent + other.sent, self.deferred + other.deferred, self.blocked + other.blocked,
            self.taken + other.taken, self.failure or other.failure,
        )  # fmt: skip

    @property
    def moved(self) -> int:
        """Messages that are where they were not before."""
        return self.sent + self.deferred + self.blocked
