import hashlib
import sqlite3
import threading
from collections.abc import Callable

import pytest

from gristmill.errors import SnapshotDamagedError, SnapshotError
from gristmill.snapshots.image import Snapshot, restore, serialize

Open = Callable[[bytes], sqlite3.Connection]


def count(connection: sqlite3.Connection) -> int:
    (number,) = connection.execute("SELECT count(*) FROM item").fetchone()
    return int(number)


def test_a_snapshot_is_named_by_the_sha256_of_its_bytes(image: bytes) -> None:
    assert Snapshot.of(image).digest == hashlib.sha256(image).hexdigest()


def test_a_restored_database_has_the_rows_of_its_image(image: bytes, live: sqlite3.Connection) -> None:
    assert count(live) == 5
    assert serialize(live) == image


def test_a_snapshot_restores_like_its_bytes(image: bytes) -> None:
    connection = restore(Snapshot.of(image))
    assert count(connection) == 5
    connection.close()


def test_a_restored_database_takes_writes_and_grows(image: bytes, live: sqlite3.Connection) -> None:
    live.executemany("INSERT INTO item (name) VALUES (?)", [("x" * 1000,)] * 2000)
    live.commit()
    assert count(live) == 2005
    assert len(serialize(live)) > len(image) + 2_000_000


def test_writes_to_one_copy_reach_neither_the_image_nor_another_copy(image: bytes, opened: Open) -> None:
    one, other = opened(image), opened(image)
    one.execute("DELETE FROM item")
    one.commit()
    assert (count(one), count(other), count(opened(image))) == (0, 5, 5)


def test_restore_makes_the_connection_class_it_is_asked_for(image: bytes) -> None:
    class Named(sqlite3.Connection):
        pass

    connection = restore(image, Named)
    assert type(connection) is Named
    connection.close()


def test_a_restored_database_can_be_used_from_another_thread(live: sqlite3.Connection) -> None:
    seen: list[int] = []
    thread = threading.Thread(target=lambda: seen.append(count(live)))
    thread.start()
    thread.join()
    assert seen == [5]


@pytest.mark.parametrize("data", [b"", b"not a database at all"])
def test_restoring_other_bytes_is_refused(data: bytes) -> None:
    with pytest.raises(SnapshotDamagedError, match=f"^{len(data)} bytes"):
        restore(data)


def test_serializing_inside_a_transaction_is_refused(live: sqlite3.Connection) -> None:
    live.execute("UPDATE item SET stock = 0")
    with pytest.raises(SnapshotError, match="Commit or roll back"):
        serialize(live)
    live.rollback()
    assert serialize(live)
