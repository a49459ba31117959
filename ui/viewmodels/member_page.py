"""A member's page: header, figures, one timeline of both channels, correcting points.

Everything is worded here; the view places it. The page follows the books: an event about this
member reads it again.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from terminal.errors import NotAllowed, TerminalError
from terminal.events import MemberChanged, SaleBooked
from terminal.i18n import Words
from terminal.ids import MemberId
from terminal.ledger import Channel
from terminal.money import CURRENCIES
from terminal.services.models import MemberPage, MemberView, SignedIn, Till, TimelineItem
from terminal.services.office import OfficeService
from terminal.services.web_coupons import WebCouponService
from terminal.staff import Role
from terminal.web_coupons import WebCoupon
from ui.messages import refusal
from ui.tasks import Runs
from ui.viewmodels import member_words
from ui.viewmodels.coupon_words import CouponRow, back_told, coupon_row
from ui.viewmodels.member_words import (
    CardRow,
    ConsentRow,
    Figure,
    Header,
    Month,
    Pair,
    TimelineRow,
)

Filter = Literal["all", "shop", "online", "points"]
FILTERS: tuple[Filter, ...] = ("all", "shop", "online", "points")

Worded = list[tuple[TimelineItem, TimelineRow]]
"""A timeline with what stands on the screen for each line."""

_SHOP = frozenset({"purchase", "return"})


class MemberPageModel(QObject):
    """One member. ``changed``: what is shown; ``refused`` carries a sentence.

    ``corrected`` comes after a correction was booked, with the sentence for it.
    """

    changed = Signal()
    refused = Signal(object)
    corrected = Signal(object)

    def __init__(
        self,
        office: OfficeService,
        runs: Runs,
        words: Words,
        till: Till,
        who: Callable[[], SignedIn | None],
        web: WebCouponService | None = None,
    ) -> None:
        super().__init__()
        self.words = words
        self._office = office
        self._runs = runs
        self._till = till
        self._who = who
        self._web = web
        self.member_id: MemberId | None = None
        self.page: MemberPage | None = None
        self.filter: Filter = "all"
        self._timeline: Worded = []
        self.busy = False
        self.asked_back = ""
        """The coupon of which a person is asked whether its points should go back."""

    # -- what is shown -----------------------------------------------------------------------

    def open(self, member_id: MemberId) -> None:
        """Show a member."""
        if member_id != self.member_id:
            self.member_id, self.page, self.asked_back = member_id, None, ""
            self.changed.emit()
        self._read()

    def close(self) -> None:
        """Show nobody."""
        self.member_id, self.page, self.asked_back = None, None, ""
        self.changed.emit()

    @Slot(object)
    def heard(self, event: object) -> None:
        """Read again when something of this member changed."""
        mine = isinstance(event, MemberChanged | SaleBooked) and event.member_id == self.member_id
        if mine:
            self._read()

    def _read(self) -> None:
        member_id = self.member_id
        if member_id is not None:
            self._runs.run(
                lambda: self._look(member_id), self._show, self._refuse, key="member page"
            )

    def _look(self, member_id: MemberId) -> tuple[MemberPage, Worded]:
        """Read and word everything; hundreds of lines take longer than a frame may."""
        page = self._office.page(member_id)
        now = page.view.as_of
        words, till = self.words, self._till
        worded = [
            (item, member_words.timeline_row(item, words, till, now)) for item in page.timeline
        ]
        return page, worded

    def _show(self, answer: tuple[MemberPage, Worded]) -> None:
        self.page, self._timeline = answer
        self.changed.emit()

    def _refuse(self, error: TerminalError) -> None:
        self.busy = False
        self.changed.emit()
        self.refused.emit(refusal(error, self.words))

    @property
    def header(self) -> Header | None:
        """Who it is."""
        return member_words.header(self.page.view, self.words) if self.page else None

    def figures(self) -> list[Figure]:
        """The figures under the name."""
        return member_words.figures(self.page.view, self.words) if self.page else []

    def profile(self) -> list[Pair]:
        """What is known about the person."""
        return member_words.profile(self.page.view.member, self.words) if self.page else []

    def cards(self) -> list[CardRow]:
        """The member's cards, newest first."""
        return member_words.cards(self.page.view, self.words) if self.page else []

    def coupons(self) -> list[CouponRow]:
        """The member's web coupons, newest first."""
        return [self._coupon(each) for each in self.page.coupons] if self.page else []

    def _coupon(self, coupon: WebCoupon) -> CouponRow:
        row, asked = coupon_row(coupon, self.words), coupon.code == self.asked_back
        return replace(row, sure=back_told(coupon, self.words)) if asked and row.code else row

    def consents(self) -> list[ConsentRow]:
        """Every answer that was recorded, newest first."""
        return member_words.consents(self.page.consents, self.words) if self.page else []

    def channels(self) -> tuple[str, str]:
        """What was spent in the shop and online within the tier's window."""
        if self.page is None:
            return "", ""
        spent = (self.page.shop_spend, self.page.online_spend)
        shop, online = (self.words.round_money(part, self._currency) for part in spent)
        return shop, online

    @property
    def unit(self) -> int:
        """How many minor units make one of the programme's currency."""
        return int(10 ** CURRENCIES[self._currency].decimals)

    @property
    def _currency(self) -> str:
        return self.page.view.program.currency if self.page else self._till.currency

    def months(self) -> list[Month]:
        """Twelve months of spending by channel, oldest first."""
        return member_words.months(self.page, self.words) if self.page else []

    def favourites(self) -> list[Pair]:
        """What the member buys most often."""
        return member_words.favourites(self.page, self.words) if self.page else []

    @Slot()
    def work_failed(self) -> None:
        """Something nobody foresaw: the page can be used again."""
        self.busy = False
        self.changed.emit()

    # -- the timeline ------------------------------------------------------------------------

    def show(self, which: Filter) -> None:
        """Filter the timeline."""
        self.filter = which
        self.changed.emit()

    def rows(self) -> list[TimelineRow]:
        """The timeline as filtered, newest first."""
        if self.page is None:
            return []
        return [row for item, row in self._timeline if self._passes(item)]

    def _passes(self, item: TimelineItem) -> bool:
        if self.filter == "shop":
            return item.kind in _SHOP
        if self.filter == "online":
            return item.channel is Channel.ONLINE
        return self.filter == "all" or bool(item.points)

    # -- correcting --------------------------------------------------------------------------

    @property
    def may_correct(self) -> bool:
        """Whether who stands here may correct points."""
        who = self._who()
        return who is not None and who.role is Role.MANAGER

    def not_allowed(self) -> str:
        """What a cashier is told instead."""
        needed = Role.MANAGER.value
        return refusal(NotAllowed(role=Role.CASHIER.value, needed=needed), self.words)

    @property
    def may_give_back(self) -> bool:
        """Whether who stands here may give the points of a coupon back."""
        return self._web is not None and self.may_correct

    def ask_back(self, code: str) -> None:
        """Ask before a coupon's points go back; an empty code: it is kept."""
        self.asked_back = code
        self.changed.emit()

    def give_back(self, code: str) -> None:
        """The member changed their mind: the coupon is over, the points are theirs again."""
        who, web, reason = self._who(), self._web, self.words.t("The member changed their mind")
        if who is None or web is None or self.busy:
            return
        self.busy, self.asked_back = True, ""
        self._runs.run(
            lambda: web.take_back(code, reason, who),
            self._given_back,
            self._refuse,
        )

    def _given_back(self, view: MemberView) -> None:
        self.busy = False
        w = self.words
        self.corrected.emit(
            w.t(
                "The points are back. Balance: {balance}",
                balance=w.number(view.account.balance),
            )
        )
        self._read()

    def result(self, text: str) -> str:
        """What a correction of ``text`` would lead to; empty while it is no number."""
        points = parse_points(text)
        if self.page is None or points is None or points == 0:
            return ""
        w, balance = self.words, self.page.view.account.balance
        line = w.t(
            "Balance {before} → {after}", before=w.number(balance), after=w.number(balance + points)
        )
        if balance + points >= 0:
            return line
        return f"{line} · " + w.t("a debt, paid off by the next points")

    def correct(self, text: str, reason: str) -> None:
        """Book a correction of ``text`` points. Refusals come as sentences."""
        who, member_id = self._who(), self.member_id
        if who is None or member_id is None or self.busy:
            return
        points = parse_points(text) or 0
        self.busy = True
        self.changed.emit()
        self._runs.run(
            lambda: self._office.adjust(member_id, points, reason, who),
            lambda view: self._corrected(view, points),
            self._refuse,
        )

    def _corrected(self, view: MemberView, points: int) -> None:
        self.busy = False
        w = self.words
        self.corrected.emit(
            w.t(
                "Corrected by {points}. Balance: {balance}",
                points=w.signed(points),
                balance=w.number(view.account.balance),
            )
        )
        self._read()


def parse_points(text: str) -> int | None:
    """Signed points as typed ("-20", "−20", "+1 000"); None for anything else."""
    plain = "".join(text.split()).replace("−", "-")
    body = plain.lstrip("+-").replace(".", "").replace(",", "")
    if len(plain) - len(plain.lstrip("+-")) > 1 or not (body.isascii() and body.isdigit()):
        return None
    if len(body) > 9:
        return None
    return -int(body) if plain.startswith("-") else int(body)
