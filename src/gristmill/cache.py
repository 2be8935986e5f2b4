"""A bounded, thread-safe cache that evicts the least recently used entries."""

import threading
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

import cachetools

Value = TypeVar("Value")


class LRUCache(Generic[Value]):
    """Thread-safe LRU cache. Values must not be None.

    `limit` bounds the number of entries or, if `size_of` is given, the sum of their sizes.
    """

    def __init__(self, limit: int, size_of: Callable[[Value], int] | None = None) -> None:
        self._limit, self._size_of, self._lock = limit, size_of, threading.Lock()
        self._entries: cachetools.LRUCache[Hashable, Any] = cachetools.LRUCache(limit, size_of)

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> Value | None:
        """Return a cached value, or None; counts as a use."""
        with self._lock:
            return self._entries.get(key)

    def put(self, key: Hashable, value: Value) -> Value:
        """Cache a value and return it, or the existing one if another thread cached one first.

        The size is measured again. A value larger than the whole limit is not cached.
        """
        with self._lock:
            cached: Value | None = self._entries.get(key)
            value = value if cached is None else cached
            if cached is None or self._size_of is not None:
                if self._size_of is None or self._size_of(value) <= self._limit:
                    self._entries[key] = value
                else:
                    self._entries.pop(key, None)
            return value

    def get_or_compute(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return the cached value or compute and cache it; an exception of `compute` caches nothing.

        Threads that miss at the same time each compute the value; all get the one cached first.
        """
        cached = self.get(key)
        return self.put(key, compute()) if cached is None else cached
