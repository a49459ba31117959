"""Numbers, money and dates as each language writes them; settings; slips; refusals."""

import logging
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from terminal import errors, i18n
from terminal.errors import SettingsBroken, TerminalError, UnknownCard
from terminal.events import DeviceStatus, EventBus
from terminal.explain import explain, part_label, redeem_text, tier_name
from terminal.i18n import Words, utc
from terminal.ledger import EntryKind, Part
from terminal.settings import Settings, load, parse
from terminal.slips import Block, Slip, as_copy, slip_text
from terminal.staff import Role, Staff, require, require_pin
from tests.unit.making import entry, program

MOMENT = datetime(2026, 11, 5, 19, 5, tzinfo=UTC)
LRI, PDI, FSI = "\u2066", "\u2069", "\u2068"


def words(language: str, *, paper: bool = False) -> Words:
    return Words(language, paper=paper, zone=UTC)


@pytest.mark.parametrize(
    ("language", "money", "number", "day"),
    [
        ("en", "€1,234.50", "1,284", "5 Nov 2026"),
        ("el", "1.234,50 €", "1.284", "05/11/2026"),
        ("bg", "1 234,50 €", "1 284", "05.11.2026 г."),
        ("hu", "1 234,50 €", "1 284", "2026. 11. 05."),
        ("pl", "1 234,50 €", "1 284", "05.11.2026"),
        ("he", "€1,234.50", "1,284", "05.11.2026"),
    ],
)
def test_paper_gets_plain_characters(language, money, number, day):
    said = words(language, paper=True)
    assert said.money(123_450, "EUR") == money
    assert said.number(1284).replace("\u00a0", " ") == number
    assert said.day(MOMENT) == day
    assert said.time(MOMENT) == "19:05"
    assert said.money(-500, "EUR").startswith("-")
    assert not set(said.money(-123_450, "ILS")) & set("\u200e\u200f\u2066\u2069\u00a0\u202f−")


def test_forints_have_no_fillers_and_signs_are_the_countrys():
    assert words("hu", paper=True).money(1_492_500, "HUF") == "14 925 Ft"
    assert words("pl", paper=True).money(8450, "PLN") == "84,50 zł"
    hebrew = words("he", paper=True)
    assert hebrew.money(17_360, "ILS") == "₪173.60"
    assert hebrew.money(-2_000, "ILS", signed=True) == "-₪20.00"
    assert hebrew.round_money(400, "ILS") == "₪4"
    assert hebrew.money(500, "PLN") == "5.00 zł"
    assert words("en").round_money(500, "EUR") == "€5"
    assert words("en").round_money(-550, "EUR") == "−€5.50"
    assert words("en").money(500, "EUR", signed=True) == "+€5.00"


def test_money_that_no_till_counts_in_is_shown_all_the_same():
    """A web shop's order in it stands among a member's."""
    assert words("en").money(1500, "JPY") == "JP¥1,500"
    assert words("en").money(1250, "KWD").removeprefix("KWD") == "1.250"
    assert words("en").money(-1250, "SEK") == "−SEK12.50"


def test_numbers_carry_a_true_minus_on_the_screen():
    assert words("en").signed(-5) == "−5"
    assert words("en").signed(114) == "+114"
    assert words("en").number(-5) == "−5"


def test_right_to_left_screens_get_isolated_values():
    hebrew = words("he")
    assert hebrew.rtl
    assert hebrew.number(-5) == f"{LRI}−5{PDI}"
    assert hebrew.isolate("Eleni") == f"{FSI}Eleni{PDI}"
    assert hebrew.isolate(hebrew.number(5)) == hebrew.number(5)
    assert hebrew.isolate("") == ""
    assert hebrew.t("Hello {name}", name="Eleni").count(FSI) == 1
    assert words("he", paper=True).isolate("Eleni") == "Eleni"


def test_dates_may_come_without_a_time():
    assert words("en").day(date(2026, 12, 31)) == "31 Dec 2026"
    assert words("en").day_month(date(2026, 12, 31)) == "31 Dec"
    assert words("en").month(MOMENT) == "November 2026"
    assert utc(MOMENT) == MOMENT


