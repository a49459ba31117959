"""What the terminal says of sync: why an online store was not told, and what to do.

One sentence for each code of ``sync.errors``, in the cashier's language.
"""

from terminal.i18n import Words


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
    }
    return problems.get(problem, words.t("The online store refused it. Look at the details."))


def _away(words: Words) -> dict[str, str]:
    """What passes by itself."""
    return {
        "busy": words.t("The online store asks to wait. It is tried again by itself."),
        "in_progress": words.t("The online store still works on it. It is asked again by itself."),
        "expired": words.t("The online store signed the till out. It signs in again by itself."),
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
        "other_currency": words.t("The online store sells in another currency."),
    }


def _refused_there(words: Words) -> dict[str, str]:
    """What the online store understood and did not take."""
    return {
        "card_taken": words.t("Another customer of the online store has this card."),
        "email_taken": words.t("Another customer of the online store has this e-mail address."),
        "total_differs": words.t("The online store makes another total of it. Check its prices."),
        "refund_refused": words.t("The online store could not book the money back. Do it there."),
        "no_open_item": words.t("The online store does not sell one of these products. Add it."),
        "sale_missing": words.t("The online store does not have this sale yet. Send it first."),
        "not_found": words.t("In the online store it is not there any more."),
        "wrong_state": words.t("The order can't be changed in the online store. Look at it there."),
        "conflict": words.t("The online store has something else in its place. Look at it there."),
        "too_large": words.t("It is too large for the online store."),
    }
