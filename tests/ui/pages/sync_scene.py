"""The sync page over the shop's real services: stores, tasks and messages as a story needs them."""

from dataclasses import replace
from datetime import timedelta

from terminal.connecting import Person
from terminal.desk_tasks import Task, TaskKind
from terminal.events import ImportMoved
from terminal.ports import Contact
from terminal.services.connecting import Leaving
from terminal.services.filling import keep_where
from terminal.services.overview import Place
from terminal.services.sync_parts import deciding, overview
from ui.tasks import Inline
from ui.viewmodels.sync_page import SyncDesk, SyncModel
from ui.views.sync_page import SyncView

SHOP = Place("vendure", "vendure", "https://shop.example/admin-api")
SECOND = Place("second", "woocommerce", "https://second.example")
HUB = Place("hub", "hub")


def shown(model, qtbot):
    """The page at the size it has in a window of 1366 by 768."""
    view = SyncView(model)
    qtbot.addWidget(view)
    view.resize(1134, 684)
    view.show()
    return view


class FakeConnecting:
    """What the page asks of the connecting service."""

    def __init__(self):
        self.found = (Person("c-7", "Eleni Paradeigma", "eleni@example.com", "2950041744174"),)
        self.asked, self.left = [], []
        self.leaves = Leaving(2, 1, 1)

    def people(self, name, member_id, email=""):
        self.asked.append((name, member_id, email))
        return self.found

    def leaving(self, name):
        return self.leaves

    def disconnect(self, name, who):
        self.left.append((name, who.name))


class Scene:
    """The page's model, and what may happen around it."""

    def __init__(self, world, places=(SHOP,), *, compare=None, connecting=True):
        self.world, self.places = world, list(places)
        s = world.services
        self.connecting = FakeConnecting() if connecting else None
        self.desk = SyncDesk(
            overview(s, world.clock, lambda: tuple(self.places)), s.online,
            deciding(s, world.clock, world.new_id, world._wake), self.connecting, compare,
        )  # fmt: skip
        self.model = SyncModel(self.desk, Inline(), world.words, world.clock, world.who)
        self.told = []
        self.model.told.connect(self.told.append)
        world.bus.subscribe(self.model.heard)

    def ask(self, kind, member=None, store="vendure", subject="", **details):
        """A task for a person; answers its id."""
        member_id = member.member.id if member is not None else None
        task_id = f"{kind.value} {member_id} {subject} {len(details)} {store}"
        with self.world.database.write() as uow:
            uow.tasks.put(Task(
                id=task_id, kind=kind, made_at=self.world.clock(), member_id=member_id,
                store=store, subject_id=subject, details=details,
            ))  # fmt: skip
            uow.commit()
        self.model.read()
        return task_id

    def task(self, task_id):
        """As it is now."""
        with self.world.database.read() as uow:
            return uow.tasks.get(task_id)

    def clock_off(self, minutes, store="vendure"):
        """The store's clock was seen to be wrong."""
        with self.world.database.write() as uow:
            uow.sync.put_contact(Contact(store, self.world.clock(), minutes * 60_000))
            uow.commit()
        self.model.read()

    def fills(self, state="open", done=1200, total=40_000, store="vendure"):
        """A first import is under way."""
        keep_where(self.world.database, ImportMoved(store, state, "customers", done, total))
        self.model.read()

    def every_task(self, eleni, other):
        """One of each kind; answers them by kind."""
        ask = self.ask
        return {
            TaskKind.PROFILE_CONFLICT: ask(
                TaskKind.PROFILE_CONFLICT, eleni, field="phone", ours="+306900004417",
                theirs="+306900001234",
            ),
            TaskKind.DUPLICATE: ask(
                TaskKind.DUPLICATE, eleni, other=other.member.id, why="email"
            ),
            TaskKind.OVERDRAW: ask(TaskKind.OVERDRAW, eleni, store="", points="120", tills="T1 T2"),
            TaskKind.DIFFERENCE: ask(TaskKind.DIFFERENCE, eleni, ours="1284", theirs="1200"),
            TaskKind.REFUND_UNCLEAR: ask(
                TaskKind.REFUND_UNCLEAR, eleni, ref="7Q2K", order="10471", amount="1290",
                currency="EUR",
            ),
            TaskKind.CUSTOMER_GONE: ask(TaskKind.CUSTOMER_GONE, eleni, subject="c-7"),
            TaskKind.ALSO_FORGET: ask(TaskKind.ALSO_FORGET, eleni, store=""),
            TaskKind.TILL_CLONED: ask(
                TaskKind.TILL_CLONED, store="", subject="T2", till="T2", machines="a1f3 77c0"
            ),
            TaskKind.TILL_RESTORED: ask(
                TaskKind.TILL_RESTORED, store="", subject="T3", till="T3", **{"from": "5210",
                "to": "5100"},
            ),
            TaskKind.COUPON_STUCK: ask(
                TaskKind.COUPON_STUCK, eleni, subject="SUMMER", code="SUMMER", why="used_twice",
                order="10471",
            ),
        }  # fmt: skip

    def stuck(self, problem, eleni, where=""):
        """The oldest message is refused for a reason; answers its key."""
        from tests.ui.pages.world import OIL

        self.world.sell(eleni, (OIL, 1))
        key = self.world.block_first(problem)
        self.model.read()
        return key

    def later(self, **ahead):
        """Time passes."""
        self.world.clock.now += timedelta(**ahead)


def renamed(place, **changes):
    """Another place like it."""
    return replace(place, **changes)
