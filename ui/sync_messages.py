"""What the terminal says of sync: why an online store was not told, and what to do.

One sentence for each code of ``sync.errors``, in the cashier's language.
"""

from terminal.events import SyncStatus
from terminal.i18n import Words
from terminal.services.overview import HUB


def sync_problem(problem: str, words: Words) -> str:
    """Why the online store was not told, in plain words."""
    problems = {
        "unreachable": words.t("The online store does not answer. Carry on selling."),
        "timeout": words.t("The online store is very slow. It is tried again by itself."),
        "server_error": words.t("The online store has a fault. It is tried again by itself."),
        "not_json": words.t("Something else answers instead of the online store. Check the line."),
        "forbidden": words.t("The online store refuses this till's rights. Check its role."),
        "wrong_key": words.t("The online store does not know the password or key. Set it again."),
        **_away(words),
        **_set_up(words),
        **_refused_there(words),
        **_of_hub(words),
    }
    return problems.get(problem, words.t("The online store refused it. Look at the details."))


def hub_problem(problem: str, words: Words) -> str:
    """Why the hub was not told, in plain words."""
    problems = {
        "unreachable": words.t("The hub does not answer. Carry on selling."),
        "timeout": words.t("The hub is very slow. It is tried again by itself."),
        "busy": words.t("The hub has too much to do. It is tried again by itself."),
        "server_error": words.t("The hub has a fault. It is tried again by itself."),
        "forbidden": words.t("The hub refuses this till's rights. Ask for a new one-time code."),
        "wrong_key": words.t("The hub does not know this till's key. Ask for a new one-time code."),
        "no_address": words.t("The hub has no address yet. Join with a one-time code."),
        "wrong_address": words.t("The hub is not at this address. Ask for a new one-time code."),
        "certificate": words.t(
            "The hub's certificate is not trusted. Check the network and the clock."
        ),
        "certificate_file": words.t(
            "The file with the hub's certificate can't be read. Ask for a new one-time code."
        ),
        "no_tls": words.t("The hub offers no safe connection. Its owner must set one up."),
        "schema": words.t("There is no hub in this database. Its owner must make one."),
        "not_found": words.t("The hub knows no till of this name."),
        "bad_input": words.t("The hub can't keep this. Look at the details."),
        "conflict": words.t("Another till has promised points to this sale."),
        **_of_owner(words),
    }
    return problems.get(problem) or sync_problem(problem, words)


def status_problem(status: SyncStatus, words: Words) -> str:
    """Why sync does not get on, in the words of whoever it is that it can't reach: of several
    together, of the one whose state and problem they show."""
    told = hub_problem if is_of_hub(status) else sync_problem
    return told(status.problem, words)


def is_of_hub(status: SyncStatus) -> bool:
    """Whether it is the hub's state that is shown."""
    shown = (status.state, status.problem)
    whose = next((one for one in status.stores if (one.state, one.problem) == shown), status)
    return whose.store == HUB


def is_hub_alone(status: SyncStatus) -> bool:
    """Whether this till talks to a hub and to no online store."""
    return all(one.store == HUB for one in status.stores or (status,))


def _of_hub(words: Words) -> dict[str, str]:
    """What is peculiar to a hub."""
    return {
        "no_driver": words.t(
            "The part of the program that talks to a hub is not installed here. "
            "Install requirements/hub.txt."
        ),
        "old_server": words.t("The hub needs PostgreSQL 15 or newer."),
        "hub_older": words.t("The hub is older than this program. Its owner must upgrade it."),
        "hub_newer": words.t("This program is older than the hub. Bring the program up to date."),
        "hub_went_back": words.t(
            "The hub was set back to an older state. Its owner must say so: hub set-back."
        ),
        "till_cloned": words.t(
            "Another machine works under this till's name, and nothing is told. Find it; carry on "
            "selling."
        ),
        "revoked": words.t("The hub lets this till in no more. Ask its owner."),
        "replaced": words.t("Another computer has joined the hub as this till. Ask its owner."),
        "till_joined": words.t("This till has joined already. For a new computer invite it again."),
        "other_till": words.t(
            "This one-time code is for another till. Compare it with this till's own code."
        ),
        "code_broken": words.t("This one-time code is not complete. Copy it once more."),
        "code_file": words.t("The file with the one-time code can't be read. Check its name."),
        "code_used": words.t("This one-time code was used. Ask for a new one."),
        "code_expired": words.t("This one-time code has expired. Ask for a new one."),
        "code_replaced": words.t("There is a newer one-time code for this till. Use that one."),
    }


