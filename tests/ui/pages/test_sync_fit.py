"""The sync page in every language, direction and size; advice for each problem of sync."""

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QScrollArea

import sync
from terminal.desk_tasks import TaskKind
from terminal.events import SyncStatus
from terminal.i18n import Words
from terminal.services.reconciling import Figures
from tests.ui.connecting.test_page import LongWords, spoken  # noqa: F401 - a fixture
from tests.ui.pages.sync_scene import HUB, SECOND, SHOP, Scene
from tests.ui.pages.world import NOW, OIL
from ui.sync_advice import advice, remedy
from ui.sync_messages import hub_problem, sync_problem
from ui.viewmodels.sync_comparing import Walk
from ui.views.components.fit import misfits
from ui.views.sync_page import MOST_CARDS, SyncView

SHEETS = {1366: (1134, 684), 1280: (1048, 636), 1024: (792, 684)}
"""The sheet of the office in windows of these widths."""
GENERAL = {"code_broken", "code_expired", "code_replaced", "code_used", "other_till", "till_joined",
           "bad_request", "till_unnamed"}  # fmt: skip
"""Said while a hub is joined, where the sentence is the remedy."""


def fits(view, qtbot, size, what):
    for _ in range(3):
        qtbot.wait(1)
    found = [str(misfit) for misfit in misfits(view)]
    if view.size().toTuple() != size:
        found.append(f"the page grew to {view.size().toTuple()}")
    for area in view.findChildren(QScrollArea):
        if area.isVisible() and area.widget().width() > area.viewport().width():
            found.append(f"{area.widget().width()} in a place of {area.viewport().width()}")
    assert not found, "\n".join([what, *found])


def test_everything_on_the_sync_page_fits(world, eleni, spoken, qtbot):  # noqa: F811
    world.words, window = spoken
    size = SHEETS[window[0]]
    scene = Scene(world, (SHOP, SECOND, HUB))
    model, view = scene.model, SyncView(scene.model)
    qtbot.addWidget(view)
    view.resize(*size)
    view.show()
    model.heard(SyncStatus("online", 0, 0, NOW, store="vendure"))
    fits(view, qtbot, size, "well")
    scene.stuck("email_taken", eleni, "emailAddress")
    world.sell(eleni, (OIL, 1))
    model.read()
    fits(view, qtbot, size, "blocked")
    card = view.blocked_cards()[0]
    for press in (card.what, card.give, card.link):
        press.click()
    model.open_message(model.rows()[1].key)
    fits(view, qtbot, size, "opened")
    model.heard(SyncStatus("misconfigured", 2, 1, NOW, "wrong_key", store="vendure"))
    scene.clock_off(-90)
    scene.fills()
    model.toggle_settings()
    model.ask_to_leave()
    found = Figures(12_000, 10_800, (("points edited told", 1200),))
    scene.desk.walks.now = Walk("vendure", found)
    model.changed.emit()
    fits(view, qtbot, size, "everything at once")
    nikos = next(m for m in world.database.state.members.values() if m.given_name == "Nikos")
    tasks = scene.every_task(eleni, world.services.counter.member(nikos.id))
    kinds = list(TaskKind)
    while kinds:
        for name in ("vendure", "hub"):
            model.choose(name)
            fits(view, qtbot, size, f"tasks {[card.task_id for card in view.task_cards()]}")
        with world.database.write() as uow:
            for kind in kinds[:MOST_CARDS]:
                uow.tasks.settle(tasks[kind], "seen", None, NOW)
            uow.commit()
        kinds = kinds[MOST_CARDS:]
        model.read()


def test_longer_words_are_longer():
    assert len(LongWords("en").t("Both sides know the same.")) > 30


OWNERS = {"no_owner", "till_code", "tills_address", "code_file"}
"""Said by the hub's own commands alone, to whoever looks after it."""


def test_every_problem_has_its_words_and_its_next_step():
    words = Words("en")
    source = "".join(path.read_text("utf-8") for path in Path(sync.__file__).parent.rglob("*.py"))
    codes = set(re.findall(r'(?:Refused|Retryable|Misconfigured)\(\s*"([a-z_]+)"', source))
    assert len(codes) > 30
    plain = advice("something else", words)
    assert plain.happened == sync_problem("something else", words)
    assert all(hub_problem(code, words) != plain.happened for code in OWNERS)
    codes -= OWNERS
    unsaid = {code for code in codes if advice(code, words).happened == plain.happened}
    assert unsaid <= {"bad_input", "bad_request"}
    idle = {code for code in codes if advice(code, words).todo == plain.todo}
    assert idle <= GENERAL, idle - GENERAL


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        ("unreachable", "selling goes on"), ("wrong_key", "everything waits here"),
        ("email_taken", "What Eleni has here is safe"), ("total_differs", "What Eleni has"),
    ],
)  # fmt: skip
def test_what_is_safe_is_always_said(problem, says):
    assert says in advice(problem, Words("en"), "Eleni").safe
    assert "safe" in advice("too_large", Words("en")).safe


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        ("lacks:open_item", ("sales of such goods wait", "the page can make one")),
        ("lacks:customer_fields", ("customers don’t see them", "the page can make them")),
        ("lacks:order_fields", ("no sale is told", "the page can make them")),
        ("lacks:region", ("no sale is told", "Add a region")),
        ("lacks:tax_included", ("not taken over", "with tax")),
        ("lacks:decimals", ("the nearest amount", "Set the number of decimals")),
        ("lacks:coupon_tax", ("more where the tax is higher", "Offer percentages")),
        ("lacks:region,open_item", ("Add a region", "the page can make one")),
        ("lacks:something_new", ("the page says what is to be made there",)),
        ("wrong_key", ("does not know the password or key", "Make a new key")),
    ],
)
def test_the_doctor_says_what_a_store_lacks_and_who_makes_it(problem, says):
    told = remedy(problem, Words("en"))
    assert all(part in told for part in says), told
