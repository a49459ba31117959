"""What a person can ask for: run the demo shop, run the tests, run the checks, only set up."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from bootstrap import machine, node, shopify, suite, texts, venv
from bootstrap.steps import ROOT, alone, environment, say

TOUR = ROOT / "out" / "tour"


def set_up_to_run() -> Path:
    """Everything the till needs on this machine; its interpreter."""
    x11 = machine.has_display() and not machine.wayland_answers()
    with alone():
        machine.satisfy(machine.needs_of_python() + machine.needs_of_product(x11=x11))
        python = venv.prepare("run")
        texts.prepare(python)
        return python


def set_up_to_test() -> Path:
    """Everything the tests need on this machine; the interpreter they run on."""
    needs = (
        machine.needs_of_python() + machine.needs_of_product(x11=True) + machine.needs_of_tests()
    )
    with alone():
        machine.satisfy(needs)
        python = venv.prepare("dev")
        texts.prepare(python)
    node.prepare(node.STORE, node.JUDGES)
    shopify.prepare()
    return python


def run(arguments: list[str]) -> int:
    """The demo shop in a window; where nobody could see one, its tour as pictures."""
    python = set_up_to_run()
    if machine.has_display():
        return _product(python, "run", "--demo", *arguments)
    say("No display here: taking the tour offscreen instead.")
    code = _product(python, "tour", "--out", str(TOUR), *arguments, QT_QPA_PLATFORM="offscreen")
    if code == 0:
        say(f"The pictures of the tour are in {TOUR.relative_to(ROOT)}")
    return code


def _product(python: Path, *words: str, **more: str) -> int:
    return subprocess.run([python, "main.py", *words], cwd=ROOT, env=environment(**more)).returncode


def test(arguments: list[str]) -> int:
    """Checks and tests; arguments go to pytest."""
    set_up_to_test()
    return suite.run_all(arguments)


def check(_: list[str]) -> int:
    """Only the checks."""
    with alone():
        machine.satisfy(machine.needs_of_python())
        venv.prepare("dev")
    return 0 if suite.tell(suite.run_checks()) else 1


def set_up(_: list[str]) -> int:
    """Only the set-up for tests, for people who then call pytest themselves."""
    say(f"Ready: {set_up_to_test().relative_to(ROOT)}")
    return 0


GOALS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "test": test,
    "check": check,
    "set-up": set_up,
}
