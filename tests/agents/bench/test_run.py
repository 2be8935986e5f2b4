from pathlib import Path

import pytest

from gristmill.agents.bench import load_run
from gristmill.errors import RecordError

from .conftest import MakeEpisode, WriteRun


def test_episodes_are_sorted_whatever_the_order_in_which_they_ended(
    episode: MakeEpisode, write_run: WriteRun
) -> None:
    run = load_run(write_run(episode(2), episode(0), episode(1)))
    assert [each.key.seed for each in run.episodes] == [0, 1, 2]
    assert (run.is_complete, run.damaged_lines) == (True, 0)


def test_half_written_and_damaged_lines_are_left_out_and_counted(
    episode: MakeEpisode, write_run: WriteRun
) -> None:
    folder = write_run(episode(0), episode(1), episode(2))
    lines = (folder / "episodes.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "episodes.jsonl").write_bytes(lines[0] + b'{"key": 1}\n' + lines[1] + lines[2][:-1])
    run = load_run(folder)
    assert [each.key.seed for each in run.episodes] == [0, 1]
    assert (run.is_complete, run.damaged_lines) == (False, 2)


def test_the_later_of_two_lines_of_an_episode_counts(episode: MakeEpisode, write_run: WriteRun) -> None:
    run = load_run(write_run(episode(0, success=None), episode(0, success=True)))
    assert [each.success for each in run.episodes] == [True]


def test_a_folder_without_a_run_is_refused_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="gristmill bench --suite smoke --out"):
        load_run(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"), [("{", "not the settings"), ('{"format": 9}', "has the format 9"), ("[]", "not the")]
)
def test_settings_that_cannot_be_read_are_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(RecordError, match=message):
        load_run(tmp_path)
