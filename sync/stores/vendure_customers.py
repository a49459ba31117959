"""Members as customers of a Vendure store.

Vendure keeps e-mails lower case and unique among those not deleted; card numbers are unique
among all, deleted ones too, and a clash there is a raw database error. A member is found by the id
we know, else by e-mail; never by card alone, since anybody may type a card number into a profile.
"""

import html
import logging
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any, Final

from sync.errors import Gone, Misconfigured, Refused, Retryable, SyncError
from sync.online_store import Customer, Profile, Standing
from sync.stores import vendure_people_documents as documents
from sync.stores.vendure_http import VendureApi
from sync.stores.vendure_people_wire import (
    AddressesAnswer,
    CustomerAnswer,
    CustomerPut,
    CustomerResult,
    FoundCustomers,
    MemberMade,
)
from sync.stores.vendure_tickets import Tickets
from sync.stores.vendure_wire import PersonFields, Result

log = logging.getLogger(__name__)

_NOBODY: Final = "till.invalid"

Put = Callable[[dict[str, Any]], CustomerResult]


class VendureCustomers:
    """Customers of one store."""

    def __init__(self, api: VendureApi, tickets: Tickets) -> None:
        self._api = api
        self._tickets = tickets
        self._unknown_tiers: set[str] = set()
        self._lapse: bool | None = None

    @property
    def lapse(self) -> bool:
        """Whether the store has fields for points that are about to lapse."""
        if self._lapse is None:
            self._lapse = not self._api.lacks(documents.OPTIONAL_FIELDS)
        return self._lapse

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

    def put_standings(self, each: Sequence[tuple[str, Standing]]) -> list[SyncError | None]:
        """Several in one document; one that fails ends it, and the rest go into the next."""
        told: list[SyncError | None] = []
        while len(told) < len(each):
            told += self._some_standings(each[len(told) :])
        return told

    def _some_standings(self, each: Sequence[tuple[str, Standing]]) -> list[SyncError | None]:
        """What became of the first of them, up to one that failed."""
        inputs = {
            f"s{n}": {"id": customer, "customFields": self._standing(standing)}
            for n, (customer, standing) in enumerate(each)
        }
        told = self._api.ask_partly(documents.update_many(len(each)), CustomerResult, **inputs)
        if told.error is None:
            return [None] * len(each)
        if told.at not in inputs:
            raise told.error
        done = int(told.at[1:])
        if isinstance(told.error, Retryable | Misconfigured):
            raise told.error  # those before it were told, and will be told again
        return [*[None] * done, self._once_more(*each[done])]

    def _once_more(self, customer: str, standing: Standing) -> SyncError | None:
        try:
            self.put_standing(customer, standing)
        except (Retryable, Misconfigured):
            raise
        except SyncError as error:
            return error
        return None

    def erase(self, customer: str) -> None:
        """Forget a person. Vendure only hides a deleted row, and its card number stays taken: so
        everything that names them is taken out first. Its own history of changes keeps theirs."""
        found = self._api.ask(documents.ADDRESSES, AddressesAnswer, id=customer).customer
        if found is None:
            return
        for address in found.addresses or []:
            self._api.ask(documents.DELETE_ADDRESS, dict[str, Any], id=address.id)
        nobody = {
            "id": customer, "title": "", "firstName": "-", "lastName": "-", "phoneNumber": "",
            "emailAddress": f"erased-{customer}@{_NOBODY}",
            "customFields": {
                "loyaltyCardNumber": None, "loyaltyPoints": 0, "loyaltyTier": None,
                "loyaltyUpdatedAt": None, **self._lapsing(None),
            },
        }  # fmt: skip
        try:
            self._api.ask(documents.ERASE, dict[str, Result], input=nobody, id=customer)
        except Refused as error:
            if error.problem != "not_found":
                raise

    def get(self, customer: str) -> Customer | None:
        """By id; None if deleted."""
        document = documents.customer(lapse=self.lapse)
        try:
            found = self._api.ask(document, CustomerAnswer, id=customer).customer
        except Refused as error:
            if error.problem != "not_found":
                raise
            return None
        return told_customer(found) if found else None

    def find(self, email: str, card: str) -> Customer | None:
        """By e-mail, else by card."""
        by_email, by_card = self._look(email, card)
        found = by_email or by_card
        return told_customer(found) if found else None

    def guest(self, email: str) -> str:
        """The customer in whose name guests' sales stand; made if need be."""
        by_email, _ = self._look(email, "")
        if by_email:
            return by_email.id
        names = {"firstName": "Till", "lastName": "Guest", "emailAddress": _clean(email)}
        made = self._api.ask(documents.CREATE, CustomerPut, input=names).put
        if made.error_code:  # another till made it in between
            by_email, _ = self._look(email, "")
        if not made.id and by_email is None:
            raise Refused("email_taken")
        return made.id or (by_email.id if by_email else "")

    def _look(self, email: str, card: str) -> tuple[CustomerResult | None, CustomerResult | None]:
        # "-" stands for nothing: an empty filter would find everybody without one.
        found = self._api.ask(
            documents.find(lapse=self.lapse), FoundCustomers,
            email=_clean(email) or "-", card=card or "-",
        )  # fmt: skip
        return (
            found.by_email.items[0] if found.by_email.items else None,
            found.by_card.items[0] if found.by_card.items else None,
        )

    def _create(self, profile: Profile) -> str:
        names = {"firstName": "", "lastName": "", **_names(profile)}
        names["emailAddress"] = _clean(profile.member.email)

        def create(fields: dict[str, Any]) -> CustomerResult:
            return self._make(f"member {profile.member.id}", {**names, "customFields": fields})

        return self._with_card(profile, create).id

    def _make(self, name: str, given: dict[str, Any]) -> CustomerResult:
        """A customer without an account, by way of a draft that is thrown away at once.

        ``createCustomer`` would make an account without a password, and then its owner could
        neither register in the web shop nor buy there as a guest. The draft is a ticket as well:
        made once more, later, a customer would be written over with what was true at first, and
        somebody who was forgotten meanwhile would be there again.
        """
        draft = self._tickets.draft(name)
        try:
            told = self._tickets.ask(
                documents.MAKE_MEMBER, MemberMade, ticket=draft, name=name, input=given
            ).put
        except Refused:
            self._tickets.back(draft)
            raise
        if told.customer is None:  # registered over there since we looked
            raise Retryable("in_progress", where=told.error_code)
        return told.customer

    def _update(self, customer: str, profile: Profile, *, move: bool) -> str:
        names = _names(profile)
        if move:
            names["emailAddress"] = _clean(profile.member.email)
        ticket = self._tickets.on_customer(customer, "profile")
        try:
            told = self._with_card(profile, self._putter(customer, names, ticket))
        except Refused:
            self._tickets.back_from_customer(ticket)
            raise
        if told.error_code:
            raise Refused("email_taken")
        return customer

    def _with_card(self, profile: Profile, put: Put) -> CustomerResult:
        """Put with the card number; without it when it is stuck on a deleted customer."""
        standing = self._standing(profile.standing) if profile.standing else {}
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

    def _putter(self, customer: str, names: dict[str, str], ticket: str = "") -> Put:
        """Without a ticket where nothing but a standing is put: that is told anew when the store
        shows another one."""

        def put(fields: dict[str, Any]) -> CustomerResult:
            given = {"id": customer, **names, "customFields": fields}
            if not ticket:
                return self._api.ask(documents.UPDATE, CustomerPut, input=given).put
            return self._tickets.ask(
                documents.UPDATE_PROFILE, CustomerPut, ticket=ticket, input=given
            ).put

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
        tier = None if standing.tier in self._unknown_tiers else standing.tier or None
        return {
            "loyaltyPoints": standing.points,
            "loyaltyTier": tier,
            "loyaltyUpdatedAt": standing.at.astimezone(UTC).isoformat(),
            **self._lapsing(standing),
        }

    def _lapsing(self, standing: Standing | None) -> dict[str, Any]:
        """What lapses next, where the store has fields for it."""
        if not self.lapse:
            return {}
        at = standing.lapses_at if standing else None
        return {
            "loyaltyLapsing": standing.lapsing if standing else 0,
            "loyaltyLapsesAt": at.astimezone(UTC).isoformat() if at else None,
        }


def told_customer(found: CustomerResult) -> Customer:
    """A person as the terminal knows them."""
    fields = found.custom_fields
    return Customer(
        found.id,
        _clean(found.email_address),
        card=fields.loyalty_card_number or "",
        standing=_shown(fields),
        given_name=html.unescape(found.first_name),
        family_name=html.unescape(found.last_name),
        phone=found.phone_number or "",
        registered=found.user is not None,
        updated_at=found.updated_at,
    )


def _shown(fields: PersonFields) -> Standing | None:
    if fields.loyalty_updated_at is None:
        return None
    return Standing(
        fields.loyalty_points or 0,
        fields.loyalty_tier or "",
        fields.loyalty_updated_at,
        fields.loyalty_lapsing or 0,
        fields.loyalty_lapses_at,
    )


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
