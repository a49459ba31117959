"""Scans: what a reader read, as the till takes it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """One code that was read whole. ``symbology`` is the reader's word for its kind (``ean13``,
    ``qr`` …; "" when typed), ``source`` the reader it came from ("" for the keyboard).
    """

    text: str
    symbology: str = ""
    source: str = ""

    def __repr__(self) -> str:
        """Show the last four characters only: scans end up in logs and tracebacks."""
        return f"Reading(…{self.text[-4:]!r}, {self.symbology!r}, {self.source!r})"
