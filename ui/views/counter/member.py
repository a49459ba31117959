"""The start column: who is buying. The card, what is worth knowing, what can be redeemed."""

from dataclasses import asdict

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from terminal.services.models import MemberView
from ui.viewmodels.can_have import MOST_REWARDS, CanHave
from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.member_texts import MOST_FACTS, Face, Fact
from ui.viewmodels.sale_texts import program_line
from ui.views.components.card import CardFace, GuestSlot, MemberCard
from ui.views.components.chip import TIERS
from ui.views.components.label import Divider, Label
from ui.views.components.rows import FactRow, PairRow
from ui.views.counter.layout import column, fill

_KEYS_FROM = 320
_MOST_REWARDS = MOST_REWARDS
_LOW = 600


def card_face(face: Face) -> CardFace:
    """The card's texts for the component; a shop's own tier wears bronze."""
    values = asdict(face) | {"progress": face.progress / 100}
    values["tier"] = face.tier if face.tier in TIERS else "bronze"
    return CardFace(**values)


class MemberColumn(QWidget):
    """``search_asked`` asks for the search field, from the guest's empty slot."""

    search_asked = Signal()

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm, t = vm, vm.words.t
        self.card = MemberCard()
        self.card.setToolTip(t("Member page"))
        self.slot = GuestSlot(t("Guest"), t("Scan a card at any time before payment"))
        self.facts = [FactRow() for _ in range(MOST_FACTS)]
        self._line = Divider()
        self._have = PairRow(label_role="text", label_weight="semibold", value_weight="regular",
                             height=30)  # fmt: skip
        self.rewards = [PairRow(label_role="text", value_role="muted", height=30)
                        for _ in range(_MOST_REWARDS)]  # fmt: skip
        self.next_reward = PairRow(value_role="muted", height=30)
        self._can = PairRow(label_role="text", height=30)
        self._least = PairRow(height=26)
        self._worth = Label("", "caption", role="muted", wrap=True)
        self.card.clicked.connect(vm.open_member_page)
        self.slot.clicked.connect(self.search_asked)
        for fact in self.facts:
            fact.acted.connect(vm.ask)
        made = column(self)
        rows = column(spacing=6)
        fill(rows, *self.facts)
        fill(made, self.card, self.slot, 14, rows, 14, self._line, 10, self._have, *self.rewards)
        fill(made, self.next_reward, self._can, self._least)
        fill(made, 4, self._worth, None)

    def tab_stops(self) -> list[QWidget]:
        """What the Tab key visits here, in reading order."""
        asked = [fact.button() for fact in self.facts]
        return [self.card, self.slot, *(button for button in asked if button is not None)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow column the key cap of a question gives way to its words."""
        super().resizeEvent(event)
        self.show_state()

    def show_state(self) -> None:
        """Show who it is now."""
        face = self._vm.face()
        self.card.setVisible(face is not None)
        self.slot.setVisible(face is None)
        if face is not None:
            self.card.setFace(card_face(face))
        facts = self._vm.facts()
        for number, widget in enumerate(self.facts):
            self._show_fact(widget, facts[number] if number < len(facts) else None)
        self._show_redeemable()

    def _show_fact(self, widget: FactRow, fact: Fact | None) -> None:
        if fact is None:
            widget.setFact("", "")
            widget.setAction("")
            return
        widget.setFact(fact.icon, fact.title, fact.reason, fact.tone)
        key = "F11" if self.width() >= _KEYS_FROM else ""
        widget.setAction(self._vm.words.t("Ask") if fact.ask else "", key)

    def _show_redeemable(self) -> None:
        """Rewards by their cost; where there are none, how many points can pay as money."""
        view, shown = self._vm.state.view, self._vm.can_have()
        self._line.setVisible(view is not None)
        self._show_rewards(shown)
        plainly = view is not None and not shown and view.program.redemption is not None
        for widget in (self._can, self._least, self._worth):
            widget.setVisible(plainly)
        if view is not None and plainly:
            self._show_points(view)

    def _show_rewards(self, shown: CanHave) -> None:
        w = self._vm.words
        self._have.setVisible(bool(shown))
        self._have.setPair(w.t("Can have now"), w.t("points"))
        for number, row in enumerate(self.rewards):
            row.setVisible(number < len(shown.now))
            if number < len(shown.now):
                row.setPair(*shown.now[number])
        roomy = self.height() >= _LOW
        self.next_reward.setVisible(shown.next is not None and (roomy or not shown.now))
        if shown.next is not None:
            self.next_reward.setPair(*shown.next)

    def _show_points(self, view: MemberView) -> None:
        offer, rule, w = self._vm.quote.offer, view.program.redemption, self._vm.words
        if offer is not None and self._vm.state.basket.lines:
            self._can.setPair(w.t("Can be redeemed on this sale"), w.number(offer.most))
        else:
            self._can.setPair(w.t("Can be redeemed"), w.number(view.redeemable))
        self._least.setPair(w.t("From"), w.number(rule.minimum if rule else 0))
        self._worth.setText(program_line(view, w))
