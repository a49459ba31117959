"""The state of the printer's mechanism, and the status bytes made from it.

Nothing in here locks: whoever owns the state guards it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Paper = Literal["ok", "low", "out"]
Error = Literal["", "cutter", "mechanical", "fatal", "auto"]

ASB_DRAWER, ASB_ONLINE, ASB_ERROR, ASB_PAPER = 0x01, 0x02, 0x04, 0x08

_ERROR_BITS = {"": 0, "mechanical": 0x04, "cutter": 0x08, "fatal": 0x20, "auto": 0x40}


@dataclass(slots=True)
class State:
    """What the sensors see. `near_end_sensor=False` is a TM-T20II, which has none."""

    paper: Paper = "ok"
    cover_open: bool = False
    drawer_open: bool = False
    error: Error = ""
    feed_button: bool = False
    powered: bool = True
    near_end_sensor: bool = True
    drawer_open_is_high: bool = False

    @property
    def online(self) -> bool:
        """Whether the printer executes what it has received."""
        return self.powered and not (
            self.paper == "out" or self.cover_open or self.feed_button or self.error
        )

    @property
    def pin3_high(self) -> bool:
        """The level of the drawer switch; which way round it is depends on the drawer."""
        return self.drawer_open == self.drawer_open_is_high

    @property
    def near_end(self) -> bool:
        """Whether the near-end sensor, if there is one, sees the end of the roll coming."""
        return self.near_end_sensor and self.paper != "ok"

    def real_time(self, number: int) -> int:
        """The answer to DLE EOT 1-4."""
        if number == 1:
            return 0x12 | self._printer_bits()
        if number == 2:
            return 0x12 | self._offline_bits()
        if number == 3:
            return 0x12 | _ERROR_BITS[self.error]
        return 0x12 | 0x0C * self.near_end | 0x60 * (self.paper == "out")

    def paper_sensor(self) -> int:
        """The answer to GS r 1 and ESC v."""
        return 0x03 * self.near_end | 0x0C * (self.paper == "out")

    def drawer_sensor(self) -> int:
        """The answer to GS r 2 and ESC u."""
        return int(self.pin3_high)

    def automatic(self) -> bytes:
        """The four bytes of automatic status back."""
        first = (
            0x10
            | 0x04 * self.pin3_high
            | 0x08 * (not self.online)
            | 0x20 * self.cover_open
            | 0x40 * self.feed_button
        )
        second = _ERROR_BITS[self.error] | 0x02 * self.feed_button
        return bytes([first, second, self.paper_sensor(), 0x0F])

    def watched(self, mask: int) -> tuple[object, ...]:
        """The part of the state whose change is reported under an ASB mask."""
        return (
            mask & ASB_DRAWER and self.pin3_high,
            mask & ASB_ONLINE and (self.online, self.cover_open, self.feed_button),
            mask & ASB_ERROR and self.error,
            mask & ASB_PAPER and self.paper_sensor(),
        )

    def _printer_bits(self) -> int:
        return 0x04 * self.pin3_high | 0x08 * (not self.online)

    def _offline_bits(self) -> int:
        return (
            0x04 * self.cover_open
            | 0x08 * self.feed_button
            | 0x20 * (self.paper == "out")
            | 0x40 * bool(self.error)
        )
