"""Whether to go on: asked between messages, pages and members by whatever may take long."""

from collections.abc import Callable

GoOn = Callable[[], bool]
"""False: somebody wants it to end; what is under way is brought to its end, and nothing more."""


def always() -> bool:
    """Nobody wants it to end."""
    return True
