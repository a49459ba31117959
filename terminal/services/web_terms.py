"""What a web coupon is worth: what the reward did in the version of the programme that sold it.

Points were paid for that, so a later version changes nothing of it. In the caller's unit of work.
"""

from dataclasses import replace

from terminal.entries import EntryKind, LedgerEntry
from terminal.games.model import said
from terminal.i18n import Words
from terminal.ids import EntryId, derived_id
from terminal.offers_told import reward_name
from terminal.ports import UnitOfWork
from terminal.programs import Program
from terminal.programs.calendar import local_day
from terminal.programs.conditions import NOTHING
from terminal.programs.effects import MoneyOff, PercentOff
from terminal.programs.facts import Presented
from terminal.programs.model import Reward
from terminal.programs.wanted import wanted
from terminal.services.facts import zone_of
from terminal.vouchers import Voucher, VoucherCode, VoucherKind
from terminal.web_coupons import WebOffer, for_the_web, reward_of, reward_offer, web_offer

_BACK = "coupon:"


def bought_id(plan_id: str) -> EntryId:
    """The entry by which points became a coupon; its source is what was planned."""
    return EntryId(derived_id("web coupon", plan_id))


def source_of_back(code: VoucherCode) -> str:
    """The source of the entries by which a coupon's points went back."""
    return _BACK + code


def count_use(uow: UnitOfWork, entry: LedgerEntry, sign: int = 1) -> None:
    """A reward that became a coupon counts for its limits and budgets, and no longer when the
    points went back; told by the entries alone, so that every till counts the same."""
    bought, times = entry, 1
    if entry.kind is EntryKind.ROLLBACK and entry.source_id.startswith(_BACK):
        found = uow.ledger.get(entry.reverses) if entry.reverses else None
        bought, times = found or entry, -sum(entry.parts[0].weights) if entry.parts else 0
    if bought.kind is not EntryKind.REDEEM or bought.id != bought_id(bought.source_id):
        return
    program = uow.programs.version(bought.program, bought.program_version)
    code = bought.parts[0].rule.partition(":")[2]
    if program is not None and code in wanted(program).recorded:
        day = local_day(bought.decided_at, zone_of(program)).isoformat()
        uow.uses.add(code, entry.member_id, day, sign * times, -sign * entry.points, 0)


def bought_by(uow: UnitOfWork, voucher: Voucher) -> LedgerEntry | None:
    """The entry by which points became this coupon; None: it is no such coupon."""
    if not reward_of(voucher.coupon):
        return None
    return uow.ledger.get(EntryId(voucher.source_id))


def terms_of(uow: UnitOfWork, voucher: Voucher) -> Reward | None:
    """The reward that a coupon was, as it was then."""
    bought = bought_by(uow, voucher)
    program = uow.programs.version(bought.program, bought.program_version) if bought else None
    rewards = program.rewards if program else ()
    return next((each for each in rewards if each.code == reward_of(voucher.coupon)), None)


def shown_with_terms(uow: UnitOfWork, voucher: Voucher) -> Presented:
    """A coupon as it is shown at the counter, with what it does by itself, if it does."""
    reward, plain = terms_of(uow, voucher), Presented(voucher.code, voucher.coupon)
    match reward.gives if reward else None:
        case MoneyOff() | PercentOff() as gives:
            return replace(plain, gives=gives, needs=reward.needs if reward else NOTHING)
    return plain


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
