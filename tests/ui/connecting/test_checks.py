"""Rights, needs, choices and the dry run: what is checked, agreed to and counted before."""

import pytest

from terminal.connecting import Found, Greeting, NeedSeen, Part, Rehearsal, RightSeen
from tests.ui.connecting.doors import CODES, SHOP_KEY, Later, trouble

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


@pytest.mark.parametrize("mails", [0, 57])
def test_points_that_would_change_there_stand_out_in_the_dry_run(desk, mails):
    desk.door.rehearsal = Rehearsal(customers=2, would_change=2, mails=mails)
    model = desk.until("rehearsal")
    result = model.rehearsal.result
    said = f"{result.title} {result.text}"
    assert "2 customers" in said
    assert ("mails" in said) == bool(mails)
    assert dict(model.rehearsal.rows)["Customers who would see other points there"] == "2"


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
