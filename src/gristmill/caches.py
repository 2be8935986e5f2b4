"""Caches with a common switch: off, on, or verified by recomputing each value."""

import operator
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from gristmill.errors import CacheMismatchError, UnknownNameError

V = TypeVar("V")

CACHES = (
    "responses",
    "queries",
    "functions",
    "events",
    "tasks",
    "verdicts",
    "digests",
    "documents",
    "style_sheets",
    "readings",
    "screenshots",
    "pixels",
)
"""Names of the caches.

`functions` holds what functions marked `@remembered` returned; `readings` layouts and accessibility trees;
`pixels` decoded screenshots.
"""

MAX_KEY_LENGTH = 300


class CacheMode(StrEnum):
    """`off`: recompute each value; `on`: reuse it; `verify`: recompute it and compare with the cached one."""

    OFF = "off"
    ON = "on"
    VERIFY = "verify"


@dataclass(frozen=True, kw_only=True, slots=True)
class CacheSizes:
    """Capacity of each cache: bytes if the name ends in `_bytes`, otherwise entries."""

    responses_bytes: int = 96_000_000
    queries_bytes: int = 48_000_000
    events_bytes: int = 16_000_000  # deltas of event handlers
    tasks_bytes: int = 32_000_000
    verdicts: int = 10_000
    digests: int = 10_000
    documents_bytes: int = 250_000_000
    style_sheets: int = 64
    screenshots_bytes: int = 64_000_000  # encoded: some five hundred of 1024x768
    pixels_bytes: int = 64_000_000  # decoded: some thirty


class LRUCache(Generic[V]):
    """Bounded, thread-safe cache that evicts the least recently used entries. Values must not be None.

    `limit` bounds the number of entries or, if `size_of` is given, the sum of their sizes.
    """

    def __init__(self, limit: int, size_of: Callable[[V], int] | None = None) -> None:
        self._limit, self._size_of, self._lock = limit, size_of, threading.Lock()
        self._entries: OrderedDict[Hashable, V] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}
        self._total = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> V | None:
        """The cached value, or None; counts as a use."""
        with self._lock:
            value = self._entries.get(key)
            if value is not None:
                self._entries.move_to_end(key)
            return value

    def put(self, key: Hashable, value: V) -> V:
        """Cache a value and return it, or the existing one if another thread cached one first.

        The size is measured again. A value larger than the whole limit is not cached.
        """
        with self._lock:
            cached = self._entries.get(key)
            if cached is None:
                self._entries[key] = cached = value
            else:
                self._entries.move_to_end(key)
            size = 1 if self._size_of is None else self._size_of(cached)
            self._total += size - self._sizes.get(key, 0)
            self._sizes[key] = size
            if size > self._limit:
                self._evict(key)
            while self._total > self._limit:
                self._evict(next(iter(self._entries)))
            return cached

    def get_or_compute(self, key: Hashable, compute: Callable[[], V]) -> V:
        """Return the cached value or compute and cache it; an exception of `compute` caches nothing.

        Threads that miss at the same time each compute the value; all get the one cached first.
        """
        value = self.get(key)
        return self.put(key, compute()) if value is None else value

    def _evict(self, key: Hashable) -> None:
        del self._entries[key]
        self._total -= self._sizes.pop(key)


class Cache(Generic[V]):
    """Thread-safe LRU cache with a `CacheMode`. Values must not be None.

    Args:
        name: one of `CACHES`; several caches may share it.
        mode: see `CacheMode`.
        limit: maximum number of entries or, with `size_of`, of bytes.
        size_of: size of a value in bytes.
        same: whether a cached value equals a recomputed one.
    """

    def __init__(
        self,
        name: str,
        mode: CacheMode,
        limit: int,
        size_of: Callable[[V], int] | None = None,
        *,
        same: Callable[[V, V], bool] = operator.eq,
    ) -> None:
        self.name, self.mode, self.limit = name, mode, limit
        self._same, self._entries = same, LRUCache[V](limit, size_of)
        self.hits = self.misses = 0  # not synchronized: approximate under concurrency

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> V | None:
        """The cached value, or None on a miss or in mode `off`. Counts a hit or miss.

        In mode `verify` the caller must still compute the value and pass it to `put`.
        """
        value = None if self.mode is CacheMode.OFF else self._entries.get(key)
        if value is None:
            self.misses += 1
        else:
            self.hits += 1
        return value

    def reuse(self, key: Hashable) -> V | None:
        """The cached value if computing it can be skipped: None on a miss and in modes `off` and `verify`."""
        return self.get(key) if self.mode is CacheMode.ON else None

    def put(self, key: Hashable, value: V) -> V:
        """Cache a value and return it, or the existing one if another thread cached one first.

        Raises:
            CacheMismatchError: in mode `verify`, the cached value differs.
        """
        if self.mode is CacheMode.OFF:
            return value
        if self.mode is CacheMode.VERIFY:
            cached = self.get(key)
            if cached is not None and cached is not value:
                self.require_same(key, cached, value)
        return self._entries.put(key, value)

    def get_or_compute(self, key: Hashable, compute: Callable[[], V]) -> V:
        """The cached value, or on a miss the computed one; an exception of `compute` caches nothing.

        Raises:
            CacheMismatchError: in mode `verify`, the cached value differs from the computed one.
        """
        value = self.reuse(key)
        return self.put(key, compute()) if value is None else value

    def require_same(self, key: Hashable, cached: V, computed: V) -> None:
        """Check a cached value against a recomputed one.

        Raises:
            CacheMismatchError: they differ.
        """
        if not self._same(cached, computed):
            text = repr(key)
            text = text if len(text) <= MAX_KEY_LENGTH else f"{text[:MAX_KEY_LENGTH]}..."
            raise CacheMismatchError(
                f"The cached value of {self.name!r} differs from the recomputed one for the key {text}. "
                "The value depends on more than its key. Until that is fixed, run with this cache off: "
                f'Runtime(caches=Caches(but={{{self.name!r}: "off"}})).'
            )


@dataclass(frozen=True, eq=False)
class Caches:
    """Creates the caches of a `Runtime`, with their modes and sizes.

    Attributes:
        mode: `off`, `on` or `verify`: the mode of all caches not in `but`.
        but: other modes by cache name, such as `{"responses": "off"}`.
        sizes: see `CacheSizes`.
        made: the caches created so far.

    Raises:
        UnknownNameError: a mode or a cache of `but` does not exist.
    """

    mode: str = CacheMode.ON
    but: Mapping[str, str] = field(default_factory=dict)
    sizes: CacheSizes = field(default_factory=CacheSizes)
    made: list[Cache[Any]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        for mode in (self.mode, *self.but.values()):
            if mode not in list(CacheMode):
                raise UnknownNameError("cache mode", mode, list(CacheMode))
        for name in self.but:
            if name not in CACHES:
                raise UnknownNameError("cache", name, CACHES)

    def mode_of(self, name: str) -> CacheMode:
        """The mode of the caches with this name."""
        return CacheMode(self.but.get(name, self.mode))

    def new(
        self,
        name: str,
        limit: int,
        size_of: Callable[[V], int] | None = None,
        *,
        same: Callable[[V, V], bool] = operator.eq,
    ) -> Cache[V]:
        """Create a cache in this name's mode; arguments as for `Cache`."""
        cache = Cache[V](name, self.mode_of(name), limit, size_of, same=same)
        self.made.append(cache)
        return cache

    def hits(self) -> dict[str, int]:
        """Number of hits by cache name."""
        return {name: sum(cache.hits for cache in self.made if cache.name == name) for name in CACHES}
