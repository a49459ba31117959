"""Customers of the imitation."""

import re
from typing import TYPE_CHECKING, Any

from tests.adapters.woo.rules import (
    Asked,
    Told,
    WooError,
    choose,
    clean,
    invalid,
    is_address,
    merged,
    paged,
    stamp,
)

if TYPE_CHECKING:
    from tests.adapters.woo.shop import Shop

BILLING = (
    "first_name", "last_name", "company", "address_1", "address_2", "city", "postcode", "country",
    "state", "email", "phone",
)  # fmt: skip
SHIPPING = tuple(name for name in BILLING if name != "email")
UNKNOWN = ("wc_user_invalid_id", "Invalid user ID.")
ORDERS = ("id", "include", "name", "registered_date")
ROLES = {"customer", "administrator", "shop_manager", "subscriber"}


class People:
    """Users, most of them customers."""

    def __init__(self, shop: "Shop") -> None:
        self.shop = shop
        self.users: dict[int, dict[str, Any]] = {}
        self.mails: list[tuple[str, str]] = []
        self.race = ""
        """The code of the next duplicate: it differs when several are made at once."""

    def listed(self, asked: Asked) -> Told:
        query = asked.query
        order_by = choose(query, "orderby", ORDERS, "name")
        if "email" in query and not is_address(query["email"]):
            raise invalid("email", "Invalid email address.", "rest_invalid_email")
        role = query.get("role", "customer")
        rows = [user for user in self.users.values() if role in ("all", user["role"])]
        if "email" in query:
            rows = [user for user in rows if user["email"].lower() == query["email"].lower()]
        if "search" in query:
            word = query["search"].lower()
            places = ("username", "email", "first_name", "last_name")
            rows = [u for u in rows if any(word in u[name].lower() for name in places)]
        if "include" in query:
            ids = {int(one) for one in query["include"].split(",")}
            rows = [user for user in rows if user["id"] in ids]
        keys = {"id": "id", "registered_date": "created", "name": "username", "include": "id"}
        down = query.get("order", "asc") == "desc"
        rows.sort(key=lambda user: user["id"], reverse=down)
        rows.sort(key=lambda user: user[keys[order_by]], reverse=down)
        return paged(asked, rows, self.show, self.shop.home)

    def one(self, id_: Any) -> dict[str, Any]:
        try:
            return self.users[int(id_)]
        except (KeyError, TypeError, ValueError):
            raise WooError(404, *UNKNOWN) from None

    def make(self, given: dict[str, Any], *, batch: bool = False) -> dict[str, Any]:
        address = given.get("email")
        if not address:
            if batch:
                said = "Please provide a valid email address."
                raise WooError(400, "registration-error-invalid-email", said)
            raise WooError(
                400, "rest_missing_callback_param", "Missing parameter(s): email",
                {"status": 400, "params": ["email"]},
            )  # fmt: skip
        if not is_address(address):
            raise WooError(400, "customer_invalid_email", "Invalid email address")
        if self.by_email(address):
            said = f"An account is already registered with {address}. Please log in."
            code, self.race = self.race or "registration-error-email-exists", ""
            raise WooError(400, code, said)
        name = given.get("username") or self._name(address)
        if any(user["username"] == name for user in self.users.values()):
            said = "An account is already registered with that username. Please choose another."
            raise WooError(400, "registration-error-username-exists", said)
        user = self.blank(address, username=name)
        if "password" not in given:
            self._meta(user, [{"key": "default_password_nag", "value": True}])
        self._set(user, given)
        self.users[user["id"]] = user
        self.mails.append((address, "account"))
        return user

    def blank(self, email: str, **more: Any) -> dict[str, Any]:
        """Somebody new, told to nobody."""
        now = self.shop.now()
        return {
            "id": self.shop.next("user"), "email": email, "first_name": "", "last_name": "",
            "role": "customer", "username": self._name(email), "created": now, "modified": now,
            "billing": dict.fromkeys(BILLING, ""),
            "shipping": {**dict.fromkeys(SHIPPING, ""), "phone": ""}, "meta": [], "paying": False,
            **more,
        }  # fmt: skip

    def change(self, id_: Any, given: dict[str, Any]) -> dict[str, Any]:
        user = self.one(id_)
        if "username" in given and given["username"] != user["username"]:
            said = "Username isn't editable."
            raise WooError(400, "woocommerce_rest_customer_invalid_argument", said)
        if "email" in given:
            other = self.by_email(given["email"])
            if not is_address(given["email"]) or (other and other is not user):
                said = "Email address is invalid."
                raise WooError(400, "woocommerce_rest_customer_invalid_email", said)
            if given["email"].lower() != user["email"].lower():
                self.mails.append((user["email"], "email changed"))
            user["email"] = given["email"]
        self._set(user, given)
        user["modified"] = self.shop.now()
        return user

    def drop(self, id_: Any, query: dict[str, str]) -> dict[str, Any]:
        user = self.one(id_)
        if query.get("force") not in ("true", "1"):
            said = "Customers do not support trashing."
            raise WooError(501, "woocommerce_rest_trash_not_supported", said)
        del self.users[user["id"]]
        for order in self.shop.orders.rows.values():
            if order["customer_id"] == user["id"]:
                order["customer_id"] = 0
        return user

    def by_email(self, email: str) -> dict[str, Any] | None:
        wanted = email.lower()
        return next((u for u in self.users.values() if u["email"].lower() == wanted), None)

    def show(self, user: dict[str, Any]) -> dict[str, Any]:
        home, offset = self.shop.home, self.shop.offset
        path = f"{home}/wp-json/wc/v3/customers"
        return {
            "id": user["id"],
            "date_created": stamp(user["created"], offset),
            "date_created_gmt": stamp(user["created"]),
            "date_modified": stamp(user["modified"], offset),
            "date_modified_gmt": stamp(user["modified"]),
            "email": user["email"], "first_name": user["first_name"],
            "last_name": user["last_name"], "role": user["role"], "username": user["username"],
            "billing": dict(user["billing"]), "shipping": dict(user["shipping"]),
            "is_paying_customer": user["paying"], "avatar_url": f"{home}/avatar/0",
            "meta_data": [dict(one) for one in user["meta"]],
            "_links": {"self": [{"href": f"{path}/{user['id']}",
                                 "targetHints": {"allow": ["GET"]}}],
                       "collection": [{"href": path}]},
        }  # fmt: skip

    def _set(self, user: dict[str, Any], given: dict[str, Any]) -> None:
        for name in ("first_name", "last_name"):
            if name in given:
                user[name] = clean(str(given[name]))
        for part in ("billing", "shipping"):
            for name, value in (given.get(part) or {}).items():
                if name in user[part]:
                    user[part][name] = clean(str(value))
        self._meta(user, given.get("meta_data"))

    def _meta(self, user: dict[str, Any], told: Any) -> None:
        merged(user["meta"], told, lambda: self.shop.next("usermeta"), user=True)

    def _name(self, email: str) -> str:
        stem = re.sub(r"[^a-z0-9._-]", "", email.partition("@")[0].lower()) or "user"
        taken = {user["username"] for user in self.users.values()}
        name, n = stem, 1
        while name in taken:
            n += 1
            name = f"{stem}{n}"
        return name
