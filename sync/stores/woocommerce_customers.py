"""Members as customers of a WooCommerce shop.

An e-mail address is unique there whatever its case, among all users: somebody of the staff may have
it, who is not found as a customer. Making one twice is refused by one of three codes, and then the
one that is there is adopted. Where a member stands is custom fields: their names must not begin
with an underscore, their values are text, and they are told by name, never by number. Whether they
were kept is looked at, since what is not kept is not refused.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sync.errors import Gone, Misconfigured, Refused, SyncError
from sync.online_store import Profile
from sync.stores.woocommerce_http import WooApi, failure
from sync.stores.woocommerce_wire import Meta, Person, field, moment, plain
from terminal.online import Customer, Standing

CARD: Final = "loyalty_card"
POINTS: Final = "loyalty_points"
TIER: Final = "loyalty_tier"
AT: Final = "loyalty_updated_at"
LAPSING: Final = "loyalty_points_lapsing"
LAPSES_AT: Final = "loyalty_lapses_at"
BIRTHDAY: Final = "loyalty_birthday"
MARKETING: Final = "loyalty_marketing"
_YES, _NO = "yes", "no"
_STAFF: Final = frozenset({"administrator", "shop_manager", "editor", "author", "contributor"})


class WooCustomers:
    """Customers of one shop."""

    def __init__(self, api: WooApi) -> None:
        self._api = api

    def put(self, profile: Profile, known_as: str | None) -> str:
        """Make or update; answers the id."""
        if known_as:
            try:
                return self._update(known_as, _all_of(profile), profile)
            except Refused as error:
                if error.problem != "not_found":
                    raise
        found = self._by_email(profile.member.email)
        return self._adopt(found, profile) if found else self._create(profile)

    def put_standing(self, customer: str, standing: Standing) -> None:
        """Points and tier. Raises Gone."""
        try:
            person = self._put(customer, {"meta_data": _standing(standing)})
        except Refused as error:
            raise _gone(error) from error
        _must_be_kept(person, standing)

    def put_standings(self, each: Sequence[tuple[str, Standing]]) -> list[SyncError | None]:
        """Several in one request, each with its own outcome."""
        if not each:
            return []
        given = [{"id": int(one), "meta_data": _standing(told)} for one, told in each]
        people = self._api.batch("/customers", "update", given, Person)
        outcomes: list[SyncError | None] = []
        for person, (_, standing) in zip(people, each, strict=True):
            if person.error is not None:
                outcomes.append(_gone(failure(person.error, where="/customers")))
            else:
                _must_be_kept(person, standing)
                outcomes.append(None)
        return outcomes

    def get(self, customer: str) -> Customer | None:
        """By id; None if deleted."""
        try:
            return told_of(self._api.get(f"/customers/{customer}", Person))
        except Refused as error:
            if error.problem != "not_found":
                raise
            return None

    def find(self, email: str, card: str = "") -> Customer | None:
        """By e-mail; by card nobody is found there."""
        found = self._by_email(email)
        return told_of(found) if found else None

    def erase(self, customer: str) -> None:
        """Delete; their orders stay in the shop's books, as a guest's."""
        try:
            self._api.send("DELETE", f"/customers/{customer}", Person, force="true")
        except Refused as error:
            if error.problem != "not_found":
                raise

    def _by_email(self, email: str) -> Person | None:
        """Whoever has this address, staff too."""
        wanted = email.strip().lower()
        if "@" not in wanted:
            return None
        try:
            found = self._api.get("/customers", list[Person], email=wanted, role="all")
        except Refused as error:
            if error.problem != "bad_input":  # no address, in the shop's eyes
                raise
            return None
        return next((one for one in found if one.email.strip().lower() == wanted), None)

    def _create(self, profile: Profile) -> str:
        given = _all_of(profile)
        given["billing"] = {
            **{name: given[name] for name in ("first_name", "last_name", "email") if name in given},
            **given.get("billing", {}),
        }
        try:
            person = self._api.send("POST", "/customers", Person, given)
        except Refused as error:
            if error.problem != "email_taken":
                raise
            # Made in between, by a shopper or by an answer that we never got.
            found = self._by_email(profile.member.email)
            if found is None:
                raise
            return self._adopt(found, profile)
        _must_be_kept(person, profile.standing)
        return str(person.id)

    def _adopt(self, found: Person, profile: Profile) -> str:
        """Somebody known by e-mail. Staff keep their names; a key may not be allowed to touch
        them at all."""
        staff = found.role in _STAFF
        given = {"meta_data": _fields(profile)} if staff else _all_of(profile)
        given.pop("email", None)
        try:
            return self._update(str(found.id), given, profile)
        except Misconfigured as error:
            if not staff or error.problem != "forbidden":
                raise
            raise Refused("email_taken", where=found.role) from error

    def _update(self, customer: str, given: dict[str, Any], profile: Profile) -> str:
        try:
            person = self._put(customer, given)
        except Refused as error:
            # The same code for an address that is taken and for one that is none.
            if error.where != "woocommerce_rest_customer_invalid_email":
                raise
            other = self._by_email(profile.member.email)
            taken = other is not None and str(other.id) != customer
            raise Refused("email_taken" if taken else "bad_input", where=error.where) from error
        _must_be_kept(person, profile.standing)
        return str(person.id)

    def _put(self, customer: str, given: dict[str, Any]) -> Person:
        return self._api.send("PUT", f"/customers/{customer}", Person, given)


def told_of(person: Person) -> Customer:
    """A customer as sync knows them."""
    meta = person.meta_data
    marketing = field(meta, MARKETING)
    return Customer(
        str(person.id),
        person.email.strip().lower(),
        field(meta, CARD),
        _shown(meta),
        plain(person.first_name),
        plain(person.last_name),
        plain(person.billing.phone),
        field(meta, BIRTHDAY),
        marketing == _YES if marketing in (_YES, _NO) else None,
        updated_at=moment(person.date_modified_gmt),
    )


def is_staff(person: Person) -> bool:
    """Whether somebody works for the shop rather than buying there."""
    return person.role in _STAFF


def _all_of(profile: Profile) -> dict[str, Any]:
    """What the till knows; what it does not know stays as the shop has it."""
    member = profile.member
    told: dict[str, Any] = {
        "email": member.email.strip().lower(),
        "first_name": member.given_name,
        "last_name": member.family_name,
    }
    told = {name: value for name, value in told.items() if value}
    if member.phone:
        told["billing"] = {"phone": member.phone}
    return {**told, "meta_data": _fields(profile)}


def _fields(profile: Profile) -> list[dict[str, str]]:
    told = {CARD: profile.card, BIRTHDAY: profile.member.birthday}
    if profile.marketing is not None:
        told[MARKETING] = _YES if profile.marketing else _NO
    return [*_meta({key: value for key, value in told.items() if value}),
        *(_standing(profile.standing) if profile.standing else ())]  # fmt: skip


def _standing(standing: Standing) -> list[dict[str, str]]:
    lapses = standing.lapses_at
    return _meta({
        POINTS: str(standing.points), TIER: standing.tier, AT: standing.at.isoformat(),
        LAPSING: str(standing.lapsing), LAPSES_AT: lapses.isoformat() if lapses else "",
    })  # fmt: skip


def _meta(told: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in told.items()]


def _shown(meta: list[Meta]) -> Standing | None:
    at = _time(field(meta, AT))
    if at is None:
        return None
    lapses = _time(field(meta, LAPSES_AT))
    points, lapsing = _whole(field(meta, POINTS)), _whole(field(meta, LAPSING))
    return Standing(points, field(meta, TIER), at, lapsing, lapses)


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _must_be_kept(person: Person, standing: Standing | None) -> None:
    """Fields that are not kept are not refused either: some plugin or filter eats them."""
    if standing is not None and field(person.meta_data, POINTS) != str(standing.points):
        raise Misconfigured("schema", where="meta_data")


def _gone(error: SyncError) -> SyncError:
    return Gone(where=error.where) if error.problem == "not_found" else error
