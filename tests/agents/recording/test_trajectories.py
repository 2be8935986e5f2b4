from dataclasses import replace
from pathlib import Path

import gymnasium as gym
import pytest

from gristmill.agents.recording.trajectories import Trajectory, fault_of, read_trajectories
from gristmill.agents.rollouts.results import EndedBy, EpisodeResult
from gristmill.errors import InfraError, RecordError


def test_played_again_a_trajectory_gives_the_same_observations_and_rewards(
    trajectories: list[Trajectory],
) -> None:
    recorded = trajectories[0]
    env = gym.make(recorded.task, **recorded.options, disable_env_checker=True)
    try:
        observation, _ = env.reset(seed=recorded.seed)
        for step, action in enumerate(recorded.actions):
            expected = recorded.observations[step]
            seen = (observation["aria"], observation["url"], observation["title"])
            assert seen == (expected.aria, expected.url, expected.title)
            observation, reward, terminated, _, _ = env.step(action)
            assert reward == recorded.rewards[step]
    finally:
        env.close()
    assert observation["aria"] == recorded.observations[-1].aria
    assert terminated
    assert recorded.success


def test_a_line_gives_the_same_trajectory(trajectories: list[Trajectory], tmp_path: Path) -> None:
    file = tmp_path / "trajectories.jsonl"
    file.write_bytes(b"".join(each.to_line() for each in trajectories))
    assert list(read_trajectories(file)) == trajectories


def test_half_a_line_is_refused(trajectories: list[Trajectory]) -> None:
    line = trajectories[0].to_line()
    with pytest.raises(RecordError, match="Not a trajectory"):
        Trajectory.from_line(line[: len(line) // 2])
    with pytest.raises(RecordError, match="has the format 99"):
        Trajectory.from_line(replace(trajectories[0], format=99).to_line())


def test_out_of_steps_is_truncated_and_not_terminated(played: list[EpisodeResult]) -> None:
    cut = Trajectory.of(replace(played[2], ended_by=EndedBy.STEP_LIMIT), {})
    assert (cut.terminated, cut.truncated) == (False, True)


def test_an_episode_without_a_verdict_is_no_trajectory_but_a_fault(played: list[EpisodeResult]) -> None:
    crashed = replace(
        played[0], success=None, infra_error=InfraError("It crashed.", traceback="Traceback: x")
    )
    with pytest.raises(ValueError, match="with a verdict"):
        Trajectory.of(crashed, {})
    assert fault_of(crashed)["traceback"] == "Traceback: x"
    with pytest.raises(ValueError, match="its outlines"):
        Trajectory.of(replace(played[0], outlines=()), {})
