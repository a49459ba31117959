"""CODE128 with its three subsets and CODE93: the two barcodes whose data is a small language.

Parameters follow the printer's command: `{A`, `{B`, `{C` choose a subset, `{1`-`{4` are FNC1-4,
`{S` shifts one character, `{{` is a brace; in subset C one byte 0-99 stands for two digits. Errors
are ValueErrors.
"""

from __future__ import annotations

_START = {"A": 103, "B": 104, "C": 105}
_SWITCH = {"A": 101, "B": 100, "C": 99}
_FNC = {"1": 102, "2": 97, "3": 96}
_STOP = "1100011101011"

_CODE93 = [
    "100010100",
    "101001000",
    "101000100",
    "101000010",
    "100101000",
    "100100100",
    "100100010",
    "101010000",
    "100010010",
    "100001010",
    "110101000",
    "110100100",
    "110100010",
    "110010100",
    "110010010",
    "110001010",
    "101101000",
    "101100100",
    "101100010",
    "100110100",
    "100011010",
    "101011000",
    "101001100",
    "101000110",
    "100101100",
    "100010110",
    "110110100",
    "110110010",
    "110101100",
    "110100110",
    "110010110",
    "110011010",
    "101101100",
    "101100110",
    "100110110",
    "100111010",
    "100101110",
    "111010100",
    "111010010",
    "111001010",
    "101101110",
    "101110110",
    "110101110",
    "100100110",
    "111011010",
    "111010110",
    "100110010",
]
_CODE93_CHARS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
_CODE93_EDGE = "101011110"


def code128_bars(data: bytes) -> tuple[str, str]:
    """Modules and readable text of a CODE128."""
    from barcode.charsets import code128

    values, text = _Encoder().encode(data)
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    return "".join(code128.CODES[value] for value in [*values, check]) + _STOP, text


class _Encoder:
    """Walks through the data with the subset that is in force."""

    def __init__(self) -> None:
        self._subset = ""
        self._shift = ""
        self._values: list[int] = []
        self._text = ""

    def encode(self, data: bytes) -> tuple[list[int], str]:
        characters = iter(data.decode("latin-1"))
        for char in characters:
            if char == "{":
                self._order(next(characters, ""))
            else:
                self._character(char)
        if len(self._values) < 2:
            raise ValueError("no data")
        return self._values, self._text

    def _order(self, order: str) -> None:
        if order in _START and order:
            self._values.append(_SWITCH[order] if self._subset else _START[order])
            self._subset = order
        elif not self._subset:
            raise ValueError("no subset chosen")
        elif order == "{":
            self._character("{")
        elif order == "S" and self._subset in ("A", "B"):
            self._values.append(98)
            self._shift = {"A": "B", "B": "A"}[self._subset]
        else:
            self._values.append(self._function(order))

    def _function(self, order: str) -> int:
        if order == "4" and self._subset in ("A", "B"):
            return {"A": 101, "B": 100}[self._subset]
        if order not in _FNC or (self._subset == "C" and order != "1"):
            raise ValueError(f"no {{{order} in subset {self._subset}")
        return _FNC[order]

    def _character(self, char: str) -> None:
        subset, self._shift = self._shift or self._subset, ""
        if not subset:
            raise ValueError("no subset chosen")
        self._values.append(_value(subset, ord(char)))
        self._text += f"{ord(char):02d}" if subset == "C" else char if char >= " " else " "


def _value(subset: str, code: int) -> int:
    if subset == "A" and code < 96:
        return code - 32 if code >= 32 else code + 64
    if subset == "B" and 32 <= code < 128:
        return code - 32
    if subset == "C" and code < 100:
        return code
    raise ValueError(f"character {code} is not in subset {subset}")


def code93_bars(data: bytes) -> tuple[str, str]:
    """Modules and readable text of a CODE93, full ASCII."""
    values = [value for byte in data for value in _code93_values(byte)]
    if not values:
        raise ValueError("no data")
    for highest in (20, 15):
        total = sum(v * (place % highest + 1) for place, v in enumerate(reversed(values)))
        values.append(total % 47)
    text = "".join(chr(byte) if byte >= 32 else " " for byte in data)
    return _CODE93_EDGE + "".join(_CODE93[v] for v in values) + _CODE93_EDGE + "1", text


def _code93_values(byte: int) -> list[int]:
    """Characters outside the basic set are a shift (43-46) and a letter."""
    char = chr(byte)
    if char in _CODE93_CHARS:
        return [_CODE93_CHARS.index(char)]
    for shift, first, last, letter in _CODE93_SHIFTS:
        if first <= byte <= last:
            return [shift, _CODE93_CHARS.index(chr(ord(letter) + byte - first))]
    raise ValueError(f"character {byte} is not in CODE93")


_CODE93_SHIFTS = (
    (43, 1, 26, "A"),
    (44, 27, 31, "A"),
    (44, 59, 63, "F"),
    (44, 91, 95, "K"),
    (44, 96, 96, "W"),
    (44, 123, 127, "P"),
    (44, 0, 0, "U"),
    (44, 64, 64, "V"),
    (45, 33, 58, "A"),
    (46, 97, 122, "A"),
)
