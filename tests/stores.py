"""A real online store for tests: Vendure in a process of its own, its shoppers, its database.

`VendureStore` starts and stops the store in `tests/vendure_store`; `Shopper` buys there as a
person does, over the Shop API; `Admin` looks and acts as the shop's owner, over the Admin API.
Money is integer minor units. Nothing can be reset in a running store: take new e-mails and cards
for every test (`unique`).
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import requests

from bootstrap import node

ADMIN_USER = "superadmin"
ADMIN_PASSWORD = "superadmin"  # noqa: S105 (Vendure's own, of a store that lives as long as a test run)
SHIPPING = "standard-shipping"
PAYMENT = "card-payment"

_count = itertools.count(1)


def unique(stem: str) -> str:
    """A word no other test of this run used: for e-mails and card numbers."""
    return f"{stem}{os.getpid()}x{next(_count)}"


class StoreStartError(RuntimeError):
    """The store ended before it answered; the message carries what it said."""


class RefusedByStoreError(AssertionError):
    """An answer a test did not reckon with: GraphQL errors or an ErrorResult."""


class VendureStore:
    """The store as a context manager; may be killed and started again on the same port.

    `db` is "sqljs" (memory), "sqljs:/a/file" or a postgres:// URL. Switches are the environment
    variables of `store-config.js` without STORE_: `session_duration="3s"`, `strict="1"` ...
    """

    def __init__(self, folder: Path, *, db: str = "sqljs", port: int = 0, **switches: str) -> None:
        self.log = folder / f"{unique('vendure-')}.log"
        self.admin_user, self.admin_password = ADMIN_USER, ADMIN_PASSWORD
        self.admin_api = self.shop_api = self.api_key = ""
        self.port = port
        self._switches = {f"STORE_{name.upper()}": value for name, value in switches.items()}
        self._switches["STORE_DB"] = db
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, timeout: float = 90) -> None:
        """Start and wait for the line that says the store answers."""
        with_node = node.prepare(node.STORE)
        switches = {**self._switches, "STORE_PORT": str(self.port), "STORE_STOP_WITH_STDIN": "1"}
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                [with_node.program, "index.js"],
                cwd=node.STORE,
                env={**with_node.environment(), **switches},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        watchdog = threading.Timer(timeout, self._process.kill)
        watchdog.start()
        try:
            line = self._process.stdout.readline()  # type: ignore[union-attr]  # it is a pipe
        finally:
            watchdog.cancel()
        if not line.startswith("{"):
            self.stop()
            raise StoreStartError(f"{line}{self.log.read_text('utf-8')[-4000:]}")
        self._take(json.loads(line))

    def _take(self, ready: Mapping[str, Any]) -> None:
        self.admin_api, self.shop_api = ready["adminApi"], ready["shopApi"]
        self.port = int(self.admin_api.split(":")[2].split("/")[0])
        # A store started again on a kept database has its key already and does not tell it twice.
        self.api_key = ready.get("apiKey") or self.api_key

    @property
    def pid(self) -> int:
        """The process that serves; only while it runs."""
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        """Let the store end by itself: its standard input closes."""
        if self._process is None:
            return
        self._process.stdin.close()  # type: ignore[union-attr]  # it is a pipe
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._gone()

    def kill(self) -> None:
        """End the store as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.stdin.close()  # type: ignore[union-attr]  # it is a pipe
            self._gone()

    def _gone(self) -> None:
        assert self._process is not None
        self._process.wait()
        self._process.stdout.close()  # type: ignore[union-attr]  # it is a pipe
        self._process = None


