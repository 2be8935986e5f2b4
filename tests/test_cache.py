"""What was used longest ago is forgotten first, whether by number or by size."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from gristmill.cache import LRUCache


def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    lately = LRUCache[str](2)
    assert lately.keep("a", "1") == "1"
    assert lately.keep("a", "2") == "1"
    lately.keep("b", "3")
    assert lately.get("a") == "1"
    lately.keep("c", "4")
    assert [lately.get(key) for key in "abc"] == ["1", None, "4"]


def test_what_is_known_is_not_found_out_again() -> None:
    lately = LRUCache[int](10)
    assert [lately.find("key", lambda answer=answer: answer) for answer in (1, 2)] == [1, 1]  # type: ignore[misc]
    assert lately.find("other", lambda: 3) == 3


def test_what_could_not_be_found_out_is_tried_again() -> None:
    lately = LRUCache[float](10)
    with pytest.raises(ZeroDivisionError):
        lately.find("key", lambda: 1 / 0)
    assert lately.find("key", lambda: 1.0) == 1.0


def test_all_together_are_no_larger_than_they_may_be() -> None:
    lately = LRUCache[bytes](10, len)
    for key in "abc":
        lately.keep(key, b"1234")
    assert [lately.get(key) for key in "abc"] == [None, b"1234", b"1234"]
    assert lately.keep("huge", b"12345678901") == b"12345678901"
    assert (lately.get("huge"), len(lately)) == (None, 2)


def test_what_has_grown_is_weighed_anew_when_it_is_kept_again() -> None:
    lately = LRUCache[bytearray](10, len)
    growing, other = bytearray(b"1234"), bytearray(b"1234")
    lately.keep("growing", growing)
    lately.keep("other", other)
    growing += b"5678"
    assert lately.keep("growing", growing) is growing
    assert (lately.get("growing"), lately.get("other")) == (growing, None)
    growing += b"901"
    lately.keep("growing", growing)
    assert len(lately) == 0


def test_threads_agree_on_one_value() -> None:
    lately = LRUCache[object](10)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: lately.find("key", object), range(200)))
    assert len(set(map(id, found))) == 1
