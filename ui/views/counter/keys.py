"""What the keys do at the counter, in each state; a key is named only while it does something."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QKeySequence

from ui.views.page import KeyAction

WEB_COUPON_KEY: Final = "Ctrl+W"

if TYPE_CHECKING:
    from ui.viewmodels.counter import CounterViewModel
    from ui.views.counter.cash import CashPanel
    from ui.views.counter.redeem import RedeemPanel
    from ui.views.counter.web_coupon import WebCouponPanel


def idle_keys(vm: CounterViewModel) -> list[KeyAction]:
    """Between customers."""
    t = vm.words.t
    keys = [
        _enrol(vm),
        KeyAction(t("Return"), "F8", "arrow-u-up-left", vm.open_return, in_bar=False),
        KeyAction(t("Open price"), "F3", "tag", vm.open_price, in_bar=False),
    ]
    if vm.idle.last is not None:
        text = t("Last slip again, marked COPY")
        keys.append(KeyAction(text, "Ctrl+P", "printer", vm.copy_slip, in_bar=False))
        keys.append(_digital(vm))
    return [*keys, *_undo(vm), *_drawer(vm)]


def _enrol(vm: CounterViewModel, *, in_bar: bool = False) -> KeyAction:
    return KeyAction(vm.words.t("Enrol"), "F6", "user-plus", vm.enrol, in_bar=in_bar)


def _drawer(vm: CounterViewModel) -> list[KeyAction]:
    if not vm.drawer.there:
        return []
    text = vm.words.t("Open the drawer")
    return [KeyAction(text, "Ctrl+D", "tray", vm.open_drawer, in_bar=False)]


def _digital(vm: CounterViewModel) -> KeyAction:
    return KeyAction(vm.words.t("Digital slip"), "Ctrl+Q", "qr-code", vm.show_digital, in_bar=False)


def _undo(vm: CounterViewModel) -> list[KeyAction]:
    if not vm.can_undo:
        return []
    t = vm.words.t
    return [KeyAction(t("Undo"), "Ctrl+Z", "arrow-counter-clockwise", vm.undo, in_bar=False)]


def sale_keys(vm: CounterViewModel) -> list[KeyAction]:
    """With a basket or a member."""
    t, lines, view = vm.words.t, vm.state.basket.lines, vm.state.view
    keys = [
        KeyAction(t("Open price"), "F3", "tag", vm.open_price),
        KeyAction(t("Return"), "F8", "arrow-u-up-left", vm.open_return),
    ]
    # Beside a member too: whoever is new takes their place, with a way back, as a second card does.
    keys.append(_enrol(vm, in_bar=view is None))
    if view is not None:
        keys.append(KeyAction(t("Member page"), "F7", "user", vm.open_member_page))
        keys.append(KeyAction(t("Detach member"), "Ctrl+M", "user-minus", vm.detach))
        text = t("Card for the phone")
        keys.append(KeyAction(text, "Ctrl+Q", "device-mobile", vm.show_phone_card, in_bar=False))
        keys.append(_print_balance(vm))
        keys += _web_coupon(vm)
    if lines or view:
        keys.append(KeyAction(t("Clear"), "Ctrl+Del", "trash", vm.clear))
    keys += _undo(vm)
    if view is not None and any(fact.ask for fact in vm.facts()):
        text = t("Ask what is open")
        keys.append(KeyAction(text, "F11", "chat-centered-text", vm.ask, in_bar=False))
    return [*keys, *(_line_keys(vm) if lines else []), *_drawer(vm)]


def _web_coupon(vm: CounterViewModel) -> list[KeyAction]:
    if not vm.can_web_coupon:
        return []
    text = vm.words.t("As a web coupon")
    return [KeyAction(text, WEB_COUPON_KEY, "ticket", vm.open_web_coupon, in_bar=False)]


def web_coupon_keys(vm: CounterViewModel, panel: WebCouponPanel) -> list[KeyAction]:
    """While a reward is chosen for the web."""
    keys = [
        KeyAction(choice.title, choice.key, "ticket", _chooser(panel, number), in_bar=False)
        for number, choice in enumerate(vm.web_coupon.choices())
        if choice.key
    ]
    text = vm.words.t("Make the coupon")
    confirm = KeyAction(text, "Return", "ticket", vm.make_web_coupon, in_bar=False,
                        aliases=("Enter",))  # fmt: skip
    return [*keys, confirm, _back(vm)]


def _print_balance(vm: CounterViewModel) -> KeyAction:
    text = vm.words.t("Print the balance")
    return KeyAction(text, "Ctrl+B", "printer", vm.print_balance, in_bar=False)


def _line_keys(vm: CounterViewModel) -> list[KeyAction]:
    t = vm.words.t
    keys = [
        KeyAction(t("Take payment"), "F12", "wallet", vm.take_payment, in_bar=False),
        KeyAction(t("Take cash"), "Shift+F12", "money", vm.take_cash, in_bar=False),
        KeyAction(t("More of it"), "+", "plus", lambda: vm.step(1), in_bar=False, aliases=("=",)),
        KeyAction(t("Fewer of it"), "-", "minus", lambda: vm.step(-1), in_bar=False),
        KeyAction(t("Remove the line"), "Del", "trash", vm.remove, in_bar=False),
        KeyAction(t("Line before"), "Up", "arrow-up", lambda: vm.move(-1), in_bar=False),
        KeyAction(t("Next line"), "Down", "arrow-down", lambda: vm.move(1), in_bar=False),
    ]
    if vm.can_redeem:
        keys.insert(1, KeyAction(t("Redeem points"), "F4", "gift", vm.open_redeem, in_bar=False))
    return keys


def _back(vm: CounterViewModel) -> KeyAction:
    return KeyAction(vm.words.t("Back"), "Esc", "arrow-left", vm.back, at_end=True)


def redeem_keys(vm: CounterViewModel, panel: RedeemPanel) -> list[KeyAction]:
    """While points are chosen."""
    t, redeem = vm.words.t, vm.redeem
    keys: list[KeyAction] = []
    if redeem.pays:
        keys = [
            KeyAction(t("Less"), "-", "minus", redeem.fewer),
            KeyAction(t("More points"), "+", "plus", redeem.more, aliases=("=",)),
            KeyAction(t("All of it"), "End", "check", redeem.all),
        ]
    for number, choice in enumerate(redeem.choices()):
        if choice.key:
            keys.append(KeyAction(choice.title, choice.key, "gift", _chooser(panel, number),
                                  in_bar=False))  # fmt: skip
    nothing = "F5"
    if redeem.donation:
        keys.append(KeyAction(t("Donate instead"), "F5", "heart", redeem.donate_instead))
        nothing = "F6"
    if vm.state.points or vm.state.rewards:
        keys.append(KeyAction(t("Redeem nothing"), nothing, "x", vm.drop_points_and_close))
    keys += _web_coupon(vm)
    confirm = KeyAction(
        t("Redeem"), "Return", "gift", vm.confirm_redeem, in_bar=False, aliases=("Enter", "F4")
    )
    return [*keys, confirm, _back(vm)]


def _chooser(panel: RedeemPanel | CashPanel | WebCouponPanel, number: int) -> Callable[[], None]:
    return lambda: panel.choose(number)


def cash_keys(vm: CounterViewModel, panel: CashPanel) -> list[KeyAction]:
    """While cash is counted."""
    from terminal.sales import TenderKind  # needed with a basket only, not for the first paint

    t = vm.words.t

    def card() -> None:
        vm.set_tender(TenderKind.CARD)

    keys = [KeyAction(t("Card"), "F4", "credit-card", card)]
    for number, offer in enumerate(vm.cash.offers()):
        key = f"Alt+{number}"
        keys.append(KeyAction(offer.title, key, "money", _chooser(panel, number), in_bar=False))
    paid = KeyAction(
        t("Paid"), "Return", "check", vm.pay_cash, in_bar=False, aliases=("Enter", "F12")
    )
    return [*keys, paid, *_drawer(vm), _back(vm)]


def aside_keys(vm: CounterViewModel, add: Callable[[], None]) -> list[KeyAction]:
    """In the smaller panels; ``add`` confirms an open price."""
    t = vm.words.t
    keys: list[KeyAction] = []
    if vm.panel == "open_price":
        text = t("Add to the basket")
        keys.append(KeyAction(text, "Return", "check", add, in_bar=False, aliases=("Enter",)))
    if vm.panel == "new_card":
        keys.append(KeyAction(t("Enrol with this card"), "F6", "user-plus", vm.enrol,
                              in_bar=False))  # fmt: skip
    if vm.panel == "money_card":
        keys.append(KeyAction(t("Pay with it"), "Return", "wallet", vm.pay_with_card, in_bar=False,
                              aliases=("Enter", "F12")))  # fmt: skip
        keys.append(_print_balance(vm))
    if vm.panel == "claim":
        keys += _claim_keys(vm)
    if vm.panel == "ask":
        keys.append(KeyAction(t("No"), "1", "x", _answer(vm, granted=False), in_bar=False))
        keys.append(KeyAction(t("Yes"), "2", "check", _answer(vm, granted=True), in_bar=False))
    return [*keys, _back(vm)]


def _claim_keys(vm: CounterViewModel) -> list[KeyAction]:
    t = vm.words.t
    back = KeyAction(t("Take goods back"), "F8", "arrow-u-up-left", vm.return_instead, in_bar=False)
    if vm.state.view is None:
        return [back, _enrol(vm)]
    give = KeyAction(t("Give them"), "Return", "check", vm.give_points, in_bar=False,
                     aliases=("Enter",))  # fmt: skip
    return [back, give]


def _answer(vm: CounterViewModel, *, granted: bool) -> Callable[[], None]:
    return lambda: vm.asking.answer(granted=granted)


def done_keys(vm: CounterViewModel, next_customer: Callable[[], None]) -> list[KeyAction]:
    """After a sale."""
    t = vm.words.t
    keys = [
        KeyAction(t("Next customer"), "Return", "arrow-right", next_customer, in_bar=False,
                  aliases=("Enter",)),
        KeyAction(t("Print a copy"), "Ctrl+P", "printer", vm.copy_slip, in_bar=False),
        _digital(vm),
        KeyAction(t("Return this sale"), "Ctrl+Z", "arrow-u-up-left", vm.return_done,
                  in_bar=False),
        KeyAction(t("Open price"), "F3", "tag", vm.open_price),
        KeyAction(t("Return"), "F8", "arrow-u-up-left", vm.open_return),
        _enrol(vm),
    ]  # fmt: skip
    if vm.done is not None and vm.done.view is not None:
        keys.append(KeyAction(t("Member page"), "F7", "user", vm.open_member_page))
    return [*keys, *_drawer(vm)]


def key_text(key: str, enter: str) -> str:
    """How a key is written on its cap: "Ctrl Z", "F12", "Enter"."""
    shown = {"Return": enter, "-": "−"}.get(key, key)
    return shown.replace("+", " ") if len(shown) > 1 else shown


def sequence(key: str) -> QKeySequence:
    """The key as Qt knows it."""
    return QKeySequence(key, QKeySequence.SequenceFormat.PortableText)
