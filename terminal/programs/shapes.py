"""Whether raw data has the shape of a programme: every key and value that has not, with its place.

``msgspec`` stops at the first mistake; whoever writes a programme wants to know of all of them, in
words that say what would be right. What passes here is converted by ``msgspec`` afterwards, which
has the last word.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

import msgspec
from msgspec import inspect

from terminal.programs.locating import Path

Fault = tuple[Path, str]
NO_LIMIT = "no limit"
ENDLESS = ("uses", "per_member_day", "per_member", "per_day")
"""Keys that are a number by default and may be nothing."""
_PATTERNS = {
    r"^\d{4}-\d{2}-\d{2}$": "must be a day such as 2026-12-01",
    r"^\d{2}-\d{2}$": "must be a day of the year such as 12-31",
    r"^([01]\d|2[0-3]):[0-5]\d$": "must be a time such as 17:30",
    r"^[A-Z]{3}$": "must be a currency such as EUR",
}


def faults(raw: object, shape: type) -> Iterator[Fault]:
    """Everything in ``raw`` that does not fit ``shape`` (a struct)."""
    yield from _walk(raw, inspect.type_info(shape), ())


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint at the known name most like this one, or all of them."""
    names = {each.casefold(): each for each in known}
    meant = name.casefold()
    near = difflib.get_close_matches(meant, names, n=1, cutoff=0.5)
    near += [each for each in names if meant.startswith(each)]  # Monday is mon
    if near:
        return f"did you mean {names[near[0]]}?"
    return f"known: {', '.join(list(names.values())[:24])}" if names else "there are none"


def plain(raw: object) -> Any:  # noqa: ANN401 (whatever TOML holds)
    """TOML's own days and times as the text that programmes keep; moments stay.

    What has a limit by default loses it by saying so: TOML knows no nothing.
    """
    if isinstance(raw, dict):
        return {
            key: None if key in ENDLESS and value == NO_LIMIT else plain(value)
            for key, value in raw.items()
        }
    if isinstance(raw, list):
        return [plain(value) for value in raw]
    if isinstance(raw, time):
        return f"{raw:%H:%M}"
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw.isoformat()
    return raw


def _walk(raw: object, kind: inspect.Type, at: Path) -> Iterator[Fault]:
    walk = _WALKS.get(type(kind))
    if walk is not None:
        yield from walk(raw, kind, at)
    else:  # days of games, truth values, moments: msgspec says it well enough
        yield from _converted(raw, kind, at)


def _converted(raw: object, kind: inspect.Type, at: Path) -> Iterator[Fault]:
    wanted = {inspect.BoolType: "true or false", inspect.DateTimeType: "a moment with its zone"}
    accepted = {inspect.BoolType: bool, inspect.DateTimeType: datetime}
    if type(kind) in accepted and not isinstance(raw, accepted[type(kind)]):
        yield at, f"must be {wanted[type(kind)]}"
    elif isinstance(kind, inspect.DateType) and not is_day(str(raw)):
        yield at, "must be a day of the calendar such as 2026-12-01"


