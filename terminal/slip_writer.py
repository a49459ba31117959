"""Writing slips: what was booked, in the member's language and by the country's rules.

The door to ``terminal.slips_written``, where each kind has its module.
"""

from terminal.slips_written.day import day_slip
from terminal.slips_written.parts import spaced
from terminal.slips_written.returned import return_slip
from terminal.slips_written.sale import Around, sale_slip
from terminal.slips_written.standing import balance_slip, claim_slip
from terminal.slips_written.vouchers import (
    card_amounts,
    gift_card_slip,
    voucher_blocks,
    voucher_slip,
)
from terminal.slips_written.web import web_coupon_slip

__all__ = [
    "Around", "balance_slip", "card_amounts", "claim_slip", "day_slip", "gift_card_slip",
    "return_slip", "sale_slip", "spaced", "voucher_blocks", "voucher_slip",
    "web_coupon_slip",
]  # fmt: skip
