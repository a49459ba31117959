"""The timeline names what the programme gave and took, by the shop's own words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from terminal.demo_program import shop_program
from terminal.i18n import Words
from terminal.ids import EntryId, MemberId, TillCode
from terminal.ledger import Channel, EntryKind, LedgerEntry, Part
from terminal.services.models import TimelineItem
from tests.ui.pages.world import COFFEE, OIL, World, lived_in
from ui.viewmodels.member_words import timeline_row
from ui.viewmodels.timeline_titles import title

NOW = datetime(2026, 11, 18, tzinfo=UTC)
WORDS = Words("en", zone=UTC)


def item(kind: EntryKind, points: int, *parts: Part, basis: int | None = None) -> TimelineItem:
    entry = LedgerEntry(
        id=EntryId("e"), member_id=MemberId("m"), kind=kind, points=points, decided_at=NOW,
        till=TillCode("T1"), seq=1, parts=parts, basis=basis, currency="EUR",
    )  # fmt: skip
    return TimelineItem(
        at=NOW, kind=kind.value, channel=Channel.SHOP, ref="", amount=None, currency="EUR",
        items=0, points=points or None, balance_after=100, where="T1", who="", entries=(entry,),
        program=shop_program("EUR", 100, "Europe/Athens"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (item(EntryKind.REDEEM, -800, Part("reward:coffee", -800)), "Reward: Ground coffee"),
        (item(EntryKind.REDEEM, -500, Part("points", -500, 500, "100/100"), basis=500),
         "Redeemed: €5 off"),
        (item(EntryKind.REDEEM, -5), "Points redeemed"),
        (item(EntryKind.DONATE, -100, Part("reward:school", -100)),
         "Donated: For the school garden"),
        (item(EntryKind.DONATE, -100), "Points donated"),
        (item(EntryKind.BONUS, 30, Part("three", 30)), "Three visits this month"),
        (item(EntryKind.BONUS, 100, Part("welcome", 100)), "Welcome points"),
        (item(EntryKind.TRANSFER, -50), "Points handed over"),
        (item(EntryKind.TRANSFER, 50), "Points received"),
        (item(EntryKind.RELEASE, 0), "Points can be used now"),
        (item(EntryKind.EXPIRE, -5), "Points lapsed"),
    ],
)  # fmt: skip
def test_each_kind_has_its_name(told: TimelineItem, said: str) -> None:
    plain = title(told, WORDS).replace("\u2068", "").replace("\u2069", "").replace("\u2066", "")
    assert plain == said


def test_a_release_moves_no_points_and_shows_none() -> None:
    world = World()
    row = timeline_row(item(EntryKind.RELEASE, 0), WORDS, world.till, NOW)
    assert (row.points, row.gained, row.icon) == ("", None, "lock-open")
    unknown = replace(item(EntryKind.ADJUST, 3), program=None)
    assert timeline_row(unknown, WORDS, world.till, NOW).title == "Points corrected"


def test_two_returns_of_one_sale_are_two_lines_with_their_own_points() -> None:
    from terminal.shares import ReturnLine

    world, eleni = lived_in()
    sale = world.sell(eleni, (OIL, 1), (COFFEE, 2), points=200)
    counter = world.services.counter
    counter.take_back(sale.ref, "Damaged", world.cashier.id, [ReturnLine(0, 1)])
    counter.take_back(sale.ref, "Other", world.cashier.id)
    found = [i for i in world.services.office.page(eleni.member.id).timeline if i.kind == "return"]
    assert [i.items for i in found[:2]] == [2, 1]
    assert all(i.program is not None for i in found[:2])
    assert found[0].points != found[1].points
