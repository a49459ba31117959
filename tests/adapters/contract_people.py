"""Stories of people: members told, found, changed, shown where they stand, forgotten."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sync.errors import Gone, Refused
from sync.online_store import OnlineStore, SaleNews, Standing
from tests.adapters.world import World, acts, address, fresh, profile_of, sale_of, standing_of

NAMES = (
    ("Ann & Bob", "O'Sample"),
    ("Παράδειγμα", "Δείγμα"),
    ("דוגמה", "לדוגמה"),
    ('Exa"mple', "5 < 6"),
    ("Пример", "Ünal-Łódź"),
)


class People:
    """Customers of the shop."""

    def test_a_new_member_becomes_one_customer(self, world: World, store: OnlineStore):
        email, card = address(), fresh("CARD")
        made = store.put_member(profile_of(world, email, card, points=12), None)
        assert world.customers_with(email) == [made]
        customer = store.customer(made)
        assert (customer.id, customer.email, customer.card) == (made, email, card)
        assert (customer.given_name, customer.family_name) == ("Example", "Sample")
        assert customer.standing.points == 12
        assert customer.standing.at.utcoffset() == timedelta()
        assert not customer.deleted

    def test_a_member_told_again_is_the_same_customer(self, world: World, store: OnlineStore):
        email, card = address(), fresh("CARD")
        told = profile_of(world, email, card, points=3)
        made = store.put_member(told, None)
        assert store.put_member(told, None) == made
        assert store.put_member(told, made) == made
        assert world.customers_with(email) == [made]

    def test_a_known_member_is_changed(self, world: World, store: OnlineStore):
        made = store.put_member(profile_of(world, address(), fresh("CARD")), None)
        email, card = address(), fresh("CARD")
        changed = profile_of(world, email, card, points=7, given_name="Deigma")
        assert store.put_member(changed, made) == made
        customer = store.customer(made)
        assert (customer.email, customer.card) == (email, card)
        assert (customer.given_name, customer.standing.points) == ("Deigma", 7)

    def test_what_it_shows_stays_while_nothing_was_booked(self, world: World, store: OnlineStore):
        """A new till knows nobody's points: it must not tell a nought."""
        told = profile_of(world, address(), fresh("CARD"), points=248)
        made = store.put_member(told, None)
        unbooked = replace(told, standing=None)
        assert store.put_member(unbooked, made) == made
        assert store.put_member(unbooked, None) == made
        assert store.customer(made).standing.points == 248
        store.put_standing(made, standing_of(world, 7))
        assert store.customer(made).standing.points == 7

    def test_a_level_that_was_granted_before_anything_was_booked_leaves_the_points_alone(
        self, world: World, store: OnlineStore
    ):
        def shown() -> tuple[int, str]:
            there = store.customer(made).standing
            return there.points, there.tier

        told = profile_of(world, address(), fresh("CARD"), points=248, tier=world.tiers[0])
        made = store.put_member(told, None)
        for known_as, tier in ((made, world.tiers[-1]), (None, world.tiers[0])):
            level = replace(standing_of(world, 0, tier), booked=False)
            assert store.put_member(replace(told, standing=level), known_as) == made
            assert shown() == (248, tier)
        level = replace(standing_of(world, 0, world.tiers[-1]), booked=False)
        store.put_standing(made, level)
        assert shown() == (248, world.tiers[-1])
        assert store.put_standings([(made, replace(level, tier=world.tiers[0]))]) == [None]
        assert shown() == (248, world.tiers[0])
        store.put_standing(made, standing_of(world, 7))
        assert shown()[0] == 7

    def test_a_level_of_somebody_new_stands_beside_no_points(self, world, store):
        level = replace(standing_of(world, 0), booked=False)
        made = store.put_member(replace(profile_of(world, address()), standing=level), None)
        assert store.customer(made).standing.points == 0

    def test_a_member_of_whom_nothing_was_booked_shows_no_points(self, world, store):
        told = replace(profile_of(world, address()), standing=None)
        assert store.customer(store.put_member(told, None)).standing is None

    @pytest.mark.parametrize(("given", "family"), NAMES)
    def test_names_come_back_as_they_were_told(self, world, store, given, family):
        told = profile_of(world, address(), given_name=given, family_name=family)
        customer = store.customer(store.put_member(told, None))
        assert (customer.given_name, customer.family_name) == (given, family)

    @acts("shoppers")
    @pytest.mark.parametrize(("given", "family"), NAMES)
    def test_names_are_read_as_their_owners_wrote_them(self, world, store, given, family):
        shopper = world.new_customer(address("shopper"), given, family)
        customer = store.customer(shopper)
        assert (customer.given_name, customer.family_name) == (given, family)

    @acts("shoppers")
    def test_a_shopper_is_adopted_by_an_email_in_another_case(self, world, store):
        email = address("Mixed.Case")
        shopper = world.new_customer(email)
        assert store.find_customer(email=email.lower()).id == shopper
        assert store.put_member(profile_of(world, email.lower(), points=5), None) == shopper
        assert world.customers_with(email) == [shopper]
        customer = store.customer(shopper)
        assert customer.email == email.lower()
        assert customer.standing.points == 5

    @acts("shoppers")
    def test_what_the_till_does_not_know_stays_as_the_shopper_wrote_it(self, world, store):
        email = address("shopper")
        shopper = world.new_customer(email, "Example", "Paradeigma", "+302105550100")
        store.put_member(profile_of(world, email, family_name=""), shopper)
        customer = store.customer(shopper)
        assert customer.family_name == "Paradeigma"
        assert customer.phone == "+302105550100"

    def test_a_consent_is_told_where_the_shop_keeps_one(self, world: World, store: OnlineStore):
        if not world.keeps_marketing:
            made = store.put_member(profile_of(world, address(), marketing=True), None)
            assert store.customer(made).marketing is None
            return
        for wanted in (True, False):
            made = store.put_member(profile_of(world, address(), marketing=wanted), None)
            assert store.customer(made).marketing is wanted
        asked = address()
        made = store.put_member(profile_of(world, asked, marketing=True), None)
        store.put_member(profile_of(world, asked, marketing=None), made)
        assert store.customer(made).marketing is True, "never asked here: what it knows stays"

    def test_an_email_of_somebody_else_needs_a_person(self, world: World, store: OnlineStore):
        first = address()
        store.put_member(profile_of(world, first), None)
        other = store.put_member(profile_of(world, address()), None)
        with pytest.raises(Refused) as refusal:
            store.put_member(profile_of(world, first), other)
        assert refusal.value.problem == "email_taken"

    @acts("delete_customer")
    def test_a_member_deleted_there_is_made_anew(self, world: World, store: OnlineStore):
        email, card = address(), fresh("CARD")
        gone = store.put_member(profile_of(world, email, card), None)
        world.delete_customer(gone)
        assert store.customer(gone) is None
        assert store.find_customer(email=email) is None
        made = store.put_member(profile_of(world, email, card, points=44), gone)
        assert made != gone
        assert store.customer(made).standing.points == 44

    @acts("delete_customer")
    def test_a_deleted_customer_is_said_to_be_gone(self, world: World, store: OnlineStore):
        gone = store.put_member(profile_of(world, address()), None)
        world.delete_customer(gone)
        with pytest.raises(Gone):
            store.put_standing(gone, standing_of(world, 1))
        sale = sale_of(world)
        with pytest.raises(Gone):
            store.put_sale(SaleNews(sale, gone))
        assert world.sold(sale) == []

    def test_nobody_has_an_id_that_was_never_given_out(self, world: World, store: OnlineStore):
        assert store.find_customer(email=address()) is None
        assert store.customer(never_given(store, world)) is None

    def test_a_person_is_found_by_email_before_card(self, world: World, store: OnlineStore):
        first, second, card = address(), address(), fresh("CARD")
        one = store.put_member(profile_of(world, first), None)
        other = store.put_member(profile_of(world, second, card), None)
        assert store.find_customer(email=first).id == one
        assert store.find_customer(email=second).id == other
        if store.capabilities.finds_by_card:
            assert store.find_customer(card=card).id == other
            assert store.find_customer(email=first, card=card).id == one
            assert store.find_customer(email=address(), card=card).id == other
            assert store.find_customer(card=fresh("CARD")) is None

    def test_a_standing_is_shown_with_what_lapses_next(self, world: World, store: OnlineStore):
        made = store.put_member(profile_of(world, address()), None)
        at, later = world.now().replace(microsecond=0), timedelta(days=30)
        plain = Standing(250, world.tiers[1], at)
        full = Standing(180, world.tiers[0], at, lapsing=80, lapses_at=at + later)
        for told in (plain, full, full, plain):
            store.put_standing(made, told)
            shown = told if world.shows_lapse else Standing(told.points, told.tier, told.at)
            assert store.customer(made).standing == shown

    def test_a_debt_is_shown_as_it_is(self, world: World, store: OnlineStore):
        made = store.put_member(profile_of(world, address()), None)
        store.put_standing(made, standing_of(world, -35))
        assert store.customer(made).standing.points == -35

    def test_standings_are_told_together_each_with_its_own_outcome(self, world, store):
        people = [store.put_member(profile_of(world, address()), None) for _ in range(3)]
        told = [(one, standing_of(world, n)) for n, one in enumerate(people, 5)]
        lost = "delete_customer" in world.can
        if lost:
            world.delete_customer(people[1])
        for _ in range(2):
            outcomes = []
            size = max(store.capabilities.standing_batch, 1)
            for start in range(0, len(told), size):
                outcomes += store.put_standings(told[start : start + size])
            assert [type(each) for each in outcomes] == [
                type(None), Gone if lost else type(None), type(None),
            ]  # fmt: skip
        assert store.customer(people[0]).standing.points == 5
        assert store.customer(people[2]).standing.points == 7
        assert store.put_standings([]) == []

    def test_an_erased_person_is_forgotten_and_may_come_back(self, world, store):
        email, card = address(), fresh("CARD")
        made = store.put_member(profile_of(world, email, card, points=9), None)
        if not store.capabilities.erases:
            with pytest.raises(NotImplementedError):
                store.erase(made)
            return
        for _ in range(2):
            store.erase(made)
            assert store.customer(made) is None
        assert store.find_customer(email=email) is None
        again = store.put_member(profile_of(world, email, card, points=1), None)
        assert again != made
        customer = store.customer(again)
        assert (customer.card, customer.standing.points) == (card, 1)

    def test_erasing_somebody_with_orders_keeps_the_orders(self, world, store):
        if not store.capabilities.erases:
            return
        made = store.put_member(profile_of(world, address()), None)
        sale = sale_of(world)
        store.put_sale(SaleNews(sale, made))
        store.erase(made)
        assert store.customer(made) is None
        [order] = world.sold(sale)
        assert (order.total, order.paid) == (sale.paid, True)


def never_given(store: OnlineStore, world: World) -> str:
    """An id in the store's own form that nobody has."""
    made = store.put_member(profile_of(world, address()), None)
    digits = len(made) - len(made.rstrip("0123456789"))
    return made[: len(made) - digits] + "9" * max(digits, 6) if digits else made[::-1]
