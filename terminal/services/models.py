"""What services answer with: frozen, complete, ready to be shown; nothing lazy behind them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from terminal.cards import Card
from terminal.ids import CardNumber, MemberId, StaffId, TillCode
from terminal.ledger import Account, Channel, LedgerEntry
from terminal.members import Consent, Member, Purpose
from terminal.outbox import OutboxMessage
from terminal.programs import NextTier, Program, Tier, redeem_value
from terminal.programs.facts import Facts
from terminal.programs.tiers import Standing
from terminal.returns import PointsBack, Return, ReturnPlan
from terminal.sales import Product, Sale, SaleLine
from terminal.slip_links import SlipLinks
from terminal.slips import SlipJob
from terminal.staff import Role
from terminal.vouchers import Voucher, VoucherCode
from terminal.web_coupons import WebCoupon


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """Who and where this installation is, as services and slips need it."""

    code: TillCode
    name: str
    shop: str
    address: str
    country: str
    language: str
    currency: str
    card_prefix: str
    online_stores: Sequence[str] = ()
    """Names of the online stores that are told of everything; none: nothing is queued. May be
    ``StoreNames``, which change while the till is open."""
    couponless_stores: Sequence[str] = ()
    """Those of them that can't be given coupons; likewise."""
    card_lengths: frozenset[int] = frozenset()
    """Digit counts of cards without an EAN check digit."""
    weighed_prefixes: tuple[str, ...] = ()
    """Ranges that the scales print prices and weights in."""
    links: SlipLinks = field(default=SlipLinks(), compare=False)
    """What the codes on its slips lead to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """A member as the counter sees one, at one moment. ``spent`` is within the tier's window.

    ``consents`` holds what the latest answers allow, ``asked`` every purpose with an answer, yes or
    no: ``asked`` contains ``consents``.
    """

    member: Member
    cards: tuple[Card, ...]
    account: Account
    program: Program
    tier: Tier
    spent: int
    next_tier: NextTier | None
    consents: frozenset[Purpose]
    asked: frozenset[Purpose]
    as_of: datetime
    facts: Facts
    level: Standing

    @property
    def available(self) -> int:
        """Points that can be redeemed now."""
        return self.account.available(self.as_of)

    @property
    def redeemable(self) -> int:
        """Points that a sale could take if it is large enough: whole blocks, from the minimum."""
        rule = self.program.redemption
        if rule is None:
            return 0
        whole = self.available // rule.block * rule.block
        return whole if whole >= rule.minimum else 0

    @property
    def worth(self) -> int:
        """What the available points are worth, in minor units of the programme's currency."""
        return redeem_value(self.program, self.available)

    @property
    def card_number(self) -> CardNumber | None:
        """The newest active card."""
        active = [card for card in self.cards if card.state == "active"]
        return active[-1].number if active else None


@dataclass(frozen=True, slots=True)
class MemberFound:
    """The scan was a member's card."""

    view: MemberView


@dataclass(frozen=True, slots=True)
class ProductFound:
    """The scan was something to buy."""

    product: Product


@dataclass(frozen=True, slots=True)
class SaleFound:
    """The scan was one of our slips."""

    sale: Sale


@dataclass(frozen=True, slots=True)
class CardUnused:
    """A good card that nobody has: offer to enrol, or to link it to a member."""

    number: CardNumber


@dataclass(frozen=True, slots=True)
class CouponFound:
    """The scan was a coupon, or the code of one for everybody."""

    code: str


@dataclass(frozen=True, slots=True)
class MoneyCardFound:
    """The scan was a gift card or store credit."""

    code: VoucherCode


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who stands at the till."""

    id: StaffId
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class StaffFound:
    """The scan was a badge: whose PIN is asked for next. A badge alone signs nobody in."""

    staff: SignedIn


Identified = (
    MemberFound | ProductFound | SaleFound | CardUnused | CouponFound | MoneyCardFound | StaffFound
)


@dataclass(frozen=True, slots=True)
class SaleDone:
    """A booked sale with everything the last screen shows. ``view`` None: a guest."""

    sale: Sale
    entries: tuple[LedgerEntry, ...]
    view: MemberView | None
    slip: SlipJob
    vouchers: tuple[Voucher, ...] = ()
    """Coupons given for the next time, and gift cards sold."""


@dataclass(frozen=True, slots=True)
class ReturnOffer:
    """A sale that can come back, and what that would do, before anything is booked."""

    sale: Sale
    points: PointsBack
    view: MemberView | None
    plan: ReturnPlan
    earlier: tuple[Return, ...] = ()
    money: int = 0
    """What goes back in cash or to the bank card, in minor units."""


@dataclass(frozen=True, slots=True)
class ReturnDone:
    """A booked return."""

    back: Return
    entries: tuple[LedgerEntry, ...]
    view: MemberView | None
    slip: SlipJob


@dataclass(frozen=True, slots=True)
class ClaimOffer:
    """A guest's sale that a member could have, and what it would give. ``until``: the first moment
    at which it is too late."""

    sale: Sale
    points: int
    until: datetime


@dataclass(frozen=True, slots=True)
class ClaimDone:
    """A guest's sale that is a member's now, with all that came of it."""

    sale: Sale
    entries: tuple[LedgerEntry, ...]
    view: MemberView
    slip: SlipJob
    vouchers: tuple[Voucher, ...] = ()

    @property
    def points(self) -> int:
        """What it gave, less what had come back before."""
        return sum(entry.points for entry in self.entries)


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One touch in a member's history, from either channel.

    ``kind``: purchase, return, order, or the kind of the entry that stands alone. ``amount`` in
    minor units or None. ``points`` None where none moved. ``balance_after`` is the points after it.
    ``entries`` are the ledger entries behind it, to be explained on demand; ``program`` is the
    version that made them, for the names it gave.
    """

    at: datetime
    kind: str
    channel: Channel
    ref: str
    amount: int | None
    currency: str
    items: int
    points: int | None
    balance_after: int | None
    where: str
    who: str
    reason: str = ""
    lines: tuple[SaleLine, ...] = ()
    entries: tuple[LedgerEntry, ...] = ()
    program: Program | None = None


@dataclass(frozen=True, slots=True)
class MemberPage:
    """Everything the office knows about a member."""

    view: MemberView
    timeline: tuple[TimelineItem, ...]
    consents: tuple[Consent, ...]
    shop_spend: int
    online_spend: int
    coupons: tuple[WebCoupon, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberHit:
    """A line in the list of members found."""

    member: Member
    tier: str
    card: CardNumber | None
    balance: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """A line of a ranking, by the name the member likes to be called."""

    place: int
    called: str
    points: int


@dataclass(frozen=True, slots=True)
class MessageView:
    """An outbox message as a person reads it. ``member`` is the name, "" for none."""

    message: OutboxMessage
    member: str
    member_id: MemberId | None
    ref: str
