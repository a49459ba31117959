"""What connecting keeps: settings, keys, names; and the first import over the life of a till."""

import pytest

from terminal.connecting import Draft, LateDoor, Person
from terminal.errors import NotAllowed, SettingsBroken, StoreThere, StoreTrouble
from terminal.ids import MemberId
from terminal.outbox import BlockReason, MessageKind, OutboxMessage
from terminal.ports import RemoteLink
from terminal.secrets import Secrets
from terminal.services.connecting import SECRET, secret_name
from terminal.settings import OnlineStoreSettings, parse
from tests.ui.connecting.doors import CASHIER, MANAGER, URL, Desk, FakeDoor, FakeVisit
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


def test_another_key_of_a_second_store_is_found_after_the_first_one_left(desk):
    desk.service.keep(draft(), MANAGER)
    desk.service.keep(draft("medusa", "https://m.example", "sk"), MANAGER)
    desk.service.disconnect("vendure", MANAGER)
    known = desk.service.draft_of("medusa")
    desk.service.keep(Draft(known.wanted, "new"), MANAGER)
    assert desk.service.draft_of("medusa") == Draft(known.wanted, "new")
    assert desk.keys == {f"{SECRET}-medusa": "new"}


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


def test_the_settings_are_those_of_now(desk):
    assert desk.service.settings == desk.settings
    desk.service.keep(draft(), MANAGER)
    assert desk.service.settings == desk.settings


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


def test_a_door_is_made_when_somebody_knocks():
    made = []

    def make():
        made.append(FakeDoor())
        return made[-1]

    late = LateDoor(make)
    assert made == []
    assert late.recognise("shop.example", "", lambda: False).url == URL
    late.visit(draft())
    assert len(made) == 1
    assert len(made[0].visits) == 1
