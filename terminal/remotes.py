"""Other places that know our things: online stores and the hub. What each calls them, how far we
have read there, what was agreed on, and when they last answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from terminal.ids import MemberId


@dataclass(frozen=True, slots=True)
class Contact:
    """The last time that a remote answered. ``offset_ms``: its clock less ours, in milliseconds,
    to the second where it tells no better; None where it tells no time."""

    remote: str
    at: datetime
    offset_ms: int | None = None


@dataclass(frozen=True, slots=True)
class RemoteLink:
    """What one of ours is called in the online store. ``kind``: member, sale, return, product,
    coupon."""

    store: str
    kind: str
    local_id: str
    remote_id: str
    remote_code: str = ""


class SyncRecords(Protocol):
    """Where sync stands: cursors and the names of our things in the online store."""

    def cursor(self, store: str, feed: str) -> str | None: ...
    def put_cursor(self, store: str, feed: str, cursor: str) -> None: ...
    def stores(self) -> list[str]:
        """All that cursors are kept of, those that are connected no longer as well."""

    def link(self, store: str, kind: str, local_id: str) -> RemoteLink | None: ...
    def link_back(self, store: str, kind: str, remote_id: str) -> RemoteLink | None: ...
    def links_back(self, store: str, kind: str, remote_id: str) -> list[RemoteLink]:
        """All of ours that have this name there, the latest put first."""

    def put_link(self, link: RemoteLink) -> None: ...
    def drop_link(self, store: str, kind: str, local_id: str) -> None: ...
    def links(self, store: str, kind: str, after: str, limit: int) -> list[RemoteLink]:
        """By local id, those behind ``after``: a walk through all of them, page by page."""

    def agreed(self, store: str, member_id: MemberId) -> Mapping[str, str] | None:
        """The profile that member and customer last agreed on, field by field; None: never."""

    def put_agreed(
        self, store: str, member_id: MemberId, fields: Mapping[str, str], at: datetime
    ) -> None: ...
    def contact(self, remote: str) -> Contact | None:
        """The latest."""

    def put_contact(self, contact: Contact) -> None:
        """Keep the latest one; one whose offset differs by a second or more from the last kept is
        also written down for good, so that times told before can be judged later."""

    def contacts(self, remote: str) -> list[Contact]:
        """Those at which the offset was seen to change, oldest first."""
