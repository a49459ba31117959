"""The way to an online store, step by step, as the person at the till sees it."""

import pytest

from terminal.connecting import Found, Greeting, NeedSeen, Part, Rehearsal, RightSeen
from terminal.events import ImportMoved
from tests.ui.connecting.doors import CASHIER, CODES, SHOP_KEY, URL, Desk, trouble
from ui.tasks import Inline
from ui.viewmodels.connecting.plan import AGAIN, STEPS


class Later(Inline):
    """Work that is done when the story says so."""

    def __init__(self):
        self.jobs = []

    def run(self, work, done, refused, *, key=""):
        self.jobs.append((work, done, refused))

    def now(self):
        """Do what waits."""
        jobs, self.jobs = self.jobs, []
        for job in jobs:
            super().run(*job)


def test_from_the_address_to_the_first_import(desk):
    finished = []
    model = desk.until("import")
    model.finished.connect(lambda: finished.append(1))
    assert model.bringing.state.store == "vendure"
    desk.service.pause("vendure")
    settings = desk.settings.online_store
    assert (settings.kind, settings.url, settings.name) == ("vendure", URL, "vendure")
    assert desk.keys == {"online-store": SHOP_KEY}
    assert SHOP_KEY not in desk.path.read_text("utf-8")
    assert desk.door.asked[:4] == ["greet", "rights", "needs", "rehearse"]
    model.next()
    assert finished == [1]


def test_how_far_one_is_and_what_is_known(desk):
    model = desk.way()
    model.start()
    assert model.far == "step 1 of 7, about 9 minutes left"
    assert (model.shop, model.url, model.facts) == ("", "", [])
    desk.act(model)
    assert model.shop == "Elia Deli online"
    assert model.facts == [("Kind", "Vendure 3.7.3")]
    desk.act(model)
    desk.act(model)
    assert model.facts[1] == ("Sells in", "EUR")


def test_back_leads_to_what_can_be_changed_and_in_the_end_out(desk):
    finished = []
    model = desk.until("choices")
    model.finished.connect(lambda: finished.append(1))
    model.go("rights")
    assert model.step == "rights"
    model.go("choices")
    assert model.step == "rights"
    for _ in range(2):
        model.back()
    assert (model.step, finished) == ("address", [])
    model.back()
    assert finished == [1]


def test_a_cashier_connects_nothing(desk):
    desk.person = CASHIER
    model = desk.way()
    model.start()
    model.address.type("shop.example")
    model.next()
    assert desk.door.typed == []
    assert not model.is_allowed


def test_a_manager_who_left_meanwhile_keeps_nothing(desk):
    model = desk.until("rehearsal")
    desk.person = None
    model.rehearsal.go()
    assert model.rehearsal.result.title == "Only a manager can do this. Ask one to sign in."
    desk.person = CASHIER
    model.rehearsal.go()
    assert desk.settings.online_stores == ()


# -- the address -----------------------------------------------------------------------------------


def test_nothing_is_asked_before_something_is_typed(desk):
    model = desk.way()
    model.start()
    model.next()
    assert desk.door.typed == []
    assert not model.address.may_go
    assert model.address.action == "Find it"


def test_what_answers_is_told_with_its_marks(desk):
    model = desk.way()
    desk.look(model)
    assert model.address.result.title == "Found: Elia Deli online"
    assert [mark.text for mark in model.address.marks] == ["it answers", "the line is encrypted"]
    assert model.address.action == ""
    model.address.choose_certificate("/etc/shop.pem")
    assert not model.address.is_found
    model.next()
    assert desk.door.typed[-1] == ("shop.example", "/etc/shop.pem")
    assert model.address.marks[-1].text == "with your certificate"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("plain_permalinks", "Settings → Permalinks"), ("not_https", "read names and keys"),
        ("redirects", "used from here on"), ("old_version", "Update the shop"),
        ("plugin_off", "switch WooCommerce on"),
    ],
)  # fmt: skip
def test_each_warning_has_its_remedy(desk, code, says):
    desk.door.found = Found("woocommerce", "http://shop.example", "Elia", "", (code,), "http://b")
    model = desk.way()
    desk.look(model)
    ((_, text),) = model.address.warnings
    assert says in text


def test_a_warning_nobody_knows_is_said_as_it_is(desk):
    desk.door.found = Found("medusa", "http://shop.example", warns=("odd_thing",))
    model = desk.way()
    desk.look(model)
    assert model.address.warnings == [("The shop reports: odd thing", "")]
    assert model.address.result.title == "Found: http://shop.example"


