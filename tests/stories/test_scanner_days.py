"""What comes over the scanner's line on a bad day never becomes somebody's card."""

import pytest
from PySide6.QtCore import Qt

from terminal.cards import own_card
from tests.stories.open_till import UNUSED, OpenTill

QUIET = "Not read cleanly. Scan again."
HALF = "Only a part was read. Scan again."
GLUED = "Two scans ran into each other. Scan them one by one."


def _spoiled(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


CARD, OTHER = own_card("2950", 1), own_card("2950", 2)
GARBLED = {
    "a wrong check digit": (b"]E0" + _spoiled(CARD).encode() + b"\r", QUIET),
    "a wrong check digit, without AIM": (_spoiled(CARD).encode() + b"\r", QUIET),
    "half a scan": (b"]E0" + CARD[:7].encode() + b"\r", HALF),
    "half a scan, without AIM": (CARD[:9].encode() + b"\r", HALF),
    "the end of a scan": (CARD[5:].encode() + b"\r", HALF),
    "two scans, one end cut off": (CARD.encode() + OTHER[:10].encode() + b"\r", GLUED),
    "two scans glued, with AIM once": (b"]E0" + CARD.encode() + OTHER.encode() + b"\r", GLUED),
    "noise": (bytes(range(0x80, 0x90)) + b"\r", QUIET),
    "a payment card": (
        b";4111111111111111=30121010000?\r",
        "That is a payment card: it was not read.",
    ),
}


@pytest.mark.parametrize(("line", "said"), GARBLED.values(), ids=GARBLED.keys())
def test_what_was_not_read_whole_is_a_quiet_hint_and_nobodys_card(
    till: OpenTill, line: bytes, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    till.enrol(1)
    till.enrol(2)
    till.put_in("OIL-500")
    before = till.counter.state
    till.send(line)
    till.until(lambda: till.said == said)
    assert till.counter.state == before
    assert till.counter.panel == ""
    assert not till.counter.looking
    for number in (CARD, "4111111111111111"):
        assert number not in caplog.text, "a card number never gets into the log"


def test_two_whole_scans_in_one_breath_are_two_scans(till: OpenTill) -> None:
    member = till.enrol(1)
    till.send(CARD.encode() + till.goods["OIL-500"].ean.encode() + b"\r")
    till.until(lambda: till.counter.state.basket.items == 1)
    assert till.counter.state.view.member.id == member.member.id


def test_every_piece_of_a_card_is_refused_or_nobodys(till: OpenTill, caplog) -> None:
    """Whatever is cut off a card: no other member, no panel, the basket as it was."""
    member = till.enrol(1)
    till.put_in("OIL-500")
    before = till.counter.state
    for cut in range(1, 13):
        for piece in (CARD[:cut], CARD[-cut:]):
            till.send(piece.encode() + b"\r")
    till.send(b"]E0" + CARD.encode() + b"\r")
    till.until(lambda: till.counter.state.view is not None and not till.counter.looking)
    assert till.counter.state.view.member.id == member.member.id
    assert till.counter.state.basket == before.basket
    assert till.counter.panel == ""


def test_a_card_nobody_has_offers_to_enrol_and_keeps_the_basket(till: OpenTill) -> None:
    till.put_in("OIL-500", "HON-450")
    till.scan(UNUSED)
    till.until(lambda: till.counter.panel == "new_card")
    assert not till.page.sale.new_card.link.isVisible(), "there is nobody to give it to"
    assert till.counter.state.basket.items == 2
    till.key(Qt.Key.Key_F6)
    till.until(lambda: till.window.shell.page() is not None)
    page = till.window.shell.page()
    page.fields["given_name"].edit.setFocus()
    till.type("Maria")
    page.consents.checks["programme"].click()
    till.key(Qt.Key.Key_F12)
    till.until(lambda: till.window.shell.page() is None and till.counter.state.view)
    assert till.counter.state.view.card_number == UNUSED
    assert till.counter.state.basket.items == 2
    done = till.pay()
    assert done.view.account.balance == 100 + 21


def test_a_card_nobody_has_can_be_given_to_the_member_on_the_screen(till: OpenTill) -> None:
    member = till.enrol(1)
    till.put_on(member)
    till.put_in("OIL-500")
    till.scan(UNUSED)
    till.until(lambda: till.counter.panel == "new_card")
    till.page.sale.new_card.link.click()
    till.until(lambda: till.counter.panel == "")
    assert till.counter.state.view.member.id == member.member.id
    assert till.counter.state.basket.items == 1
    found = till.services.counter.identify(UNUSED)
    assert found.view.member.id == member.member.id


def test_a_scan_while_somebody_types_does_not_land_in_the_field(till: OpenTill) -> None:
    member = till.enrol(1)
    till.key(Qt.Key.Key_F2)
    till.type("oli")
    till.until(lambda: till.window.vm.search.hits)
    till.put_on(member)
    assert till.window.shell.search.text() == "oli"
    assert till.counter.state.view.member.id == member.member.id
    # The scan took the focus along to the member, so what is typed now is a new search.
    till.type("v")
    assert till.window.shell.search.text() == "v"


def test_without_the_scanner_the_number_is_typed(till: OpenTill) -> None:
    light = till.window.vm.lights
    till.parts.close()
    till.until(lambda: light.scanner.word == "Scanner away")
    assert "Type the number meanwhile" in light.scanner.meaning
    member = till.enrol(1)
    till.key(Qt.Key.Key_F2)
    till.type(CARD)
    till.key(Qt.Key.Key_Return)
    till.until(lambda: till.counter.state.view is not None)
    assert till.counter.state.view.member.id == member.member.id
