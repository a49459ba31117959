"""Pages on their way: after the booking, never in its way, again where the folder was away."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from terminal.errors import FileNotWritten
from terminal.events import MemberChanged, SaleBooked
from terminal.ids import MemberId, SaleId
from terminal.services.digital_slips import CATCH_UP, CLEAN_EVERY, DigitalSlips, keep_pages
from terminal.settings import SlipSettings
from tests.issuing.conftest import Desk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "web"
    made.mkdir()
    return made


@pytest.fixture
def pages(desk: Desk, folder: Path) -> DigitalSlips:
    return DigitalSlips(desk.shop.database, desk.issuing(), folder, 90, desk.shop.clock)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def sold(desk: Desk) -> tuple[SaleId, str]:
    done = desk.shop.sell(None, desk.shop.basket("OIL-500"))
    return done.sale.id, f"{desk.issuing().digital_slip(done.sale.ref).code}.html"


def test_a_booked_sale_has_its_page_under_a_name_that_nobody_guesses(
    desk: Desk, pages: DigitalSlips, folder: Path
) -> None:
    assert pages.run_once()
    sale_id, name = sold(desk)
    pages.heard(SaleBooked(sale_id, None))
    pages.heard(MemberChanged(MemberId("somebody")))
    assert names(folder) == set(), "nothing is written while the sale is being booked"
    pages.run_once()
    assert names(folder) == {name}
    assert name.startswith("v1.T1-")
    assert len(name.split(".")[-2]) == 16
    assert b"Elia Deli" in (folder / name).read_bytes()


def test_after_a_start_the_last_day_is_made_up_for(
    desk: Desk, pages: DigitalSlips, folder: Path
) -> None:
    _, old = sold(desk)
    desk.shop.later(hours=2 + CATCH_UP.total_seconds() / 3600)
    _, fresh = sold(desk)
    _, there = sold(desk)
    (folder / there).write_text("as it was")
    pages.run_once()
    assert names(folder) == {fresh, there}
    assert (folder / there).read_text() == "as it was"
    assert old not in names(folder)


def test_a_folder_that_is_away_is_tried_again_and_nothing_is_forgotten(
    desk: Desk, pages: DigitalSlips, folder: Path
) -> None:
    pages.run_once()
    first, second = sold(desk), sold(desk)
    for sale_id, _ in (first, second):
        pages.heard(SaleBooked(sale_id, None))
    folder.rmdir()
    with pytest.raises(FileNotWritten):
        pages.run_once()
    folder.mkdir()
    pages.run_once()
    assert names(folder) == {first[1], second[1]}


def test_a_sale_that_is_not_in_the_books_or_has_no_slip_holds_up_nothing(
    desk: Desk, pages: DigitalSlips, folder: Path
) -> None:
    pages.run_once()
    slipless, _ = sold(desk)
    sale_id, name = sold(desk)
    real = desk.shop.database.read

    class Without:
        """The books without the slips of one sale."""

        def __init__(self) -> None:
            self._uow = real()

        def __enter__(self) -> "Without":
            self._uow.__enter__()
            return self

        def __exit__(self, *why: object) -> None:
            self._uow.__exit__(*why)

        def __getattr__(self, part: str) -> object:
            return self if part == "slips" else getattr(self._uow, part)

        def of_sale(self, which: SaleId) -> list[object]:
            return [] if which == slipless else self._uow.slips.of_sale(which)

    desk.shop.database.read = Without  # type: ignore[method-assign]
    for known in (SaleId("nowhere"), slipless, sale_id):
        pages.heard(SaleBooked(known, None))
    pages.run_once()
    assert names(folder) == {name}


def test_old_pages_go_and_other_peoples_files_stay(
    desk: Desk, pages: DigitalSlips, folder: Path
) -> None:
    now = desk.shop.moment.timestamp()
    for name, days in (("v1.T1-1.A.html", 91), ("v1.T1-2.B.html", 89), ("index.html", 900)):
        (folder / name).write_text("x")
        os.utime(folder / name, (now - days * 86_400,) * 2)
    pages.run_once()
    assert names(folder) == {"v1.T1-2.B.html", "index.html"}
    desk.shop.later(days=2)
    pages.run_once()
    assert names(folder) == {"index.html"}


def test_it_does_not_look_for_old_pages_all_the_time(
    desk: Desk, pages: DigitalSlips, folder: Path
) -> None:
    pages.run_once()
    (folder / "v1.x.y.html").write_text("x")
    os.utime(folder / "v1.x.y.html", (0, 0))
    pages.run_once()
    assert names(folder) == {"v1.x.y.html"}
    desk.shop.later(seconds=CLEAN_EVERY.total_seconds())
    pages.run_once()
    assert names(folder) == set()


# -- on its thread -----------------------------------------------------------------------------


def until(what: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not what():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.005)


@pytest.fixture
def running(pages: DigitalSlips) -> Iterator[DigitalSlips]:
    pages.start()
    yield pages
    pages.stop()


def test_the_thread_writes_what_is_booked(desk: Desk, running: DigitalSlips, folder: Path) -> None:
    stop = desk.shop.bus.subscribe(running.heard)
    _, name = sold(desk)
    until(lambda: names(folder) == {name})
    stop()


def test_a_folder_that_is_away_is_said_once(
    desk: Desk,
    pages: DigitalSlips,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("terminal.services.digital_slips.RETRY_S", 0.01)
    sale_id, name = sold(desk)
    folder.rmdir()
    tries = []
    real = pages.run_once
    monkeypatch.setattr(pages, "run_once", lambda: tries.append(1) or real())
    with caplog.at_level(logging.WARNING):
        pages.start()
        pages.heard(SaleBooked(sale_id, None))
        until(lambda: len(tries) > 3)
        folder.mkdir()
        until(lambda: names(folder) == {name})
        pages.stop()
    said = [record.message for record in caplog.records]
    assert len(said) == 1
    assert "digital slips wait" in said[0]


def test_a_till_keeps_pages_from_its_start_to_its_end(desk: Desk, folder: Path) -> None:
    wanted = SlipSettings(digital_folder=str(folder), digital_days=90)
    shop = desk.shop
    stop = keep_pages(shop.database, desk.issuing(), wanted, shop.clock, shop.bus)
    try:
        _, name = sold(desk)
        end = time.monotonic() + 10
        while name not in names(folder):
            assert time.monotonic() < end
            threading.Event().wait(0.01)
    finally:
        stop()
    _, late = sold(desk)
    assert late not in names(folder), "a till that closed writes nothing"
    assert not any(thread.name == "digital-slips" for thread in threading.enumerate())
