"""The engine and the slow model tell every history alike; and a wrong engine is found out."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.model.checks import check, check_all_comes_back

tapes = st.binary(min_size=60, max_size=400)
unhurried = settings(deadline=None, suppress_health_check=list(HealthCheck))


@given(tapes)
@settings(unhurried, max_examples=2_500)
def test_any_history_is_told_alike_by_the_engine_and_by_the_model(tape):
    check(tape)


@given(tapes)
@settings(unhurried, max_examples=1_000)
def test_after_any_history_a_sale_that_comes_back_in_pieces_leaves_every_lot_as_it_was(tape):
    check_all_comes_back(tape)


# -- mistakes on purpose ---------------------------------------------------------------------------


def _last_first(self, at, left, taken, *, usable):
    """Points that lapse last are spent first."""
    for index in reversed(range(len(self.plain))):
        lot = self.plain[index]
        if left and lot.end > at and lot.is_usable(at) is usable:
            left = self._take(self.plain, index, left, taken)
    return left


def _pending_too(self, at, left, taken, *, usable):
    """Points that nobody can spend yet are spent like any others."""
    for index in range(len(self.plain)):
        lot = self.plain[index]
        if left and lot.end > at:
            return self._take(self.plain, index, left, taken)
    return left


def _to_nobody(self, entry, at, points):
    """What pays a debt, or goes back to a lot, is lost on the way."""


def _rounded_up(entry, sold, back, usual):
    """A share of points is rounded in the shop's favour, once for each return."""
    share = sum(back) / sum(line.quantity for line in sold)
    return min(int(abs(entry.points) * share) + 1, abs(entry.points))


def _first_gets_all(amount, weights):
    """Points go back to the lot they were taken from first."""
    return [amount, *(0 for _ in weights[1:])] if weights else []


def _for_ever(lot, redeem, history, at, policy):
    """Points that go back never lapse."""
    from msgspec.structs import replace

    return replace(lot, lapses_at=None)


@pytest.mark.parametrize(
    ("place", "mistake"),
    [
        pytest.param("ledger._Fold._take_open", _last_first, id="wrong spending order"),
        pytest.param("ledger._Fold._take_open", _pending_too, id="pending points spent"),
        pytest.param("ledger._Fold._refill", _to_nobody, id="debts never paid"),
        pytest.param("restoring.points_so_far", _rounded_up, id="rounded up"),
        pytest.param("restoring.spread", _first_gets_all, id="not in proportion"),
        pytest.param("restoring._as_it_would_be", _for_ever, id="a longer life"),
    ],
)
def test_a_mistake_in_the_engine_is_found_out(monkeypatch, place, mistake):
    monkeypatch.setattr(f"terminal.{place}", mistake)
    with pytest.raises(AssertionError):
        _check_many()


def _check_many():
    for seed in range(500):
        check(random.Random(seed).randbytes(300))
