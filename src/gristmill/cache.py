"""A memory of bounded size: what was used longest ago is forgotten first."""

import threading
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

import cachetools

Value = TypeVar("Value")


class LRUCache(Generic[Value]):
    """Values by key, none of them None. Threads may share it.

    They are at most `limit`, or all their sizes together are, where `size_of` says how large one is.
    """

    def __init__(self, limit: int, size_of: Callable[[Value], int] | None = None) -> None:
        self._limit, self._size_of, self._lock = limit, size_of, threading.Lock()
        self._kept: cachetools.LRUCache[Hashable, Any] = cachetools.LRUCache(limit, size_of)

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> Value | None:
        """The value of a key, if it is still known."""
        with self._lock:
            return self._kept.get(key)

    def put(self, key: Hashable, value: Value) -> Value:
        """Remember a value, unless another thread was faster: then the one that is known already.

        Either's size is looked at anew. One that is larger than all may be together is not kept.
        """
        with self._lock:
            known: Value | None = self._kept.get(key)
            value = value if known is None else known
            if known is None or self._size_of is not None:
                if self._size_of is None or self._size_of(value) <= self._limit:
                    self._kept[key] = value
                else:
                    self._kept.pop(key, None)
            return value

    def get_or_compute(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """What belongs to this key, found out if it is not known; if that raises, nothing is kept."""
        known = self.get(key)
        return self.put(key, compute()) if known is None else known
