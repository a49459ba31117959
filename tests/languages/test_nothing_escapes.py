"""Nothing that people read escapes the catalogues."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.languages.reading import CALLS, call_name, code_files

SILENT = {
    "debug", "info", "warning", "error", "exception", "critical", "invokeMethod",
}  # fmt: skip
"""What goes to the log, not to the screen."""

UNREAD = ("ui/demo.py", "ui/views/gallery")
"""What the demo orders of its printer, and the makers' own sheet of components."""

KNOWN = {
    "sign in", "link search", "office search", "member page", "sync page",  # of work
    "Changed mind", "Wrong item",  # as stored; ``return_reason`` says them
    "online store",  # a key of the message that is told
    "something nobody foresaw",  # to the log
    "IBM Plex Sans", "IBM Plex Sans Hebrew", "Noto Sans", "DejaVu Sans",
    "Loyalty terminal", "Google Wallet",  # names of products
}  # fmt: skip


def test_texts_are_written_out_where_they_are_said():
    """A text in a variable would never be found by who translates."""
    hidden = [
        f"{path}:{node.lineno}"
        for path, tree in code_files()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and call_name(node) in CALLS and not _written_out(node)
    ]
    assert hidden == []


def _written_out(call: ast.Call) -> bool:
    count = 1 if call_name(call) == "t" else 2
    texts = call.args[:count]
    return len(texts) == count and all(
        isinstance(text, ast.Constant) and isinstance(text.value, str) for text in texts
    )


def test_no_view_holds_english_words_of_its_own():
    found = [
        f"{path}:{node.lineno}: {node.value!r}"
        for path, tree in code_files()
        if path.startswith("ui/") and not path.startswith(UNREAD)
        for node in _constants(tree)
        if _reads_as_words(node.value) and node.value not in KNOWN
    ]
    assert found == []


def _reads_as_words(text: str) -> bool:
    return bool(re.search(r"[A-Za-z’']{2,} [A-Za-z’']{2,}", text))


def _constants(tree: ast.Module) -> Iterator[ast.Constant]:
    """Texts in the code but for docstrings, catalogue texts, exceptions and the log."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) or _is_said_elsewhere(node) or _is_bare(node):
            skipped |= {id(part) for part in ast.walk(node)}
    for node in ast.walk(tree):
        kept = id(node) not in skipped
        if kept and isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node


def _is_said_elsewhere(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and call_name(node) in {*CALLS, *SILENT}


def _is_bare(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
