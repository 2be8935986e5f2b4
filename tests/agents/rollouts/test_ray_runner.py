"""Episodes over a cluster: each counted once, whatever dies meanwhile."""

import os
import signal
import sys
import threading
from contextlib import closing
from typing import Any

import pytest

from gristmill.agents.base import Observation
from gristmill.agents.rollouts.ray_runner import MAX_LOSSES, RolloutWorker, play_on_ray
from gristmill.agents.rollouts.recorder import NOTHING
from gristmill.agents.rollouts.results import EpisodeResult, StepRecord
from gristmill.agents.rollouts.runner import play_episodes
from gristmill.agents.scripted.null import NullAgent
from gristmill.agents.scripted.oracle import OracleAgent
from gristmill.envs.env import WebEnv
from gristmill.errors import InvalidOptionError, MissingExtraError, UnknownNameError

TASK = "Shop-AddToCart-v0"
DOM = {"engine": "dom"}


def contents(results: list[EpisodeResult]) -> list[object]:
    return [result.to_json(with_timings=False) for result in sorted(results, key=lambda r: r.seed)]


def node_of(result: EpisodeResult) -> str:
    return result.agent.partition("@")[2]


def stalling_agent(doomed_node: str, patience: int) -> Any:
    """Makes oracles that sign with their node; on the doomed one each plays so many episodes, then stalls."""

    class Stalling(OracleAgent):
        def __init__(self) -> None:
            import ray

            self.node = ray.get_runtime_context().get_node_id()
            self.name = f"oracle@{self.node}"
            self.begun = 0

        def begin(self, env: WebEnv, seed: int) -> None:
            super().begin(env, seed)
            self.begun += 1

        def act(self, observation: Observation) -> str:
            if self.node == doomed_node and self.begun > patience:
                threading.Event().wait()
            return super().act(observation)

    return Stalling


def poisoned_agent(seed: int) -> Any:
    """Makes oracles whose process dies in the episode of one seed."""

    class Poisoned(OracleAgent):
        def begin(self, env: WebEnv, seed_begun: int) -> None:
            super().begin(env, seed_begun)
            if seed_begun == seed:
                os.kill(os.getpid(), signal.SIGKILL)

    return Poisoned


def broken_agent() -> Any:
    """Makes agents with a bug."""

    class Local(NullAgent):
        def act(self, observation: Observation) -> str:
            raise ZeroDivisionError("a bug")

    return Local


def coroutine_agent() -> Any:
    """Makes oracles that answer as coroutines."""

    class Asynchronous(OracleAgent):
        async def act(self, observation: Observation) -> str:  # type: ignore[override]
            return super().act(observation)

    return Asynchronous


def test_without_ray_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'gristmill\[ray\]'"):
        play_on_ray(TASK, OracleAgent, range(2))


@pytest.mark.parametrize("numbers", [{"num_envs": 0}, {"num_actors": 0}])
def test_at_least_one_of_each_is_needed(numbers: dict[str, int]) -> None:
    with pytest.raises(InvalidOptionError, match="at least 1"):
        play_on_ray(TASK, OracleAgent, range(2), **numbers)  # type: ignore[arg-type]


@pytest.mark.ray
def test_a_killed_nodes_episodes_are_played_again_and_each_is_counted_once(ray_cluster: Any) -> None:
    seeds = range(48)  # enough that a node which starts late gets some too
    doomed = ray_cluster.add_node(num_cpus=1, object_store_memory=80 * 1024 * 1024)
    make_agent = stalling_agent(doomed.node_id, patience=2)
    steady = {node.node_id for node in ray_cluster.list_all_nodes() if node is not doomed}
    results: list[EpisodeResult] = []
    playing = play_on_ray(TASK, make_agent, seeds, num_actors=3, num_envs=3, options=DOM)
    with closing(playing):
        for result in playing:
            results.append(result)
            if [node_of(r) for r in results].count(doomed.node_id) == 2 and doomed.any_processes_alive():
                ray_cluster.remove_node(doomed, allow_graceful=False)
    assert sorted(result.seed for result in results) == list(seeds)
    assert [result.success for result in results] == [True] * len(seeds)
    assert {node_of(result) for result in results} >= {doomed.node_id, *steady}
    assert [node_of(result) for result in results].count(doomed.node_id) == 2
    assert [result.retries for result in results if result.retries] == [1]
    here = play_episodes(TASK, OracleAgent, seeds, options=DOM)
    assert [{**c, "agent": "oracle"} for c in contents(results)] == contents(list(here))  # type: ignore[dict-item]


@pytest.mark.ray
def test_an_episode_that_kills_its_actors_is_given_up_and_never_scored(ray_cluster: Any) -> None:
    steps: list[StepRecord] = []
    played = list(
        play_on_ray(TASK, poisoned_agent(2), range(4), num_actors=1, options=DOM, on_step=steps.append)
    )
    assert sorted(result.seed for result in played) == [0, 1, 2, 3]
    by_seed = {result.seed: result for result in played}
    assert [by_seed[seed].success for seed in range(4)] == [True, True, None, True]
    assert "ActorDiedError" in (by_seed[2].infra_error or "")
    assert by_seed[2].retries == MAX_LOSSES - 1
    assert len(steps) == sum(len(result.steps) for result in played)


@pytest.mark.ray
def test_one_process_plays_several_at_a_time_and_errors_come_through(ray_cluster: Any) -> None:
    played = list(play_on_ray(TASK, OracleAgent, range(5), num_actors=1, num_envs=3, options=DOM))
    assert contents(played) == contents(list(play_episodes(TASK, OracleAgent, range(5), options=DOM)))
    asked = list(play_on_ray(TASK, coroutine_agent(), range(5), num_actors=1, num_envs=3, options=DOM))
    assert contents(asked) == contents(played)
    with pytest.raises(ZeroDivisionError, match="a bug"):
        list(play_on_ray(TASK, broken_agent(), range(3), num_actors=1, options=DOM))
    with pytest.raises(UnknownNameError, match="train, test"):
        list(play_on_ray(TASK, OracleAgent, range(3), num_actors=1, options={**DOM, "split": "spare"}))


@pytest.mark.slow
def test_an_agent_that_hangs_fails_its_episode_and_another_plays_on() -> None:
    made: list[OracleAgent] = []

    class Hanging(OracleAgent):
        def __init__(self) -> None:
            made.append(self)
            self.hangs = len(made) == 1

        def act(self, observation: Observation) -> str:
            if self.hangs:
                threading.Event().wait()
            return super().act(observation)

    worker = RolloutWorker(
        task_id=TASK, make_agent=Hanging, options={"disable_env_checker": True, **DOM}, slots=1,
        isolates_agent=True, agent_timeout_s=1.0,
    )  # fmt: skip
    with closing(worker):
        hung, played, more = (worker.play(seed, NOTHING) for seed in (0, 0, 1))
    assert hung.success is None
    assert "The agent did not answer within 1 s." in str(hung.infra_error)
    assert hung.retries == 0
    assert (played.success, more.success, len(made)) == (True, True, 2)
