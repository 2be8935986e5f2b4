import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import warnings
from dataclasses import replace
from pathlib import Path

import pytest

from gristmill.errors import SnapshotDamagedError
from gristmill.snapshots.image import Snapshot, restore
from gristmill.snapshots.store import Manifest, SnapshotStore, SnapshotWarning, WorldKey

KEY = WorldKey(apps={"shop": "1"}, world_seed=7, size="standard", skin="default", libraries={"faker": "40"})
OTHER_KEY = replace(KEY, world_seed=8)


class Builder:
    """Builds a small world, and counts how often it did."""

    def __init__(self, rows: int = 50) -> None:
        self.rows = rows
        self.built = 0

    def __call__(self, connection: sqlite3.Connection) -> None:
        self.built += 1
        connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)")
        connection.executemany("INSERT INTO item (name) VALUES (?)", [("x" * 200,)] * 2 * self.rows)
        connection.execute("DELETE FROM item WHERE id > ?", (self.rows,))


def files(root: Path) -> tuple[Path, Path]:
    """The one data file and the one manifest of a store."""
    (data,), (manifest,) = root.glob("*.sqlite"), root.glob("*.json")
    return data, manifest


@pytest.fixture
def stored(tmp_path: Path) -> Snapshot:
    """The snapshot of KEY, stored under `tmp_path`."""
    return SnapshotStore(tmp_path).get(KEY, Builder())


def test_a_world_is_built_once_and_then_read_from_memory(tmp_path: Path) -> None:
    store, builder = SnapshotStore(tmp_path), Builder()
    assert store.get(KEY, builder) is store.get(replace(KEY, apps={"shop": "1"}), builder)
    assert builder.built == 1


def test_a_stored_world_is_not_built_again_by_another_store(tmp_path: Path, stored: Snapshot) -> None:
    builder = Builder()
    assert SnapshotStore(tmp_path).get(KEY, builder) == stored
    assert builder.built == 0


def test_the_snapshot_holds_the_committed_and_the_last_rows_compactly(stored: Snapshot) -> None:
    connection = restore(stored)
    assert connection.execute("SELECT count(*) FROM item").fetchone() == (50,)
    assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
    connection.close()


@pytest.mark.parametrize(
    "other",
    [
        OTHER_KEY,
        replace(KEY, size="small"),
        replace(KEY, skin="dark"),
        replace(KEY, apps={"shop": "2"}),
        replace(KEY, libraries={"faker": "41"}),
        replace(KEY, apps={}),
    ],
)
def test_each_part_of_the_key_makes_another_world(tmp_path: Path, other: WorldKey) -> None:
    store, builder = SnapshotStore(tmp_path), Builder()
    store.get(KEY, builder)
    store.get(other, builder)
    assert builder.built == 2


def test_the_order_of_apps_does_not_matter() -> None:
    one, other = replace(KEY, apps={"a": "1", "b": "2"}), replace(KEY, apps={"b": "2", "a": "1"})
    assert one.file_name == other.file_name


def test_equal_builds_make_equal_bytes(tmp_path: Path) -> None:
    one = SnapshotStore(tmp_path / "one").get(KEY, Builder())
    assert SnapshotStore(tmp_path / "two").get(KEY, Builder()) == one


def test_the_manifest_describes_the_data_file(tmp_path: Path, stored: Snapshot) -> None:
    data, manifest_path = files(tmp_path)
    manifest = Manifest.from_json(manifest_path.read_text())
    assert manifest == Manifest.of(KEY, stored)
    assert data.name == f"{stored.digest}.sqlite"
    assert data.read_bytes() == stored.data


def test_a_manifest_survives_json() -> None:
    manifest = Manifest.of(KEY, Snapshot.of(b"data"))
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_a_manifest_of_another_format_counts_as_absent(tmp_path: Path, stored: Snapshot) -> None:
    _, path = files(tmp_path)
    path.write_text(json.dumps({"format": 999, "shape": "unknown"}))
    builder = Builder()
    assert SnapshotStore(tmp_path).get(KEY, builder) == stored
    assert builder.built == 1


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"format": 1}', '{"format": 1, "size_bytes": "big"}']
)
def test_other_text_is_no_manifest(text: str) -> None:
    with pytest.raises(SnapshotDamagedError, match="Not a manifest"):
        Manifest.from_json(text)


