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


# Ends the server and takes its folder away when its standard input closes, which happens even
# when the test run is killed.
KEEPER = """
programs=$1 folder=$2 port=$3
"$programs/postgres" -D "$folder/data" -p "$port" \\
    -c listen_addresses=127.0.0.1 -c unix_socket_directories="$folder" \\
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off >"$folder/log" 2>&1 &
server=$!
until "$programs/pg_isready" -q -h 127.0.0.1 -p "$port"; do
    kill -0 $server || exit 1
    sleep 0.05
done
echo ready
read -r _
kill -INT $server
wait $server
rm -rf "$folder"
"""


class Postgres:
    """The server as a context manager; `create(name)` answers the URL of a new database."""

    def __init__(self) -> None:
        programs = machine.postgres_programs()
        if programs is None:
            raise PostgresMissingError("initdb was not found: make set-up")
        self._programs = programs
        # Not in tmp_path: its parents are closed to the user that the server runs as.
        self._folder = Path(tempfile.mkdtemp(prefix="till-pg-"))
        self._keeper: subprocess.Popen[str] | None = None
        self.port = 0

    def __enter__(self) -> Self:
        if os.geteuid() == 0:
            shutil.chown(self._folder, USER)
        data = self._folder / "data"
        self._run("initdb", "--no-sync", "-D", data, "-A", "trust", "-U", USER, "-E", "UTF8")
        self.port = _free_port()
        self._keeper = subprocess.Popen(
            [*_become(), "sh", "-c", KEEPER, "sh", self._programs, self._folder, str(self.port)],
            cwd=self._folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self._keeper.stdout.readline() != "ready\n":  # type: ignore[union-attr]  # it is a pipe
            raise RuntimeError(f"PostgreSQL did not start:\n{self._said()}")
        return self

    def __exit__(self, *_: object) -> None:
        assert self._keeper is not None
        self._keeper.communicate()

    def url(self, database: str) -> str:
        """Address of a database of this server."""
        return f"postgres://{USER}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """Make an empty database; its address."""
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, database)
        return self.url(database)

    def sql(self, database: str, statement: str) -> str:
        """What a statement answers, for what no API can arrange, e.g. an order of last month."""
        return self._run(
            "psql", "-Atq", "-v", "ON_ERROR_STOP=1", self.url(database), "-c", statement
        )

    def _said(self) -> str:
        log = self._folder / "log"
        return log.read_text("utf-8") if log.exists() else ""

    def _run(self, program: str, *words: str | Path) -> str:
        done = subprocess.run(
            [*_become(), self._programs / program, *words],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stdout}{self._said()}")
        return done.stdout


def _become() -> list[str]:
    """The server refuses to run as root."""
    return ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
