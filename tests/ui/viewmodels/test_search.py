"""The search field: codes as a scan, words as one types."""

import pytest

from terminal.errors import TerminalError
from terminal.services.models import MemberFound, ProductFound
from tests.ui.counter.shop import UNKNOWN_CODE, CounterShop
from ui.tasks import Inline
from ui.viewmodels.search import Hit, SearchViewModel

pytestmark = pytest.mark.usefixtures("qapp")


class Field:
    def __init__(self) -> None:
        self.shop = CounterShop()
        self.vm = SearchViewModel(self.shop.services, Inline(), self.shop.words)
        self.chosen: list[Hit] = []
        self.found: list[object] = []
        self.refused: list[TerminalError] = []
        self.vm.chosen.connect(self.chosen.append)
        self.vm.found.connect(self.found.append)
        self.vm.refused.connect(self.refused.append)

    def enter(self, text: str) -> None:
        self.vm.typed(text)
        self.vm.submit()


def test_a_typed_card_number_is_like_a_scan() -> None:
    field = Field()
    field.enter(field.shop.card(0))
    assert isinstance(field.found[0], MemberFound)
    assert field.vm.text == ""


def test_a_typed_product_code_is_like_a_scan() -> None:
    field = Field()
    field.enter(field.shop.ean(2))
    assert isinstance(field.found[0], ProductFound)


def test_words_find_members_and_goods_together() -> None:
    field = Field()
    field.vm.typed("el")
    names = [hit.title for hit in field.vm.hits if hit.member]
    assert "Eleni Paradeigma" in names
    field.vm.typed("coff")
    assert [hit.title for hit in field.vm.hits if hit.product] == ["Ground coffee"]


def test_enter_takes_the_only_one_found() -> None:
    field = Field()
    field.enter("coffee")
    assert [hit.title for hit in field.chosen] == ["Ground coffee"]
    assert not field.vm.is_open


def test_enter_with_several_marks_the_first_and_takes_it_next() -> None:
    field = Field()
    field.enter("e")
    assert field.chosen == []
    field.enter("el")
    assert field.vm.current == 0
    field.vm.move(1)
    wanted = field.vm.hits[1]
    field.vm.submit()
    assert field.chosen == [wanted]


def test_nothing_found_is_refused_once_and_the_text_stays() -> None:
    field = Field()
    field.enter(UNKNOWN_CODE)
    assert len(field.refused) == 1
    assert field.vm.text == UNKNOWN_CODE


def test_one_letter_is_too_little_to_look_for() -> None:
    field = Field()
    field.vm.typed("e")
    assert field.vm.hits == ()
    assert not field.vm.is_open
