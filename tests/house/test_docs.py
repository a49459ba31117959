"""The pages for a shop name what there is: every setting, command, light and order, and no others.

Examples of settings on the pages are read as the till reads them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from bootstrap.steps import ROOT
from devices.printers.emulator.control import HELP
from devices.printers.models import PROFILES
from devices.printers.profile_file import _READERS, load_profiles
from terminal.commands.line import ELSEWHERE, OFFICE, parser
from terminal.events import DeviceStatus
from terminal.i18n import Words
from terminal.settings import Settings, parse
from ui.viewmodels.device_faces import LIGHT_OF, face_of

README = ROOT / "README.md"
DOCS = ROOT / "docs"
SHOP = ("devices", "codes", "cards", "sync")
PAGES = [README, *sorted(DOCS.rglob("*.md"))]
DEVICES = (DOCS / "devices.md").read_text("utf-8")
SETTINGS = "".join(page.read_text("utf-8") for page in (README, *(DOCS / f"{n}.md" for n in SHOP)))
ACTIONS = ("run", "tour", "sync", "hub", "secret", "verify", "doctor", "office", "bench")
_BLOCK = re.compile(r"^```toml\n(.*?)^```", re.S | re.M)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_USED = re.compile(r"main\.py ([a-z]+)((?: --?[a-z-]+)*)")


def nothing(_: object) -> int:
    """Does what a command does."""
    return 0


def commands() -> dict[str, set[str]]:
    """Every command with its long options; an office one's are its module's."""
    top = parser(dict.fromkeys(ACTIONS, nothing))
    (made,) = (action for action in top._actions if hasattr(action, "choices") and action.choices)
    return {
        name: {option for action in one._actions for option in action.option_strings}
        for name, one in dict(made.choices).items()
    }


def settings() -> Iterator[tuple[str, str]]:
    """Every section's heading as it is written, with each of its keys."""
    for section in msgspec.structs.fields(Settings):
        kind = section.type
        if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
            assert f"[[{section.name}]]" in SETTINGS
            continue
        for key in msgspec.structs.fields(kind):
            yield f"[{section.name}]", key.name


def about(heading: str) -> str:
    """What the pages say of a section: its part of the examples, its own table, or its one row."""
    named, name = re.escape(heading), re.escape(heading[1:-1])
    parts = re.findall(rf"^\[\[?(?:more_)?{name}s?\]\]?.*?(?=^\[|\Z|^```)", SETTINGS, re.S | re.M)
    tables = re.findall(rf"^\| `{named}`[^\n]*\n\|--.*?(?=\n\n)", SETTINGS, re.S | re.M)
    return "\n".join([*parts, *tables, *re.findall(rf"^\| `{named}` \|.*", SETTINGS, re.M)])


@pytest.mark.parametrize(("heading", "key"), list(settings()), ids=str)
def test_every_setting_is_on_a_page(heading: str, key: str) -> None:
    assert re.search(rf"`{key}`|^{key} =", about(heading), re.M)


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_is_in_the_readme(name: str) -> None:
    assert re.search(rf"^\| `{name}[ `]", README.read_text("utf-8"), re.M)


def test_an_office_command_is_a_command() -> None:
    assert {*OFFICE, *ELSEWHERE} <= set(commands())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_command_or_option_that_is_not_there(page: Path) -> None:
    known = commands()
    for name, options in _USED.findall(page.read_text("utf-8")):
        assert name in known
        if name not in OFFICE | ELSEWHERE:
            assert set(options.split()) <= known[name]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(page.read_text("utf-8")):
        if "://" not in link:
            assert (page.parent / link.partition("#")[0]).exists() or link.startswith("#")


def settings_examples() -> list[str]:
    return [block for block in _BLOCK.findall(SETTINGS) if "[back-office]" not in block]


@pytest.mark.parametrize("block", settings_examples(), ids=lambda block: block.split("\n")[0])
def test_an_example_of_settings_is_taken(block: str) -> None:
    assert parse(block) != Settings()


def test_the_example_of_a_printer_of_ones_own_is_one(tmp_path: Path) -> None:
    (block,) = (block for block in _BLOCK.findall(DEVICES) if "[back-office]" in block)
    path = tmp_path / "printers.toml"
    path.write_text(block, "utf-8")
    own = load_profiles(path)["back-office"]
    assert (own.columns, own.dots) == (44, 528)
    assert own.pages["el"].codec == tomllib.loads(block)["back-office"]["pages"]["el"][1]


@pytest.mark.parametrize("key", ["like", *_READERS])
def test_every_key_of_a_printer_of_ones_own_is_on_the_page(key: str) -> None:
    assert f"`{key}`" in DEVICES


@pytest.mark.parametrize("name", PROFILES)
def test_every_printer_is_on_the_page(name: str) -> None:
    assert f"`{name}`" in DEVICES


CAUSES = ("paper_out", "cover_open", "cutter", "busy", "timeout", "paper_low")


@pytest.mark.parametrize("device", LIGHT_OF)
@pytest.mark.parametrize("cause", CAUSES)
def test_every_word_on_a_light_is_on_the_page(device: str, cause: str) -> None:
    words = Words("en")
    for well in (True, False):
        status = DeviceStatus(device, well, cause, "it")
        face = face_of(status, [status], words)
        assert f"*{face.word}*" in DEVICES or not face.word


@pytest.mark.parametrize("order", sorted({one.split()[0] for one in re.split(r"\s{2,}|\n", HELP)}))
def test_every_order_of_the_emulator_is_on_the_page(order: str) -> None:
    assert re.search(rf"`{order}[ `]", DEVICES)


def test_a_key_of_another_section_does_not_count() -> None:
    assert "`scale`" in about("[screen]")
    assert "`scale`" not in about("[shop]")
    assert "pulse_ms" in about("[drawer]")
    assert "pulse_ms" not in about("[printer]") + about("[display]")
