"""Printers as data: what is known of models, and what a shop adds of its own."""

import codecs

import pytest

from devices.printers.models import PROFILES
from devices.printers.profile_file import BadProfile, load_profiles
from devices.printers.profiles import CodePage, PrinterProfile
from devices.printers.text import encodable, for_page
from tests.devices.printers.slips import LANGUAGES, WORDS


def all_pages(profile):
    return [profile.pages, profile.windows_pages, profile.dos_pages]


@pytest.mark.parametrize("key", PROFILES)
def test_every_printer_known_could_exist(key):
    profile = PROFILES[key]
    assert profile.dots >= 12 * profile.columns
    assert profile.dots % 8 == 0
    assert profile.columns in (32, 42, 48)
    assert {2, 5}.issuperset(profile.drawer_pins)
    for pages in all_pages(profile):
        assert "en" in pages
        assert set(pages) <= set(LANGUAGES)
        assert all(codecs.lookup(page.codec) for page in pages.values())


@pytest.mark.parametrize("key", PROFILES)
def test_a_page_kept_for_a_language_has_its_letters(key):
    for pages in all_pages(PROFILES[key]):
        for language, page in pages.items():
            texts, pairs = WORDS[language]
            words = [*texts, *(label for label, _ in pairs)]
            lacking = [
                word
                for word in words
                if not encodable(for_page(word, page.codec).translate({0x20AC: "", 0x20AA: ""}),
                                 page.codec)
            ]  # fmt: skip
            assert lacking == []


def test_settings_change_what_the_model_says_and_nothing_else():
    profile = PROFILES["epson-tm-t20"]
    dos = profile.with_pages("dos").with_pictures(("el",)).with_confirms(False).with_cutter("full")
    assert dos.page_for("el") == CodePage(14, "cp737")
    assert (dos.raster_languages, dos.process_id, dos.cutter) == (frozenset({"el"}), False, "full")
    assert dos.with_pages("windows").page_for("el") == CodePage(47, "cp1253")
    unchanged = profile.with_pages("profile").with_pictures(None).with_confirms(None)
    assert unchanged.with_cutter("profile") == profile


def test_a_language_without_a_page_is_printed_on_the_english_one():
    assert PROFILES["pos-58"].page_for("el") == PROFILES["pos-58"].pages["en"]


def written(tmp_path, text):
    path = tmp_path / "printers.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_shop_adds_a_printer_of_its_own(tmp_path):
    profiles = load_profiles(
        written(
            tmp_path,
            """
[back-office]
like = "58"
name = "Kitchen"
columns = 44
dots = 528
cutter = "full"
process_id = false
spare = [2, "cp850"]
raster_languages = ["he", "el"]
drawer_pins = [2]
[back-office.pages]
en = [2, "cp850"]
el = [9, "cp737"]
""",
        )
    )
    mine = profiles["back-office"]
    assert isinstance(mine, PrinterProfile)
    assert (mine.name, mine.columns, mine.dots, mine.cutter) == ("Kitchen", 44, 528, "full")
    assert mine.page_for("el") == CodePage(9, "cp737")
    assert (mine.spare, mine.drawer_pins) == (CodePage(2, "cp850"), (2,))
    assert mine.raster_languages == {"he", "el"}
    assert not mine.process_id
    assert set(profiles) == {*PROFILES, "back-office"}


def test_no_file_is_no_printer_of_ones_own(tmp_path):
    assert load_profiles(tmp_path / "none.toml") is PROFILES


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[mine", "printers.toml"),
        ("mine = 3", r"mine: a printer is a \[table\]"),
        ("[Mine]", "named with a-z"),
        ("[mine]\nlike='star'", "known: 80, 80-42"),
        ("[mine]\ncolums=3", "mine.colums: no such key; known: like, name, columns"),
        ("[mine]\ncolumns=3", "mine.columns: 3 is no whole number from 20 to 96"),
        ("[mine]\ncolumns=true", "mine.columns: True is no whole number"),
        ("[mine]\ncolumns=60", "dots are a multiple of 8 and at least 12 a column"),
        ("[mine]\nname=''", "mine.name: '' is no text"),
        ("[mine]\ncutter='axe'", "mine.cutter: 'axe' is none of 'partial', 'full', 'none'"),
        ("[mine]\nprocess_id=1", "mine.process_id: 1 is neither true nor false"),
        ("[mine]\nspare=[1]", r"mine.spare: \[1\] is no \[number, codec\]"),
        ("[mine]\nspare=[1, 'cp9999']", "mine.spare: unknown encoding: cp9999"),
        ("[mine]\nspare=[300, 'cp437']", "mine.spare"),
        ("[mine.pages]\nel=[1, 'cp737']", "English is among them"),
        ("[mine]\npages=3", "mine.pages: pages are a table"),
        ("[mine]\ndrawer_pins=[3]", "mine.drawer_pins"),
        ("[mine]\nraster_languages=[3]", "mine.raster_languages"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(tmp_path, text, says):
    with pytest.raises(BadProfile, match=says):
        load_profiles(written(tmp_path, text))
