"""What changed is found row by row, whatever the tables look like and however often it is asked."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gristmill.errors import SnapshotDamagedError, SnapshotError, UnknownNameError
from gristmill.snapshots.comparison import Comparison, diff
from gristmill.snapshots.diff import ChangeKind, SqlValue, StateDiff, state_digest
from gristmill.snapshots.image import restore, serialize
from gristmill.snapshots.pages import PatchedImage

Open = Callable[[bytes], sqlite3.Connection]

# SQLite integers have 64 bits; it has no NaN, and 0.0 equals -0.0.
integers = st.integers(-(2**63), 2**63 - 1)
floats = st.floats(allow_nan=False).map(lambda value: value or 0.0)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
cells = st.one_of(st.none(), integers, floats, texts, st.binary(max_size=5))


def change_all(connection: sqlite3.Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(statement)
        connection.commit()


def test_equal_states_have_an_empty_diff(image: bytes, live: sqlite3.Connection) -> None:
    assert not diff(image, live)
    change_all(live, "UPDATE item SET stock = stock + 1", "UPDATE item SET stock = stock - 1")
    assert diff(image, live) == StateDiff()


def test_each_kind_of_change_is_listed_with_both_rows(image: bytes, live: sqlite3.Connection) -> None:
    change_all(
        live,
        "UPDATE item SET stock = 9, price = NULL WHERE id = 2",
        "DELETE FROM item WHERE id = 4",
        "INSERT INTO item VALUES (7, 'new', 2, 1)",
    )
    found = diff(image, live)
    (updated,), (deleted,), (inserted,) = found.updated("item"), found.deleted("item"), found.inserted("item")
    assert (updated.key, updated.columns) == ((2,), ("price", "stock"))
    assert updated.before == {"id": 2, "name": "item 2", "price": 1.5, "stock": 2}
    assert updated.after == {"id": 2, "name": "item 2", "price": None, "stock": 9}
    assert (deleted.key, deleted.after) == ((4,), None)
    assert deleted.before == {"id": 4, "name": "item 4", "price": 1.5, "stock": 4}
    assert (inserted.before, inserted.after) == (None, {"id": 7, "name": "new", "price": 2.0, "stock": 1})
    assert found.inserted("pair") == ()
    assert len(found.changes) == 3


def test_changes_are_sorted_by_table_and_key(image: bytes, live: sqlite3.Connection) -> None:
    change_all(
        live,
        "INSERT INTO pair VALUES ('a', 10, 1), ('a', 9, 1)",
        "DELETE FROM pair WHERE a = 'x' AND b = 1",
        "INSERT INTO item (id, name) VALUES (30, 'c')",
        "DELETE FROM item WHERE id = 1",
    )
    listed = [(change.table, change.key) for change in diff(image, live).changes]
    assert listed == [
        ("item", (1,)),
        ("item", (30,)),
        ("pair", ("a", 9)),
        ("pair", ("a", 10)),
        ("pair", ("x", 1)),
    ]


def test_a_table_without_primary_key_is_compared_by_rowid(image: bytes, live: sqlite3.Connection) -> None:
    change_all(live, "UPDATE loose SET note = 'two' WHERE rowid = 2")
    (change,) = diff(image, live).changes
    assert (change.key, change.columns, change.kind) == ((2,), ("note",), ChangeKind.UPDATED)


def test_a_primary_key_that_admits_null_gives_way_to_the_rowid(opened: Open) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (k TEXT PRIMARY KEY, v)")
        change_all(connection, "INSERT INTO t VALUES (NULL, 1), (NULL, 2)")
        image = serialize(connection)
    after = opened(image)
    change_all(after, "UPDATE t SET v = 3 WHERE v = 2")
    assert [(change.key, change.columns) for change in diff(image, after).changes] == [((2,), ("v",))]


def test_one_row_swapped_for_another_is_a_deletion_and_an_insertion(
    image: bytes, live: sqlite3.Connection
) -> None:
    change_all(live, "UPDATE pair SET b = 3 WHERE a = 'y'")
    kinds = [(change.kind, change.key) for change in diff(image, live).changes]
    assert kinds == [(ChangeKind.DELETED, ("y", 1)), (ChangeKind.INSERTED, ("y", 3))]


@pytest.mark.parametrize(
    ("old", "new"),
    [("1", "1.0"), ("1", "'1'"), ("1.0", "'1.0'"), ("'a'", "x'61'"), ("NULL", "0"), ("0", "NULL")],
)
def test_values_that_differ_only_in_type_differ(
    image: bytes, live: sqlite3.Connection, opened: Open, old: str, new: str
) -> None:
    change_all(live, f"UPDATE loose SET value = {old}")
    before = serialize(live)
    change_all(live, f"UPDATE loose SET value = {new}")
    found = diff(before, live)
    assert [change.columns for change in found.changes] == [("value",), ("value",)]
    assert state_digest(live) != state_digest(opened(before))


def test_text_differs_by_case_even_where_the_collation_ignores_it(opened: Open) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            "CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY COLLATE NOCASE, v TEXT COLLATE NOCASE)"
        )
        change_all(connection, "INSERT INTO t VALUES ('a', 'x'), ('b', 'y')")
        image = serialize(connection)
    after = opened(image)
    change_all(after, "UPDATE t SET v = 'X' WHERE k = 'a'", "UPDATE t SET k = 'B' WHERE k = 'b'")
    found = diff(image, after)
    assert [change.key for change in found.updated("t")] == [("a",)]
    assert [change.key for change in found.deleted("t") + found.inserted("t")] == [("b",), ("B",)]


def test_ignored_tables_are_left_out_of_diff_and_digest(image: bytes, live: sqlite3.Connection) -> None:
    digest = state_digest(live, ignore={"item"})
    change_all(live, "DELETE FROM item")
    assert not diff(image, live, ignore={"item", "no_such_table"})
    assert state_digest(live, ignore={"item"}) == digest


def test_a_diff_inside_a_transaction_is_refused(image: bytes, live: sqlite3.Connection) -> None:
    live.execute("DELETE FROM item")
    with pytest.raises(SnapshotError, match="Commit or roll back"):
        diff(image, live)
    live.rollback()


def test_a_table_on_one_side_only_is_an_error_that_names_it(image: bytes, live: sqlite3.Connection) -> None:
    change_all(live, "CREATE TABLE extra (id INTEGER PRIMARY KEY)")
    with pytest.raises(SnapshotError, match="only in the state after: extra"):
        diff(image, live)
    with (
        closing(restore(image)) as smaller,
        pytest.raises(SnapshotError, match="only in the state before: extra"),
    ):
        diff(serialize(live), smaller)


def test_a_table_defined_otherwise_is_an_error_that_names_it(image: bytes, live: sqlite3.Connection) -> None:
    change_all(live, "ALTER TABLE item ADD COLUMN colour TEXT")
    with pytest.raises(SnapshotError, match="differently before and after: item"):
        diff(image, live)


def test_a_before_image_that_is_no_database_is_refused(live: sqlite3.Connection) -> None:
    with pytest.raises(SnapshotDamagedError):
        diff(b"nothing", live)


@pytest.mark.parametrize("fails", [False, True])
def test_a_diff_leaves_no_trace_even_when_it_fails(
    image: bytes, live: sqlite3.Connection, fails: bool
) -> None:
    change_all(live, "UPDATE item SET stock = 0", "CREATE TABLE extra (id)" if fails else "SELECT 1")
    live.row_factory = sqlite3.Row
    writes, bytes_before = live.total_changes, serialize(live)
    if fails:
        with pytest.raises(SnapshotError):
            diff(image, live)
    else:
        assert len(diff(image, live).changes) == 5
    assert [row["name"] for row in live.execute("PRAGMA database_list")] == ["main"]
    assert (live.total_changes, live.in_transaction) == (writes, False)
    assert serialize(live) == bytes_before


def test_a_recreated_table_is_compared_though_its_pages_look_familiar(
    image: bytes, live: sqlite3.Connection
) -> None:
    (sql,) = live.execute("SELECT sql FROM sqlite_master WHERE name = 'item'").fetchone()
    change_all(live, "DROP TABLE item", sql, "INSERT INTO item (id, name) VALUES (1, 'item 1')")
    found = diff(image, live)
    assert (len(found.updated("item")), len(found.deleted("item"))) == (1, 4)


def test_states_of_different_page_sizes_are_compared_row_by_row(opened: Open) -> None:
    images = []
    for size_bytes, names in ((4096, "('a'), ('b')"), (8192, "('a'), ('c')")):
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute(f"PRAGMA page_size = {size_bytes}")
            change_all(connection, "CREATE TABLE t (name TEXT)", f"INSERT INTO t VALUES {names}")
            images.append(serialize(connection))
    assert [change.key for change in diff(images[0], opened(images[1])).changes] == [(2,)]


def test_changes_deep_in_a_large_table_are_found(opened: Open, image: bytes) -> None:
    live = opened(image)
    live.executemany("INSERT INTO item (name) VALUES (?)", [("long text " * 700,)] * 300)
    live.commit()
    before = serialize(live)
    # The name fills overflow pages; the length stays, so that only the last of them changes.
    change_all(live, "UPDATE item SET name = substr(name, 1, 6999) || '!' WHERE id IN (6, 300)")
    assert [change.key for change in diff(before, live).changes] == [(6,), (300,)]


keys = st.integers(0, 12)
edits = st.lists(
    st.one_of(
        st.tuples(st.just("put"), keys, cells, cells),
        st.tuples(st.just("drop"), keys, st.none(), st.none()),
    ),
    max_size=12,
)

CREATED = {
    "plain": "CREATE TABLE plain (k INTEGER PRIMARY KEY, n, t)",
    "composite": "CREATE TABLE composite (k INT NOT NULL, c INT NOT NULL DEFAULT 1, n, t, PRIMARY KEY(c, k))",
    "without_rowid": "CREATE TABLE without_rowid (k TEXT PRIMARY KEY, n, t) WITHOUT ROWID",
}


def edit(
    connection: sqlite3.Connection, table: str, edits: list[tuple[str, int, SqlValue, SqlValue]]
) -> None:
    for verb, key, n, t in edits:
        if verb == "put":
            connection.execute(f"REPLACE INTO {table} (k, n, t) VALUES (?, ?, ?)", (key, n, t))
        else:
            connection.execute(f"DELETE FROM {table} WHERE k = ?", (key,))
    connection.commit()


def contents(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    return {str(row[0]): repr(row[1:]) for row in connection.execute(f"SELECT k, n, t FROM {table}")}


@pytest.mark.slow
@pytest.mark.parametrize("table", list(CREATED))
@settings(max_examples=40, deadline=None)
@given(set_up=edits, later=st.lists(edits, min_size=1, max_size=3))
def test_exactly_the_rows_that_changed_are_listed_at_each_time(
    table: str,
    set_up: list[tuple[str, int, SqlValue, SqlValue]],
    later: list[list[tuple[str, int, SqlValue, SqlValue]]],
) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(CREATED[table])
        base = serialize(connection)
        edit(connection, table, set_up)
        before, image, digest = contents(connection, table), serialize(connection), state_digest(connection)
        standing = Comparison(PatchedImage.of(base, image), connection)
        for changed in later:
            edit(connection, table, changed)
            after, found = contents(connection, table), diff_of(standing, base, connection)
            differing = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
            assert {str(change.key[-1]) for change in found.changes} == differing
            assert len(found.changes) == len(differing)
            assert (state_digest(connection) != digest) == bool(found)
            for change in found.changes:
                key = str(change.key[-1])
                for side, rows in ((change.before, before), (change.after, after)):
                    assert (None if side is None else repr((side["n"], side["t"]))) == rows.get(key)
        standing.close()
        assert diff(image, connection) == found


def diff_of(standing: Comparison, base: bytes, connection: sqlite3.Connection) -> StateDiff:
    """What a comparison finds when it is told what the database holds."""
    return standing.diff(PatchedImage.of(base, serialize(connection)))


def test_the_rows_of_both_states_can_be_read(image: bytes, live: sqlite3.Connection) -> None:
    with closing(Comparison(PatchedImage.whole(image), live, ignore={"loose"})) as comparison:
        before, after = comparison.before, comparison.after
        for stock in (7, 8):
            change_all(live, f"UPDATE item SET stock = {stock} WHERE id = 2")
            assert [rows.get("item", 2)["stock"] for rows in (before, after)] == [2, stock]  # type: ignore[index]
        change_all(live, "DELETE FROM item")
        assert (len(before.all("item")), len(after.all("item"))) == (5, 0)
        for rows in (before, after):
            with pytest.raises(UnknownNameError, match="Available: item, pair"):
                rows.all("loose")


def test_a_table_made_while_comparing_is_noticed(image: bytes, live: sqlite3.Connection) -> None:
    with closing(Comparison(PatchedImage.whole(image), live)) as comparison:
        assert not comparison.diff()
        change_all(live, "CREATE TABLE extra (id INTEGER PRIMARY KEY)", "INSERT INTO extra VALUES (1)")
        assert comparison.after.all("extra") == [{"id": 1}]
        with pytest.raises(SnapshotError, match="only in the state after: extra"):
            comparison.diff()
        change_all(live, "DROP TABLE extra")
        assert not comparison.diff()


@pytest.mark.parametrize("seed", range(40))
def test_tables_on_untouched_pages_are_as_they_were_wherever_the_earlier_state_has_moved_its_own(
    seed: int, opened: Open
) -> None:
    chance = np.random.default_rng(seed)
    tables = ("a", "b", "c", "d")

    def change(connection: sqlite3.Connection) -> None:
        name, row, size = chance.choice(tables), chance.integers(60), chance.choice((5, 300, 9000))
        match chance.integers(8):
            case 0 | 1:
                change_all(connection, f"DELETE FROM {name} WHERE id % 3 = {row % 3}")
            case 2:
                change_all(
                    connection, f"DROP TABLE {name}", f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, v)"
                )
            case _:
                change_all(connection, f"REPLACE INTO {name} VALUES ({row}, zeroblob({size}))")

    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA page_size = 1024")
        for name in tables:
            change_all(connection, f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, v)")
        for _ in range(chance.integers(40)):
            change(connection)
        base = serialize(connection)
        for _ in range(chance.integers(6)):
            change(connection)
        before = PatchedImage.of(base, serialize(connection))
        for _ in range(chance.integers(5)):
            change(connection)
        now = PatchedImage.of(base, serialize(connection))
    with closing(Comparison(before, opened(now.data()))) as comparison:
        assert comparison.diff(now) == comparison.diff(None)