def flip_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


DAMAGES = {
    "truncated data": (lambda data, manifest: truncate(data), r"\d+ of \d+ bytes"),
    "flipped bit in data": (lambda data, manifest: flip_bit(data), "Its sha256 is"),
    "missing data": (lambda data, manifest: data.unlink(), "No such file"),
    "truncated manifest": (lambda data, manifest: truncate(manifest), "Not a manifest"),
    "empty manifest": (lambda data, manifest: manifest.write_bytes(b""), "Not a manifest"),
    "binary manifest": (lambda data, manifest: manifest.write_bytes(b"\xff\x00"), "Not a manifest"),
    "another world's manifest": (
        lambda data, manifest: manifest.write_text(Manifest.of(OTHER_KEY, Snapshot.of(b"")).to_json()),
        "another world",
    ),
}


@pytest.mark.parametrize("damage", list(DAMAGES))
def test_damage_on_disk_is_reported_and_repaired(tmp_path: Path, stored: Snapshot, damage: str) -> None:
    inflict, told = DAMAGES[damage]
    inflict(*files(tmp_path))
    with pytest.warns(SnapshotWarning, match=told):
        assert SnapshotStore(tmp_path).get(KEY, Builder()) == stored
    unused = Builder()
    assert SnapshotStore(tmp_path).get(KEY, unused) == stored
    assert unused.built == 0


