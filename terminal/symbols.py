"""QR codes and bar codes as modules: which squares and bars are dark, and both as SVG.

Text in, "1" and "0" out, without the quiet zone: whoever draws adds it (four modules around a QR,
eleven before and seven after an EAN-13, ten on both sides of a Code 128).
"""

from functools import lru_cache
from html import escape
from itertools import groupby

QR_QUIET = 4
LONG = 300
CODE128_QUIET = 10


@lru_cache(maxsize=64)
def qr_rows(text: str) -> tuple[str, ...]:
    """The rows of a QR code; it still reads with a seventh of it damaged (level M). A long text
    has half of that (level L): it is for clean screens, and fewer modules read from farther away.
    """
    import segno

    matrix = segno.make_qr(text, error="m" if len(text) <= LONG else "l").matrix
    return tuple("".join("1" if module else "0" for module in row) for row in matrix)


@lru_cache(maxsize=64)
def code128_bars(text: str) -> str:
    """The bars of a Code 128."""
    from barcode.codex import Code128

    return str(Code128(text).build()[0])


@lru_cache(maxsize=64)
def ean13_bars(number: str) -> str:
    """The 95 bars of an EAN-13 whose check digit is right already."""
    from barcode.ean import EuropeanArticleNumber13

    return str(EuropeanArticleNumber13(number).build()[0])


def runs(modules: str) -> list[tuple[int, int]]:
    """Start and width of each dark stretch: drawn as one, no hairline shows between modules."""
    found, place = [], 0
    for dark, group in groupby(modules):
        width = len(list(group))
        if dark == "1":
            found.append((place, width))
        place += width
    return found


def qr_svg(text: str, name: str) -> str:
    """The QR code as inline SVG, dark on white in any theme; ``name`` is read out."""
    rows = qr_rows(text)
    side = len(rows) + 2 * QR_QUIET
    path = "".join(
        f"M{x + QR_QUIET} {y + QR_QUIET}h{width}v1h-{width}z"
        for y, row in enumerate(rows)
        for x, width in runs(row)
    )
    return _svg(side, side, path, name, "qr")


def bars_svg(bars: str, quiet: tuple[int, int], height: int, name: str) -> str:
    """Bars as inline SVG, ``height`` modules tall."""
    path = "".join(f"M{x + quiet[0]} 0h{width}v{height}h-{width}z" for x, width in runs(bars))
    return _svg(len(bars) + sum(quiet), height, path, name, "bars")


def _svg(width: int, height: int, path: str, name: str, kind: str) -> str:
    return (
        f'<svg class="{kind}" role="img" aria-label="{escape(name)}" viewBox="0 0 {width} {height}"'
        f' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{width}v{height}H0z"/>'
        f'<path fill="#000" d="{path}"/></svg>'
    )
