"""The demo shop: a delicatessen with members, a programme and a year of history, in any country.

Everything goes through the same services as in a real shop, with a clock that runs through the past
year; only the printing is skipped.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace as replace_in

from terminal.cards import Card, own_card
from terminal.countries import COUNTRIES
from terminal.demo_program import shop_program
from terminal.events import EventBus
from terminal.i18n import Words
from terminal.ids import CardNumber, MemberId, NewId, SaleId, StaffId, derived_id, id_maker
from terminal.members import Consent, Member, Purpose
from terminal.online import OnlineOrder, OrderLine
from terminal.ports import Database
from terminal.programs import Program, Redemption, Tier, per_money, welcome
from terminal.sales import Basket, Goods, Product, Tender, TenderKind
from terminal.services.counter import CounterService, SaleRequest
from terminal.services.desk import hash_pin
from terminal.services.models import Till
from terminal.services.online_orders import OnlineOrders
from terminal.settings import Settings
from terminal.slips import SlipState
from terminal.staff import Role, Staff

CASHIER_PIN = "1234"
MANAGER_PIN = "9876"

COUNTRY_OF_LANGUAGE = {
    "en": ("GR", "EUR"), "el": ("GR", "EUR"), "bg": ("BG", "EUR"), "hu": ("HU", "HUF"),
    "pl": ("PL", "PLN"), "he": ("IL", "ILS"),
}  # fmt: skip
PRICE_FACTOR = {"EUR": 1, "HUF": 400, "PLN": 4, "ILS": 4, "GBP": 1, "USD": 1}
"""Demo prices are euro prices times this, so that they look like prices everywhere."""

ADDRESSES = {
    "en": "12 Sample Street, Thessaloniki", "el": "Οδός Δείγματος 12, Θεσσαλονίκη",
    "bg": "ул. Примерна 12, София", "hu": "Minta utca 12., Budapest",
    "pl": "ul. Przykładowa 12, Kraków", "he": "רחוב הדוגמה 12, תל אביב",
}  # fmt: skip

_NAMES = {
    "en": ("Olive oil, extra virgin", "Ground coffee", "Thyme honey", "Linen tea towel",
           "Barley rusks", "Mountain tea"),
    "el": ("Εξαιρετικό παρθένο ελαιόλαδο", "Καφές αλεσμένος", "Μέλι θυμαρίσιο",
           "Λινή πετσέτα κουζίνας", "Παξιμάδια κριθαρένια", "Τσάι του βουνού"),
    "bg": ("Зехтин екстра върджин", "Мляно кафе", "Мед от мащерка", "Ленена кърпа",
           "Ечемичени сухари", "Планински чай"),
    "hu": ("Extra szűz olívaolaj", "Őrölt kávé", "Kakukkfűméz", "Len konyharuha",
           "Árpakétszersült", "Hegyi tea"),
    "pl": ("Oliwa z oliwek extra virgin", "Kawa mielona", "Miód tymiankowy",
           "Lniana ścierka", "Sucharki jęczmienne", "Herbata górska"),
    "he": ("שמן זית כתית מעולה", "קפה טחון", "דבש תימין", "מגבת מטבח מפשתן",
           "צנימי שעורה", "תה הרים"),
}  # fmt: skip
_GOODS = (
    ("OIL-500", 980, "500 {ml}", "oil"), ("COF-250", 640, "250 {g}", "coffee"),
    ("HON-450", 1190, "450 {g}", "honey"), ("TOW-LIN", 890, "", "home"),
    ("RUS-400", 320, "400 {g}", "bakery"), ("TEA-100", 450, "100 {g}", "tea"),
)  # fmt: skip
_TAX = {"EUR": 1_300, "HUF": 2_700, "PLN": 800, "ILS": 1_800, "GBP": 0, "USD": 0}
_UNITS = {"bg": {"ml": "мл", "g": "г"}, "he": {"ml": "מ״ל", "g": "גרם"}}

_PEOPLE = (
    ("Eleni", "Paradeigma", "en", "+306900004417", "eleni@example.com", "11-24"),
    ("Ελένη", "Παράδειγμα", "el", "+306900001212", "eleni.gr@example.com", "05-21"),
    ("Мария", "Примерова", "bg", "+359880000348", "maria@example.com", "08-15"),
    ("Ilona", "Példa", "hu", "+36200000889", "ilona@example.com", "12-31"),
    ("Anna", "Przykładowa", "pl", "+48500000840", "anna@example.com", "06-09"),
    ("דנה", "לדוגמה", "he", "+972500000051", "dana@example.com", "02-29"),
    ("Nikos", "Deigma", "el", "+306900000932", "nikos@example.com", "03-02"),
    ("Ellie", "Example", "en", "+447700900123", "ellie@example.com", "01-17"),
    ("Sam", "Sample", "en", "", "", ""),
    ("Gyöző", "Mintás", "hu", "+36200000777", "", "10-10"),
    ("Łucja", "Wzorcowa", "pl", "+48500000555", "lucja@example.com", "04-04"),
    ("Йордан", "Образцов", "bg", "+359880000999", "", "07-07"),
)


def _people(language: str) -> list[tuple[str, str, str, str, str, str]]:
    """Whoever speaks the shop's language first: the first ones come most."""
    return sorted(_PEOPLE, key=lambda person: person[2] != language)


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo shop has to scan. ``unused`` is a good card that nobody holds."""

    products: tuple[Product, ...]
    cards: tuple[tuple[str, CardNumber], ...]
    unused: CardNumber
    cashier: StaffId
    manager: StaffId


def demo_settings(settings: Settings, scanner: str, printer: str) -> Settings:
    """The demo's own shop and devices, in the country of the screen's language."""
    language = settings.screen.language
    country, currency = COUNTRY_OF_LANGUAGE[language]
    return replace_in(
        settings,
        shop=replace_in(
            settings.shop, country=country, currency=currency, language=language,
            address=ADDRESSES[language],
        ),
        till=replace_in(settings.till, name=Words(language, paper=True).t("Till {code}", code=1)),
        scanner=replace_in(settings.scanner, port=scanner),
        printer=replace_in(settings.printer, target=printer),
    )  # fmt: skip


def demo_program(currency: str) -> Program:
    """One point a euro (or what is like a euro), four tiers, 100 points are worth one."""
    unit = 100 * PRICE_FACTOR[currency]
    return Program(
        code="Elia", version=1, effective_from=datetime(2024, 1, 1, tzinfo=UTC),
        currency=currency, rules=(per_money(1, unit), welcome(100)),
        redemption=Redemption(block=100, value=unit, minimum=200, cap_percent=50),
        tiers=(Tier("bronze", 0), Tier("silver", 250 * unit, 120), Tier("gold", 750 * unit, 150),
               Tier("platinum", 1500 * unit, 200)),
    )  # fmt: skip


def demo_products(language: str, currency: str) -> tuple[Product, ...]:
    """Six things to sell, with codes that scan."""
    factor = PRICE_FACTOR[currency]
    units = _UNITS.get(language, {"ml": "ml", "g": "g"})
    return tuple(
        Product(
            sku,
            name,
            price * factor,
            currency,
            detail.format(**units),
            own_card("9520000001", number),
            Goods(category, tax=_TAX[currency]),
        )
        for number, ((sku, price, detail, category), name) in enumerate(
            zip(_GOODS, _NAMES[language], strict=True), start=1
        )
    )


def seed(database: Database, till: Till, now: datetime) -> Demo:
    """Fill an empty database; a filled one is left alone. Answers what can be scanned."""
    demo = _describe(till)
    with database.read() as uow:
        if uow.staff.get(demo.cashier) is not None:
            return demo
    _found(database, till, demo, now)
    _live(database, replace(till, online_stores=()), demo, now)
    return demo


def _describe(till: Till) -> Demo:
    cards = tuple(
        (f"{given} {family}", own_card(till.card_prefix, 4410 + number))
        for number, (given, family, *_) in enumerate(_people(till.language))
    )
    return Demo(
        demo_products(till.language, till.currency),
        cards,
        own_card(till.card_prefix, 9921),
        StaffId(derived_id("demo", "cashier")),
        StaffId(derived_id("demo", "manager")),
    )


def _found(database: Database, till: Till, demo: Demo, now: datetime) -> None:
    """Programme, goods, people: what the shop starts with."""
    joined = now - timedelta(days=365)
    with database.write() as uow:
        zone = COUNTRIES[till.country].zone
        uow.programs.put(shop_program(till.currency, 100 * PRICE_FACTOR[till.currency], zone))
        uow.products.put_all(demo.products)
        uow.staff.put(Staff(demo.cashier, "Maria", Role.CASHIER, hash_pin(CASHIER_PIN)))
        uow.staff.put(Staff(demo.manager, "Anna", Role.MANAGER, hash_pin(MANAGER_PIN)))
        for number, person in enumerate(_people(till.language)):
            member = _member(number, person, joined + timedelta(days=7 * number))
            uow.members.put(member)
            uow.members.put_card(Card(demo.cards[number][1], member.id, member.joined_at))
            uow.members.put_consent(_consent(member, till, demo.cashier))
        uow.commit()


def _member(number: int, person: Sequence[str], joined: datetime) -> Member:
    given, family, language, phone, email, birthday = person
    return Member(
        id=MemberId(derived_id("demo", "member", str(number))), given_name=given,
        family_name=family, language=language, phone=phone, email=email, birthday=birthday,
        joined_at=joined, updated_at=joined,
    )  # fmt: skip


def _consent(member: Member, till: Till, cashier: StaffId) -> Consent:
    words = Words(member.language, paper=True)
    return Consent(
        id=derived_id("demo", "consent", member.id), member_id=member.id,
        purpose=Purpose.PROGRAMME, granted=True,
        wording=words.t(
            "To keep your points we store your name, your contact details and your purchases."
        ),
        language=words.language, recorded_at=member.joined_at, cashier_id=cashier, till=till.code,
    )  # fmt: skip


def _live(database: Database, till: Till, demo: Demo, now: datetime) -> None:
    """A year at the counter and online: the first member comes most, the last hardly ever."""
    chance = random.Random(20261121)  # noqa: S311 - a story that is the same every time
    moment = now
    new_id = id_maker(lambda: moment, chance.getrandbits)
    counter = CounterService(database, till, EventBus(), clock=lambda: moment, new_id=new_id)
    orders = OnlineOrders(database, lambda: moment, new_id, stores=())
    for day in sorted(chance.sample(range(2, 330), 70), reverse=True):
        moment = now - timedelta(days=day, minutes=chance.randrange(480))
        person = min(int(chance.expovariate(0.45)), len(_PEOPLE) - 1)
        if chance.random() < 0.3:
            orders.take([_order(person, demo, till, chance, moment)])
        else:
            _sell(database, counter, demo, person, chance, new_id)


def _sell(
    database: Database,
    counter: CounterService,
    demo: Demo,
    person: int,
    chance: random.Random,
    new_id: NewId,
) -> None:
    basket = Basket(counter.till.currency)
    for product in chance.sample(demo.products, chance.randint(1, 4)):
        basket = basket.add(product, chance.randint(1, 3))
    member_id = MemberId(derived_id("demo", "member", str(person)))
    due = counter.quote(basket, counter.member(member_id)).net
    done = counter.sell(
        SaleRequest(
            id=SaleId(new_id()), basket=basket, points=0, cashier_id=demo.cashier,
            member_id=member_id, tenders=(Tender(TenderKind.CARD, due),),
        )
    )  # fmt: skip
    with database.write() as uow:
        uow.slips.move(done.slip.id, SlipState.PRINTED, "")
        uow.commit()


def _order(
    person: int, demo: Demo, till: Till, chance: random.Random, placed_at: datetime
) -> OnlineOrder:
    picked = chance.sample(demo.products, 2)
    lines = tuple(OrderLine(p.name, 1, p.price, p.sku) for p in picked)
    goods = sum(line.total for line in lines)
    number = 10_400 + chance.randrange(90)
    return OnlineOrder(
        store="demo", remote_id=f"{number}-{placed_at:%j}", code=str(number), customer_id="",
        email="", card_number=demo.cards[person][1], placed_at=placed_at, currency=till.currency,
        goods=goods, total=goods, lines=lines,
    )  # fmt: skip