@pytest.mark.parametrize(
    ("problem", "passes", "tone"),
    [("unreachable", True, "warning"), ("no_address", False, "danger")],
)
def test_a_wrong_address_is_survived_with_words(desk, problem, passes, tone):
    desk.door.troubles["recognise"] = trouble(problem, passes=passes)
    model = desk.way()
    desk.look(model)
    assert model.step == "address"
    assert model.address.result.tone == tone
    assert model.address.result.text
    assert not model.address.wants_certificate
    desk.look(model)
    assert model.address.is_found


def test_a_certificate_of_the_shops_own_asks_for_its_file(desk):
    desk.door.troubles["recognise"] = trouble("certificate", passes=True)
    model = desk.way()
    desk.look(model)
    assert model.address.wants_certificate


def test_where_nobody_knows_what_answers_a_person_says_it(desk):
    desk.door.found = Found("", "https://shop.example")
    model = desk.way()
    desk.look(model)
    assert model.address.is_unknown
    assert not model.address.may_go
    assert model.address.warnings == []
    assert model.address.marks == []
    model.address.choose_kind("no such kind")
    assert not model.address.may_go
    model.address.choose_kind("medusa")
    model.next()
    assert model.step == "key"
    assert model.plan.draft().wanted.kind == "medusa"


def test_another_address_forgets_what_was_found(desk):
    model = desk.way()
    desk.look(model)
    model.address.type("shop.example")
    assert model.address.is_found
    model.address.type("other.example")
    assert not model.address.is_found
    assert model.plan.kind == ""


def test_a_store_that_is_connected_is_not_connected_twice(desk):
    desk.until("import")
    model = desk.way()
    desk.look(model)
    assert model.address.result.title == "This online store is connected already."


# -- the key ---------------------------------------------------------------------------------------


def test_a_pasted_key_is_cleaned_and_a_wrong_one_told_before_it_is_sent(desk):
    model = desk.until("key")
    model.key.choose("key")
    model.key.type_secret("hello")
    model.next()
    assert "two parts with a colon" in model.key.result.title
    assert desk.door.asked == []
    model.key.type_secret(f'  "{SHOP_KEY}"\n')
    assert model.key.result.title == ""
    model.next()
    assert model.step == "rights"
    assert model.plan.key.secret == SHOP_KEY
    assert model.key.secret == ""


def test_user_and_password_are_tried_at_once(desk):
    model = desk.until("key")
    assert model.key.ways == ("login", "key")
    assert model.key.labels == ("User name", "Password")
    assert model.key.action == "Sign in"
    assert not model.key.may_go
    model.key.type_name(" till ")
    model.next()
    assert model.key.result.title == "Fill in both fields."
    model.key.type_secret("pass word")
    model.next()
    assert desk.door.visits[-1].draft.wanted.username == "till"
    assert desk.door.visits[-1].draft == model.plan.draft()


def test_two_keys_pasted_together_find_their_places(desk):
    desk.door.found = Found("woocommerce", "https://shop.example", "Elia")
    model = desk.until("key")
    both = "Consumer key: ck_" + "a1" * 20 + "\nConsumer secret: cs_" + "b2" * 20
    model.key.type_name(both)
    assert model.key.labels == ("Consumer key", "Consumer secret")
    model.next()
    assert (model.plan.key.name, model.plan.key.secret) == ("ck_" + "a1" * 20, "cs_" + "b2" * 20)


@pytest.mark.parametrize(
    ("kind", "how", "label", "says", "odd"),
    [
        ("woocommerce", "key", "Consumer secret", "REST API", "ck_"),
        ("shopify", "key", "Access token", "Develop apps", "shpat_"),
        ("medusa", "key", "Secret key", "Secret API Keys", "sk_"),
        ("medusa", "login", "Password", "user for the till alone", "both fields"),
        ("vendure", "key", "API key", "API keys", "two parts"),
        ("vendure", "login", "Password", "user for the till alone", "both fields"),
    ],
)
def test_each_kind_says_what_it_needs_and_where_it_is_made(desk, kind, how, label, says, odd):
    desk.door.found = Found(kind, "https://shop.example", "Elia")
    model = desk.until("key")
    model.key.choose(how)
    assert model.key.labels[1] == label
    assert says in model.key.where_made
    model.key.type_secret("x")
    model.next()
    assert odd in model.key.result.title


