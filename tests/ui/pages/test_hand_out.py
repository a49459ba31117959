"""A code for the customer on the screen: of a card, of a slip; and files."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from terminal.services.issuing import IssuingService, signer_of
from terminal.services.models import MemberView
from terminal.settings import SlipSettings, WalletSettings
from tests.issuing.conftest import Drawer
from tests.issuing.issuers import Files
from tests.judges import read_codes
from tests.ui.pages.test_in_the_shell import Till
from tests.ui.pages.world import World
from ui.paper.maker import Papers
from ui.tasks import Inline
from ui.viewmodels.hand_out import HandOutModel
from ui.viewmodels.notices import Notice, Opening
from ui.views.counter.done import DoneView
from ui.views.counter.page import CounterPage
from ui.views.hand_out import HandOutPage
from ui.views.office.frame import OfficePage

URL = "https://slips.example/{code}.html"
Open = Callable[..., HandOutPage]


def issuing(
    world: World, slips: SlipSettings | None = None, wallet: WalletSettings | None = None
) -> IssuingService:
    return IssuingService(
        world.database, world.till, signer_of(Drawer()), slips=slips or SlipSettings(),
        wallet=wallet or WalletSettings(), link=world.services.enrolment.link_card,
        clock=world.clock,
    )  # fmt: skip


@pytest.fixture
def told() -> list[object]:
    return []


@pytest.fixture
def open_page(world: World, told: list[object]) -> Iterator[Open]:
    opened: list[HandOutPage] = []

    def make(
        what: str,
        subject: str,
        *,
        slips: SlipSettings | None = None,
        wallet: WalletSettings | None = None,
        path: str = "",
        to_office: bool = False,
    ) -> HandOutPage:
        model = HandOutModel(issuing(world, slips, wallet), Papers(), Inline(), world.words)
        page = HandOutPage(model, what, to_office=to_office, ask_path=lambda *asked: path)
        page.told.connect(told.append)
        page.resize(1000, 640)
        page.open_with(subject)
        page.show()
        QTest.qWaitForWindowExposed(page)
        opened.append(page)
        return page

    yield make
    for page in opened:
        page.close()
        page.deleteLater()


def named(page: HandOutPage) -> list[str]:
    actions = page.keys()
    return [action.key for action in actions]


def codes(page: HandOutPage, tmp_path: Path) -> set[str]:
    """What a phone in front of the screen reads."""
    seen = tmp_path / "screen.png"
    page.grab().save(str(seen))
    return {data for _, data in read_codes(seen)}


def test_a_phone_in_front_of_the_screen_reads_the_card(
    open_page: Open, eleni: MemberView, tmp_path: Path
) -> None:
    page = open_page("phone_card", eleni.member.id)
    (code,) = codes(page, tmp_path)
    assert code.startswith(f"v1.{eleni.card_number}.")
    assert page.name.text() == eleni.member.called
    assert not page.google.isVisible()
    assert named(page) == ["Esc", "Ctrl+S"]


def test_an_android_phone_reads_the_link_that_keeps_the_card(
    open_page: Open, eleni: MemberView, tmp_path: Path
) -> None:
    wallet = Files(tmp_path).wallet()
    page = open_page("phone_card", eleni.member.id, wallet=wallet)
    page.resize(1366, 768)
    page.google.click()
    (link,) = codes(page, tmp_path)
    assert link.startswith("https://pay.google.com/gp/v/save/")
    page.keys()[-1].callback()
    (code,) = codes(page, tmp_path)
    assert code.startswith("v1.")


@pytest.mark.parametrize("ending", [".png", ".html", ".pkpass"])
def test_the_card_is_saved_as_what_the_name_says(
    open_page: Open, eleni: MemberView, told: list[object], tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"card{ending}"
    page = open_page("phone_card", eleni.member.id, wallet=Files(tmp_path).wallet(), path=str(path))
    page.save_button.click()
    assert path.stat().st_size > 500
    assert isinstance(told[-1], Notice)
    assert str(path) in told[-1].text


def test_apples_pass_is_offered_only_where_it_can_be_made(
    open_page: Open, eleni: MemberView, tmp_path: Path
) -> None:
    plain = open_page("phone_card", eleni.member.id)._model.shown
    ready = open_page("phone_card", eleni.member.id, wallet=Files(tmp_path).wallet())._model.shown
    assert plain is not None
    assert ready is not None
    assert plain.kinds == (".png", ".html")
    assert ready.kinds == (".png", ".html", ".pkpass")
    assert eleni.card_number is not None
    assert eleni.card_number not in plain.file_name


def test_what_can_not_be_saved_is_said_and_nothing_is_written(
    open_page: Open, eleni: MemberView, told: list[object], tmp_path: Path
) -> None:
    for name in ("card.doc", "nowhere/card.png", ""):
        before = len(told)
        page = open_page("phone_card", eleni.member.id, path=str(tmp_path / name) if name else "")
        page.save()
        assert len(told) - before == (1 if name else 0)
    assert all(isinstance(notice, Notice) and notice.tone == "warning" for notice in told)
    assert list(tmp_path.iterdir()) == []


def test_a_member_that_is_gone_is_said(open_page: Open, told: list[object]) -> None:
    page = open_page("phone_card", "nobody")
    assert isinstance(told[0], Notice)
    assert not page.save_button.isEnabled()
    page.save()
    page._model.turn()
    page._model.save(Path("nowhere.png"))
    assert len(told) == 1
    assert named(page) == ["Esc"]


def last_ref(world: World) -> str:
    return max(world.database.state.sales.values(), key=lambda sale: sale.sold_at).ref


def test_a_phone_reads_where_the_slip_is(open_page: Open, world: World, tmp_path: Path) -> None:
    page = open_page("digital_slip", last_ref(world), slips=SlipSettings(digital_url=URL))
    (code,) = codes(page, tmp_path)
    assert code.startswith(f"https://slips.example/v1.{last_ref(world)}.")


def test_without_an_address_it_says_what_to_set_and_still_saves(
    open_page: Open, world: World, told: list[object], tmp_path: Path
) -> None:
    path = tmp_path / "slip.pdf"
    page = open_page("digital_slip", last_ref(world), path=str(path))
    assert not page.code.isVisible()
    assert page.paper.isVisible(), "the slip is at least seen"
    assert "digital_url" in page.note.text()
    page.save()
    assert path.read_bytes().startswith(b"%PDF-")
    shown = page._model.shown
    assert shown is not None
    assert {page._model.kind_name(kind) for kind in shown.kinds} == {
        "Picture", "Web page", "PDF to print",
    }  # fmt: skip


def test_one_goes_back_to_where_one_came_from(open_page: Open, eleni: MemberView) -> None:
    for to_office, wanted in ((True, Opening("office", eleni.member.id)), (False, None)):
        page = open_page("phone_card", eleni.member.id, to_office=to_office)
        led: list[object] = []
        page.finished.connect(led.append)
        page.back.click()
        assert led == [wanted]


# -- in the whole window -----------------------------------------------------------------------


@pytest.fixture
def till(qapp: QApplication) -> Iterator[Till]:
    made = Till()
    shop = made.shop
    service = IssuingService(
        shop.database, shop.till, signer_of(Drawer()), slips=SlipSettings(digital_url=URL),
        wallet=WalletSettings(), link=shop.all.enrolment.link_card, clock=shop.clock,
    )  # fmt: skip
    made.maker.ready(shop.all, Inline(), issuing=service)
    made.start()
    yield made
    made.shell.close()
    made.shell.deleteLater()


def test_ctrl_q_shows_the_slip_of_the_sale_and_esc_leads_back_to_it(till: Till) -> None:
    till.scan(till.shop.ean())
    till.key(Qt.Key.Key_F12)
    till.key(Qt.Key.Key_Q, control=True)
    assert isinstance(till.page, HandOutPage)
    shown = till.page._model.shown
    assert shown is not None
    assert shown.code.startswith("https://slips.example/v1.T2-")
    till.key(Qt.Key.Key_Escape)
    counter = till.shell.findChild(CounterPage)
    assert till.page is None
    assert isinstance(counter, CounterPage)
    assert counter.vm.stage == "done"
    counter.settle_ms = 0
    till.key(Qt.Key.Key_Return)
    till.key(Qt.Key.Key_Q, control=True)
    assert isinstance(till.page, HandOutPage), "the last one can be shown between customers too"


def test_after_a_sale_a_button_shows_its_slip_where_there_is_room(till: Till) -> None:
    till.scan(till.shop.ean())
    till.key(Qt.Key.Key_F12)
    done = till.shell.findChild(DoneView)
    assert isinstance(done, DoneView)
    assert done.digital.isVisible()
    till.shell.resize(1024, 600)
    assert not done.digital.isVisible(), "Ctrl Q still works"
    done.digital.click()
    assert isinstance(till.page, HandOutPage)


def test_ctrl_q_shows_the_card_of_the_member_on_the_sale(till: Till) -> None:
    till.scan(till.shop.card())
    till.key(Qt.Key.Key_Q, control=True)
    assert isinstance(till.page, HandOutPage)
    shown = till.page._model.shown
    assert shown is not None
    assert till.shop.card() in shown.code


def test_the_office_hands_out_the_card_and_leads_back_to_the_member(till: Till) -> None:
    till.scan(till.shop.card())
    till.key(Qt.Key.Key_F7)
    office = till.page
    assert isinstance(office, OfficePage)
    till.key(Qt.Key.Key_Q, control=True)
    assert isinstance(till.page, HandOutPage)
    till.key(Qt.Key.Key_Escape)
    assert isinstance(till.page, OfficePage)
    assert till.page._member.page is not None
