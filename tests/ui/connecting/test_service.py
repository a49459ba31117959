"""What connecting keeps: settings, keys, names; and the first import over the life of a till."""

import threading

import pytest

from terminal.connecting import Draft, Part, Person
from terminal.errors import NotAllowed, SettingsBroken, StoreThere, StoreTrouble
from terminal.events import ImportMoved
from terminal.ids import MemberId
from terminal.outbox import BlockReason, MessageKind, OutboxMessage
from terminal.ports import RemoteLink
from terminal.secrets import Secrets
from terminal.services.connecting import SECRET, secret_name
from terminal.services.filling import where_it_stands
from terminal.settings import OnlineStoreSettings, parse
from tests.ui.connecting.doors import CASHIER, MANAGER, URL, Desk, FakeVisit, trouble
from tests.ui.pages.world import lived_in

SECONDS = 10


def draft(kind="vendure", url=URL, secret="a key", **more):  # noqa: S107 - of a store made of words
    return Draft(OnlineStoreSettings(kind=kind, url=url, **more), secret)


# -- keeping ---------------------------------------------------------------------------------------


def test_the_first_store_and_a_further_one_keep_keys_of_their_own(desk):
    assert desk.service.keep(draft(), MANAGER) == "vendure"
    second = draft("woocommerce", "https://b.example", "other", username="ck")
    assert desk.service.keep(second, MANAGER) == "woocommerce"
    settings = desk.settings
    assert [one.called for one in settings.online_stores] == ["vendure", "woocommerce"]
    assert desk.keys == {"online-store": "a key", "online-store-woocommerce": "other"}
    assert [secret_name(settings, name) for name in ("vendure", "woocommerce")] == list(desk.keys)
    assert len(desk.applied) == 2
    assert desk.service.draft_of("woocommerce").secret == "other"  # noqa: S105 - made of words
    assert desk.service.draft_of("nobody") is None


def test_two_stores_of_one_kind_never_share_a_name(desk):
    desk.service.keep(draft(), MANAGER)
    assert desk.service.keep(draft(url="https://b.example"), MANAGER) == "vendure-2"
    assert desk.service.keep(draft(url="https://c.example"), MANAGER) == "vendure-3"


def test_a_store_that_comes_back_gets_its_name_again_and_another_one_does_not(desk):
    desk.service.keep(draft(), MANAGER)
    desk.service.disconnect("vendure", MANAGER)
    assert desk.settings.online_stores == ()
    assert desk.keys == {}
    assert desk.service.named(draft(url="https://other.example")).wanted.name == "vendure-2"
    assert desk.service.keep(draft(), MANAGER) == "vendure"


def test_a_name_whose_links_are_kept_is_nobody_elses(desk):
    with desk.database.write() as uow:
        uow.sync.put_link(RemoteLink("vendure", "member", "m1", "7"))
        uow.commit()
    assert desk.service.keep(draft(), MANAGER) == "vendure-2"


def test_the_first_place_is_free_again_when_its_store_left(desk):
    desk.service.keep(draft(), MANAGER)
    desk.service.keep(draft("medusa", "https://m.example", "sk"), MANAGER)
    desk.service.disconnect("vendure", MANAGER)
    assert [one.called for one in desk.settings.online_stores] == ["medusa"]
    desk.service.keep(draft("shopify", "https://s.example", "sh"), MANAGER)
    assert [one.called for one in desk.settings.online_stores] == ["shopify", "medusa"]
    desk.service.disconnect("medusa", MANAGER)
    assert desk.keys == {SECRET: "sh"}
    desk.service.disconnect("nobody", MANAGER)


def test_another_key_changes_nothing_else(desk):
    desk.path.write_text(
        '# ours\n[online_store]\nkind = "vendure"\nname = "web"\nurl = "https://a.example"\n'
        'pull_seconds = 30 # slowly\n', "utf-8",
    )  # fmt: skip
    service = desk.open()
    known = service.draft_of("web")
    assert known.secret == ""
    assert service.keep(Draft(known.wanted, "new"), MANAGER) == "web"
    assert "pull_seconds = 30 # slowly" in desk.path.read_text("utf-8")
    assert desk.keys == {SECRET: "new"}


