"""Finding members: as one types, by keys, and by what they are known by."""

import pytest
from PySide6.QtCore import Qt

from terminal.events import SyncStatus
from tests.ui.pages.sync_scene import Scene
from tests.ui.pages.world import World
from ui.tasks import Inline, Tasks
from ui.viewmodels.member_page import MemberPageModel
from ui.viewmodels.notices import Opening
from ui.viewmodels.office import MembersModel, matched
from ui.viewmodels.sync_page import SyncModel
from ui.views.office.frame import OfficePage


def office_page(world: World, qtbot, runs=None) -> OfficePage:
    s, runs = world.services, runs or Inline()
    models = (
        MembersModel(s.office, runs, world.words),
        MemberPageModel(s.office, runs, world.words, world.till, world.who),
        SyncModel(Scene(world).desk, runs, world.words, world.clock, world.who),
    )
    for model in models:
        world.bus.subscribe(model.heard)
    page = OfficePage(*models)
    page.models = models
    qtbot.addWidget(page)
    page.resize(1366, 704)
    page.open_with("")
    page.show()
    page.focus_first()
    return page


@pytest.fixture
def page(world, qtbot) -> OfficePage:
    return office_page(world, qtbot)


def titles(page):
    return [hit.title for hit in page.models[0].hits]


def test_members_are_found_while_typing(page, qtbot):
    qtbot.keyClicks(page.members_view.search.edit, "parad")
    assert titles(page) == ["Eleni Paradeigma", "Nikos Paradeigma"]
    assert page.members_view.count.text() == "2 of 4 members"


def test_arrows_and_enter_open_a_member_while_the_field_keeps_the_typing(page, qtbot):
    edit = page.members_view.search.edit
    qtbot.keyClicks(edit, "parad")
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    assert page.models[1].header.name == "Nikos Paradeigma"
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert page.models[1].header.name == "Eleni Paradeigma"
    assert edit.hasFocus()


def test_enter_opens_the_best_hit(page, qtbot):
    edit = page.members_view.search.edit
    qtbot.keyClicks(edit, "sample")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert page.models[1].header.name == "Anna Sample"
    assert page.members_view.places.currentWidget() is page.members_view.sheet


def test_somebody_found_by_e_mail_says_so(page, qtbot):
    qtbot.keyClicks(page.members_view.search.edit, "para.anna")
    hit = page.models[0].hits[0]
    assert (hit.title, hit.detail) == ("Anna Sample", "by e-mail: para.anna@example.com")


def test_no_one_by_that_name_offers_what_to_do(page, qtbot):
    qtbot.keyClicks(page.members_view.search.edit, "zzz")
    assert page.members_view.places.currentWidget() is page.members_view.no_one
    with qtbot.waitSignal(page.finished) as asked:
        page.members_view.enrol.click()
    assert asked.args == [Opening("enrol")]


def test_only_the_newest_search_answers(world, qtbot):
    lane = Tasks("test")
    try:
        page = office_page(world, qtbot, lane)
        edit = page.members_view.search.edit
        qtbot.keyClicks(edit, "sample")
        qtbot.waitUntil(lambda: titles(page) == ["Anna Sample"])
        edit.clear()
        qtbot.keyClicks(edit, "nikos")
        qtbot.waitUntil(lambda: titles(page) == ["Nikos Paradeigma"])
    finally:
        lane.stop()


@pytest.mark.parametrize(
    ("name", "query", "part"),
    [
        ("Eleni Paradeigma", "para", "Para"),
        ("Ελένη Παράδειγμα", "παρα", "Παρά"),
        ("Łucja Przykładowa", "luc", "Łuc"),
        ("דנה לדוגמה", "לדוג", "לדוג"),
        ("Eleni Paradeigma", "xyz", ""),
        ("Eleni Paradeigma", "", ""),
    ],
)
def test_the_matched_part_is_marked_in_every_script(name, query, part):
    start, length = matched(name, query)
    assert name[start : start + length] == part


def test_a_new_member_shows_up_in_the_list_by_itself(page, world):
    world.enrol("Zoe", "Deigma")
    assert "Zoe Deigma" in titles(page)


def test_escape_and_the_counter_button_lead_back(page, qtbot):
    keys = page.keys()
    actions = {action.key: action for action in keys}
    for leave in (actions["Esc"].callback, page.counter.click):
        with qtbot.waitSignal(page.finished) as left:
            leave()
        assert left.args == [None]


def test_the_badge_counts_what_needs_a_person(page, world, eleni):
    from tests.ui.pages.world import OIL

    world.sell(eleni, (OIL, 1))
    world.block_first()
    world.bus.tell(SyncStatus("online", 1, 1))
    assert page.sync_nav.accessibleDescription() == "1"


def test_the_sync_page_leads_to_the_member_it_is_about(page, world, eleni):
    page.sync_nav.click()
    assert page.on_sync
    page.sync_view.member_asked.emit(eleni.member.id)
    assert not page.on_sync
    assert page.models[1].member_id == eleni.member.id


def test_f5_means_sync_now_only_on_the_sync_page(page):
    before = page.keys()
    page.show_sync()
    after = page.keys()
    assert [any(action.key == "F5" for action in keys) for keys in (before, after)] == [False, True]