@pytest.mark.parametrize("problem", ["wrong_key", "wrong_password", "other_currency", "timeout"])
def test_a_key_that_does_not_fit_is_told_with_the_remedy(desk, problem):
    model = desk.until("key")
    desk.door.troubles["greet"] = trouble(problem, passes=problem == "timeout")
    desk.act(model)
    assert model.step == "key"
    assert model.key.result.title
    assert model.key.result.text
    desk.act(model)
    assert model.step == "rights"


def test_a_shop_that_sells_in_another_currency_is_not_connected(desk):
    desk.door.greeting = Greeting("Elia", "USD")
    model = desk.until("key")
    desk.act(model)
    assert model.key.result.title == "The online store sells in another currency."


# -- rights ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("vendure", "CreateOrder, UpdateOrder, DeleteOrder"), ("woocommerce", "Read/Write"),
        ("shopify", "write_orders"), ("medusa", "a user who may do this"),
    ],
)  # fmt: skip
def test_a_missing_right_says_its_remedy_and_is_checked_again(desk, kind, says):
    desk.door.found = Found(kind, "https://shop.example", "Elia")
    desk.door.rights = tuple(
        RightSeen(code, code != "write_orders", "" if code != "write_orders" else "forbidden")
        for code in CODES
    )
    model = desk.until("key")
    model.key.choose("key")
    model.key.type_secret(
        {"vendure": SHOP_KEY, "shopify": "shpat_" + "a" * 32, "medusa": "sk_" + "a" * 40,
         "woocommerce": "ck_" + "a" * 40 + " cs_" + "a" * 40}[kind]
    )  # fmt: skip
    model.next()
    assert model.rights.result.title == "1 right is missing"
    bad = next(row for row in model.rights.rows if row.state == "bad")
    assert bad.title == "Add orders and refunds"
    assert says in bad.text
    assert model.rights.action == "Check again"
    model.next()
    assert model.step == "rights"
    desk.door.rights = tuple(RightSeen(code, ok=True) for code in CODES)
    model.next()
    assert model.rights.result.title == "Everything is allowed"
    model.next()
    assert model.step == "needs"


def test_what_most_works_without_keeps_nobody(desk):
    desk.door.rights = (
        RightSeen("read_orders", ok=True),
        RightSeen("read_products", ok=False, problem="timeout", needed=False),
        RightSeen("read_settings", ok=False, needed=False),
        RightSeen("odd_right", ok=False, needed=False),
    )
    model = desk.until("rights")
    assert model.rights.all_there
    assert model.rights.result.title == "Everything that is needed is allowed"
    assert [row.state for row in model.rights.rows] == ["good", "look", "look", "look"]
    assert model.rights.rows[3].title == "odd right"
    assert "Most works without it." in model.rights.rows[3].text


# -- needs -----------------------------------------------------------------------------------------


def test_nothing_is_made_without_consent(desk):
    desk.door.needs = (
        NeedSeen("customer_fields", there=False, can_make=True, where="loyaltyPoints"),
        NeedSeen("guest", there=False, can_make=True),
        NeedSeen("order_fields", there=True),
    )
    model = desk.until("needs")
    assert model.needs.result.title == "2 things are to be made there"
    rows = model.needs.rows
    assert rows[0].text == "The till can make it: loyaltyPoints"
    assert rows[1].text == "The till can make it."
    assert model.needs.action == "Go on without"
    model.needs.agree(True)
    assert model.needs.action == "Make it there"
    assert desk.door.made == []
    model.next()
    assert desk.door.made == ["customer_fields", "guest"]
    assert model.needs.result.title == "Nothing has to be made there"
    assert not model.needs.agreed
    model.next()
    assert model.step == "choices"


def test_one_may_go_on_without(desk):
    desk.door.needs = (NeedSeen("guest", there=False, can_make=True),)
    model = desk.until("needs")
    model.next()
    assert desk.door.made == []
    assert model.step == "choices"


def test_what_only_a_hand_can_do_says_so(desk):
    desk.door.needs = (
        NeedSeen("open_item", there=False, where="TILL-OPEN"), NeedSeen("odd_need", there=False),
    )  # fmt: skip
    model = desk.until("needs")
    assert model.needs.result.title == "2 things have to be set up there"
    assert model.needs.rows[0].text == "Somebody has to set it up there: TILL-OPEN"
    assert model.needs.rows[1].title == "odd need"
    model.needs.again()
    assert desk.door.asked.count("needs") == 2


def test_needs_that_could_not_be_asked_are_asked_again(desk):
    desk.door.troubles["needs"] = trouble("timeout", passes=True)
    model = desk.until("needs")
    assert model.needs.action == "Check again"
    model.next()
    assert model.needs.action == ""


