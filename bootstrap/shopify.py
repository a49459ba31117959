"""Shopify's own description of its Admin API, against which tests hold every document of ours.

Shopify ships it inside an npm package of its own; the package is taken as a file, checked against
its digest, and never installed. One file of it stays in `build/shopify`.
"""

from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path

from bootstrap import node
from bootstrap.steps import BUILD, ROOT, SetupError, alone, run, step

PACKAGE = "@shopify/dev-mcp"
VERSION = "1.16.0"
SHA256 = "4663c79229028e98f825a09d5f04ec6c3736331b740ce50260f9ffac10709474"
SCHEMA = "admin_2026-10.json.gz"
PLACE = BUILD / "shopify"


def prepare() -> Path:
    """The description as a file, fetched if it is not there yet. Raises SetupError."""
    kept = PLACE / VERSION / SCHEMA
    if kept.exists():
        return kept
    tools = node.prepare()
    with alone():
        if not kept.exists():
            with step(f"{SCHEMA} out of {PACKAGE} {VERSION}"):
                _fetch(tools, kept)
    return kept


def _fetch(tools: node.Node, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    run(
        [
            tools.npm, "pack", f"{PACKAGE}@{VERSION}", "--silent", "--ignore-scripts",
            "--pack-destination", kept.parent,
        ],
        f"npm pack {PACKAGE}@{VERSION}",
        cwd=kept.parent,
        env=tools.environment(),
    )  # fmt: skip
    packed = kept.parent / f"shopify-dev-mcp-{VERSION}.tgz"
    if hashlib.sha256(packed.read_bytes()).hexdigest() != SHA256:
        raise SetupError(f"{packed.relative_to(ROOT)} is not the file that is expected; remove it.")
    with tarfile.open(packed) as archive:
        inside = archive.extractfile(f"package/dist/data/{SCHEMA}")
        if inside is None:
            raise SetupError(f"{packed.relative_to(ROOT)} does not hold {SCHEMA}.")
        half = kept.with_suffix(".part")
        half.write_bytes(inside.read())
    half.replace(kept)
    packed.unlink()
