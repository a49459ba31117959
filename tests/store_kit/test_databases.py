"""The PostgreSQL server of the tests comes, serves and goes, even when its test run is killed."""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bootstrap.steps import ROOT, environment
from tests.databases import Postgres

KILLED = """
import os, signal
from tests.databases import Postgres
server = Postgres().__enter__()
print(server.port, server._folder, server._keeper.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_database_is_made_on_a_loopback_port(postgres: Postgres) -> None:
    url = postgres.create("made")
    assert re.fullmatch(r"postgres://postgres@127\.0\.0\.1:\d+/made", url)
    assert postgres.sql("made", "show fsync") == "off\n"
    with pytest.raises(RuntimeError, match="nonsense"):
        postgres.sql("made", "select nonsense")


def wait_for_end(process: int) -> None:
    """Wait for a process that is nobody's child any more."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return
    assert select.select([handle], [], [], 30)[0], "it did not end"
    os.close(handle)


def test_a_killed_test_run_leaves_no_server_behind() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        said = run.stdout.read()  # type: ignore[union-attr]  # it is a pipe
    port, folder, keeper = said.split()
    wait_for_end(int(keeper))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(port)))
    assert not Path(folder).exists()
