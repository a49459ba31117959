"""The first import as it is seen, and the page for a store that is connected."""

import pytest

from terminal.connecting import Found
from terminal.events import ImportMoved
from tests.ui.connecting.doors import SHOP_KEY, URL, Desk, Later
from ui.viewmodels.connecting.plan import AGAIN, STEPS

# -- the first import ------------------------------------------------------------------------------


def bringing(desk, *moves, tells="sales"):
    """An import that was told of."""
    runs = Later()
    model = desk.way(runs=runs)
    model.plan.name, model.plan.tells = "vendure", tells
    model.step = "import"
    bring = model.bringing
    assert bring.title == "Getting ready"
    assert (bring.text, bring.pace, bring.share) == ("", "", 0.0)
    for now, move in moves:
        desk.now = now
        model.heard(move)
    return bring


def moved(state="open", part="customers", done=0, total=None, problem=""):
    return ImportMoved("vendure", state, part, done, total, problem)


def test_how_far_how_quick_and_how_long_still(desk):
    bring = bringing(
        desk, (0, moved(done=0, total=10_000)), (10, moved(done=500, total=10_000)),
    )  # fmt: skip
    assert bring.title == "Bringing customers in"
    assert bring.text == "500 of 10,000"
    assert bring.pace == "50 a second · about 3 minutes left"
    assert bring.share == pytest.approx(0.05)
    assert bring.action == "Go on in the background"
    assert bring.is_running


@pytest.mark.parametrize(
    ("total", "says"),
    [(600, "less than a minute left"), (1_000_000, "about 6 hours left"), (None, "")],
)
def test_the_time_left_is_said_as_people_do(desk, total, says):
    bring = bringing(desk, (0, moved(done=0, total=total)), (10, moved(done=500, total=total)))
    assert bring.pace.endswith(says or "a second")


def test_an_old_pace_is_forgotten(desk):
    bring = bringing(
        desk, (0, moved(done=0)), (10, moved(done=10_000)), (100, moved(done=10_000)),
        (101, moved(done=10_005)),
    )  # fmt: skip
    assert bring.pace == "5 a second"
    assert bring.text == "10,005 so far"


@pytest.mark.parametrize(
    ("state", "title", "text"),
    [
        (moved("paused", done=5, total=10), "Paused", "5 of 10"),
        (moved("waiting", done=0), "The online store is away. It goes on by itself.", ""),
        (moved("done"), "Everything is in",
         "Members and orders are in. Whoever has points here sees them there."),
        (moved(part="orders"), "Bringing orders in", ""),
        (moved(part="products"), "Bringing products in", ""),
        (moved(part="members"), "Telling the store of members", ""),
        (moved(part="odd"), "Bringing everything in", ""),
    ],
)  # fmt: skip
def test_each_state_has_its_words(desk, state, title, text):
    bring = bringing(desk, (0, state))
    assert (bring.title, bring.text) == (title, text)


def test_an_import_that_stopped_says_why_and_what_to_do(desk):
    bring = bringing(desk, (0, moved("failed", problem="wrong_key")))
    assert bring.title.startswith("The online store does not know")
    assert "Make a new key" in bring.text
    assert not bring.is_running


def test_other_stores_imports_are_not_ours(desk):
    bring = bringing(desk, (0, ImportMoved("other", "done")))
    assert bring.state is None


@pytest.mark.parametrize(
    ("tells", "says"), [("sales", "becomes an order"), ("points", "sales stay")]
)
def test_what_happens_now_is_said(desk, tells, says):
    bring = bringing(desk, (0, moved("done")), tells=tells)
    assert bring.is_done
    assert bring.action == "Done"
    assert bring.share == 1.0
    assert any(says in thing for thing in bring.next_things)


def test_pausing_and_going_on(desk):
    model = desk.until("import")
    desk.service.pause("vendure")
    model.bringing.pause()
    model.bringing.resume()
    assert model.bringing.state is not None


# -- a store that is connected ---------------------------------------------------------------------


def connected(desk, **more):
    desk.until("import")
    desk.service.pause("vendure")
    desk.door.asked.clear()


def test_another_key_is_tried_and_kept_under_the_same_name(desk):
    connected(desk)
    model = desk.way("key:vendure")
    model.start()
    assert model.step == "key"
    assert model.plan.steps == AGAIN
    assert model.facts[-1] == ("Called here", "vendure")
    assert model.key.keeps_old
    assert model.key.how == "key"
    fresh = "0123456789abcdef01234567:" + "cd" * 32
    model.key.type_secret(fresh)
    finished = []
    model.finished.connect(lambda: finished.append(1))
    while not finished:
        model.next()
    assert desk.keys == {"online-store": fresh}
    assert len(desk.settings.online_stores) == 1
    assert "rehearse" not in desk.door.asked
    assert model.choices.action == "Keep it"


def test_the_kept_key_serves_for_a_look_at_the_rights(desk):
    connected(desk)
    model = desk.way("key:vendure")
    model.next()
    assert model.step == "rights"
    assert desk.door.visits[-1].draft.secret == SHOP_KEY


def test_a_shop_that_moved_is_found_again(desk):
    connected(desk)
    desk.door.found = Found("vendure", "https://new.example/admin-api", "Elia")
    model = desk.way("address:vendure")
    model.start()
    assert model.address.typed == URL
    assert model.address.is_found
    model.address.type("new.example")
    assert not model.address.is_found
    model.next()
    while model.step != "choices":
        model.next()
    model.next()
    assert desk.settings.online_store.url == "https://new.example/admin-api"
    assert desk.settings.online_store.name == "vendure"


def test_its_own_address_is_no_other_store(desk):
    connected(desk)
    model = desk.way("address:vendure")
    model.address.type("shop.example")
    model.next()
    assert model.address.is_found


def test_another_kind_of_shop_does_not_take_its_place(desk):
    connected(desk)
    desk.door.found = Found("shopify", "https://elia.myshopify.com", "Elia")
    model = desk.way("address:vendure")
    model.address.type("elia.myshopify.com")
    model.next()
    assert model.address.result.title == "That is another kind of shop: Shopify."
    assert not model.address.is_found


def test_a_user_stays_a_user(desk, tmp_path):
    made = Desk(
        tmp_path, text='[online_store]\nkind = "vendure"\nurl = "https://a.example"\n'
        'username = "till"\n',
    )  # fmt: skip
    made.keys["online-store"] = "secret"
    model = made.way("key:vendure")
    assert model.key.how == "login"
    model.next()
    assert made.door.visits[-1].draft.wanted.username == "till"


def test_an_import_is_opened_from_the_sync_page(desk):
    connected(desk)
    model = desk.way("import:vendure")
    model.start()
    assert model.step == "import"
    assert model.bringing.state.state in ("done", "paused")
    assert not model.can_go_back


def test_a_store_that_is_gone_meanwhile_begins_at_the_beginning(desk):
    assert desk.way("key:nobody").step == "address"
    assert desk.way("").plan.steps == STEPS