def test_plurals_count_in_words():
    assert words("en").n("{n} point", "{n} points", 1) == "1 point"
    assert words("en").n("{n} point", "{n} points", 1284) == "1,284 points"


def test_a_catalogue_is_compiled_when_it_is_newer(tmp_path, monkeypatch):
    folder = tmp_path / "xx" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "terminal.po"
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    source.write_text(header + 'msgid "Ready"\nmsgstr "Έτοιμο"\n', "utf-8")
    monkeypatch.setattr(i18n, "LOCALE_DIR", tmp_path)
    i18n._catalogue.cache_clear()
    try:
        assert i18n._catalogue("xx").gettext("Ready") == "Έτοιμο"
        assert i18n.compiled(source).stat().st_mtime >= source.stat().st_mtime
        assert i18n._catalogue("yy").gettext("Ready") == "Ready"
    finally:
        i18n._catalogue.cache_clear()


def test_an_entry_explains_itself():
    earned = entry(
        1, 57, kind=EntryKind.EARN, parts=(Part("accrual", 38), Part("tier:gold", 19)), basis=3840,
        currency="EUR", rate="1/100 150%", program="Elia", program_version=12,
    )  # fmt: skip
    assert explain(earned, words("en")) == [
        "For €38.40: +38 1 point per €1 · +19 Gold, ×1.5",
        "Programme Elia, version 12",
    ]
    assert explain(entry(1, -5, reason="counted twice"), words("en")) == ["Reason: counted twice"]


@pytest.mark.parametrize(
    ("part", "rate", "language", "text"),
    [
        (Part("accrual", 3), "3/50 100%", "en", "3 points per €0.50"),
        (Part("tier:gold", 3), "1/100 125%", "el", "×1,25"),
        (Part("tier:gold", 3), "1/100 200%", "en", "Gold, ×2"),
        (Part("welcome", 3), "", "en", "Welcome points"),
        (Part("own rule", 3), "", "en", "own rule"),
    ],
)
def test_each_reason_has_words(part, rate, language, text):
    assert text in part_label(part, rate, "EUR", words(language))


def test_tiers_and_redemption_are_said_in_words():
    assert tier_name("platinum", words("en")) == "Platinum"
    assert tier_name("diamond", words("en")) == "Diamond"
    assert redeem_text(program(), words("en")) == "100 points are worth €1"


# -- settings ------------------------------------------------------------------------------------


def test_no_settings_file_means_defaults(tmp_path):
    assert load(tmp_path / "settings.toml") == Settings()


def test_a_windows_editors_mark_in_front_is_no_mistake(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text("[till]\ncode = 'T7'\n", "utf-8-sig")
    assert load(file).till.code == "T7"


def test_settings_are_read(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text(
        '[shop]\nname = "Ελιά"\ncountry = "GR"\n[printer]\ntarget = "tcp://1.2.3.4:9100"'
    )
    assert load(file).shop.name == "Ελιά"
    assert load(file).printer.target == "tcp://1.2.3.4:9100"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[shop]\nnmae = 'x'", "unknown key shop.nmae; did you mean shop.name?"),
        ("[shpo]\nname = 'x'", "did you mean shop?"),
        ("[shop]\nzzzz = 1", "known: name, address"),
        ("[shop\n", "not TOML"),
        ("[scanner]\nbaudrate = 'fast'", "scanner.baudrate"),
        ("[shop]\ncurrency = 'DRACHMA'", "shop.currency"),
        ("shop = 3", "shop"),
        ("[printer]\npaper = 80", "printer.paper is a text: put it in quotes"),
        (
            "[drawer]\nopens = 'cahs'",
            "opens = 'cahs'; did you mean cash? known: never, cash",
        ),
        ("[shop]\ncountry = 'XX'", "shop.country = 'XX'; known: GR, BG, HU, PL, IL, GB"),
        ("[printer]\npictures = ['el', 'xy']", "known: en, el, bg, hu, pl, he"),
        ("[[more_printers]]\ncutter = 'ful'", "cutter = 'ful'; did you mean full?"),
        ("[slips]\nkeep_hours = 0", "slips.keep_hours: Expected int >= 1"),
        ("[drawer]\npin = 3", "drawer.pin = 3; known: 2, 5"),
        ("[screen]\nscale = 'big'", "screen.scale: Expected int, got str"),
    ],
)
def test_broken_settings_say_what_and_the_nearest_known_name(text, hint):
    with pytest.raises(SettingsBroken) as broken:
        parse(text)
    assert hint in str(broken.value.details["problem"])


