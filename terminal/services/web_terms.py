"""What a web coupon is worth: what the reward did in the version of the programme that sold it.

Points were paid for that, so a later version changes nothing of it. In the caller's unit of work.
"""

from terminal.entries import LedgerEntry
from terminal.games.model import said
from terminal.i18n import Words
from terminal.ids import EntryId
from terminal.offers_told import reward_name
from terminal.ports import UnitOfWork
from terminal.programs import Program
from terminal.programs.effects import MoneyOff, PercentOff
from terminal.programs.facts import Presented
from terminal.programs.model import Reward
from terminal.vouchers import Voucher, VoucherKind
from terminal.web_coupons import WebOffer, for_the_web, reward_of, reward_offer, web_offer


def bought_by(uow: UnitOfWork, voucher: Voucher) -> LedgerEntry | None:
    """The entry by which points became this coupon; None: it is no such coupon."""
    if not reward_of(voucher.coupon):
        return None
    return uow.ledger.get(EntryId(voucher.source_id))


def terms_of(uow: UnitOfWork, voucher: Voucher) -> Reward | None:
    """The reward that a coupon was, as it was then."""
    bought = bought_by(uow, voucher)
    program = uow.programs.version(bought.program, bought.program_version) if bought else None
    found = (each for each in (program.rewards if program else ()))
    return next((each for each in found if each.code == reward_of(voucher.coupon)), None)


def shown_with_terms(uow: UnitOfWork, voucher: Voucher) -> Presented:
    """A coupon as it is shown at the counter, with what it does by itself, if it does."""
    reward = terms_of(uow, voucher)
    if reward is None or not isinstance(reward.gives, MoneyOff | PercentOff):
        return Presented(voucher.code, voucher.coupon)
    return Presented(voucher.code, voucher.coupon, reward.gives, reward.needs)


def told_as(uow: UnitOfWork, program: Program, voucher: Voucher) -> WebOffer | None:
    """What an online store is told that a coupon does; None: nothing."""
    reward = terms_of(uow, voucher)
    if reward is not None:
        return reward_offer(reward)
    return web_offer(program, voucher.coupon) if voucher.kind is VoucherKind.COUPON else None


def called(uow: UnitOfWork, voucher: Voucher, offer: WebOffer, language: str) -> str:
    """What a coupon is called there: a reward without a name by what it gives."""
    bought = bought_by(uow, voucher)
    if bought is None:
        return said(offer.title, language)
    program = uow.programs.version(bought.program, bought.program_version)
    return reward_name(reward_of(voucher.coupon), program, Words(language))


def is_for_the_web(uow: UnitOfWork, program: Program, voucher: Voucher) -> bool:
    """Whether an online store is to know of it at all."""
    return terms_of(uow, voucher) is not None or for_the_web(program, voucher)
