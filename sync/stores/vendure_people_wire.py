"""Vendure's answers about people as they come over the wire."""

from datetime import datetime

import msgspec

from sync.stores.vendure_wire import Account, PersonFields


class CustomerResult(msgspec.Struct, frozen=True, rename="camel"):
    """A customer, or why there is none (``error_code``)."""

    error_code: str = ""
    id: str = ""
    email_address: str = ""
    first_name: str = ""
    last_name: str = ""
    phone_number: str | None = None
    updated_at: datetime | None = None
    user: Account | None = None
    custom_fields: PersonFields = PersonFields()


class CustomerAnswer(msgspec.Struct, frozen=True):
    """One customer by id; None if deleted."""

    customer: CustomerResult | None


class WithAddresses(msgspec.Struct, frozen=True):
    """A customer's addresses."""

    id: str
    addresses: list[Account] | None = None


class AddressesAnswer(msgspec.Struct, frozen=True):
    """The same by id; None if deleted."""

    customer: WithAddresses | None


class DraftCustomer(msgspec.Struct, frozen=True, rename="camel"):
    """The customer of a draft, or why there is none."""

    error_code: str = ""
    customer: CustomerResult | None = None


class MemberMade(msgspec.Struct, frozen=True):
    """A member made by way of a draft."""

    put: DraftCustomer


class CustomerPut(msgspec.Struct, frozen=True):
    """A customer made or updated."""

    put: CustomerResult


class Customers(msgspec.Struct, frozen=True, rename="camel"):
    """A list of customers."""

    items: list[CustomerResult]
    total_items: int = 0


class CustomersAnswer(msgspec.Struct, frozen=True):
    """``customers``."""

    customers: Customers


class FoundCustomers(msgspec.Struct, frozen=True, rename="camel"):
    """Customers by e-mail and by card, asked together."""

    by_email: Customers
    by_card: Customers