def test_only_a_manager_connects_and_disconnects(desk):
    with pytest.raises(NotAllowed):
        desk.service.keep(draft(), CASHIER)
    with pytest.raises(NotAllowed):
        desk.service.disconnect("vendure", CASHIER)


def test_settings_that_cant_be_written_are_told(desk):
    desk.path.write_text("not toml [", "utf-8")
    with pytest.raises(SettingsBroken):
        desk.service.keep(draft(), MANAGER)
    assert desk.applied == []


def test_a_thousand_names_are_enough(desk, monkeypatch):
    monkeypatch.setattr("terminal.services.connecting._MANY", 2)
    with desk.database.write() as uow:
        for name in ("vendure", "vendure-2", "vendure-3"):
            uow.sync.put_cursor(name, "address", "https://old.example")
        uow.commit()
    with pytest.raises(StoreTrouble):
        desk.service.named(draft())


def test_a_connected_address_is_recognised_as_such(desk):
    desk.service.keep(draft(), MANAGER)
    with pytest.raises(StoreThere):
        desk.service.recognise("shop.example")
    assert desk.service.recognise("shop.example", own="vendure").url == URL
    assert desk.service.store("vendure").url == URL


# -- leaving ---------------------------------------------------------------------------------------


def test_what_would_stay_untold_is_counted(desk):
    with desk.database.write() as uow:
        for number, kind in enumerate((MessageKind.SALE, MessageKind.ERASE, MessageKind.SALE)):
            uow.outbox.put(OutboxMessage(
                key=str(number), kind=kind, subject_id=str(number), member_id=None,
                created_at=desk.clock(), due_at=desk.clock(),
                store="vendure" if number < 2 else "other",
            ))  # fmt: skip
        uow.outbox.block("0", BlockReason.REFUSED, "total_differs")
        uow.commit()
    leaving = desk.service.leaving("vendure")
    assert (leaving.waiting, leaving.blocked, leaving.erasures) == (1, 1, 1)


# -- who is meant ----------------------------------------------------------------------------------


def test_customers_are_looked_for_by_what_the_member_is_known_by(tmp_path):
    world, eleni = lived_in()
    desk = Desk(tmp_path)
    desk.database = world.database
    asked = []

    def person(self, email, card):
        asked.append((email, card))
        return Person("c-1", "Eleni", email) if email else None

    FakeVisit.person = person
    try:
        desk.service = desk.open()
        desk.service.keep(draft(), MANAGER)
        found = desk.service.people("vendure", eleni.member.id)
        assert asked == [("eleni@example.com", ""), ("", eleni.cards[0].number)]
        assert [one.id for one in found] == ["c-1"]
        assert desk.service.people("vendure", None) == ()
        assert desk.service.people("vendure", MemberId("gone")) == ()
        asked.clear()
        desk.service.people("vendure", eleni.member.id, " Other@Example.com ")
        assert asked == [("other@example.com", "")]
    finally:
        del FakeVisit.person
    with pytest.raises(StoreTrouble):
        desk.service.people("nobody", None)


# -- asking ----------------------------------------------------------------------------------------


def test_one_visit_serves_one_draft_so_that_nobody_signs_in_twice(desk):
    desk.service.greet(draft())
    desk.service.rights(draft())
    assert len(desk.door.visits) == 1
    desk.service.greet(draft("vendure", URL, "another"))
    assert len(desk.door.visits) == 2
    assert desk.door.visits[0].closed


def test_a_visit_that_was_stopped_is_not_used_again(desk):
    desk.service.greet(draft())
    desk.service.stop()
    assert desk.door.visits[0].closed
    desk.service.rights(draft())
    assert len(desk.door.visits) == 2
    desk.service.leave()
    desk.service.leave()


# -- the first import ------------------------------------------------------------------------------


