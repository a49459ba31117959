"""Card, facts, basket lines, key bar, notices, overlays: the parts of the counter."""

import statistics
import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from tests.ui.components.painted import colour_at, has_colour
from ui.theme import theme
from ui.views.components.bars import KeyBar, KeyItem, NavItem, TopBar
from ui.views.components.basket import BasketLine
from ui.views.components.button import Button
from ui.views.components.card import CardFace, MemberCard
from ui.views.components.field import TextField
from ui.views.components.figures import PointsFigure, Reason, TotalRow
from ui.views.components.fit import misfits, painted_texts
from ui.views.components.light import Light
from ui.views.components.notices import Banner, EmptyState, Toast
from ui.views.components.paper import Paper
from ui.views.components.rows import FactRow, ListRow, PairRow
from ui.views.components.scroll import BAR_WIDTH, ScrollArea
from ui.views.components.surface import Dialog, Overlay

FACE = CardFace(
    name="Eleni Paradeigma",
    points="1,284",
    points_word="points",
    tier="gold",
    tier_word="Gold",
    number="···· 4417",
    worth="€12.84",
    progress=0.62,
    progress_text="€188 to Platinum",
)


@pytest.fixture
def window(app, qtbot):
    made = QWidget()
    made.resize(1024, 768)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


@pytest.fixture
def card(app, qtbot):
    made = MemberCard()
    qtbot.addWidget(made)
    made.resize(360, 208)
    made.setFace(FACE)
    made.show()
    return made


def _sizes(card) -> dict[str, int]:
    return {text.text.strip("\u2066\u2068\u2069"): text.px for text in painted_texts(card)}


def test_the_card_says_all_of_the_member(card):
    assert card.accessibleName() == "Eleni Paradeigma, Gold, 1,284 points, €12.84, €188 to Platinum"
    assert _sizes(card)["Eleni Paradeigma"] == 32
    assert _sizes(card)["1,284"] == 56


@pytest.mark.parametrize(
    ("name", "px"),
    [
        ("Eleni Paradeigma", 32),
        ("Grzegorz Przykładowski", 24),
        ("Εκατερίνη Παράδειγμα-Δείγμα του Μάκρους", 18),
    ],
)
def test_a_long_name_shrinks_and_is_never_cut(card, name, px):
    card.setFace(CardFace(name=name, points="1,284", points_word="points"))
    assert px in _sizes(card).values()
    assert misfits(card) == []


def test_large_points_shrink_before_they_meet_the_money(card):
    card.setPoints("128,400,000", "1 284 000 Ft")
    assert _sizes(card)["128,400,000"] < 56
    assert misfits(card) == []
    card.resize(288, 208)
    assert misfits(card) == []


def test_a_reservation_takes_the_place_of_the_number(card):
    card.setNote("as of 14:02")
    assert "as of 14:02" in _sizes(card)
    assert "···· 4417" not in _sizes(card)
    card.setNote("")
    assert "···· 4417" in _sizes(card)


def test_a_changed_card_is_painted_within_three_milliseconds(card):
    ground, times = QPixmap(card.size()), []
    for number in range(40):
        before = time.perf_counter()
        card.setPoints(f"{1284 + number:,}", "€12.84")
        card.render(ground)
        times.append(time.perf_counter() - before)
    assert statistics.median(times) < 0.003


def test_an_empty_fact_keeps_its_height(app, qtbot):
    fact = FactRow()
    qtbot.addWidget(fact)
    empty = fact.sizeHint().height()
    fact.setFact("cake", "Birthday on Tuesday", "50 points added", "accent")
    assert fact.sizeHint().height() == empty == 54
    assert fact.accessibleName() == "Birthday on Tuesday, 50 points added"


def test_the_action_of_a_fact_is_told_and_can_go_away(app, qtbot):
    fact = FactRow()
    qtbot.addWidget(fact)
    fact.resize(360, 54)
    fact.setFact("envelope", "No consent for e-mail")
    fact.setAction("Ask", "F11")
    fact.show()
    with qtbot.waitSignal(fact.acted):
        qtbot.mouseClick(fact.button(), Qt.MouseButton.LeftButton)
    assert fact.button().geometry().right() == 359
    fact.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert fact.button().x() == 0
    fact.setAction("")
    assert fact.button().isHidden()


@pytest.fixture
def line(app, qtbot):
    made = BasketLine()
    qtbot.addWidget(made)
    made.resize(593, 68)
    made.setLine(2, "Ground coffee", "€12.80", detail="250 g")
    made.show()
    return made


def test_a_line_asks_and_the_screen_selects(line, qtbot):
    with qtbot.waitSignal(line.clicked):
        qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert not line.isChecked()
    assert line.sizeHint().height() == 60
    line.setSelected(True)
    assert line.sizeHint().height() == 68


