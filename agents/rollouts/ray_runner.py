"""Plays many episodes on the machines of a Ray cluster."""

import queue
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import gymnasium as gym
import numpy as np

from gristmill.agents.base import AnyAgent
from gristmill.agents.rollouts.answers import Answers
from gristmill.agents.rollouts.player import OnStep, Player
from gristmill.agents.rollouts.recorder import NOTHING, Keeping
from gristmill.agents.rollouts.results import EpisodeResult
from gristmill.agents.rollouts.runner import MAX_THREADS
from gristmill.envs.vector.ray import (
    LOCAL,
    ActorLost,
    SupervisedActor,
    cluster_session,
    get_result,
    require_ray,
    shutdown_all,
)
from gristmill.errors import InfraError, InvalidOptionError

MAX_LOSSES = 3  # an episode that lost its actor this often is assumed to cause it


def play_on_ray(
    task_id: str,
    make_agent: Callable[[], AnyAgent],
    seeds: Sequence[int],
    *,
    address: str = LOCAL,
    num_actors: int | None = None,
    num_envs: int = 1,
    actor_options: Mapping[str, Any] | None = None,
    record_frames: int = 0,
    options: Mapping[str, Any] | None = None,
    on_step: OnStep | None = None,
    keeping: Keeping = NOTHING,
    isolates_agent: bool = False,
    agent_timeout_s: float | None = None,
) -> Generator[EpisodeResult, None, None]:
    """Yield the results of these seeds as episodes end, each exactly once; see `play_episodes`.

    When an actor or its node dies, a replacement plays the episodes that had not returned. An episode that
    loses its actor three times is returned with `infra_error` and without a verdict.

    Args:
        task_id: id of a task family.
        make_agent: makes an agent for each environment, or returns one `BatchAgent` for all, of which each
            actor has a copy; sent to the actors by cloudpickle.
        seeds: one episode each, started in this order.
        address: of the cluster, see `gristmill.envs.vector.ray.cluster_session`.
        num_actors: number of processes; by default one per CPU, at most one per environment.
        num_envs: number of concurrent environments over all processes; at most 16 in each.
        actor_options: options for Ray's actors, such as `num_cpus`.
        record_frames: number of episodes, from the first, whose screenshots are kept.
        options: further arguments of `gymnasium.make`.
        on_step: called for each step when its episode has returned, not while it is played.
        keeping: what is kept besides; its `frames` follow from `record_frames`.
        isolates_agent: whether an exception of an agent is a failure of its episode alone.
        agent_timeout_s: seconds that an agent may take for one answer; an episode in which it takes longer
            is returned with `infra_error`, and another agent plays the next one. None for no limit.

    Raises:
        InvalidOptionError: `num_envs` or `num_actors` is less than 1.
        ClusterNotFoundError: there is no cluster at the address.
        MissingExtraError: Ray is not installed.
    """
    if num_envs < 1 or (num_actors is not None and num_actors < 1):
        raise InvalidOptionError(
            f"num_envs and num_actors must be at least 1, not {num_envs} and {num_actors}."
        )
    require_ray()
    arguments = {"disable_env_checker": True, **(options or {})}
    if record_frames:
        arguments["render_mode"] = "rgb_array"
    worker = {"task_id": task_id, "make_agent": make_agent, "options": arguments}
    scheduler = RolloutScheduler(
        seeds,
        record_frames=record_frames,
        worker={**worker, "isolates_agent": isolates_agent, "agent_timeout_s": agent_timeout_s},
        actor_options=actor_options or {},
        keeping=keeping,
    )
    size = min(num_envs, len(seeds))
    return on_cluster(address, lambda: scheduler.play(slots_per_actor(size, num_actors)), on_step)


def on_cluster(
    address: str, play: Callable[[], Generator[EpisodeResult, None, None]], on_step: OnStep | None
) -> Generator[EpisodeResult, None, None]:
    """Connect this process to the cluster and yield what `play` yields."""
    with cluster_session(address), closing(play()) as playing:
        for result in playing:
            if on_step is not None:
                for step in result.steps:
                    on_step(step)
            yield result


def slots_per_actor(size: int, num_actors: int | None) -> list[int]:
    """Distribute `size` environments over actors as evenly as possible; at most 16 for each actor."""
    processors = int(require_ray().cluster_resources().get("CPU", 1))
    actors = min(size, num_actors or max(1, processors))
    parts = np.array_split(np.arange(size), actors) if size else []
    return [min(len(part), MAX_THREADS) for part in parts]


