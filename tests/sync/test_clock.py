"""Clocks: how far ours is off, and a time that never goes back."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sync.clock import ClockMeter, bounds, is_off
from terminal.clock import CorrectedClock, known_offset
from terminal.remotes import Contact
from tests.sync.shop import Clock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MS = timedelta(milliseconds=1)


@given(
    offset=st.integers(-10_000_000, 10_000_000),
    there=st.integers(0, 20_000),
    back=st.integers(0, 20_000),
)
def test_the_true_offset_always_lies_within_the_bounds_of_an_answer(offset, there, back):
    """Whatever the line takes, in both directions; the store cuts its time to the second."""
    theirs = NOON + (there + offset) * MS
    told = theirs.replace(microsecond=0)
    seen = bounds(told, NOON, NOON + (there + back) * MS)
    assert seen.low <= offset * MS <= seen.high
    assert seen.width == (there + back) * MS + SECOND


def test_of_several_answers_the_quickest_counts():
    clock = Clock(NOON)
    meter = ClockMeter(clock)
    for seconds in (9, 1, 4):
        meter.ask()
        clock.advance(seconds=seconds)
        meter.heard(clock() + timedelta(seconds=600))
    assert abs(meter.take() - 600_500) <= 1000
    assert meter.take() is None, "told once"


def test_what_was_not_answered_tells_nothing():
    clock = Clock(NOON)
    meter = ClockMeter(clock)
    meter.heard(NOON)
    assert meter.take() is None
    meter.ask()
    meter.heard(None)
    assert meter.take() is None
    meter.heard(NOON)
    meter.take()
    clock.advance(hours=5)
    meter.ask()
    meter.heard(NOON)
    assert meter.take() is None, "the store did not answer: this is its time of before"


def test_a_store_at_the_end_of_time_tells_nothing():
    clock = Clock()
    meter = ClockMeter(clock)
    meter.ask()
    meter.heard(datetime.max.replace(tzinfo=UTC))
    assert meter.take() is None


def test_a_clock_that_is_set_while_we_ask_tells_nothing():
    clock = Clock(NOON)
    meter = ClockMeter(clock)
    meter.ask()
    clock.advance(hours=-2)
    meter.heard(NOON)
    assert meter.take() is None


def test_a_person_is_told_from_two_minutes_on():
    assert not is_off(None)
    assert not is_off(120_000)
    assert not is_off(-120_000)
    assert is_off(120_001)
    assert is_off(-9_000_000)


# -- the corrected clock ---------------------------------------------------------------------------


def test_a_machine_that_is_nearly_right_is_believed():
    clock = Clock(NOON)
    corrected = CorrectedClock(clock, 60_000)
    assert corrected.offset == timedelta()
    assert corrected() - NOON <= 2 * timedelta(microseconds=1)
    assert corrected.machine is clock


def test_a_machine_that_lost_its_battery_tells_the_right_time_from_the_start():
    corrected = CorrectedClock(Clock(NOON - timedelta(days=900)), 900 * 86_400_000)
    assert abs(corrected() - NOON) < SECOND


def test_a_machine_that_is_behind_is_put_forward_at_once():
    clock = Clock(NOON)
    corrected = CorrectedClock(clock)
    corrected()
    corrected.learn(7_200_000)
    assert corrected() == NOON + timedelta(hours=2)


def test_a_machine_that_is_ahead_goes_on_step_by_step_until_the_time_has_caught_up():
    clock = Clock(NOON)
    corrected = CorrectedClock(clock)
    before = corrected()
    corrected.learn(-7_200_000)
    told = [corrected() for _ in range(50)]
    assert told == sorted(set(told))
    assert before < told[0]
    assert told[-1] - NOON < timedelta(milliseconds=1)
    clock.advance(hours=3)
    assert corrected() == NOON + timedelta(hours=1)


def test_a_machine_whose_clock_was_set_back_is_not_corrected_twice():
    """It was two hours ahead, was corrected, and then somebody set it right."""
    clock = Clock(NOON + timedelta(hours=2))
    corrected = CorrectedClock(clock, -7_200_000)
    assert abs(corrected() - NOON) < SECOND
    clock.now = NOON + timedelta(minutes=1)
    assert corrected.offset != timedelta()
    assert abs(corrected() - clock.now) < SECOND
    assert corrected.offset == timedelta()


@given(
    moves=st.lists(
        st.tuples(st.sampled_from(["run", "set", "learn"]), st.integers(-10_000_000, 10_000_000)),
        max_size=40,
    )
)
def test_whatever_happens_to_the_machine_time_never_goes_back(moves):
    clock = Clock(NOON)
    corrected = CorrectedClock(clock)
    told = [corrected()]
    for what, milliseconds in moves:
        if what == "run":
            clock.advance(milliseconds=abs(milliseconds))
        elif what == "set":
            clock.advance(milliseconds=milliseconds)
        else:
            corrected.learn(milliseconds)
        told.append(corrected())
    assert told == sorted(told)
    assert len(set(told)) == len(told)


def test_nothing_is_known_of_a_store_that_tells_no_time():
    corrected = CorrectedClock(Clock(NOON), 7_200_000)
    corrected.learn(None)
    assert corrected.offset == timedelta()


def test_of_several_contacts_the_latest_that_told_its_time_is_believed():
    contacts = [
        Contact("a", NOON, 5000),
        Contact("b", NOON + SECOND, 7000),
        Contact("c", NOON + 2 * SECOND, None),
        None,
    ]
    assert known_offset(contacts) == 7000
    assert known_offset([None]) is None
