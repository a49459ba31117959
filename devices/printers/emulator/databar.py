"""GS1 DataBar Omnidirectional and Truncated: an article number in 96 modules (ISO/IEC 24724).

Pure. Thirteen digits become four characters of eight elements each; a check value modulo 79 chooses
the two finder patterns between them.
"""

MODULES = 96
_ODD_FIRST = (
    # of values from, divided by, modules and widest element of odd places, the same of even ones
    (0, 1, 12, 8, 4, 1),
    (161, 10, 10, 6, 6, 3),
    (961, 34, 8, 4, 8, 5),
    (2015, 70, 6, 3, 10, 6),
    (2715, 126, 4, 1, 12, 8),
)
"""The two outer characters: 16 modules."""
_EVEN_FIRST = (
    (0, 4, 5, 2, 10, 7),
    (336, 20, 7, 4, 8, 5),
    (1036, 48, 9, 6, 6, 3),
    (1516, 81, 11, 8, 4, 1),
)
"""The two inner ones: 15 modules."""
_FINDERS = (
    (3, 8, 2, 1, 1), (3, 5, 5, 1, 1), (3, 3, 7, 1, 1), (3, 1, 9, 1, 1), (2, 7, 4, 1, 1),
    (2, 5, 6, 1, 1), (2, 3, 8, 1, 1), (1, 5, 7, 1, 1), (1, 3, 9, 1, 1),
)  # fmt: skip
_OUTER, _INNER = 4537077, 1597


def databar_modules(digits: str) -> str:
    """The modules of a thirteen-digit article number (without check digit), '1' for bars."""
    left, right = divmod(int(digits), _OUTER)
    values = (*divmod(left, _INNER), *divmod(right, _INNER))
    one, two, three, four = (_character(value, place % 2) for place, value in enumerate(values))
    check = _check_value((one, two, three, four))
    first, last = _FINDERS[check // 9], _FINDERS[check % 9]
    widths = (1, 1, *one, *first, *two[::-1], *four, *last[::-1], *three[::-1], 1, 1)
    return "".join("01"[place % 2] * width for place, width in enumerate(widths))


def _check_value(characters: tuple[tuple[int, ...], ...]) -> int:
    widths = [width for character in characters for width in character]
    total = sum(width * pow(3, place, 79) for place, width in enumerate(widths)) % 79
    total += total >= 8
    return total + (total >= 72)


def _character(value: int, inner: int) -> tuple[int, ...]:
    """The widths of eight elements, odd and even ones in turn."""
    groups = _EVEN_FIRST if inner else _ODD_FIRST
    start, by, odd, widest_odd, even, widest_even = next(
        group for group in reversed(groups) if value >= group[0]
    )
    quotient, rest = divmod(value - start, by)
    odd_value, even_value = (rest, quotient) if inner else (quotient, rest)
    odds = _widths(odd_value, odd, widest_odd, narrow=bool(inner))
    evens = _widths(even_value, even, widest_even, narrow=not inner)
    return tuple(width for pair in zip(odds, evens, strict=True) for width in pair)


def _widths(value: int, modules: int, widest: int, *, narrow: bool) -> list[int]:
    """The `value`-th way to make four elements of so many modules, none wider than `widest`.

    `narrow`: not one in which no element is one module wide counts.
    """
    widths: list[int] = []
    for _ in range(3):
        width = 1
        while value >= (ways := _ways_after([*widths, width], modules - width, widest, narrow)):
            value -= ways
            width += 1
        widths.append(width)
        modules -= width
    return [*widths, modules]


def _ways_after(begun: list[int], modules: int, widest: int, narrow: bool) -> int:
    """In how many ways the elements that follow can share the modules that are left."""
    elements = 4 - len(begun)
    ways = _shared(modules, elements, widest, 1)
    return ways - _shared(modules, elements, widest, 2) if narrow and 1 not in begun else ways


def _shared(modules: int, elements: int, widest: int, least: int) -> int:
    if elements == 1:
        return int(least <= modules <= widest)
    return sum(
        _shared(modules - width, elements - 1, widest, least) for width in range(least, widest + 1)
    )
