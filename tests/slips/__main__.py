"""Contact sheets: every slip of every country's own language at three widths."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.slips.every import HOME, PLACES, every
from tests.slips.sheets import PAPERS, press, side_by_side


def main() -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tests.slips", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--columns", type=int, choices=PAPERS, nargs="*", default=list(PAPERS))
    parser.add_argument("--all", action="store_true", help="every country in every language")
    parser.add_argument("--only", metavar="LANGUAGE", help="one language")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    places = [place for place in (PLACES if given.all else HOME) if given.only in (None, place[1])]
    with tempfile.TemporaryDirectory(prefix="slips-") as cache:
        for columns in given.columns:
            with press(columns, Path(cache)) as printer:
                for country, language in places:
                    pictures = [
                        (name, printer.sheet(slip).image())
                        for name, slip in every(country, language)
                    ]
                    file = given.out / f"{country}-{language}-{columns}.png"
                    side_by_side(pictures, 6).save(file)


if __name__ == "__main__":
    main()
