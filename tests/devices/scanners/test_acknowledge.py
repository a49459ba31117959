"""Readers that wait for an answer: the till's word in time, complaints, and no talk without end."""

import threading
import time

from hypothesis import given
from hypothesis import strategies as st

from devices.scanners.acknowledge import ACK, NAK, HeldScan, Replies


def test_good_is_acknowledged_and_bad_complained_of():
    replies = Replies()
    assert replies.first(1, 0.0, good=True) == ACK
    assert replies.first(2, 0.1, good=False) == NAK
    assert not replies.is_repeat(1, 0.2)
    assert replies.is_repeat(2, 0.2)


def test_a_reader_that_repeats_for_ever_is_accepted_in_the_end():
    replies = Replies()
    said = [replies.first(1, 0.0, good=False)]
    for turn in range(1, 6):
        assert replies.is_repeat(1, turn * 0.1)
        said.append(replies.again(1, turn * 0.1))
    assert said == [NAK, NAK, NAK, ACK, ACK, ACK]


def test_the_same_code_after_a_pause_is_a_new_one():
    replies = Replies()
    replies.first(1, 0.0, good=False)
    assert not replies.is_repeat(1, 2.0)
    assert replies.first(1, 2.0, good=False) == NAK


def test_another_code_after_a_bad_one_is_a_new_one():
    replies = Replies()
    replies.first(1, 0.0, good=False)
    assert not replies.is_repeat(2, 0.1)
    assert replies.first(2, 0.1, good=True) == ACK
    assert not replies.is_repeat(1, 0.2)


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=60))
def test_nothing_is_ever_refused_more_than_three_times_in_a_row(codes):
    """A reader sends the next code only once it was acknowledged or gave up."""
    replies, now = Replies(), 0.0
    for key, good in codes:
        said = []
        while ACK not in said:
            now += 0.05
            repeat = replies.is_repeat(key, now)
            said.append(replies.again(key, now) if repeat else replies.first(key, now, good=good))
            assert len(said) <= 4


def test_nobodys_word_is_a_good_one_in_time():
    held = HeldScan()
    held.hold("A")
    began = time.monotonic()
    assert held.wait(0.05)
    assert time.monotonic() - began < 5


def test_the_tills_word_comes_from_another_thread():
    held = HeldScan()
    held.hold("A")
    teller = threading.Thread(target=held.give, kwargs={"good": False, "text": "A"})
    teller.start()
    assert not held.wait(20)
    teller.join()


def test_a_late_word_never_falls_on_the_next_scan():
    held = HeldScan()
    held.hold("A")
    assert held.wait(0)
    held.give(good=False, text="A")
    held.hold("B")
    held.give(good=False, text="A")
    assert held.wait(0)


def test_a_word_that_names_nothing_is_on_the_scan_that_waits():
    held = HeldScan()
    held.give(good=False)
    held.hold("A")
    held.give(good=False)
    assert not held.wait(0)
