"""The cache evicts the least recently used entries, by number or by size."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from gristmill.cache import LRUCache


def test_the_least_recently_used_entry_is_evicted_first() -> None:
    cache = LRUCache[str](2)
    assert cache.put("a", "1") == "1"
    assert cache.put("a", "2") == "1"
    cache.put("b", "3")
    assert cache.get("a") == "1"
    cache.put("c", "4")
    assert [cache.get(key) for key in "abc"] == ["1", None, "4"]


def test_a_cached_value_is_not_recomputed() -> None:
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


def test_threads_agree_on_one_value() -> None:
    cache = LRUCache[object](10)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: cache.get_or_compute("key", object), range(200)))
    assert len(set(map(id, found))) == 1
