"""Slips on their way: each written in the words of whoever gets it, queued with what it tells of.

All here works in the caller's unit of work; the spool prints what was committed.
"""

from datetime import datetime

from terminal.claiming import usual_points
from terminal.i18n import Words
from terminal.ids import NewId, SaleId, SlipId
from terminal.ports import UnitOfWork
from terminal.programs import Program
from terminal.sales import Sale
from terminal.services.campaigning import Followed
from terminal.services.models import MemberView, Till
from terminal.services.selling import Booked
from terminal.services.vouchers import card_of
from terminal.slip_writer import Around, sale_slip, voucher_slip
from terminal.slips import Slip, SlipJob


def paper_words(till: Till, view: MemberView | None) -> Words:
    """The member's language, else the shop's."""
    return Words(view.member.language if view else till.language, paper=True)


def queue(uow: UnitOfWork, slip: Slip, now: datetime, sale_id: SaleId | None = None) -> SlipJob:
    """Put a slip in the queue."""
    job = SlipJob(id=slip.id, slip=slip, sale_id=sale_id, created_at=now)
    uow.slips.put(job)
    return job


def queue_sale(uow: UnitOfWork, till: Till, made: Booked, now: datetime, new_id: NewId) -> SlipJob:
    """The slip of a sale that was just booked."""
    sale, vouchers = made.sale, (*made.followed.coupons, *made.cards)
    program = uow.programs.at(now)
    slip = sale_slip(
        SlipId(new_id()), till, sale, made.entries, made.view, paper_words(till, made.view),
        vouchers=vouchers, left=_left(uow, sale), program=program,
        around=_around(uow, till, made, program),
    )  # fmt: skip
    return queue(uow, slip, now, sale.id)


def queue_coupons(
    uow: UnitOfWork, till: Till, view: MemberView, followed: Followed, now: datetime, new_id: NewId
) -> SlipJob:
    """The slip of coupons that points without a sale became."""
    slip = voucher_slip(
        SlipId(new_id()), till, followed.coupons, view, paper_words(till, view),
        spent=followed.entries,
    )  # fmt: skip
    return queue(uow, slip, now)


def _around(uow: UnitOfWork, till: Till, made: Booked, program: Program | None) -> Around:
    sale, before = made.sale, made.before
    if before is not None:
        first = not uow.sales.purchases(before.member.id, sale.sold_at).number
        return Around(first=first, tier_before=before.tier.code)
    if program is None or not till.links.claim_days:
        return Around()
    return Around(claimable=usual_points(sale, program))


def _left(uow: UnitOfWork, sale: Sale) -> dict[str, int]:
    """What is left on each gift card or store credit that paid."""
    codes = [tender.code for tender in sale.tenders if tender.code and tender.amount]
    return {code: card_of(uow, code, sale.currency, sale.sold_at)[1] for code in codes}
