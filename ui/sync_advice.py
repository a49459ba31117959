"""For each problem of sync: what happened, what is safe, what to do next.

``sync_problem`` says the first in one sentence for a toast or a line; here is the whole of it, for
the pages where somebody has come to do something about it.
"""

from dataclasses import dataclass, replace

from terminal.i18n import Words
from terminal.services.overview import HUB
from ui.sync_messages import hub_problem, sync_problem

_PASSES = frozenset({
    "unreachable", "timeout", "server_error", "broken_off", "bad_answer", "busy", "expired",
    "in_progress", "internal", "not_json", "proxy", "redirected", "certificate", "portal",
    "certificate_date", "certificate_name", "no_name", "no_tls", "proxy_away", "proxy_forbids",
    "service_silent",
})  # fmt: skip
_SET_UP = frozenset({
    "wrong_password", "wrong_key", "forbidden", "wrong_address", "schema", "no_address",
    "certificate_file", "other_currency", "plugin_off", "plain_permalinks",
})  # fmt: skip
_OF_PERSON = frozenset({"email_taken", "card_taken", "bad_input", "bad_email", "customer_gone"})
_LINKS = frozenset({"email_taken", "card_taken"})
_LACKS = "lacks:"
_NO_KEY = "no_key:"
"""And the name under which it would be."""


@dataclass(frozen=True, slots=True)
class Advice:
    """``edits``: the member's own data may be what is wrong. ``links``: the store knows this person
    under another account, which can be theirs. ``reconnects``: address or key are to be given
    anew."""

    happened: str
    safe: str
    todo: str
    edits: bool = False
    links: bool = False
    reconnects: bool = False


def hub_advice(problem: str, words: Words) -> Advice:
    """What to tell about a problem with the hub."""
    t = words.t
    anew = t("Ask whoever looks after the hub for a one-time code, and join with it.")
    wait = t("Wait. If it stays, ask whoever looks after the hub.")
    todo = _hub(words).get(problem) or (anew if problem in _SET_UP - {"schema"} else wait)
    return Advice(hub_problem(problem, words), _safe(problem, words, ""), todo)


def advice(problem: str, words: Words, member: str = "") -> Advice:
    """What to tell about a problem; ``member`` is the name of whom it concerns."""
    todo = {**_away(words), **_set_right(words), **_refused(words), **_hub(words)}.get(problem)
    general = words.t("Look at the details, mend it in the online store, then send it again.")
    return Advice(
        sync_problem(problem, words),
        _safe(problem, words, member),
        todo or general,
        edits=problem in _OF_PERSON,
        links=problem in _LINKS,
        reconnects=problem in _SET_UP or problem in ("redirected", "certificate"),
    )


def asked_advice(problem: str, words: Words) -> Advice:
    """The same where a person asked and waits for the answer: nothing is tried again by itself."""
    told = advice(problem, words)
    happened = _once(words).get(problem)
    if happened is None:
        return told
    t = words.t
    soon = t("Try again in a minute. If it stays, ask whoever runs the online store.")
    line = t("Try again. If it stays, look at the network’s cables and the router.")
    keeps = problem in ("unreachable", "internal")
    todo = told.todo if keeps else line if problem == "broken_off" else soon
    return replace(told, happened=happened, todo=todo)


def _once(words: Words) -> dict[str, str]:
    """What passes, as it is said of one question."""
    t = words.t
    return {
        "unreachable": t("The online store does not answer."),
        "timeout": t("The online store is very slow."),
        "server_error": t("The online store has a fault."),
        "busy": t("The online store asks to wait."),
        "in_progress": t("The online store still works on it."),
        "expired": t("The online store signed the till out."),
        "broken_off": t("The line broke off."),
        "bad_answer": t("The online store’s answer made no sense."),
        "internal": t("Something went wrong in the program."),
    }


def remedy(problem: str, words: Words) -> str:
    """What happened and what to do, for the doctor; of a store that answers but was not given
    everything, what it lacks."""
    if problem.startswith(_LACKS):
        lacking = _lacking(words)
        codes = problem.removeprefix(_LACKS).split(",")
        return " ".join(lacking.get(code) or advice("schema", words).todo for code in codes)
    if problem.startswith(_NO_KEY):
        name = problem.removeprefix(_NO_KEY)
        return words.t("No key is kept for it. Keep one: main.py secret {name}", name=name)
    told = advice(problem, words)
    return f"{told.happened} {told.todo}"


def hub_remedy(problem: str, words: Words) -> str:
    """The same of the hub."""
    told = hub_advice(problem, words)
    return f"{told.happened} {told.todo}"


def spoken(store: str, problem: str) -> str:
    """The same of whoever it is, for a command."""
    return (hub_remedy if store == HUB else remedy)(problem, Words())


def _safe(problem: str, words: Words, member: str) -> str:
    t = words.t
    if problem in _SET_UP:
        return t("Nothing is lost: everything waits here until that is mended.")
    if problem in _PASSES:
        return t("Sales and points are safe here, and selling goes on.")
    if member:
        return t("What {name} has here is safe. Nobody else waits.", name=member)
    return t("Everything is safe here. Nobody else waits.")


