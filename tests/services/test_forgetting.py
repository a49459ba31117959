"""A person who asked to be forgotten stands on no slip and in no row of an import any more."""

from dataclasses import replace

import pytest

from terminal.ids import CardNumber, StaffId
from terminal.importing.records import ImportedRow, ImportId, RowAct, RowState
from terminal.services.erasing import ErasingService
from terminal.services.whose import pseudonym
from terminal.slips import SlipState, slip_text


@pytest.fixture
def eleni(shop):
    return shop.enrol("Eleni", family_name="Paradeigma", phone="6900004417")


def erase(shop, view):
    service = ErasingService(
        shop.database, shop.till, shop.bus, clock=shop.clock, new_id=shop.new_id
    )
    service.erase(view.member.id, StaffId("boss"))


def slip(shop, slip_id):
    with shop.database.read() as uow:
        return uow.slips.get(slip_id)


def said(shop, slip_id):
    return slip_text(slip(shop, slip_id).slip.blocks)


def test_slips_of_old_say_the_same_but_for_whom(shop, eleni):
    done = shop.sell(eleni, shop.basket("OIL-500"))
    back = shop.services.counter.take_back(done.sale.ref, "damaged", "cashier")
    with shop.database.write() as uow:
        uow.slips.move(done.slip.id, SlipState.PRINTED, "")
        uow.commit()
    before = said(shop, done.slip.id)
    last_four = eleni.card_number[-4:]
    assert "Eleni" in before
    assert last_four in before
    assert "Eleni" in said(shop, back.slip.id)
    erase(shop, eleni)
    after = said(shop, done.slip.id)
    assert "Eleni" not in after
    assert f"···· {last_four}" not in after
    assert pseudonym(eleni.member.id) in after
    assert len(after.splitlines()) == len(before.splitlines())
    assert done.sale.ref in after
    assert slip(shop, done.slip.id).state is SlipState.PRINTED
    assert "Eleni" not in said(shop, back.slip.id), "a return stands on a slip of its own"


def test_a_name_of_former_days_goes_from_the_slips_of_those_days(shop, eleni):
    done = shop.sell(eleni, shop.basket("OIL-500"))
    with shop.database.write() as uow:
        uow.members.put(replace(uow.members.get(eleni.member.id), given_name="Helen"))
        uow.commit()
    erase(shop, eleni)
    assert "Eleni" not in said(shop, done.slip.id)


def test_a_slip_that_waits_for_paper_is_not_printed_any_more(shop, eleni):
    waiting = shop.services.counter.enquiries.balance(eleni.member.id)
    assert slip(shop, waiting.id).state is SlipState.QUEUED
    erase(shop, eleni)
    assert slip(shop, waiting.id).state is SlipState.CANCELLED
    assert "Eleni" not in said(shop, waiting.id)


def test_somebody_else_of_the_same_name_keeps_theirs(shop, eleni):
    other = shop.enrol("Eleni", family_name="Deigma", phone="6900009921")
    sale = shop.sell(other, shop.basket("OIL-500"))
    waiting = shop.services.counter.enquiries.balance(other.member.id)
    erase(shop, eleni)
    for job in (sale.slip, waiting):
        assert slip(shop, job.id).slip == job.slip
        assert slip(shop, job.id).state is SlipState.QUEUED


def test_words_that_begin_like_a_name_are_left_as_they_are(shop):
    bro = shop.enrol("Bro", family_name="Example", phone="6900004417")
    done = shop.sell(bro, shop.basket("OIL-500"))
    erase(shop, bro)
    assert f"{pseudonym(bro.member.id)} Bronze" in said(shop, done.slip.id)


def test_a_slip_that_names_nobody_stays_as_it_was(shop, eleni):
    """Of a sale that was a guest's when it was printed, and claimed later."""
    done = shop.sell(None, shop.basket("OIL-500"))
    with shop.database.write() as uow:
        uow.slips.move(done.slip.id, SlipState.PRINTED, "")
        uow.sales.put(replace(done.sale, member_id=eleni.member.id))
        uow.commit()
    before = slip(shop, done.slip.id)
    erase(shop, eleni)
    assert slip(shop, done.slip.id) == before


def test_asking_twice_changes_nothing_more(shop, eleni):
    done = shop.sell(eleni, shop.basket("OIL-500"))
    erase(shop, eleni)
    once = slip(shop, done.slip.id)
    erase(shop, eleni)
    assert slip(shop, done.slip.id) == once


def test_nothing_of_who_they_were_stands_in_what_imports_did(shop, eleni):
    row = ImportedRow(
        import_id=ImportId("i-1"), key="n:4711", number=1, line=2, act=RowAct.UPDATED,
        state=RowState.BOOKED, member_id=eleni.member.id, points=30,
        cards=(CardNumber(eleni.card_number),), consents=("c-1",), digest="d",
        before='{"given_name":"Eleni"}', facts='{"town":"Example"}', changed_at=shop.clock(),
    )  # fmt: skip
    other = shop.enrol("Maria", family_name="Deigma", phone="6900009921")
    theirs = replace(row, key="n:4712", number=2, member_id=other.member.id)
    with shop.database.write() as uow:
        uow.imports.put_row(row)
        uow.imports.put_row(theirs)
        uow.commit()
    erase(shop, eleni)
    with shop.database.read() as uow:
        left = uow.imports.row(row.import_id, row.key)
        assert left == replace(row, before="", facts="", cards=(), consents=())
        assert uow.imports.row(row.import_id, theirs.key) == theirs
