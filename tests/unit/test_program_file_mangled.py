"""Whatever a slip of the finger makes of a file: it is read or refused, never a crash."""

from __future__ import annotations

import random
import re

import pytest

from terminal.errors import ProgramBroken
from terminal.findings_told import finding_in_words
from terminal.i18n import Words
from terminal.programs.checking import review
from terminal.programs.file import read, write
from tests.unit.test_program_file import EVERYTHING, EXAMPLES

TEXTS = (*(path.read_text("utf-8") for path in EXAMPLES), write(EVERYTHING))
OTHERS = (
    "3", "-1", "true", '"x"', '"2026-02-30"', "[]", "{}", "[1, 2]", "{ a = 1 }", "2026-01-01",
    "10:00:00", "1.5", "inf", '""', "999999999999999999999", '"per_unit"', '"no limit"', '[["a"]]',
)  # fmt: skip
VALUE = re.compile(r'(?<== )("[^"]*"|[\w.:-]+|\[[^\]]*\]|\{[^}]*\})')


def mangled(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    how, values = chance.random(), [match.span() for match in VALUE.finditer(lines[at])]
    if how < 0.2:
        del lines[at]
    elif how < 0.4:
        lines.insert(chance.randrange(len(lines)), lines[at])
    elif how < 0.9 and values:
        start, end = chance.choice(values)
        lines[at] = lines[at][:start] + chance.choice(OTHERS) + lines[at][end:]
    elif lines[at]:
        place = chance.randrange(len(lines[at]))
        lines[at] = lines[at][:place] + chance.choice('[]{}"=.,x#') + lines[at][place + 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(8))
def test_a_slip_of_the_finger_is_read_or_refused_with_lines(seed):
    chance = random.Random(seed)
    for _ in range(30):
        text = mangled(mangled(chance.choice(TEXTS), chance), chance)
        try:
            program = read(text)
        except ProgramBroken as broken:
            problems = broken.details["problems"]
            assert problems
            assert all(1 <= p.line <= text.count("\n") + 1 for p in problems)
        else:
            assert read(write(program)) == program
            assert all(finding_in_words(finding, Words("en")) for finding in review(program))
