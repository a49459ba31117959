"""The codes on a slip and what stands above them: claim, digital slip, feedback, or plainly ours.

At most two. The first leads where this customer gains most: a guest to the points that wait, a
member to the digital slip. Where no address is set, it is the slip's own code, which the shop's
scanners read for returns and claims. The second asks how it was.
"""

from terminal.i18n import Words
from terminal.services.models import Till
from terminal.slips import Block
from terminal.slips_written.parts import centre, qr


def codes(
    till: Till, ref: str, words: Words, *, claim: bool = False, guest: bool = False
) -> list[Block]:
    """The codes of a sale's slip. ``claim``: a guest's points wait."""
    links = till.links
    first = links.claim_url if claim else "" if guest else links.digital_url
    blocks = [qr(links.led(first, ref))]
    if first and not claim:
        blocks = [Block("feed"), centre(words.t("This slip on your phone:")), *blocks]
    if links.feedback_url:
        asked = words.t("How did we do? Scan the code and tell us.")
        blocks += [centre(asked), qr(links.led(links.feedback_url, ref))]
    return blocks