def test_a_selected_line_changes_its_quantity_and_can_be_removed(line, qtbot):
    line.setRemoveName("Remove the line")
    line.setSelected(True)
    with qtbot.waitSignal(line.quantity_changed) as told:
        qtbot.keyClick(line.stepper(), Qt.Key.Key_Plus)
    assert told.args == [3]
    bins = [w for w in line.findChildren(QWidget) if w.accessibleName() == "Remove the line"]
    with qtbot.waitSignal(line.removed):
        qtbot.mouseClick(bins[0], Qt.MouseButton.LeftButton)


def test_a_narrow_line_gives_up_the_bin_and_not_the_name(line):
    line.setSelected(True)
    line.resize(375, 68)
    shown = [type(w).__name__ for w in line.findChildren(QWidget) if w.isVisible()]
    assert shown == ["Stepper"]
    assert misfits(line) == []


def _items():
    starts = [KeyItem(f"a{n}", f"Something {n}", "tag", f"F{n}") for n in range(1, 8)]
    return [*starts, KeyItem("back", "Back", "arrow-left", "Esc", at_end=True)]


def test_the_key_bar_drops_from_its_end_and_never_back(app, qtbot):
    bar = KeyBar()
    qtbot.addWidget(bar)
    bar.resize(1800, 60)
    bar.setItems(_items())
    bar.show()
    assert bar.dropped() == ()
    bar.resize(700, 60)
    assert 0 < len(bar.dropped()) < 7
    assert ("a1", "a2", "a3", "a4", "a5", "a6", "a7")[-len(bar.dropped()) :] == bar.dropped()
    assert bar.button("back").isVisible()
    assert bar.button("back").geometry().right() <= 700
    with qtbot.waitSignal(bar.pressed) as told:
        qtbot.mouseClick(bar.button("a2"), Qt.MouseButton.LeftButton)
    assert told.args == ["a2"]


def test_a_shorter_key_bar_hides_what_is_over(app, qtbot):
    bar = KeyBar()
    qtbot.addWidget(bar)
    bar.resize(1800, 60)
    bar.setItems(_items())
    bar.setItems(_items()[-1:])
    bar.show()
    assert [b.text() for b in bar.findChildren(Button) if b.isVisible()] == ["Back"]


@pytest.fixture
def toast(window):
    made = Toast(window, shown_ms=20)
    made.setGeometry(300, 600, 420, 56)
    return made


def test_a_toast_goes_by_itself(toast, qtbot):
    toast.say("Honey removed", "positive", "Undo", "Ctrl Z")
    assert toast.isVisible()
    with qtbot.waitSignal(toast.gone):
        pass
    assert toast.isHidden()


def test_a_toast_stays_while_its_link_has_the_focus(toast, qtbot):
    toast.say("Honey removed", "positive", "Undo")
    toast.button().setFocus()
    with qtbot.assertNotEmitted(toast.gone, wait=80):
        pass
    with qtbot.waitSignals([toast.acted, toast.gone]):
        toast.button().clearFocus()
        toast.button().click()


def test_reasons_are_said_and_long_ones_break(app, qtbot):
    figure = PointsFigure()
    qtbot.addWidget(figure)
    figure.resize(260, 200)
    long = Reason("Arany fokozat, másfélszeres szorzó minden vásárlás után", "+21")
    figure.setFigure("This sale gives", "+114", [Reason("1 point per €1", "+43"), long])
    assert figure.accessibleName().startswith("This sale gives +114, 1 point per €1 +43")
    assert figure.heightForWidth(260) > figure.heightForWidth(600)
    assert misfits(figure) == []


def test_a_total_shrinks_its_figure_and_keeps_it_whole(app, qtbot):
    total = TotalRow()
    qtbot.addWidget(total)
    total.setTotal("Összesen", "12 243 400 Ft", "was 13 000 000 Ft")
    total.resize(total.minimumSizeHint())
    assert misfits(total) == []


def test_a_pair_with_a_long_word_breaks_it_and_keeps_the_figure(app, qtbot):
    pair = PairRow("Kedvezményes tagi árak ezen a vásárláson", "1 243 400 Ft")
    qtbot.addWidget(pair)
    pair.resize(240, 28)
    assert misfits(pair) == []


def test_a_banner_grows_downwards(app, qtbot):
    banner = Banner("Offline since 14:02", "Sales and points go on; 12 items wait. " * 3)
    qtbot.addWidget(banner)
    assert banner.heightForWidth(300) > banner.heightForWidth(900)
    banner.resize(300, banner.heightForWidth(300))
    assert misfits(banner) == []


def test_an_empty_place_offers_something_to_do(app, qtbot):
    empty = EmptyState("users", "No one by that name", "Try the last digits.")
    qtbot.addWidget(empty)
    button = Button("Enrol", key="F6")
    empty.offer(button)
    empty.resize(420, 300)
    empty.show()
    assert button.isVisible()
    assert misfits(empty) == []


