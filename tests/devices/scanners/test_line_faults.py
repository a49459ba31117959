"""What pyserial and its drivers say when a reader is gone, in all their ways: it is just away."""

import errno
import queue
import termios
import threading

import pytest
import serial

from devices.scanners import FrameFormat, ScannerState
from devices.scanners.framing import Suffix
from devices.scanners.serial_line import open_line

CARD, OTHER = "2912345678906", "2912345678913"
CLEAR_COMM = serial.SerialException(
    "ClearCommError failed (PermissionError(13, 'The device does not recognize the command.',"
    " None, 22))"
)
DENIED = serial.SerialException(
    "could not open port 'COM3': PermissionError(13, 'Access is denied.', None, 5)"
)


class DriverLine:
    """A line of a driver that fails as told; bytes and errors come in the order they were put."""

    timeout = None
    baudrate = 9600

    def __init__(self, news, closing=None):
        self._news, self._closing = news, closing
        self.cancelled = False

    @property
    def in_waiting(self):
        return 0

    def read(self, size):
        news = self._news.get(timeout=20)
        if isinstance(news, Exception):
            raise news
        return news

    def cancel_read(self):
        self.cancelled = True
        self._news.put(b"")

    def reset_input_buffer(self):
        return None

    def write(self, data):
        raise AssertionError("nobody waits for an answer")

    def close(self):
        if self._closing is not None:
            raise self._closing


class Driver:
    """Opens lines, or refuses to, in the order it was told."""

    def __init__(self, *openings):
        self.openings, self.news = list(openings), queue.Queue()
        self.tried = 0

    def __call__(self, path, baudrate):
        self.tried += 1
        opening = self.openings.pop(0) if self.openings else None
        if isinstance(opening, Exception):
            raise opening
        return opening or DriverLine(self.news)


@pytest.mark.parametrize(
    "error",
    [
        CLEAR_COMM,
        OSError(errno.EIO, "Input/output error"),
        termios.error(5, "Input/output error"),
        TypeError("'NoneType' object cannot be interpreted as an integer"),
        ValueError("the port came back without this speed"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_way_of_being_gone_is_away_and_comes_back(counter, error):
    driver = Driver()
    counter.scanner("/dev/ttyUSB0", opener=driver)
    counter.expect(ScannerState.CONNECTED)
    driver.news.put(error)
    counter.expect(ScannerState.AWAY, ScannerState.CONNECTED)
    driver.news.put(CARD.encode() + b"\r")
    assert counter.texts() == [CARD]


def test_windows_lets_the_reader_back_once_its_old_handle_is_closed(counter):
    driver = Driver(None, DENIED, DENIED)
    counter.scanner("/dev/ttyUSB0", opener=driver)
    counter.expect(ScannerState.CONNECTED)
    driver.news.put(CLEAR_COMM)
    counter.expect(ScannerState.AWAY, ScannerState.CONNECTED)
    assert driver.tried == 4
    driver.news.put(OTHER.encode() + b"\r")
    assert counter.texts() == [OTHER]


def test_closing_what_is_gone_is_no_news(counter):
    news = queue.Queue()
    broken = DriverLine(news, closing=termios.error(5, "Input/output error"))
    counter.scanner("/dev/ttyUSB0", opener=Driver(broken))
    counter.expect(ScannerState.CONNECTED)
    news.put(CLEAR_COMM)
    counter.expect(ScannerState.AWAY, ScannerState.CONNECTED)


def test_a_line_closed_by_another_thread_is_opened_again(counter, line):
    opened = []

    def opener(path, baudrate):
        opened.append(open_line(path, baudrate))
        return opened[-1]

    counter.scanner(line.path, opener=opener)
    counter.expect(ScannerState.CONNECTED)
    line.send(CARD.encode() + b"\r")
    assert counter.texts() == [CARD]
    closer = threading.Thread(target=opened[0].close)
    closer.start()
    closer.join()
    line.send(b"\r")  # wakes the reader where closing did not
    counter.expect(ScannerState.AWAY, ScannerState.CONNECTED)
    line.send(OTHER.encode() + b"\r")
    assert counter.texts() == [OTHER]


def test_a_line_is_nobody_elses_while_it_is_read(counter, line):
    counter.scanner(line.path)
    counter.expect(ScannerState.CONNECTED)
    with pytest.raises(serial.SerialException):
        open_line(line.path, 9600)


def test_a_line_that_is_noisy_for_long_is_heard_all_the_same(counter, line):
    stopped = threading.Event()

    def chatter():
        while not stopped.wait(0.01):
            line.send(b"\xff")

    noise = threading.Thread(target=chatter)
    noise.start()
    counter.scanner(line.path, settle=0.02)
    try:
        counter.expect(ScannerState.CONNECTED)
    finally:
        stopped.set()
        noise.join()
    line.send(b"\r" + CARD.encode() + b"\r")
    while counter.texts() != [CARD]:
        pass


def test_a_scanner_stopped_while_it_settles_never_says_it_is_there(counter, line):
    began = threading.Event()

    def opener(path, baudrate):
        began.set()
        return open_line(path, baudrate)

    scanner = counter.scanner(line.path, settle=30.0, opener=opener)
    assert began.wait(20)
    scanner.stop()
    assert counter.states.empty()


def test_started_twice_is_started_once(counter, line):
    scanner = counter.scanner(line.path)
    counter.expect(ScannerState.CONNECTED)
    scanner.start()
    assert scanner.port == line.path
    scanner.stop()
    counter.expect(ScannerState.STOPPED)


def test_silence_ends_a_code_of_a_driver_that_answers_with_nothing(counter):
    driver = Driver()
    counter.scanner(
        "/dev/ttyUSB0", opener=driver, format_=FrameFormat(Suffix.NONE, idle=0.0), clock=lambda: 1.0
    )
    counter.expect(ScannerState.CONNECTED)
    driver.news.put(CARD.encode())
    driver.news.put(b"")
    assert counter.texts() == [CARD]
