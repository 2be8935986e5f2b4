import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gristmill.agents.bench import RunSettings, load_run
from gristmill.agents.bench.storage import RunWriter, StorageError, remove_run, store
from gristmill.errors import InvalidOptionError

from .conftest import MakeEpisode, WriteRun


@contextmanager
def files_of_at_most(size_bytes: int) -> Iterator[None]:
    """Files cannot grow beyond this, as on a disk that is full: a write is done in part, then refused."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_half_written_line_is_cut_off_before_more_is_appended(
    episode: MakeEpisode, write_run: WriteRun
) -> None:
    folder = write_run(episode(0), episode(1))
    path = folder / "episodes.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + episode(2, goal="x" * 200_000).to_line()[:-5])
    with RunWriter(folder, RunSettings(agent="mine")) as writer:
        assert path.read_bytes() == whole
        writer.append(episode(3), {})
    assert [each.key.seed for each in load_run(folder).episodes] == [0, 1, 3]


def test_a_full_disk_keeps_what_is_finished_and_nothing_of_the_rest(
    episode: MakeEpisode, write_run: WriteRun
) -> None:
    folder = write_run(episode(0), episode(1))
    path = folder / "episodes.jsonl"
    whole = path.read_bytes()
    with RunWriter(folder, RunSettings(agent="mine")) as writer:
        with files_of_at_most(len(whole) + 100), pytest.raises(StorageError, match="no space left") as error:
            writer.append(episode(2), {})
        assert "run the same command again" in str(error.value)
        assert path.read_bytes() == whole
        writer.append(episode(2), {})  # once there is space again
    assert len(load_run(folder).episodes) == 3


def test_a_full_disk_leaves_the_summary_before(tmp_path: Path) -> None:
    store(tmp_path / "summary.json", b"old")
    with files_of_at_most(2), pytest.raises(StorageError):
        store(tmp_path / "summary.json", b"new and longer")
    assert (tmp_path / "summary.json").read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["summary.json"]


def test_two_processes_cannot_write_to_one_run(write_run: WriteRun) -> None:
    folder = write_run()
    with (
        RunWriter(folder, RunSettings(agent="mine")),
        pytest.raises(InvalidOptionError, match="Another process"),
    ):
        RunWriter(folder, RunSettings(agent="mine"))


def test_screenshots_are_stored_once_by_content(episode: MakeEpisode, tmp_path: Path) -> None:
    with RunWriter(tmp_path, RunSettings(agent="mine")) as writer:
        writer.append(episode(0, frames=("a.jpg", "a.jpg")), {"a.jpg": b"1"})
        writer.append(episode(1, frames=("a.jpg",)), {"a.jpg": b"1"})
    run = load_run(tmp_path)
    assert run.frame(run.episodes[1].frames[0]).read_bytes() == b"1"


def test_removing_a_run_leaves_other_files_alone(write_run: WriteRun, episode: MakeEpisode) -> None:
    folder = write_run(episode())
    (folder / "notes.txt").write_text("mine")
    remove_run(folder)
    assert sorted(each.name for each in folder.iterdir() if each.is_file()) == ["notes.txt"]
