"""A cache computes, reuses or verifies, as its mode says, and names itself when it was wrong."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from gristmill.caches import CACHES, CacheMode, Caches, LRUCache
from gristmill.errors import CacheMismatchError, EngineFault, UnknownNameError


def numbers() -> Iterator[int]:
    return count(1)


def test_a_cache_that_is_off_computes_each_time_and_keeps_nothing() -> None:
    cache, answers = Caches(mode="off").new("tasks", 10), numbers()
    assert [cache.get_or_compute("key", lambda: next(answers)) for _ in range(3)] == [1, 2, 3]
    assert (len(cache), cache.get("key"), cache.hits) == (0, None, 0)


def test_a_cache_that_is_on_computes_once() -> None:
    cache, answers = Caches().new("tasks", 10), numbers()
    assert [cache.get_or_compute("key", lambda: next(answers)) for _ in range(3)] == [1, 1, 1]
    assert (cache.hits, cache.misses) == (2, 1)


def test_a_verified_cache_computes_each_time_and_refuses_another_value() -> None:
    cache, calls = Caches(mode="verify").new("tasks", 10), []
    assert [cache.get_or_compute("key", lambda: calls.append(0) or "same") for _ in range(3)] == ["same"] * 3
    assert len(calls) == 3
    with pytest.raises(CacheMismatchError, match=r"'tasks'.*'key'") as caught:
        cache.get_or_compute("key", lambda: "other")
    assert isinstance(caught.value, EngineFault)
    assert cache.get_or_compute("another", lambda: "other") == "other"


def test_what_is_equal_is_for_the_owner_to_say() -> None:
    cache = Caches(mode="verify").new("tasks", 10, same=lambda one, other: one % 10 == other % 10)
    assert cache.get_or_compute("key", lambda: 3) == 3
    assert cache.get_or_compute("key", lambda: 13) == 3
    with pytest.raises(CacheMismatchError):
        cache.get_or_compute("key", lambda: 4)


def test_a_long_key_is_shown_in_part() -> None:
    cache = Caches(mode="verify").new("digests", 10)
    cache.put("x" * 10_000, 1)
    with pytest.raises(CacheMismatchError) as caught:
        cache.put("x" * 10_000, 2)
    assert len(str(caught.value)) < 700


def test_single_caches_may_have_a_mode_of_their_own() -> None:
    caches = Caches(mode="on", but={"responses": "off", "digests": "verify"})
    assert {name: caches.mode_of(name) for name in CACHES if caches.mode_of(name) is not CacheMode.ON} == {
        "responses": CacheMode.OFF,
        "digests": CacheMode.VERIFY,
    }


def test_unknown_modes_and_names_are_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"cache mode 'never'.*off, on, verify"):
        Caches(mode="never")
    with pytest.raises(UnknownNameError, match="cache mode 'never'"):
        Caches(but={"tasks": "never"})
    with pytest.raises(UnknownNameError, match=r"cache 'answers'.*responses"):
        Caches(but={"answers": "off"})


def test_hits_are_counted_by_name() -> None:
    caches = Caches()
    for cache in (caches.new("documents", 10), caches.new("documents", 10), caches.new("tasks", 10)):
        for _ in range(3):
            cache.get_or_compute("key", lambda: 1)
    assert caches.hits() == {**dict.fromkeys(CACHES, 0), "documents": 4, "tasks": 2}


@pytest.mark.parametrize("mode", ["on", "verify"])
def test_threads_agree_on_one_value(mode: str) -> None:
    cache = Caches(mode=mode).new("tasks", 10, same=lambda one, other: True)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: cache.get_or_compute("key", object), range(200)))
    assert len(set(map(id, found))) == 1


def test_the_least_recently_used_entry_is_evicted_first() -> None:
    cache = LRUCache[str](2)
    assert cache.put("a", "1") == "1"
    assert cache.put("a", "2") == "1"
    cache.put("b", "3")
    assert cache.get("a") == "1"
    cache.put("c", "4")
    assert [cache.get(key) for key in "abc"] == ["1", None, "4"]


def test_a_plain_cache_computes_a_value_once() -> None:
    cache = LRUCache[int](10)
    assert [cache.get_or_compute("key", lambda answer=answer: answer) for answer in (1, 2)] == [1, 1]  # type: ignore[misc]
    assert cache.get_or_compute("other", lambda: 3) == 3


def test_what_could_not_be_found_out_is_tried_again() -> None:
    cache = LRUCache[float](10)
    with pytest.raises(ZeroDivisionError):
        cache.get_or_compute("key", lambda: 1 / 0)
    assert cache.get_or_compute("key", lambda: 1.0) == 1.0


def test_all_together_are_no_larger_than_they_may_be() -> None:
    cache = LRUCache[bytes](10, len)
    for key in "abc":
        cache.put(key, b"1234")
    assert [cache.get(key) for key in "abc"] == [None, b"1234", b"1234"]
    assert cache.put("huge", b"12345678901") == b"12345678901"
    assert (cache.get("huge"), len(cache)) == (None, 2)


def test_a_value_that_has_grown_is_measured_again_when_put_again() -> None:
    cache = LRUCache[bytearray](10, len)
    growing, other = bytearray(b"1234"), bytearray(b"1234")
    cache.put("growing", growing)
    cache.put("other", other)
    growing += b"5678"
    assert cache.put("growing", growing) is growing
    assert (cache.get("growing"), cache.get("other")) == (growing, None)
    growing += b"901"
    cache.put("growing", growing)
    assert len(cache) == 0


def test_threads_agree_on_one_value_of_a_plain_cache() -> None:
    cache = LRUCache[object](10)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: cache.get_or_compute("key", object), range(200)))
    assert len(set(map(id, found))) == 1
