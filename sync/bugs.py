"""Writing down a bug without the data it happened on."""

import logging
import traceback


def log_bug(log: logging.Logger, what: str, error: Exception) -> None:
    """Kind and place of an error; its own text may hold a member's data and is left out."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s: %s\n%s", what, type(error).__name__, frames)
