"""A shop made for measuring is a whole shop."""

from sqlalchemy import select

from terminal.cards import own_card
from terminal.db.bulk import CARD_PREFIX, member_id, seed_members
from terminal.db.bulk_sales import GUESTS, seed_sales, year_before
from terminal.db.searching import joined, name_key, name_words
from terminal.db.statements import Statement, param
from terminal.db.tables import members
from terminal.db.unit_of_work import SqlDatabase
from terminal.db.verify import verify
from terminal.folding import digits
from tests.contract.samples import T0

_FOUND_BY = Statement(
    select(
        members.c.name_key, members.c.words, members.c.phone_digits, members.c.phone_reversed
    ).where(members.c.id == param("id"))
)


def test_made_up_members_are_as_good_as_enrolled_ones(database: SqlDatabase) -> None:
    seed_members(database, 500, T0)
    assert verify(database).ok
    with database.read() as uow:
        assert uow.members.count() == 500
        for number in (1, 77, 500):
            found = uow.members.by_card(own_card(CARD_PREFIX, number))
            assert found is not None
            person, _card = found
            assert person.id == member_id(number)
            assert person in uow.members.search(f"{person.family_name} {person.given_name}", 9)
            row = uow.runner.all(_FOUND_BY, id=person.id)[0]
            phone = digits(person.phone)
            expected = (name_key(person), joined(name_words(person)), phone, phone[::-1])
            assert tuple(row) == expected


def test_made_up_sales_are_as_good_as_booked_ones(database: SqlDatabase) -> None:
    seed_members(database, 50, T0)
    seed_sales(database, 500, 50, T0)
    assert verify(database).ok
    since, until = year_before(T0)
    with database.read() as uow:
        sales = list(uow.sales.stream(since, until))
        assert len(sales) == 500
        assert sum(sale.member_id is None for sale in sales) == 500 // GUESTS
        for sale in (sales[0], sales[-1]):
            assert uow.sales.get(sale.id) == sale
            assert sale.goods == sale.paid == sum(tender.amount for tender in sale.tenders)
        assert {line.goods.category for sale in sales for line in sale.lines} > {"bread", "tea"}


def test_the_indexes_are_back_afterwards(database: SqlDatabase) -> None:
    def schema() -> list[str]:
        from sqlalchemy import text

        with database.read() as uow:
            rows = uow.runner.all(Statement(text("SELECT sql FROM sqlite_master ORDER BY name")))
        return [row[0] for row in rows]

    before = schema()
    seed_members(database, 10, T0)
    seed_sales(database, 10, 10, T0)
    assert schema() == before
