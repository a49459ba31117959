"""A receipt printer made of software: the demo's on-screen paper and the judge of our print jobs.

It is written from the command table of the real printers, not from the programme's own encoder.
What it does not know it records; what cannot be right it refuses visibly.
"""

from devices.printers.emulator.control import BadOrder, apply_order
from devices.printers.emulator.paper import Code, Event, Glyph, Line, Picture, Sheet, Span, Style
from devices.printers.emulator.printer import PrinterEmulator

__all__ = [
    "BadOrder",
    "Code",
    "Event",
    "Glyph",
    "Line",
    "Picture",
    "PrinterEmulator",
    "Sheet",
    "Span",
    "Style",
    "apply_order",
]
