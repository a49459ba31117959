"""Customers' displays of two lines: pole displays on a serial line, a network, or a printer.

``make_display`` turns an address into one that works; ``emulator`` is one made of software.
"""

from devices.displays.base import DisplayState, LineDisplay
from devices.displays.making import make_display, try_display

__all__ = ["DisplayState", "LineDisplay", "make_display", "try_display"]
