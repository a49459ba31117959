"""Timeline and hits: any number of rows, opened and chosen by key."""

import time

import pytest
from PySide6.QtCore import Qt

from tests.ui.components.painted import picture
from ui.theme import theme
from ui.views.components.fit import misfits
from ui.views.components.results import Result, ResultList
from ui.views.components.rows import ListRow
from ui.views.components.timeline import TimelineEntry, TimelineRow, TimelineView

MANY = 100_000


def _entry(number: int, *, opens: bool = True) -> TimelineEntry:
    return TimelineEntry(
        "18 Nov",
        "20:12",
        "globe",
        f"Online order {number}",
        "Web shop",
        "€38.90",
        "+58",
        "gain",
        "1,284",
        "warning",
        "38 for €38.40, 1 each" if opens else "",
        "Programme 12" if opens else "",
    )


@pytest.fixture
def timeline(app, qtbot):
    view = TimelineView()
    qtbot.addWidget(view)
    view.resize(540, 420)
    view.setHeads("amount", "points", "balance")
    view.setEntries([_entry(n, opens=n != 2) for n in range(20)])
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    view.setFocus()
    return view


def test_enter_opens_the_arithmetic_and_enter_again_asks_for_the_slip(timeline, qtbot):
    timeline.setCurrentIndex(timeline.model().index(1, 0))
    with qtbot.assertNotEmitted(timeline.slip_asked):
        qtbot.keyClick(timeline, Qt.Key.Key_Return)
    assert timeline.opened() == 1
    assert timeline.rowHeight(1) == 116
    with qtbot.waitSignal(timeline.slip_asked) as told:
        qtbot.keyClick(timeline, Qt.Key.Key_Return)
    assert told.args == [1]


def test_opening_one_entry_closes_the_other(timeline):
    timeline.open_row(1)
    timeline.open_row(4)
    assert (timeline.rowHeight(1), timeline.rowHeight(4)) == (56, 116)
    timeline.open_row(-1)
    assert timeline.rowHeight(4) == 56


def test_a_click_opens_and_closes(timeline, qtbot):
    place = timeline.visualRect(timeline.model().index(3, 0)).center()
    for expected in (3, -1):
        qtbot.mouseClick(timeline.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert timeline.opened() == expected


def test_an_entry_without_arithmetic_stays_closed(timeline, qtbot):
    place = timeline.visualRect(timeline.model().index(2, 0)).center()
    qtbot.mouseClick(timeline.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert timeline.opened() == -1


def test_other_entries_are_closed_again(timeline):
    timeline.open_row(1)
    timeline.setEntries([_entry(1)])
    assert (timeline.opened(), timeline.rowHeight(0)) == (-1, 56)


def test_large_figures_have_room(timeline):
    big = TimelineEntry(
        "nov. 18.", "20:12", "gift", "Beváltás", "", "1 243 400 Ft", "+128 400", "gain", "1 128 400"
    )
    timeline.setEntries([big])
    assert misfits(timeline) == []


def test_a_reader_hears_the_whole_entry(timeline):
    index = timeline.model().index(0, 0)
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "18 Nov, 20:12, Online order 0, Web shop, €38.90, +58, 1,284"
    assert index.data(Qt.ItemDataRole.DecorationRole) is None


def test_a_single_entry_stands_by_itself(app, qtbot):
    row = TimelineRow(_entry(1), opened=True)
    qtbot.addWidget(row)
    row.resize(540, row.sizeHint().height())
    assert row.height() == 116
    assert misfits(row) == []


def test_a_hundred_thousand_entries_open_and_scroll_at_once(app, qtbot):
    view = TimelineView()
    qtbot.addWidget(view)
    view.resize(540, 420)
    entries = [_entry(n) for n in range(MANY)]
    before = time.process_time()
    view.setEntries(entries)
    view.show()
    view.open_row(MANY // 2)
    view.scrollTo(view.model().index(MANY // 2, 0))
    view.grab()
    assert time.process_time() - before < 1
    assert view.indexAt(view.viewport().rect().center()).row() > 1000


@pytest.fixture
def hits(app, qtbot):
    view = ResultList()
    qtbot.addWidget(view)
    view.resize(260, 300)
    view.setResults([Result(f"Eleni Example {n}", "Gold", (0, 4)) for n in range(10)])
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    view.setFocus()
    return view


def test_arrows_move_and_enter_chooses(hits, qtbot):
    moved = []
    hits.moved.connect(moved.append)
    qtbot.keyClick(hits, Qt.Key.Key_Down)
    qtbot.keyClick(hits, Qt.Key.Key_Down)
    with qtbot.waitSignal(hits.chosen) as told:
        qtbot.keyClick(hits, Qt.Key.Key_Return)
    assert (moved, told.args) == ([1, 2], [2])


def test_a_click_chooses_a_hit(hits, qtbot):
    place = hits.visualRect(hits.model().index(3, 0)).center()
    with qtbot.waitSignal(hits.chosen) as told:
        qtbot.mouseClick(hits.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [3]


def test_no_hits_have_no_current_row(hits):
    hits.setResults([])
    assert hits.index_now() == -1


def test_a_hundred_thousand_hits_are_shown_at_once(hits):
    many = [Result(f"Example {n}") for n in range(MANY)]
    before = time.process_time()
    hits.setResults(many)
    hits.scrollToBottom()
    hits.grab()
    assert time.process_time() - before < 1
    assert hits.indexAt(hits.viewport().rect().center()).row() > MANY - 10


def test_hebrew_matches_are_marked_where_they_are_read(app, qtbot):
    row = ListRow()
    qtbot.addWidget(row)
    row.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    row.resize(256, 60)
    accent = theme.color("accent").name()
    spans = []
    for match in ((0, 3), (4, 3)):
        row.setRow("דנה לדוגמה", match=match)
        image = picture(row)
        marked = [
            x
            for x in range(image.width())
            if any(image.pixelColor(x, y).name() == accent for y in range(image.height()))
        ]
        spans.append((min(marked), max(marked)))
    assert spans[1][1] < spans[0][0]
