"""Less frequent garbage collection during steps of engines without a browser."""

import gc
import threading
from types import TracebackType

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
