"""A window beside a service on the same data and a real online store: the light says the truth, the
buttons work, and whoever is left goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import main
from sync.notes import Board, Wish
from sync.tending import Tending
from terminal import demo
from terminal.cards import own_card
from terminal.connecting import Draft
from terminal.events import Event, ImportMoved, MemberChanged, SyncStatus
from terminal.ids import MemberId, SaleId
from terminal.instance import InstanceLock
from terminal.members import Purpose
from terminal.sales import Basket, Tender, TenderKind
from terminal.secrets import Secrets
from terminal.services.counter import SaleRequest
from terminal.services.enrolment import Answer, EnrolmentForm
from terminal.services.models import SignedIn
from terminal.settings import load
from terminal.settings_file import change
from terminal.staff import Role, Staff
from tests.databases import Postgres
from tests.stores import Admin, Shopper, VendureStore, unique
from tests.stories.chain_till import At
from tests.stories.open_till import with_store

ROOT = Path(__file__).parents[2]
PATIENCE = 60
MANAGER = SignedIn("manager", "Anna", Role.MANAGER)
YES = Answer(Purpose.PROGRAMME, True, "May we?", "en")


class Heard:
    """Everything a window was told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._news = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def until(self, happened: Callable[[Event], object], since: int = 0) -> Event:
        """The first such event; also one from before."""

        def found() -> Event | None:
            return next((one for one in self.events[since:] if happened(one)), None)

        with self._news:
            assert self._news.wait_for(found, PATIENCE), self.events[-3:]
            event = found()
            assert event is not None
            return event

    def online(self, since: int = 0) -> SyncStatus:
        """The light is well."""
        event = self.until(
            lambda e: isinstance(e, SyncStatus) and e.state == "online" and not e.waiting, since
        )
        assert isinstance(event, SyncStatus)
        return event


class Window:
    """What stands behind a till's window, without its glass."""

    def __init__(self, folder: Path) -> None:
        self.backend = main.Backend(folder, load(folder / "settings.toml"))
        self.services = self.backend.open()
        self.room = self.backend.room
        self.heard = Heard()
        self.backend.bus.subscribe(self.heard)

    def attend(self) -> None:
        self.room.attend(every=0.1, grace=0.3)

    def enrol(self, number: int, email: str) -> MemberId:
        form = EnrolmentForm(
            card=own_card("2950", number), given_name="Eleni", email=email, answers=(YES,)
        )
        return self.services.enrolment.enrol(form, "manager").member.id

    def sell(self, member_id: MemberId, *, points: int = 0) -> SaleId:
        counter = self.services.counter
        basket = Basket("EUR").add(counter.products("OIL-500")[0])
        due = counter.quote(basket, counter.member(member_id), points).net
        request = SaleRequest(
            id=SaleId(main.new_id()), basket=basket, points=points, cashier_id="manager",
            member_id=member_id, tenders=(Tender(TenderKind.CARD, due),),
        )  # fmt: skip
        return counter.sell(request).sale.id


class Service:
    """``main.py sync`` in a process of its own, once it holds the data."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "main.py", "sync", "--data", str(folder), "--port", "0"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert self.process.stdout is not None
        assert "/health" in self.process.stdout.readline()

    def kill(self) -> None:
        """As a power cut of its machine."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.communicate()


@pytest.fixture
def folder(tmp_path: Path, vendure: VendureStore) -> Path:
    """A till's data, connected to a store that is asked by itself once an hour only."""
    online = with_store(vendure, tmp_path, vendure.admin_api)
    change(tmp_path / "settings.toml", {
        ("online_store", "kind"): "vendure", ("online_store", "name"): "vendure",
        ("online_store", "url"): online.url,
        ("online_store", "username"): online.username, ("online_store", "pull_seconds"): 3600,
        ("online_store", "guest_email"): online.guest_email,
    })  # fmt: skip
    backend = main.Backend(tmp_path, load(tmp_path / "settings.toml"))
    backend.open()
    with backend.database.write() as uow:
        uow.programs.put(demo.demo_program("EUR"))
        uow.products.put_all(demo.demo_products("en", "EUR"))
        uow.staff.put(Staff("manager", "Anna", Role.MANAGER, ""))
        uow.commit()
    backend.close()
    return tmp_path


@pytest.fixture
def window(folder: Path) -> Iterator[Window]:
    made = Window(folder)
    yield made
    made.backend.close()


