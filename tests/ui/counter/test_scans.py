"""What the window makes of scans: where they go, what is said, what the reader is told."""

from dataclasses import replace

import pytest

from devices.scanners import Reason
from terminal.cards import CardState
from terminal.i18n import Words
from terminal.scans import Reading
from tests.ui.counter.conftest import Open
from tests.ui.counter.shop import UNKNOWN_CODE, HeldRuns
from tests.ui.counter.window import Window
from ui.messages import refusal
from ui.reading_words import misread
from ui.viewmodels.notices import Judged, Opening
from ui.viewmodels.shell import Scanned, ScanRejected

QUIET = "Not read cleanly. Scan again."
SAID = {
    Reason.HALF_SCAN: "Only a part was read. Scan again.",
    Reason.GLUED: "Two scans ran into each other. Scan them one by one.",
    Reason.TOO_LONG: "This code is too long to be one of ours.",
    Reason.PAYMENT_CARD: "That is a payment card: it was not read.",
    Reason.PERSONAL_DOCUMENT: "That is a personal document: it was not read.",
    Reason.WRONG_SPEED: "What the scanner sends makes no sense. Check its speed.",
    Reason.NO_TERMINATOR: "The scanner does not end its codes. Set its suffix to Enter.",
}


def judged(window: Window) -> list[tuple[str, str, bool]]:
    heard: list[tuple[str, str, bool]] = []

    def hear(word: Judged) -> None:
        heard.append((word.reading.text, word.reading.source, word.good))

    window.vm.judged.connect(hear)
    return heard


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_sentence(window: Window, reason: Reason) -> None:
    window.vm.heard(ScanRejected(reason.value))
    assert window.shell.toast.accessibleName() == SAID.get(reason, QUIET)
    assert window.counter.state.view is None


def test_what_concerns_the_reader_or_a_person_s_papers_is_a_warning() -> None:
    tones = {reason: misread(reason.value, Words()).tone for reason in Reason}
    assert {reason for reason, tone in tones.items() if tone == "warning"} == {
        Reason.PAYMENT_CARD, Reason.PERSONAL_DOCUMENT, Reason.WRONG_SPEED, Reason.NO_TERMINATOR,
    }  # fmt: skip


def test_the_reader_is_told_whether_the_till_could_use_the_scan(window: Window) -> None:
    heard = judged(window)
    window.vm.heard(Scanned(window.shop.card(0), "ean13", "left"))
    window.vm.heard(Scanned(UNKNOWN_CODE, "code128", "right"))
    window.vm.heard(Scanned(window.shop.card(0)[:8], "unknown", "right"))
    assert heard == [
        (window.shop.card(0), "left", True),
        (UNKNOWN_CODE, "right", False),
        (window.shop.card(0)[:8], "right", False),
    ]
    assert "part of one of our cards" in window.shell.toast.accessibleName()


def test_a_scan_during_a_booking_is_sent_back_to_the_reader(open_window: Open) -> None:
    runs = HeldRuns()
    window = open_window(runs=runs)
    runs.release()
    window.counter.add(window.shop.demo.products[0])
    window.counter.take_payment()
    assert window.counter.busy
    heard = judged(window)
    window.vm.heard(Scanned(window.shop.card(0), "ean13", "left"))
    assert heard == [(window.shop.card(0), "left", False)]
    runs.release()


def test_a_page_that_takes_a_scan_could_use_it(window: Window) -> None:
    window.vm.open_page("enrol")
    window.opened[-1].takes = True
    heard = judged(window)
    window.vm.heard(Scanned(window.shop.demo.unused, "ean13", "left"))
    assert [good for _, _, good in heard] == [True]


def test_before_somebody_signs_in_a_scan_is_no_use(open_window: Open) -> None:
    window = open_window(signed_in=False)
    heard = judged(window)
    window.vm.scanned(window.shop.card(0))
    assert [good for _, _, good in heard] == [False]


def test_an_article_from_a_gs1_message_goes_into_the_basket(window: Window) -> None:
    window.vm.heard(Scanned(window.shop.ean(0), "gs1_data_matrix", "left", "01"))
    assert window.counter.state.basket.items == 1


def test_an_article_nobody_knows_is_said_to_be_one(window: Window) -> None:
    window.vm.heard(Scanned("4006381333931", "ean13", "left"))
    assert window.shell.toast.accessibleName().startswith("We do not have this article.")


def test_a_colleague_s_badge_asks_for_their_pin_and_keeps_the_basket(window: Window) -> None:
    everyone = window.shop.all.desk.people()
    manager = next(person for person in everyone if person.name == "Anna")
    window.shop.all.badges.give(manager.id, "STAFF0042", manager.id)
    window.scan(window.shop.ean(0), "STAFF0042")
    assert window.shell.page() is window.opened[-1]
    assert window.opened[-1].subject == manager.id
    assert window.vm.cashier == window.shop.cashier, "a badge alone signs nobody in"
    window.opened[-1].finished.emit(manager)
    assert window.counter.cashier == manager
    assert window.counter.state.basket.items == 1


def test_one_s_own_badge_changes_nothing(window: Window) -> None:
    manager = next(p for p in window.shop.all.desk.people() if p.name == "Anna")
    window.shop.all.badges.give(window.shop.cashier.id, "STAFF0007", manager.id)
    asked: list[Opening] = []
    window.counter.opening.connect(asked.append)
    window.scan("STAFF0007")
    assert asked == []
    assert window.shell.toast.accessibleName() == "Maria is signed in already."


def test_a_card_number_typed_in_part_attaches_nobody_by_itself(window: Window) -> None:
    """A digit left out can make it the beginning of another member's number."""
    search = window.vm.search
    assert search is not None
    search.typed(window.shop.card(0)[:12])
    search.submit()
    assert window.counter.state.view is None
    assert len(search.hits) == 1
    search.submit()  # the cashier has read the name
    assert window.counter.state.view is not None


def test_a_card_number_typed_in_part_that_fits_nobody_is_said_so(window: Window) -> None:
    search = window.vm.search
    assert search is not None
    search.typed("29509999")
    search.submit()
    assert "part of one of our cards" in window.shell.toast.accessibleName()


def test_what_is_refused_is_said_so_when_typed_too(window: Window) -> None:
    search, shop = window.vm.search, window.shop
    assert search is not None
    with shop.database.write() as uow:
        card = uow.members.cards(shop.view(0).member.id)[0]
        uow.members.put_card(replace(card, state=CardState.BLOCKED))
        uow.commit()
    search.typed(shop.card(0))
    search.submit()
    assert "blocked" in window.shell.toast.accessibleName()
    search.typed(UNKNOWN_CODE)
    search.submit()
    assert window.shell.toast.button().text() == "Enrol"


def test_refusals_of_codes_have_sentences_of_their_own() -> None:
    from terminal import errors

    said = {
        refusal(kind(), Words())
        for kind in (errors.ForgedCode, errors.TornCard, errors.UnknownArticle, errors.NotABadge)
    }
    assert len(said) == 4
    assert Reading("x") == Scanned("x").reading
