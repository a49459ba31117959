"""The redeem panel: how many points, and the whole sum written out before anything is booked."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.theme import fonts
from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.redeem import Choice, Sums
from ui.views.components.label import Divider, Label
from ui.views.components.notices import Banner
from ui.views.components.reward import RewardRow
from ui.views.components.rows import PairRow
from ui.views.components.scroll import ScrollArea
from ui.views.components.slider import PointsSlider
from ui.views.components.surface import PanelHeader
from ui.views.counter.fitting import FitButton, FitTotal
from ui.views.counter.keys import WEB_COUPON_KEY, key_text
from ui.views.counter.layout import column, fill, row

_LOW = 580
_LOW_WITH_WEB = 660


class RedeemPanel(QWidget):
    """Slider, quick choices, a coupon for the web shop instead, arithmetic, and the button that
    takes the points off."""

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm, self._redeem, t = vm, vm.redeem, vm.words.t
        self.head = PanelHeader(t("Redeem points"), t("Back"))
        self.refused = Banner()
        self._points = Label("", "display", "semibold", number=True)
        self._word = Label("", "lead", role="muted")
        self._worth = Label("", "lead", "semibold", number=True)
        self.slider = PointsSlider()
        self.choices: list[RewardRow] = []
        self._rows = QWidget()
        self._list = column(self._rows, spacing=2)
        fill(self._list, None)
        self._scroll = ScrollArea(self._rows)
        self._balance, self._used = PairRow(height=26), PairRow(height=26)
        self._gives, self._after = PairRow(height=26), PairRow(height=26)
        self._to_pay = FitTotal("title")
        cap = key_text(WEB_COUPON_KEY, t("Enter"))
        self.web = FitButton(t("As a web coupon"), "quiet", icon="ticket", key=cap)
        self.confirm = FitButton("", "primary", size="primary", key=t("Enter"))
        self._fill()
        self.head.closed.connect(vm.back)
        self.slider.changed.connect(self._slid)
        self.confirm.clicked.connect(vm.confirm_redeem)
        self.web.clicked.connect(vm.open_web_coupon)
        self._redeem.changed.connect(self.show_state)

    def _fill(self) -> None:
        figures = row(spacing=9)
        fill(figures, self._points, self._word, None, self._worth)
        made = column(self)
        fill(made, self.head, 8, self.refused, 4, figures, 2, self.slider, 6)
        made.addWidget(self._scroll, 1)
        fill(made, 4, self.web, Divider(), 8, self._balance, self._used, self._gives, self._after)
        fill(made, 4, self._to_pay, 10, self.confirm)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out anew what has room."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """In a low window the balance of now gives way: it stands on the card."""
        low = _LOW if self.web.isHidden() else _LOW_WITH_WEB
        self._balance.setVisible(self.height() >= low)

    def show_state(self) -> None:
        """Show the points chosen and what they do."""
        redeem, w = self._redeem, self._vm.words
        sums = redeem.sums()
        self.web.setVisible(self._vm.can_web_coupon)
        self._make_room()
        self.refused.setVisible(bool(redeem.refused))
        if redeem.refused:
            self.refused.setBanner(redeem.refused, "", "warning")
        choices = redeem.choices()
        ticks = [choice.points for choice in choices if not choice.code]
        self.slider.setSteps(redeem.most, redeem.step, ticks, w.number(redeem.most))
        self.slider.setValue(redeem.points)
        self.slider.setEnabled(bool(redeem.most))
        self.slider.setVisible(redeem.pays)
        while len(self.choices) < len(choices):
            self._make_choice()
        for number, widget in enumerate(self.choices):
            self._show_choice(widget, choices[number] if number < len(choices) else None)
        if sums is not None:
            self._show_sums(sums)
        nothing = sums is None or not (sums.spent or redeem.rewards)
        label = w.n("Redeem {n} point", "Redeem {n} points", sums.spent if sums else 0)
        self.confirm.setText(w.t("Redeem nothing") if nothing else label)

    def _make_choice(self) -> None:
        row = RewardRow()
        row.setAutoExclusive(False)
        row.clicked.connect(self._chosen)
        self._list.insertWidget(len(self.choices), row)
        self.choices.append(row)

    def _show_choice(self, widget: RewardRow, choice: Choice | None) -> None:
        widget.setVisible(choice is not None)
        if choice is not None:
            widget.setReward(
                choice.title, choice.cost, detail=choice.detail, key=choice.key,
                locked=choice.locked, several=bool(choice.code),
            )  # fmt: skip
            widget.setChecked(choice.chosen)

    def _show_sums(self, sums: Sums) -> None:
        t = self._vm.words.t
        self._points.setText(sums.points)
        self._word.setText(self._vm.words.n("point", "points", sums.spent))
        self._points.setMinimumWidth(fonts.width(sums.points, "display", "semibold"))
        self._worth.setText(sums.worth)
        self._balance.setPair(t("Balance now"), sums.balance)
        self._used.setPair(t("Redeemed"), sums.redeemed)
        self._gives.setPair(t("This sale gives"), sums.gives, "positive")
        self._after.setPair(t("Balance after"), sums.after)
        self._to_pay.setTotal(t("To pay"), sums.to_pay, sums.was)

    def _slid(self, points: object) -> None:
        self._redeem.choose(int(str(points)))

    def _chosen(self) -> None:
        sender = self.sender()
        if isinstance(sender, RewardRow):
            self.choose(self.choices.index(sender))

    def choose(self, number: int) -> None:
        """Take one of the quick choices."""
        choices = self._redeem.choices()
        if number < len(choices):
            self._redeem.take(choices[number])

    def focus_first(self) -> None:
        """Work begins on the slider; where points are no money, on the first reward."""
        rewards = [row for row in self.choices if row.isEnabled() and not row.isHidden()]
        first = self.slider if self._redeem.most or not rewards else rewards[0]
        first.setFocus(Qt.FocusReason.OtherFocusReason)
