"""The mapping: which column is what, and what the shop decided about doubtful cases.

One TOML file. An unknown key is an error that names the nearest known one; a policy that is not
set has the default that loses nothing and books nothing doubtful.
"""

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta

from terminal.importing.problems import ImportStopped
from terminal.settings import unknown_key

Column = str
Columns = tuple[str, ...]


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Every section refuses keys it does not know."""


class FileFormat(_Section, frozen=True):
    """How a file is written; what is "" is found out. ``empty`` lists values that mean nothing."""

    encoding: Literal[
        "", "utf-8", "utf-16", "cp1250", "cp1251", "cp1252", "cp1253", "cp1255", "iso8859-7"
    ] = ""
    delimiter: Literal["", ",", ";", "\t", "|"] = ""
    quote: Literal["", '"', "'"] = ""
    header: bool = True
    """False: there is no line of names, and columns are called "1", "2", …"""
    dates: Literal["", "dmy", "mdy", "ymd"] = ""
    decimal: Literal["", ".", ","] = ""
    empty: Columns = ()


class MemberColumns(_Section, frozen=True):
    """The members' file: names of columns, "" for what it has not."""

    number: Column = ""
    """The other system's own number of the member."""
    name: Column = ""
    """Given and family name in one."""
    given_name: Column = ""
    family_name: Column = ""
    call_name: Column = ""
    phone: Column = ""
    email: Column = ""
    cards: Columns = ()
    birthday: Column = ""
    language: Column = ""
    joined: Column = ""
    points: Column = ""
    lapses: Column = ""
    tier: Column = ""
    segments: Columns = ()
    spend: Column = ""
    note: Column = ""
    consent_programme: Column = ""
    consent_email: Column = ""
    consent_text_message: Column = ""
    consent_profiling: Column = ""
    consent_date: Column = ""


class HistoryColumns(_Section, frozen=True):
    """The history's file."""

    member: Column = ""
    date: Column = ""
    points: Column = ""
    amount: Column = ""
    kind: Column = ""
    reference: Column = ""


Kind = Literal["earn", "redeem", "bonus", "adjust", "expire", "clawback", "ignore"]


class HistoryMapping(_Section, frozen=True):
    """``by``: what the member column holds. ``balance`` for members who are there already:
    "stands" (it holds this history already) or "adds"."""

    columns: HistoryColumns = HistoryColumns()
    file: FileFormat = FileFormat()
    by: Literal["", "number", "card", "phone", "email"] = ""
    kinds: dict[str, Kind] = {}
    balance: Literal["stands", "adds"] = "stands"


class Policy(_Section, frozen=True):
    """What to do where two answers are possible.

    ``duplicates``: a row whose card, phone or e-mail somebody has already. ``identity``: which
    of them make two rows one person (a card always does). ``bad_values``: a phone, e-mail,
    birthday, language or joining date that can't be read. ``lapsed_points``: a balance whose
    lapse date is over. ``no_lapse_date``: how long points live that the file gives no date.
    """

    duplicates: Literal["refuse", "skip", "update", "merge"] = "refuse"
    identity: tuple[Literal["phone", "email"], ...] = ("phone", "email")
    debt: Literal["refuse", "allow"] = "refuse"
    bad_values: Literal["refuse", "drop"] = "refuse"
    lapsed_points: Literal["refuse", "drop"] = "refuse"
    no_lapse_date: Literal["programme", "never"] = "programme"


class ConsentMapping(_Section, frozen=True):
    """``ground``: on what ground members without a consent column are in the programme."""

    ground: str = ""
    language: str = ""


class Mapping(_Section, frozen=True):
    """Everything about one import. ``name`` makes its identity: the same name is the same import,
    and does nothing twice. ``system`` stands in the consents' wording."""

    name: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    system: Annotated[str, Meta(max_length=60)] = ""
    columns: MemberColumns = MemberColumns()
    file: FileFormat = FileFormat()
    history: HistoryMapping = HistoryMapping()
    policy: Policy = Policy()
    consent: ConsentMapping = ConsentMapping()
    name_order: Literal["given_first", "family_first"] = "given_first"
    languages: dict[str, Literal["en", "el", "bg", "hu", "pl", "he"]] = {}
    """What the file calls languages."""

    @property
    def origin(self) -> str:
        """Where the members come from, in words."""
        return self.system or self.name


def load(path: Path) -> Mapping:
    """The mapping in a file. Raises ImportStopped."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ImportStopped(path=str(path), problem=f"it can't be read: {error}") from error
    return parse(text, str(path))


def parse(text: str, path: str = "mapping.toml") -> Mapping:
    """A mapping from TOML. Raises ImportStopped with the key and the nearest known name."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ImportStopped(path=path, problem=f"not TOML: {error}") from error
    if problem := unknown_key(raw, Mapping):
        raise ImportStopped(path=path, problem=problem)
    try:
        return msgspec.convert(_widened(raw), Mapping)
    except msgspec.ValidationError as error:
        raise ImportStopped(path=path, problem=str(error).replace("$.", "")) from error


def _widened(raw: dict[str, Any]) -> dict[str, Any]:
    """One name where several may stand counts as a list of one."""
    columns = raw.get("columns")
    if not isinstance(columns, dict):
        return raw
    several = {
        key: [columns[key]] for key in ("cards", "segments") if isinstance(columns.get(key), str)
    }
    return {**raw, "columns": {**columns, **several}}


def used(columns: MemberColumns | HistoryColumns) -> dict[str, Columns]:
    """The columns that the mapping names: field, names."""
    found = {}
    for field in msgspec.structs.fields(columns):
        value = getattr(columns, field.name)
        names = (value,) if isinstance(value, str) else value
        if any(names):
            found[field.name] = tuple(name for name in names if name)
    return found


def as_toml(mapping: Mapping) -> str:
    """The mapping as a file that ``parse`` reads again; what is a default is left out."""
    tree = msgspec.to_builtins(mapping)
    return "\n".join(_lines(tree, "")) + "\n"


def _lines(tree: dict[str, Any], where: str) -> list[str]:
    plain = {key: value for key, value in tree.items() if not isinstance(value, dict)}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for key, value in tree.items():
        if isinstance(value, dict) and value:
            below = _lines(value, f"{where}{_key(key)}.")
            head = [] if below[0].startswith(("[", "\n[")) else ["", f"[{where}{_key(key)}]"]
            lines += [*head, *below]
    return lines


def _key(key: str) -> str:
    return key if key.replace("_", "").isalnum() and key.isascii() else json.dumps(key)


def _value(value: object) -> str:
    # JSON's strings, lists and booleans are TOML's too.
    return json.dumps(value, ensure_ascii=False)


KINDS: tuple[Kind, ...] = get_args(Kind)
