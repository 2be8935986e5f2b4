"""Rows of SELECTs shared between sessions: what was read from equal tables is not read again.

This happens below SQLAlchemy, at the cursor: whoever asks gets rows, and makes objects of their own. So
no object is ever shared, and a view may do with what it loaded as it likes.
"""

import sqlite3
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping, Set
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from gristmill.cache import LRUCache
from gristmill.caches import Cache, CacheMode, Caches
from gristmill.snapshots.comparison import trees_of
from gristmill.snapshots.image import restore
from gristmill.snapshots.pages import PatchedImage, essence

CLOCK = "world_clock"
SCHEMA_PAGE = 1
OWNED = "SELECT name, tbl_name FROM sqlite_schema WHERE rootpage > 0"
MAX_ROWS = 2_000  # of one result; larger ones are read each time
MAX_STATEMENTS, MAX_SCHEMAS = 4_096, 16
MAX_VALUES = 1_000  # of remembered functions
ROW_BYTES, VALUE_BYTES = 64, 40
IMPURE = frozenset(
    {"random", "randomblob", "changes", "total_changes", "last_insert_rowid", "load_extension"}
    | {"date", "time", "datetime", "julianday", "strftime", "unixepoch", "timediff"}
    | {"current_date", "current_time", "current_timestamp"}
)
"""SQL functions whose value depends on more than the rows; those of dates may be asked for the time."""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Access:
    """The tables that a statement reads and writes; `is_pure` if its rows depend on these tables alone."""

    reads: frozenset[str]
    writes: frozenset[str]
    is_pure: bool


