"""Identities: made when a thing is decided, and the same wherever it is decided again.

A UUIDv7 sorts by the millisecond it was made in and doubles as idempotency key from the till to
the online store and back. What follows from something that happened elsewhere (an online order)
gets a UUIDv5 computed from it, so that any number of tills derive the same id.
"""

import uuid
from collections.abc import Callable
from datetime import datetime
from random import SystemRandom
from typing import NewType

MemberId = NewType("MemberId", str)
EntryId = NewType("EntryId", str)
SaleId = NewType("SaleId", str)
ReturnId = NewType("ReturnId", str)
SlipId = NewType("SlipId", str)
StaffId = NewType("StaffId", str)
CardNumber = NewType("CardNumber", str)
TillCode = NewType("TillCode", str)

Clock = Callable[[], datetime]
"""Tells the present as an aware UTC time."""

NewId = Callable[[], str]
"""Makes a fresh UUIDv7 in its canonical 36 characters."""

_FROM_SYSTEM = SystemRandom().getrandbits
"""As good as ``secrets``, without the hashes that come with it at every start."""

_DERIVED = uuid.UUID("6f0e62a6-6f0b-5c5c-9a55-1d0f3c8a7e11")


def uuid7(unix_ms: int, chance: int) -> str:
    """A version 7 UUID (RFC 9562, 5.7) from milliseconds since 1970 and 74 random bits."""
    value = (unix_ms & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (chance >> 62 & 0xFFF) << 64
    value |= 0b10 << 62 | chance & (1 << 62) - 1
    return str(uuid.UUID(int=value))


def id_maker(clock: Clock, chance: Callable[[int], int] = _FROM_SYSTEM) -> NewId:
    """A maker of fresh ids; two made in one millisecond differ by chance, not by order."""

    def make() -> str:
        return uuid7(int(clock().timestamp() * 1000), chance(74))

    return make


def derived_id(*parts: str) -> str:
    """The one id that follows from these parts, on every till and at any time."""
    return str(uuid.uuid5(_DERIVED, "\x1f".join(parts)))
