"""What is asked of Shopify's Admin API, version 2026-10: every document of this adapter.

Connections ask for few rows where rows hold rows: a document is charged by what it might bring, and
one that might bring too much is refused. Tests hold all of them against Shopify's own schema.
"""

from typing import Final

VERSION: Final = "2026-10"
NAMESPACE: Final = "loyalty"
"""Of our metafields. The shop's own, so that its theme can show them."""

_MONEY = "{ shopMoney { amount currencyCode } }"

_PERSON = """
fragment Person on Customer {
  id firstName lastName state updatedAt canDelete
  defaultEmailAddress { emailAddress marketingState }
  defaultPhoneNumber { phoneNumber }
  card: metafield(namespace: "loyalty", key: "card") { value }
  standing: metafield(namespace: "loyalty", key: "standing") { value compareDigest }
  birthday: metafield(namespace: "facts", key: "birth_date") { value }
  erased: metafield(namespace: "loyalty", key: "erased") { value }
}
"""

_ORDER = f"""
fragment Sold on Order {{
  id name email processedAt updatedAt cancelledAt test taxesIncluded displayFinancialStatus
  discountCodes
  totalPriceSet {_MONEY}
  customAttributes {{ key value }}
  sale: metafield(namespace: "loyalty", key: "sale_id") {{ value }}
  customer {{
    id
    defaultEmailAddress {{ emailAddress marketingState }}
    card: metafield(namespace: "loyalty", key: "card") {{ value }}
  }}
  lineItems(first: 8) {{ nodes {{ ...Row }} pageInfo {{ hasNextPage endCursor }} }}
  refunds(first: 10) {{ id }}
}}
fragment Row on LineItem {{
  id name sku quantity currentQuantity refundableQuantity
  originalTotalSet {_MONEY}
  discountAllocations {{ allocatedAmountSet {_MONEY} }}
  taxLines {{ priceSet {_MONEY} }}
}}
"""

# -- the shop --------------------------------------------------------------------------------------

_DEFINITIONS = """{
  nodes { key namespace type { name } capabilities { uniqueValues { enabled } } }
}"""

SHOP = f"""
query Shop {{
  shop {{ name currencyCode taxesIncluded myshopifyDomain }}
  customerFields: metafieldDefinitions(ownerType: CUSTOMER, namespace: "loyalty", first: 20)
    {_DEFINITIONS}
  orderFields: metafieldDefinitions(ownerType: ORDER, namespace: "loyalty", first: 20)
    {_DEFINITIONS}
}}
"""

SCOPES = "query Scopes { currentAppInstallation { accessScopes { handle } } }"

DEFINE = """
mutation Define($definition: MetafieldDefinitionInput!) {
  put: metafieldDefinitionCreate(definition: $definition) {
    createdDefinition { id }
    userErrors { code field message }
  }
}
"""

# -- people ----------------------------------------------------------------------------------------

CUSTOMER = _PERSON + "query Customer($id: ID!) { found: customer(id: $id) { ...Person } }"

FIND_CUSTOMER = (
    _PERSON
    + """
query FindCustomer($who: CustomerIdentifierInput!) {
  found: customerByIdentifier(identifier: $who) { ...Person }
}
"""
)

CUSTOMERS_BY_ID = (
    _PERSON + "query CustomersById($ids: [ID!]!) { found: nodes(ids: $ids) { ...Person } }"
)

PUT_CUSTOMER = (
    _PERSON
    + """
mutation PutCustomer($who: CustomerSetIdentifiers!, $input: CustomerSetInput!) {
  put: customerSet(identifier: $who, input: $input) {
    customer { ...Person }
    userErrors { code field message }
  }
}
"""
)

PUT_FIELDS = """
mutation PutFields($fields: [MetafieldsSetInput!]!) {
  put: metafieldsSet(metafields: $fields) {
    metafields { key compareDigest }
    userErrors { code elementIndex field message }
  }
}
"""

PUT_CONSENT = """
mutation PutConsent($input: CustomerEmailMarketingConsentUpdateInput!) {
  put: customerEmailMarketingConsentUpdate(input: $input) {
    userErrors { code field message }
  }
}
"""

DELETE_CUSTOMER = """
mutation DeleteCustomer($input: CustomerDeleteInput!) {
  put: customerDelete(input: $input) { deletedCustomerId userErrors { field message } }
}
"""

ERASE_CUSTOMER = """
mutation EraseCustomer($id: ID!) {
  put: customerRequestDataErasure(customerId: $id) {
    customerId
    userErrors { code field message }
  }
}
"""

DELETE_FIELDS = """
mutation DeleteFields($fields: [MetafieldIdentifierInput!]!) {
  put: metafieldsDelete(metafields: $fields) { userErrors { field message } }
}
"""

CUSTOMERS = (
    _PERSON
    + """
query Customers($query: String, $first: Int!, $after: String) {
  page: customers(query: $query, first: $first, after: $after, sortKey: UPDATED_AT) {
    nodes { ...Person }
    pageInfo { hasNextPage endCursor }
  }
}
"""
)


