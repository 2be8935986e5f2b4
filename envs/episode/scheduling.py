"""Cooperative scheduling of many environments on one thread.

A step or reset is a generator-based coroutine: it yields after it has started work in its page, where it
would otherwise block, and returns its result. Resuming it waits for that work. `run` drives one coroutine
to completion, `gather` many.
"""

from collections.abc import Generator, Sequence
from typing import TypeVar

T = TypeVar("T")

Coroutine = Generator[None, None, T]


def run(coroutine: Coroutine[T]) -> T:
    """Drive one coroutine to completion, blocking wherever it yielded."""
    while True:
        try:
            next(coroutine)
        except StopIteration as end:
            result: T = end.value
            return result


def gather(coroutines: Sequence[Coroutine[T]]) -> list[T | Exception]:
    """Drive coroutines round-robin to completion; an exception of one is returned as its result.

    While the thread waits for one page, the others keep working. Exceptions that are not `Exception`, such
    as KeyboardInterrupt, close all coroutines and propagate.
    """
    results: dict[int, T | Exception] = {}
    waiting = dict(enumerate(coroutines))
    try:
        while waiting:
            for index, coroutine in list(waiting.items()):
                try:
                    next(coroutine)
                except StopIteration as end:
                    results[index] = end.value
                except Exception as error:  # noqa: BLE001 - returned to the caller in place of the result
                    results[index] = error
                if index in results:
                    del waiting[index]
    finally:
        for coroutine in waiting.values():
            coroutine.close()
    return [results[index] for index in range(len(coroutines))]


def run_round_robin(coroutines: Sequence[Coroutine[None]]) -> None:
    """Drive coroutines round-robin to completion; an exception of one closes all and propagates."""
    waiting = list(coroutines)
    try:
        while waiting:
            waiting = [coroutine for coroutine in waiting if advance(coroutine)]
    finally:
        for coroutine in coroutines:
            coroutine.close()


def advance(coroutine: Coroutine[None]) -> bool:
    """Resume a coroutine once; False if it has finished."""
    try:
        next(coroutine)
    except StopIteration:
        return False
    return True
