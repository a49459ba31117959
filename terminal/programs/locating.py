"""Where things stand in a TOML file: the line of every table and key, which ``tomllib`` forgets.

Only for text that ``tomllib`` has read: what is not TOML at all is never looked at here. A place is
a path of keys and, within arrays, numbers from 0: ``("rules", 0, "gives", "per")``.
"""

from dataclasses import dataclass, field

Path = tuple[str | int, ...]
_BARE_END = set(" \t\r\n=.]{}[,#")
_SPACE = set(" \t\r\n")


@dataclass(slots=True)
class _Scanner:
    """Walks the text once, noting where each path begins."""

    text: str
    at: int = 0
    lines: dict[Path, int] = field(default_factory=dict)
    counts: dict[Path, int] = field(default_factory=dict)
    """How many tables of an array of tables there are so far."""
    line: int = 1

    def peek(self, token: str) -> bool:
        return self.text.startswith(token, self.at)

    def skip(self, count: int = 1) -> None:
        self.line += self.text.count("\n", self.at, self.at + count)
        self.at += count

    def blank(self) -> None:
        """Over spaces, line ends and comments."""
        while self.at < len(self.text):
            if self.text[self.at] in _SPACE:
                self.skip()
            elif self.peek("#"):
                self.skip((self.text + "\n").index("\n", self.at) - self.at)
            else:
                return

    def note(self, path: Path) -> None:
        self.lines.setdefault(path, self.line)

    def document(self) -> None:
        table: Path = ()
        self.blank()
        while self.at < len(self.text):
            if self.peek("["):
                table = self.header()
            else:
                self.pair(table)
            self.blank()

    def header(self) -> Path:
        """``[a.b]`` or ``[[a.b]]``: the path of the table that begins here."""
        array = self.peek("[[")
        self.skip(2 if array else 1)
        keys = self.keys()
        self.skip(2 if array else 1)
        path: Path = ()
        for key in keys[:-1]:
            path = self.latest((*path, key))
        path = (*path, keys[-1])
        if not array:
            self.note(path)
            return path
        self.note(path)
        number = self.counts.get(path, 0)
        self.counts[path] = number + 1
        self.note((*path, number))
        return (*path, number)

    def latest(self, path: Path) -> Path:
        """Within an array of tables, its last table so far."""
        self.note(path)
        return (*path, self.counts[path] - 1) if path in self.counts else path

    def keys(self) -> list[str]:
        """``a.b."c d"``."""
        keys = [self.key()]
        while self.peek("."):
            self.skip()
            keys.append(self.key())
        return keys

    def key(self) -> str:
        self.blank()
        if self.peek('"') or self.peek("'"):
            begin = self.at
            self.string()
            key = self.text[begin + 1 : self.at - 1]
        else:
            end = self.at
            while self.text[end] not in _BARE_END:
                end += 1
            key = self.text[self.at : end]
            self.skip(end - self.at)
        self.blank()
        return key

    def pair(self, table: Path) -> None:
        self.blank()
        begun = self.line
        path = table
        for key in self.keys():
            path = (*path, key)
            self.lines.setdefault(path, begun)
        self.skip()  # the equals sign
        self.blank()
        self.value(path)

    def value(self, path: Path) -> None:
        if self.peek("["):
            self.array(path)
        elif self.peek("{"):
            self.inline(path)
        elif self.peek('"') or self.peek("'"):
            self.string()
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\n":
                self.skip()

    def array(self, path: Path) -> None:
        self.skip()
        self.blank()
        number = 0
        while not self.peek("]"):
            self.note((*path, number))
            self.value((*path, number))
            number += 1
            self.comma()
        self.skip()

    def inline(self, path: Path) -> None:
        self.skip()
        self.blank()
        while not self.peek("}"):
            self.pair(path)
            self.comma()
        self.skip()

    def comma(self) -> None:
        self.blank()
        if self.peek(","):
            self.skip()
        self.blank()

    def string(self) -> None:
        """Over a string of any of the four kinds."""
        quote = self.text[self.at]
        mark = quote * 3 if self.peek(quote * 3) else quote
        self.skip(len(mark))
        while not self.peek(mark):
            self.skip(2 if quote == '"' and self.peek("\\") else 1)
        self.skip(len(mark))
        while len(mark) == 3 and self.peek(quote):  # a quote may stand right before the end
            self.skip()


def locate(text: str) -> dict[Path, int]:
    """The line, from 1, of every table, key and element of an array."""
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return scanner.lines


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of a place, or of the nearest thing around it that stands in the file; else 1."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def path_text(path: Path) -> str:
    """``rules[2].gives.per``, counted from 1 as people do."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text