@pytest.fixture
def service(folder: Path) -> Iterator[Service]:
    made = Service(folder)
    yield made
    made.kill()


def orders_of(admin: Admin, sale_id: SaleId) -> int:
    """How many there are, once there is any; a round may be over before its state is told."""
    until = time.monotonic() + PATIENCE
    while not (found := _orders_of(admin, sale_id)) and time.monotonic() < until:
        time.sleep(0.1)  # the store tells nobody
    return found


def _orders_of(admin: Admin, sale_id: SaleId) -> int:
    asked = admin.ask(
        "query($id: String!) { orders(options: {filter: {posSaleId: {eq: $id}}}) { totalItems } }",
        id=sale_id,
    )
    return int(asked["orders"]["totalItems"])


def test_a_day_beside_a_service_that_dies(
    service: Service,
    folder: Path,
    window: Window,
    admin: Admin,
    vendure: VendureStore,
    capsys: pytest.CaptureFixture[str],
) -> None:
    window.attend()
    heard = window.heard
    assert [one.store for one in heard.online().stores] == ["vendure"]
    assert window.room.crew is None, "the service syncs, not the window"

    email = f"{unique('beside')}@sample.example"
    eleni = window.enrol(88_001, email)

    def balance() -> int:
        return window.services.counter.member(eleni).account.balance

    sale = window.sell(eleni)
    assert orders_of(admin, sale) == 1, "told within seconds, and not within the hour"

    # She bought online; the till looks at her by itself when her card is read.
    shopper = Shopper(vendure).register(email)
    shopper.buy({"COF-250": 4})
    before = balance()
    so_far = len(heard.events)
    window.room.look_at(eleni)
    heard.until(lambda e: e == MemberChanged(eleni) and balance() > before, so_far)

    # The buttons work: whatever is new is fetched now, and who is at the till is read anew.
    before = balance()
    shopper.buy({"COF-250": 2})
    shopper.close()
    so_far = len(heard.events)
    window.services.online.sync_now()
    heard.until(lambda e: e == MemberChanged(eleni) and balance() > before, so_far)
    assert window.room.compare("vendure", lambda: True, lambda _: None).whole

    service.kill()
    so_far = len(heard.events)
    heard.until(lambda e: isinstance(e, SyncStatus) and window.room.crew is not None, so_far)
    sale = window.sell(eleni)
    assert orders_of(admin, sale) == 1, "the window goes on by itself"
    heard.online(so_far)

    assert main.main(["sync", "--data", str(folder)]) == 2
    assert "another sync" in capsys.readouterr().err


@pytest.fixture
def tended(folder: Path) -> Iterator[tuple[main.Backend, Tending]]:
    """A service whose seconds pass by hand."""
    with tending_of(folder) as made:
        yield made


@contextmanager
def tending_of(folder: Path) -> Iterator[tuple[main.Backend, Tending]]:
    lock = InstanceLock(folder, "sync")
    lock.take()
    backend = main.Backend(folder, load(folder / "settings.toml"))
    backend.open(exclusive=False)
    tending = Tending(backend.room)
    tending.start()
    yield backend, tending
    backend.close()
    lock.release()


def test_a_store_that_leaves_and_comes_back_in_the_window(
    tended: tuple[main.Backend, Tending], folder: Path, window: Window, vendure: VendureStore
) -> None:
    backend, tending = tended
    crew = backend.room.crew
    assert crew is not None
    assert crew.names == ("vendure",)
    window.attend()
    stores, heard = window.room.stores, window.heard
    known = stores.draft_of("vendure")
    assert known is not None
    stores.disconnect("vendure", MANAGER)
    tending.tend()
    assert crew.names == ()
    heard.until(lambda e: isinstance(e, SyncStatus) and e.state == "off")

    # Another store comes: whoever syncs brings it in, though the page is the window's.
    other = Draft(known.wanted, known.secret)
    with backend.database.write() as uow:
        uow.sync.put_cursor("vendure", "first_import", "")
        uow.commit()
    assert stores.keep(other, MANAGER) == "vendure"
    assert stores.bring_in("vendure").state == "open"
    there = Heard()
    backend.bus.subscribe(there)
    tending.tend()
    assert [one.store for one in tending.health().stores] == ["vendure"]
    there.online()
    tending.tend()
    assert crew.names == ("vendure",)
    heard.until(lambda e: isinstance(e, ImportMoved) and e.state == "done")


