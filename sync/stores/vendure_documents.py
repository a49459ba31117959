"""The GraphQL documents sent to Vendure's Admin API (3.7), each for one request.

Result unions are always asked for ``errorCode``: most failures come back with HTTP 200. Mutations
of one document run in order, and an error in a field that can't be null ends the document there.
People are in ``vendure_people_documents``, the shop's set-up, goods and coupons in
``vendure_shop_documents``.
"""

from collections.abc import Sequence

from sync.stores.vendure_ticket_documents import with_order_note

_ORDER = """
fragment Order on Order {
  id code state updatedAt orderPlacedAt currencyCode totalWithTax couponCodes
  customer { id emailAddress customFields { loyaltyCardNumber } }
  lines {
    id quantity ordered: orderPlacedQuantity unit: unitPriceWithTax
    prorated: proratedLinePriceWithTax productVariant { sku name }
  }
  shippingLines { id priceWithTax discounts { adjustmentSource amountWithTax } }
  surcharges { priceWithTax }
  payments {
    id amount state
    refunds { id state total shipping reason updatedAt lines { orderLineId quantity } }
  }
  customFields { posSaleId }
}
"""
_DRAFT = """
fragment Draft on Order {
  id code state updatedAt totalWithTax
  customer { id emailAddress customFields { loyaltyCardNumber } }
  lines {
    id quantity ordered: orderPlacedQuantity unit: unitPriceWithTax
    prorated: proratedLinePriceWithTax productVariant { sku name }
  }
  shippingLines { id }
}
"""
_ERROR = "... on ErrorResult { errorCode }"

LOGIN = f"""
mutation Login($username: String!, $password: String!) {{
  login(username: $username, password: $password, rememberMe: true) {{ __typename {_ERROR} }}
}}"""

CHECK = """
query Check($sku: String!) {
  activeChannel { code defaultCurrencyCode }
  productVariants(options: { filter: { sku: { eq: $sku } } }) { items { id sku } }
  orders(options: { take: 1, filter: { posSaleId: { eq: "-" } } }) {
    items { customFields {
      posSaleId posTerminalId posReceiptNumber posSoldAt loyaltyPointsEarned loyaltyPointsRedeemed
    } lines { customFields { tillUnitPrice } } }
  }
  customers(options: { take: 1, filter: { loyaltyCardNumber: { eq: "-" } } }) {
    items { customFields { loyaltyCardNumber loyaltyPoints loyaltyTier loyaltyUpdatedAt } }
  }
}"""

VARIANTS = """
query Variants($skus: [String!]!) {
  productVariants(options: { take: 100, filter: { sku: { in: $skus } } }) { items { id sku } }
}"""

ORDERS_OF_SALES = (
    _ORDER
    + """
query OrdersOfSales($sales: [String!]!) {
  orders(options: { take: 100, filter: { posSaleId: { in: $sales } } }) {
    totalItems items { ...Order }
  }
}"""
)

ORDER = _ORDER + "query OrderById($id: ID!) { order(id: $id) { ...Order } }"

CREATE_DRAFT = "mutation CreateDraft { createDraftOrder { id code } }"
DELETE_DRAFT = "mutation DeleteDraft($order: ID!) { deleteDraftOrder(orderId: $order) { result } }"
EMPTY_DRAFTS = """
fragment Made on Order {
  id createdAt history(options: { take: 5 }) { items { type administrator { id } } }
}
query EmptyDrafts {
  orders(options: { take: 100, sort: { createdAt: ASC }, filter: {
    state: { eq: "Draft" }
  } }) { items { ...Made customer { id } lines { id } } }
  ours: orders(options: { take: 3, sort: { createdAt: DESC }, filter: {
    posSaleId: { isNull: false }
  } }) { items { ...Made } }
  newest: orders(options: { take: 1, sort: { createdAt: DESC } }) { items { ...Made } }
}"""

CHANGES = (
    _ORDER
    + """
query Changes($filter: OrderFilterParameter!, $skip: Int!, $take: Int!) {
  orders(options: { filter: $filter, skip: $skip, take: $take, sort: { id: ASC } }) {
    totalItems items { ...Order }
  }
}"""
)
LATEST_ORDERS = """
query LatestOrders($filter: OrderFilterParameter!, $authorised: String!) {
  authorised: orders(options: { take: 1, filter: {
    active: { eq: false }, state: { eq: $authorised }
  } }) { totalItems items { id } }
  unplaced: orders(options: { take: 1, filter: {
    state: { eq: "Cancelled" }, active: { eq: false }, orderPlacedAt: { isNull: true }
  } }) { totalItems items { id } }
  updated: orders(options: { filter: $filter, take: 1, sort: { updatedAt: DESC } }) {
    items { updatedAt }
  }
  placed: orders(options: { filter: $filter, take: 1, sort: { orderPlacedAt: DESC } }) {
    items { orderPlacedAt }
  }
}"""
REFUNDED = """
query Refunded($filter: OrderFilterParameter!, $skip: Int!, $take: Int!) {
  orders(options: { filter: $filter, skip: $skip, take: $take, sort: { id: ASC } }) {
    totalItems items { id payments { refunds { id state updatedAt } } }
  }
}"""
ORDERS_OF = (
    _ORDER
    + """
query OrdersOf($id: ID!, $filter: OrderFilterParameter!) {
  customer(id: $id) {
    orders(options: { take: 20, filter: $filter, sort: { orderPlacedAt: DESC } }) {
      items { ...Order }
    }
  }
}"""
)