def _away(words: Words) -> dict[str, str]:
    """What passes by itself, and what to look at if it does not."""
    t = words.t
    return {
        "unreachable": t(
            "Look whether this machine is in the network and the shop’s site opens in a browser."
        ),
        "timeout": t("Wait. If it stays slow, ask whoever runs the online store."),
        "server_error": t(
            "Wait some minutes. If it stays, ask whoever runs the online store: its log says why."
        ),
        "broken_off": t("Wait. If it happens often, look at the network’s cables and the router."),
        "bad_answer": t(
            "Wait. If it stays, something between till and online store changes its answers."
        ),
        "busy": t("Wait: the online store says itself when to come again."),
        "expired": t("Nothing to do. If it stays, give the key again."),
        "in_progress": t("Wait: it is asked again by itself."),
        "internal": t("Try again. If it stays, send the log to whoever looks after this program."),
        "not_json": t(
            "Open a browser on this machine: a network that wants to be signed in to says so there."
        ),
        "portal": t("Open a browser on this machine and sign in to the network there."),
        "service_silent": t(
            "Start the sync service of this machine anew; or end it, and this window goes on by "
            "itself."
        ),
        "no_name": t("Look whether this machine is in the network, then at the address’ letters."),
        "proxy": t("Ask whoever looks after the network for its proxy’s login."),
        "proxy_away": t("Ask whoever looks after the network whether its proxy has moved."),
        "proxy_forbids": t(
            "Ask whoever looks after the network to let this till through to the shop."
        ),
        "redirected": t("Connect the online store again, at the address it leads to."),
        "certificate_date": t("Set date and time of this machine by the network."),
        "certificate_name": t(
            "Type the address that the shop’s certificate is made for, often with “www”."
        ),
        "no_tls": t("If the shop is in your own network, begin the address with “http://”."),
        "certificate": t(
            "Look at this machine’s clock. If the shop has a certificate of its own making, choose "
            "its file."
        ),
    }


def _set_right(words: Words) -> dict[str, str]:
    """What waits for somebody to set it right."""
    t = words.t
    return {
        "wrong_password": t("Give user name and password again. Capitals count."),
        "wrong_key": t("Make a new key in the shop’s office and paste it here whole."),
        "forbidden": t(
            "Look at the rights of the till’s key one by one: each says what to tick in the shop’s "
            "office."
        ),
        "wrong_address": t("Copy the address from the browser while the shop’s office is open."),
        "schema": t("Connect it again: the page says what is to be made there, and can make it."),
        "plugin_off": t("In the shop’s office open Plugins and switch WooCommerce on."),
        "plain_permalinks": t(
            "In the shop’s office open Settings → Permalinks, choose “Post name” and save."
        ),
        "no_address": t("Type the shop’s address, as customers know it."),
        "certificate_file": t("Choose the file again; it begins with “BEGIN CERTIFICATE”."),
        "other_currency": t("A till and its online store must sell in the same currency."),
    }


def _lacking(words: Words) -> dict[str, str]:
    """What an online store that answers should still be given."""
    t = words.t
    return {
        "open_item": t(
            "It has no product for goods that it does not list, so sales of such goods wait. "
            "Connect it again: the page can make one."
        ),
        "customer_fields": t(
            "It has no fields for card, points and level, so customers don’t see them there. "
            "Connect it again: the page can make them."
        ),
        "order_fields": t(
            "It has no fields for the till’s slip, so no sale is told. Connect it again: the page "
            "can make them."
        ),
        "region": t(
            "It sells nowhere in the till’s currency, so no sale is told. Add a region with that "
            "currency in the shop’s office."
        ),
        "tax_included": t(
            "Its prices are without tax, so they are not taken over. Enter them with tax there, or "
            "keep the products here."
        ),
        "decimals": t(
            "It is set to fewer decimals than the till’s money has, so its orders show the nearest "
            "amount. Set the number of decimals in the shop’s office."
        ),
        "coupon_tax": t(
            "Its prices are without tax and its goods are taxed differently, so a coupon of an "
            "amount takes off more where the tax is higher. Offer percentages, or enter prices "
            "with tax there."
        ),
    }


def _hub(words: Words) -> dict[str, str]:
    """What only a hub says."""
    t = words.t
    return {
        "till_cloned": t("Switch one of the two off, and let it join under a name of its own."),
        "replaced": t("Use the computer that took this one’s place, or let this one join anew."),
        "revoked": t("If it was a mistake, let this till join anew with a one-time code."),
        "hub_newer": t("Install the newest version of this program on this till."),
        "hub_older": t("Ask whoever looks after the hub to bring it up to date."),
        "hub_went_back": t("Ask whoever looks after the hub: its history must be mended first."),
        "old_server": t("Ask whoever looks after the hub to update its database."),
        "no_driver": t("Install the program anew, with everything that belongs to it."),
    }


def _refused(words: Words) -> dict[str, str]:
    """What the online store understood and did not take."""
    t = words.t
    mend = t("Mend it there, then send it again.")
    return {
        "card_taken": t("Link the member to that customer, or give the member another card."),
        "email_taken": t("Link the member to that customer, or correct the address here."),
        "bad_input": t("Correct the member’s data here, then send it again."),
        "bad_email": t("Correct the e-mail address here, then send it again."),
        "customer_gone": t("Send it again: the member is told anew."),
        "total_differs": t("Look at prices and taxes of these products there, then send it again."),
        "refund_refused": t("Book the money back there by hand, then give this message up."),
        "no_open_item": t("Add the product there, or a product for open prices; then send again."),
        "sale_missing": t("Send the sale first: it stands in the list too."),
        "not_found": t("Send it again: what is gone is made anew where that is possible."),
        "wrong_state": mend,
        "conflict": t("Look at both sides. If the online store is right, give this message up."),
        "too_large": t("Give this message up and enter it there by hand."),
        "in_bin": t(
            "Take the order out of the bin there, then send it again; or give this message up."
        ),
        "erase_by_hand": t("Delete the customer there by hand, then give this message up."),
        "bad_request": t("Send the log to whoever looks after this program."),
    }
