"""An agent that takes long over an answer keeps no other episode waiting."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from gristmill.agents.base import BatchAgent, Observation
from gristmill.agents.rollouts import runner
from gristmill.agents.rollouts.answers import Answers
from gristmill.agents.rollouts.ray_runner import RolloutWorker
from gristmill.agents.rollouts.recorder import Keeping
from gristmill.agents.rollouts.results import EpisodeResult
from gristmill.agents.rollouts.runner import play_episodes
from gristmill.agents.scripted.null import NullAgent
from gristmill.agents.scripted.oracle import OracleAgent
from gristmill.envs.env import WebEnv

TASK = "Shop-AddToCart-v0"
DOM = {"engine": "dom", "size": "small"}
DEADLINE_S = 60.0


@pytest.fixture
def answers() -> Iterator[Answers]:
    made = Answers()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """All environments share one thread, so that whoever blocks it blocks them all."""
    monkeypatch.setattr(runner, "MAX_THREADS", 1)


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """An agent of another test may still be at work, such as one that never returns."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + DEADLINE_S
    while left := [
        t.name for t in set(threading.enumerate()) - before if t.name.startswith("gristmill-agent")
    ]:
        assert time.monotonic() < deadline, left


class Slow(OracleAgent):
    """An oracle that in the first episode answers only once the others have ended."""

    is_slow = True
    others_ended = threading.Event()

    def begin(self, env: WebEnv, seed: int) -> None:
        super().begin(env, seed)
        self.seed = seed

    def act(self, observation: Observation) -> str:
        if self.seed == 0:
            assert self.others_ended.wait(DEADLINE_S), "the other episodes were kept waiting"
        return super().act(observation)


class SlowCoroutine(Slow):
    """The same as a coroutine."""

    is_slow = False

    async def act(self, observation: Observation) -> str:  # type: ignore[override]
        if self.seed == 0:
            waited = await asyncio.to_thread(self.others_ended.wait, DEADLINE_S)
            assert waited, "the other episodes were kept waiting"
        return OracleAgent.act(self, observation)


class SlowReturningAwaitable(SlowCoroutine):
    """The same as a function that returns something to await."""

    def act(self, observation: Observation) -> Any:
        return super().act(observation)


def contents(results: Sequence[EpisodeResult]) -> list[object]:
    return [result.to_json(with_timings=False) for result in sorted(results, key=lambda r: r.seed)]


@pytest.mark.slow
@pytest.mark.parametrize("agent", [Slow, SlowCoroutine, SlowReturningAwaitable])
def test_other_episodes_go_on_while_one_waits_for_its_agent(agent: type[Slow]) -> None:
    agent.others_ended = threading.Event()
    played: list[EpisodeResult] = []
    for result in play_episodes(TASK, agent, range(4), num_envs=2, options=DOM):
        played.append(result)
        if len(played) == 3:
            assert 0 not in {each.seed for each in played}
            agent.others_ended.set()
    assert contents(played) == contents(list(play_episodes(TASK, OracleAgent, range(4), options=DOM)))


class Batched:
    """A hand that answers all who wait, and remembers how many those were."""

    name = "batched"

    def __init__(self, count: int) -> None:
        self.sizes: list[int] = []
        self.count = count

    def begin(self, env: WebEnv, seed: int) -> None:
        """Nothing is kept of an episode."""

    def act_batch(self, observations: Sequence[Observation]) -> Sequence[str]:
        self.sizes.append(len(observations))
        return [f'answer "{len(observation["goal"])}"' for observation in observations][: self.count]


class BatchedCoroutine(Batched):
    """The same as a coroutine."""

    async def act_batch(self, observations: Sequence[Observation]) -> Sequence[str]:  # type: ignore[override]
        return await asyncio.to_thread(super().act_batch, observations)


