"""Cooperative scheduling of many environments on one thread.

A step or reset is a generator-based coroutine: it yields the future that it waits for, and returns its
result. `run` drives one to completion, `gather` and `run_round_robin` many, resuming whichever is ready.
"""

import gc
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import closing
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, TypeVar

from gristmill.envs.engines.base import CompletedFuture
from gristmill.errors import EngineFault

RARE = (50_000, 20, 100)
"""`gc` thresholds within a step. With Python's defaults (700 to 2,000) the youngest generation is scanned
some ten times per step without finding garbage: a step's objects are freed by reference counting."""


class RareCollections:
    """Raises the `gc` thresholds while any thread is within it. Reentrant and thread-safe.

    The previous thresholds are restored when the last thread leaves, so that other code of the process is
    collected as usual. Thresholds that are higher already, or a disabled collector, are left alone; so is
    everything with `is_on=False`.
    """

    def __init__(self, *, is_on: bool = True) -> None:
        self._lock, self._depth, self._is_on = threading.Lock(), 0, is_on
        self._usual: tuple[int, int, int] | None = None

    def __enter__(self) -> None:
        with self._lock:
            self._depth += 1
            usual = gc.get_threshold()
            if self._depth == 1 and self._is_on and 0 < usual[0] < RARE[0]:
                self._usual = usual
                gc.set_threshold(*RARE)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._depth -= 1
            if self._depth == 0 and self._usual is not None:
                if gc.get_threshold() == RARE:  # otherwise they were changed meanwhile and are left alone
                    gc.set_threshold(*self._usual)
                self._usual = None


T = TypeVar("T")

Coroutine = Generator["Future[Any]", None, T]
Wakeup = tuple[int, EngineFault | None]

DEADLINE_S = 900.0  # for a step, including steps queued before it; engines have their own, shorter deadlines

READY = CompletedFuture(None)
"""Yielded by a coroutine to let the others run."""


def result_of(future: "Future[T]") -> Coroutine[T]:
    """Wait for a future and return its result; it is cancelled if the coroutine is closed.

    Raises:
        EngineFault: it was cancelled, or was not done in time.
    """
    try:
        yield future
        return future.result(DEADLINE_S)
    except CancelledError as error:
        raise EngineFault("The page was closed while it was at work.") from error
    except TimeoutError as error:
        raise not_done(DEADLINE_S) from error
    finally:
        future.cancel()


def run(coroutine: Coroutine[T]) -> T:
    """Drive one coroutine to completion; it blocks on its own futures."""
    while True:
        try:
            next(coroutine)
        except StopIteration as end:
            result: T = end.value
            return result


def gather(coroutines: Sequence[Coroutine[T]], *, deadline_s: float = DEADLINE_S) -> list[T | Exception]:
    """Drive coroutines to completion; an exception of one is returned as its result.

    Exceptions that are not `Exception`, such as KeyboardInterrupt, close all coroutines and propagate.
    """
    with closing(as_completed(coroutines, deadline_s=deadline_s)) as completed:
        results = dict(completed)
    return [results[index] for index in range(len(coroutines))]


def run_round_robin(coroutines: Sequence[Coroutine[None]]) -> None:
    """Drive coroutines round-robin to completion; an exception of one closes all and propagates.

    There is no deadline, since they may also wait for agents.
    """
    with closing(as_completed(coroutines, deadline_s=None)) as completed:
        for _, result in completed:
            if result is not None:
                raise result


def as_completed(
    coroutines: Sequence[Coroutine[T]], *, deadline_s: float | None
) -> Generator[tuple[int, T | Exception], None, None]:
    """Yield index and result of each coroutine as they finish; closing this closes the unfinished ones.

    If none becomes ready within the deadline (None: no deadline), `EngineFault` is raised in all of them.
    """
    waiting = dict(enumerate(coroutines))
    ready: SimpleQueue[Wakeup] = SimpleQueue()
    for index in waiting:
        ready.put((index, None))
    try:
        while waiting:
            index, fault = next_ready(ready, waiting, deadline_s)
            if index not in waiting:  # its future was done after the deadline
                continue
            try:
                future = advance(waiting[index], fault)
            except StopIteration as end:
                del waiting[index]
                yield index, end.value
            except Exception as error:  # noqa: BLE001 - returned to the owner of this slot
                del waiting[index]
                yield index, error
            else:
                future.add_done_callback(waking(ready, index))
    finally:
        for coroutine in waiting.values():
            coroutine.close()


def waking(ready: SimpleQueue[Wakeup], index: int) -> "Callable[[Future[Any]], None]":
    """A done callback for a future: marks this coroutine as ready."""

    def wake(_: "Future[Any]") -> None:
        ready.put((index, None))

    return wake


def next_ready(ready: SimpleQueue[Wakeup], waiting: Iterable[int], deadline_s: float | None) -> Wakeup:
    """The next ready coroutine; after the deadline all waiting ones become ready, with a fault."""
    try:
        return ready.get(timeout=deadline_s)
    except Empty:
        for index in waiting:
            ready.put((index, not_done(deadline_s or 0)))
        return ready.get()


def advance(coroutine: Coroutine[Any], fault: EngineFault | None) -> "Future[Any]":
    """Resume a coroutine until it waits again, or raise a fault in it."""
    return next(coroutine) if fault is None else coroutine.throw(fault)


def not_done(deadline_s: float) -> EngineFault:
    """The error for a missed deadline."""
    return EngineFault(f"The engine did not finish within {deadline_s:.0f} s.")