def _of_owner(words: Words) -> dict[str, str]:
    """What whoever runs the hub has to mend."""
    return {
        "no_owner": words.t(
            "The owner's address of the hub's database is missing. Give it as --owner or HUB_OWNER."
        ),
        "owner_address": words.t(
            "This database is not there. Make it, and check the address in --owner or HUB_OWNER."
        ),
        "owner_login": words.t(
            "The database does not let this owner in. Check role and password of --owner or "
            "HUB_OWNER."
        ),
        "owner_rights": words.t(
            "The owner's role lacks rights in the hub's database. It must own it, with CREATEROLE."
        ),
        "owner_certificate": words.t(
            "The file with the certificate can't be read. Check --ca, or sslrootcert in HUB_OWNER."
        ),
        "owner_refused": words.t("The database refused it. Its server's log says why."),
        "tills_address": words.t("This is no address for tills. Write host:port/database."),
        "till_code": words.t("A till's code is 1 to 6 of A-Z and 0-9, as under [till] there."),
    }


def clock_wrong(offset_ms: int | None, words: Words) -> str:
    """This machine's clock is off: which way, and how far. ``offset_ms`` is the true time less the
    machine's."""
    seconds = abs(offset_ms or 0) // 1000
    minutes = max(round(seconds / 60), 1)
    if (offset_ms or 0) > 0:
        return words.n(
            "This till's clock is {n} minute slow. Set its date and time.",
            "This till's clock is {n} minutes slow. Set its date and time.",
            minutes,
        )
    return words.n(
        "This till's clock is {n} minute fast. Set its date and time.",
        "This till's clock is {n} minutes fast. Set its date and time.",
        minutes,
    )


def _away(words: Words) -> dict[str, str]:
    """What passes by itself."""
    return {
        "busy": words.t("The online store asks to wait. It is tried again by itself."),
        "in_progress": words.t("The online store still works on it. It is asked again by itself."),
        "expired": words.t("The online store signed the till out. It signs in again by itself."),
        "service_silent": words.t(
            "The sync service of this machine says nothing any more. Carry on selling."
        ),
        "no_name": words.t(
            "The online store's name is not found. Check the network, then the address."
        ),
        "portal": words.t(
            "A web page answers instead of the online store. If the network wants a login, give it."
        ),
        "proxy": words.t("The network's proxy does not let the till through. Check its login."),
        "proxy_away": words.t("The network's proxy does not answer. Check the network."),
        "broken_off": words.t("The line broke off. It is tried again by itself."),
        "bad_answer": words.t("The online store's answer made no sense. It is asked again."),
        "internal": words.t("Something went wrong in the program. It is tried again by itself."),
    }


def _set_up(words: Words) -> dict[str, str]:
    """What waits for somebody to set it right."""
    return {
        "wrong_password": words.t(
            "The online store does not know the password or key. Set it again."
        ),
        "no_address": words.t("The online store has no address yet. Set it first."),
        "wrong_address": words.t("The online store is not at this address. Set it again."),
        "redirected": words.t("The online store sends the till elsewhere. Check its address."),
        "certificate": words.t(
            "The online store's certificate is not trusted. Check the address and the clock."
        ),
        "certificate_date": words.t(
            "The online store's certificate is not good today. Check this machine's date first."
        ),
        "certificate_name": words.t(
            "Another machine answers for the online store. Check the address and the network."
        ),
        "no_tls": words.t(
            "No safe connection to the online store comes about. Check its address: https or http?"
        ),
        "proxy_forbids": words.t(
            "The network's proxy does not allow the online store's address. Ask who runs it."
        ),
        "certificate_file": words.t(
            "The file with the online store's certificate can't be read. Set it again."
        ),
        "schema": words.t("The online store lacks what this till needs. Set it up for the till."),
        "plugin_off": words.t("WooCommerce is switched off in this shop. Switch the plugin on."),
        "plain_permalinks": words.t(
            "The shop’s addresses are of the plain kind, so no key works. "
            "Set its permalinks to “Post name”."
        ),
        "other_currency": words.t("The online store sells in another currency."),
    }


def _refused_there(words: Words) -> dict[str, str]:
    """What the online store understood and did not take."""
    return {
        "card_taken": words.t("Another customer of the online store has this card."),
        "customer_gone": words.t("This customer was deleted in the online store."),
        "email_taken": words.t("Another customer of the online store has this e-mail address."),
        "total_differs": words.t("The online store makes another total of it. Check its prices."),
        "refund_refused": words.t("The online store could not book the money back. Do it there."),
        "no_open_item": words.t("The online store does not sell one of these products. Add it."),
        "erase_by_hand": words.t(
            "This online store forgets nobody by itself. Delete the customer there, then say so."
        ),
        "sale_missing": words.t("The online store does not have this sale yet. Send it first."),
        "not_found": words.t("In the online store it is not there any more."),
        "wrong_state": words.t("The order can't be changed in the online store. Look at it there."),
        "conflict": words.t("The online store has something else in its place. Look at it there."),
        "too_large": words.t("It is too large for the online store."),
        "in_bin": words.t("The order of this sale is in the online store’s bin."),
    }
