"""All services of one till, built once over one database."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace

from terminal.events import EventBus
from terminal.granting import GrantsPoints
from terminal.ids import Clock, MemberId, NewId, TillCode
from terminal.ports import Database
from terminal.services.badges import BadgeService
from terminal.services.counter import CounterService
from terminal.services.desk import DeskService
from terminal.services.enrolment import EnrolmentService
from terminal.services.games import GameService, IssuesCoupons
from terminal.services.happenings import HappeningService
from terminal.services.models import Till
from terminal.services.office import OfficeService
from terminal.services.online_desk import OnlineDesk
from terminal.services.online_orders import OnlineOrders
from terminal.services.selling import chance_of
from terminal.services.store_names import StoreNames
from terminal.services.web_coupons import WebCouponService
from terminal.settings import Settings
from terminal.signing import Signer
from terminal.slip_links import SlipLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the window and the headless commands work with."""

    database: Database
    till: Till
    bus: EventBus
    counter: CounterService
    enrolment: EnrolmentService
    office: OfficeService
    desk: DeskService
    badges: BadgeService
    online: OnlineDesk
    orders: OnlineOrders
    happenings: HappeningService
    games: GameService
    web_coupons: WebCouponService


def build(
    database: Database,
    till: Till,
    bus: EventBus,
    *,
    clock: Clock,
    new_id: NewId,
    wake_sync: Callable[[], None] = lambda: None,
    seed: Callable[[], bytes] = lambda: os.urandom(32),
    signer: Signer | None = None,
    grants: GrantsPoints | None = None,
    look_at: Callable[[MemberId], None] = lambda member_id: None,
) -> Services:
    """The services; ``wake_sync`` sets the sync worker going, ``seed`` is what draws come from,
    ``signer`` signs the codes on slips, ``grants`` is asked before points are redeemed (None: the
    till stands alone), ``look_at`` is told whose card was read and returns at once."""
    if signer is not None:
        till = replace(till, links=replace(till.links, signer=signer))
    orders = OnlineOrders(database, clock, new_id, stores=till.online_stores)
    return Services(
        database=database,
        till=till,
        bus=bus,
        counter=CounterService(
            database, till, bus, clock=clock, new_id=new_id, grants=grants, look_at=look_at
        ),
        enrolment=EnrolmentService(database, till, bus, orders, clock=clock, new_id=new_id),
        office=OfficeService(database, till, bus, clock=clock, new_id=new_id),
        desk=DeskService(database, clock=clock, new_id=new_id),
        badges=BadgeService(database, till, clock=clock, new_id=new_id),
        online=OnlineDesk(database, clock=clock, wake=wake_sync),
        orders=orders,
        happenings=HappeningService(
            database, till, bus, clock=clock, new_id=new_id, grants=grants
        ),
        games=GameService(
            database, till, bus, clock=clock, new_id=new_id, seed=seed,
            issue=IssuesCoupons(chance_of(new_id)),
        ),
        web_coupons=WebCouponService(
            database, till, bus, clock=clock, new_id=new_id, grants=grants
        ),
    )  # fmt: skip


def till_of(settings: Settings) -> Till:
    """This installation, as its settings describe it."""
    shop, slips = settings.shop, settings.slips
    return Till(
        code=TillCode(settings.till.code),
        name=settings.till.name,
        shop=shop.name,
        address=shop.address,
        country=shop.country,
        language=shop.language,
        currency=shop.currency,
        card_prefix=shop.card_prefix,
        card_lengths=frozenset(shop.card_lengths),
        weighed_prefixes=shop.weighed_prefixes,
        online_stores=StoreNames(store.called for store in settings.online_stores),
        couponless_stores=StoreNames(_without_coupons(settings)),
        links=SlipLinks(
            claim_url=slips.claim_url,
            claim_days=slips.claim_days,
            feedback_url=slips.feedback_url,
            digital_url=slips.digital_url,
            coupon_url=slips.coupon_url,
        ),
    )


def stores_changed(till: Till, settings: Settings) -> None:
    """Other online stores are connected: what is booked from now on is queued for them."""
    if isinstance(till.online_stores, StoreNames):
        till.online_stores.become(store.called for store in settings.online_stores)
    if isinstance(till.couponless_stores, StoreNames):
        till.couponless_stores.become(_without_coupons(settings))


def _without_coupons(settings: Settings) -> list[str]:
    return [store.called for store in settings.online_stores if not store.takes_coupons]
