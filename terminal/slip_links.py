"""What the codes on slips lead to, and back: from a scanned code to the slip it stands on.

A code names a sale by its reference, signed where the till has a key. Addresses hold ``{code}``
where it goes; without an address the code stands alone.
"""

from dataclasses import dataclass, field

from terminal.signing import Signer

PURPOSE = "slip"


@dataclass(frozen=True, slots=True)
class SlipLinks:
    """``claim_days`` is how long a guest's sale can be claimed; 0: not at all."""

    claim_url: str = ""
    claim_days: int = 14
    feedback_url: str = ""
    digital_url: str = ""
    coupon_url: str = ""
    signer: Signer | None = field(default=None, repr=False)

    def code(self, ref: str) -> str:
        """The code of a sale."""
        return self.signer.signed(PURPOSE, ref) if self.signer else ref

    def led(self, url: str, ref: str) -> str:
        """The address with the sale's code in it; the bare code where there is no address."""
        code = self.code(ref)
        return url.replace("{code}", code) if url else code

    def to_coupon(self, code: str) -> str:
        """Where a web coupon can be used; its bare code where there is no address."""
        return self.coupon_url.replace("{code}", code) if self.coupon_url else code

    def ref_of(self, text: str) -> str:
        """The reference behind a scanned code or address; any other text as it is, trimmed.

        Raises ForgedCode for one that this shop did not make.
        """
        code = self._within(text.strip())
        ref = self.signer.opened(PURPOSE, code) if self.signer else None
        return ref or code

    def _within(self, text: str) -> str:
        """The code out of one of our addresses."""
        for url in (self.claim_url, self.digital_url, self.feedback_url, self.coupon_url):
            before, _, after = url.partition("{code}")
            if before and text.startswith(before) and text.endswith(after):
                return text[len(before) : len(text) - len(after)]
        return text
