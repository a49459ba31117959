"""Makes the pages that lie over the counter, each with view models of its own.

A page lives from its opening to its end; what its work still answers afterwards reaches nobody.
Made before the database is open, so that the window can be; ``ready`` hands the services over.
"""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from terminal.events import SyncStatus
from terminal.i18n import Words
from terminal.ids import Clock, NewId, id_maker
from terminal.services.connecting import ConnectingService
from terminal.services.issuing import IssuingService
from terminal.services.models import SignedIn
from terminal.services.setup import SetupService
from terminal.services.suite import Services
from terminal.services.sync_parts import deciding, known_places, overview
from ui.paper.maker import Papers
from ui.tasks import Runs
from ui.viewmodels.connecting.model import ConnectingModel
from ui.viewmodels.desk import DeskModel
from ui.viewmodels.enrol import EnrolModel
from ui.viewmodels.first_person import FirstPersonModel
from ui.viewmodels.hand_out import HandOutModel
from ui.viewmodels.member_page import MemberPageModel
from ui.viewmodels.office import MembersModel
from ui.viewmodels.setup.model import SetupModel
from ui.viewmodels.sync_page import SyncDesk, SyncModel
from ui.viewmodels.take_back import TakeBackModel
from ui.views.connecting.page import ConnectingPage
from ui.views.enrol import EnrolPage
from ui.views.first_person import FirstPersonPage
from ui.views.hand_out import HandOutPage
from ui.views.office.frame import OfficePage, Place
from ui.views.page import Page
from ui.views.setup.page import SetupPage, other_screens
from ui.views.sign_in import SignInPage
from ui.views.take_back import TakeBackPage