@dataclass(frozen=True, slots=True)
class Result:
    """The columns and the rows of a SELECT."""

    description: tuple[Row, ...]
    rows: tuple[Row, ...]

    @property
    def size_bytes(self) -> int:
        """About what it takes to keep it with its statement."""
        texts = sum(len(value) for row in self.rows for value in row if isinstance(value, str | bytes))
        return 1000 + texts + sum(ROW_BYTES + VALUE_BYTES * len(row) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Value:
    """What a remembered function returned, and the tables that it read."""

    value: Any
    reads: frozenset[str]


class QueryCache:
    """Thread-safe LRU cache of the results of SELECTs, by statement, parameters and what they read.

    A table that is as in the session's world is known by that world; of one that is not, the whole content
    of the session is part of the key. What reads the clock is never cached.
    """

    def __init__(self, caches: Caches) -> None:
        self._results: Cache[Result] = caches.new(
            "queries", caches.sizes.queries_bytes, lambda result: result.size_bytes
        )
        self.values: Cache[Value] = caches.new("queries", MAX_VALUES)
        self._schemas = LRUCache[Schema](MAX_SCHEMAS)

    def reader(self, now: PatchedImage, content: bytes = b"") -> "Reader | None":
        """A reader of a database with these rows, of which `content` is a digest; None if this is off."""
        if self._results.mode is CacheMode.OFF:
            return None
        return Reader(
            self, self._schemas.get_or_compute(id_of(now.base), lambda: Schema(now.base)), now, content
        )

    def result(self, reader: "Reader", cursor: sqlite3.Cursor, sql: str, parameters: Any) -> Result | None:
        """The result of a statement, from the cache or the cursor; None if it has to be run plainly."""
        key = reader.key(sql, parameters)
        if key is None:
            return None
        known = self._results.reuse(key)
        if known is not None:
            return known
        sqlite3.Cursor.execute(cursor, sql, parameters)
        result = Result(cursor.description, tuple(sqlite3.Cursor.fetchall(cursor)))
        return self._results.put(key, result) if len(result.rows) <= MAX_ROWS else result


class Reader:
    """What the tables of a connection hold while one thread uses it for a request, an oracle or a draw."""

    def __init__(self, cache: QueryCache, schema: "Schema", now: PatchedImage, content: bytes) -> None:
        self._cache, self._schema, self._content = cache, schema, content
        self._touched = schema.touched(now)
        self._written: set[str] = set()
        self._is_lost = self._touched is None
        self._seen: list[set[str]] = []  # tables read, by each remembered function that is running

    def result(self, cursor: sqlite3.Cursor, sql: str, parameters: Any) -> Result | None:
        """The result of a SELECT that can be shared; of any other statement None, and the caller runs it."""
        return self._cache.result(self, cursor, sql, parameters)

    def lose(self) -> None:
        """Something unknown will run."""
        self._is_lost = True

    def value(self, named: Hashable, read: Callable[[], Any]) -> Any:
        """The value of a function, named with its arguments, that reads tables."""
        key = named, self._schema.id
        known = self._cache.values.reuse(key)
        if known is not None and not self._is_lost and self._are_untouched(known.reads):
            self._note(known.reads)
            return known.value
        self._seen.append(set())
        try:
            value = read()
        finally:
            seen = self._seen.pop()
            self._note(seen)
        if self._is_lost or not self._are_untouched(seen):
            return value
        return self._cache.values.put(key, Value(value, frozenset(seen))).value

    def _are_untouched(self, tables: Set[str]) -> bool:
        """Whether these tables hold what they hold in the base; the clock never does."""
        assert self._touched is not None
        return CLOCK not in tables and tables.isdisjoint(self._touched) and tables.isdisjoint(self._written)

    def _note(self, tables: Set[str]) -> None:
        if self._seen:
            self._seen[-1].update(tables)

    def key(self, sql: str, parameters: Any) -> object | None:
        """What decides the result of a SELECT; None if that is not known."""
        if self._is_lost or self._touched is None:
            return None
        access = self._schema.access(sql, parameters)
        if access is None:
            self._is_lost = True  # whatever it does is not known
            return None
        self._written |= access.writes
        self._note(access.reads | access.writes if access.is_pure else {*access.reads, CLOCK})
        if access.writes or not access.is_pure or not access.reads.isdisjoint(self._written):
            return None
        content = b"" if access.reads.isdisjoint(self._touched) else self._content
        return sql, frozen(parameters), self._schema.id, content


def id_of(base: bytes) -> int:
    """A number that stands for a base as long as it lives; all sessions of a world share one."""
    return id(base)


def frozen(parameters: Any) -> object:
    """Parameters as part of a key, told apart by type as well: 1, 1.0 and True are different values."""
    if isinstance(parameters, Mapping):
        return tuple((name, type(value), value) for name, value in parameters.items())
    return tuple((type(value), value) for value in parameters)


def schema_rows(page: bytes) -> bytes:
    """What the first page holds of the schema, SQLite's header left out."""
    return essence(SCHEMA_PAGE, page)[100 - 12 :]


class Schema:
    """What is known of the tables of a base: who owns its pages, and what statements read and write."""

    def __init__(self, base: bytes) -> None:
        self.base = base  # kept, and so is the number that stands for it
        self.id = blake2b(base, digest_size=16).digest()
        self._connection, self._lock = restore(base), threading.Lock()
        self._connection.execute("PRAGMA foreign_keys = ON").close()  # else cascades would not be told
        self._known: dict[str, Access | None] = {}
        self._tables: dict[str, str] = dict(self._connection.execute(OWNED).fetchall())
        trees = trees_of(base)
        self._trees = trees.owners if trees else {}

    def touched(self, now: PatchedImage) -> Set[str] | None:
        """The tables that may not hold what they hold in the base; None if that cannot be told.

        A table none of whose pages has changed holds the same rows: its root is unchanged, so its children
        are the same pages, and so on down. New pages can be reached from changed ones alone.
        """
        first = now.page(SCHEMA_PAGE)
        if not self._trees or schema_rows(first) != schema_rows(self.base[: len(first)]):
            return None
        owners = {self._trees[page] for page in now.changes if page in self._trees and page != SCHEMA_PAGE}
        return {self._tables[name] for name in owners} if owners <= self._tables.keys() else None

    def access(self, sql: str, parameters: Any) -> Access | None:
        """What a statement reads and writes; None if SQLite cannot tell."""
        try:
            return self._known[sql]
        except KeyError:
            pass
        with self._lock:
            if len(self._known) >= MAX_STATEMENTS:
                self._known.clear()
            access = self._known[sql] = self._ask(sql, parameters)
            return access

    def _ask(self, sql: str, parameters: Any) -> Access | None:
        """Have SQLite compile the statement, and listen to what it asks to be allowed."""
        asked: list[tuple[int, str | None, str | None]] = []

        def allow(action: int, one: str | None, two: str | None, *_: str | None) -> int:
            asked.append((action, one, two))
            return sqlite3.SQLITE_OK

        self._connection.set_authorizer(allow)
        try:
            with closing(self._connection.cursor()) as cursor:
                cursor.execute(f"EXPLAIN {sql}", parameters)
        except sqlite3.Error:
            return None
        finally:
            self._connection.set_authorizer(None)
        return access_of(asked, frozenset(self._tables.values()))


def access_of(asked: Iterable[tuple[int, str | None, str | None]], tables: Set[str]) -> Access | None:
    """The access that these requests for permission add up to; None if one of them is out of the way."""
    reads, writes, is_pure = set(), set(), True
    for action, one, two in asked:
        if action == sqlite3.SQLITE_READ:
            reads.add(one or "")
        elif action in WRITES:
            writes.add(one or "")
        elif action == sqlite3.SQLITE_FUNCTION:
            is_pure = is_pure and (two or "").lower() not in IMPURE
        elif action not in HARMLESS:
            return None
    is_pure = is_pure and reads <= tables and CLOCK not in reads
    return Access(frozenset(reads), frozenset(writes), is_pure) if writes <= tables else None


WRITES = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})
HARMLESS = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT}
)
