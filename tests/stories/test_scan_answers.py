"""A reader that waits for an answer hears from the till whether the scan was any use: bytes on a
line, through the window's own view models, and a byte back."""

import sys

import pytest

from tests.stories.reader_counter import ACK, NAK, Counter
from tests.ui.counter.shop import UNKNOWN_CODE

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals", allow_module_level=True)


def test_the_reader_complains_to_the_hand_when_the_scan_was_no_use(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    card = counter.shop.card(0).encode()
    assert counter.answer(b"]E0" + card + b"\r") == ACK
    assert counter.vm.counter.state.view.card_number == counter.shop.card(0)
    assert counter.answer(b"]C0" + UNKNOWN_CODE.encode() + b"\r") == NAK
    assert counter.answer(card[:9] + b"\r") == NAK
    assert counter.answer(b";4111111111111111=30121010000?\r") == NAK
    counter._qtbot.waitUntil(lambda: len(counter.said) >= 3)
    assert counter.said[-2:] == [
        "Only a part was read. Scan again.",
        "That is a payment card: it was not read.",
    ]
    for number in (card.decode(), "4111111111111111"):
        assert number not in caplog.text