@pytest.mark.parametrize("kind", [Batched, BatchedCoroutine])
def test_whoever_waits_is_answered_in_one_batch(kind: type[Batched], answers: Answers) -> None:
    agent, held = kind(100), threading.Event()
    assert isinstance(agent, BatchAgent)
    answer, first = agent.act_batch, threading.Event()

    def hold(observations: Sequence[Observation]) -> Any:
        first.set()
        held.wait(DEADLINE_S)
        return answer(observations)

    agent.act_batch = hold  # type: ignore[method-assign]
    asked = [answers.ask(agent, {"goal": ""})]
    assert first.wait(DEADLINE_S)
    asked += [answers.ask(agent, {"goal": "x" * n}) for n in range(1, 6)]
    held.set()
    assert [future.result(DEADLINE_S) for future in asked if isinstance(future, Future)] == [
        f'answer "{n}"' for n in range(6)
    ]
    assert agent.sizes == [1, 5]


def test_episodes_of_a_batch_agent_are_played_side_by_side() -> None:
    agent = Batched(100)
    played = list(play_episodes(TASK, lambda: agent, range(6), num_envs=3, options=DOM))
    assert [result.success for result in played] == [False] * 6
    assert sorted(result.steps[0].action for result in played) == sorted(
        f'answer "{len(result.goal)}"' for result in played
    )
    assert sum(agent.sizes) == 6


def test_a_batch_with_too_few_actions_ends_the_run_in_words() -> None:
    agent = Batched(0)
    with pytest.raises(ValueError, match=r"act_batch of batched returned 0 actions for [12] observations"):
        list(play_episodes(TASK, lambda: agent, range(2), num_envs=2, options=DOM))


class Broken(NullAgent):
    """A slow agent with a bug."""

    is_slow = True

    def act(self, observation: Observation) -> str:
        raise ZeroDivisionError("a bug")


class BrokenCoroutine(NullAgent):
    """The same as a coroutine; it also cancels itself."""

    error: BaseException = ZeroDivisionError("a bug")

    async def act(self, observation: Observation) -> str:  # type: ignore[override]
        raise self.error


@pytest.mark.parametrize("agent", [Broken, BrokenCoroutine])
def test_a_slow_agent_that_raises_ends_the_run(agent: Callable[[], Any]) -> None:
    with pytest.raises(ZeroDivisionError, match="a bug"):
        list(play_episodes(TASK, agent, range(4), num_envs=2, options=DOM))


def test_an_agent_that_cancels_itself_ends_the_run_and_does_not_hang() -> None:
    class Cancelled(BrokenCoroutine):
        error = asyncio.CancelledError("by itself")

    with pytest.raises(asyncio.CancelledError):
        list(play_episodes(TASK, Cancelled, range(4), num_envs=2, options=DOM))


def test_breaking_off_waits_for_no_agent() -> None:
    begun, cleaned_up = threading.Event(), threading.Event()

    class Endless(OracleAgent):
        seed = 0

        def begin(self, env: WebEnv, seed: int) -> None:
            super().begin(env, seed)
            self.seed = seed

        async def act(self, observation: Observation) -> str:  # type: ignore[override]
            if self.seed == 0:
                return "done"
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                cleaned_up.set()
            return "done"

    with closing(play_episodes(TASK, Endless, range(4), num_envs=2, options=DOM)) as playing:
        assert next(playing).seed == 0
        assert begun.wait(DEADLINE_S)
    assert cleaned_up.is_set()
    assert not [thread for thread in threading.enumerate() if "gristmill-player" in thread.name]


def test_a_worker_of_a_cluster_asks_slow_agents_alike() -> None:
    agent = BatchedCoroutine(100)
    options = {"disable_env_checker": True, **DOM}
    worker = RolloutWorker(task_id=TASK, make_agent=lambda: agent, options=options, slots=2)
    with ThreadPoolExecutor(2) as threads:
        played = list(threads.map(lambda seed: worker.play(seed, Keeping()), range(4)))
    worker.close()
    assert contents(played) == contents(
        list(play_episodes(TASK, lambda: agent, range(4), num_envs=2, options=DOM))
    )


def test_after_the_end_nothing_is_asked(answers: Answers) -> None:
    answers.close()
    with pytest.raises(CancelledError):
        answers.ask(Broken(), {})
    with pytest.raises(CancelledError):
        answers.ask(BrokenCoroutine(), {})


def test_an_agent_that_answers_at_once_is_asked_in_the_callers_thread(answers: Answers) -> None:
    class Local(NullAgent):
        def act(self, observation: Observation) -> str:
            return threading.current_thread().name

    assert answers.ask(Local(), {}) == threading.current_thread().name
