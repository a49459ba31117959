"""What customers show at the counter besides their card: coupons, gift cards, store credit.

What is shown is looked up in the books, off the GUI thread, before it does anything to the sale.
"""

from terminal.errors import TerminalError
from terminal.programs.facts import Presented
from terminal.sales import TenderKind
from terminal.services.models import MemberView
from terminal.vouchers import Voucher
from ui.viewmodels.basket import MoneyCard
from ui.viewmodels.offer_names import coupon_title
from ui.viewmodels.selling import SellingViewModel


class ShowingViewModel(SellingViewModel):
    """A sale with coupons and cards of money in it."""

    def attach(self, view: MemberView) -> None:
        """This member is here; coupons shown before must be theirs."""
        before = self.state.view
        super().attach(view)
        if before is None or before.member.id != view.member.id:
            self._check_coupons()

    def detach(self) -> None:
        """Sell to a guest after all; coupons of members go with the member."""
        super().detach()
        self._check_coupons()

    def _not_found(self, error: TerminalError) -> None:
        self._looking = max(self._looking - 1, 0)
        self.refuse(error)

    # -- coupons and cards of money ------------------------------------------------------------

    def show_coupon(self, code: str) -> None:
        """A coupon is shown: whether it is good is in the books."""
        present, view = self._services.counter.present, self._here()
        self._looking += 1
        self._runs.run(lambda: present(code, view), self._presented, self._not_found)

    def _here(self) -> MemberView | None:
        return None if self.done is not None else self.state.view

    def _presented(self, shown: Presented) -> None:
        self._looking = max(self._looking - 1, 0)
        self._begin_if_done()
        self._change(self.state.with_coupon(shown))
        name = coupon_title(shown, self.pricing.program(self.state), self.words)
        waiting = next((r for r in self.priced.waiting if r.code == shown.code), None)
        if waiting is not None:
            self._tell(self._waits(waiting), "warning")
        elif shown in self.state.coupons:
            self._tell(self.words.t("Coupon taken: {name}", name=name), "positive")

    def remove_coupon(self, code: str) -> None:
        """Give a coupon back to who showed it."""
        self._change(self.state.without_coupon(code))

    def remove_reward(self, code: str) -> None:
        """The member does not want this reward after all."""
        self._change(self.state.without_reward(code))

    def show_card(self, code: str) -> None:
        """A gift card or store credit is shown: what it holds is in the books."""
        value = self._services.counter.card_value
        self._looking += 1
        self._runs.run(lambda: value(code), self._card_shown, self._not_found)

    def _card_shown(self, answer: tuple[Voucher, int]) -> None:
        self._looking = max(self._looking - 1, 0)
        self._begin_if_done()
        voucher, value = answer
        kind = TenderKind(voucher.kind.value)
        self.money_card = MoneyCard(voucher.code, kind, value)
        self._show("money_card")

    def pay_with_card(self) -> None:
        """The card on the screen pays, as far as it goes."""
        card, self.money_card = self.money_card, None
        self.panel = ""
        if card is not None and card.value:
            self._change(self.state.with_card(card))
        self.changed.emit()

    def remove_card(self, code: str) -> None:
        """A card does not pay after all."""
        self._change(self.state.without_card(code))

    def _check_coupons(self) -> None:
        """Somebody else is here: each coupon is looked up anew for them."""
        view, present = self.state.view, self._services.counter.present
        for shown in self.state.coupons:

            def look(code: str = shown.code) -> Presented:
                return present(code, view)

            def gone(error: TerminalError, code: str = shown.code) -> None:
                self._change(self.state.without_coupon(code))
                self.refuse(error)

            self._runs.run(look, lambda found: None, gone)