def test_another_key_given_in_the_window_is_used_by_the_service(
    tended: tuple[main.Backend, Tending], window: Window, caplog: pytest.LogCaptureFixture
) -> None:
    backend, tending = tended
    window.attend()
    stores, heard = window.room.stores, window.heard
    there = Heard()
    backend.bus.subscribe(there)
    known = stores.draft_of("vendure")
    assert known is not None
    stores.keep(Draft(known.wanted, "not the key"), MANAGER)
    tending.tend()
    there.until(_refused)
    tending.tend()
    heard.until(_refused)
    stores.keep(known, MANAGER)
    so_far = len(there.events)
    tending.tend()
    there.online(so_far)
    so_far = len(heard.events)
    tending.tend()
    heard.online(so_far)
    assert "not set up right: wrong_password" in caplog.text


def _refused(event: Event) -> bool:
    return isinstance(event, SyncStatus) and event.state == "misconfigured"


def test_broken_settings_leave_the_service_as_it_was(
    tended: tuple[main.Backend, Tending], folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    backend, tending = tended
    file = folder / "settings.toml"
    kept = file.read_text("utf-8")
    file.write_text("[online_store", "utf-8")
    tending.tend()
    file.unlink()
    tending.tend()
    assert backend.room.crew is not None
    assert backend.room.crew.names == ("vendure",)
    assert [one.levelname for one in caplog.records].count("WARNING") == 1
    file.write_text(f"{kept}talks = false\n", "utf-8")
    tending.tend()
    assert backend.room.crew.names == ()


def test_what_the_service_keeps_is_for_its_owner_only_and_about_nobody(
    tended: tuple[main.Backend, Tending], folder: Path, window: Window
) -> None:
    _, tending = tended
    window.enrol(88_002, f"{unique('beside')}@sample.example")
    Board(folder).ask(Wish.BEGIN, "nobody")
    tending.tend()
    assert json.loads((folder / "sync" / "status.json").read_text("utf-8"))["stores"]
    [file] = (folder / "sync").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600 or sys.platform == "win32"
    told = json.loads(file.read_text("utf-8"))
    assert set(told) == {"at", "stores", "imports", "members"}
    assert "sample.example" not in file.read_text("utf-8")
    assert "Eleni" not in file.read_text("utf-8")
    assert Secrets(folder).get("online-store") not in (None, "")


def test_a_window_and_its_service_are_one_till_of_the_chain(
    postgres: Postgres, vendure: VendureStore, tmp_path: Path
) -> None:
    name = unique("beside")
    owner = postgres.create(name).replace("postgres://", "postgresql://")
    address = f"127.0.0.1:{postgres.port}/{name}"
    assert main.main(["hub", "--owner", owner, "create", "--address", address]) == 0
    first = At("K1", tmp_path / "k1", vendure, owner)
    with first.backend.database.write() as uow:
        uow.programs.put(demo.demo_program("EUR"))
        uow.products.put_all(demo.demo_products("en", "EUR"))
        uow.staff.put(Staff("manager", "Anna", Role.MANAGER, ""))
        uow.commit()
    first.close()
    with tending_of(first.folder) as (backend, tending):
        there, window = Heard(), Window(first.folder)
        backend.bus.subscribe(there)
        try:
            there.online()
            window.attend()
            tending.tend()
            status = window.heard.online()
            assert [one.store for one in status.stores] == ["hub", "vendure"]
            eleni = window.enrol(88_003, f"{unique('beside')}@sample.example")
            window.services.office.adjust(eleni, 900, "A story begins", MANAGER)
            tending.tend()
            # Points are granted by the hub to the window, and told to it by the service.
            sale = window.sell(eleni, points=200)
            assert window.services.counter.member(eleni).account.balance < 900
            so_far = len(there.events)
            tending.tend()
            there.online(so_far)
            with backend.database.read() as uow:
                assert uow.sales.get(sale).points_redeemed == 200
                assert uow.tasks.count() == 0, "nobody takes them for two tills, or for a clone"
            assert backend.room.hub is not None
            assert backend.room.hub.election.talks_to("vendure"), "the service is elected"
            assert window.room.hub is not None
            assert not window.room.hub.election.talks_to("vendure"), "and nobody beside it"
        finally:
            window.backend.close()
