"""Whatever a hub can say has a sentence, and none of them speaks of an online store."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sync.hub
from terminal.i18n import Words
from ui.sync_messages import hub_problem

HERE = Path(sync.hub.__file__).parent
CODES = sorted(
    {
        code
        for path in HERE.glob("*.py")
        for code in re.findall(
            r'(?:Refused|Retryable|Misconfigured)\(\s*"([a-z_]+)"', path.read_text("utf-8")
        )
    }
)
ENGINES_OWN = {"in_progress", "till_cloned", "broken_off"}
"""Said the same of an online store and a hub."""


def test_there_are_codes_to_look_at() -> None:
    assert len(CODES) > 20


@pytest.mark.parametrize("code", CODES)
def test_every_problem_of_a_hub_is_said(code: str) -> None:
    words = Words("en")
    said = hub_problem(code, words)
    assert said != hub_problem("something else", words)
    if code not in ENGINES_OWN:
        assert "online store" not in said
