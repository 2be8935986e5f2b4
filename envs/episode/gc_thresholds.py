"""Python's garbage collector, made rarer while this interpreter does all the work of a step."""

import gc
import threading
from types import TracebackType

RARE = (50_000, 20, 100)
"""Thresholds within a step. Python's own, 700 to 2,000, have it look through all that was made lately some
ten times a step, and find nothing: what a step leaves behind is freed by reference counts."""


class Turn:
    """A reentrant lock for engines that work in this interpreter alone; while it is held, `gc` runs rarely.

    The thresholds of the process are as they were whenever it is free, so whatever else the process does is
    collected as usual, and what a step left behind is looked through at the next allocation. Thresholds
    that are rarer still, or off, are left alone. `is_rare=False` leaves all of them alone.
    """

    def __init__(self, *, is_rare: bool = True) -> None:
        self._lock, self._depth, self._is_rare = threading.RLock(), 0, is_rare
        self._usual: tuple[int, int, int] | None = None

    def __enter__(self) -> None:
        self._lock.acquire()
        self._depth += 1
        usual = gc.get_threshold()
        if self._depth == 1 and self._is_rare and 0 < usual[0] < RARE[0]:
            self._usual = usual
            gc.set_threshold(*RARE)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if self._depth == 0 and self._usual is not None:
            if gc.get_threshold() == RARE:  # else somebody has set others meanwhile
                gc.set_threshold(*self._usual)
            self._usual = None
        self._lock.release()