def test_settings_that_cannot_be_read_are_said_so(tmp_path):
    with pytest.raises(SettingsBroken):
        load(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b"[shop]\nname = '\xe9\xe8'")
    with pytest.raises(SettingsBroken):
        load(tmp_path / "latin.toml")


# -- the rest ------------------------------------------------------------------------------------


def test_a_copy_says_copy_top_and_bottom():
    slip = Slip("a", "en", False, (Block("text", "Elia"), Block("pair", "Points now", "891")))
    copy = as_copy(slip, "b", "COPY")
    assert [block.text for block in copy.blocks] == ["COPY", "Elia", "Points now", "COPY"]
    assert slip_text(slip.blocks) == "Elia\nPoints now 891"


def test_roles_and_pins():
    cashier = Staff("c", "Maria", Role.CASHIER, "")
    require(cashier, Role.CASHIER)
    require(Staff("m", "Anna", Role.MANAGER, ""), Role.MANAGER)
    with pytest.raises(errors.NotAllowed):
        require(cashier, Role.MANAGER)
    assert require_pin("1234") == "1234"
    for weak in ("123", "123456789", "12a4", "١٢٣٤"):
        with pytest.raises(errors.PinTooWeak):
            require_pin(weak)


def test_every_refusal_has_its_own_code():
    codes = [kind.code for kind in TerminalError.__subclasses__()]
    assert len(codes) == len(set(codes))
    assert UnknownCard(number="x").code == "unknown_card"
    assert UnknownCard(number="x").details == {"number": "x"}


def test_listeners_are_told_until_they_stop_listening():
    bus, heard = EventBus(), []
    stop = bus.subscribe(heard.append)
    bus.tell(DeviceStatus("printer", False, "paper_out"))
    stop()
    bus.tell(DeviceStatus("printer", True))
    assert [event.cause for event in heard] == ["paper_out"]


def test_a_secret_without_a_keyring_is_a_file_only_its_owner_reads(tmp_path, caplog):
    from terminal.secrets import Secrets

    caplog.set_level(logging.DEBUG)
    kept = Secrets(tmp_path / "till", use_keyring=False)
    assert kept.get("online-store") is None
    kept.put("online-store", "s3cret")
    kept.put("other", "x")
    assert Secrets(tmp_path / "till", use_keyring=False).get("online-store") == "s3cret"
    assert stat.S_IMODE(Path(kept.place).stat().st_mode) == 0o600
    assert "s3cret" not in caplog.text
    Path(kept.place).write_text("[broken")
    with pytest.raises(SettingsBroken):
        kept.get("other")


def test_a_secret_goes_to_the_keyring_where_there_is_one(tmp_path, monkeypatch):
    import keyring
    from keyring.backend import KeyringBackend

    from terminal.secrets import Secrets

    class InMemory(KeyringBackend):
        priority = 1

        def __init__(self):
            self.kept = {}

        def get_password(self, service, username):
            return self.kept.get((service, username))

        def set_password(self, service, username, password):
            self.kept[service, username] = password

        def delete_password(self, service, username):
            del self.kept[service, username]

    before = keyring.get_keyring()
    keyring.set_keyring(InMemory())
    try:
        kept = Secrets(tmp_path)
        kept.put("online-store", "s3cret")
        assert (kept.place, kept.get("online-store")) == ("keyring", "s3cret")
        assert list(tmp_path.iterdir()) == []
    finally:
        keyring.set_keyring(before)
