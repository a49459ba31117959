"""Members as customers of a Shopify shop.

``customerSet`` finds by e-mail and makes or changes in one request, so that no answer that gets
lost makes a second customer. Where a member stands is one metafield, put only if it is still what
was read before: of two that write at once the newer standing stays. Phone numbers are unique there,
so one that somebody else has must not keep the rest from being told.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from sync.errors import Gone, Misconfigured, Refused, Retryable, SyncError
from sync.online_store import Customer, Profile, Standing
from sync.stores import shopify_documents as documents
from sync.stores.shopify_documents import NAMESPACE
from sync.stores.shopify_http import ShopifyApi, done, refusal
from sync.stores.shopify_wire import Found, Person, Put, Shown, UserError

log = logging.getLogger(__name__)

STANDING_BATCH: Final = 10
_TRIES: Final = 4
_STALE: Final = ("STALE_OBJECT", "INVALID_COMPARE_DIGEST")
_MARKETING: Final = {"SUBSCRIBED": True, "UNSUBSCRIBED": False}
_REMEMBERED: Final = 5000


class ShopifyCustomers:
    """Customers of one shop. Remembers the digests of the standings that it put."""

    def __init__(self, api: ShopifyApi) -> None:
        self._api = api
        self._digests: dict[str, str | None] = {}

    # -- told ------------------------------------------------------------------------------------

    def put(self, profile: Profile, known_as: str | None) -> str:
        """Make or update; answers the id."""
        person = self._put_known(profile, known_as) if known_as else None
        if person is None:
            person = self._set({"email": _clean(profile.member.email)}, profile)
        self._remember(person)
        more = _card_and_birthday(person.id, profile)
        if profile.standing or more:
            self._show(person.id, profile.standing, more)
        self._put_consent(person, profile.marketing)
        return person.id

    def put_standing(self, customer: str, standing: Standing) -> None:
        """Points, tier and what lapses next. Raises Gone."""
        if customer not in self._digests:
            self._look(customer)
        self._show(customer, standing)

    def put_standings(self, each: Sequence[tuple[str, Standing]]) -> list[SyncError | None]:
        """Several in two requests; whoever is in the way of one is looked at again alone."""
        if not each:
            return []
        self._look_all([customer for customer, _ in each])
        known = [(one, standing) for one, standing in each if one in self._digests]
        puts = self._put_all(known) if known else {}
        return [self._outcome(one, standing, puts.get(one)) for one, standing in each]

    def erase(self, customer: str) -> None:
        """Delete; somebody with orders is made nameless, and Shopify asked to erase the rest."""
        self._digests.pop(customer, None)
        person = self._ask(customer)
        if person is None or person.erased:
            return
        if person.can_delete:
            told = self._api.put(documents.DELETE_CUSTOMER, input={"id": customer})
            if not told.user_errors:
                return
        self._make_nameless(person)

    # -- asked -----------------------------------------------------------------------------------

    def get(self, customer: str) -> Customer | None:
        """By id; None if deleted."""
        person = self._ask(customer)
        return customer_of(person) if person and not person.erased else None

    def find(self, email: str, card: str) -> Customer | None:
        """By e-mail, else by card."""
        person = self._find({"emailAddress": _clean(email)}) if email else None
        if person is None and card:
            person = self._by_card(card)
        return customer_of(person) if person else None

    # -- putting a person ------------------------------------------------------------------------

    def _put_known(self, profile: Profile, known_as: str) -> Person | None:
        try:
            return self._set({"id": known_as}, profile)
        except Refused as error:
            if error.problem != "not_found":
                raise
        return None

    def _set(self, who: dict[str, str], profile: Profile) -> Person:
        """Put names, e-mail and phone; without the phone where that is in the way."""
        names = _names(profile)
        told = self._api.put(documents.PUT_CUSTOMER, who=who, input=names)
        if "phone" in names and any(error.about("phone") for error in told.user_errors):
            log.info("a phone number is not taken by the online store")
            names.pop("phone")
            told = self._api.put(documents.PUT_CUSTOMER, who=who, input=names)
        for error in told.user_errors:
            if error.about("email") and error.code == "TAKEN":
                raise Refused("email_taken", where=error.where)
        person = done(told).customer
        if person is None:
            raise Retryable("bad_answer")
        return person

    def _put_consent(self, person: Person, wanted: bool | None) -> None:
        email = person.default_email_address
        state = email.marketing_state if email else ""
        if wanted is None or wanted == _MARKETING.get(state):
            return
        consent = {"marketingState": "SUBSCRIBED" if wanted else "UNSUBSCRIBED"}
        if wanted:
            consent["marketingOptInLevel"] = "SINGLE_OPT_IN"
        given = {"customerId": person.id, "emailMarketingConsent": consent}
        done(self._api.put(documents.PUT_CONSENT, input=given))

    # -- putting where they stand ----------------------------------------------------------------

    def _show(
        self, customer: str, standing: Standing | None, more: Sequence[dict[str, Any]] = ()
    ) -> None:
        """Put it over what was read; if another was quicker, the newer of the two stays."""
        for _ in range(_TRIES):
            digest = self._digests.get(customer)
            shown = _standing_fields(customer, standing, digest) if standing else []
            fields = [*shown, *more]
            told = self._api.put(documents.PUT_FIELDS, fields=fields)
            if not told.user_errors:
                if standing:
                    self._keep(customer, told)
                return
            if not _is_stale(told.user_errors):
                raise self._field_refused(customer, told.user_errors[0], fields)
            there = self._look(customer)
            if standing and there is not None and there.at > standing.at:
                if not more:
                    return
                standing = _standing_of(there)
        raise Retryable("in_progress")

    def _field_refused(
        self, customer: str, error: UserError, fields: Sequence[dict[str, Any]]
    ) -> SyncError:
        """What keeps metafields from being put: nobody has them, or somebody else has the card."""
        self._digests.pop(customer, None)
        place = error.element_index
        if place is not None and place < len(fields) and fields[place]["key"] == "card":
            owner = self._by_card(fields[place]["value"])
            if owner is not None and owner.id != customer:
                return Refused("card_taken", where=error.where)
        elif self._ask(customer) is None:
            return Gone(where=error.where)
        return refusal(error)

    def _put_all(self, known: Sequence[tuple[str, Standing]]) -> dict[str, Put]:
        given = {
            f"p{n}": _standing_fields(one, standing, self._digests[one])
            for n, (one, standing) in enumerate(known)
        }
        told = self._api.ask(documents.put_standings(len(known)), dict[str, Put], **given)
        return {one: told[f"p{n}"] for n, (one, _) in enumerate(known)}

    def _outcome(self, customer: str, standing: Standing, told: Put | None) -> SyncError | None:
        if told is not None and not told.user_errors:
            self._keep(customer, told)
            return None
        if told is None:
            return Gone(where="customer")
        try:
            self._look(customer)
            self._show(customer, standing)
        except SyncError as error:
            return error
        return None

    def _look(self, customer: str) -> Shown | None:
        """What stands there now. Raises Gone."""
        person = self._ask(customer)
        if person is None or person.erased:
            self._digests.pop(customer, None)
            raise Gone(where="customer")
        self._remember(person)
        return _shown(person)

    def _look_all(self, customers: Sequence[str]) -> None:
        unknown = [customer for customer in customers if customer not in self._digests]
        if not unknown:
            return
        shape = Found[list[Person | None]]
        found = self._api.ask(documents.CUSTOMERS_BY_ID, shape, ids=unknown).found or []
        for person in found:
            if person is not None and not person.erased:
                self._remember(person)

    def _keep(self, customer: str, told: Put) -> None:
        digests = {field.key: field.compare_digest for field in told.metafields or ()}
        self._digests[customer] = digests.get("standing")

    def _remember(self, person: Person) -> None:
        if len(self._digests) > _REMEMBERED:
            self._digests.clear()
        self._digests[person.id] = person.standing.compare_digest if person.standing else None

    # -- looking ---------------------------------------------------------------------------------

    def _ask(self, customer: str) -> Person | None:
        return self._api.ask(documents.CUSTOMER, Found[Person], id=customer).found

    def _find(self, who: dict[str, Any]) -> Person | None:
        person = self._api.ask(documents.FIND_CUSTOMER, Found[Person], who=who).found
        return person if person and not person.erased else None

    def _by_card(self, card: str) -> Person | None:
        try:
            return self._find({"customId": _unique("card", card)})
        except (Misconfigured, Refused) as error:
            if error.problem not in ("schema", "not_found"):
                raise
        return None  # the shop has no field for cards yet, so nobody has one

    def _make_nameless(self, person: Person) -> None:
        told = self._api.put(documents.ERASE_CUSTOMER, id=person.id)
        if told.user_errors and person.default_email_address:
            raise refusal(told.user_errors[0])
        nobody = {"email": None, "phone": None, "firstName": None, "lastName": "-"}
        done(self._api.put(documents.PUT_CUSTOMER, who={"id": person.id}, input=nobody))
        fields = [
            {"ownerId": person.id, "namespace": namespace, "key": key}
            for namespace, key in (
                (NAMESPACE, "card"), (NAMESPACE, "points"), (NAMESPACE, "tier"),
                (NAMESPACE, "standing"), ("facts", "birth_date"),
            )
        ]  # fmt: skip
        done(self._api.put(documents.DELETE_FIELDS, fields=fields))
        erased = _field(person.id, "erased", "true", "boolean")
        done(self._api.put(documents.PUT_FIELDS, fields=[erased]))


def customer_of(person: Person) -> Customer:
    """A person as the house knows them."""
    email, phone = person.default_email_address, person.default_phone_number
    shown = _shown(person)
    return Customer(
        id=person.id,
        email=_clean(email.email_address) if email else "",
        card=person.card.value if person.card else "",
        standing=_standing_of(shown) if shown else None,
        given_name=person.first_name or "",
        family_name=person.last_name or "",
        phone=phone.phone_number if phone else "",
        birthday=person.birthday.value if person.birthday else "",
        marketing=_MARKETING.get(email.marketing_state) if email else None,
        registered=person.state == "ENABLED",
        updated_at=person.updated_at,
    )


def unique_sale(sale: str) -> dict[str, str]:
    """The field by which a sale's order is found."""
    return _unique("sale_id", sale)


