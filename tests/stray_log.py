"""A warning in the log is an event somebody must have reckoned with, in tests as in shops."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def stray_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that left a warning in the log without having said that it expects one."""
    if "caplog" in request.fixturenames:
        yield
        return
    heard = _Heard()
    logging.getLogger().addHandler(heard)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(heard)
    if heard.records:
        lines = (f"{r.levelname} {r.name}: {r.getMessage()}" for r in heard.records)
        pytest.fail("logged without being asked for (take caplog):\n" + "\n".join(lines))
