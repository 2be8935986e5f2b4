"""`RayVectorEnv`: the slots of a vector environment on the machines of a Ray cluster."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from gymnasium.vector import AutoresetMode

from gristmill.envs.env import WebEnv
from gristmill.envs.vector.base import BaseVectorEnv, EpisodeStart, SlotResults, limit_of_all, tasks_of_slots
from gristmill.envs.vector.ray.cluster import LOCAL, cluster_session
from gristmill.envs.vector.ray.library import require_ray
from gristmill.envs.vector.ray.slots import Slots
from gristmill.envs.vector.ray.supervised_actor import ActorLost, SupervisedActor, get_result, shutdown_all
from gristmill.errors import InvalidOptionError

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Part:
    """The slots of one actor, which follow each other.

    Attributes:
        loss: why the actor was lost, as long as its slots have not told so.
    """

    slots: range
    actor: SupervisedActor
    loss: ActorLost | None = None


class RayVectorEnv(BaseVectorEnv):
    """`num_envs` slots dealt out to `num_actors` processes, each with a host and an engine of its own.

    Batches, seeds, checkpoints and autoreset are those of `WebVectorEnv`: after `reset(seed=s)`, slot i
    plays what a single environment plays after `reset(seed=s + i)`, however many actors there are. When
    an actor or its node dies, another takes its place; its slots come back truncated, with
    `info["infra_error"]`, and their next reset starts afresh. A masked reset that finds an actor dead says
    so in the infos of those of its slots that it was not to reset; they have ended.

    Args:
        task: id of the task family of all slots.
        num_envs: how many slots.
        num_actors: how many processes.
        address: of the cluster, see `cluster_session`. A cluster that this process has joined is reused.
        actor_options: for Ray's actors, such as `num_cpus`; see `SupervisedActor`.
        tasks: ids to deal out to the slots in turn, in place of `task`.
        max_episode_steps: steps after which a slot is truncated; -1 for no limit. By default its
            family's, and with `tasks` too.
        autoreset_mode: as in Gymnasium: at the step after an end, at the same step, or never.
        options: as for `WebEnv`.

    Raises:
        InvalidOptionError: there are less slots than actors, less than one actor, no tasks, or a runtime.
        UnknownNameError: a name does not exist; the message lists those that do.
        ClusterNotFoundError: there is no cluster at the address.
        MissingExtraError: Ray is not installed.
    """

    def __init__(
        self,
        task: str,
        *,
        num_envs: int = 1,
        num_actors: int = 1,
        address: str = LOCAL,
        actor_options: Mapping[str, Any] | None = None,
        tasks: Sequence[str] | None = None,
        max_episode_steps: int | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        **options: Any,
    ) -> None:
        require_ray()
        if options.get("runtime") is not None:
            raise InvalidOptionError("Slots in other processes cannot share a runtime: leave `runtime` out.")
        if not 1 <= num_actors <= num_envs:
            raise InvalidOptionError(f"{num_envs} slots need 1 to {num_envs} actors, not {num_actors}.")
        names = tasks_of_slots(task, tasks, num_envs)
        kinds = {name: WebEnv(name, **options) for name in names}
        limit = limit_of_all(max_episode_steps, tasks)
        super().__init__(
            [kinds[name] for name in names], max_episode_steps=limit, autoreset_mode=autoreset_mode
        )
        self._last_seeds: list[int | None] = [None] * num_envs
        self._losses = 0
        self._parts: list[Part] = []
        self._cluster = ExitStack()
        self._cluster.enter_context(cluster_session(address))
        for turn, dealt in enumerate(np.array_split(np.arange(num_envs), num_actors)):
            slots = range(int(dealt[0]), int(dealt[-1]) + 1)
            actor = SupervisedActor(
                Slots,
                turn=turn,
                actor_options=actor_options,
                tasks={slot: names[slot] for slot in slots},
                options=options,
                next_seeds=dict.fromkeys(slots),
            )
            self._parts.append(Part(slots, actor))

    def _play(self, actions: Mapping[int, Any], episodes: Mapping[int, EpisodeStart]) -> SlotResults:
        """As in `BaseVectorEnv`. Episodes that a lost actor was to begin are begun by the next one."""
        for slot, episode in episodes.items():
            self._last_seeds[slot] = self._last_seeds[slot] if episode.seed is None else episode.seed

        def playing(part: Part) -> tuple[dict[int, Any], dict[int, EpisodeStart]]:
            return of_part(part, actions), of_part(part, episodes)

        wanted = [part for part in self._parts if any(playing(part))]
        told = self._ask([part for part in wanted if part.loss is None], "play", playing)
        left = [part for part in wanted if part not in told and of_part(part, episodes)]
        told |= self._ask(left, "play", lambda part: ({}, of_part(part, episodes)))
        outcomes: SlotResults = {}
        for part in wanted:
            if part.loss is not None:
                outcomes |= dict.fromkeys(part.slots, part.loss)
            outcomes |= told.get(part, {})
            part.loss = None
        return outcomes

    def _ask(
        self, parts: Sequence[Part], method: str, arguments: Callable[[Part], tuple[Any, ...]]
    ) -> dict[Part, Any]:  # what the method returns
        """What the actors of these parts answer. One that is lost is left out: another has its place now."""
        asked = {part: part.actor.submit(method, *arguments(part)) for part in parts}
        told: dict[Part, Any] = {}
        for part, reference in asked.items():
            try:
                told[part] = get_result(reference)
            except ActorLost as loss:
                part.loss = loss
                self._losses += 1
                part.actor.replace(next_seeds={slot: self._next_seed(slot) for slot in part.slots})
        return told

    def _next_seed(self, slot: int) -> int | None:
        """What a slot of a fresh actor draws its tasks from: another stream than the lost one's."""
        seed = self._last_seeds[slot]
        return None if seed is None else int(np.random.default_rng([seed, self._losses]).integers(2**31))

    def call(self, name: str, *arguments: Any) -> tuple[Any, ...]:
        """What each environment answers to a method, or holds as an attribute, of this name.

        Raises:
            ActorLost: one is lost; its slots come back truncated from the next step.
        """
        told = self._ask(self._parts, "call", lambda _: (name, *arguments))
        for part in self._parts:
            if part not in told and part.loss is not None:
                raise part.loss
        return tuple(value for part in self._parts for value in told[part])

    def close_extras(self, **_: Any) -> None:
        """End all actors; leave the cluster if this has joined it."""
        with self._cluster:
            shutdown_all([part.actor for part in self._parts])


def of_part(part: Part, by_slot: Mapping[int, T]) -> dict[int, T]:
    """What there is for the slots of a part."""
    return {slot: by_slot[slot] for slot in part.slots if slot in by_slot}
