"""How long sync waits."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.retry import FIRST, LONGEST, backoff


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 2), (2, 4), (3, 8), (8, 256), (12, 3600), (10_000, 3600)]
)
def test_each_failure_doubles_the_wait_up_to_an_hour(attempts, seconds):
    longest = backoff(attempts, jitter=lambda: 1.0)
    assert longest == timedelta(seconds=seconds)


@given(st.integers(0, 100), st.floats(0, 0.999999))
def test_chance_spreads_the_upper_half_of_a_step(attempts, chance):
    wait = backoff(attempts, jitter=lambda: chance)
    assert backoff(attempts, jitter=lambda: 1.0) / 2 <= wait <= LONGEST
    assert wait >= FIRST / 2


def test_tills_that_failed_together_do_not_come_back_together():
    waits = [backoff(3, jitter=lambda chance=chance: chance) for chance in (0.0, 0.25, 0.5, 1.0)]
    assert waits == [timedelta(seconds=wait) for wait in (4, 5, 6, 8)]


def test_the_store_may_ask_for_a_longer_wait_but_not_for_a_shorter_one():
    assert backoff(1, retry_after=120, jitter=lambda: 0.0) == timedelta(seconds=120)
    assert backoff(9, retry_after=1, jitter=lambda: 1.0) == timedelta(seconds=512)


def test_a_store_that_asks_for_a_year_is_asked_again_within_the_hour():
    for asked in (31_536_000.0, 1e300):
        assert backoff(1, jitter=lambda: 0.0, retry_after=asked) == LONGEST
