"""The GraphQL documents about tickets (``vendure_tickets``), and how another one is put under a
ticket.

``deleteOrderNote``, ``deleteCustomerNote`` and ``deleteDraftOrder`` answer without an error when
there is nothing to delete: what ends a document whose ticket is gone is a change to it.
"""

HELD = "held"
"""The alias that fails when a ticket is gone."""
NOTE = "A till is at work here"
"""What notes begin with; whoever reads one in the shop's office should understand it."""

NOTE_ON_ORDER = """
mutation NoteOnOrder($on: ID!, $note: String!) {
  taken: addNoteToOrder(input: { id: $on, note: $note, isPublic: false }) {
    history(options: {
      take: 100, sort: { createdAt: DESC }, filter: { type: { eq: "ORDER_NOTE" } }
    }) { items { id data } }
  }
}"""
NOTE_ON_CUSTOMER = """
mutation NoteOnCustomer($on: ID!, $note: String!) {
  taken: addNoteToCustomer(input: { id: $on, note: $note, isPublic: false }) {
    history(options: {
      take: 100, sort: { createdAt: DESC }, filter: { type: { eq: "CUSTOMER_NOTE" } }
    }) { items { id data } }
  }
}"""
DROP_ORDER_NOTE = """
mutation DropOrderNote($ticket: ID!) { dropped: deleteOrderNote(id: $ticket) { result } }"""
DROP_CUSTOMER_NOTE = """
mutation DropCustomerNote($ticket: ID!) { dropped: deleteCustomerNote(id: $ticket) { result } }"""

NAME_DRAFT = """
mutation NameDraft($ticket: ID!, $name: String!) {
  named: setDraftOrderCustomFields(
    orderId: $ticket, input: { id: $ticket, customFields: { posSaleId: $name } }
  ) { id }
}"""
NAMED = """
query Named($name: String!) {
  orders(options: { take: 10, filter: { posSaleId: { eq: $name }, state: { eq: "Draft" } } }) {
    items { id }
  }
}"""
DROP_DRAFT = """
mutation DropDraft($ticket: ID!) { dropped: deleteDraftOrder(orderId: $ticket) { result } }"""


def with_order_note(parts: str) -> str:
    """Mutations under a note on an order; variables: ``ticket``."""
    return f"""
  held: updateOrderNote(input: {{ noteId: $ticket, note: "{NOTE}" }}) {{ id }}
  {parts}
  dropped: deleteOrderNote(id: $ticket) {{ result }}"""


def with_customer_note(parts: str) -> str:
    """Mutations under a note on a customer; variables: ``ticket``."""
    return f"""
  held: updateCustomerNote(input: {{ noteId: $ticket, note: "{NOTE}" }}) {{ id }}
  {parts}
  dropped: deleteCustomerNote(id: $ticket) {{ result }}"""


def with_draft(parts: str) -> str:
    """Mutations under a named draft; variables: ``ticket`` and ``name``."""
    return f"""
  held: setDraftOrderCustomFields(
    orderId: $ticket, input: {{ id: $ticket, customFields: {{ posSaleId: $name }} }}
  ) {{ id }}
  {parts}
  dropped: deleteDraftOrder(orderId: $ticket) {{ result }}"""
