"""Threads for work that may never come back: whoever asked for it can stop waiting.

Not a `ThreadPoolExecutor`: the interpreter joins its threads at exit, so a view that hangs would hang that.
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
    """Threads that wait for work, as many as were ever needed at once. Threads may share them."""

    def __init__(self) -> None:
        self._idle: deque[SimpleQueue[Job | None]] = deque()

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        """Start it in a thread of its own."""
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
            except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
                self._idle.append(inbox)
                future.set_exception(error)
            else:
                self._idle.append(inbox)
                future.set_result(result)
            del job, work, future  # else they would be kept until the next one

    def close(self) -> None:
        """End the threads that have nothing to do; the others end with the process."""
        while self._idle:
            self._idle.pop().put(None)
