"""The way to an online store: the address and the key, as the person at the till sees them."""

import pytest

from terminal.connecting import Found, Greeting
from tests.ui.connecting.doors import CASHIER, SHOP_KEY, URL, trouble


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


@pytest.mark.parametrize(
    "problem",
    ["unreachable", "timeout", "server_error", "busy", "in_progress", "expired", "broken_off",
     "bad_answer", "internal"],
)  # fmt: skip
def test_whoever_asked_is_not_told_that_it_is_tried_again_by_itself(desk, problem):
    desk.door.troubles["recognise"] = trouble(problem, passes=True)
    model = desk.way()
    model.address.type("shop.example")
    model.address.go()
    result = model.address.result
    said = f"{result.title} {result.text}"
    assert result.tone == "warning"
    for promise in ("by itself", "asked again", "Carry on", "Wait"):
        assert promise not in said
    assert result.text
