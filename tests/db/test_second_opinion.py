"""SQLite answers about the past what the plain lists in memory answer, whatever happened."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.db.engine import open_database
from terminal.db.verify import verify
from terminal.ids import MemberId
from terminal.ports import Database, UnitOfWork
from terminal.sales import Goods, Product, Sale, SaleLine, Tender, TenderKind
from terminal.shares import ReturnLine
from tests.contract.samples import ANNA, BELA, after, back, entry, member, order, sale
from tests.fakes import MemoryDatabase

Deed = Callable[[UnitOfWork], None]
_days = st.integers(0, 6)
_whose = st.sampled_from([ANNA, BELA, None])
_currency = st.sampled_from(["EUR", "EUR", "HUF"])


@st.composite
def sold(draw: st.DrawFn, number: int) -> Sale:
    lines = []
    for _ in range(draw(st.integers(1, 3))):
        price, quantity = draw(st.integers(0, 999)), draw(st.integers(1, 4))
        off = draw(st.integers(0, price * quantity))
        by_points, goods = draw(st.integers(0, off)), Goods(draw(st.sampled_from(["", "a", "b"])))
        line = SaleLine("A1", "x", price, quantity, off, points_paid=by_points, goods=goods)
        lines.append(line)
    paid = sum(line.paid for line in lines)
    return sale(
        f"s-{number}", after(days=draw(_days)), lines=tuple(lines), member_id=draw(_whose),
        currency=draw(_currency), redeemed_value=sum(line.points_paid for line in lines),
        tenders=(Tender(TenderKind.CARD, paid),), seq=number,
    )  # fmt: skip


def _returned(draw: st.DrawFn, of: Sale, number: int) -> "list[Deed]":
    """The sale in parts, line by line and in any order, sometimes the rest as a whole."""
    deeds: list[Deed] = []
    pieces = [(place, 1) for place, line in enumerate(of.lines) for _ in range(line.quantity)]
    for turn, piece in enumerate(draw(st.permutations(pieces))[: draw(st.integers(0, 4))]):
        part = back(
            f"r-{number}-{turn}", of.id, after(days=draw(_days)), lines=(ReturnLine(*piece),),
            seq=1000 + number * 10 + turn,
        )  # fmt: skip
        deeds.append(lambda uow, part=part: uow.sales.put_return(part))  # type: ignore[misc]
    return deeds


@st.composite
def histories(draw: st.DrawFn) -> "list[Deed]":
    deeds: list[Deed] = []
    for number in range(draw(st.integers(0, 6))):
        made = draw(sold(number))
        deeds.append(lambda uow, made=made: uow.sales.put(made))  # type: ignore[misc]
        deeds += _returned(draw, made, number)
    for number in range(draw(st.integers(0, 3))):
        at, own = after(days=draw(_days)), draw(st.sampled_from(["", "", "s-0"]))
        came = order(str(number), at, member_id=draw(_whose), currency=draw(_currency), sale_id=own)
        deeds.append(lambda uow, came=came: uow.sales.put_order(came) and None)  # type: ignore[misc]
    for number in range(draw(st.integers(0, 5))):
        points = draw(st.integers(-9, 9).filter(bool))
        moved = entry(
            f"e-{number}", points, after(days=draw(_days)), qualifying=points, seq=5000 + number,
            reverses=draw(st.sampled_from([None, "e-0", "e-1"])),
        )  # fmt: skip
        deeds.append(lambda uow, moved=moved: uow.ledger.append([moved]) and None)  # type: ignore[misc]
    return deeds


def _happens(database: Database, deeds: "list[Deed]") -> None:
    with database.write() as uow:
        for person in (ANNA, BELA):
            uow.members.put(member(person))
        uow.products.put_all([Product("A1", "Ελιές", 1, "EUR", goods=Goods("olives"))])
        for deed in deeds:
            deed(uow)
        uow.commit()


def _answers(database: Database, since: int, until: int) -> "list[Any]":
    window = after(days=since), after(days=until)
    with database.read() as uow:
        answers: list[Any] = [list(uow.ledger.between(*window))]
        streamed = [*uow.sales.stream(*window)]
        answers += [sorted(streamed, key=lambda s: s.id), [s.member_id for s in streamed]]
        answers += [[o.member_id for o in uow.sales.orders_stream(*window)]]
        for whose in (ANNA, BELA, MemberId("m-c")):
            answers += [
                uow.sales.spent(whose, "EUR", *window),
                sorted(uow.sales.history(whose, "EUR", *window), key=repr),
                list(uow.sales.visits(whose, *window)),
                uow.sales.purchases(whose, window[1]),
                sorted(uow.sales.bought(whose, *window), key=repr),
                uow.ledger.qualifying(whose, *window),
                uow.ledger.earned_since(whose, window[0]),
                uow.ledger.account(whose),
            ]
        return answers


@settings(max_examples=25, deadline=None)
@given(deeds=histories(), since=_days, length=st.integers(0, 7))
def test_the_past_is_told_alike(deeds: "list[Deed]", since: int, length: int) -> None:
    with TemporaryDirectory() as folder:
        memory, sqlite = MemoryDatabase(), open_database(Path(folder) / "till.sqlite")
        for database in (memory, sqlite):
            _happens(database, deeds)
        told = [_answers(database, since, since + length) for database in (memory, sqlite)]
        report = verify(sqlite)
        sqlite.close()
    assert told[0] == told[1]
    assert report.ok, str(report)
