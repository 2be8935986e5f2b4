"""Ctrl-C in long commands: once to finish cleanly, twice to stop at once."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stopping_on_interrupt(on_first: Callable[[], None]) -> Iterator[threading.Event]:
    """Yield an event that the first Ctrl-C sets; the second one raises `KeyboardInterrupt`.

    SIGTERM, with which CI systems end a job, raises it at once. Outside the main thread nothing is changed.

    Args:
        on_first: called at the first Ctrl-C; says that the run is being finished.
    """
    stopping = threading.Event()

    def interrupted(number: int, _: FrameType | None) -> None:
        if stopping.is_set() or number != signal.SIGINT:
            raise KeyboardInterrupt
        stopping.set()
        on_first()

    if threading.current_thread() is not threading.main_thread():
        yield stopping
        return
    before = {number: signal.signal(number, interrupted) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
