"""What is known by now of a store that is being connected: one object that all steps share."""

from dataclasses import dataclass, field
from typing import Literal

import msgspec

from terminal.connecting import Draft, Found, Greeting, NeedSeen, Rehearsal, RightSeen
from terminal.services.store_keys import Key
from terminal.settings import OnlineStoreSettings

Step = Literal["address", "key", "rights", "needs", "choices", "rehearsal", "import"]
STEPS: tuple[Step, ...] = (
    "address", "key", "rights", "needs", "choices", "rehearsal", "import"
)  # fmt: skip
AGAIN: tuple[Step, ...] = STEPS[:5]
"""The way of a store that is connected: it has had its first import."""


@dataclass(slots=True)
class Plan:
    """``known`` is the store as it is connected already; None: it is a new one."""

    known: Draft | None = None
    ca: str = ""
    found: Found | None = None
    kind: str = ""
    key: Key = field(default_factory=Key)
    greeting: Greeting | None = None
    rights: tuple[RightSeen, ...] = ()
    needs: tuple[NeedSeen, ...] | None = None
    tells: Literal["sales", "points"] = "sales"
    members: Literal["known", "all"] = "known"
    rehearsal: Rehearsal | None = None
    name: str = ""
    """Under which it was connected; "" until then."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The way there is to go."""
        return STEPS if self.known is None else AGAIN

    def start_from(self, known: Draft) -> None:
        """Begin with what is connected."""
        wanted = known.wanted
        self.known, self.ca, self.kind = known, wanted.ca, wanted.kind
        self.found = Found(wanted.kind, wanted.url)
        self.key = Key(wanted.username, known.secret)
        self.tells, self.members = wanted.tells, wanted.members

    def draft(self) -> Draft:
        """As it would be kept."""
        before = self.known.wanted if self.known else OnlineStoreSettings()
        url = self.found.url if self.found else ""
        wanted = msgspec.structs.replace(
            before, kind=self.kind, url=url, username=self.key.name, ca=self.ca,
            tells=self.tells, members=self.members,
        )  # fmt: skip
        return Draft(wanted, self.key.secret)