class GraphQL:
    """One conversation with an API of the store; keeps the session token of every answer."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy of the machine has no part in this
        # The store hangs up on idle lines, perhaps at the very moment when a question leaves.
        self._http.headers["Connection"] = "close"

    def ask(self, document: str, **variables: object) -> dict[str, Any]:
        """The data of an answer; errors of either kind end the test."""
        body = {"query": document, "variables": variables}
        response = self._http.post(self.address, json=body, timeout=30)
        token = response.headers.get("vendure-auth-token")
        if token:
            self._http.headers["Authorization"] = f"Bearer {token}"
        answer = response.json()
        if answer.get("errors") or response.status_code != 200:
            raise RefusedByStoreError(json.dumps(answer.get("errors", answer))[:2000])
        data: dict[str, Any] = answer["data"]
        for name, result in data.items():
            if isinstance(result, dict) and result.get("errorCode"):
                raise RefusedByStoreError(f"{name}: {result}")
        return data

    def close(self) -> None:
        self._http.close()


class Admin(GraphQL):
    """The shop's owner at the Admin API, for what a test arranges or looks up."""

    def __init__(self, store: VendureStore) -> None:
        super().__init__(store.admin_api)
        self.ask(
            "mutation($u: String!, $p: String!) { login(username: $u, password: $p)"
            " { __typename ... on ErrorResult { errorCode message } } }",
            u=store.admin_user,
            p=store.admin_password,
        )

    def order(self, code: str) -> dict[str, Any]:
        """An order as the store keeps it, with the till's fields on it."""
        asked = self.ask(
            "query($code: String!) { orders(options: {filter: {code: {eq: $code}}}) { items {"
            " id code state active updatedAt orderPlacedAt totalWithTax"
            " customer { id emailAddress } lines { quantity productVariant { sku } }"
            " payments { id state amount method transactionId }"
            " customFields { posSaleId posTerminalId posReceiptNumber posSoldAt"
            " loyaltyPointsEarned loyaltyPointsRedeemed } } } }",
            code=code,
        )
        order: dict[str, Any] = asked["orders"]["items"][0]
        return order

    def customer(self, email: str) -> dict[str, Any] | None:
        """A customer by e-mail (kept in lower case by the store), None when there is none."""
        asked = self.ask(
            "query($email: String!) { customers(options: {filter: {emailAddress: {eq: $email}}}) {"
            " items { id firstName lastName emailAddress phoneNumber updatedAt"
            " customFields { loyaltyCardNumber loyaltyPoints loyaltyTier loyaltyUpdatedAt } } } }",
            email=email.lower(),
        )
        found: list[dict[str, Any]] = asked["customers"]["items"]
        return found[0] if found else None

    def customer_count(self) -> int:
        """How many customers the store knows."""
        return int(self.ask("{ customers { totalItems } }")["customers"]["totalItems"])

    def orders_of(self, customer_id: str) -> list[dict[str, Any]]:
        """A customer's orders, drafts among them."""
        asked = self.ask(
            "query($id: ID!) { customer(id: $id) { orders(options: {take: 100}) { items {"
            " id code state totalWithTax customFields { posSaleId } } } } }",
            id=customer_id,
        )
        items: list[dict[str, Any]] = asked["customer"]["orders"]["items"]
        return items

    def refund(self, code: str, amount: int) -> None:
        """Give back and settle `amount` minor units of an order's first payment."""
        payment = self.order(code)["payments"][0]["id"]
        # The last three are deprecated, and needed: the database refuses a refund without them.
        made = self.ask(
            "mutation($input: RefundOrderInput!) { refundOrder(input: $input) {"
            " __typename ... on Refund { id state } ... on ErrorResult { errorCode message } } }",
            input={
                "paymentId": payment,
                "amount": amount,
                "reason": "test",
                "lines": [],
                "shipping": 0,
                "adjustment": 0,
            },
        )["refundOrder"]
        if made["state"] == "Pending":
            self.ask(
                "mutation($input: SettleRefundInput!) { settleRefund(input: $input) {"
                " __typename ... on ErrorResult { errorCode message } } }",
                input={"id": made["id"], "transactionId": unique("refund-")},
            )

    def cancel(self, code: str) -> None:
        """Cancel a whole order and put its goods back."""
        order = self.order(code)
        self.ask(
            "mutation($input: CancelOrderInput!) { cancelOrder(input: $input) {"
            " __typename ... on ErrorResult { errorCode message } } }",
            input={"orderId": order["id"], "reason": "test", "cancelShipping": True},
        )

    def delete_customer(self, customer_id: str) -> None:
        """Delete a customer as the shop would: softly, without a trace in lists."""
        self.ask("mutation($id: ID!) { deleteCustomer(id: $id) { result } }", id=customer_id)

    def revoke_keys(self) -> None:
        """Take every API key away, at once."""
        keys = self.ask("{ apiKeys { items { id } } }")["apiKeys"]["items"]
        ids = [key["id"] for key in keys]
        self.ask("mutation($ids: [ID!]!) { deleteApiKeys(ids: $ids) { result } }", ids=ids)


@dataclass(frozen=True, slots=True)
class OnlineOrder:
    """What a shopper was told: the order's code, its state, its total with tax in minor units."""

    code: str
    state: str
    total: int