class Story:
    """An import that goes on when the story says so."""

    def __init__(self, pages=3, troubles=()):
        self.pages, self.troubles = pages, list(troubles)
        self.done, self.runs = 0, 0
        self.gate, self.moved = threading.Semaphore(0), threading.Semaphore(0)

    def __call__(self, told, go_on):
        self.runs += 1
        if self.troubles:
            error = self.troubles.pop(0)
            if error is not None:
                raise error
        while self.done < self.pages:
            told(Part("customers", self.done, self.pages))
            self.moved.release()
            assert self.gate.acquire(timeout=SECONDS)
            if not go_on():
                return False
            self.done += 1
        return True

    def let(self, pages):
        for _ in range(pages):
            self.gate.release()

    def wait(self):
        assert self.moved.acquire(timeout=SECONDS)


class Ends:
    """Waits for states of an import."""

    def __init__(self, desk):
        self.seen, self.bell = [], threading.Condition()
        desk.told = self
        desk.service = desk.open()

    def append(self, event):
        with self.bell:
            self.seen.append(event)
            self.bell.notify_all()

    def until(self, state):
        with self.bell:
            assert self.bell.wait_for(
                lambda: any(one.state == state for one in self.seen), SECONDS
            ), self.seen


@pytest.fixture
def ends(desk):
    made = Ends(desk)
    desk.service.keep(draft(), MANAGER)
    yield made
    desk.service.close()


def test_an_import_runs_to_its_end_and_the_store_is_ready(desk, ends):
    story = desk.door.bring = Story()
    assert desk.service.is_filled("vendure")
    assert desk.service.import_state("vendure") is None
    desk.service.bring_in("vendure")
    story.wait()
    assert not desk.service.is_filled("vendure")
    desk.service.bring_in("vendure")
    story.let(3)
    ends.until("done")
    assert story.runs == 1
    assert desk.ready == ["vendure"]
    assert desk.service.is_filled("vendure")
    assert where_it_stands(desk.database, "vendure").state == "done"


def test_a_pause_lasts_until_somebody_goes_on(desk, ends):
    story = desk.door.bring = Story()
    desk.service.bring_in("vendure")
    story.wait()
    story.let(1)
    assert desk.service.pause("vendure").state == "paused"
    reopened = desk.open()
    reopened.go_on()
    assert reopened.import_state("vendure").state == "paused"
    assert not reopened.is_filled("vendure")
    desk.service = reopened
    story.let(5)
    reopened.bring_in("vendure")
    ends.until("done")


def test_closing_the_till_stops_and_opening_it_goes_on(desk, ends):
    story = desk.door.bring = Story()
    desk.service.bring_in("vendure")
    story.wait()
    story.let(1)
    desk.service.close()
    assert where_it_stands(desk.database, "vendure").state == "open"
    desk.service = desk.open()
    story.let(5)
    desk.service.go_on()
    ends.until("done")
    assert story.runs == 2


def test_a_store_that_goes_away_is_waited_for(desk, ends, monkeypatch):
    monkeypatch.setattr("terminal.services.filling.LONGEST_WAIT", 0.0)
    story = desk.door.bring = Story(
        pages=0, troubles=[trouble("unreachable", passes=True), trouble("busy", passes=True)]
    )
    desk.service.bring_in("vendure")
    ends.until("done")
    assert story.runs == 3
    assert [one.state for one in ends.seen] == [
        "open",
        "waiting",
        "open",
        "waiting",
        "open",
        "done",
    ]


def test_what_the_store_asks_to_wait_is_waited_and_can_be_stopped(desk, ends):
    desk.door.bring = Story(pages=0, troubles=[trouble("busy", passes=True, wait=3600)])
    desk.service.bring_in("vendure")
    ends.until("waiting")
    assert desk.service.pause("vendure").state == "paused"


def test_what_a_person_must_mend_is_said(desk, ends):
    desk.door.bring = Story(troubles=[trouble("wrong_key", where="key")])
    desk.service.bring_in("vendure")
    ends.until("failed")
    state = desk.service.import_state("vendure")
    assert (state.problem, state.where) == ("wrong_key", "key")
    assert desk.ready == []


