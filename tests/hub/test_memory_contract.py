"""The contract of a hub, in memory."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from sync.hub.memory import MemoryHub
from sync.hub.remote import Hub, Identity
from tests.hub.contract import HubContract
from tests.hub.world import MORNING, HubWorld, TillAtHub


@dataclass
class MemoryWorld:
    """In memory, with a clock that is turned."""

    moment: datetime = MORNING
    hub: MemoryHub = field(init=False)

    def __post_init__(self) -> None:
        self.hub = MemoryHub(lambda: self.moment)

    def join(self, till: str, *, machine: str = "", run: str = "run-1") -> TillAtHub:
        me = Identity(till, str(uuid.uuid4()), machine or f"machine-of-{till}", run)
        self.hub.join(me)
        return TillAtHub(self.connect(me), me)

    def connect(self, me: Identity) -> Hub:
        return self.hub.connect(me)

    def revoke(self, till: str) -> None:
        self.hub.revoke(till)

    def later(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class TestMemory(HubContract):
    @pytest.fixture
    def world(self) -> HubWorld:
        return MemoryWorld()