class RolloutWorker:
    """A Ray actor that plays episodes; its process has an HTTP host and an engine of its own.

    Args:
        slots: number of concurrent episodes.
    """

    def __init__(
        self,
        *,
        task_id: str,
        make_agent: Callable[[], AnyAgent],
        options: Mapping[str, Any],
        slots: int,
        isolates_agent: bool = False,
        agent_timeout_s: float | None = None,
    ) -> None:
        self._isolates_agent, self._agent_timeout_s = isolates_agent, agent_timeout_s
        self._task_id, self._make_agent, self._options = task_id, make_agent, options
        self._answers = Answers(in_threads=agent_timeout_s is not None)
        self._envs: list[gym.Env[Any, Any]] = []
        self._free: queue.SimpleQueue[Slot] = queue.SimpleQueue()
        for _ in range(slots):
            self._free.put(Slot())

    def play(self, seed: int, keeping: Keeping) -> EpisodeResult:
        """Play the episode of this seed in a free environment."""
        slot = self._free.get()
        try:
            player = slot.player or self._new_player(slot)
            return player.play(seed, keeping=keeping)
        finally:
            if slot.player is not None and slot.player.is_hung:
                slot.player = None  # its agent is left behind
            self._free.put(slot)

    def _new_player(self, slot: "Slot") -> Player:
        if slot.env is None:
            slot.env = gym.make(self._task_id, **self._options)
            self._envs.append(slot.env)
        slot.player = Player(
            slot.env,
            self._make_agent(),
            on_step=lambda _: None,
            answers=self._answers,
            isolates_agent=self._isolates_agent,
            agent_timeout_s=self._agent_timeout_s,
        )
        return slot.player

    def close(self) -> None:
        """Close all environments, and end what agents are at work on."""
        self._answers.close()
        for env in self._envs:
            env.close()


@dataclass(slots=True)
class Slot:
    """An environment of an actor and who plays in it, both made when they are first needed."""

    env: gym.Env[Any, Any] | None = None
    player: Player | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """An episode, by its index among the seeds, and the actor that plays it."""

    index: int
    actor: SupervisedActor


class RolloutScheduler:
    """Assigns episodes to actors as their slots become free.

    Args:
        worker: arguments of `RolloutWorker` except `slots`.
    """

    def __init__(
        self,
        seeds: Sequence[int],
        *,
        record_frames: int,
        worker: Mapping[str, Any],
        actor_options: Mapping[str, Any],
        keeping: Keeping = NOTHING,
    ) -> None:
        self._seeds, self._record_frames, self._keeping = seeds, record_frames, keeping
        self._worker, self._actor_options = worker, actor_options
        self._waiting = deque(range(len(seeds)))
        self._losses = [0] * len(seeds)
        self._assigned: dict[Any, Assignment] = {}  # by the Ray object reference of the result

    def play(self, slots_per_actor: Sequence[int]) -> Generator[EpisodeResult, None, None]:
        """Play all seeds on one actor per entry of `slots_per_actor`; yields results as they arrive."""
        actors = [self._spawn_actor(turn, slots) for turn, slots in enumerate(slots_per_actor)]
        try:
            for actor, slots in zip(actors, slots_per_actor, strict=True):
                self._assign(actor, slots)
            while self._assigned:
                [reference], _ = require_ray().wait(list(self._assigned), num_returns=1)
                yield from self._received(reference)
        finally:
            shutdown_all(actors)

    def _spawn_actor(self, turn: int, slots: int) -> SupervisedActor:
        options = self._actor_options
        return SupervisedActor(
            RolloutWorker, turn=turn, concurrency=slots, actor_options=options, slots=slots, **self._worker
        )

    def _assign(self, actor: SupervisedActor, number: int) -> None:
        for _ in range(min(number, len(self._waiting))):
            index = self._waiting.popleft()
            reference = actor.submit("play", self._seeds[index], self._keeping_of(index))
            self._assigned[reference] = Assignment(index, actor)

    def _keeping_of(self, index: int) -> Keeping:
        return replace(self._keeping, frames=index < self._record_frames)

    def _received(self, reference: Any) -> Generator[EpisodeResult, None, None]:
        """The result behind this reference; if its actor is lost, the results of abandoned episodes."""
        assignment = self._assigned[reference]
        try:
            result: EpisodeResult = get_result(reference)
        except ActorLost as loss:
            yield from self._recovered(assignment.actor, loss)
            return
        del self._assigned[reference]
        self._assign(assignment.actor, 1)
        yield replace(result, retries=result.retries + self._losses[assignment.index])

    def _recovered(self, actor: SupervisedActor, loss: ActorLost) -> list[EpisodeResult]:
        """Replace an actor and requeue its episodes; returns the results of those abandoned for good."""
        lost = {
            reference: assignment.index
            for reference, assignment in self._assigned.items()
            if assignment.actor is actor
        }
        for reference in lost:
            del self._assigned[reference]
        abandoned = []
        for index in sorted(lost.values(), reverse=True):
            self._losses[index] += 1
            if self._losses[index] < MAX_LOSSES:
                self._waiting.appendleft(index)
            else:
                abandoned.append(self._lost_result(index, loss))
        actor.replace()
        self._assign(actor, len(lost))
        return abandoned

    def _lost_result(self, index: int, loss: ActorLost) -> EpisodeResult:
        return EpisodeResult(
            task_id=self._worker["task_id"],
            agent=self._worker["make_agent"]().name,
            seed=self._seeds[index],
            goal="",
            success=None,
            steps=(),
            checks=(),
            reset_s=0.0,
            retries=MAX_LOSSES - 1,
            infra_error=InfraError(str(loss), source="process"),
        )
