"""Which tables a database file's changed pages belong to: the rest need no look at their rows."""

import sqlite3


def touched_trees(cursor: sqlite3.Cursor, before: bytes, now: bytes) -> frozenset[str] | None:
    """Names of the tables and indexes with a page that differs between two images.

    `now` is the image of the cursor's main database. A table absent from the answer holds the same
    rows, provided that it starts on the same page: its root page is unchanged, so its children are
    the same pages, and so on down. None when it cannot be told (this build of SQLite lacks
    `dbstat`, or the page size differs).
    """
    size = _page_size_bytes(before)
    if _page_size_bytes(now) != size:
        return None
    pages = ", ".join(map(str, _changed_pages(before, now, size)))
    try:
        found = cursor.execute(f"SELECT DISTINCT name FROM dbstat('main') WHERE pageno IN ({pages})")
        return frozenset(name for (name,) in found.fetchall())
    except sqlite3.OperationalError:
        return None


def _page_size_bytes(image: bytes) -> int:
    size = int.from_bytes(image[16:18], "big")
    return 65536 if size == 1 else size


def _changed_pages(before: bytes, now: bytes, size: int) -> list[int]:
    offsets = range(0, len(now), size)
    return [at // size + 1 for at in offsets if now[at : at + size] != before[at : at + size]]