PAY_ONLY = f"""
mutation PayOnly($payment: ManualPaymentInput!) {{
  paid: addManualPaymentToOrder(input: $payment) {{
    __typename ... on Order {{ id code state }} {_ERROR}
  }}
}}"""

SHIPPING_METHODS = """
query ShippingMethods($order: ID!) {
  methods: eligibleShippingMethodsForDraftOrder(orderId: $order) { id code priceWithTax }
}"""

SETTLE_REFUND = f"""
mutation SettleRefund($input: SettleRefundInput!) {{
  refund: settleRefund(input: $input) {{ __typename ... on Refund {{ id state }} {_ERROR} }}
}}"""


def create_drafts(number: int) -> str:
    """So many empty drafts in one document: ``d0``, ``d1`` …"""
    made = " ".join(f"d{n}: createDraftOrder {{ id code }}" for n in range(number))
    return f"mutation CreateDrafts {{ {made} }}"


def fill(sales: Sequence[int], *, shipping: bool) -> str:
    """One document that for each sale, given by how many lines it has, names the sale, its lines
    and its customer, and answers the order: ``customer0``, ``customer1`` …

    The sale's id comes first: when another request has it already the store refuses there, and
    nothing after it is done.
    """
    inputs, parts = [], []
    for n, lines in enumerate(sales):
        inputs.append(f"$o{n}: ID!, $fields{n}: UpdateOrderInput!, $customer{n}: ID!")
        inputs.extend(f"$l{n}_{k}: AddItemToDraftOrderInput!" for k in range(lines))
        parts.append(
            f"fields{n}: setDraftOrderCustomFields(orderId: $o{n}, input: $fields{n}) {{ id }}"
        )
        parts.extend(
            f"l{n}_{k}: addItemToDraftOrder(orderId: $o{n}, input: $l{n}_{k})"
            f" {{ __typename {_ERROR} }}"
            for k in range(lines)
        )
        if shipping:
            parts.append(
                f"shipping{n}: setDraftOrderShippingMethod(orderId: $o{n},"
                f" shippingMethodId: $method) {{ __typename {_ERROR} }}"
            )
        parts.append(
            f"customer{n}: setCustomerForDraftOrder(orderId: $o{n}, customerId: $customer{n})"
            f" {{ __typename ...Draft {_ERROR} }}"
        )
    method = ["$method: ID!"] if shipping else []
    return f"{_DRAFT}mutation Fill({', '.join([*method, *inputs])}) {{\n{chr(10).join(parts)}\n}}"


def pay(sales: int) -> str:
    """One document that pays so many filled drafts: ``paid0``, ``paid1`` …"""
    inputs = ", ".join(f"$o{n}: ID!, $p{n}: ManualPaymentInput!" for n in range(sales))
    parts = "".join(
        f"""
  moved{n}: transitionOrderToState(id: $o{n}, state: "ArrangingPayment") {{
    __typename {_ERROR}
  }}
  paid{n}: addManualPaymentToOrder(input: $p{n}) {{
    __typename ... on Order {{ id code state }} {_ERROR}
  }}"""
        for n in range(sales)
    )
    return f"mutation Pay({inputs}) {{{parts}\n}}"


def amend(*, item: bool, shipping: bool) -> str:
    """One document that adds a line, a shipping method or both to a draft; answers the order."""
    parts, inputs = [], ""
    if shipping:
        inputs += ", $method: ID!"
        parts.append(
            "shipping: setDraftOrderShippingMethod(orderId: $order, shippingMethodId: $method)"
            f" {{ __typename ...Draft {_ERROR} }}"
        )
    if item:
        inputs += ", $item: AddItemToDraftOrderInput!"
        parts.append(
            "item: addItemToDraftOrder(orderId: $order, input: $item)"
            f" {{ __typename ...Draft {_ERROR} }}"
        )
    return f"{_DRAFT}mutation Amend($order: ID!{inputs}) {{ {' '.join(parts)} }}"


def take_back(*, refund: bool, cancel: bool) -> str:
    """One document that makes a refund, calls pieces off, or both; under a note on the order."""
    inputs, parts = "$ticket: ID!", []
    if refund:
        inputs += ", $refund: RefundOrderInput!"
        parts.append(
            "refund: refundOrder(input: $refund)"
            f" {{ __typename ... on Refund {{ id state }} {_ERROR} }}"
        )
    if cancel:
        inputs += ", $cancel: CancelOrderInput!"
        parts.append(
            f"order: cancelOrder(input: $cancel) {{ __typename ... on Order {{ id }} {_ERROR} }}"
        )
    return f"mutation TakeBack({inputs}) {{{with_order_note(' '.join(parts))}\n}}"