class PageMaker(QObject):
    """``makers`` is what the shell takes; ``heard`` is fed by the bridge and ``failed`` by
    the lanes of work, both on the GUI thread.

    ``who`` answers who is signed in now, or None.
    """

    _event = Signal(object)
    _failed = Signal()

    def __init__(
        self,
        words: Words,
        *,
        clock: Clock,
        who: Callable[[], SignedIn | None],
        seconds: Callable[[], float] = time.monotonic,
        new_id: NewId | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._words, self._clock, self._who = words, clock, who
        self._seconds, self._new_id = seconds, new_id or id_maker(clock)
        self._sync_desk: SyncDesk | None = None
        self._connecting: ConnectingService | None = None
        self._store_runs: Runs | None = None
        self._services: Services | None = None
        self._runs: Runs | None = None
        self._lookups: Runs | None = None
        self._issuing: IssuingService | None = None
        self._setup: SetupService | None = None
        self._statuses: dict[str, SyncStatus] = {}
        self._nobody_yet = False

    def ready(
        self,
        services: Services,
        runs: Runs,
        lookups: Runs | None = None,
        *,
        nobody_yet: bool = False,
        issuing: IssuingService | None = None,
        setup: SetupService | None = None,
        sync: SyncDesk | None = None,
        store_runs: Runs | None = None,
    ) -> None:
        """The database is open. ``lookups`` is a second lane, for searching as one types.

        ``nobody_yet``: nobody works here, so the first person signs up instead of in. ``issuing``
        makes cards for phones and digital slips, ``setup`` finds the devices. ``sync`` is what the
        sync page works with, and ``store_runs`` a lane for asking online stores, which takes long.
        """
        self._sync_desk = sync
        self._connecting = sync.connecting if sync else None
        self._store_runs = store_runs or lookups or runs
        self._nobody_yet, self._issuing, self._setup = nobody_yet, issuing, setup
        self._services, self._runs, self._lookups = services, runs, lookups or runs

    @Slot(object)
    def heard(self, event: object) -> None:
        """Everything the bridge brings; the pages in front take what is theirs."""
        if isinstance(event, SyncStatus):
            self._statuses[event.store] = event
        self._event.emit(event)

    @Slot(object)
    def failed(self, error: object) -> None:
        """Work failed in a way nobody foresaw (``Tasks.failed``): pages stop waiting for it."""
        del error
        self._failed.emit()

    @Slot()
    def stop(self) -> None:
        """The window closes: what a page began and nobody waits for ends soon."""
        if self._sync_desk is not None:
            self._sync_desk.walks.stop()

    def makers(self) -> dict[str, Callable[[], Page]]:
        """The pages by the names that openings use."""
        made: dict[str, Callable[[], Page]] = {
            "enrol": self._enrol,
            "return": self._take_back,
            "office": lambda: self._office("members"),
            "sync": lambda: self._office("sync"),
            "sign_in": self._sign_in,
            "phone_card": lambda: self._hand_out("phone_card"),
            "office_card": lambda: self._hand_out("phone_card", to_office=True),
            "digital_slip": lambda: self._hand_out("digital_slip"),
        }
        if self._connecting is not None:
            made["connect"] = self._connect
        return made if self._setup is None else {**made, "setup": self._set_up}

    def _given(self) -> tuple[Services, Runs, Runs]:
        if self._services is None or self._runs is None or self._lookups is None:
            raise RuntimeError("a page was opened before the services were there")
        return self._services, self._runs, self._lookups

    def _enrol(self) -> Page:
        s, runs, _ = self._given()
        model = EnrolModel(
            s.enrolment, s.counter, s.office, runs, self._words, self._clock, self._who
        )
        self._failed.connect(model.work_failed)
        return EnrolPage(model)

    def _take_back(self) -> Page:
        s, runs, _ = self._given()
        model = TakeBackModel(s.counter, runs, self._words, self._who)
        self._event.connect(model.heard)
        self._failed.connect(model.work_failed)
        return TakeBackPage(model)

    def _office(self, place: Place) -> Page:
        s, runs, lookups = self._given()
        members = MembersModel(s.office, lookups, self._words)
        member = MemberPageModel(s.office, runs, self._words, s.till, self._who, s.web_coupons)
        desk = self._sync_desk or self._plain_desk(s)
        sync = SyncModel(desk, runs, self._words, self._clock, self._who, self._store_runs)
        for status in self._statuses.values():
            sync.heard(status)
        for model in (members, member, sync):
            self._event.connect(model.heard)
        for model in (member, sync):
            self._failed.connect(model.work_failed)
        return OfficePage(members, member, sync, place, may_set_up=self._setup is not None)

    def _plain_desk(self, s: Services) -> SyncDesk:
        """The sync page where nothing is told of settings: it shows and decides, no more."""
        read = overview(s, self._clock, lambda: known_places(s))
        return SyncDesk(read, s.online, deciding(s, self._clock, self._new_id))

    def _hand_out(self, what: str, *, to_office: bool = False) -> Page:
        if self._issuing is None:
            raise RuntimeError("nothing can be issued before the services are there")
        model = HandOutModel(self._issuing, Papers(), self._given()[1], self._words)
        return HandOutPage(model, what, to_office=to_office)

    def _set_up(self) -> Page:
        if self._setup is None:
            raise RuntimeError("nothing can be set up without its service")
        # Asking devices takes long, and the counter's own lane must not wait for it.
        model = SetupModel(self._setup, self._given()[2], self._words, other_screens())
        self._failed.connect(model.work_failed)
        return SetupPage(model)

    def _connect(self) -> Page:
        connecting, runs = self._connecting, self._store_runs
        if connecting is None or runs is None:
            raise RuntimeError("nothing can be connected without its service")

        def make(subject: str) -> ConnectingModel:
            model = ConnectingModel(
                connecting, runs, self._words, self._who, self._seconds, subject, parent=self
            )
            self._event.connect(model.heard)
            self._failed.connect(model.work_failed)
            return model

        return ConnectingPage(make)

    def _sign_in(self) -> Page:
        s, runs, _ = self._given()
        if self._nobody_yet and not self._somebody():
            return FirstPersonPage(FirstPersonModel(s.desk, runs, self._words))
        model = DeskModel(s.desk, runs, self._words, s.counter.identify)
        self._failed.connect(model.work_failed)
        return SignInPage(model, self._somebody)

    def _somebody(self) -> bool:
        return self._who() is not None
