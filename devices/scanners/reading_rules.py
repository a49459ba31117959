"""What a shop's readers and cards look like, as far as reading a frame depends on it. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from devices.scanners.base import Reason, Symbology


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """What this shop's reader and cards look like.

    `own_prefix` is the first digits of the chain's EAN-13 cards: a shorter valid code that starts
    with them is a torn card. `own_lengths` are digit counts the chain uses for numbers without an
    EAN check digit, accepted bare and as interleaved 2 of 5. `code_ids` names the maker's letters,
    if the reader sends them. `upc_e`: the reader sends UPC-E as eight digits, not expanded.
    """

    own_prefix: str = ""
    own_lengths: frozenset[int] = frozenset()
    code_ids: Mapping[str, Symbology] = field(default_factory=dict)
    upc_e: bool = False
    min_length: int = 4
    max_length: int = 64
    max_matrix_length: int = 512


class Code(NamedTuple):
    """A code in its one normal form; `ai` as in `Scan`."""

    text: str
    symbology: Symbology
    ai: str = ""


Found = Code | Reason
