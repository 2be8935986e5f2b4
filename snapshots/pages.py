"""A database file's changed pages: which tables they belong to, and what they make of the content."""

import sqlite3
from collections.abc import Container, Mapping
from functools import lru_cache
from hashlib import blake2b

PageChanges = Mapping[int, bytes]
"""Pages by number, from 1."""


def touched_trees(cursor: sqlite3.Cursor, before: bytes, now: bytes) -> frozenset[str] | None:
    """Names of the tables and indexes with a page that differs between two images.

    `now` is the image of the cursor's main database. A table absent from the answer holds the same
    rows, provided that it starts on the same page: its root page is unchanged, so its children are
    the same pages, and so on down. None when it cannot be told (this build of SQLite lacks
    `dbstat`, or the page size differs).
    """
    size = page_size_bytes(before)
    if page_size_bytes(now) != size:
        return None
    pages = ", ".join(map(str, changed_pages(before, now)))
    try:
        found = cursor.execute(f"SELECT DISTINCT name FROM dbstat('main') WHERE pageno IN ({pages})")
        return frozenset(name for (name,) in found.fetchall())
    except sqlite3.OperationalError:
        return None


def page_size_bytes(image: bytes) -> int:
    """The page size that an image's header tells."""
    size = int.from_bytes(image[16:18], "big")
    return 65536 if size == 1 else size


def changed_pages(before: bytes, now: bytes) -> PageChanges:
    """The pages of `now` that are not the same in `before`; both have the same page size."""
    size = page_size_bytes(now)
    pages = ((at // size + 1, now[at : at + size]) for at in range(0, len(now), size))
    return {number: page for number, page in pages if before[(number - 1) * size : number * size] != page}


def patched(image: bytes, changes: PageChanges, *, page_count: int) -> bytes:
    """The image with other pages in place of its own, cut or grown to so many pages."""
    size = page_size_bytes(image)
    parts, at = [], 0
    for number, page in sorted(changes.items()):
        start = (number - 1) * size
        parts += [image[at:start], page]
        at = start + size
    return b"".join([*parts, image[at:]])[: page_count * size]


def content_digest(base: bytes, now: bytes, *, but_pages: Container[int] = ()) -> bytes:
    """A digest of the image `now`, which began as `base`: equal for equal content, some pages left out.

    Only what differs from `base` is hashed, so it costs little more than comparing the two. SQLite's
    own counters of transactions do not matter.
    """
    digest = blake2b(_whole_digest(base) + len(now).to_bytes(8, "big"), digest_size=16)
    size = page_size_bytes(now)
    head = _without_counters(now[:size])
    if head != _without_counters(base[:size]):
        digest.update(head)
    for number, page in changed_pages(base, now).items():
        if number != 1 and number not in but_pages:
            digest.update(number.to_bytes(4, "big") + page)
    return digest.digest()


@lru_cache(maxsize=16)
def _whole_digest(image: bytes) -> bytes:
    return blake2b(_without_counters(image), digest_size=16).digest()


def _without_counters(first_page: bytes) -> bytes:
    """A file's start without its change counter and what tells by which count and SQLite it was written."""
    return first_page[:24] + first_page[28:92] + first_page[100:]
