"""The GraphQL documents sent to Vendure's Admin API (3.7), each for one request.

Result unions are always asked for ``errorCode``: most failures come back with HTTP 200. Mutations
of one document run in order, and an error in a field that can't be null ends the document there.
"""

_ORDER = """
fragment Order on Order {
  id code state updatedAt orderPlacedAt currencyCode totalWithTax
  customer { id emailAddress customFields { loyaltyCardNumber } }
  lines {
    id quantity ordered: orderPlacedQuantity unit: unitPriceWithTax
    prorated: proratedLinePriceWithTax productVariant { sku name }
  }
  shippingLines { id }
  payments { id amount state refunds { id state total reason } }
  customFields { posSaleId }
}
"""
_CUSTOMER = """
fragment Customer on Customer {
  id emailAddress customFields { loyaltyCardNumber loyaltyPoints loyaltyTier loyaltyUpdatedAt }
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

ORDER_OF_SALE = (
    _ORDER
    + """
query OrderOfSale($sale: String!) {
  orders(options: { take: 2, filter: { posSaleId: { eq: $sale } } }) {
    totalItems items { ...Order }
  }
}"""
)

ORDER = _ORDER + "query OrderById($id: ID!) { order(id: $id) { ...Order } }"

CREATE_DRAFT = "mutation CreateDraft { createDraftOrder { id code } }"
DELETE_DRAFT = "mutation DeleteDraft($order: ID!) { deleteDraftOrder(orderId: $order) { result } }"

CHANGES = (
    _ORDER
    + """
query Changes($filter: OrderFilterParameter!, $skip: Int!, $take: Int!) {
  orders(options: { filter: $filter, skip: $skip, take: $take, sort: { id: ASC } }) {
    totalItems items { ...Order }
  }
}"""
)

PAY = (
    _ORDER
    + f"""
mutation Pay($order: ID!, $payment: ManualPaymentInput!) {{
  moved: transitionOrderToState(id: $order, state: "ArrangingPayment") {{
    __typename ...Order {_ERROR}
  }}
  paid: addManualPaymentToOrder(input: $payment) {{ __typename ...Order {_ERROR} }}
}}"""
)
PAY_ONLY = (
    _ORDER
    + f"""
mutation PayOnly($payment: ManualPaymentInput!) {{
  paid: addManualPaymentToOrder(input: $payment) {{ __typename ...Order {_ERROR} }}
}}"""
)

SHIPPING_METHODS = """
query ShippingMethods($order: ID!) {
  methods: eligibleShippingMethodsForDraftOrder(orderId: $order) { id code priceWithTax }
}"""

CUSTOMER = _CUSTOMER + "query CustomerById($id: ID!) { customer(id: $id) { ...Customer } }"
FIND_CUSTOMERS = (
    _CUSTOMER
    + """
query FindCustomers($email: String!, $card: String!) {
  byEmail: customers(options: { take: 2, filter: { emailAddress: { eq: $email } } }) {
    items { ...Customer }
  }
  byCard: customers(options: { take: 2, filter: { loyaltyCardNumber: { eq: $card } } }) {
    items { ...Customer }
  }
}"""
)
CREATE_CUSTOMER = (
    _CUSTOMER
    + f"""
mutation CreateCustomer($input: CreateCustomerInput!) {{
  put: createCustomer(input: $input) {{ __typename ...Customer {_ERROR} }}
}}"""
)
MAKE_MEMBER = (
    _CUSTOMER
    + f"""
mutation MakeMember($order: ID!, $input: CreateCustomerInput!) {{
  put: setCustomerForDraftOrder(orderId: $order, input: $input) {{
    __typename ... on Order {{ customer {{ ...Customer }} }} {_ERROR}
  }}
  dropped: deleteDraftOrder(orderId: $order) {{ result }}
}}"""
)
UPDATE_CUSTOMER = (
    _CUSTOMER
    + f"""
mutation UpdateCustomer($input: UpdateCustomerInput!) {{
  put: updateCustomer(input: $input) {{ __typename ...Customer {_ERROR} }}
}}"""
)

REFUND = f"""
mutation Refund($input: RefundOrderInput!) {{
  refund: refundOrder(input: $input) {{ __typename ... on Refund {{ id state }} {_ERROR} }}
}}"""
SETTLE_REFUND = f"""
mutation SettleRefund($input: SettleRefundInput!) {{
  refund: settleRefund(input: $input) {{ __typename ... on Refund {{ id state }} {_ERROR} }}
}}"""
CANCEL = (
    _ORDER
    + f"""
mutation Cancel($input: CancelOrderInput!) {{
  order: cancelOrder(input: $input) {{ __typename ...Order {_ERROR} }}
}}"""
)


def fill(lines: int, *, shipping: bool) -> str:
    """One document that names the sale, its customer and all its lines; answers the order.

    The sale's id comes first: when another request has it already the store refuses there, and
    nothing after it is done.
    """
    adds = "".join(
        f"l{n}: addItemToDraftOrder(orderId: $order, input: $l{n}) {{ __typename {_ERROR} }}\n"
        for n in range(lines)
    )
    inputs = "".join(f", $l{n}: AddItemToDraftOrderInput!" for n in range(lines))
    ship = (
        "shipping: setDraftOrderShippingMethod(orderId: $order, shippingMethodId: $method)"
        f" {{ __typename {_ERROR} }}\n"
        if shipping
        else ""
    )
    return f"""{_ORDER}
mutation Fill($order: ID!, $fields: UpdateOrderInput!, $customer: ID!
  {", $method: ID!" if shipping else ""}{inputs}) {{
  fields: setDraftOrderCustomFields(orderId: $order, input: $fields) {{ id }}
  {adds}{ship}customer: setCustomerForDraftOrder(orderId: $order, customerId: $customer) {{
    __typename ...Order {_ERROR}
  }}
}}"""


def amend(*, item: bool, shipping: bool) -> str:
    """One document that adds a line, a shipping method or both to a draft; answers the order."""
    parts, inputs = [], ""
    if shipping:
        inputs += ", $method: ID!"
        parts.append(
            "shipping: setDraftOrderShippingMethod(orderId: $order, shippingMethodId: $method)"
            f" {{ __typename ...Order {_ERROR} }}"
        )
    if item:
        inputs += ", $item: AddItemToDraftOrderInput!"
        parts.append(
            "item: addItemToDraftOrder(orderId: $order, input: $item)"
            f" {{ __typename ...Order {_ERROR} }}"
        )
    return f"{_ORDER}mutation Amend($order: ID!{inputs}) {{ {' '.join(parts)} }}"