def test_threads_asking_at_once_build_once(tmp_path: Path) -> None:
    store, builder, got = SnapshotStore(tmp_path), Builder(), []
    entered, proceed = threading.Event(), threading.Event()

    def build(connection: sqlite3.Connection) -> None:
        entered.set()
        assert proceed.wait(30)
        builder(connection)

    threads = [threading.Thread(target=lambda: got.append(store.get(KEY, build))) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert entered.wait(30)
    store.get(OTHER_KEY, Builder())  # another world does not wait for this one
    proceed.set()
    for thread in threads:
        thread.join()
    assert builder.built == 1
    assert len({id(snapshot) for snapshot in got}) == 1
    assert len(got) == 4


def test_a_failed_build_leaves_nothing_behind_and_can_be_tried_again(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)

    def fail(connection: sqlite3.Connection) -> None:
        raise RuntimeError("no world today")

    with pytest.raises(RuntimeError, match="no world today"):
        store.get(KEY, fail)
    assert not list(tmp_path.iterdir())
    assert store.get(KEY, Builder()).data


def test_only_the_last_snapshots_stay_in_memory(tmp_path: Path) -> None:
    store, unused = SnapshotStore(tmp_path, max_in_memory=1), Builder()
    first = store.get(KEY, Builder())
    store.get(OTHER_KEY, Builder())
    again = store.get(KEY, unused)
    assert again == first
    assert again is not first
    assert unused.built == 0


def test_a_directory_that_cannot_be_created_is_reported_and_memory_serves(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store, builder = SnapshotStore(tmp_path / "file" / "store"), Builder()
    with pytest.warns(SnapshotWarning, match="kept in memory only"):
        first = store.get(KEY, builder)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert store.get(KEY, builder) is first
    assert builder.built == 1


RUN = """
import sqlite3, sys, warnings
from pathlib import Path
from gristmill.snapshots.store import SnapshotStore, WorldKey

KEY = WorldKey(apps={"shop": "1"}, world_seed=7, size="standard", skin="default", libraries={"faker": "40"})

def build(connection):
    connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)")
    connection.executemany("INSERT INTO item (name) VALUES (?)", [("x" * 200,)] * 100)
    connection.execute("DELETE FROM item WHERE id > 50")
"""

FULL_DISK = (
    RUN
    + """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    snapshot = SnapshotStore(Path(sys.argv[1])).get(KEY, build)
print(len(snapshot.data) > 4096, [str(warning.message) for warning in caught])
"""
)

STOPPED = (
    RUN
    + """
event, number = sys.argv[2], int(sys.argv[3])
seen = 0

def stop(name, arguments):
    global seen
    seen += name == event
    if name == event and seen == number:
        print("stopped", flush=True)
        sys.stdin.read()

sys.addaudithook(stop)
SnapshotStore(Path(sys.argv[1])).get(KEY, build)
"""
)

TOGETHER = (
    RUN
    + """
def build_with_others(connection):
    print("building", flush=True)
    sys.stdin.read()
    build(connection)

warnings.simplefilter("error")
print(SnapshotStore(Path(sys.argv[1])).get(KEY, build_with_others).digest)
"""
)


def run(script: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource limits")
def test_a_full_disk_is_reported_and_memory_serves(tmp_path: Path) -> None:
    with run(FULL_DISK, str(tmp_path)) as process:
        out, _ = process.communicate(timeout=60)
    assert out.startswith("True ['Cannot store a snapshot in")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize(
    ("event", "number", "left"),
    [
        ("fcntl.flock", 1, {".writing"}),  # the data's temporary file is there, and empty
        ("os.rename", 1, {".writing"}),  # it is written, and not yet renamed
        ("fcntl.flock", 2, {".writing", ".sqlite"}),  # the data is there, the manifest begun
        ("os.rename", 2, {".writing", ".sqlite"}),
    ],
)
def test_a_writer_killed_at_any_point_leaves_no_half_file(
    tmp_path: Path, event: str, number: int, left: set[str]
) -> None:
    with run(STOPPED, str(tmp_path), event, str(number)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stopped\n"
        process.send_signal(signal.SIGKILL)
        process.wait(60)
    assert {path.suffix for path in tmp_path.iterdir()} == left
    builder = Builder()
    snapshot = SnapshotStore(tmp_path).get(KEY, builder)
    assert builder.built == 1
    data, manifest = files(tmp_path)
    assert set(tmp_path.iterdir()) == {data, manifest}
    assert data.read_bytes() == snapshot.data


@pytest.mark.slow
def test_processes_building_the_same_world_at_once_both_succeed(tmp_path: Path) -> None:
    with run(TOGETHER, str(tmp_path)) as one, run(TOGETHER, str(tmp_path)) as other:
        for process in (one, other):
            assert process.stdout is not None
            assert process.stdout.readline() == "building\n"
        for process in (one, other):
            assert process.stdin is not None
            process.stdin.close()
        answers = [process.stdout.read() for process in (one, other) if process.stdout]
    data, _ = files(tmp_path)
    assert answers == [f"{data.stem}\n"] * 2
    assert (one.returncode, other.returncode) == (0, 0)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("part", [0, 1])
def test_what_cannot_be_read_is_not_called_damaged(tmp_path: Path, stored: Snapshot, part: int) -> None:
    path = files(tmp_path)[part]
    path.unlink()
    path.symlink_to(path.name)  # a loop: unreadable to anybody, root included
    builder = Builder()
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        assert SnapshotStore(tmp_path).get(KEY, builder) == stored
    if part == 0:
        assert "cannot be read" in str(found[0].message)
    assert builder.built == 1
    assert not any("damaged" in str(warning.message) for warning in found)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_of_somebody_else_is_not_called_damaged(tmp_path: Path, stored: Snapshot) -> None:
    files(tmp_path)[0].chmod(0)
    with pytest.warns(SnapshotWarning, match="cannot be read"):
        assert SnapshotStore(tmp_path).get(KEY, Builder()) == stored


@pytest.mark.parametrize("name", ["[a] *?", "100% #x?y=1", "\n", "\udce4"])
def test_a_store_may_lie_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    builder = Builder()
    first = SnapshotStore(tmp_path / name).get(KEY, builder)
    assert SnapshotStore(tmp_path / name).get(KEY, builder) == first
    assert builder.built == 1
