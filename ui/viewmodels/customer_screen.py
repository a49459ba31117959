"""The customer's screen: the sale as its customer may see it, in the customer's language.

It only looks: touching an offer proposes it to the cashier, who decides. What was shown of somebody
is gone when they are taken off the sale, and some seconds after the sale at the latest.
"""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from terminal.i18n import Words
from terminal.ids import Clock
from terminal.programs.calendar import zone as zone_named
from terminal.programs.facts import Occasion
from terminal.services.counter import CounterService
from terminal.services.models import MemberView
from ui.viewmodels import customer_face
from ui.viewmodels.can_have import can_have
from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.customer_face import Code, CustomerFace
from ui.viewmodels.customer_following import Following
from ui.viewmodels.notices import Notice
from ui.viewmodels.pricing import Pricing
from ui.viewmodels.redeem import Choice, RedeemViewModel

DONE_MS = 20_000
CARD_MS = 60_000
LANGUAGES = ("en", "el", "bg", "hu", "pl", "he")


class CustomerScreenViewModel(Following):
    """``changed`` when ``face`` is another; ``proposed`` carries the Choice that was touched.

    ``enrol_url`` is where a guest gets a card; empty: at the counter only.
    """

    changed = Signal()
    proposed = Signal(object)

    def __init__(
        self,
        service: CounterService,
        *,
        clock: Clock,
        enrol_url: str = "",
        done_ms: int = DONE_MS,
        card_ms: int = CARD_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service, self._clock, self._enrol_url = service, clock, enrol_url
        self._till = service.till
        self._card: Code | None = None
        self._card_of = ""
        self._wish: Choice | None = None
        self._wish_of: tuple[str, object] = ("", None)
        self._put_away = ""
        self._done_id = ""
        self._done_timer = self._timer(done_ms, self._done_is_over)
        self._card_timer = self._timer(card_ms, self.hide_card)
        self.face: CustomerFace = customer_face.closed(self._till, self._words(""))

    def _timer(self, after: int, act: Callable[[], None]) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(after)
        made.timeout.connect(act)
        return made

    def _words(self, language: str) -> Words:
        known = language if language in LANGUAGES else self._till.language
        return Words(known, zone=self._counter.words.zone if self._counter else None)

    # -- what the caller shows, what the customer touches ------------------------------------

    def show_card(self, payload: str) -> None:
        """The member's card as a code, to be taken along on a phone; for a minute at most."""
        view = self._view()
        if view is None:
            return
        caption = self._words(view.member.language).t("Scan the code: your card on your phone.")
        self._card, self._card_of = Code(payload, caption), view.member.id
        self._card_timer.start()
        self._moved()

    @Slot()
    def hide_card(self) -> None:
        """Put that code away."""
        self._card = None
        self._moved()

    def propose(self, choice: Choice) -> None:
        """The customer would like this: the cashier is asked, nothing is booked."""
        counter, view = self._counter, self._view()
        if counter is None or view is None or not counter.can_redeem or counter.busy:
            return
        self._wish, self._wish_of = choice, self._sale_of(counter)
        w = counter.words
        name, title = view.member.called, self._title(counter, choice)
        text = w.t("{name} would like: {reward}", name=name, reward=title)
        counter.told.emit(Notice(text, "accent", w.t("Redeem"), "F4", counter.open_redeem))
        self.proposed.emit(choice)
        self._moved()

    def _title(self, counter: CounterViewModel, choice: Choice) -> str:
        """What the cashier knows it by."""
        made = RedeemViewModel(self._service, Pricing(self._service, counter.words), counter.words)
        made.start(counter.state, counter.tender)
        same = (each.title for each in made.choices() if _key(each) == _key(choice))
        return next(same, choice.title)

    @staticmethod
    def _sale_of(counter: CounterViewModel) -> tuple[str, object]:
        """What a proposal was made for: this member with this basket."""
        view = counter.state.view
        return (view.member.id if view else "", counter.state.basket)

    # -- following the counter ---------------------------------------------------------------

    def _moved(self) -> None:
        self._keep_up()
        face = self._face()
        if face != self.face:
            self.face = face
            self.changed.emit()

    def _keep_up(self) -> None:
        """Forget what belongs to somebody who is gone; take a proposal into the open panel."""
        counter, view = self._counter, self._view()
        if self._card is not None and (view is None or view.member.id != self._card_of):
            self._card = None
        if counter is None:
            self._wish = None
            return
        if counter.state.points or counter.state.rewards or self._sale_of(counter) != self._wish_of:
            self._wish = None
        elif self._wish is not None and counter.panel == "redeem":
            wish, self._wish = self._wish, None
            _choose(counter, wish)
        self._watch_done(counter)

    def _watch_done(self, counter: CounterViewModel) -> None:
        sale_id = counter.done.sale.id if counter.done else ""
        if sale_id == self._done_id:
            return
        self._done_id, self._put_away = sale_id, ""
        if sale_id:
            self._done_timer.start()
        else:
            self._done_timer.stop()

    @Slot()
    def _done_is_over(self) -> None:
        self._put_away = self._done_id
        self._moved()

    def _view(self) -> MemberView | None:
        """Who may be told of: the member on this sale, or of the one just done."""
        counter = self._counter
        if counter is None:
            return None
        if counter.done is not None:
            return counter.done.view if counter.done.sale.id != self._put_away else None
        return counter.state.view

    def _face(self) -> CustomerFace:
        counter, view = self._counter, self._view()
        words = self._words(view.member.language if view else "")
        if counter is None:
            return customer_face.closed(self._till, words)
        if counter.done is not None:
            if counter.done.sale.id == self._put_away:
                return customer_face.idle(self._till, self._enrol_url, words)
            done, program = counter.done, counter.program
            return customer_face.done(self._till, done, program, self._enrol_url, words)
        if view is None and not counter.state.basket.lines:
            return customer_face.idle(self._till, self._enrol_url, words)
        return self._in_sale(counter, view, words)

    def _in_sale(
        self, counter: CounterViewModel, view: MemberView | None, words: Words
    ) -> CustomerFace:
        if view is None:
            made = customer_face.guest(self._till, self._waiting(counter), self._enrol_url, words)
        else:
            made = replace(customer_face.member(self._till, view, words), code=self._card)
        if counter.state.basket.lines:
            made = self._with_basket(made, counter, view, words)
        elif view is not None:
            state = counter.state
            found = self._service.catalogue(state.basket, view, state.rewards, state.coupons)
            have = can_have(found, state.rewards, view.program, words)
            made = customer_face.with_rewards(made, have, words)
        return made

    def _with_basket(
        self, made: CustomerFace, counter: CounterViewModel, view: MemberView | None, words: Words
    ) -> CustomerFace:
        made = customer_face.with_basket(
            made, counter.priced, counter.program, words, counter.names
        )
        if view is None or counter.state.points or counter.state.rewards:
            return made
        asked = self._wish.title if self._wish is not None else ""
        return customer_face.with_choices(made, self._choices(counter, words), asked, words)

    def _choices(self, counter: CounterViewModel, words: Words) -> list[Choice]:
        made = RedeemViewModel(self._service, Pricing(self._service, words), words)
        made.start(counter.state, counter.tender)
        return [replace(each, chosen=False) if not each.code else each for each in made.choices()]

    def _waiting(self, counter: CounterViewModel) -> int:
        program = counter.program
        if program is None:
            return 0
        ways = frozenset({counter.tender.value})
        when = Occasion(self._clock(), zone_named(program.zone), "shop", ways)
        return customer_face.waiting_points(counter.quote, program, when, self._till)


def _key(choice: Choice) -> tuple[str, int]:
    return (choice.code, 0 if choice.code else choice.points)


def _choose(counter: CounterViewModel, wish: Choice) -> None:
    """What the customer asked for stands in the panel; the cashier takes it or not."""
    for each in counter.redeem.choices():
        if _key(each) == _key(wish) and not (each.chosen or each.locked):
            counter.redeem.take(each)
            return
