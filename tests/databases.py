"""A PostgreSQL server of the tests' own: made, started and dropped with the test run.

It listens on a free loopback port, trusts everybody there, and forgets to sync: it is as quick as
it is careless, and nobody's data lives in it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from bootstrap import machine

USER = "postgres"


class PostgresMissingError(RuntimeError):
    """No PostgreSQL programs on this machine; `make test` installs them or says how."""


class Postgres:
    """The server as a context manager; `create(name)` answers the URL of a new database."""

    def __init__(self) -> None:
        programs = machine.postgres_programs()
        if programs is None:
            raise PostgresMissingError("initdb was not found: make set-up")
        self._programs = programs
        self.port = 0
        # Not in tmp_path: its parents are closed to the user that the server runs as.
        self._folder = Path(tempfile.mkdtemp(prefix="till-pg-"))
        self._data = self._folder / "data"

    def __enter__(self) -> Self:
        if os.geteuid() == 0:
            shutil.chown(self._folder, USER)
        self._run("initdb", "-D", self._data, "-A", "trust", "-U", USER, "-E", "UTF8")
        self.port = _free_port()
        self._run(
            *("pg_ctl", "-D", self._data, "-w", "-t", "60", "-l", self._folder / "log", "-o"),
            f"-p {self.port} -c listen_addresses=127.0.0.1"
            f" -c unix_socket_directories={self._folder}"
            " -c fsync=off -c synchronous_commit=off -c full_page_writes=off",
            "start",
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._folder)

    def url(self, database: str) -> str:
        """Address of a database of this server."""
        return f"postgres://{USER}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """Make an empty database; its address."""
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, database)
        return self.url(database)

    def _run(self, program: str, *words: str | Path) -> None:
        # The server refuses to run as root.
        become = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*become, self._programs / program, *words],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT if program != "pg_ctl" else subprocess.DEVNULL,
            text=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        if done.returncode:
            log = self._folder / "log"
            said = log.read_text("utf-8") if log.exists() else done.stdout
            raise RuntimeError(f"{program} failed:\n{said}")


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
