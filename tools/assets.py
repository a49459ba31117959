"""Make the bundled fonts and icons from the packages that publish them.

    npm pack (IBM Plex Sans, IBM Plex Sans Hebrew, Phosphor's licence) + qtawesome (Phosphor's font)
        -> ui/theme/fonts/*.ttf, ui/theme/icons/phosphor.ttf, ui/theme/icons/icons.json, licences

The outlines are untouched: a Plex file is only unpacked from WOFF to TTF ("Plex" is a reserved
font name, so a changed one could not be called Plex). Running this twice gives the same bytes.
The product never runs it; it needs the `assets` dependency group and npm.
"""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "ui" / "theme" / "fonts"
ICONS = ROOT / "ui" / "theme" / "icons"

PLEX = {
    "@ibm/plex-sans@1.1.0": "IBMPlexSans",
    "@ibm/plex-sans-hebrew@1.1.0": "IBMPlexSansHebrew",
}
WEIGHTS = ("Regular", "Medium", "SemiBold")
PHOSPHOR_FONT = "qtawesome/fonts/phosphor-1.3.0.ttf"
PHOSPHOR_NAMES = "qtawesome/fonts/phosphor-charmap-1.3.0.json"
PHOSPHOR_LICENCE = "phosphor-icons@1.4.2"
STYLES = {"ph": "", "ph-fill": "-fill", "ph-bold": "-bold"}

# What a till can need: one name a line. A line more there and a run of this file is a new icon.
ICON_NAMES = ROOT / "tools" / "icons.txt"


def unpacked(package: str, into: Path) -> Path:
    """Folder of an npm package, fetched by npm itself and unpacked under `into`."""
    answer = subprocess.run(
        ["npm", "pack", "--json", "--silent", package],
        cwd=into,
        check=True,
        capture_output=True,
        text=True,
    )
    described = json.loads(answer.stdout)
    first = described[0] if isinstance(described, list) else next(iter(described.values()))
    name: str = first["filename"]
    folder = into / name.removesuffix(".tgz")
    with tarfile.open(into / name) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def make_plex(work: Path) -> None:
    """The six Plex files as TTF, and one licence text for both families."""
    for package, family in PLEX.items():
        folder = unpacked(package, work)
        for weight in WEIGHTS:
            name = f"{family}-{weight}"
            # recalcTimestamp would make every run differ.
            font = TTFont(folder / f"fonts/complete/woff/{name}.woff", recalcTimestamp=False)
            font.flavor = None
            font.save(FONTS / f"{name}.ttf")
        text = (folder / "LICENSE.txt").read_text("utf-8")
        (FONTS / f"{family}-LICENSE.txt").write_text(text.replace("\r\n", "\n"), "utf-8")


def from_qtawesome(path: str) -> Path:
    """A file of the installed qtawesome package, found without importing it (it imports Qt)."""
    return Path(str(importlib.metadata.distribution("qtawesome").locate_file(path)))


def make_icons(work: Path) -> list[str]:
    """The Phosphor font, its licence and the frozen map of names; answers the names not in it."""
    shutil.copyfile(from_qtawesome(PHOSPHOR_FONT), ICONS / "phosphor.ttf")
    licence = unpacked(PHOSPHOR_LICENCE, work) / "LICENSE"
    (ICONS / "phosphor-LICENSE.txt").write_text(licence.read_text("utf-8"), "utf-8")
    wanted = sorted(ICON_NAMES.read_text("utf-8").split())
    codes: dict[str, str] = json.loads(from_qtawesome(PHOSPHOR_NAMES).read_text("utf-8"))
    frozen = {
        style: {name: int(codes[name + end], 16) for name in wanted if name + end in codes}
        for style, end in STYLES.items()
    }
    text = json.dumps(frozen, indent=1, ensure_ascii=True) + "\n"
    (ICONS / "icons.json").write_text(text, "utf-8")
    return [name for name in wanted if name not in frozen["ph"]]


def main() -> int:
    """Make everything; exit code 1 when a wanted icon is not in the font."""
    FONTS.mkdir(parents=True, exist_ok=True)
    ICONS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        make_plex(Path(folder))
        missing = make_icons(Path(folder))
    for name in missing:
        print(f"not in Phosphor 1.3: {name}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