def test_a_refusal_and_a_bug_of_ours_end_it_with_words(desk, ends, caplog):
    desk.door.bring = Story(troubles=[NotAllowed(role="", needed="")])
    desk.service.bring_in("vendure")
    ends.until("failed")
    assert desk.service.import_state("vendure").where == "not_allowed"
    ends.seen.clear()
    desk.service.pause("vendure")
    ends.seen.clear()
    desk.door.bring = Story(troubles=[ValueError("a bug")])
    desk.service.bring_in("vendure")
    ends.until("failed")
    assert desk.service.import_state("vendure").problem == "internal"
    assert "a first import failed" in caplog.text


def test_progress_is_told_now_and_then_and_kept_more_rarely(desk, ends):
    def bring(told, go_on):
        for number in range(100):
            desk.now = number / 10
            told(Part("orders", number, 100))
        return True

    desk.door.bring = bring
    desk.service.bring_in("vendure")
    ends.until("done")
    told = [one for one in ends.seen if one.part == "orders"]
    assert 20 <= len(told) <= 40
    assert desk.service.import_state("vendure") == ImportMoved("vendure", "done", "orders", 99, 100)


def test_an_import_that_hangs_is_cut_off(desk, ends, monkeypatch):
    held = threading.Event()

    def bring(told, go_on):
        told(Part("customers", 1))
        assert held.wait(SECONDS)
        raise trouble("broken_off", passes=True)

    monkeypatch.setattr(FakeVisit, "close", lambda self: held.set())
    desk.door.bring = bring
    desk.service.bring_in("vendure")
    ends.until("open")
    filling = desk.service._fillings["vendure"]
    filling.stop(patience=0.1)
    assert held.is_set()


def test_leaving_a_store_ends_its_import(desk, ends):
    story = desk.door.bring = Story()
    desk.service.bring_in("vendure")
    story.wait()
    story.let(1)
    desk.service.disconnect("vendure", MANAGER)
    assert not desk.service._fillings
    assert desk.service.pause("vendure").state == "open"


def test_a_store_that_is_gone_brings_nothing(desk, ends):
    desk.service.bring_in("nobody")
    ends.until("failed")


def test_stores_that_another_till_talks_to_are_not_filled_here(tmp_path):
    desk = Desk(tmp_path, text='[online_store]\nkind = "vendure"\nurl = "x"\ntalks = false\n')
    from terminal.services.filling import keep_where

    keep_where(desk.database, ImportMoved("vendure", "open"))
    desk.service.go_on()
    assert desk.door.visits == []


# -- keys kept -------------------------------------------------------------------------------------


def test_a_key_that_is_dropped_is_gone(tmp_path):
    secrets = Secrets(tmp_path, use_keyring=False)
    secrets.put("online-store", "a key")
    secrets.drop("online-store")
    assert secrets.get("online-store") is None
    secrets.drop("online-store")


def test_a_key_is_dropped_from_the_key_ring_too(tmp_path, monkeypatch):
    import keyring
    from keyring.backend import KeyringBackend
    from keyring.errors import PasswordDeleteError

    class Ring(KeyringBackend):
        priority = 1

        def __init__(self):
            self.kept = {}

        def get_password(self, service, username):
            return self.kept.get(username)

        def set_password(self, service, username, password):
            self.kept[username] = password

        def delete_password(self, service, username):
            if username not in self.kept:
                raise PasswordDeleteError(username)
            del self.kept[username]

    ring = Ring()
    before = keyring.get_keyring()
    keyring.set_keyring(ring)
    try:
        secrets = Secrets(tmp_path)
        secrets.put("online-store", "a key")
        secrets.drop("online-store")
        secrets.drop("online-store")
        assert ring.kept == {}
    finally:
        keyring.set_keyring(before)


def test_settings_know_what_a_further_store_is_called():
    settings = parse('[[more_online_stores]]\nkind = "shopify"\nname = "web"\nurl = "x"\n')
    assert secret_name(settings, "web") == "online-store-web"