def _unique(key: str, value: str) -> dict[str, str]:
    return {"namespace": NAMESPACE, "key": key, "value": value}


def _is_stale(errors: Sequence[UserError]) -> bool:
    return any(error.code in _STALE for error in errors)


def _field(owner: str, key: str, value: str, kind: str) -> dict[str, Any]:
    return {
        "ownerId": owner, "namespace": NAMESPACE, "key": key, "value": value, "type": kind
    }  # fmt: skip


def _standing_fields(customer: str, standing: Standing, digest: str | None) -> list[dict[str, Any]]:
    """All of it for us in one field; points and tier again for themes and segments."""
    whole = Shown(
        standing.points, standing.tier, _second(standing.at), standing.lapsing,
        _second(standing.lapses_at) if standing.lapses_at else None,
    )  # fmt: skip
    text = msgspec.json.encode(whole).decode()
    fields = [
        {**_field(customer, "standing", text, "json"), "compareDigest": digest},
        _field(customer, "points", str(standing.points), "number_integer"),
    ]
    if standing.tier:
        fields.append(_field(customer, "tier", standing.tier, "single_line_text_field"))
    return fields


def _card_and_birthday(customer: str, profile: Profile) -> list[dict[str, Any]]:
    fields = [_field(customer, "card", profile.card, "id")] if profile.card else []
    birthday = profile.member.birthday
    if len(birthday) == len("2000-01-01"):  # a day without its year is no date there
        fields.append({**_field(customer, "birth_date", birthday, "date"), "namespace": "facts"})
    return fields


def _shown(person: Person) -> Shown | None:
    """What was put last; None: nothing, or somebody wrote something of their own there."""
    try:
        return msgspec.json.decode(person.standing.value, type=Shown) if person.standing else None
    except msgspec.DecodeError:
        return None


def _standing_of(shown: Shown) -> Standing:
    return Standing(shown.points, shown.tier, shown.at, shown.lapsing, shown.lapses_at)


def _second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _names(profile: Profile) -> dict[str, str | None]:
    """What the till knows; what it does not know stays as the shop has it."""
    member = profile.member
    told = {
        "email": _clean(member.email),
        "firstName": member.given_name,
        "lastName": member.family_name,
        "phone": member.phone,
    }
    return {name: value for name, value in told.items() if value}


def _clean(email: str) -> str:
    return email.strip().lower()
