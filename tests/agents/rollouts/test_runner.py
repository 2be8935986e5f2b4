import threading
from contextlib import closing

import pytest

from gristmill.agents.base import Observation
from gristmill.agents.rollouts.results import EpisodeResult, StepRecord
from gristmill.agents.rollouts.runner import play_episodes
from gristmill.agents.scripted.null import NullAgent
from gristmill.agents.scripted.oracle import OracleAgent
from gristmill.envs.episode.runtime import default_runtime
from gristmill.errors import EngineFault, InvalidOptionError, UnknownNameError

TASK = "Shop-AddToCart-v0"


class Faulty(OracleAgent):
    """An oracle whose first steps are so many infrastructure failures."""

    def __init__(self, faults: int) -> None:
        self.faults_left = faults

    def act(self, observation: Observation) -> str:
        if self.faults_left:
            self.faults_left -= 1
            raise EngineFault("The page crashed.")
        return super().act(observation)


class Broken(NullAgent):
    """An agent with a bug."""

    def act(self, observation: Observation) -> str:
        raise ZeroDivisionError("a bug")


@pytest.fixture
def sessions_before() -> int:
    """Sessions of environments that other tests keep open."""
    return len(default_runtime().sessions)


def assert_nothing_is_left(sessions_before: int) -> None:
    assert not [thread for thread in threading.enumerate() if "gristmill-player" in thread.name]
    assert len(default_runtime().sessions) == sessions_before


def contents(results: list[EpisodeResult]) -> list[object]:
    return [result.to_json(with_timings=False) for result in sorted(results, key=lambda r: r.seed)]


def test_at_least_one_environment_is_needed() -> None:
    with pytest.raises(InvalidOptionError, match="at least 1, not 0"):
        play_episodes(TASK, NullAgent, range(1), num_envs=0)


def test_no_seeds_are_no_episodes() -> None:
    assert list(play_episodes(TASK, NullAgent, [], num_envs=4)) == []


def test_an_environment_that_cannot_be_made_ends_the_run(sessions_before: int) -> None:
    with pytest.raises(UnknownNameError, match="train, test"):
        list(play_episodes(TASK, NullAgent, range(3), num_envs=2, options={"split": "spare"}))
    assert_nothing_is_left(sessions_before)


@pytest.mark.browser
def test_episodes_are_the_same_alone_and_side_by_side(sessions_before: int) -> None:
    alone = list(play_episodes(TASK, OracleAgent, range(4), num_envs=1))
    paired = list(play_episodes(TASK, OracleAgent, range(4), num_envs=2, record_frames=1))
    assert contents(alone) == contents(paired)
    assert [result.success for result in alone] == [True] * 4
    assert [result.seed for result in alone] == [0, 1, 2, 3]
    assert_nothing_is_left(sessions_before)


@pytest.mark.browser
def test_only_the_first_episodes_record_frames_one_more_than_steps() -> None:
    played = list(play_episodes(TASK, NullAgent, range(5, 8), num_envs=1, record_frames=2))
    assert [len(result.frames) for result in played] == [2, 2, 0]
    assert [result.success for result in played] == [False] * 3


@pytest.mark.browser
def test_on_step_is_called_after_each_step() -> None:
    steps: list[StepRecord] = []
    [played] = play_episodes(TASK, OracleAgent, [3], on_step=steps.append)
    assert tuple(steps) == played.steps


@pytest.mark.browser
def test_an_episode_is_begun_again_after_one_fault() -> None:
    [played] = play_episodes(TASK, lambda: Faulty(1), [3])
    [clean] = play_episodes(TASK, OracleAgent, [3])
    assert (played.success, played.retries, played.infra_error) == (True, 1, None)
    assert contents([played]) == contents([clean])


@pytest.mark.browser
def test_a_second_fault_is_reported_and_never_scored() -> None:
    played = list(play_episodes(TASK, lambda: Faulty(2), [3, 4]))
    assert [result.success for result in played] == [None, True]
    assert (played[0].infra_error, played[0].retries, played[0].checks) == ("The page crashed.", 1, ())


@pytest.mark.browser
def test_an_agent_that_raises_ends_the_run_and_leaves_nothing(sessions_before: int) -> None:
    with pytest.raises(ZeroDivisionError, match="a bug"):
        list(play_episodes(TASK, Broken, range(4), num_envs=2))
    assert_nothing_is_left(sessions_before)


@pytest.mark.browser
def test_breaking_off_leaves_nothing(sessions_before: int) -> None:
    with closing(play_episodes(TASK, OracleAgent, range(50), num_envs=2)) as playing:
        next(playing)
    assert_nothing_is_left(sessions_before)
