"""LRU cache of query results, shared between sessions whose tables are equal.

It works below SQLAlchemy, at the cursor: only rows are shared, each session builds ORM objects of its own,
which views may modify.
"""

import sqlite3
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping, Set
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from gristmill.caches import Cache, CacheMode, Caches, LRUCache
from gristmill.snapshots.comparison import trees_of
from gristmill.snapshots.image import restore
from gristmill.snapshots.pages import PatchedImage, essence

CLOCK = "world_clock"
SCHEMA_PAGE = 1
OWNED = "SELECT name, tbl_name FROM sqlite_schema WHERE rootpage > 0"
MAX_ROWS = 2_000  # of one result; larger ones are not cached
MAX_STATEMENTS, MAX_SCHEMAS = 4_096, 16
MAX_VALUES = 1_000  # of remembered functions
ROW_BYTES, VALUE_BYTES = 64, 40
IMPURE = frozenset(
    {"random", "randomblob", "changes", "total_changes", "last_insert_rowid", "load_extension"}
    | {"date", "time", "datetime", "julianday", "strftime", "unixepoch", "timediff"}
    | {"current_date", "current_time", "current_timestamp"}
)
"""SQL functions whose value may depend on more than the rows; date functions accept `now`."""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Access:
    """The tables that a statement reads and writes; `is_pure` if its result depends only on their rows."""

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
        """Estimated memory, including the key's."""
        texts = sum(len(value) for row in self.rows for value in row if isinstance(value, str | bytes))
        return 1000 + texts + sum(ROW_BYTES + VALUE_BYTES * len(row) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Value:
    """The result of a remembered function, and the tables that it read."""

    value: Any
    reads: frozenset[str]


class QueryCache:
    """Thread-safe LRU cache of SELECT results by statement, parameters and content.

    A query of tables that are unchanged since the world was built is keyed by the world; any other by the
    digest of the session's whole content. Queries that read the clock are not cached.
    """

    def __init__(self, caches: Caches) -> None:
        self._results: Cache[Result] = caches.new(
            "queries", caches.sizes.queries_bytes, lambda result: result.size_bytes
        )
        self.values: Cache[Value] = caches.new("functions", MAX_VALUES)
        self._schemas = LRUCache[Schema](MAX_SCHEMAS)

    def reader(self, now: PatchedImage, content: bytes = b"") -> "Reader | None":
        """A reader of a database with these rows and content digest; None if both caches are off."""
        if self._results.mode is self.values.mode is CacheMode.OFF:
            return None
        return Reader(
            self, self._schemas.get_or_compute(id_of(now.base), lambda: Schema(now.base)), now, content
        )

    def result(self, reader: "Reader", cursor: sqlite3.Cursor, sql: str, parameters: Any) -> Result | None:
        """The result of a statement, cached or executed; None, not executed, if it is not cacheable."""
        key = reader.key(sql, parameters)
        if key is None or self._results.mode is CacheMode.OFF:
            return None
        cached = self._results.reuse(key)
        if cached is not None:
            return cached
        sqlite3.Cursor.execute(cursor, sql, parameters)
        result = Result(cursor.description, tuple(sqlite3.Cursor.fetchall(cursor)))
        return self._results.put(key, result) if len(result.rows) <= MAX_ROWS else result


class Reader:
    """Tracks which tables of a connection are unchanged during one use: a request, an oracle or a draw.

    Not thread-safe.
    """

    def __init__(self, cache: QueryCache, schema: "Schema", now: PatchedImage, content: bytes) -> None:
        self._cache, self._schema, self._content = cache, schema, content
        self._touched = schema.touched(now)
        self._written: set[str] = set()
        self._is_unknown = self._touched is None
        self._reads: list[set[str]] = []  # tables read by each running remembered function, innermost last

    def result(self, cursor: sqlite3.Cursor, sql: str, parameters: Any) -> Result | None:
        """The result of a cacheable SELECT; None for other statements, which the caller executes."""
        return self._cache.result(self, cursor, sql, parameters)

    def value(self, call: Hashable, read: Callable[[], Any]) -> Any:
        """The cached result of a call, identified by function and arguments, or that of `read`."""
        key = call, self._schema.id
        cached = self._cache.values.reuse(key)
        if cached is not None and not self._is_unknown and self._are_untouched(cached.reads):
            self._note(cached.reads)
            return cached.value
        self._reads.append(set())
        try:
            value = read()
        finally:
            reads = self._reads.pop()
            self._note(reads)
        if self._is_unknown or not self._are_untouched(reads):
            return value
        return self._cache.values.put(key, Value(value, frozenset(reads))).value

    def _are_untouched(self, tables: Set[str]) -> bool:
        """Whether these tables are unchanged since the base; the clock's never counts as unchanged."""
        assert self._touched is not None
        return CLOCK not in tables and tables.isdisjoint(self._touched) and tables.isdisjoint(self._written)

    def _note(self, tables: Set[str]) -> None:
        if self._reads:
            self._reads[-1].update(tables)

    def key(self, sql: str, parameters: Any) -> object | None:
        """The cache key of a statement; None if it is not cacheable. Records what it reads and writes."""
        if self._is_unknown or self._touched is None:
            return None
        access = self._schema.access(sql, parameters)
        if access is None:
            self._is_unknown = True
            return None
        self._written |= access.writes
        self._note(access.reads | access.writes if access.is_pure else {*access.reads, CLOCK})
        if access.writes or not access.is_pure or not access.reads.isdisjoint(self._written):
            return None
        content = b"" if access.reads.isdisjoint(self._touched) else self._content
        return sql, frozen(parameters), self._schema.id, content


def id_of(base: bytes) -> int:
    """Identifies a base while it is alive; all sessions of a world share the object."""
    return id(base)


def frozen(parameters: Any) -> object:
    """Parameters as part of a key; includes their types, since 1, 1.0 and True compare equal."""
    if isinstance(parameters, Mapping):
        return tuple((name, type(value), value) for name, value in parameters.items())
    return tuple((type(value), value) for value in parameters)


def schema_rows(page: bytes) -> bytes:
    """The schema table's part of the first page, without SQLite's header."""
    return essence(SCHEMA_PAGE, page)[100 - 12 :]


class Schema:
    """Maps the pages of a base to tables, and statements to the tables that they access. Thread-safe."""

    def __init__(self, base: bytes) -> None:
        self.base = base  # kept alive, so that its `id_of` is not reused
        self.id = blake2b(base, digest_size=16).digest()
        self._connection, self._lock = restore(base), threading.Lock()
        self._connection.execute("PRAGMA foreign_keys = ON").close()  # otherwise cascades are not reported
        self._accesses: dict[str, Access | None] = {}
        self._tables: dict[str, str] = dict(self._connection.execute(OWNED).fetchall())
        trees = trees_of(base)
        self._trees = trees.owners if trees else {}

    def touched(self, now: PatchedImage) -> Set[str] | None:
        """The tables that may differ from the base; None if that cannot be determined.

        A table without changed pages has the same rows: its root refers to the same children, and so on. New
        pages are reachable only from changed ones.
        """
        first = now.page(SCHEMA_PAGE)
        if not self._trees or schema_rows(first) != schema_rows(self.base[: len(first)]):
            return None
        owners = {self._trees[page] for page in now.changes if page in self._trees and page != SCHEMA_PAGE}
        return {self._tables[name] for name in owners} if owners <= self._tables.keys() else None

    def access(self, sql: str, parameters: Any) -> Access | None:
        """The tables that a statement accesses; None if that cannot be determined."""
        try:
            return self._accesses[sql]
        except KeyError:
            pass
        with self._lock:
            if len(self._accesses) >= MAX_STATEMENTS:
                self._accesses.clear()
            access = self._accesses[sql] = self._analyze(sql, parameters)
            return access

    def _analyze(self, sql: str, parameters: Any) -> Access | None:
        """Compile the statement and record what SQLite requests from the authorizer."""
        requests: list[tuple[int, str | None, str | None]] = []

        def allow(action: int, one: str | None, two: str | None, *_: str | None) -> int:
            requests.append((action, one, two))
            return sqlite3.SQLITE_OK

        self._connection.set_authorizer(allow)
        try:
            with closing(self._connection.cursor()) as cursor:
                cursor.execute(f"EXPLAIN {sql}", parameters)
        except sqlite3.Error:
            return None
        finally:
            self._connection.set_authorizer(None)
        return access_of(requests, frozenset(self._tables.values()))


def access_of(requests: Iterable[tuple[int, str | None, str | None]], tables: Set[str]) -> Access | None:
    """The access that these authorizer requests add up to; None if one of them is not supported."""
    reads, writes, is_pure = set(), set(), True
    for action, one, two in requests:
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
