import os
from pathlib import Path

import pytest

from gristmill.snapshots.files import TEMPORARY, write_whole

fcntl = pytest.importorskip("fcntl")


def test_a_file_is_written_or_replaced_and_nothing_else_stays(tmp_path: Path) -> None:
    path = tmp_path / "made" / "on the way" / "file"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / f"left{TEMPORARY}").write_bytes(b"half")
    write_whole(tmp_path / "file", b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_a_living_writer_is_writing_stays(tmp_path: Path) -> None:
    busy = tmp_path / f"busy{TEMPORARY}"
    fd = os.open(busy, os.O_CREAT | os.O_RDWR)
    fcntl.flock(fd, fcntl.LOCK_EX)
    write_whole(tmp_path / "file", b"whole")
    assert busy.exists()
    os.close(fd)


def test_a_failed_write_raises_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "inside").touch()
    with pytest.raises(OSError, match="taken"):
        write_whole(tmp_path / "taken", b"data")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600)])
def test_who_may_read_a_file_follows_the_umask(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        write_whole(tmp_path / "file", b"data")
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == mode


@pytest.mark.parametrize(
    "name", ["[a]", "*?", "a b", "100%", "it's", '"', "#x?y=1", "\n", "\u00e4\U0001f33e", "\udce4"]
)
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    (folder / f"left{TEMPORARY}").touch()
    write_whole(folder / "file", b"data")
    assert [path.read_bytes() for path in folder.iterdir()] == [b"data"]
