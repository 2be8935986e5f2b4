"""Intervals of rates, and exact tests of whether two rates differ."""

from dataclasses import dataclass
from math import comb, exp, lgamma, sqrt

Z_95 = 1.959963984540054  # the 0.975 quantile of the normal distribution


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A closed interval in 0..1."""

    low: float
    high: float


def wilson(successes: int, trials: int) -> Interval | None:
    """The 95 % score interval of a rate (Wilson 1927); None without trials.

    Unlike the textbook's normal approximation it is right for few trials and for rates near 0 and 1.
    """
    if trials == 0:
        return None
    rate, square = successes / trials, Z_95**2
    centre = (rate + square / (2 * trials)) / (1 + square / trials)
    half = Z_95 * sqrt(rate * (1 - rate) / trials + square / (4 * trials**2)) / (1 + square / trials)
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == trials else min(1.0, centre + half)
    return Interval(low=low, high=high)


def paired_p(lost: int, won: int) -> float:
    """The two-sided p-value of McNemar's exact test.

    Args:
        lost: tasks that succeeded before and do not now.
        won: tasks that succeed now and did not before. Tasks with the same outcome do not count.
    """
    trials = lost + won
    if trials == 0:
        return 1.0
    tail = sum(comb(trials, k) for k in range(min(lost, won) + 1))
    return min(1.0, 2 * tail / 2**trials)


def fisher_p(won: int, lost: int, other_won: int, other_lost: int) -> float:
    """The two-sided p-value of Fisher's exact test on a table of two by two counts.

    It is the sum of the probabilities of all tables with these margins that are no more probable.
    """
    first, second, wins = won + lost, other_won + other_lost, won + other_won
    if first == 0 or second == 0:
        return 1.0
    logs = [
        _log_comb(first, k) + _log_comb(second, wins - k) - _log_comb(first + second, wins)
        for k in range(max(0, wins - second), min(first, wins) + 1)
    ]
    here = _log_comb(first, won) + _log_comb(second, other_won) - _log_comb(first + second, wins)
    return min(1.0, sum(exp(log) for log in logs if log <= here + 1e-7))


def _log_comb(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
