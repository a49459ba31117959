"""Run the adapter's contract on a real Medusa shop: `python -m tests.adapters.medusa.real`.

It installs Medusa into `build/medusa` (some 680 MB, once), starts it on a private PostgreSQL on
127.0.0.1, and ends both afterwards. Words after it go to pytest; `--serve` only keeps the shop
running, until a line is read. See docs/medusa-run.md.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from bootstrap import node
from bootstrap.steps import BUILD, VENV_PYTHON, alone, digest, read_stamp, run, say, step
from tests.databases import Postgres

HERE = Path(__file__).parent / "shop"
PLACE = BUILD / "medusa"
EMAIL = "admin@example.com"
PASSWORD = "supersecret"  # noqa: S105 (of a shop that lives for minutes)
_LONGEST_START = 120.0


def install(tools: node.Node) -> None:
    """The packages, once for each wish for them."""
    wanted = digest(HERE / "package.json", HERE / "medusa-config.js")
    with alone():
        if read_stamp(PLACE / ".installed") == wanted:
            return
        PLACE.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "medusa-config.js"):
            shutil.copy(HERE / name, PLACE / name)
        with step("Medusa's npm packages"):
            run(
                [tools.npm, "install", "--no-audit", "--no-fund"],
                "npm install of Medusa",
                cwd=PLACE,
                env=tools.environment(),
            )
        (PLACE / ".installed").write_text(wanted, "utf-8")


@contextlib.contextmanager
def shop() -> Iterator[str]:
    """A shop that answers; its address."""
    tools = node.prepare()
    install(tools)
    with Postgres() as server:
        port = _free_port()
        env = {
            **tools.environment(),
            "DATABASE_URL": server.create("medusa"),
            "MEDUSA_SECRET": secrets.token_hex(24),
            "MEDUSA_DISABLE_TELEMETRY": "true",
            "NODE_ENV": "production",
        }
        medusa = [tools.program, PLACE / "node_modules" / ".bin" / "medusa"]
        with step("the shop's tables"):
            run([*medusa, "db:migrate", "--execute-safe-links"], "migrating", cwd=PLACE, env=env)
        with step("its owner"):
            run([*medusa, "user", "-e", EMAIL, "-p", PASSWORD], "the owner", cwd=PLACE, env=env)
        with (PLACE / "log").open("w") as log:
            running = subprocess.Popen(
                [*medusa, "start", "-H", "127.0.0.1", "-p", str(port)],
                cwd=PLACE, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
            try:
                url = f"http://127.0.0.1:{port}"
                _wait_for(url, running)
                yield url
            finally:
                os.killpg(running.pid, signal.SIGTERM)
                running.wait(30)


def _wait_for(url: str, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _LONGEST_START
    while time.monotonic() < until and running.poll() is None:
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"{url}/health", timeout=2).ok:
                return
        time.sleep(0.5)
    raise RuntimeError(f"Medusa did not start; see {PLACE / 'log'}")


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def main(words: list[str]) -> int:
    """Serve, or run the contract; pytest's exit code."""
    with shop() as url:
        say(f"Medusa answers at {url}")
        if words == ["--serve"]:
            sys.stdin.readline()
            return 0
        env = {**os.environ, "MEDUSA_URL": url, "MEDUSA_EMAIL": EMAIL, "MEDUSA_PASSWORD": PASSWORD}
        tests = str(Path(__file__).with_name("test_real.py"))
        return subprocess.run([VENV_PYTHON, "-m", "pytest", tests, *words], env=env).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
