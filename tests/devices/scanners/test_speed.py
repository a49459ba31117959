"""Which speed a reader talks at, with a person who scans and a line that garbles."""

import contextlib
import os
import random
import termios
import threading

import pytest

from devices.errors import DeviceUnplugged
from devices.scanners.serial_line import open_line
from devices.scanners.speed import SPEEDS, SpeedTrial, find_speed
from tests.devices.lines import open_descriptors

CARD = b"2912345678906"
RATES = {termios.B9600: 9600, termios.B19200: 19200, termios.B38400: 38400, termios.B115200: 115200}


class Person(threading.Thread):
    """Scans again and again; at any other speed than the reader's the line gives noise."""

    def __init__(self, line, speed, data=CARD + b"\r", chance=4):
        super().__init__(daemon=True)
        self._line, self._speed, self._data = line, speed, data
        self._chance = random.Random(chance)
        self._tired = threading.Event()

    def run(self):
        watched = os.open(self._line.path, os.O_RDWR | os.O_NOCTTY)
        try:
            while not self._tired.wait(0.02):
                rate = RATES[termios.tcgetattr(watched)[4]]
                with contextlib.suppress(OSError):
                    self._line.send(self._data if rate == self._speed else self._noise())
                self._tired.wait(0.2)
        finally:
            os.close(watched)

    def _noise(self):
        return bytes(self._chance.choice(b"\xff\x00\xf8\x80\xfe\x9c\xe6") for _ in range(9))

    def stop(self):
        self._tired.set()
        self.join()


@pytest.fixture
def person(line):
    people = []

    def scanning(*args, **options):
        people.append(Person(line, *args, **options))
        people[-1].start()

    yield scanning
    for one in people:
        one.stop()


@pytest.mark.parametrize("speed", SPEEDS)
def test_each_speed_is_found_while_a_person_scans(line, person, speed):
    tried = []
    person(speed)
    assert find_speed(line.path, trying=tried.append, seconds=20) == speed
    assert tried == list(SPEEDS[: SPEEDS.index(speed) + 1])


def test_a_code_that_proves_nothing_must_come_twice_and_the_same(line, person):
    person(19200, data=b"AB-1234\r")
    assert find_speed(line.path, seconds=20) == 19200


def test_nobody_scans_and_the_time_is_up(line):
    before = open_descriptors()
    assert find_speed(line.path, seconds=0.15) is None
    assert open_descriptors() == before


def test_the_person_gives_up(line):
    asked = iter([False, False, True])
    assert find_speed(line.path, cancelled=lambda: next(asked, True)) is None


def test_a_reader_pulled_meanwhile_is_gone(line):
    threading.Timer(0.1, line.unplug).start()
    with pytest.raises(DeviceUnplugged):
        find_speed(line.path, seconds=20)


def test_a_reader_that_is_not_there_is_said():
    with pytest.raises(DeviceUnplugged):
        find_speed("/dev/there-is-none")


def test_closing_what_is_gone_is_no_news(line):
    def opener(path, speed):
        opened = open_line(path, speed)
        closing = opened.close

        def close():
            closing()
            raise termios.error(5, "Input/output error")

        opened.close = close
        return opened

    assert find_speed(line.path, seconds=0.1, opener=opener) is None


# -- the judge -------------------------------------------------------------------------------------


def judged(*chunks):
    trial, now, verdict = SpeedTrial(), 0.0, None
    for chunk in chunks:
        now += 1.0
        verdict = trial.hear(chunk, now)
    return verdict


def test_silence_and_torn_codes_tell_nothing():
    assert judged(b"") is None
    assert judged(b"29123456\r") is None
    assert judged(b"") is None


def test_a_check_digit_tells_at_once():
    assert judged(CARD + b"\r") is True
    assert judged(CARD, b"") is True


def test_text_tells_when_it_comes_twice():
    assert judged(b"AB-1234\r") is None
    assert judged(b"AB-1234\r", b"AB-1234\r") is True
    assert judged(b"AB-1234\r", b"AB-9234\r") is None


def test_noise_is_the_wrong_speed():
    assert judged(b"\xff\x00\xf8", b"") is False
    assert judged(b"\xff" * 600) is False


def test_a_payment_card_tells_nothing():
    assert judged(b"4111111111111111\r") is None
