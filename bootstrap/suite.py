"""The checks and the tests, as `make check` and `make test` run them.

The checks run beside the tests (two cores), and are told before pytest's closing line, which is
always the last line printed. Anything that failed makes the exit code 1.
"""

from __future__ import annotations

import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bootstrap.steps import BUILD, ROOT, VENV, VENV_PYTHON, environment, say

CHECKED = ("terminal", "ui", "devices", "sync", "main.py", "bootstrap", "tools", "tests")
TYPED = ("terminal", "ui", "devices", "sync", "main.py", "bootstrap", "tools")
# "=== 12 passed in 3.45s ===" (with "(0:01:02)" after a minute)
CLOSING = re.compile(r"=+ .*\b(passed|failed|errors?|no tests ran)\b.* in [0-9.]+s.* =+$")


OUTCOMES = ("failed", "passed", "skipped", "xfailed", "xpassed", "warning", "error")
LANES = 3
"""Runs side by side: one more than CI has cores, for what waits for lines and stores."""
UNCOVERED = ("adapters", "bench", "devices", "house", "judges", "model")
"""Folders whose tests are of other things than ``terminal``, or go where its own have been."""
GROUPS = (
    ("store_kit", "stories", "sync"),
    ("ui",),
    UNCOVERED,
    ("convergence", "db", "hub", "migrations"),
    ("languages", "services", "setting_up", "slips"),
)
"""Folders of tests that run in one process, the longest group first: whoever is done takes the next
one. Those that use the test store are together in few of them, for each starts one. Folders that
nobody named here are the last group."""


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


def shards() -> list[list[str]]:
    """The test folders in groups that may run side by side, in the order in which they begin."""
    named = {name for group in GROUPS for name in group}
    others = sorted(
        path.parent.name
        for path in (ROOT / "tests").glob("*/__init__.py")
        if path.parent.name not in named
    )
    return [[f"tests/{name}" for name in group] for group in (*GROUPS, others)]


def run_shards() -> tuple[int, str]:
    """The whole suite; the first bad exit code, one closing line.

    The first group is heard as it comes, the others when they are done.
    """
    began = time.monotonic()
    with (
        TemporaryDirectory(prefix="t", ignore_cleanup_errors=True) as folder,
        ThreadPoolExecutor(LANES) as pool,
    ):
        running = [
            pool.submit(
                run_pytest, folders, shard=number, heard=number == 0, folder=_made(folder, number)
            )
            for number, folders in enumerate(shards())
        ]
        done = [one.result() for one in running]
    code = next((code for code, _ in done if code), 0)
    return code, closing_line([line for _, line in done], time.monotonic() - began)


def _covered() -> list[int]:
    """The numbers of the groups that run under coverage."""
    every = enumerate((*GROUPS, ()))
    return [number for number, group in every if group is not UNCOVERED]


def _made(folder: str, number: int) -> str:
    """Each run has its temporary files to itself: pytest tidies up what earlier ones left."""
    made = Path(folder, str(number))
    made.mkdir()
    return str(made)


def closing_line(lines: list[str], seconds: float) -> str:
    """One closing line for several: the counts added up, in the order in which pytest says them."""
    if not all(lines):
        return f"=== no tests ran in {seconds:.2f}s ==="
    counts = {
        word: sum(int(n) for line in lines for n in re.findall(rf"(\d+) {word}s?\b", line))
        for word in OUTCOMES
    }
    told = ", ".join(_counted(n, word) for word, n in counts.items() if n)
    minutes = f" ({timedelta(seconds=int(seconds))})" if seconds >= 60 else ""
    return f"=== {told or 'no tests ran'} in {seconds:.2f}s{minutes} ==="


def _counted(n: int, word: str) -> str:
    return f"{n} {word}s" if n > 1 and word in ("warning", "error") else f"{n} {word}"


def run_pytest(
    arguments: list[str], *, shard: int | None = None, heard: bool = True, folder: str = ""
) -> tuple[int, str]:
    """Run pytest, its output passed on as it comes (``heard``) or at its end, except the closing
    line; exit code, that line. A shard of the whole suite runs under coverage unless it is of
    ``UNCOVERED`` folders, with its temporary files in ``folder``.
    """
    covered = ["-m", "coverage", "run"] if shard in _covered() else []
    own = {"PYTEST_DEBUG_TEMPROOT": folder} if folder else {}
    held, kept = "", list[str]()
    with subprocess.Popen(
        [VENV_PYTHON, *covered, "-m", "pytest", *arguments],
        cwd=ROOT,
        env=environment(COVERAGE_FILE=str(_coverage_file(shard)), **own),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            if CLOSING.match(line):
                held = line.rstrip("\n")
            elif heard:
                say(line.rstrip("\n"))
            else:
                kept.append(line)
    for line in kept:
        say(line.rstrip("\n"))
    return process.returncode, held


def coverage() -> Result:
    """How much of the pure modules the tests went through, branches counted: all of it."""
    made = [str(_coverage_file(shard)) for shard in _covered()]
    subprocess.run(
        [VENV_PYTHON, "-m", "coverage", "combine", "--quiet", *made],
        cwd=ROOT,
        env=environment(COVERAGE_FILE=str(_coverage_file())),
        check=False,  # without figures the report says so
    )
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


def _coverage_file(shard: int | None = None) -> Path:
    return BUILD / ("coverage" if shard is None else f"coverage-{shard}")


def run_all(arguments: list[str]) -> int:
    """Checks and tests side by side; the exit code of `make test`.

    Coverage is judged for the whole suite only: `arguments` pick a part of it.
    """
    with ThreadPoolExecutor(1) as pool:
        checking = pool.submit(run_checks)
        code, closing = run_pytest(arguments) if arguments else run_shards()
        results = checking.result()
    if not arguments:
        results.append(coverage())
    content = tell(results)
    say(closing)
    return 0 if content and code == 0 else 1
