"""Reading other people's files: headers, mappings, rows, and what is said of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from terminal.entries import EntryKind
from terminal.i18n import Words
from terminal.importing import sentences
from terminal.importing.headers import guess_history, guess_members
from terminal.importing.history import HistoryReader
from terminal.importing.mapping import Mapping, as_toml, load, parse
from terminal.importing.problems import (
    BadValue,
    Finding,
    ImportStopped,
    Level,
    RowRefused,
    harmless,
)
from terminal.importing.reading import look, records
from terminal.importing.rows import MemberReader, Place
from terminal.importing.scratch import Scratch, Seen
from terminal.members import Purpose

ATHENS = ZoneInfo("Europe/Athens")
PLACE = Place(
    country="GR", zone=ATHENS, currency="EUR", language="el",
    now=datetime(2026, 11, 22, 12, tzinfo=UTC),
)  # fmt: skip
CARD = "2950000000013"


def refusal(read, *values, **more) -> str:
    with pytest.raises(BadValue) as bad:
        read(*values, **more)
    return bad.value.code


# -- headers and mapping ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        ("Member number", "First name", "Last name", "Mobile", "E-mail", "Card no.", "Balance"),
        ("Κωδικός πελάτη", "Όνομα", "Επώνυμο", "Κινητό", "Email", "Αριθμός κάρτας", "Πόντοι"),
        ("Клиентски номер", "Име", "Фамилия", "Телефон", "Имейл", "Карта", "Точки"),
        ("Ügyfélszám", "Keresztnév", "Vezetéknév", "Telefonszám", "E-mail cím", "Kártya", "Pontok"),
        ("Numer klienta", "Imię", "Nazwisko", "Telefon", "E-mail", "Numer karty", "Punkty"),
        ("מספר לקוח", "שם פרטי", "שם משפחה", "טלפון", "אימייל", "מספר כרטיס", "נקודות"),
    ],
)
def test_columns_are_guessed_in_six_languages(header):
    told = guess_members((*header, "something else"))
    assert (
        told.number, told.given_name, told.family_name, told.phone, told.email, *told.cards,
        told.points,
    ) == header  # fmt: skip


def test_several_card_columns_are_all_cards():
    assert guess_members(("card_1", "CARD 2", "Card #3")).cards == ("card_1", "CARD 2", "Card #3")


def test_the_historys_columns_are_guessed():
    told = guess_history(("Αριθμός κάρτας", "Ημερομηνία", "Ποσό", "Πόντοι", "Είδος", "Απόδειξη"))
    assert (told.member, told.date, told.amount, told.points, told.kind, told.reference) == (
        "Αριθμός κάρτας", "Ημερομηνία", "Ποσό", "Πόντοι", "Είδος", "Απόδειξη",
    )  # fmt: skip


def test_a_mapping_reads_what_it_writes():
    text = (
        'name = "old"\n[columns]\ncards = "Card"\nsegments = ["A", "B"]\nname = "Who \\"is\\""\n'
        '[history.columns]\nmember = "Card"\n[history.kinds]\n"Αγορά 2" = "earn"\n'
        '[policy]\nidentity = []\n[file]\nheader = false\n[languages]\n"3" = "el"\n'
    )
    mapping = parse(text)
    assert mapping.columns.cards == ("Card",)
    assert parse(as_toml(mapping)) == mapping
    assert parse(as_toml(Mapping(name="x"))) == Mapping(name="x")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = ", "not TOML"), ('nam = "x"', "did you mean name?"),
        ('name = "x"\n[policy]\nduplicate = "skip"', "did you mean policy.duplicates?"),
        ('name = "x"\n[columns]\nzzzz = "a"', "known: number"),
        ('name = "x"\n[policy]\nduplicates = "eat"', "policy.duplicates"),
        ('name = "Not a slug"', "name"), ('columns = 3\nname = "x"', "columns"),
    ],
)  # fmt: skip
def test_a_mapping_that_makes_no_sense_names_the_key(text, says):
    with pytest.raises(ImportStopped) as stopped:
        parse(text)
    assert says in str(stopped.value.details["problem"])


def test_a_mapping_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(ImportStopped):
        load(tmp_path / "none.toml")
    (tmp_path / "m.toml").write_text('name = "x"', "utf-8-sig")
    assert load(tmp_path / "m.toml").origin == "x"


# -- rows ------------------------------------------------------------------------------------------


def read_members(tmp_path: Path, text: str, mapping: str = "", place: Place = PLACE) -> list:
    """Rows, or the refusals in their place."""
    path = tmp_path / "members.csv"
    path.write_text(text, "utf-8")
    told = parse(f'name = "old"\n{mapping}')
    shape = look(path, told.file, "GR")
    if not mapping.count("[columns]"):
        told = Mapping(
            name="old", columns=guess_members(shape.header), file=told.file,
            policy=told.policy, consent=told.consent, name_order=told.name_order,
        )  # fmt: skip
    reader = MemberReader(shape, told, place)
    rows = []
    for record in records(shape):
        try:
            rows.append(reader.read(record))
        except RowRefused as refused:
            rows.append(refused)
    return rows


def test_a_row_is_read_whole(tmp_path):
    header = (
        "id,name,phone,email,card,card 2,birthday,language,joined,points,expires,tier,tags,"
        "lifetime spend,notes,consent,newsletter,consent date"
    )
    values = (
        f"7,Eleni Example,690 000 4417,Eleni@Example.com,{CARD},ABC-123,1.3.1980,Greek,2020-05-01,"
        '"1.234",2027-01-31,gold,fish; wine;fish,"1.000,50 €",likes olives,yes,no,2020-05-02'
    )
    [row] = read_members(tmp_path, f"{header}\n{values}\n")
    assert (row.key, row.given_name, row.family_name) == ("n:7", "Eleni", "Example")
    assert (row.phone, row.email) == ("+306900004417", "eleni@example.com")
    assert row.cards == (CARD, "ABC123")
    assert (row.birthday, row.language, row.points) == ("1980-03-01", "el", 1234)
    assert row.lapses_at == datetime(2027, 1, 31, 22, tzinfo=UTC)
    assert (row.tier, row.segments, row.spend) == ("gold", ("fish", "wine"), 100050)
    assert row.answers == ((Purpose.PROGRAMME, True), (Purpose.EMAIL, False))
    assert row.answered_at == datetime(2020, 5, 1, 21, tzinfo=UTC)
    assert set(row.tokens) == {
        "n:7", "p:+306900004417", "e:eleni@example.com", f"c:{CARD}", "c:ABC123",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("x,A,6900004417,yes,1,extra", "wrong_width"), ("x,A,6900004417", "wrong_width"),
        ("x,A\ufffd,6900004417,yes,1", "unreadable"), ('"x"y,A,6900004417,yes,1', "torn_quotes"),
        (",,6900004417,yes,1", "no_name"), (",A,,yes,1", "nothing_to_know_by"),
        ("x,A,6900004417,,1", "no_consent"), ("x,A,6900004417,no,1", "no_consent"),
        ("x,A,6900004417,maybe,1", "not_yes_no"), ("x,A,12,yes,1", "bad_phone"),
        ("x,A,6900004417,yes,many", "not_a_number"),
    ],
)  # fmt: skip
def test_a_row_that_is_wrong_says_where(tmp_path, line, code):
    [refused] = read_members(tmp_path, f"id,first name,phone,consent,points\n{line}\n")
    assert isinstance(refused, RowRefused)
    assert refused.code == code


def test_what_a_row_is_known_by(tmp_path):
    text = f"first name,card,phone,email\nA,{CARD},,\nB,,6900004417,\nC,,,c@example.com\n"
    rows = read_members(tmp_path, text, '[consent]\nground = "contract"')
    assert [row.key for row in rows] == [f"c:{CARD}", "p:+306900004417", "e:c@example.com"]
    assert rows[0].answers == ((Purpose.PROGRAMME, True),)
    assert (rows[0].language, rows[0].joined_at, rows[0].points) == ("el", None, None)


def test_a_bad_phone_may_be_lost_rather_than_the_row(tmp_path):
    text = "id,first name,phone,birthday,consent\n1,A,12,NULL,yes\n"
    mapping = '[policy]\nbad_values = "drop"\n[file]\nempty = ["NULL"]'
    [row] = read_members(tmp_path, text, mapping)
    assert (row.phone, row.birthday, [d.code for d in row.dropped]) == ("", "", ["bad_phone"])


def test_hungarians_and_mappings_say_the_family_name_first(tmp_path):
    text = "id,name,lang,consent\n1,Példa Ágnes,hu,yes\n2,Example Eleni,el,yes\n"
    assert [r.given_name for r in read_members(tmp_path, text)] == ["Ágnes", "Example"]
    order = 'name_order = "family_first"'
    assert [r.given_name for r in read_members(tmp_path, text, order)] == ["Ágnes", "Eleni"]


def test_a_column_that_is_not_there_or_twice_stops_everything(tmp_path):
    for header, says in (("id,name", "there is no column"), ("Nr,Nr,name", "several columns")):
        with pytest.raises(ImportStopped) as stopped:
            read_members(tmp_path, f"{header}\n1,2,3\n", '[columns]\nnumber = "Nr"\nname = "name"')
        assert says in str(stopped.value.details["problem"])


def read_history(tmp_path: Path, text: str, mapping: str = "") -> list:
    path = tmp_path / "history.csv"
    path.write_text(text, "utf-8")
    told = parse(f'name = "old"\n{mapping}')
    shape = look(path, told.history.file, "GR")
    reader = HistoryReader(shape, told, PLACE)
    rows = []
    for record in records(shape):
        try:
            rows.append(reader.read(record))
        except RowRefused as refused:
            rows.append(refused.code)
    return rows


HISTORY = '[history.columns]\nmember = "m"\ndate = "d"\npoints = "p"\nkind = "k"\namount = "a"\n'


def test_movements_get_their_sign_and_cause(tmp_path):
    text = (
        f'm,d,p,k,a\n{CARD},2026-01-01,10,Αγορά,"10,00"\n{CARD},2026-01-02,5,redeem,\n'
        f"{CARD},2026-01-03,-5,,\n{CARD},2026-01-03,3,,\n{CARD},2026-01-04,-7,Correction,\n"
        f"{CARD},2026-01-05,0,,\n{CARD},2026-01-05,9,test,\n"
    )
    rows = read_history(tmp_path, text, f'{HISTORY}[history.kinds]\ntest = "ignore"')
    kinds = EntryKind
    assert [r and (r.kind, r.points, r.amount) for r in rows] == [
        (kinds.EARN, 10, 1000), (kinds.REDEEM, -5, None), (kinds.REDEEM, -5, None),
        (kinds.EARN, 3, None), (kinds.ADJUST, -7, None), None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"{CARD},2026-01-01,-5,earn,", "negative_earning"), (",2026-01-01,5,,", "no_member"),
        (f"{CARD},,5,,", "no_date"), (f"{CARD},2026-01-01,5,dance,", "unknown_kind"),
        (f"{CARD},2030-01-01,5,,", "in_the_future"), ("123456;234567,2026-01-01,5,,", "bad_card"),
    ],
)  # fmt: skip
def test_movements_that_make_no_sense(tmp_path, line, code):
    assert read_history(tmp_path, f"m,d,p,k,a\n{line}\n", HISTORY) == [code]


@pytest.mark.parametrize(
    ("by", "value", "token"),
    [
        ("number", "77", "n:77"), ("phone", "6900004417", "p:+306900004417"),
        ("email", "A@Example.com", "e:a@example.com"), ("card", CARD, f"c:{CARD}"),
    ],
)  # fmt: skip
def test_history_names_members_in_four_ways(tmp_path, by, value, token):
    told = f'[history]\nby = "{by}"\n{HISTORY}'
    [row] = read_history(tmp_path, f"m,d,p,k,a\n{value},2026-01-01,5,,\n", told)
    assert row.token == token


def test_history_without_its_columns_stops_everything(tmp_path):
    with pytest.raises(ImportStopped) as stopped:
        read_history(tmp_path, "m,d\n1,2\n", '[history.columns]\nmember = "m"\ndate = "d"')
    assert "history.columns.points" in str(stopped.value.details["problem"])


# -- scratch paper, report -------------------------------------------------------------------------


def test_the_first_line_that_named_somebody_stays():
    with Scratch() as scratch:
        scratch.see(["c:1", "p:2"], Seen("a", 2, "x"))
        scratch.see(["c:1", "e:3"], Seen("b", 3, "y"))
        assert [scratch.seen(token) for token in ("c:1", "e:3", "c:9")] == [
            Seen("a", 2, "x"), Seen("b", 3, "y"), None,
        ]  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "+30", "-5", "@x", " =1", "\t=1", "|x", "%x"])
def test_nothing_in_the_report_is_a_formula(text):
    assert harmless(text).startswith("'")


def test_nothing_in_the_report_commands_a_terminal():
    assert harmless("a\x1b[2Jb\nc\u202ed") == "a␛[2Jb␊c�d"
    assert harmless("Eleni") == "Eleni"


CODES = [*sentences._VALUES, *sentences._ROWS, *sentences._NOTES]


@pytest.mark.parametrize("code", CODES)
def test_every_finding_has_its_sentence(code):
    details = dict.fromkeys(
        ("places", "found", "expected", "tiers", "line", "name", "spent", "points", "sum",
         "stated", "opening"), 7,
    )  # fmt: skip
    what, remedy = sentences.told(Finding(Level.NOTE, "f", 1, code, details=details), Words())
    assert what.endswith(".")
    assert "{" not in what + remedy
    assert not remedy or remedy.endswith(".")


def test_every_code_that_reading_gives_is_known():
    source = Path(sentences.__file__).parent
    given = {
        word
        for file in source.glob("*.py")
        for line in file.read_text("utf-8").splitlines()
        if "RowRefused(" in line or "BadValue(" in line
        for word in [line.partition('("')[2].partition('"')[0]]
        if word
    }
    assert given <= set(CODES)
