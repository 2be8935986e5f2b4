"""Timing blocks of code."""

import statistics
import time


class Stopwatch:
    """Context manager that appends the block's wall-clock seconds to a list."""

    def __init__(self, into: list[float]) -> None:
        self._into = into

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._into.append(time.perf_counter() - self._start)


def p50(values: list[float]) -> float:
    """The median."""
    return statistics.median(values)
