"""Logs that are empty, damaged or without a success are refused in words."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gristmill.agents.dreams.logs import TRAJECTORIES, episode_of, read_logs
from gristmill.agents.dreams.recovery import recovered
from gristmill.agents.recording.trajectories import Trajectory
from gristmill.errors import LearningFileError


def written(folder: Path, trajectories: list[Trajectory]) -> Path:
    (folder / TRAJECTORIES).write_bytes(b"".join(each.to_line() for each in trajectories))
    return folder


def test_a_folder_or_a_file_is_read(logged: list[Trajectory], tmp_path: Path) -> None:
    folder = written(tmp_path, logged[:2])
    assert read_logs([folder]) == read_logs([folder / TRAJECTORIES]) == [episode_of(x) for x in logged[:2]]


def test_no_log_and_no_episode_are_refused(logged: list[Trajectory], tmp_path: Path) -> None:
    with pytest.raises(LearningFileError, match="cannot be read: No such file"):
        read_logs([tmp_path / "nowhere"])
    with pytest.raises(LearningFileError, match=r"no step of an episode in .*gristmill record"):
        read_logs([written(tmp_path, [])])
    silent = replace(logged[0], observations=logged[0].observations[:1], actions=(), rewards=())
    with pytest.raises(LearningFileError, match="no step of an episode"):
        read_logs([written(tmp_path, [silent])])


def test_damaged_logs_are_refused(logged: list[Trajectory], tmp_path: Path) -> None:
    path = written(tmp_path, logged[:1]) / TRAJECTORIES
    line = path.read_bytes()
    path.write_bytes(line + line[: len(line) // 2])
    with pytest.raises(LearningFileError, match=r"trajectories.jsonl: Not a trajectory"):
        read_logs([tmp_path])
    content = json.loads(line)
    content["rewards"] = []
    path.write_text(json.dumps(content))
    with pytest.raises(LearningFileError, match=r"line 1: .* 0 rewards do not belong together"):
        read_logs([tmp_path])


def test_without_a_success_there_is_nothing_to_guess_it_from(logged: list[Trajectory]) -> None:
    lost = [episode_of(each) for each in logged if not each.success]
    with pytest.raises(LearningFileError, match=r"None of the \d+ logged episodes was rewarded"):
        recovered(lost)


def test_an_action_keeps_its_element_though_refs_are_numbered_anew(logged: list[Trajectory]) -> None:
    far = replace(
        logged[0],
        observations=tuple(
            replace(each, aria='- button "Help" [ref=e90]\n- button "Go" [ref=e95]: [ref=e90]')
            for each in logged[0].observations
        ),
        actions=tuple(f"click {ref}" for ref in ("e95", "e90", "e7")[: len(logged[0].actions)]),
    )
    assert episode_of(far).actions == ("click e2", "click e1", "click e0")[: len(far.actions)]