def put_standings(people: int) -> str:
    """The standings of so many people, each put or refused by itself."""
    each = range(people)
    given = ", ".join(f"$p{n}: [MetafieldsSetInput!]!" for n in each)
    puts = "\n".join(
        f"  p{n}: metafieldsSet(metafields: $p{n}) {{"
        " metafields { key compareDigest }"
        " userErrors { code elementIndex field message } }"
        for n in each
    )
    return f"mutation PutStandings({given}) {{\n{puts}\n}}"


# -- sales -----------------------------------------------------------------------------------------

SALE = """
query Sale($sale: UniqueMetafieldValueInput!, $query: String!) {
  known: orderByIdentifier(identifier: { customId: $sale }) { id name }
  told: orders(query: $query, first: 5) {
    nodes { id name customAttributes { key value } }
  }
}
"""

VARIANTS = """
query Variants($query: String!, $first: Int!) {
  page: productVariants(query: $query, first: $first) { nodes { id sku } }
}
"""

PUT_ORDER = """
mutation PutOrder($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput!) {
  put: orderCreate(order: $order, options: $options) {
    order {
      id name
      totalPriceSet { shopMoney { amount currencyCode } }
      sale: metafield(namespace: "loyalty", key: "sale_id") { value }
    }
    userErrors { code field message }
  }
}
"""

# -- returns ---------------------------------------------------------------------------------------

ORDER_TO_RETURN = f"""
query OrderToReturn($id: ID!, $after: String) {{
  found: order(id: $id) {{
    id
    lineItems(first: 100, after: $after) {{
      nodes {{ id sku refundableQuantity }}
      pageInfo {{ hasNextPage endCursor }}
    }}
    refunds(first: 100) {{ id note }}
    transactions(first: 50) {{
      id kind status gateway
      amountSet {_MONEY}
      parentTransaction {{ id }}
    }}
  }}
}}
"""

PLACE = "query Place { location { id } }"

PUT_REFUND = """
mutation PutRefund($input: RefundInput!, $key: String!) {
  put: refundCreate(input: $input) @idempotent(key: $key) {
    refund { id }
    userErrors { field message }
  }
}
"""

# -- orders ----------------------------------------------------------------------------------------

ORDERS = (
    _ORDER
    + """
query Orders($query: String, $first: Int!, $after: String) {
  page: orders(query: $query, first: $first, after: $after, sortKey: UPDATED_AT) {
    nodes { ...Sold }
    pageInfo { hasNextPage endCursor }
  }
}
"""
)

ORDERS_OF = (
    _ORDER
    + """
query OrdersOf($id: ID!, $first: Int!) {
  found: customer(id: $id) {
    page: orders(first: $first, sortKey: PROCESSED_AT, reverse: true) {
      nodes { ...Sold }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
)

ROWS = (
    f"""
fragment Row on LineItem {{
  id name sku quantity currentQuantity refundableQuantity
  originalTotalSet {_MONEY}
  discountAllocations {{ allocatedAmountSet {_MONEY} }}
  taxLines {{ priceSet {_MONEY} }}
}}
"""
    + """
query Rows($id: ID!, $after: String) {
  found: order(id: $id) {
    page: lineItems(first: 100, after: $after) {
      nodes { ...Row }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
)

REFUND = f"""
query Refund($id: ID!, $after: String) {{
  found: refund(id: $id) {{
    id createdAt
    totalRefundedSet {_MONEY}
    refundShippingLines(first: 10) {{
      nodes {{ subtotalAmountSet {_MONEY} taxAmountSet {_MONEY} }}
    }}
    page: refundLineItems(first: 80, after: $after) {{
      nodes {{
        quantity
        subtotalSet {_MONEY}
        totalTaxSet {_MONEY}
        lineItem {{ sku }}
      }}
      pageInfo {{ hasNextPage endCursor }}
    }}
  }}
}}
"""

# -- products --------------------------------------------------------------------------------------

PRODUCTS = """
query Products($query: String, $first: Int!, $after: String) {
  page: products(query: $query, first: $first, after: $after, sortKey: UPDATED_AT) {
    nodes {
      id title status updatedAt vendor productType tags isGiftCard
      variants(first: 40) {
        nodes { sku barcode price title }
        pageInfo { hasNextPage endCursor }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""

MORE_VARIANTS = """
query MoreVariants($id: ID!, $after: String) {
  found: product(id: $id) {
    page: variants(first: 250, after: $after) {
      nodes { sku barcode price title }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

# -- coupons ---------------------------------------------------------------------------------------

COUPON = """
query Coupon($code: String!) {
  found: codeDiscountNodeByCode(code: $code) {
    id
    codeDiscount { __typename ... on DiscountCodeBasic { status } }
  }
}
"""

MAKE_COUPON = """
mutation MakeCoupon($input: DiscountCodeBasicInput!) {
  put: discountCodeBasicCreate(basicCodeDiscount: $input) {
    codeDiscountNode { id }
    userErrors { code field message }
  }
}
"""

CHANGE_COUPON = """
mutation ChangeCoupon($id: ID!, $input: DiscountCodeBasicInput!) {
  put: discountCodeBasicUpdate(id: $id, basicCodeDiscount: $input) {
    codeDiscountNode { id }
    userErrors { code field message }
  }
}
"""

END_COUPON = """
mutation EndCoupon($id: ID!) {
  put: discountCodeDeactivate(id: $id) {
    codeDiscountNode { id }
    userErrors { code field message }
  }
}
"""
