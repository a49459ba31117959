"""A till as it stands in a shop: the window, its lanes, a scanner on a line, a printer on the net.

Nothing is replaced: ``main.Backend`` over a database file, the virtual scanner's pty, the software
printer over TCP, and the real online store where a story names its address.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import main
from devices.demo_parts import DemoCounter
from terminal import demo
from terminal.cards import own_card
from terminal.i18n import Words
from terminal.members import Purpose
from terminal.secrets import Secrets
from terminal.services.enrolment import Answer, EnrolmentForm
from terminal.services.models import MemberView, SaleDone, SignedIn
from terminal.services.suite import Services
from terminal.settings import OnlineStoreSettings, Settings
from terminal.slips import SlipJob
from terminal.staff import Role, Staff
from tests.stores import VendureStore, unique
from ui.viewmodels.counter import CounterViewModel
from ui.views.counter.page import CounterPage
from ui.window import TillWindow

PATIENCE_MS = 30_000
UNUSED = own_card("2950", 9921)
YES = Answer(Purpose.PROGRAMME, True, "May we?", "en")


class OpenTill:
    """One till with its window open and a manager signed in. ``close`` ends all of it.

    ``more`` is what stands on its counter beside the one scanner and the one printer.
    """

    def __init__(
        self,
        qtbot: QtBot,
        folder: Path,
        parts: DemoCounter,
        online: OnlineStoreSettings,
        **more: object,
    ) -> None:
        self._qtbot, self.parts, self._closed = qtbot, parts, False
        settings = replace(
            demo.demo_settings(Settings(), parts.scanner, parts.printer),
            online_store=online, **more,
        )  # fmt: skip
        self.backend = main.Backend(folder, settings)
        self.window = TillWindow(self.backend, Words(), clock=main.now, prepare=self._open_up)
        self.window.shell.resize(1366, 768)
        self.window.begin()
        self.until(lambda: self.window.vm.counter is not None)
        self.until(lambda: self.window.vm.lights.scanner.state == "well")

    def _open_up(self, services: Services) -> SignedIn:
        self.goods = {p.sku: p for p in demo.demo_products("en", services.till.currency)}
        with services.database.write() as uow:
            if not uow.staff.all():
                uow.programs.put(demo.demo_program(services.till.currency))
                uow.products.put_all(self.goods.values())
                uow.staff.put(Staff("manager", "Anna", Role.MANAGER, ""))
                uow.commit()
        return SignedIn("manager", "Anna", Role.MANAGER)

    def close(self) -> None:
        """Close the window and end every thread; a second time changes nothing."""
        if self._closed:
            return
        self._closed = True
        self.window.close()
        self.window.shell.deleteLater()
        self.window.deleteLater()

    # -- hands -------------------------------------------------------------------------------

    def until(self, happened: Callable[[], object], ms: int = PATIENCE_MS) -> None:
        self._qtbot.waitUntil(lambda: bool(happened()), timeout=ms)

    def send(self, data: bytes) -> None:
        """Raw bytes on the scanner's line."""
        self.parts.send(data)

    def scan(self, *codes: str) -> None:
        for code in codes:
            self.send(b"]E0" + code.encode() + b"\r")

    def scan_slip(self, ref: str) -> None:
        self.send(b"]Q1" + ref.encode() + b"\r")

    def key(self, key: Qt.Key) -> None:
        shell = self.window.shell
        QTest.keyClick(shell.focusWidget() or shell, key)

    def type(self, text: str) -> None:
        for sign in text:
            QTest.keyClick(self.window.shell.focusWidget() or self.window.shell, sign)

    def put_in(self, *skus: str) -> None:
        """Goods scanned into the basket, until they are there."""
        items = self.counter.state.basket.items
        self.scan(*(self.goods[sku].ean for sku in skus))
        self.until(lambda: self.counter.state.basket.items == items + len(skus))

    def put_on(self, member: MemberView) -> None:
        """A member's card scanned, until the member is on the screen."""
        self.scan(member.card_number)
        self.until(lambda: self.counter.state.view is not None)

    def pay(self) -> SaleDone:
        """F12, by card, until the sale is booked."""
        self.key(Qt.Key.Key_F12)
        self.until(lambda: self.counter.stage == "done")
        return self.counter.done

    # -- looking -----------------------------------------------------------------------------

    @property
    def services(self) -> Services:
        return self.backend.services

    @property
    def counter(self) -> CounterViewModel:
        return self.window.vm.counter

    @property
    def page(self) -> CounterPage:
        return self.window.shell.findChild(CounterPage)

    @property
    def said(self) -> str:
        """What the toast said last."""
        return self.window.shell.toast.accessibleName()

    def slip_of(self, done: SaleDone) -> SlipJob:
        return self.backend.hardware.slips.slip_of_sale(done.sale.id)

    def balance(self, member: MemberView) -> int:
        return self.services.counter.member(member.member.id).account.balance

    def sheets(self) -> list[str]:
        """The text of every slip that came out whole."""
        return [sheet.text for sheet in self.parts.emulator.sheets]

    # -- arranging ---------------------------------------------------------------------------

    def enrol(self, number: int, *, email: str = "", card: str = "") -> MemberView:
        """Somebody with a card of this number."""
        form = EnrolmentForm(
            card=card or own_card("2950", number), given_name="Eleni", email=email, answers=(YES,)
        )
        return self.services.enrolment.enrol(form, "manager")

    def give(self, member: MemberView, points: int) -> None:
        who = SignedIn("manager", "Anna", Role.MANAGER)
        self.services.office.adjust(member.member.id, points, "A story begins", who)


def with_store(store: VendureStore, folder: Path, url: str) -> OnlineStoreSettings:
    """Settings for the real store behind an address; its password is kept where the till looks."""
    Secrets(folder).put("online-store", store.admin_password)
    return OnlineStoreSettings(
        kind="vendure", url=url, username=store.admin_user, pull_seconds=1,
        guest_email=f"{unique('guest')}@till.invalid",
    )  # fmt: skip


class Heartbeat(QObject):
    """Beats every 5 ms on the GUI thread; ``longest`` is the longest gap in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.longest, self._last = 0.0, perf_counter()
        self._timer = QTimer(self)
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = perf_counter()
        self.longest = max(self.longest, (now - self._last) * 1000)
        self._last = now

    def restart(self) -> None:
        self.longest, self._last = 0.0, perf_counter()

    def stop(self) -> None:
        self._timer.stop()
