"""Members as customers of a Medusa shop.

An e-mail may have two customers there, one registered and one not, and in other cases even more:
the registered one is ours, and its address is put in small letters, since an order for one with
capitals would land on another customer made on the spot. Cards and standings are kept as metadata,
which nobody can search by: whose card it is, only our own books know.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sync.errors import Gone, Refused, Retryable, SyncError
from sync.online_store import Customer, Profile, Standing
from sync.stores.medusa_http import MedusaApi
from sync.stores.medusa_wire import Customers, OneCustomer, Person

FIELDS: Final = "id,email,first_name,last_name,phone,metadata,has_account,created_at,updated_at"
_NOBODY: Final = "erased.invalid"
_OURS: Final = (
    "loyaltyCardNumber", "loyaltyPoints", "loyaltyTier", "loyaltyUpdatedAt", "loyaltyLapsing",
    "loyaltyLapsesAt", "loyaltyBirthday",
)  # fmt: skip


class MedusaCustomers:
    """Customers of one shop."""

    def __init__(self, api: MedusaApi) -> None:
        self._api = api

    def put(self, profile: Profile, known_as: str | None) -> str:
        """Make or update; answers the id."""
        if known_as:
            try:
                return self._change(known_as, profile)
            except Refused as error:
                if error.problem != "not_found":
                    raise
        found = self._look(profile.member.email)
        if found is not None:
            return self._change(found.id, profile)
        return self._make(profile)

    def put_standing(self, customer: str, standing: Standing) -> None:
        """Points, tier and what lapses next. Raises Gone."""
        try:
            self._put(customer, {"metadata": _standing(standing)})
        except Refused as error:
            if error.problem == "not_found":
                raise Gone(where="customer") from error
            raise

    def put_standings(self, each: Sequence[tuple[str, Standing]]) -> list[SyncError | None]:
        """One after the other."""
        told: list[SyncError | None] = []
        for customer, standing in each:
            try:
                self.put_standing(customer, standing)
            except Gone as error:
                told.append(error)
            else:
                told.append(None)
        return told

    def get(self, customer: str) -> Customer | None:
        """By id; None if deleted."""
        try:
            found = self._api.get(f"/admin/customers/{customer}", OneCustomer, fields=FIELDS)
        except Refused as error:
            if error.problem != "not_found":
                raise
            return None
        return customer_of(found.customer)

    def find(self, email: str, card: str = "") -> Customer | None:
        """By e-mail, in whatever case it stands there; by card nobody is found."""
        found = self._look(email) if email else None
        return customer_of(found) if found else None

    def erase(self, customer: str) -> None:
        """Forget a person: deleting leaves everything in the shop's database, so it is emptied
        before."""
        known = self.get(customer)
        if known is None:
            return
        nothing = {"first_name": "", "last_name": "", "phone": "", "company_name": ""}
        gone = dict.fromkeys(_OURS, "")
        email = f"{customer.lower()}@{_NOBODY}"
        self._put(customer, {**nothing, "email": email, "metadata": gone})
        self._api.delete(f"/admin/customers/{customer}")

    def _look(self, email: str) -> Person | None:
        """The registered one of this e-mail, else the one that has it in small letters."""
        wanted = _clean(email)
        found = self._api.get(
            "/admin/customers", Customers, q=wanted, limit="100", fields=FIELDS
        ).customers
        mine = [one for one in found if _clean(one.email or "") == wanted]
        return min(
            mine, key=lambda one: (not one.has_account, one.email != wanted, one.id), default=None
        )

    def _make(self, profile: Profile) -> str:
        given = {**_names(profile), "metadata": _metadata(profile)}
        try:
            return self._api.post("/admin/customers", OneCustomer, given).customer.id
        except Refused as error:
            if error.problem == "conflict":  # registered over there since we looked
                raise Retryable("in_progress", where="email") from error
            raise

    def _change(self, customer: str, profile: Profile) -> str:
        try:
            return self._put(customer, {**_names(profile), "metadata": _metadata(profile)})
        except Refused as error:
            if error.problem == "conflict":
                raise Refused("email_taken", where="email") from error
            raise

    def _put(self, customer: str, given: Mapping[str, Any]) -> str:
        return self._api.post(f"/admin/customers/{customer}", OneCustomer, given).customer.id


def customer_of(person: Person) -> Customer:
    """A person as the house knows them."""
    data = person.metadata or {}
    return Customer(
        id=person.id,
        email=_clean(person.email or ""),
        card=_text(data.get("loyaltyCardNumber")),
        standing=_shown(data),
        given_name=person.first_name or "",
        family_name=person.last_name or "",
        phone=person.phone or "",
        birthday=_text(data.get("loyaltyBirthday")),
        registered=person.has_account,
        updated_at=person.updated_at,
    )


def _metadata(profile: Profile) -> dict[str, Any]:
    """Our keys; others beside them stay. An empty text takes a key away."""
    told = _standing(profile.standing) if profile.standing else {}
    if profile.card:
        told["loyaltyCardNumber"] = profile.card
    if profile.member.birthday:
        told["loyaltyBirthday"] = profile.member.birthday
    return told


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "loyaltyPoints": standing.points,
        "loyaltyTier": standing.tier,
        "loyaltyUpdatedAt": standing.at.astimezone(UTC).isoformat(),
        "loyaltyLapsing": standing.lapsing or "",
        "loyaltyLapsesAt": (
            standing.lapses_at.astimezone(UTC).isoformat() if standing.lapses_at else ""
        ),
    }


def _shown(data: Mapping[str, Any]) -> Standing | None:
    """What was put last; None: nothing that makes sense."""
    at = _time(data.get("loyaltyUpdatedAt"))
    points, lapsing = data.get("loyaltyPoints"), data.get("loyaltyLapsing") or 0
    if at is None or not isinstance(points, int) or not isinstance(lapsing, int):
        return None
    tier = _text(data.get("loyaltyTier"))
    return Standing(points, tier, at, lapsing, _time(data.get("loyaltyLapsesAt")))


def _time(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _names(profile: Profile) -> dict[str, str]:
    """What the till knows; what it does not know stays as the shop has it."""
    member = profile.member
    told = {
        "email": _clean(member.email),
        "first_name": member.given_name,
        "last_name": member.family_name,
        "phone": member.phone,
    }
    return {name: value for name, value in told.items() if value}


def _clean(email: str) -> str:
    return email.strip().lower()
