"""What the tour does: one customer's points, all the way through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

import main
from devices.demo_parts import DemoCounter
from terminal import demo
from terminal.i18n import Words
from terminal.ids import MemberId, SaleId
from terminal.members import Purpose
from terminal.sales import TenderKind
from terminal.secrets import Secrets
from terminal.services.models import MemberView, SaleDone
from terminal.services.suite import Services
from terminal.settings import OnlineStoreSettings, ScreenSettings, Settings
from terminal.slips import SlipState
from tests.tour.guide import Guide, StepFailed
from tests.tour.web import WebShop
from ui.app import make_app
from ui.viewmodels.counter import CounterViewModel
from ui.window import TillWindow

AIM_EAN13 = b"]E0"
CTRL = Qt.KeyboardModifier.ControlModifier
SIZE = (1366, 768)


class Story:
    """One tour in one language; ``walk`` it, then ``close``."""

    def __init__(self, guide: Guide, folder: Path, language: str, online_store: str) -> None:
        self.guide, self.folder = guide, folder
        self.words = Words(language)
        self.counter_parts = DemoCounter()
        self.web: WebShop | None = None
        self.backend: main.Backend | None = None
        self.window: TillWindow | None = None
        self.stock: demo.Demo | None = None
        self._language, self._online = language, online_store

    # -- the walk ----------------------------------------------------------------------------

    def walk(self) -> None:
        """Every step, in the order in which a day has them."""
        if self._online == "vendure":
            self._open_web_shop()
        self._open_till()
        self._sign_in()
        member = self._scan_card()
        self._register_online(member)
        self._scan_products()
        self._redeem()
        done = self._pay_by_card()
        self._read_the_slip(done)
        self._reach_the_web_shop(done)
        self._order_online(member)
        self._look_in_the_office(member)
        self._enrol()
        self._pay_cash()
        self._return_a_sale(done)
        self._close_the_books()

    def close(self) -> None:
        """End everything that was started."""
        if self.window is not None:
            self.window.close()
        self.counter_parts.close()
        if self.web is not None:
            self.web.close()

    # -- opening -----------------------------------------------------------------------------

    def _open_web_shop(self) -> None:
        with self.guide.step("online store", "a real Vendure store opens") as step:
            currency = demo.COUNTRY_OF_LANGUAGE[self._language][1]
            self.web = WebShop(self.folder, currency, demo.PRICE_FACTOR[currency])
            step["address"] = self.web.store.admin_api.rsplit("/", 1)[0]

    def _settings(self) -> Settings:
        parts = self.counter_parts
        shop = Settings(screen=ScreenSettings(language=self._language))  # type: ignore[arg-type]
        settings = demo.demo_settings(shop, parts.scanner, parts.printer)
        if self.web is None:
            return settings
        Secrets(self.folder).put("online-store", self.web.store.admin_password)
        online = OnlineStoreSettings(
            kind="vendure", url=self.web.store.admin_api, username=self.web.store.admin_user,
            pull_seconds=1,
        )  # fmt: skip
        return replace(settings, online_store=online)

    def _open_till(self) -> None:
        with self.guide.step("open", "the till opens on an empty data folder"):
            make_app(["tour"], self.words)
            self.backend = main.Backend(self.folder, self._settings())
            self.window = TillWindow(
                self.backend, self.words, clock=main.now, prepare=self._prepare
            )
            self.guide.window = self.window.shell
            self.window.shell.resize(*SIZE)
            self.window.begin()
            self.guide.until("somebody may sign in", lambda: self.window.shell.page())
            self.guide.until("a scanner", lambda: self.window.vm.lights.scanner.state == "well")

    def _prepare(self, services: Services) -> None:
        self.stock = demo.seed(services.database, services.till, main.now())

    def _sign_in(self) -> None:
        guide, page = self.guide, self.window.shell.page()
        with guide.step("sign in", "the manager signs in with a PIN"):
            guide.until("the people", lambda: page.tiles)
            anna = [tile for tile in page.tiles if tile.person.id == self.stock.manager]
            guide.click(anna[0])
            guide.picture("01-sign-in")
            guide.type(demo.MANAGER_PIN)
            guide.press(Qt.Key.Key_Return)
            guide.until("the counter", lambda: self.window.vm.counter and not self._page())
            guide.picture("02-ready")

    # -- a sale ------------------------------------------------------------------------------

    def _scan_card(self) -> MemberView:
        number = self.stock.cards[0][1]
        says = "a card scanned on the serial line puts the member on the screen"
        with self.guide.step("scan", says) as step:
            self._scan(number)
            self.guide.until("the member", lambda: self.counter.state.view is not None)
            member = self.counter.state.view
            step.update(member=member.member.name, balance=member.account.balance)
        self.guide.facts["member"] = {
            "id": member.member.id, "name": member.member.name, "card": number[-4:],
            "tier": member.tier.code, "balance_before": member.account.balance,
        }  # fmt: skip
        return member

    def _scan_products(self) -> None:
        with self.guide.step("basket", "four products are scanned") as step:
            for product in self.stock.products[:4]:
                before = self.counter.state.basket.items
                self._scan(product.ean)
                self.guide.until(product.sku, lambda n=before: self.counter.state.basket.items > n)
            step["total"] = self.counter.state.basket.total
            self.guide.picture("03-member-and-basket")

    def _redeem(self) -> None:
        with self.guide.step("redeem", "points are redeemed") as step:
            self.guide.press(Qt.Key.Key_F4)
            self.guide.until("the panel", lambda: self.counter.panel == "redeem")
            self.guide.press(Qt.Key.Key_Plus)
            self.guide.until("some points chosen", lambda: self.counter.redeem.points)
            self.guide.picture("04-redeem")
            self.guide.press(Qt.Key.Key_Return)
            self.guide.until("points", lambda: not self.counter.panel and self.counter.state.points)
            step["points"] = self.counter.state.points

    def _pay_by_card(self) -> SaleDone:
        with self.guide.step("pay", "the sale is booked, the slip printed") as step:
            self.guide.press(Qt.Key.Key_F12)
            done = self._booked()
            self.guide.until("the slip", lambda: self._slip_state(done) is SlipState.PRINTED)
            step.update(ref=done.sale.ref, paid=done.sale.paid, balance=self._balance(done))
            self.guide.picture("05-done")
        self.guide.facts["sale"] = {"ref": done.sale.ref, "paid": done.sale.paid}
        self.guide.facts["entries"] = [
            {"kind": e.kind.value, "points": e.points, "rate": e.rate} for e in done.entries
        ]
        return done

    def _read_the_slip(self, done: SaleDone) -> None:
        with self.guide.step("slip", "the paper says what was booked") as step:
            emulator = self.counter_parts.emulator
            (self.guide.out / "slip.bin").write_bytes(emulator.received)
            sheet = emulator.sheets[-1]
            sheet.to_png(self.guide.out / "slip.png")
            step["lines"] = sheet.text.splitlines()
            if emulator.unknown:
                raise StepFailed(f"the printer did not know {emulator.unknown}")
            if not self.words.rtl and done.sale.ref not in sheet.text:
                raise StepFailed("the slip does not carry the sale's number")

    def _booked(self) -> SaleDone:
        self.guide.until("the booking", lambda: self.counter.done is not None)
        return self.counter.done

    # -- the web shop ------------------------------------------------------------------------

    def _register_online(self, member: MemberView) -> None:
        if self.web is None:
            return
        with self.guide.step("online customer", "the same person has an account in the web shop"):
            self.web.register(member.member)

    def _reach_the_web_shop(self, done: SaleDone) -> None:
        if self.web is None:
            return
        with self.guide.step("sync out", "the sale is an order in the web shop, once") as step:
            self.guide.until("an empty outbox", self._outbox_is_empty)
            order = self.web.order_of(done.sale.id)
            if order["totalWithTax"] != done.sale.paid:
                raise StepFailed(f"paid {done.sale.paid}, online {order['totalWithTax']}")
            step.update(code=order["code"], total=order["totalWithTax"])
            self.guide.facts["order_code"] = order["code"]
            self._same_balance(done.sale.member_id, step)

    def _order_online(self, member: MemberView) -> None:
        if self.web is None:
            return
        with self.guide.step("sync in", "an online order comes into the till's history") as step:
            before = self._now(member.member.id).account.balance
            order = self.web.buy({"OIL-500": 2, "HON-450": 1})
            self.guide.until(
                "the order's points", lambda: self._now(member.member.id).account.balance > before
            )
            self.guide.until("an empty outbox", self._outbox_is_empty)
            gained = self._now(member.member.id).account.balance - before
            step.update(code=order, points=gained)
            self._same_balance(member.member.id, step)

    def _same_balance(self, member_id: MemberId, step: dict[str, Any]) -> None:
        till, online = self._now(member_id).account.balance, self.web.balance(member_id, self)
        step.update(balance_till=till, balance_online=online)
        self.guide.facts.update(balance_till=till, balance_online=online)
        if till != online:
            raise StepFailed(f"balance {till} at the till, {online} online")

    # -- office, enrolment, return -----------------------------------------------------------

    def _look_in_the_office(self, member: MemberView) -> None:
        with self.guide.step("office", "one timeline of both channels on the member page") as step:
            self._next_customer()
            self.guide.press(Qt.Key.Key_O, CTRL)
            self.guide.until("the office", self._page)
            page = self._page()
            page.open_with(member.member.id)
            model = page._member
            self.guide.until("the member page", lambda: model.page is not None)
            items = model.page.timeline
            step["timeline"] = [[i.kind, i.channel.value, i.ref, i.points] for i in items[:4]]
            self.guide.picture("06-member-page")
            self.guide.press(Qt.Key.Key_Escape)
            self.guide.press(Qt.Key.Key_O, CTRL) if self._page() else None
            self.guide.until("the counter", lambda: not self._page())

    def _enrol(self) -> None:
        with self.guide.step("enrol", "a card nobody has: the customer is enrolled") as step:
            self._scan(self.stock.unused)
            self.guide.until("the offer", lambda: self.counter.panel == "new_card")
            self.guide.picture("07-new-card")
            self.guide.press(Qt.Key.Key_F6)
            self.guide.until("the form", self._page)
            page = self._page()
            for name, text in {"given_name": "Maria", "family_name": "Sample"}.items():
                page.fields[name].edit.setFocus()
                self.guide.type(text)
            self.guide.click(page.consents.checks[Purpose.PROGRAMME])
            self.guide.picture("08-enrol")
            self.guide.press(Qt.Key.Key_F12)
            self.guide.until("the member", lambda: not self._page() and self.counter.state.view)
            step["balance"] = self.counter.state.view.account.balance

    def _pay_cash(self) -> None:
        with self.guide.step("cash", "her first purchase is paid in cash") as step:
            self._scan(self.stock.products[0].ean)
            self.guide.until("the basket", lambda: self.counter.state.basket.items == 1)
            self.counter.set_tender(TenderKind.CASH)
            self.guide.press(Qt.Key.Key_F12)
            self.guide.until("the cash panel", lambda: self.counter.panel == "cash")
            self.guide.picture("09-cash")
            self.guide.press(Qt.Key.Key_Return)
            done = self._booked()
            step.update(ref=done.sale.ref, paid=done.sale.paid, change=done.sale.change)
            self.guide.picture("10-cash-done")
            self._next_customer()

    def _next_customer(self) -> None:
        """Enter, once the screen takes it: at once it would be a double press of the payment."""
        self.guide.settle(0.8)
        self.guide.press(Qt.Key.Key_Return)
        self.guide.until("the next customer", lambda: self.counter.stage == "idle")

    def _return_a_sale(self, done: SaleDone) -> None:
        with self.guide.step("return", "the first sale comes back, points as they came") as step:
            before = self._now(done.sale.member_id).account.balance
            self._scan(done.sale.ref, aim=b"]Q1")
            self.guide.until("the return", self._page)
            page = self._page()
            self.guide.until("the slip", lambda: page._model.offer is not None)
            self.guide.picture("11-return")
            self.guide.press(Qt.Key.Key_F12)
            self.guide.until("the booking", lambda: page._model.done is not None)
            self.guide.picture("12-returned")
            after = self._now(done.sale.member_id).account.balance
            moved = sum(-entry.points for entry in done.entries)
            step.update(balance=after, moved=after - before)
            if after - before != moved:
                raise StepFailed(f"points moved by {after - before}, not {moved}")
            self.guide.press(Qt.Key.Key_Escape)

    def _close_the_books(self) -> None:
        from terminal.db.verify import verify

        with self.guide.step(
            "close", "nothing is left to send, every balance proves right"
        ) as step:
            if self.web is not None:
                self.guide.until("an empty outbox", self._outbox_is_empty)
                self._same_balance(self.stock_member(), step)
            counts = self.backend.services.online.counts()
            slips = self.backend.hardware.slips.unsettled()
            self.guide.facts.update(
                waiting=counts.waiting, blocked=counts.blocked, slips_waiting=len(slips)
            )
            report = verify(self.backend.database)
            step.update(verify=str(report), sent=counts.sent_today)
            if counts.waiting or counts.blocked or slips or not report.ok:
                raise StepFailed(f"left: {counts}, {len(slips)} slips; {report}")

    # -- looking -----------------------------------------------------------------------------

    @property
    def counter(self) -> CounterViewModel:
        return self.window.vm.counter

    def stock_member(self) -> MemberId:
        return MemberId(self.guide.facts["member"]["id"])

    def _page(self) -> Any:
        return self.window.shell.page()

    def _now(self, member_id: MemberId) -> MemberView:
        return self.backend.services.counter.member(member_id)

    def _balance(self, done: SaleDone) -> int:
        return done.view.account.balance

    def _slip_state(self, done: SaleDone) -> SlipState:
        job = self.backend.hardware.slips.slip_of_sale(SaleId(done.sale.id))
        return job.state

    def _outbox_is_empty(self) -> bool:
        counts = self.backend.services.online.counts()
        if counts.blocked:
            raise StepFailed(f"blocked: {self.backend.services.online.page().messages[0].message}")
        return counts.waiting == 0

    def _scan(self, text: str, aim: bytes = AIM_EAN13) -> None:
        QApplication.processEvents()
        self.counter_parts.send(aim + text.encode() + b"\r")
