"""Interrupts code that does not end, where the platform can."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from gristmill.envs.episode.faults import is_library

AGAIN_S = 20.0


class Overdue(Exception):  # noqa: N818 - the audited code was interrupted
    """Some code was still running at the deadline; the traceback says where."""


@contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """Raise `Overdue` within the block at the deadline, and again while it goes on.

    Outside the main thread, and on platforms without timers of this kind, nothing is interrupted.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(_: int, frame: FrameType | None) -> NoReturn:
        raise Overdue(f"still running after {seconds:.0f} s, at {place_of(frame)}")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def place_of(frame: FrameType | None) -> str:
    """File and line of the innermost frame outside installed libraries."""
    while frame is not None and is_library(frame.f_code.co_filename):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "an unknown place"
