"""The set-up says the one command that helps, sees displays that answer, and does nothing twice."""

from __future__ import annotations

import importlib.util
import itertools
import logging
import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

from bootstrap import machine, steps, suite, venv


def missing(package: str) -> machine.Need:
    return machine.Need(f"what {package} brings", package, lambda: False)


def test_a_person_who_may_not_install_is_told_the_one_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", {"apt-get": "/usr/bin/apt-get"}.get)
    met = machine.Need("there", "not-asked-for", lambda: True)
    with pytest.raises(steps.SetupError) as refusal:
        machine.satisfy([missing("libb1"), met, missing("liba1"), missing("libb1")])
    assert (
        'sudo sh -c "apt-get update && apt-get install -y --no-install-recommends liba1 libb1"'
        in str(refusal.value)
    )


def test_another_system_is_told_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(steps.SetupError, match="what libx brings"):
        machine.satisfy([missing("libx")])


def test_what_is_there_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", None)
    machine.satisfy([machine.Need("there", "package", lambda: True)])


def test_a_library_is_found_by_opening_it() -> None:
    assert machine.can_open("libc.so.6")
    assert not machine.can_open("libnothing-of-the-kind.so.1")


@pytest.mark.parametrize("display", [None, "", "nonsense", ":9731", "127.0.0.1:"])
def test_a_display_that_nobody_serves_is_none(display: str | None) -> None:
    assert not machine.x11_answers(display)


def test_a_served_display_answers() -> None:
    with socket.socket() as server:
        for number in range(40, 60):
            try:
                server.bind(("127.0.0.1", 6000 + number))
            except OSError:
                continue
            break
        server.listen()
        assert machine.x11_answers(f"127.0.0.1:{number}.0")


def test_compiled_modules_are_kept_even_where_the_environment_forbids_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in steps.environment()


def test_a_stamp_changes_with_what_it_was_made_from(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("ab")
    two.write_text("c")
    before = steps.digest(one, two)
    one.write_text("a")
    two.write_text("bc")
    assert steps.digest(one, two) != before
    assert steps.read_stamp(tmp_path / "never") == ""


def test_a_failed_step_shows_what_was_said() -> None:
    with pytest.raises(steps.SetupError, match=r"(?s)the cause.*Cooking failed \(exit code 3\)"):
        steps.run(["sh", "-c", "echo the cause; exit 3"], "Cooking")


def test_an_environment_is_current_only_for_its_lock_and_python(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lock = tmp_path / "run.txt"
    lock.write_text("one==1\n")
    monkeypatch.setattr(venv, "VENV", tmp_path)
    monkeypatch.setattr(venv, "VENV_PYTHON", Path(os.sys.executable))
    monkeypatch.setattr(venv, "LOCKS", {"run": lock})
    assert not venv._is_current("run")
    (tmp_path / ".installed-run").write_text(venv._wanted("run"))
    assert venv._is_current("run")
    lock.write_text("one==2\n")
    assert not venv._is_current("run")


def test_a_check_that_fails_is_told_with_its_output(capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = suite.Result("good", True, "noise"), suite.Result("bad", False, "line 7 is wrong")
    assert suite.tell([good])
    assert not suite.tell([good, bad])
    said = capsys.readouterr().out
    assert "line 7 is wrong" in said
    assert "noise" not in said


@pytest.mark.parametrize(
    ("line", "closes"),
    [
        ("===== 3 passed, 1 warning in 0.42s =====", True),
        ("== 1 failed, 240 passed, 2 errors in 75.10s (0:01:15) ==", True),
        ("==================== FAILURES ====================", False),
        ("tests/house/test_rules.py ......", False),
    ],
)
def test_pytests_closing_line_is_known(line: str, closes: bool) -> None:
    assert bool(suite.CLOSING.match(line)) is closes


pytest_plugins = ["pytester"]

OUR_OPTIONS = (steps.ROOT / "pyproject.toml").read_text("utf-8").split("[tool.ruff]")[0]

NOISY = """
import logging
def test_quiet(): logging.getLogger("x").info("fine")
def test_noisy(): logging.getLogger("x").warning("the printer burns")
def test_expects(caplog): logging.getLogger("x").error("asked for")
"""


def test_a_stray_warning_fails_its_test(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(steps.ROOT))
    pytester.makeconftest("from tests.stray_log import stray_log")
    pytester.makepyfile(NOISY)
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["*WARNING x: the printer burns*"])


def test_a_warning_of_qt_fails_its_test(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml(OUR_OPTIONS.replace('testpaths = ["tests"]', ""))
    pytester.makepyfile(
        "from PySide6.QtCore import qWarning\n"
        "def test_quiet(qtbot): pass\n"
        "def test_noisy(qtbot): qWarning(b'a timer in the wrong thread')\n"
    )
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*a timer in the wrong thread*"])


def test_tests_talk_to_this_machine_only() -> None:
    documentation_only = "192.0.2.1"
    with pytest.raises((SocketConnectBlockedError, UserWarning), match=documentation_only):
        socket.create_connection((documentation_only, 80), timeout=1)


def test_packages_are_compiled() -> None:
    assert Path(
        importlib.util.cache_from_source(importlib.util.find_spec("sqlalchemy").origin)
    ).exists()


def test_this_run_listens_to_its_log() -> None:
    assert any(type(handler).__name__ == "_Heard" for handler in logging.getLogger().handlers)


def test_several_runs_end_in_one_closing_line() -> None:
    lines = [
        "=== 2 failed, 12 passed, 1 skipped, 1 error in 3.45s ===",
        "===== 30 passed, 2 warnings, 3 errors in 99.05s (0:01:39) =====",
    ]
    made = suite.closing_line(lines, 99.5)
    assert (
        made == "=== 2 failed, 42 passed, 1 skipped, 2 warnings, 4 errors in 99.50s (0:01:39) ==="
    )
    assert suite.CLOSING.match(suite.closing_line(["=== 1 passed in 0.10s ==="], 0.1))
    assert (
        suite.closing_line(["=== 1 passed in 0.10s ===", ""], 0.1)
        == "=== no tests ran in 0.10s ==="
    )


def test_every_folder_of_tests_is_in_one_group_only() -> None:
    folders = {f"tests/{path.parent.name}" for path in (steps.ROOT / "tests").glob("*/__init__.py")}
    assert sorted(itertools.chain.from_iterable(suite.shards())) == sorted(folders)
