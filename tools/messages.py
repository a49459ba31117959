"""The texts of the product and their translations: ``terminal/locale``.

    python tools/messages.py update   read the code, write the template and every catalogue anew
    python tools/messages.py check    say what is missing, unsure or out of date; 1 if anything is

A text is what the code hands to ``Words.t`` or ``Words.n``, always written out there. ``update``
keeps translations, drops texts that are gone and never guesses. Files carry no dates and no line
numbers, so that they change only when a text does.
"""

import argparse
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "terminal" / "locale"
TEMPLATE = LOCALE / "terminal.pot"
ROOMS = ("terminal", "ui", "sync")
KEYWORDS = {"t": None, "n": (1, 2)}
PLURALS = {
    "el": "nplurals=2; plural=(n != 1);",
    "bg": "nplurals=2; plural=(n != 1);",
    "hu": "nplurals=1; plural=0;",
    "pl": "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "he": "nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);",
}
"""English is the source and needs none. Hebrew has a dual ("two days" is one word)."""

_NOISE = (
    b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Project-Id-Version', b'"Report-Msgid-Bugs-To',
    b'"Last-Translator', b'"Language-Team', b'"Generated-By',
)  # fmt: skip
_HEADER = "# Texts of the loyalty terminal: made by tools/messages.py.\n#"


def catalogue_path(language: str) -> Path:
    """Where a language's texts are kept."""
    return LOCALE / language / "LC_MESSAGES" / "terminal.po"


def extract() -> Catalog:
    """Every text in the code, in the order of files and texts."""
    made = Catalog(header_comment=_HEADER, fuzzy=False)
    for path, text in sorted(_texts(), key=str):
        made.add(text, locations=[(path, 0)])
    return made


def _texts() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for room in ROOMS:
        for name, _, text, _, _ in extract_from_dir(
            ROOT / room, [("**.py", "python")], keywords=KEYWORDS
        ):
            yield f"{room}/{name}", text
    for _, text, _, _ in extract_from_file("python", ROOT / "main.py", keywords=KEYWORDS):
        yield "main.py", text


def load(language: str) -> Catalog:
    """The catalogue of a language; an empty one where there is none yet."""
    path = catalogue_path(language)
    if not path.exists():
        return _with_plurals(Catalog(locale=language), language)
    with path.open("rb") as file:
        return read_po(file)


def _with_plurals(catalogue: Catalog, language: str) -> Catalog:
    header = f"Plural-Forms: {PLURALS[language]}"
    given = f'msgid ""\nmsgstr "Language: {language}\\n{header}\\n"\n'
    fresh = read_po(BytesIO(given.encode()), locale=language)
    for message in catalogue:
        if message.id:
            fresh[message.id] = message
    return fresh


def update() -> None:
    """Write the template, and merge it into every catalogue."""
    template = extract()
    _write(template, TEMPLATE)
    for language in PLURALS:
        catalogue = load(language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.header_comment = _HEADER
        catalogue.obsolete.clear()
        _write(catalogue, catalogue_path(language))


def _write(catalogue: Catalog, path: Path) -> None:
    content = BytesIO()
    write_po(content, catalogue, width=100, sort_by_file=True, include_lineno=False)
    lines = content.getvalue().splitlines(keepends=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(line for line in lines if not line.startswith(_NOISE)))


def problems() -> list[str]:
    """What keeps the texts from being complete, one line each."""
    wanted = {message.id for message in extract() if message.id}
    found = [] if _ids(TEMPLATE) == wanted else ["terminal.pot: out of date"]
    for language in PLURALS:
        catalogue = load(language)
        here = {message.id for message in catalogue if message.id}
        found += [f"{language}: not there: {text!r}" for text in sorted(wanted - here, key=str)]
        found += [f"{language}: gone: {text!r}" for text in sorted(here - wanted, key=str)]
        found += [
            f"{language}: {trouble}: {message.id!r}"
            for message in catalogue
            if message.id and (trouble := _trouble(message))
        ]
    return found


def _ids(path: Path) -> set[object]:
    with path.open("rb") as file:
        return {message.id for message in read_po(file) if message.id}


def _trouble(message: Message) -> str:
    said = message.string if isinstance(message.string, tuple) else (message.string,)
    if not all(said):
        return "not translated"
    return "unsure" if message.fuzzy else ""


def main() -> int:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description="Texts and translations.")
    parser.add_argument("what", choices=("update", "check"))
    if parser.parse_args().what == "update":
        update()
    found = problems()
    print("\n".join(found) or "Every text is there in every language.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
