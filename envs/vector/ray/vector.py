"""`RayVectorEnv`: a vector environment whose slots run on a Ray cluster."""

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
    """The consecutive slots of one actor.

    Attributes:
        loss: why the actor was lost, until its slots have reported it.
    """

    slots: range
    actor: SupervisedActor
    loss: ActorLost | None = None


class RayVectorEnv(BaseVectorEnv):
    """`num_envs` slots divided among `num_actors` processes, each with its own host and engine.

    Batches, seeds, checkpoints and autoreset are those of `WebVectorEnv`: after `reset(seed=s)`, slot i
    plays what a single environment plays after `reset(seed=s + i)`, however many actors there are. When an
    actor or its node dies, it is replaced; its slots are truncated with `info["infra_error"]` and start new
    episodes. If a masked reset finds an actor dead, the infos of its unmarked slots say so; those have ended.

    Args:
        task: id of the task family of all slots.
        num_envs: number of slots.
        num_actors: number of processes.
        address: of the cluster, see `cluster_session`. An existing connection of this process is reused.
        actor_options: options for Ray's actors, such as `num_cpus`; see `SupervisedActor`.
        tasks: ids to assign to the slots round-robin, in place of `task`.
        max_episode_steps: steps after which a slot is truncated; -1 for no limit. By default its
            family's, also with `tasks`.
        autoreset_mode: as in Gymnasium: at the step after an end, in the same step, or never.
        options: as for `WebEnv`.

    Raises:
        InvalidOptionError: fewer slots than actors, no actors, no tasks, or a `runtime` is given.
        UnknownNameError: a name does not exist; the message lists the valid ones.
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
            raise InvalidOptionError("Slots in other processes cannot share a runtime: omit `runtime`.")
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
        for turn, part_slots in enumerate(np.array_split(np.arange(num_envs), num_actors)):
            slots = range(int(part_slots[0]), int(part_slots[-1]) + 1)
            actor = SupervisedActor(
                Slots,
                turn=turn,
                actor_options=actor_options,
                tasks={slot: names[slot] for slot in slots},
                options=options,
                limits={slot: self._limits[slot] for slot in slots},
                next_seeds=dict.fromkeys(slots),
            )
            self._parts.append(Part(slots, actor))

    def _play(self, actions: Mapping[int, Any], episodes: Mapping[int, EpisodeStart]) -> SlotResults:
        """See `BaseVectorEnv._play`. Resets of a lost actor are retried once on its replacement."""
        for slot, episode in episodes.items():
            self._last_seeds[slot] = self._last_seeds[slot] if episode.seed is None else episode.seed

        def playing(part: Part) -> tuple[dict[int, Any], dict[int, EpisodeStart]]:
            return of_part(part, actions), of_part(part, episodes)

        involved = [part for part in self._parts if any(playing(part))]
        results = self._ask([part for part in involved if part.loss is None], "play", playing)
        unstarted = [part for part in involved if part not in results and of_part(part, episodes)]
        results |= self._ask(unstarted, "play", lambda part: ({}, of_part(part, episodes)))
        outcomes: SlotResults = {}
        for part in involved:
            if part.loss is not None:
                outcomes |= dict.fromkeys(part.slots, part.loss)
            outcomes |= results.get(part, {})
            part.loss = None
        return outcomes

    def _ask(
        self, parts: Sequence[Part], method: str, arguments: Callable[[Part], tuple[Any, ...]]
    ) -> dict[Part, Any]:  # the method's return value
        """Call a method on the actors of these parts. Lost ones are replaced and have no result."""
        references = {part: part.actor.submit(method, *arguments(part)) for part in parts}
        results: dict[Part, Any] = {}
        for part, reference in references.items():
            try:
                results[part] = get_result(reference)
            except ActorLost as loss:
                part.loss = loss
                self._losses += 1
                part.actor.replace(next_seeds={slot: self._next_seed(slot) for slot in part.slots})
        return results

    def _next_seed(self, slot: int) -> int | None:
        """The seed of a replaced slot's generator: a new stream, derived from the slot's last seed."""
        seed = self._last_seeds[slot]
        return None if seed is None else int(np.random.default_rng([seed, self._losses]).integers(2**31))

    def call(self, name: str, *arguments: Any) -> tuple[Any, ...]:
        """Call a method of every environment, or get an attribute, by name; one result per slot.

        Raises:
            ActorLost: an actor is lost; its slots are truncated at the next step.
        """
        results = self._ask(self._parts, "call", lambda _: (name, *arguments))
        for part in self._parts:
            if part not in results and part.loss is not None:
                raise part.loss
        return tuple(value for part in self._parts for value in results[part])

    def close_extras(self, **_: Any) -> None:
        """Shut down all actors, and leave the cluster if this object joined it."""
        with self._cluster:
            shutdown_all([part.actor for part in self._parts])


def of_part(part: Part, by_slot: Mapping[int, T]) -> dict[int, T]:
    """The entries that belong to a part's slots."""
    return {slot: by_slot[slot] for slot in part.slots if slot in by_slot}
