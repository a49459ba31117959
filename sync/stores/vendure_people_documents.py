"""The GraphQL documents about people that are sent to Vendure's Admin API.

``lapse``: whether the shop has the optional fields for points that are about to lapse.
"""

from sync.stores.vendure_ticket_documents import with_customer_note, with_draft

_LAPSE = " loyaltyLapsing loyaltyLapsesAt"
_ERROR = "... on ErrorResult { errorCode }"

OPTIONAL_FIELDS = f"""
query OptionalFields {{
  customers(options: {{ take: 1, filter: {{ emailAddress: {{ eq: "-" }} }} }}) {{
    items {{ customFields {{{_LAPSE} }} }}
  }}
}}"""


def _with(lapse: bool, document: str) -> str:
    fields = "loyaltyCardNumber loyaltyPoints loyaltyTier loyaltyUpdatedAt"
    return f"""
fragment Customer on Customer {{
  id emailAddress firstName lastName phoneNumber updatedAt user {{ id }}
  customFields {{ {fields}{_LAPSE if lapse else ""} }}
}}
{document}"""


def customer(*, lapse: bool) -> str:
    """One by id."""
    return _with(lapse, "query CustomerById($id: ID!) { customer(id: $id) { ...Customer } }")


def find(*, lapse: bool) -> str:
    """By e-mail and by card, asked together."""
    return _with(
        lapse,
        """query FindCustomers($email: String!, $card: String!) {
  byEmail: customers(options: { take: 2, filter: { emailAddress: { eq: $email } } }) {
    items { ...Customer }
  }
  byCard: customers(options: { take: 2, filter: { loyaltyCardNumber: { eq: $card } } }) {
    items { ...Customer }
  }
}""",
    )


def changes(*, lapse: bool) -> str:
    """A page of them by id."""
    return _with(
        lapse,
        """query CustomerChanges($filter: CustomerFilterParameter!, $skip: Int!, $take: Int!) {
  customers(options: { filter: $filter, skip: $skip, take: $take, sort: { id: ASC } }) {
    totalItems items { ...Customer }
  }
}""",
    )


LATEST = """
query LatestCustomers($filter: CustomerFilterParameter!) {
  customers(options: { filter: $filter, take: 1, sort: { updatedAt: DESC } }) {
    items { updatedAt }
  }
}"""
CREATE = f"""
mutation CreateCustomer($input: CreateCustomerInput!) {{
  put: createCustomer(input: $input) {{ __typename ... on Customer {{ id }} {_ERROR} }}
}}"""
_MAKE = f"""put: setCustomerForDraftOrder(orderId: $ticket, input: $input) {{
    __typename ... on Order {{ customer {{ id }} }} {_ERROR}
  }}"""
MAKE_MEMBER = f"""
mutation MakeMember($ticket: ID!, $name: String!, $input: CreateCustomerInput!) {{
  {with_draft(_MAKE)}
}}"""
_PUT = f"put: updateCustomer(input: $input) {{ __typename ... on Customer {{ id }} {_ERROR} }}"
UPDATE = f"mutation UpdateCustomer($input: UpdateCustomerInput!) {{ {_PUT} }}"
UPDATE_PROFILE = f"""
mutation UpdateProfile($ticket: ID!, $input: UpdateCustomerInput!) {{
  {with_customer_note(_PUT)}
}}"""


def update_many(number: int) -> str:
    """So many updates in one document: ``s0``, ``s1`` …"""
    inputs = ", ".join(f"$s{n}: UpdateCustomerInput!" for n in range(number))
    puts = "\n".join(
        f"  s{n}: updateCustomer(input: $s{n}) {{ __typename ... on Customer {{ id }} {_ERROR} }}"
        for n in range(number)
    )
    return f"mutation UpdateCustomers({inputs}) {{\n{puts}\n}}"


ADDRESSES = "query Addresses($id: ID!) { customer(id: $id) { id addresses { id } } }"
DELETE_ADDRESS = """
mutation DeleteAddress($id: ID!) { deleteCustomerAddress(id: $id) { success } }"""
ERASE = f"""
mutation Erase($input: UpdateCustomerInput!, $id: ID!) {{
  put: updateCustomer(input: $input) {{ __typename ... on Customer {{ id }} {_ERROR} }}
  deleted: deleteCustomer(id: $id) {{ result }}
}}"""