def is_day(text: str) -> bool:
    """Whether the calendar has this day (``YYYY-MM-DD``)."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _struct(raw: object, kind: inspect.StructType, at: Path) -> Iterator[Fault]:
    if not isinstance(raw, dict):
        yield at, "must be a table of keys and values"
        return
    found = list(_fields(raw, kind, at))
    yield from found
    if not found:  # what a struct itself refuses as a whole
        try:
            msgspec.convert(raw, kind.cls)
        except msgspec.ValidationError as error:
            yield at, re.sub(r" - at `\$.*`$", "", str(error))


def _fields(raw: dict[str, object], kind: inspect.StructType, at: Path) -> Iterator[Fault]:
    known = {field.encode_name: field for field in kind.fields}
    tag = [kind.tag_field] if kind.tag_field else []
    for key, value in raw.items():
        if key in known:
            yield from _walk(value, known[key].type, (*at, key))
        elif key not in tag:
            yield (*at, key), f"is not known here; {nearest(key, [*known, *tag])}"
    for name, field in known.items():
        if field.required and name not in raw:
            yield at, f"lacks {name}"


def _union(raw: object, kind: inspect.UnionType, at: Path) -> Iterator[Fault]:
    if raw is None:
        return
    kinds = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
    structs = [each for each in kinds if isinstance(each, inspect.StructType)]
    if len(structs) > 1:
        yield from _tagged(raw, structs, at)
    elif len(kinds) == 1:
        yield from _walk(raw, kinds[0], at)
    else:  # a text, or one for each language
        wanted = inspect.DictType if isinstance(raw, dict) else inspect.StrType
        yield from _walk(raw, next(k for k in kinds if isinstance(k, wanted)), at)


def _tagged(raw: object, kinds: Sequence[inspect.StructType], at: Path) -> Iterator[Fault]:
    by_tag = {str(kind.tag): kind for kind in kinds}
    if not isinstance(raw, dict) or "kind" not in raw:
        yield at, f"must be a table with a kind: {', '.join(by_tag)}"
    elif str(raw["kind"]) not in by_tag:
        yield (*at, "kind"), f"is not known: {raw['kind']}; {nearest(str(raw['kind']), by_tag)}"
    else:
        yield from _struct(raw, by_tag[str(raw["kind"])], at)


def _many(raw: object, kind: inspect.VarTupleType, at: Path) -> Iterator[Fault]:
    if not isinstance(raw, list):
        yield at, "must be a list"
        return
    if len(raw) < (kind.min_length or 0):
        yield at, "must not be empty"
    for number, value in enumerate(raw):
        yield from _walk(value, kind.item_type, (*at, number))


def _few(raw: object, kind: inspect.TupleType, at: Path) -> Iterator[Fault]:
    if not isinstance(raw, list) or len(raw) != len(kind.item_types):
        yield at, f"must be a list of {len(kind.item_types)}"
        return
    for number, value in enumerate(raw):
        yield from _walk(value, kind.item_types[number], (*at, number))


def _table(raw: dict[str, object], kind: inspect.DictType, at: Path) -> Iterator[Fault]:
    for key, value in raw.items():
        yield from _walk(value, kind.value_type, (*at, key))


def _number(raw: object, kind: inspect.IntType, at: Path) -> Iterator[Fault]:
    if isinstance(raw, bool) or not isinstance(raw, int):
        yield at, "must be a whole number"
    elif kind.ge is not None and raw < kind.ge:
        yield at, f"must be at least {kind.ge}, not {raw}"
    elif kind.le is not None and raw > kind.le:
        yield at, f"must be at most {kind.le}, not {raw}"


def _string(raw: object, kind: inspect.StrType, at: Path) -> Iterator[Fault]:
    if not isinstance(raw, str):
        yield at, "must be a text in quotation marks"
    elif kind.pattern and not re.search(kind.pattern, raw):
        right = _PATTERNS.get(kind.pattern, "must be a code of letters, digits, . _ and -")
        yield at, f"{right}, not {raw!r}"
    elif not (kind.min_length or 0) <= len(raw) <= (kind.max_length or len(raw)):
        yield at, f"must have {kind.min_length} to {kind.max_length} characters"


def _literal(raw: object, kind: inspect.LiteralType, at: Path) -> Iterator[Fault]:
    known = [str(value) for value in kind.values]
    if raw not in kind.values:
        yield at, f"is not known: {raw}; {nearest(str(raw), known)}"


_WALKS: dict[type, Callable[[Any, Any, Path], Iterator[Fault]]] = {
    inspect.StructType: _struct,
    inspect.UnionType: _union,
    inspect.VarTupleType: _many,
    inspect.TupleType: _few,
    inspect.DictType: _table,
    inspect.IntType: _number,
    inspect.StrType: _string,
    inspect.LiteralType: _literal,
}
