"""Keys of online stores as people paste them: with quotes, line ends, labels and each other.

Pure. What a kind's key looks like is known well enough to find it in what surrounds it; a password
is only freed of what nobody types on purpose at its ends.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final, Literal

How = Literal["key", "login"]
"""Whether a till is let in by a key alone (or a pair of keys), or by a user and a password."""

WAYS: Final[dict[str, tuple[How, ...]]] = {
    "woocommerce": ("key",),
    "vendure": ("login", "key"),
    "shopify": ("key",),
    "medusa": ("key", "login"),
}
_TWO: Final = frozenset({"woocommerce"})
_SHAPES: Final[dict[str, re.Pattern[str]]] = {
    "vendure": re.compile(r"[0-9a-f]{8,}:[0-9a-f]{16,}", re.IGNORECASE),
    "shopify": re.compile(r"shp[a-z]{2}_[0-9a-zA-Z]{16,}"),
    "medusa": re.compile(r"sk_[0-9a-zA-Z]{16,}"),
}
_CONSUMER: Final = re.compile(r"ck_[0-9a-f]{16,}", re.IGNORECASE)
_SECRET: Final = re.compile(r"cs_[0-9a-f]{16,}", re.IGNORECASE)
_QUOTES: Final = "\"'`“”„‚‘’«»<>[]"


@dataclass(frozen=True, slots=True)
class Key:
    """``name`` is a user or the public part of a pair; both empty: nothing was given."""

    name: str = ""
    secret: str = field(default="", repr=False)


def has_two(kind: str, how: How) -> bool:
    """Whether two fields are filled in: a pair of keys, or user and password."""
    return how == "login" or kind in _TWO


def bare(text: str) -> str:
    """What was typed, without what a copy brings along at its ends or unseen in it."""
    seen = "".join(sign for sign in text if unicodedata.category(sign) not in ("Cf", "Cc"))
    before = ""
    while seen != before:
        before, seen = seen, seen.strip().strip(_QUOTES)
    return seen


def cleaned(kind: str, how: How, name: str, secret: str) -> Key:
    """The key in what was pasted. WooCommerce's two are told apart, in whichever field they are."""
    if kind in _TWO:
        return _pair(f"{name} {secret}", Key(bare(name), bare(secret)))
    if how == "login":
        return Key(bare(name), bare(secret))
    found = _SHAPES[kind].search(bare(secret)) if kind in _SHAPES else None
    return Key("", found[0] if found else bare(secret))


def looks_right(kind: str, how: How, key: Key) -> bool:
    """Whether it has the shape that such keys have, so that a slip is told before it is sent."""
    if kind in _TWO:
        return bool(_CONSUMER.fullmatch(key.name) and _SECRET.fullmatch(key.secret))
    if how == "login":
        return bool(key.name and key.secret)
    shape = _SHAPES.get(kind)
    return bool(shape.fullmatch(key.secret)) if shape else bool(key.secret)


def _pair(text: str, otherwise: Key) -> Key:
    public, secret = _CONSUMER.search(text), _SECRET.search(text)
    return Key(public[0] if public else otherwise.name, secret[0] if secret else otherwise.secret)
