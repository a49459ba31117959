"""Slips that customers show and ask for: a guest's slip whose points somebody wants, a balance on
paper.

What a guest's slip would give is looked up before it is offered, and booked once by ``claim``.
"""

from terminal.errors import TerminalError
from terminal.sales import Sale
from terminal.services.models import ClaimDone, ClaimOffer, MemberView
from terminal.slips import SlipJob
from ui.viewmodels.notices import Notice, Opening
from ui.viewmodels.showing import ShowingViewModel


class ClaimingViewModel(ShowingViewModel):
    """A counter at which slips are shown; ``claim_offer`` is the guest's sale on the screen."""

    def show_slip(self, sale: Sale) -> None:
        """One of our slips: a guest's points may go to somebody; else goods come back with it."""
        if sale.member_id is not None:
            self.opening.emit(Opening("return", sale.ref))
        else:
            self._look_at(sale)

    def _look_at(self, sale: Sale) -> None:
        offer, view = self._services.counter.claims.offer, self._here()
        member_id = view.member.id if view else None
        self._looking += 1
        self._runs.run(
            lambda: offer(sale.ref, member_id),
            self._offered,
            lambda error: self._not_offered(sale, error),
        )

    def _offered(self, offer: ClaimOffer) -> None:
        self._looking = max(self._looking - 1, 0)
        self._begin_if_done()
        self.claim_offer = offer
        self._show("claim")

    def _not_offered(self, sale: Sale, error: TerminalError) -> None:
        """Nothing is to be had by it: then it is a return. Whoever wanted points hears why not."""
        self._looking = max(self._looking - 1, 0)
        if self._here() is not None:
            self.refuse(error)
        if self.panel == "claim":
            self.back()
        self.opening.emit(Opening("return", sale.ref))

    def attach(self, view: MemberView) -> None:
        """This member is here; what the slip on the screen gives is theirs to ask. Who remembers
        the card when all is paid is asked about the purchase just done."""
        guests = self.done.sale if self.done is not None and self.done.view is None else None
        super().attach(view)
        if guests is not None and self._services.counter.till.links.claim_days:
            self._ask_about(guests, view)
        if self.panel == "claim" and self.claim_offer is not None:
            self._look_at(self.claim_offer.sale)

    def _ask_about(self, sale: Sale, view: MemberView) -> None:
        w = self.words
        text = w.t("The purchase before was without a card.")
        give = w.t("Give its points to {name}", name=view.member.called)
        self.told.emit(Notice(text, "accent", give, act=lambda: self._look_at(sale)))

    def give_points(self) -> None:
        """The points of the slip on the screen go to the member, once."""
        view, offer = self._here(), self.claim_offer
        if offer is None:
            return
        if view is None:
            self._tell(self.words.t("Scan the member's card first."), "warning")
            return
        self.back()
        claim, member_id = self._services.counter.claims.claim, view.member.id
        ref, cashier_id = offer.sale.ref, self.cashier.id
        self._runs.run(lambda: claim(ref, member_id, cashier_id), self._claimed, self.refuse)

    def _claimed(self, done: ClaimDone) -> None:
        self._take_fresh(done.view)
        text = self.words.n(
            "{n} point of purchase {ref} belongs to {name} now",
            "{n} points of purchase {ref} belong to {name} now",
            done.points,
            ref=done.sale.ref,
            name=done.view.member.called,
        )
        self._tell(text, "positive")
        self.slips.load()

    def _take_fresh(self, view: MemberView) -> None:
        here = self._here()
        if here is not None and here.member.id == view.member.id:
            self.state = self.state.with_member(view)
            self._requote()

    def return_instead(self) -> None:
        """The slip on the screen is there for a return after all."""
        offer = self.claim_offer
        if offer is not None:
            self.back()
            self.opening.emit(Opening("return", offer.sale.ref))

    # -- balances ------------------------------------------------------------------------------

    def print_balance(self) -> None:
        """The attached member's points on paper, or what is on the card of money on the screen."""
        enquiries, card, view = self._services.counter.enquiries, self.money_card, self._here()
        if self.panel == "money_card" and card is not None:
            code = card.code
            self._runs.run(lambda: enquiries.card(code), self._queued, self.refuse)
        elif view is not None:
            member_id = view.member.id
            self._runs.run(lambda: enquiries.balance(member_id), self._queued, self.refuse)

    def _queued(self, job: SlipJob) -> None:
        self.told.emit(Notice(self.words.t("The balance is on its way to the printer.")))
        self.slips.load()
