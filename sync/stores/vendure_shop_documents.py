"""The GraphQL documents about the shop itself: its set-up, its goods, its coupons."""

from sync.stores.vendure_ticket_documents import with_draft

_ERROR = "... on ErrorResult { errorCode }"

SHOP = """
query Shop { activeChannel { code defaultCurrencyCode defaultLanguageCode pricesIncludeTax } }"""
CUSTOMER_FIELDS = """
query CustomerFields {
  customers(options: { take: 1, filter: { emailAddress: { eq: "-" } } }) {
    items { customFields { loyaltyCardNumber loyaltyPoints loyaltyTier loyaltyUpdatedAt } }
  }
}"""
ORDER_FIELDS = """
query OrderFields {
  orders(options: { take: 1, filter: { code: { eq: "-" } } }) {
    items { customFields {
      posSaleId posTerminalId posReceiptNumber posSoldAt loyaltyPointsEarned loyaltyPointsRedeemed
    } lines { customFields { tillUnitPrice } } }
  }
}"""
OPEN_ITEM = """
query OpenItem($sku: String!) {
  productVariants(options: { filter: { sku: { eq: $sku } } }) { items { id sku } }
}"""
TRY_PRICE = f"""
mutation TryPrice($order: ID!, $item: AddItemToDraftOrderInput!) {{
  item: addItemToDraftOrder(orderId: $order, input: $item) {{
    __typename ... on Order {{ id totalWithTax }} {_ERROR}
  }}
}}"""
CREATE_PRODUCT = """
mutation CreateProduct($input: CreateProductInput!) { made: createProduct(input: $input) { id } }"""
CREATE_VARIANT = """
mutation CreateVariant($input: CreateProductVariantInput!) {
  made: createProductVariants(input: [$input]) { id sku }
}"""

READS = {
    "read_customers": ("ReadCustomer", "query { customers(options: { take: 1 }) { totalItems } }"),
    "read_orders": ("ReadOrder", "query { orders(options: { take: 1 }) { totalItems } }"),
    "read_products": (
        "ReadCatalog", "query { productVariants(options: { take: 1 }) { totalItems } }",
    ),
    "read_settings": ("ReadSettings", "query { globalSettings { id } }"),
}  # fmt: skip
"""By code: Vendure's own name of the permission, and a question that needs it."""

WRITES = {
    "write_customers": (
        (
            "UpdateCustomer",
            "mutation($id: ID!) { updateCustomer(input: { id: $id })"
            f" {{ __typename {_ERROR} }} }}",
        ),
        (
            "CreateCustomer",
            "mutation($id: ID!) { createCustomerAddress(customerId: $id, input: {"
            ' streetLine1: "-", countryCode: "-" }) { id } }',
        ),
    ),
    "write_orders": (
        ("DeleteOrder", "mutation($id: ID!) { deleteDraftOrder(orderId: $id) { result } }"),
        (
            "CreateOrder",
            "mutation($id: ID!) { setDraftOrderCustomFields(orderId: $id, input: { id: $id })"
            " { id } }",
        ),
        (
            "UpdateOrder",
            "mutation($id: ID!) { transitionOrderToState(id: $id, state: \"Draft\")"
            f" {{ __typename {_ERROR} }} }}",
        ),
    ),
    "write_coupons": (
        (
            "UpdatePromotion",
            "mutation($id: ID!) { updatePromotion(input: { id: $id, translations: [] })"
            f" {{ __typename {_ERROR} }} }}",
        ),
        ("ReadPromotion", "query($id: ID!) { promotion(id: $id) { id } }"),
        (
            "CreatePromotion",
            "mutation { createPromotion(input: { enabled: false, conditions: [], actions: [],"
            f" translations: [] }}) {{ __typename {_ERROR} }} }}",
        ),
    ),
    "erase_customers": (
        ("DeleteCustomer", "mutation($id: ID!) { deleteCustomerAddress(id: $id) { success } }"),
    ),
}  # fmt: skip
"""The same for what changes things: asked about a thing that is not there, so nothing changes."""


def goods(*, ean: bool) -> str:
    """A page of variants by id."""
    return f"""
query Goods($filter: ProductVariantFilterParameter!, $skip: Int!, $take: Int!) {{
  productVariants(options: {{
    filter: $filter, skip: $skip, take: $take, sort: {{ id: ASC }}
  }}) {{
    totalItems
    items {{
      id sku name enabled updatedAt priceWithTax currencyCode
      taxRateApplied {{ value }} product {{ id enabled updatedAt }}
      {"customFields { ean }" if ean else ""}
    }}
  }}
}}"""


LATEST_GOODS = """
query LatestGoods {
  variants: productVariants(options: { take: 1, sort: { updatedAt: DESC } }) {
    items { updatedAt }
  }
  products(options: { take: 1, sort: { updatedAt: DESC } }) { items { updatedAt } }
}"""
PRODUCTS = """
query Products($filter: ProductFilterParameter!) {
  products(options: { filter: $filter, take: 500 }) { totalItems items { id } }
}"""
EAN = "query Ean { productVariants(options: { take: 1 }) { items { customFields { ean } } } }"

COUPON = """
query Coupon($code: String!) {
  promotions(options: { filter: { couponCode: { eq: $code } }, sort: { createdAt: ASC } }) {
    items { id enabled }
  }
}"""


def put_coupons(changes: int, *, make: bool) -> str:
    """One document that makes a promotion or changes so many, under a named draft: ``put0`` …"""
    if make:
        inputs, parts = "$put0: CreatePromotionInput!", ["put0: createPromotion(input: $put0)"]
    else:
        inputs = ", ".join(f"$put{n}: UpdatePromotionInput!" for n in range(changes))
        parts = [f"put{n}: updatePromotion(input: $put{n})" for n in range(changes)]
    asked = f"{{ __typename ... on Promotion {{ id }} {_ERROR} }}"
    puts = " ".join(f"{part} {asked}" for part in parts)
    return f"mutation PutCoupons($ticket: ID!, $name: String!, {inputs}) {{{with_draft(puts)}\n}}"
