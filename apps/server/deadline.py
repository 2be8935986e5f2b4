"""A thread pool whose callers can stop waiting for a job that hangs.

Not a `ThreadPoolExecutor`: the interpreter joins its threads at exit, so a view that hangs would block exit.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")

Job = tuple[Callable[[], Any], "Future[Any]"]


class DeadlineExecutor:
    """An unbounded pool of reusable daemon threads, as many as were ever busy at once. Thread-safe."""

    def __init__(self) -> None:
        self._idle: deque[SimpleQueue[Job | None]] = deque()

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        """Run a job in a thread of its own; returns its future."""
        future: Future[T] = Future()
        try:
            inbox = self._idle.pop()
        except IndexError:
            inbox = SimpleQueue()
            threading.Thread(target=self._serve, args=(inbox,), name="gristmill-worker", daemon=True).start()
        inbox.put((work, future))
        return future

    def _serve(self, inbox: "SimpleQueue[Job | None]") -> None:
        while (job := inbox.get()) is not None:
            work, future = job
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - set on the future
                self._idle.append(inbox)
                future.set_exception(error)
            else:
                self._idle.append(inbox)
                future.set_result(result)
            del job, work, future  # do not keep them alive until the next job

    def close(self) -> None:
        """Stop the idle threads; busy ones are daemons and end with the process."""
        while self._idle:
            self._idle.pop().put(None)
