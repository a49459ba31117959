"""Finding a member by what somebody can remember, in six scripts."""

import pytest

from terminal.ports import Database
from tests.contract.samples import T0, after, card, member, with_members

PEOPLE = [
    member("el", "Ευαγγελία", "Παράδειγμα", phone="+306912345678", email="eva@example.com"),
    member("pl", "Łucja", "Przykładowska", phone="+48512345670"),
    member("bg", "Йоана", "Примерова", call_name="ѝскра", phone="+359888123450"),
    member("hu", "Győző", "Példa Kőszegi", language="hu", phone="+36301234560"),
    member("he", "מרים", "דוגמאין", phone="+972501234569"),
    member("en", "Sam", "Example", call_name="Sunny", email="sam.example@example.com"),
    member("de", "Straße", "O'Beispiel-Muster"),
]


@pytest.fixture
def shop(database: Database) -> Database:
    with_members(database, *PEOPLE)
    with database.write() as uow:
        uow.members.put_card(card("2900000000018", "el"))
        uow.members.put_card(card("2912345000012", "pl"))
        uow.members.put_card(card("VIP0042", "en"))
        uow.commit()
    return database


def found(database: Database, query: str, limit: int = 20) -> list[str]:
    with database.read() as uow:
        return [each.id for each in uow.members.search(query, limit)]


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("παραδ", "el"),
        ("Παράδειγμα", "el"),
        ("ΠΑΡΑΔΕΙΓΜΑ", "el"),
        ("ευαγγελια", "el"),
        ("παρ ευαγ", "el"),
        ("Ευαγγελία Παράδειγμα", "el"),
        ("lucja", "pl"),
        ("ŁUCJA przykł", "pl"),
        ("przyklad", "pl"),
        ("йоана", "bg"),
        ("ЙОАНА ПРИМ", "bg"),
        ("искра", "bg"),
        ("peld gyozo", "hu"),
        ("KŐSZEGI", "hu"),
        ("koszegi", "hu"),
        ("Példa Kőszegi", "hu"),
        ("מרימ", "he"),
        ("מרים", "he"),
        ("דוגמאינ", "he"),
        ("דוגמא", "he"),
        ("sunny", "en"),
        ("strasse", "de"),
        ("muster o", "de"),
        ("obeispiel", "de"),
    ],
)
def test_a_name_is_found_however_it_is_typed(shop: Database, typed: str, who: str) -> None:
    assert found(shop, typed) == [who]


@pytest.mark.parametrize("typed", ["иоана", "zzz", "sam zzz", "ample", "παραδ sam", "@", "--"])
def test_what_nobody_is_called_finds_nobody(shop: Database, typed: str) -> None:
    assert found(shop, typed) == []


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("+30 691 234 5678", "el"),
        ("306912", "el"),
        ("6912345678", "el"),
        ("5678", "el"),
        ("0888 123 450", "bg"),
        ("06-30-123-4560", "hu"),
        ("050-1234569", "he"),
        ("0048 512345670", "pl"),
        ("29000", "el"),
        ("0018", "el"),
        ("2912345000012", "pl"),
        ("vip00", "en"),
        ("0042", "en"),
        ("2-900000-000018", "el"),
    ],
)
def test_a_number_is_found_by_its_beginning_or_its_end(
    shop: Database, typed: str, who: str
) -> None:
    assert found(shop, typed) == [who]


@pytest.mark.parametrize("typed", ["eva@", "EVA@EXAMPLE.COM", "eva@example.com"])
def test_an_address_is_found_by_its_beginning(shop: Database, typed: str) -> None:
    assert found(shop, typed) == ["el"]


def test_an_address_without_its_sign_is_found_too(shop: Database) -> None:
    assert found(shop, "sam.ex") == ["en"]


def test_family_names_come_before_other_names(database: Database) -> None:
    with_members(
        database,
        member("1", "Adam", "Marek"),
        member("2", "Maria", "Sample"),
        member("3", "Maria", "Example"),
        member("4", "Zoe", "Mar"),
        member("5", "Ben", "Marek"),
        member("6", "Marcel", "Zet"),
    )
    assert found(database, "mar") == ["4", "1", "5", "6", "3", "2"]
    assert found(database, "mar", 3) == ["4", "1", "5"]
    assert found(database, "maria") == ["3", "2"]
    assert found(database, "mar ad") == ["1"]


def test_who_has_two_fitting_words_is_found_once(database: Database) -> None:
    with_members(database, member("1", "Maria Marta", "Sample"), member("2", "Marz", "Example"))
    assert found(database, "mar") == ["1", "2"]
    assert found(database, "mar", 2) == ["1", "2"]


def test_several_words_keep_one_order_however_rare_they_are(database: Database) -> None:
    with_members(
        database,
        *(member(str(n), "Maria", f"Family{n:04d}") for n in range(1500)),
        member("a", "Marta Rare", "Bcd"),
        member("b", "Maria Rare", "Xyz"),
        member("c", "Maria Rare", "Abc"),
    )
    assert found(database, "mar rare") == ["c", "b", "a"]
    assert found(database, "rare mar") == ["c", "a", "b"]
    assert found(database, "mar fam", 3) == ["0", "1", "2"]
    assert found(database, "fam maria 0", 3) == []


def test_a_new_name_is_found_and_the_old_one_is_not(shop: Database) -> None:
    renamed = member("en", "Samuel", "Changed", phone="+4420000000", email="")
    with_members(shop, renamed)
    assert found(shop, "chang") == ["en"]
    assert found(shop, "+4420") == ["en"]
    assert found(shop, "exampl") == []
    assert found(shop, "sunny") == []
    assert found(shop, "sam.ex") == []


def test_nothing_typed_shows_the_newest(database: Database) -> None:
    with_members(
        database,
        member("1", joined_at=after(days=1)),
        member("2", joined_at=after(days=3)),
        member("3", joined_at=after(days=2)),
        member("4", joined_at=T0),
    )
    assert found(database, "  ", 3) == ["2", "3", "1"]
