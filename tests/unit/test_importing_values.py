"""Other people's numbers, days, answers and encodings."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.importing.dates import end_of_day, read_birthday, read_day, read_moment
from terminal.importing.encodings import find_encoding
from terminal.importing.mapping import FileFormat
from terminal.importing.numbers import minor_units, whole_number
from terminal.importing.problems import (
    BadValue,
    ImportStopped,
)
from terminal.importing.reading import look, records
from terminal.importing.values import (
    read_answer,
    read_cards,
    read_email,
    read_language,
    read_phone,
    split_name,
)

ATHENS = ZoneInfo("Europe/Athens")
TODAY = date(2026, 11, 22)
CARD = "2950000000013"


def refusal(read, *values, **more) -> str:
    with pytest.raises(BadValue) as bad:
        read(*values, **more)
    return bad.value.code


# -- numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("1.234", 1234), ("1 234", 1234), ("1,234", 1234), ("1'234", 1234), ("1\u00a0234", 1234),
        ("12", 12), ("12,00", 12), ("12.0", 12), ("-5", -5), ("−5", -5), ("5-", -5), ("(5)", -5),
        ("+7", 7), ("1.234.567", 1234567), ("1 234,0", 1234), ("0", 0), ("0012", 12),
    ],
)  # fmt: skip
def test_points_are_read_as_spreadsheets_write_them(text, points):
    assert whole_number(text) == points


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_a_number"), ("abc", "not_a_number"), ("12 €", "not_a_number"),
        ("1.23.4", "not_a_number"), ("12 34", "not_a_number"), ("١٢", "not_a_number"),
        ("12 EUR EUR", "not_a_number"), ("12,5", "not_whole"), ("0.123", "not_whole"),
        ("2,95E+12", "shortened_number"), ("9999999999999", "too_large"),
    ],
)  # fmt: skip
def test_what_is_no_whole_number_is_refused(text, code):
    assert refusal(whole_number, text) == code


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("12,50 €", 1250), ("€12.5", 1250), ("1.234,56", 123456), ("1,234.56", 123456),
        ("1 234,56 EUR", 123456), ("12", 1200), ("-0,01", -1), ("(3,00 €)", -300), ("1.5000", 150),
    ],
)  # fmt: skip
def test_money_is_read_to_the_cent(text, minor):
    assert minor_units(text, "EUR") == minor


def test_money_that_would_have_to_be_guessed_is_refused():
    assert refusal(minor_units, "12 лв.", "EUR") == "other_currency"
    assert refusal(minor_units, "$12", "EUR") == "other_currency"
    assert refusal(minor_units, "0.123", "EUR") == "too_many_decimals"
    assert minor_units("1.234", "EUR") == 123400
    assert refusal(minor_units, "1.234", "EUR", ".") == "too_many_decimals"
    assert minor_units("1.234", "EUR", ",") == 123400


@given(st.integers(-(10**11), 10**11), st.sampled_from([("", ","), (".", ","), (",", ".")]))
def test_whatever_is_written_exactly_is_read_exactly(minor, marks):
    group, decimal = marks
    whole = f"{abs(minor) // 100:,}".replace(",", group)
    text = f"{'-' if minor < 0 else ''}{whole}{decimal}{abs(minor) % 100:02d}"
    assert minor_units(text, "EUR") == minor


# -- days ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "birthday"),
    [
        ("1980-03-01", "1980-03-01"), ("19800301", "1980-03-01"), ("1.3.1980", "1980-03-01"),
        ("01/13/1980", "1980-01-13"), ("13/01/1980", "1980-01-13"), ("04/04/1980", "1980-04-04"),
        ("1980. 03. 01.", "1980-03-01"), ("1.3.1980 г.", "1980-03-01"), ("29.02.", "02-29"),
        ("--02-29", "02-29"), ("1 March 1980", "1980-03-01"), ("March 1, 1980", "1980-03-01"),
        ("1 Μαρτίου 1980", "1980-03-01"), ("1 март 1980", "1980-03-01"),
        ("1980. március 1.", "1980-03-01"), ("1 marca 1980", "1980-03-01"),
        ("1 במרץ 1980", "1980-03-01"), ("1 Marchs", "03-01"),
        ("1980-03-01 00:00:00", "1980-03-01"), ("1980-03-01T00:00:00Z", "1980-03-01"),
    ],
)  # fmt: skip
def test_birthdays_in_many_styles(text, birthday):
    assert read_birthday(text, TODAY) == birthday


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("03/04/1980", "ambiguous_date"), ("5/6", "ambiguous_date"), ("01/02/80", "short_year"),
        ("29.02.2021", "not_a_date"), ("2027-01-01", "in_the_future"), ("1850-01-01", "long_ago"),
        ("44927", "not_a_date"), ("", "not_a_date"), ("31 Foober 1980", "not_a_date"),
        ("March 1980", "not_a_date"),
    ],
)  # fmt: skip
def test_a_birthday_that_could_be_two_days_or_none_is_refused(text, code):
    assert refusal(read_birthday, text, TODAY) == code


def test_the_mapping_says_which_comes_first():
    assert read_birthday("03/04/1980", TODAY, "dmy") == "1980-04-03"
    assert read_birthday("03/04/1980", TODAY, "mdy") == "1980-03-04"
    assert read_birthday("03/04", TODAY, "ymd") == "03-04"
    assert read_birthday("03.04.1980", TODAY, "mdy") == "1980-04-03"


def test_moments_are_on_the_shops_clock_unless_they_say_where():
    assert read_moment("2026-03-01", ATHENS) == datetime(2026, 2, 28, 22, tzinfo=UTC)
    assert read_moment("1.3.2026 14:30", ATHENS) == datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    assert read_moment("2026-03-01T14:30:05+01:00", ATHENS) == datetime(
        2026, 3, 1, 13, 30, 5, tzinfo=UTC
    )
    assert read_moment("2026-03-01 14:30Z", ATHENS) == datetime(2026, 3, 1, 14, 30, tzinfo=UTC)
    assert refusal(read_moment, "2026-03-01 25:30", ATHENS) == "not_a_date"
    assert refusal(read_day, "29.02.") == "no_year"


def test_points_that_lapse_on_a_day_live_through_it():
    assert end_of_day(date(2026, 12, 31), ATHENS) == datetime(2026, 12, 31, 22, tzinfo=UTC)


# -- single values ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["yes", "Ναι", "ДА", "igen", "Tak", "כן", "1", "x", "TRUE"])
def test_yes_in_six_languages(text):
    assert read_answer(text) is True


@pytest.mark.parametrize("text", ["no", "Όχι", "не", "Nem", "nie", "לא", "0"])
def test_no_in_six_languages(text):
    assert read_answer(text) is False


def test_values_that_make_no_sense():
    assert refusal(read_answer, "perhaps") == "not_yes_no"
    assert refusal(read_language, "Klingon", {}) == "unknown_language"
    assert refusal(read_phone, "12", "GR") == "bad_phone"
    assert refusal(read_phone, "3,0690E+11", "GR") == "shortened_number"
    assert refusal(read_email, "somebody@") == "bad_email"
    assert refusal(read_cards, "2950000000014") == "bad_card"


def test_languages_by_code_name_and_mapping():
    assert [read_language(t, {}) for t in ("el-GR", "Magyar", "iw", "ПОЛСКИ", "gr")] == [
        "el", "hu", "he", "pl", "el",
    ]  # fmt: skip
    assert read_language("3", {"3": "bg"}) == "bg"


def test_cards_several_in_a_cell_and_as_spreadsheets_leave_them():
    assert read_cards("295-0000 000013; ABC-123-X") == [CARD, "ABC123X"]
    assert read_cards("'2950000000013") == [CARD]
    assert read_cards('="2950000000013"') == [CARD]
    assert read_cards("2950000000013.0") == [CARD]


def test_names_are_split_where_there_is_one_column():
    assert split_name("Eleni Maria Example", family_first=False) == ("Eleni Maria", "Example")
    assert split_name("Example, Eleni", family_first=False) == ("Eleni", "Example")
    assert split_name("Példa Ágnes", family_first=True) == ("Ágnes", "Példa")
    assert split_name("Eleni", family_first=True) == ("Eleni", "")
    assert split_name("Eleni", family_first=False) == ("Eleni", "")


# -- encodings and shapes --------------------------------------------------------------------------

TEXTS = {
    "cp1253": "Κωδικός;Όνομα;Πόντοι\n1;Ελένη Παραδείγματος;5\n2;ΓΙΩΡΓΟΣ ΔΕΙΓΜΑ;7\n",
    "cp1251": "Код;Име;Точки\n1;Елена Примерова;5\n2;ГЕОРГИ ОБРАЗЦОВ;7\n",
    "cp1255": "מספר לקוח;שם;נקודות\n1;דנה לדוגמה;5\n2;אבי דוגמן;7\n",
    "cp1250": "Ügyfélszám;Név;Pontok\n1;Példa Ágnes;5\n2;Minta Őrs;7\n",
}


@pytest.mark.parametrize("country", ["GR", "BG", "IL", "HU", "GB"])
@pytest.mark.parametrize("page", TEXTS)
def test_every_encoding_is_found_whatever_the_country(tmp_path, page, country):
    path = tmp_path / "members.csv"
    text = TEXTS[page]
    for encoding in (page, "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        path.write_bytes(text.encode(encoding))
        shape = look(path, FileFormat(), country)
        assert (shape.header, shape.rows) == (tuple(text.splitlines()[0].split(";")), 2), encoding
        assert next(r.values for r in records(shape))[1] == text.splitlines()[1].split(";")[1]


def test_a_few_torn_letters_do_not_make_it_another_encoding(tmp_path):
    path = tmp_path / "members.csv"
    path.write_bytes(
        "Όνομα;Πόντοι\nΕλένη;1\n".encode() + "Γιώργος;2\n".encode("cp1253")[:2] + b";2\n"
    )
    assert find_encoding(path, "GR") == "utf-8-sig"


def test_zeros_without_order_are_no_utf16(tmp_path):
    path = tmp_path / "members.csv"
    path.write_bytes(b"a;b\n\0\0\0;1\n")
    assert find_encoding(path, "GR") == "utf-8-sig"


def test_a_long_file_is_judged_by_the_lines_that_tell(tmp_path):
    path = tmp_path / "members.csv"
    path.write_bytes(b"a;b\n" * 300_000 + "Ελένη Παραδείγματος;1\n".encode("cp1253") * 40_000)
    assert find_encoding(path, "BG") == "cp1253"


@pytest.mark.parametrize(
    ("text", "delimiter", "quote"),
    [
        ("a,b\n1,2\n", ",", '"'), ("a;b\n1,5;2\n", ";", '"'), ("a\tb\n1\t2\n", "\t", '"'),
        ("a|b\n1|2\n", "|", '"'), ("sep=;\na;b\n1;2\n", ";", '"'), ("sep=\na;b\n1;2\n", ";", '"'),
        ("'a','b'\n'1,0','2'\n", ",", "'"), ("a\n1\n", ",", '"'),
    ],
)  # fmt: skip
def test_delimiter_and_quotes_are_found(tmp_path, text, delimiter, quote):
    path = tmp_path / "members.csv"
    path.write_text(text, "utf-8")
    shape = look(path, FileFormat(), "GR")
    assert (shape.delimiter, shape.quote, shape.rows) == (delimiter, quote, 1)
    assert shape.header[0] == "a"


def test_lines_are_counted_as_an_editor_does(tmp_path):
    path = tmp_path / "members.csv"
    path.write_text('sep=,\na,b\n\n"1\n1",2\n,\n"3"x,4\n5,6\n', "utf-8")
    shape = look(path, FileFormat(), "GR")
    assert [(r.line, r.torn) for r in records(shape)] == [(4, False), (7, True), (8, False)]


def test_files_that_can_not_be_used_are_said_so(tmp_path):
    def problem(content: bytes) -> str:
        path = tmp_path / "members.csv"
        path.write_bytes(content)
        with pytest.raises(ImportStopped) as stopped:
            look(path, FileFormat(), "GR")
        return str(stopped.value.details["problem"])

    assert "empty" in problem(b"")
    assert "empty" in problem(b"\n\n")
    assert "save it as CSV" in problem(b"PK\x03\x04rest")
    assert "line 3" in problem(b'a,b\n1,2\n"3,4\n5,6\n')
    assert "line 2" in problem(b'a,b\n"1' + b"\n" * 200 + b'",2\n')
    with pytest.raises(ImportStopped):
        look(tmp_path / "there-is-none.csv", FileFormat(), "GR")


def test_columns_without_names_are_numbered(tmp_path):
    path = tmp_path / "members.csv"
    path.write_text("x,1\ny,2\n", "utf-8")
    shape = look(path, FileFormat(encoding="utf-8", header=False), "GR")
    assert (shape.header, shape.rows) == (("1", "2"), 2)
