"""Strangers as judges: printer software that nobody in this project wrote.

`zbarimg` (Debian: zbar-tools) reads codes off pictures; `receiptio` prints and asks for status, and
`@point-of-sale/receipt-printer-encoder` makes jobs (npm, pinned in package-lock.json). A missing
judge fails in CI and skips elsewhere.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

HERE = Path(__file__).resolve().parent
PATIENCE_S = 100


def absent(what: str) -> NoReturn:
    """No judge, no verdict: that is a failure where it must be there."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}; CI must have it")
    pytest.skip(what)


def tool(name: str, package: str) -> str:
    """The path of a program."""
    return shutil.which(name) or absent(f"{name} is not installed (Debian package {package})")


@cache
def node_modules() -> Path:
    """The npm judges, installed once from the lock file; a lock keeps two test runs apart."""
    npm = tool("npm", "npm")
    installed = HERE / "node_modules" / ".package-lock.json"
    with (Path(tempfile.gettempdir()) / "loyalty-terminal-judges.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _up_to_date(installed):
            run = subprocess.run(
                [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                cwd=HERE,
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
            )
            if run.returncode:
                absent(f"npm ci in tests/judges failed: {run.stderr.strip()[-300:]}")
    return HERE / "node_modules"


def _up_to_date(installed: Path) -> bool:
    wanted = HERE / "package-lock.json"
    return installed.exists() and installed.stat().st_mtime >= wanted.stat().st_mtime


def read_codes(picture: Path) -> list[tuple[str, str]]:
    """What zbarimg reads off a picture: kind and data of every code, in no order."""
    zbarimg = tool("zbarimg", "zbar-tools")
    run = subprocess.run(
        [zbarimg, "--quiet", "--xml", "--nodbus", str(picture)],
        capture_output=True,
        timeout=PATIENCE_S,
    )
    xml = run.stdout.decode()
    found = re.findall(r"<symbol type='([^']+)'.*?<!\[CDATA\[(.*?)\]\]>", xml, re.DOTALL)
    return [(kind, data) for kind, data in found]


def ask_receiptio(host: str, *question: str) -> str:
    """What receiptio says about the printer at port 9100 of a host: one word."""
    run = subprocess.run(
        [tool("node", "nodejs"), _receiptio(), "-d", host, "-q", *question],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    return run.stderr.strip()


def print_with_receiptio(host: str, markdown: Path, *options: str) -> str:
    """Print a receipt in receiptio's markdown; returns its verdict ("success", "paperempty")."""
    run = subprocess.run(
        [tool("node", "nodejs"), _receiptio(), "-d", host, *options, str(markdown)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    return run.stderr.strip()


def encode_with_point_of_sale(options: dict[str, object], steps: list[list[object]]) -> bytes:
    """The bytes that @point-of-sale/receipt-printer-encoder makes of calls like ["text", "abc"]."""
    script = (
        "const {default: E} = await import('@point-of-sale/receipt-printer-encoder');"
        "const [o, s] = JSON.parse(process.argv[1]); let e = new E(o);"
        "for (const [name, ...args] of s) e = e[name](...args);"
        "process.stdout.write(Buffer.from(e.encode()).toString('hex'));"
    )
    node_modules()
    run = subprocess.run(
        [tool("node", "nodejs"), "--input-type=module", "-e", script, json.dumps([options, steps])],
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert run.returncode == 0, run.stderr
    return bytes.fromhex(run.stdout)


def _receiptio() -> str:
    return str(node_modules() / "receiptio" / "bin" / "cli.js")
