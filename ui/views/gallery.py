"""Every component on one page, in the words it is given: for screenshots and for the fit checks.

Nothing here works with members or money; the texts are samples. The page is what one looks at
after changing a token, and what the tests walk in every language and direction.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.views.components.bars import KeyBar, KeyItem, NavItem, TopBar
from ui.views.components.basket import BasketLine, RewardLine
from ui.views.components.button import Button, ButtonSize, IconButton, KeyCap, Variant
from ui.views.components.card import CardFace, GuestSlot, MemberCard
from ui.views.components.chip import Avatar, Chip, TierChip
from ui.views.components.choice import Segmented, Stepper, Tabs
from ui.views.components.field import TextField
from ui.views.components.figures import KeyFigure, PointsFigure, Reason, TotalRow
from ui.views.components.label import Divider, Label
from ui.views.components.light import Light
from ui.views.components.notices import Banner, EmptyState, Toast
from ui.views.components.pad import CashChoice, NumericPad
from ui.views.components.paper import Paper
from ui.views.components.results import Result, ResultList
from ui.views.components.reward import RewardRow
from ui.views.components.rows import FactRow, ListRow, PairRow
from ui.views.components.slider import PointsSlider
from ui.views.components.spinner import ProgressBar, Skeleton, Spinner
from ui.views.components.surface import Ground, PanelHeader, Quote, Sheet
from ui.views.components.timeline import TimelineEntry, TimelineView
from ui.views.components.toggle import CheckBox, Radio, Switch
from ui.views.gallery_words import Words


def _row(*widgets: QWidget | int, spacing: int = 8) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(spacing)
    for widget in widgets:
        if isinstance(widget, int):
            row.addStretch(widget)
        else:
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
    return row


def _column(width: int, parent: QWidget) -> tuple[QWidget, QVBoxLayout]:
    holder = QWidget(parent)
    holder.setFixedWidth(width)
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    return holder, column


class Gallery(Ground):
    """All components, in three columns under a top bar and over a key bar."""

    def __init__(self, words: Words | None = None, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent)
        self.words = words or Words()
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self._top_bar())
        middle = QHBoxLayout()
        middle.setContentsMargins(16, 4, 16, 0)
        middle.setSpacing(16)
        for holder in (self._member(), self._sale(), self._forms(), self._others()):
            middle.addWidget(holder)
        page.addLayout(middle, 1)
        page.addWidget(self._key_bar())

    def _top_bar(self) -> TopBar:
        w = self.words
        search = TextField(size="search", icon="magnifying-glass", key="F2", placeholder=w.search)
        bar = TopBar(search)
        bar.brand.setNames("Elia Deli", w.till)
        bar.clock.setText("14:32")
        bar.cashier.setText(w.cashier)
        bar.addLight(Light("barcode", "scanner"))
        printer = Light("printer", "printer")
        printer.setState("broken", w.no_paper)
        bar.addLight(printer)
        cloud = Light("cloud-check", "sync")
        cloud.setState("look", f"{w.offline} · 12", "cloud-slash")
        bar.addLight(cloud)
        return bar

    def _key_bar(self) -> KeyBar:
        w = self.words
        bar = KeyBar()
        bar.setItems(
            [
                KeyItem("discount", w.discount, "percent", "F5"),
                KeyItem("price", w.open_price, "tag", "F3"),
                KeyItem("hold", w.hold, "pause", "F9"),
                KeyItem("return", w.give_back, "arrow-u-up-left", "F8"),
                KeyItem("member", w.member_page, "user", "F7", enabled=False),
                KeyItem("more", w.more, "dots-three", "F10", at_end=True),
                KeyItem("keys", w.keys, "keyboard", "F1", at_end=True),
            ]
        )
        return bar

    def _member(self) -> QWidget:
        w = self.words
        holder, column = _column(360, self)
        card = MemberCard()
        card.setFace(
            CardFace(
                name=w.name,
                points=w.balance,
                points_word=w.points,
                tier="gold",
                tier_word=w.tier,
                number="···· 4417",
                worth=w.money,
                progress=0.62,
                progress_text=w.to_next,
            )
        )
        column.addWidget(card)
        for icon, title, why, tone in (
            ("cake", w.birthday, w.birthday_why, "accent"),
            ("hourglass-medium", w.expiry, w.expiry_why, "warning"),
            ("envelope-simple", w.consent, w.consent_why, "neutral"),
        ):
            fact = FactRow()
            fact.setFact(icon, title, why, tone)  # type: ignore[arg-type]  # Tones, one each
            column.addWidget(fact)
        fact.setAction(w.ask, "F11")
        column.addWidget(Divider())
        column.addWidget(GuestSlot(w.guest, w.guest_hint))
        column.addLayout(self._chips())
        column.addWidget(Quote(w.say, w.quote))
        column.addStretch(1)
        return holder

    def _chips(self) -> QVBoxLayout:
        w = self.words
        box = QVBoxLayout()
        tiers = [TierChip(w.tier, tier) for tier in ("bronze", "silver", "gold", "platinum")]
        box.addLayout(_row(*tiers[:2], Chip(w.printed, "positive", "check"), 1))
        box.addLayout(_row(*tiers[2:], Chip("draft", "warning"), 1))
        box.addLayout(_row(KeyCap("F12"), KeyCap("Esc"), KeyCap("Ctrl Z"), Spinner(), 1))
        return box

    def _sale(self) -> QWidget:
        w = self.words
        sheet = Sheet(parent=self)
        column = QVBoxLayout(sheet)
        column.setContentsMargins(10, 14, 10, 14)
        column.setSpacing(1)
        column.addLayout(_row(Label(w.basket, "lead", "semibold"), 1))
        for quantity, name, detail, gain in (
            (1, w.oil, "500 ml", ""),
            (2, w.coffee, w.coffee_how, ""),
            (12, w.oil, "450 g", w.member_price),
        ):
            line = BasketLine()
            line.setLine(quantity, name, w.money, detail=detail, gain=gain)
            line.setSelected(quantity == 2)
            line.setDivided(quantity == 12)
            column.addWidget(line)
        reward = RewardLine()
        reward.setReward(w.redeem, "−5.00", w.missing)
        column.addWidget(reward)
        column.addSpacing(8)
        column.addLayout(self._buttons())
        column.addSpacing(8)
        timeline = TimelineView()
        timeline.setHeads(w.amount, w.points, w.balance_head)
        timeline.setEntries(self._entries())
        timeline.open_row(1)
        column.addWidget(timeline, 1)
        sheet.setMinimumWidth(560)
        return sheet

    def _entries(self) -> list[TimelineEntry]:
        w = self.words
        first = TimelineEntry(
            w.day,
            "20:12",
            "globe",
            w.purchase,
            w.where,
            w.money,
            "+58",
            "gain",
            w.balance,
            "warning",
        )
        second = TimelineEntry(
            w.day,
            "17:48",
            "storefront",
            w.purchase,
            w.where,
            w.money,
            "+57",
            "gain",
            w.balance,
            "accent",
            w.arithmetic,
            w.origin,
        )
        third = TimelineEntry(
            w.day, "17:48", "gift", w.redeem, w.where, "", "−500", "loss", w.balance
        )
        return [first, second, third]

    def _buttons(self) -> QVBoxLayout:
        w = self.words
        box = QVBoxLayout()
        kinds: tuple[tuple[str, Variant, str, str], ...] = (
            (w.enrol, "primary", "", ""),
            (w.hold, "quiet", "pause", "F9"),
            (w.enrol, "soft", "gift", ""),
        )
        box.addLayout(_row(*(Button(t, v, icon=i, key=k) for t, v, i, k in kinds), 1))
        busy, off = Button(w.hold, "primary"), Button(w.hold, "primary")
        busy.setBusy(True)
        off.setEnabled(False)
        more: tuple[QWidget, ...] = (
            Button(w.erase, "danger"),
            Button(w.erase, "danger-filled"),
            Button(w.undo, "link"),
            IconButton("trash", w.erase),
        )
        box.addLayout(_row(*more, 1))
        box.addLayout(_row(busy, off, Stepper(2), 1))
        return box

    def _forms(self) -> QWidget:
        w = self.words
        holder, column = _column(344, self)
        figure = PointsFigure()
        reasons = [
            Reason(w.reason, "+21"),
            Reason(w.birthday, "+50"),
            Reason(w.after, "1,398", True),
        ]
        figure.setFigure(w.gives, "+114", reasons)
        column.addWidget(figure)
        column.addWidget(PairRow(w.subtotal, w.total_money))
        column.addWidget(PairRow(w.member_prices, "−1.00", value_role="positive"))
        total = TotalRow()
        total.setTotal(w.total, w.total_money)
        column.addWidget(total)
        column.addWidget(Segmented([w.card, w.cash, w.split]))
        phone = TextField(w.phone, size="form", icon="phone", ltr=True)
        phone.setText("+30 690 000 4417")
        phone.setHelp(w.no_one_else, "good")
        column.addWidget(phone)
        email = TextField(w.email, ltr=True)
        email.setText("eleni@example")
        email.setError(w.too_early)
        column.addWidget(email)
        slider = PointsSlider(1284, 100)
        slider.setSteps(1284, 100, (500, 800, 1200), w.balance)
        slider.setValue(500)
        column.addWidget(slider)
        column.addLayout(self._rewards())
        self._add_big_buttons(column)
        column.addStretch(1)
        return holder

    def _rewards(self) -> QVBoxLayout:
        w = self.words
        box = QVBoxLayout()
        box.setSpacing(0)
        for title, locked in ((w.coffee, False), (w.oil, True)):
            reward = RewardRow()
            detail = w.missing if locked else ""
            reward.setReward(title, w.balance, detail=detail, key="1", locked=locked)
            reward.setChecked(not locked)
            box.addWidget(reward)
        return box

    def _add_big_buttons(self, column: QVBoxLayout) -> None:
        w = self.words
        sizes: tuple[tuple[str, Variant, ButtonSize, str, str], ...] = (
            (w.redeem, "secondary", "large", "gift", "F4"),
            (w.pay, "primary", "primary", "", "F12"),
        )
        for text, variant, size, icon, key in sizes:
            column.addWidget(Button(text, variant, size=size, icon=icon, key=key))

    def _others(self) -> QWidget:
        w = self.words
        holder, column = _column(420, self)
        column.addWidget(PanelHeader(w.cash, w.undo))
        tabs = Tabs([w.timeline, w.profile, w.cards, w.consents])
        tabs.setCount(2, "2")
        column.addWidget(tabs)
        column.addLayout(self._toggles())
        banner = Banner(w.offline_since, w.offline_how)
        column.addWidget(banner)
        toast = Toast()
        toast.say(w.removed, "positive", w.undo, "Ctrl Z")
        column.addWidget(toast)
        choice = CashChoice(w.total_money, w.change, "Alt 2")
        chosen = CashChoice(w.money, w.change, "Alt 3")
        chosen.setChecked(True)
        column.addLayout(_row(choice, chosen))
        pad = NumericPad(key_height=44, gap=6)
        column.addWidget(pad)
        column.addWidget(self._hits())
        bar = ProgressBar()
        bar.setShare(0.62)
        column.addWidget(bar)
        column.addLayout(
            _row(Avatar(w.name), KeyFigure("27", w.today), NavItem(w.today, "house"), 1)
        )
        self._fill_bottom(column)
        return holder

    def _toggles(self) -> QVBoxLayout:
        w = self.words
        box = QVBoxLayout()
        check = CheckBox(w.offers, w.offers_when)
        switch = Switch(w.offers)
        radio = Radio(w.cash)
        for toggle in (check, switch, radio):
            toggle.setChecked(True)
        box.addWidget(check)
        box.addLayout(_row(switch, 1))
        box.addLayout(_row(radio, Radio(w.card, parent=self), 1))
        return box

    def _hits(self) -> ResultList:
        w = self.words
        hits = ResultList()
        found = [
            Result(w.name, f"{w.tier} · 4417", (0, 4)),
            Result(w.name, w.where, end="16:04", icon="globe", tone="accent"),
        ]
        hits.setResults(found)
        hits.setFixedHeight(124)
        return hits

    def _fill_bottom(self, column: QVBoxLayout) -> None:
        w = self.words
        empty = EmptyState("users", w.nobody, w.nobody_how)
        empty.offer(Button(w.enrol, icon="user-plus", key="F6"))
        column.addWidget(empty)
        row = ListRow()
        row.setRow(w.name, w.where, match=(0, 3))
        column.addWidget(row)
        column.addWidget(Skeleton(1))
        paper = Paper(258)
        slip = QImage(384, 200, QImage.Format.Format_RGB32)
        slip.fill(QColor("white"))
        paper.setSlip(slip, w.printed)
        column.addWidget(paper, 1)