def test_a_found_row_marks_the_match_in_accent(app, qtbot):
    row = ListRow()
    qtbot.addWidget(row)
    row.resize(256, 60)
    row.setRow("Eleni Paradeigma", "Gold · card 4417", match=(6, 4))
    assert has_colour(row, theme.color("accent").name())
    row.setRow("Eleni Paradeigma", "Gold · card 4417")
    assert not has_colour(row, theme.color("accent").name())


def test_a_place_that_calls_has_an_amber_pill(app, qtbot):
    item = NavItem("Sync", "arrows-clockwise")
    qtbot.addWidget(item)
    item.resize(184, 44)
    item.setCount("1", calls=True)
    assert has_colour(item, theme.color("warning_soft").name())
    item.setCount("1")
    assert not has_colour(item, theme.color("warning_soft").name())


def test_escape_closes_an_overlay_and_it_follows_its_window(window, qtbot):
    overlay = Overlay(window)
    column = QVBoxLayout(overlay.panel)
    column.addWidget(QLabel("Keys"))
    overlay.open()
    window.resize(1366, 768)
    assert overlay.size() == window.size()
    with qtbot.waitSignal(overlay.closed):
        qtbot.keyClick(overlay, Qt.Key.Key_Escape)


def test_a_dialog_puts_the_focus_on_the_safe_answer_and_keeps_it_inside(window, qtbot):
    behind = Button("Behind", parent=window)
    behind.show()
    dialog = Dialog(
        window,
        title="Erase this member?",
        text="Name, phone and cards go for good.",
        safe="Keep her",
        danger="Erase",
    )
    dialog.open()
    assert dialog.safe.hasFocus()
    assert dialog.panel.width() == 420
    for _ in range(3):
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        assert not behind.hasFocus()
    dialog.danger.setFocus()
    with qtbot.waitSignal(dialog.confirmed):
        qtbot.keyClick(dialog.danger, Qt.Key.Key_Return)
    with qtbot.waitSignal(dialog.closed):
        qtbot.keyClick(dialog.safe, Qt.Key.Key_Escape)
    assert misfits(dialog) == []


def test_white_paper_takes_the_papers_colour_in_the_dark(app, qtbot):
    paper = Paper(308)
    qtbot.addWidget(paper)
    slip = QImage(576, 900, QImage.Format.Format_RGB32)
    slip.fill(QColor("white"))
    theme.apply(app, "dark")
    paper.setSlip(slip, "Elia Deli, 38,40 €")
    paper.resize(360, 400)
    paper.show()
    assert colour_at(paper, 180, 200) == theme.color("paper").name()
    assert paper.accessibleName() == "Elia Deli, 38,40 €"


def test_words_of_lights_give_way_before_the_top_bar_is_too_narrow(app, qtbot):
    search = TextField(size="search", icon="magnifying-glass", key="F2")
    bar = TopBar(search, start_width=288)
    qtbot.addWidget(bar)
    bar.brand.setNames("Elia Deli", "Till 2")
    bar.clock.setText("14:32")
    bar.cashier.setText("Grażyna")
    lights = [Light("printer", "Printer"), Light("cloud-check", "Sync")]
    for light in lights:
        bar.addLight(light)
    lights[0].setState("broken", "Kein Papier mehr im Drucker")
    lights[1].setState("look", "Offline · 12")
    bar.resize(1366, 64)
    bar.show()
    assert [light.width() > 44 for light in lights] == [True, True]
    bar.resize(960, 64)
    app.processEvents()
    assert [light.width() > 44 for light in lights] == [False, True]
    assert lights[0].accessibleName() == "Printer, Kein Papier mehr im Drucker"
    assert misfits(bar) == []


def test_a_long_content_scrolls_and_only_its_length_is_hidden(app, qtbot):
    content = QWidget()
    column = QVBoxLayout(content)
    for number in range(30):
        column.addWidget(PairRow(f"Line {number}", "€1.00"))
    area = ScrollArea(content)
    qtbot.addWidget(area)
    area.resize(240, 300)
    area.show()
    bar = area.verticalScrollBar()
    assert bar.maximum() > 0
    assert bar.width() == BAR_WIDTH
    assert has_colour(bar, theme.color("line_strong").name())
    assert area.minimumSizeHint().width() >= content.minimumSizeHint().width()


def test_what_is_selected_has_a_line_where_every_ground_is_black(app, line):
    line.setSelected(True)
    edge = (300, 0)
    assert colour_at(line, *edge) == theme.color("accent_soft").name()
    theme.apply(app, "contrast")
    assert colour_at(line, *edge) == theme.color("line_strong").name()
