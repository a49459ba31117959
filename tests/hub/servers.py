"""A PostgreSQL server as a chain would set it up: TLS, passwords, and it can be stopped.

The shared one of the tests (`postgres`) trusts everybody; this one asks for a password over TLS,
knows nobody without, and keeps its data over a stop and a start.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from bootstrap import machine
from sync.hub import owning
from tests.databases import USER, PostgresMissingError, _become, _free_port
from tests.hub.certificates import Papers, make
from tests.hub.world import PostgresWorld

NAME = "hub.test"
OWNER = "hub_owner"
OWNER_PASSWORD = "owner-of-the-tests-own-hub"  # noqa: S105  # of a server on loopback
HBA = (
    "local all all trust\nlocal replication all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n"
)

# Stops the server at the word "stop"; takes its folder away as well when its standard input closes,
# which happens even when the test run is killed.
KEEPER = """
programs=$1 folder=$2 port=$3
shift 3
"$programs/postgres" -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 \\
    -c unix_socket_directories="$folder" "$@" >>"$folder/log" 2>&1 &
server=$!
until "$programs/pg_isready" -q -h "$folder" -p "$port"; do
    kill -0 $server || exit 1
    sleep 0.05
done
echo ready
read -r word
kill -INT $server
wait $server
[ "$word" = stop ] || rm -rf "$folder"
"""
CARELESS = ("-c", "fsync=off", "-c", "full_page_writes=off")


class HubServer:
    """The server as a context manager. ``options``: words for ``postgres``."""

    def __init__(self, *options: str, tls: bool = True) -> None:
        programs = machine.postgres_programs()
        if programs is None:
            raise PostgresMissingError("initdb was not found: make set-up")
        self._programs = programs
        self._options = options or CARELESS
        self._tls = tls
        self.folder = Path(tempfile.mkdtemp(prefix="till-hub-"))
        self._keeper: subprocess.Popen[str] | None = None
        self.port = 0
        self.papers: Papers = make(self.folder)

    @classmethod
    def standby_of(cls, primary: HubServer) -> HubServer:
        """A copy that follows, to be read, and to take over when told; not started yet."""
        made = cls()
        made._own_up()
        made.run(
            "pg_basebackup", "-h", str(primary.folder), "-p", str(primary.port), "-U", USER, "-R",
            "-c", "fast", "--no-sync", "-D", made.folder / "data",
        )  # fmt: skip
        return made

    def _own_up(self) -> None:
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.iterdir()):
                shutil.chown(path, USER)

    def __enter__(self) -> Self:
        if (self.folder / "data").exists():
            self.start()
            return self
        self._own_up()
        self.run(
            "initdb",
            "--no-sync",
            "-D",
            self.folder / "data",
            "-A",
            "trust",
            "-U",
            USER,
            "-E",
            "UTF8",
        )
        (self.folder / "data" / "pg_hba.conf").write_text(HBA, "utf-8")
        self.start()
        made = f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{OWNER_PASSWORD}'"
        self.sql("postgres", made)
        return self

    def __exit__(self, *_: object) -> None:
        if self._keeper is not None:
            self._keeper.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Serve, on the same port each time, with the same data."""
        self.port = self.port or _free_port()  # not before: somebody else may take it meanwhile
        tls = (
            "-c", "ssl=on", "-c", f"ssl_cert_file={self.papers.certificate}",
            "-c", f"ssl_key_file={self.papers.key}",
        )  # fmt: skip
        self._keeper = subprocess.Popen(
            [
                *_become(), "sh", "-c", KEEPER, "sh", self._programs, self.folder, str(self.port),
                *(tls if self._tls else ()), *self._options,
            ],
            cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        if self._keeper.stdout.readline() != "ready\n":  # type: ignore[union-attr]  # it is a pipe
            raise RuntimeError(f"PostgreSQL did not start:\n{self._said()}")

    def stop(self) -> None:
        """Break every connection off and serve no more."""
        assert self._keeper is not None
        self._keeper.communicate("stop\n")
        self._keeper = None

    def create(self, database: str) -> str:
        """Make an empty database that the hub's owner owns; the owner's address of it."""
        self.sql("postgres", f"CREATE DATABASE {database} OWNER {OWNER}")
        return self.owner_url(database)

    def hub(self, database: str, folder: Path) -> PostgresWorld:
        """A hub as in real life: TLS, passwords, known by a name. ``folder`` is for its tills."""
        url = self.create(database)
        where = f"{NAME}:{self.port}/{database}"
        assert owning.create_hub(url, address=where, ca=self.papers.ca)[0] == 0
        return PostgresWorld(url, folder, hostaddr="127.0.0.1")

    def owner_url(self, database: str) -> str:
        """The owner's address of a database: a role that may make roles, and no more."""
        where = f"127.0.0.1:{self.port}/{database}"
        trust = f"sslmode=verify-full&sslrootcert={self.papers.ca}"
        return f"postgresql://{OWNER}:{OWNER_PASSWORD}@{where}?{trust}"

    def sql(self, database: str, statement: str) -> str:
        """What a statement answers, asked by the server's own administrator."""
        return self.run(
            "psql", "-Atq", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-p", str(self.port),
            "-U", USER, database, "-c", statement,
        )  # fmt: skip

    def run(self, program: str, *words: str | Path) -> str:
        """One of PostgreSQL's own programs."""
        done = subprocess.run(
            [*_become(), self._programs / program, *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stdout}{self._said()}")
        return done.stdout

    def _said(self) -> str:
        log = self.folder / "log"
        return log.read_text("utf-8") if log.exists() else ""
