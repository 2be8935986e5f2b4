from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gristmill.agents.bench.statistics import fisher_p, paired_p, wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_intervals_are_those_of_the_literature(successes: int, trials: int, low: float, high: float) -> None:
    found = wilson(successes, trials)
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_there_is_no_interval_without_trials() -> None:
    assert wilson(0, 0) is None


def test_the_paired_test_is_binomial_over_the_tasks_that_differ() -> None:
    assert paired_p(9, 1) == pytest.approx(0.021484375)
    assert paired_p(1, 9) == pytest.approx(0.021484375)
    assert (paired_p(0, 0), paired_p(5, 5)) == (1.0, 1.0)
    assert paired_p(6, 0) == pytest.approx(2 / 64)


def test_the_unpaired_test_is_fishers() -> None:
    assert fisher_p(3, 1, 1, 3) == pytest.approx(0.4857142857)  # the lady tasting tea
    assert fisher_p(1, 9, 11, 3) == pytest.approx(0.0027594561852200836)
    assert fisher_p(0, 0, 4, 4) == 1.0
    assert fisher_p(10_000, 0, 9_900, 100) < 1e-20


@settings(max_examples=50, deadline=None)
@given(*[st.integers(0, 12)] * 4)
def test_fishers_p_is_the_sum_over_tables_that_are_no_more_probable(a: int, b: int, c: int, d: int) -> None:
    first, second, wins = a + b, c + d, a + c
    if not first or not second:
        return
    weights = [
        comb(first, k) * comb(second, wins - k) for k in range(max(0, wins - second), min(first, wins) + 1)
    ]
    here = comb(first, a) * comb(second, c)
    expected = sum(weight for weight in weights if weight <= here) / comb(first + second, wins)
    assert fisher_p(a, b, c, d) == pytest.approx(expected)
