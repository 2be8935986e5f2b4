"""Sampling from a seeded generator, for seeds, task families and agents."""

from collections.abc import Sequence
from typing import TypeVar

from numpy.random import Generator

T = TypeVar("T")


class Sampler:
    """Samples by `Generator.integers` alone, whose stream NumPy keeps stable across versions.

    Does not own the generator: several samplers of one generator share its stream.
    """

    def __init__(self, rng: Generator) -> None:
        self._rng = rng

    def between(self, low: int, high: int) -> int:
        """A uniform integer in `low`..`high`, both included."""
        return int(self._rng.integers(low, high + 1))

    def chance(self, percent: int) -> bool:
        """True with a probability of `percent` %."""
        return int(self._rng.integers(100)) < percent

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, uniformly."""
        return options[int(self._rng.integers(len(options)))]

    def some(self, options: Sequence[T], count: int) -> list[T]:
        """`count` distinct options in random order; all of them if there are fewer."""
        if count * 8 < len(options):  # cheaper than copying the options
            chosen: dict[int, None] = {}
            while len(chosen) < count:
                chosen[int(self._rng.integers(len(options)))] = None
            return [options[index] for index in chosen]
        left = list(options)
        return [left.pop(int(self._rng.integers(len(left)))) for _ in range(min(count, len(left)))]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """All options in random order."""
        return self.some(options, len(options))
