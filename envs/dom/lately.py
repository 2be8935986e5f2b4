"""A memory of bounded size: what was used longest ago is forgotten first."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Lately(Generic[Value]):
    """Values by key, at most so many of them. Threads may share it."""

    def __init__(self, limit: int) -> None:
        self._limit, self._lock = limit, threading.Lock()
        self._kept: OrderedDict[Hashable, Value] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        """The value of a key, if it is still known."""
        with self._lock:
            value = self._kept.get(key)
            if value is not None:
                self._kept.move_to_end(key)
            return value

    def keep(self, key: Hashable, value: Value) -> Value:
        """Remember a value, unless another thread was faster: then the one that is known already."""
        with self._lock:
            value = self._kept.setdefault(key, value)
            if len(self._kept) > self._limit:
                self._kept.popitem(last=False)
            return value

    def __len__(self) -> int:
        return len(self._kept)
