"""Sync failures, named by what happens next.

``problem`` is a stable code that a screen translates and a log may hold: no message here ever
carries names, addresses, card numbers or keys. ``where`` names the part of the request that failed
in the online store's own words (a field of its interface), never data.
"""


class SyncError(Exception):
    """Anything an online store's adapter raises on purpose."""

    def __init__(self, problem: str, *, where: str = "") -> None:
        super().__init__(f"{problem} ({where})" if where else problem)
        self.problem = problem
        self.where = where


class Retryable(SyncError):
    """Away, slow or busy: the same message is tried again later.

    ``retry_after`` is what the online store asked for, in seconds. ``away`` says that nothing
    reached it at all, so that no other message would fare better.

    Problems: unreachable, no_name (nobody knows it), certificate (nobody vouches for it),
    certificate_date, certificate_name, no_tls, proxy (it wants a login), proxy_away, proxy_forbids,
    portal (a network that wants a login), timeout, broken_off, server_error, not_json, bad_answer,
    redirected, busy, expired, in_progress, internal (a bug of ours, on one message).
    """

    def __init__(self, problem: str, *, retry_after: float | None = None, where: str = "") -> None:
        super().__init__(problem, where=where)
        self.retry_after = retry_after

    @property
    def of_message(self) -> bool:
        """Whether it speaks against the message itself when others pass: then a person looks in
        the end. A line that breaks off, however often, speaks against nobody."""
        return self.problem in ("server_error", "bad_answer", "in_progress", "expired", "internal")

    @property
    def away(self) -> bool:
        """Whether the way to the online store is cut, whatever the message."""
        return self.problem in _CUT


_CUT = frozenset({
    "unreachable", "no_name", "certificate", "certificate_date", "certificate_name", "no_tls",
    "proxy", "proxy_away", "proxy_forbids", "redirected", "busy",
})  # fmt: skip


class Refused(SyncError):
    """The online store understood and said no: a person must look, trying again will not help.

    Problems: bad_input, not_found, conflict, card_taken, email_taken, other_currency, no_open_item,
    total_differs, wrong_state, refund_refused, too_large, bad_request, sale_missing, customer_gone,
    in_bin (the shop's people threw the order away), erase_by_hand (it can't be asked to), forbidden
    (the key may not look at what this needs).
    """


class Gone(Refused):
    """The customer was deleted in the online store; the member has to be told anew first."""

    def __init__(self, *, where: str = "") -> None:
        super().__init__("customer_gone", where=where)


class Misconfigured(SyncError):
    """Wrong address, key, rights or set-up: nothing goes out until a person fixes it.

    Problems: wrong_password, wrong_key, forbidden, wrong_address, schema, no_address,
    certificate_file, plugin_off, plain_permalinks.
    """
