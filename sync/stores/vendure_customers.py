"""Members as customers of a Vendure store.

Vendure keeps e-mails lower case and unique among those not deleted; card numbers are unique
among all, deleted ones too, and a clash there is a raw database error. A member is found by the id
we know, else by e-mail; never by card alone, since anybody may type a card number into a profile.
"""

import logging
from collections.abc import Callable
from typing import Any

from sync.errors import Gone, Refused, Retryable
from sync.online_store import Customer, Profile, Standing
from sync.stores import vendure_documents as documents
from sync.stores.vendure_http import VendureApi
from sync.stores.vendure_wire import (
    CustomerAnswer,
    CustomerPut,
    CustomerResult,
    DraftAnswer,
    FoundCustomers,
    MemberMade,
)

log = logging.getLogger(__name__)

Put = Callable[[dict[str, Any]], CustomerResult]


class VendureCustomers:
    """Customers of one store."""

    def __init__(self, api: VendureApi) -> None:
        self._api = api
        self._unknown_tiers: set[str] = set()

    def put(self, profile: Profile, known_as: str | None) -> str:
        """Make or update; answers the id."""
        if known_as:
            try:
                return self._update(known_as, profile, move=True)
            except Refused as error:
                if error.problem != "not_found":
                    raise
        by_email, by_card = self._look(profile.member.email, profile.card)
        if by_card and (by_email is None or by_email.id != by_card.id):
            raise Refused("card_taken")
        if by_email:
            return self._update(by_email.id, profile, move=False)
        return self._create(profile)

    def put_standing(self, customer: str, standing: Standing) -> None:
        """Points and tier. Raises Gone."""
        try:
            self._without_bad_tier(self._standing(standing), self._putter(customer, {}))
        except Refused as error:
            if error.problem == "not_found":
                raise Gone(where=error.where) from error
            raise

    def get(self, customer: str) -> Customer | None:
        """By id; None if deleted."""
        found = self._api.ask(documents.CUSTOMER, CustomerAnswer, id=customer).customer
        return _customer(found) if found else None

    def find(self, email: str, card: str) -> Customer | None:
        """By e-mail, else by card."""
        by_email, by_card = self._look(email, card)
        found = by_email or by_card
        return _customer(found) if found else None

    def guest(self, email: str) -> str:
        """The customer in whose name guests' sales stand; made if need be."""
        by_email, _ = self._look(email, "")
        if by_email:
            return by_email.id
        names = {"firstName": "Till", "lastName": "Guest", "emailAddress": _clean(email)}
        made = self._api.ask(documents.CREATE_CUSTOMER, CustomerPut, input=names).put
        if made.error_code:  # another till made it in between
            by_email, _ = self._look(email, "")
        if not made.id and by_email is None:
            raise Refused("email_taken")
        return made.id or (by_email.id if by_email else "")

    def _look(self, email: str, card: str) -> tuple[CustomerResult | None, CustomerResult | None]:
        # "-" stands for nothing: an empty filter would find everybody without one.
        found = self._api.ask(
            documents.FIND_CUSTOMERS, FoundCustomers, email=_clean(email) or "-", card=card or "-"
        )
        return (
            found.by_email.items[0] if found.by_email.items else None,
            found.by_card.items[0] if found.by_card.items else None,
        )

    def _create(self, profile: Profile) -> str:
        names = {"firstName": "", "lastName": "", **_names(profile)}
        names["emailAddress"] = _clean(profile.member.email)

        def create(fields: dict[str, Any]) -> CustomerResult:
            return self._make({**names, "customFields": fields})

        return self._with_card(profile, create).id

    def _make(self, given: dict[str, Any]) -> CustomerResult:
        """A customer without an account, by way of a draft that is thrown away at once.

        ``createCustomer`` would make an account without a password, and then its owner could
        neither register in the web shop nor buy there as a guest.
        """
        draft = self._api.ask(documents.CREATE_DRAFT, DraftAnswer).create_draft_order.id
        try:
            told = self._api.ask(documents.MAKE_MEMBER, MemberMade, order=draft, input=given).put
        except Refused:
            self._api.ask(documents.DELETE_DRAFT, dict[str, Any], order=draft)
            raise
        if told.customer is None:  # registered over there since we looked
            raise Retryable("in_progress", where=told.error_code)
        return told.customer

    def _update(self, customer: str, profile: Profile, *, move: bool) -> str:
        names = _names(profile)
        if move:
            names["emailAddress"] = _clean(profile.member.email)

        if self._with_card(profile, self._putter(customer, names)).error_code:
            raise Refused("email_taken")
        return customer

    def _with_card(self, profile: Profile, put: Put) -> CustomerResult:
        """Put with the card number; without it when it is stuck on a deleted customer."""
        standing = self._standing(profile.standing)
        if not profile.card:
            return self._without_bad_tier(standing, put)
        try:
            return self._without_bad_tier({"loyaltyCardNumber": profile.card, **standing}, put)
        except Refused as error:
            if error.problem != "conflict":
                raise
        if self._look("", profile.card)[1] is not None:
            raise Refused("card_taken")
        # Nothing but the database can free it, and points must not wait for that.
        log.info("a card number is stuck on a deleted customer of the online store")
        return self._without_bad_tier(standing, put)

    def _putter(self, customer: str, names: dict[str, str]) -> Put:
        def put(fields: dict[str, Any]) -> CustomerResult:
            given = {"id": customer, **names, "customFields": fields}
            return self._api.ask(documents.UPDATE_CUSTOMER, CustomerPut, input=given).put

        return put

    def _without_bad_tier(self, fields: dict[str, Any], put: Put) -> CustomerResult:
        """A tier that the store does not list must not hold back the points beside it."""
        try:
            return put(fields)
        except Refused as error:
            if error.problem != "bad_input" or not fields.get("loyaltyTier"):
                raise
        told = put({**fields, "loyaltyTier": None})
        self._unknown_tiers.add(fields["loyaltyTier"])
        log.warning("the online store does not know the tier %s", fields["loyaltyTier"])
        return told

    def _standing(self, standing: Standing) -> dict[str, Any]:
        tier = None if standing.tier in self._unknown_tiers else standing.tier
        return {
            "loyaltyPoints": standing.points,
            "loyaltyTier": tier,
            "loyaltyUpdatedAt": standing.at.isoformat(),
        }


def _names(profile: Profile) -> dict[str, str]:
    """What the till knows; what it does not know stays as the store has it."""
    member = profile.member
    told = {
        "firstName": member.given_name,
        "lastName": member.family_name,
        "phoneNumber": member.phone,
    }
    return {name: value for name, value in told.items() if value}


def _clean(email: str) -> str:
    return email.strip().lower()


def _customer(found: CustomerResult) -> Customer:
    fields = found.custom_fields
    standing = None
    if fields.loyalty_updated_at is not None:
        standing = Standing(
            fields.loyalty_points or 0, fields.loyalty_tier or "", fields.loyalty_updated_at
        )
    return Customer(found.id, found.email_address, fields.loyalty_card_number or "", standing)