# -- choices ---------------------------------------------------------------------------------------


def test_nobody_is_written_to_unasked(desk):
    desk.door.greeting = Greeting("Elia", "EUR", "", frozenset({"customer", "order", "profile"}))
    asked = []
    model = desk.until("choices")
    model.choices.mails_asked.connect(lambda: asked.append(1))
    assert len(model.choices.mails) == 3
    model.next()
    assert (model.step, asked) == ("choices", [1])
    model.choices.tell("points")
    assert len(model.choices.mails) == 2
    model.choices.take("all")
    model.choices.know_mails(True)
    model.next()
    assert model.step == "rehearsal"
    wanted = desk.door.visits[-1].draft.wanted
    assert (wanted.tells, wanted.members) == ("points", "all")


@pytest.mark.parametrize(
    ("kind", "says"), [("woocommerce", "Emails"), ("shopify", "Notifications"), ("medusa", "can")]
)
def test_where_mails_are_switched_off_is_said(desk, kind, says):
    model = desk.way()
    model.plan.kind = kind
    assert says in model.choices.mails_off


# -- the dry run -----------------------------------------------------------------------------------


def test_the_dry_run_says_what_would_happen_before_anything_does(desk):
    model = desk.until("rehearsal")
    assert desk.settings.online_stores == ()
    rows = dict(model.rehearsal.rows)
    assert rows["Customers there"] == "1,834"
    assert rows["E-mails that the store sends"] == "0"
    assert model.rehearsal.result.title == "Nothing of this is done yet"
    assert model.rehearsal.action == "Connect it"
    assert "run" not in desk.door.asked


def test_mails_stand_out_in_the_dry_run(desk):
    desk.door.rehearsal = Rehearsal(customers=2, mails=57)
    model = desk.until("rehearsal")
    assert model.rehearsal.result.title == "The store would write to people"


def test_another_choice_is_counted_anew(desk):
    model = desk.until("rehearsal")
    model.back()
    model.choices.take("all")
    model.next()
    assert desk.door.asked.count("rehearse") == 2
    model.rehearsal.again()
    assert desk.door.asked.count("rehearse") == 3


def test_counting_says_how_far_it_is_and_can_be_stopped(desk):
    runs = Later()
    model = desk.way(runs=runs)
    model.address.type("shop.example")
    model.plan.found, model.plan.kind = desk.door.found, "vendure"
    model.step = "rehearsal"
    model.rehearsal.enter()
    assert model.rehearsal.waits() == "Asking the online store"
    assert model.rehearsal.rows == []
    model.rehearsal._count(Part("customers", 1200))
    assert model.rehearsal.waits() == "Counting: 1,200 customers so far"
    model.rehearsal._count(Part("orders", 7))
    assert model.rehearsal.waits() == "Counting: 7 orders so far"
    model.back()
    assert model.rehearsal.result.title == "Stopped."
    runs.now()
    assert model.plan.rehearsal is None
    assert model.rehearsal.waits() == ""
    model.rehearsal._count(Part("orders", 8))
    assert model.rehearsal.action == "Count again"
    model.next()
    runs.now()
    assert model.rehearsal.action == "Connect it"


# -- waiting ---------------------------------------------------------------------------------------


def test_seconds_are_counted_and_an_answer_after_stopping_reaches_nobody(desk):
    runs = Later()
    model = desk.way(runs=runs)
    model.start()
    model.address.type("shop.example")
    model.next()
    model.next()
    assert len(runs.jobs) == 1
    for _ in range(2):
        model.address._tick()
    assert model.address.waits() == "Asking the online store · 2 s"
    model.address.go()
    model.back()
    assert model.step == "address"
    runs.now()
    assert not model.address.is_found


def test_a_refusal_after_stopping_reaches_nobody(desk):
    runs = Later()
    model = desk.way(runs=runs)
    desk.door.troubles["recognise"] = trouble("unreachable", passes=True)
    model.address.type("shop.example")
    model.next()
    model.address.stop()
    runs.now()
    assert model.address.result.title == "Stopped."


def test_work_that_failed_unforeseen_is_waited_for_no_longer(desk):
    runs = Later()
    model = desk.way(runs=runs)
    model.address.type("shop.example")
    model.next()
    model.work_failed()
    assert not model.address.busy
    assert "Something went wrong" in model.address.result.title


def test_closing_the_page_lets_go_of_the_store(desk):
    model = desk.until("rights")
    model.stop()
    assert all(visit.closed for visit in desk.door.visits)


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
         "Members, points and orders are the same on both sides."),
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
