"""Work that pauses while a page is busy, so that many environments can take their turns on one thread.

A step or a reset is a generator that yields each time it has set its page to work and would have to
wait, and returns its result. `run` drives one to its end, `gather` many side by side.
"""

from collections.abc import Generator, Sequence
from typing import TypeVar

T = TypeVar("T")

Coroutine = Generator[None, None, T]


def run(phases: Coroutine[T]) -> T:
    """Drive one to its end; waits at each pause."""
    while True:
        try:
            next(phases)
        except StopIteration as end:
            result: T = end.value
            return result


def gather(all_phases: Sequence[Coroutine[T]]) -> list[T | Exception]:
    """Drive many to their ends, each by one phase at a time; what one raises stands in for its result.

    While one is waited for, the pages of the others are at work. An exception that is no `Exception`,
    such as a Ctrl-C, ends all of them.
    """
    results: dict[int, T | Exception] = {}
    waiting = dict(enumerate(all_phases))
    try:
        while waiting:
            for index, phases in list(waiting.items()):
                try:
                    next(phases)
                except StopIteration as end:
                    results[index] = end.value
                except Exception as error:  # noqa: BLE001 - it is handed to whoever owns this slot
                    results[index] = error
                if index in results:
                    del waiting[index]
    finally:
        for phases in waiting.values():
            phases.close()
    return [results[index] for index in range(len(all_phases))]


def run_round_robin(all_phases: Sequence[Coroutine[None]]) -> None:
    """Drive many to their ends, each by one phase at a time. What one raises ends all of them."""
    waiting = list(all_phases)
    try:
        while waiting:
            waiting = [phases for phases in waiting if advance(phases)]
    finally:
        for phases in all_phases:
            phases.close()


def advance(phases: Coroutine[None]) -> bool:
    """Drive one by one phase; False at its end."""
    try:
        next(phases)
    except StopIteration:
        return False
    return True
