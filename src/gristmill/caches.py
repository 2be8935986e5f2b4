"""The caches of a process under one switch: off, on, or verified against values computed anew."""

import operator
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from gristmill.cache import LRUCache
from gristmill.errors import CacheMismatchError, UnknownNameError

V = TypeVar("V")

CACHES = ("responses", "queries", "events", "tasks", "verdicts", "digests", "documents", "screenshots")
"""Names of the caches; those of parsed pages, layouts, readings and style sheets are `documents`."""

SHOWN_KEY_LENGTH = 300


class CacheMode(StrEnum):
    """Whether values are computed at each call, reused, or computed at each call and compared."""

    OFF = "off"
    ON = "on"
    VERIFY = "verify"


@dataclass(frozen=True, kw_only=True, slots=True)
class CacheSizes:
    """The most that each cache holds: bytes, where the name says so, else entries."""

    responses_bytes: int = 96_000_000
    queries_bytes: int = 48_000_000
    events_bytes: int = 16_000_000  # what events changed in databases
    tasks_bytes: int = 32_000_000
    verdicts: int = 10_000
    digests: int = 10_000
    documents_bytes: int = 250_000_000
    style_sheets: int = 64
    screenshots_bytes: int = 64_000_000  # encoded: some five hundred of 1024x768
    pixels_bytes: int = 64_000_000  # decoded: some thirty


class Cache(Generic[V]):
    """A thread-safe LRU cache of values by key, none of them None, which obeys its mode.

    Args:
        name: which of `CACHES` it belongs to; mismatches name it.
        mode: see `CacheMode`.
        limit: the most entries, or the most bytes where `size_of` says how large an entry is.
        same: whether a cached value equals one computed anew.
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
        self.hits = self.misses = 0  # approximate when threads race

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> V | None:
        """The value of a key; None if it is not cached, or if this cache is off.

        In the mode `verify` the caller computes it anew all the same, and passes that to `put`.
        """
        value = None if self.mode is CacheMode.OFF else self._entries.get(key)
        if value is None:
            self.misses += 1
        else:
            self.hits += 1
        return value

    def reuse(self, key: Hashable) -> V | None:
        """The value of a key if it may stand for one computed anew; else None."""
        return self.get(key) if self.mode is CacheMode.ON else None

    def put(self, key: Hashable, value: V) -> V:
        """Cache a value. If another thread was faster, the value that was cached first is returned.

        Raises:
            CacheMismatchError: in the mode `verify` another value is cached under this key.
        """
        if self.mode is CacheMode.OFF:
            return value
        if self.mode is CacheMode.VERIFY:
            known = self.get(key)
            if known is not None and known is not value:
                self.require_same(key, known, value)
        return self._entries.put(key, value)

    def get_or_compute(self, key: Hashable, compute: Callable[[], V]) -> V:
        """The cached value of a key, computed if there is none; nothing is cached if that raises.

        Raises:
            CacheMismatchError: in the mode `verify` the cached value differs from the computed one.
        """
        value = self.reuse(key)
        return self.put(key, compute()) if value is None else value

    def require_same(self, key: Hashable, cached: V, computed: V) -> None:
        """Refuse a cached value that differs from one computed anew.

        Raises:
            CacheMismatchError: it does.
        """
        if not self._same(cached, computed):
            shown = repr(key)
            shown = shown if len(shown) <= SHOWN_KEY_LENGTH else f"{shown[:SHOWN_KEY_LENGTH]}..."
            raise CacheMismatchError(
                f"The cache {self.name!r} holds another value than was computed anew for the key {shown}. "
                "The value depends on more than its key. Until that is mended, run with this cache off: "
                f'Runtime(caches=Caches(but={{{self.name!r}: "off"}})).'
            )


@dataclass(frozen=True, eq=False)
class Caches:
    """The mode and the sizes of every cache of a `Runtime`, and the caches themselves.

    Attributes:
        mode: `off`, `on` or `verify`, for all caches.
        but: other modes by cache name, such as `{"responses": "off"}`.
        sizes: see `CacheSizes`.

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
        """The mode of a cache."""
        return CacheMode(self.but.get(name, self.mode))

    def new(
        self,
        name: str,
        limit: int,
        size_of: Callable[[V], int] | None = None,
        *,
        same: Callable[[V, V], bool] = operator.eq,
    ) -> Cache[V]:
        """Another cache in the mode of this name, which lives as long as these do; see `Cache`."""
        cache = Cache[V](name, self.mode_of(name), limit, size_of, same=same)
        self.made.append(cache)
        return cache

    def hits(self) -> dict[str, int]:
        """How often each cache had what it was asked for."""
        return {name: sum(cache.hits for cache in self.made if cache.name == name) for name in CACHES}
