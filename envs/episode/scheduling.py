"""Cooperative scheduling of many environments on one thread.

A step or reset is a generator-based coroutine: it yields after it has started work in its page, where it
would otherwise block, and returns its result. It yields None, and resuming it waits for that work; or it
yields a future, and is resumed when that is done. `run` drives one coroutine to completion, `gather` many.
"""

from collections.abc import Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any, TypeVar

T = TypeVar("T")

Coroutine = Generator[Any, None, T]  # of None or futures


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
    """Drive coroutines round-robin to completion; an exception of one closes all and propagates.

    A coroutine that yielded a future is skipped until that is done; the call blocks only if all of them
    wait for one.
    """
    ready: list[Coroutine[None]] = list(coroutines)
    waiting: dict[Future[Any], Coroutine[None]] = {}
    try:
        while ready or waiting:
            ready = [coroutine for coroutine in ready if advance(coroutine, waiting)]
            if waiting:
                wait(waiting, timeout=0 if ready else None, return_when=FIRST_COMPLETED)
                ready += [waiting.pop(future) for future in list(waiting) if future.done()]
    finally:
        for coroutine in coroutines:
            coroutine.close()


def advance(coroutine: Coroutine[None], waiting: dict["Future[Any]", Coroutine[None]]) -> bool:
    """Resume a coroutine once; False if it has finished, or was added to those that wait for a future."""
    try:
        future = next(coroutine)
    except StopIteration:
        return False
    if future is None:
        return True
    waiting[future] = coroutine
    return False