_ORDER = (
    "__typename ... on Order { code state totalWithTax } ... on ErrorResult { errorCode message }"
)


class Shopper(GraphQL):
    """A person in the online store, from the account to the paid order."""

    def __init__(self, store: VendureStore) -> None:
        super().__init__(store.shop_api)
        self.email = self.password = ""
        self._variants: dict[str, str] = {}

    def register(
        self,
        email: str = "",
        *,
        first_name: str = "Example",
        last_name: str = "Sample",
        phone: str | None = None,
    ) -> Self:
        """Make an account and log in with it; an e-mail is made up when none is given."""
        self.email, self.password = email or f"{unique('shopper')}@example.com", unique("pw-")
        self.ask(
            "mutation($input: RegisterCustomerInput!) { registerCustomerAccount(input: $input) {"
            " __typename ... on ErrorResult { errorCode message } } }",
            input={
                "emailAddress": self.email,
                "password": self.password,
                "firstName": first_name,
                "lastName": last_name,
                "phoneNumber": phone,
            },
        )
        return self.login()

    def login(self) -> Self:
        """Begin a session of an account made before."""
        self.ask(
            "mutation($u: String!, $p: String!) { login(username: $u, password: $p)"
            " { __typename ... on ErrorResult { errorCode message } } }",
            u=self.email,
            p=self.password,
        )
        return self

    def customer_id(self) -> str:
        """The store's id of this shopper."""
        return str(self.ask("{ activeCustomer { id } }")["activeCustomer"]["id"])

    def set_fields(self, **fields: object) -> None:
        """Set public custom fields of the own account, e.g. loyaltyCardNumber."""
        self.ask(
            "mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) { id } }",
            input={"customFields": fields},
        )

    def open_cart(self, goods: Mapping[str, int]) -> OnlineOrder:
        """Put goods (SKU -> quantity) into the cart, with address and shipping, and leave it."""
        for sku, quantity in goods.items():
            self.put_in(sku, quantity)
        self.set_address()
        return self.set_shipping()

    def put_in(self, sku: str, quantity: int) -> None:
        """Goods into the cart."""
        self.ask(
            "mutation($id: ID!, $quantity: Int!) { addItemToOrder("
            f"productVariantId: $id, quantity: $quantity) {{ {_ORDER} }} }}",
            id=self._variant(sku),
            quantity=quantity,
        )

    def set_address(self, country: str = "GR") -> None:
        """Where the goods go."""
        self.ask(
            "mutation($input: CreateAddressInput!) { setOrderShippingAddress(input: $input)"
            f" {{ {_ORDER} }} }}",
            input={"streetLine1": "Example street 1", "city": "Example", "countryCode": country},
        )

    def set_shipping(self, code: str = SHIPPING) -> OnlineOrder:
        """How they get there, by the shipping method's code."""
        methods = self.ask("{ eligibleShippingMethods { id code } }")["eligibleShippingMethods"]
        ids = [method["id"] for method in methods if method["code"] == code]
        done = self.ask(
            "mutation($id: [ID!]!) { setOrderShippingMethod(shippingMethodId: $id)"
            f" {{ {_ORDER} }} }}",
            id=ids,
        )
        return _order(done["setOrderShippingMethod"])

    def pay(self) -> OnlineOrder:
        """Pay the open cart, however long ago it was filled."""
        self.ask(
            'mutation { transitionOrderToState(state: "ArrangingPayment") {'
            " __typename ... on Order { code } ... on ErrorResult { errorCode message } } }"
        )
        done = self.ask(
            "mutation($input: PaymentInput!) { addPaymentToOrder(input: $input)"
            f" {{ {_ORDER} }} }}",
            input={"method": PAYMENT, "metadata": {}},
        )
        return _order(done["addPaymentToOrder"])

    def buy(self, goods: Mapping[str, int]) -> OnlineOrder:
        """Cart and payment in one go."""
        self.open_cart(goods)
        return self.pay()

    def _variant(self, sku: str) -> str:
        if not self._variants:
            found = self.ask("{ products(options: {take: 100}) { items { variants { id sku } } } }")
            self._variants = {
                variant["sku"]: variant["id"]
                for product in found["products"]["items"]
                for variant in product["variants"]
            }
        return self._variants[sku]


def _order(told: Mapping[str, Any]) -> OnlineOrder:
    return OnlineOrder(told["code"], told["state"], told["totalWithTax"])
