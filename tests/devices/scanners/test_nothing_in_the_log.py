"""What a card is stays out of every log, at every level, whichever way it comes."""

import logging
from queue import Queue
from threading import Event

import pytest

from devices.listening import Burst, Listener
from devices.scanners import Scan
from devices.scanners.us_keys import Keystroke
from tests.devices.scanners.keyboards import CARD, Desk, keys
from tests.devices.scanners.test_payment import FRAMES, NUMBERS

SHAPES = [frame.format(number) for number in NUMBERS.values() for frame in FRAMES.values()]


@pytest.fixture
def log(caplog, capfd):
    """Everything that was said, on paper or on the terminal, from the lowest level up."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger().setLevel(logging.DEBUG)

    def said():
        out, err = capfd.readouterr()
        records = "\n".join(
            f"{one.getMessage()} {one.args} {one.exc_info}" for one in caplog.records
        )
        return "\n".join((caplog.text, records, out, err))

    return said


def digits_of_any_card(said):
    """The numbers of which six digits in a row were said."""
    pieces = {
        number[i : i + 6] for number in (*NUMBERS.values(), CARD) for i in range(len(number) - 5)
    }
    return {piece for piece in pieces if piece in said}


def test_over_a_line_nothing_of_a_card_is_said(counter, line, log, caplog):
    counter.scanner(line.path)
    counter.expect("connected")
    for shape in SHAPES:
        line.send(shape.encode() + b"\r")
    line.send(b";" + NUMBERS["Visa"].encode() * 40 + b"\r")  # longer than any code
    line.send(CARD.encode() + b"\r" + NUMBERS["Visa"][:9].encode())  # the rest never comes
    heard = []
    while not (heard and isinstance(heard[-1], Scan) and heard[-1].text == CARD):
        heard += counter.heard()
    assert len(heard) > len(NUMBERS), "they did arrive"
    line.unplug()
    counter.expect("away")
    assert caplog.records, "coming and going is said"
    assert digits_of_any_card(log() + repr(heard)) == set()


def test_by_keys_nothing_of_a_card_is_said(log):
    desk = Desk()
    at = 1000.0
    for shape in (*SHAPES, CARD):
        strokes = keys(shape, [8], start=at)
        desk.type(strokes)
        at = strokes[-1].at + 5000.0
    assert CARD in desk.texts
    assert len(desk.rejected) > len(NUMBERS), "they did arrive"
    assert digits_of_any_card(log() + repr(desk.scans) + repr(strokes)) == set()
    assert "4" not in repr(Keystroke("4", 13, shift=False, alt_gr=False, at=0.0)).split("at=")[0]


def test_while_the_set_up_looks_for_the_reader_nothing_of_a_card_is_said(line, log):
    bursts: Queue[Burst] = Queue()
    looked = Event()
    listener = Listener(lambda: [line.path], bursts.put, looked.set, every=0.05)
    try:
        assert looked.wait(20)
        line.send(SHAPES[0].encode() + b"\r")
        heard = bursts.get(timeout=20)
        looked.clear()
        line.unplug()
        assert looked.wait(20)
        assert listener.problems() == {line.path: "missing"}
    finally:
        listener.close()
    assert heard.data == SHAPES[0].encode() + b"\r"
    assert digits_of_any_card(log() + repr(heard)) == set()
