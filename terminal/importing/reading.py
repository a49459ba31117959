"""Opening a file as somebody's spreadsheet wrote it: encoding, delimiter, quoting, header, lines.

``look`` reads the whole file once before anything is booked, so that a file that can't be read to
its end is refused as a whole; ``records`` streams it. Line numbers are those of an editor.
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from terminal.importing.encodings import CHUNK, find_encoding
from terminal.importing.mapping import FileFormat
from terminal.importing.problems import ImportStopped

_DELIMITERS = (",", ";", "\t", "|")
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_LONGEST = 100
"""Lines that one row may span; more is a quotation mark that was never closed."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is written. ``rows`` come after the header, ``skip`` lines before it."""

    path: Path
    encoding: str
    delimiter: str
    quote: str
    header: tuple[str, ...]
    named: bool
    skip: int
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Record:
    """One row. ``torn``: its quotation marks make no sense, and there are no values."""

    line: int
    values: tuple[str, ...]
    torn: bool = False


def look(path: Path, wanted: FileFormat, country: str) -> Shape:
    """Find out how a file is written and read it to its end. Raises ImportStopped."""
    try:
        return _look(path, wanted, country)
    except OSError as error:
        raise ImportStopped(path=str(path), problem=f"it can't be read: {error}") from error


def _look(path: Path, wanted: FileFormat, country: str) -> Shape:
    digest = _digest(path)
    encoding = _python_name(wanted.encoding) or find_encoding(path, country)
    lines = _first_lines(path, encoding)
    skip = 1 if lines and lines[0].strip().lower().startswith("sep=") else 0
    delimiter = wanted.delimiter or _delimiter(lines, skip)
    quote = wanted.quote or _quote(lines, delimiter)
    first = next(_parsed(lines[skip:], delimiter, quote), [])
    names = [name.strip() for name in first]
    header = tuple(names if wanted.header else (str(n + 1) for n in range(len(names))))
    if not any(names):
        raise ImportStopped(path=str(path), problem="it is empty")
    shape = Shape(path, encoding, delimiter, quote, header, wanted.header, skip, 0, digest)
    return Shape(path, encoding, delimiter, quote, header, wanted.header, skip,
                 _count(shape), digest)  # fmt: skip


def records(shape: Shape) -> Iterator[Record]:
    """Every row after the header, empty lines left out."""
    with _open(shape.path, shape.encoding) as file:
        for record, _span in _rows(file, shape):
            yield record


def _count(shape: Shape) -> int:
    """How many rows there are. Raises ImportStopped for a quotation mark that is never closed."""
    rows = 0
    with _open(shape.path, shape.encoding) as file:
        for record, span in _rows(file, shape):
            rows += 1
            if span > _LONGEST:
                raise ImportStopped(
                    path=str(shape.path),
                    problem=f"line {record.line}: a quotation mark is opened and never closed",
                )
    return rows


def _rows(file: IO[str], shape: Shape) -> Iterator[tuple[Record, int]]:
    """Rows with the number of lines they span; one that is never closed spans without end."""
    for _line in range(shape.skip):
        file.readline()
    reader = csv.reader(file, delimiter=shape.delimiter, quotechar=shape.quote, strict=True)
    waiting = shape.named
    while True:
        line = reader.line_num + shape.skip + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            endless = "," not in str(error)  # the other complaint names the delimiter it expected
            yield Record(line, (), torn=True), _LONGEST + 1 if endless else 1
            continue
        if waiting and values:
            waiting = False
        elif any(value.strip() for value in values):
            yield Record(line, tuple(values)), reader.line_num + shape.skip + 1 - line


def _open(path: Path, encoding: str) -> IO[str]:
    # What can't be decoded becomes U+FFFD, and the row that holds it is refused by its line.
    return path.open(encoding=encoding, errors="replace", newline="")


def _digest(path: Path) -> str:
    made = hashlib.sha256()
    with path.open("rb") as file:
        if file.read(4) in _SPREADSHEETS:
            raise ImportStopped(
                path=str(path), problem="it is a spreadsheet, not text; save it as CSV first"
            )
        file.seek(0)
        while chunk := file.read(CHUNK):
            made.update(chunk)
    return made.hexdigest()


def _python_name(encoding: str) -> str:
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _first_lines(path: Path, encoding: str) -> list[str]:
    with _open(path, encoding) as file:
        return [line[:10_000] for line in islice(file, 50)]


def _parsed(lines: Sequence[str], delimiter: str, quote: str) -> Iterator[list[str]]:
    rows = csv.reader(lines, delimiter=delimiter, quotechar=quote)
    return (row for row in rows if any(value.strip() for value in row))


def _delimiter(lines: Sequence[str], skip: int) -> str:
    """The sign that cuts the first rows most evenly into more than one piece."""
    if skip and lines[0].strip()[4:] in _DELIMITERS:
        return lines[0].strip()[4:]

    def evenness(sign: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in islice(_parsed(lines[skip:], sign, '"'), 20))
        width, often = widths.most_common(1)[0] if widths else (1, 0)
        return (often * 100 // widths.total(), width) if width > 1 else (0, 0)

    return max(_DELIMITERS, key=evenness)


def _quote(lines: Sequence[str], delimiter: str) -> str:
    """The apostrophe only where it stands around fields and the quotation mark does not."""

    def around(sign: str) -> int:
        inner = sum(line.count(f"{sign}{delimiter}{sign}") for line in lines)
        return inner + sum(line.startswith(sign) for line in lines)

    return "'" if around("'") > around('"') else '"'
