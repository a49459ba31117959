"""The checks and the tests, as `make check` and `make test` run them.

The checks run beside the tests (two cores), and are told before pytest's closing line, which is
always the last line printed. Anything that failed makes the exit code 1.
"""

from __future__ import annotations

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bootstrap.steps import BUILD, ROOT, VENV, VENV_PYTHON, environment, say

CHECKED = ("terminal", "ui", "devices", "sync", "main.py", "bootstrap", "tools", "tests")
TYPED = ("terminal", "ui", "devices", "sync", "main.py", "bootstrap", "tools")
# "=== 12 passed in 3.45s ===" (with "(0:01:02)" after a minute)
CLOSING = re.compile(r"=+ .*\b(passed|failed|errors?|no tests ran)\b.* in [0-9.]+s.* =+$")


@dataclass(frozen=True, slots=True)
class Result:
    """What one check said, and whether it was content."""

    name: str
    passed: bool
    output: str


def present(names: tuple[str, ...]) -> list[str]:
    """Those of the names that exist in this checkout."""
    return [name for name in names if (ROOT / name).exists()]


def checks() -> dict[str, list[str]]:
    """The words of each check; every one must leave silently with 0."""
    return {
        "ruff check": ["ruff", "check", *present(CHECKED)],
        "ruff format": ["ruff", "format", "--check", *present(CHECKED)],
        "import contracts": ["lint-imports"],
        "mypy --strict": ["mypy", *present(TYPED)],
    }


def check(name: str, words: list[str]) -> Result:
    """Run one check to its end."""
    done = subprocess.run(
        [VENV / "bin" / words[0], *words[1:]],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return Result(name, done.returncode == 0, done.stdout)


def run_checks() -> list[Result]:
    """All checks, one after the other."""
    return [check(name, words) for name, words in checks().items()]


def tell(results: list[Result]) -> bool:
    """Print what the checks said; true when all passed."""
    for result in results:
        say(f"{'passed' if result.passed else 'FAILED'}: {result.name}")
        if not result.passed:
            say(result.output.rstrip())
    return all(result.passed for result in results)


def run_pytest(arguments: list[str]) -> tuple[int, str]:
    """Run pytest, its output passed on as it comes except the closing line; exit code, that line.

    The whole suite runs under coverage.
    """
    covered = [] if arguments else ["-m", "coverage", "run"]
    held = ""
    with subprocess.Popen(
        [VENV_PYTHON, *covered, "-m", "pytest", *arguments],
        cwd=ROOT,
        env=environment(COVERAGE_FILE=str(_coverage_file())),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            if CLOSING.match(line):
                held = line.rstrip("\n")
            else:
                say(line.rstrip("\n"))
    return process.returncode, held


def coverage() -> Result:
    """How much of the pure modules the tests went through, branches counted: all of it."""
    done = subprocess.run(
        [
            VENV_PYTHON,
            "-m",
            "coverage",
            "report",
            "--fail-under=100",
            "--skip-covered",
            "--show-missing",
        ],
        cwd=ROOT,
        env=environment(COVERAGE_FILE=str(_coverage_file())),
        capture_output=True,
        text=True,
    )
    return Result("100 % of terminal, branches counted", done.returncode == 0, done.stdout)


def _coverage_file() -> Path:
    return BUILD / "coverage"


def run_all(arguments: list[str]) -> int:
    """Checks and tests side by side; the exit code of `make test`.

    Coverage is judged for the whole suite only: `arguments` pick a part of it.
    """
    with ThreadPoolExecutor(1) as pool:
        checking = pool.submit(run_checks)
        code, closing_line = run_pytest(arguments)
        results = checking.result()
    if not arguments:
        results.append(coverage())
    content = tell(results)
    say(closing_line)
    return 0 if content and code == 0 else 1
