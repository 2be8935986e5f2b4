"""`RayVectorEnv`: the slots of a vector environment on the machines of a Ray cluster."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from gymnasium import spaces
from gymnasium.spaces import Box
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space, concatenate, create_empty_array, iterate

from gristmill.envs.ray.actors import ActorLost, Post, answer_to, dismiss
from gristmill.envs.ray.cluster import LOCAL, joined
from gristmill.envs.ray.library import require_ray
from gristmill.envs.ray.slots import Report, Slots
from gristmill.envs.spaces import MAX_ERROR_LENGTH
from gristmill.envs.vector import Batch, Flags, VectorStep, WebVectorEnv
from gristmill.envs.web import Info, Observation
from gristmill.errors import InvalidOptionError


@dataclass(slots=True, eq=False)
class Part:
    """The slots of one actor, which follow each other.

    Attributes:
        loss: why the actor was lost, as long as its slots have not told so.
    """

    slots: range
    post: Post
    loss: ActorLost | None = None


class RayVectorEnv(VectorEnv[Batch, Any, Any]):
    """`num_envs` slots dealt out to `num_actors` processes, each with a host and an engine of its own.

    Batches, seeds and autoreset are those of `WebVectorEnv`: after `reset(seed=s)`, slot i plays what
    a single environment plays after `reset(seed=s + i)`, however many actors there are. When an actor
    or its node dies, another takes its place; its slots come back truncated, with
    `info["infra_error"]`, and their next reset starts afresh. A masked reset that finds an actor dead says
    so in the infos of those of its slots that it was not to reset; they have ended.

    Args:
        task: id of the task family of all slots.
        num_envs: how many slots.
        num_actors: how many processes.
        address: of the cluster, see `joined`. One that this process works on already is used as it is.
        actor_options: for Ray's actors, such as `num_cpus`; see `Post`.
        tasks: ids to deal out to the slots in turn, in place of `task`.
        max_episode_steps: steps after which a slot is truncated; by default its family's.
        autoreset_mode: as in Gymnasium: at the step after an end, at the same step, or never.
        options: as for `WebEnv`.

    Raises:
        InvalidOptionError: there are less slots than actors, less than one actor, or no tasks.
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
        if not 1 <= num_actors <= num_envs:
            raise InvalidOptionError(f"{num_envs} slots need 1 to {num_envs} actors, not {num_actors}.")
        options |= {"max_episode_steps": max_episode_steps, "autoreset_mode": AutoresetMode(autoreset_mode)}
        pattern = WebVectorEnv(task, tasks=tasks, num_envs=min(num_envs, len(tasks or [task])), **options)
        self.num_envs = num_envs
        self.autoreset_mode = pattern.autoreset_mode
        self.metadata = pattern.metadata
        self.render_mode = pattern.render_mode
        self.single_observation_space = pattern.single_observation_space
        self.single_action_space = pattern.single_action_space
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._shown: list[Observation] = [self._blank() for _ in range(num_envs)]
        self._is_over = np.ones(num_envs, dtype=np.bool_)
        self._seeds: list[int | None] = [None] * num_envs
        self._losses = 0
        self._parts: list[Part] = []
        self._cluster = ExitStack()
        self._cluster.enter_context(joined(address))
        for turn, dealt in enumerate(np.array_split(np.arange(num_envs), num_actors)):
            slots = range(int(dealt[0]), int(dealt[-1]) + 1)
            part_tasks = None if tasks is None else [tasks[slot % len(tasks)] for slot in slots]
            arguments = {"task": task, "num_envs": len(slots), "tasks": part_tasks, **options}
            seeds = [None] * len(slots)
            post = Post(Slots, turn=turn, actor_options=actor_options, next_seeds=seeds, **arguments)
            self._parts.append(Part(slots, post))

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Batch, Info]:
        """Reset all slots, or those that `options["reset_mask"]` marks; see `WebVectorEnv.reset`."""
        mask, seeds = self._mask(dict(options or {})), self._dealt(seed)
        self._seeds = [old if new is None else new for old, new in zip(self._seeds, seeds, strict=True)]

        def asked(part: Part) -> tuple[Any, ...]:
            return [seeds[slot] for slot in part.slots], [bool(mask[slot]) for slot in part.slots]

        wanted = [part for part in self._parts if any(mask[slot] for slot in part.slots)]
        first = self._ask(wanted, "reset", asked)
        again = self._ask([part for part in wanted if isinstance(first[part], ActorLost)], "reset", asked)
        infos: Info = {}
        for part in wanted:
            report, loss = again.get(part, first[part]), part.loss or first[part]
            part.loss = None
            for i, slot in enumerate(part.slots):
                if mask[slot] and isinstance(report, Report):
                    self._take(slot, report.shown[i], report.infos[i], infos, has_ended=False)
                elif isinstance(loss, ActorLost):
                    self._take(slot, *self._failed(loss), infos, has_ended=True)
        return self._batch(), infos

    def _mask(self, options: dict[str, Any]) -> Flags:
        mask = options.pop("reset_mask", np.ones(self.num_envs, dtype=np.bool_))
        if options:
            raise InvalidOptionError(f"reset takes reset_mask alone, but got: {', '.join(options)}.")
        if np.shape(mask) != (self.num_envs,) or not np.any(mask):
            raise InvalidOptionError(f"reset_mask must mark some of {self.num_envs} slots.")
        return np.asarray(mask, dtype=np.bool_)

    def _dealt(self, seed: int | Sequence[int | None] | None) -> list[int | None]:
        if seed is None:
            return [None] * self.num_envs
        dealt = [seed + slot for slot in range(self.num_envs)] if isinstance(seed, int) else seed
        seeds: list[int | None] = list(dealt)
        if len(seeds) != self.num_envs:
            raise InvalidOptionError(f"There are {self.num_envs} slots, but {len(seeds)} seeds.")
        return seeds

    def step(self, actions: Any) -> VectorStep:
        """Step all slots; those that ended before are reset instead, as the autoreset mode says.

        Raises:
            InvalidOptionError: an ended slot was not reset although autoreset is disabled.
        """
        said = actions if isinstance(actions, list) else list(iterate(self.action_space, actions))
        if len(said) != self.num_envs:
            raise InvalidOptionError(f"There are {self.num_envs} slots, but {len(said)} actions.")
        ended = np.flatnonzero(self._is_over).tolist()
        if ended and self.autoreset_mode is not AutoresetMode.NEXT_STEP:
            raise InvalidOptionError(f"Slots {ended} have ended: reset them with reset_mask first.")
        standing = [part for part in self._parts if part.loss is None]
        told = self._ask(standing, "step", lambda part: ([said[slot] for slot in part.slots],))
        rewards = np.zeros(self.num_envs)
        terminations, truncations = (np.zeros(self.num_envs, dtype=np.bool_) for _ in range(2))
        infos: Info = {}
        for part in self._parts:
            answer = part.loss or told[part]
            part.loss = None
            report = self._lost(part, answer) if isinstance(answer, ActorLost) else answer
            whole = slice(part.slots.start, part.slots.stop)
            rewards[whole], terminations[whole] = report.rewards, report.terminations
            truncations[whole] = report.truncations
            for i, slot in enumerate(part.slots):
                has_ended = report.terminations[i] or report.truncations[i]
                self._take(slot, report.shown[i], report.infos[i], infos, has_ended=has_ended)
        return self._batch(), rewards, terminations, truncations, infos

    def _lost(self, part: Part, loss: ActorLost) -> Report:
        """What the slots of a lost actor report; with autoreset at the same step they begin again in it."""
        size = len(part.slots)
        shown, info = self._failed(loss)
        report = Report(
            shown=[shown] * size,
            rewards=[0.0] * size,
            terminations=[False] * size,
            truncations=[True] * size,
            infos=[info] * size,
        )
        if self.autoreset_mode is not AutoresetMode.SAME_STEP:
            return report
        again = self._ask([part], "reset", lambda _: ([None] * size, [True] * size))[part]
        if not isinstance(again, Report):
            return report
        final = {"final_obs": shown, "final_info": info}
        return replace(report, shown=again.shown, infos=[begun | final for begun in again.infos])

    def _ask(
        self, parts: Sequence[Part], method: str, arguments: Callable[[Part], tuple[Any, ...]]
    ) -> dict[Part, Any]:  # what the method returns, or an ActorLost
        """What the actors of these parts answer; where one is lost, its loss: another has its place now."""
        asked = {part: part.post.ask(method, *arguments(part)) for part in parts}
        told: dict[Part, Any] = {}
        for part, reference in asked.items():
            try:
                told[part] = answer_to(reference)
            except ActorLost as loss:
                told[part] = loss
                self._losses += 1
                part.post.replace(next_seeds=[self._next_seed(slot) for slot in part.slots])
        return told

    def _next_seed(self, slot: int) -> int | None:
        """What a slot of a fresh actor draws its tasks from: another stream than the lost one's."""
        seed = self._seeds[slot]
        return None if seed is None else int(np.random.default_rng([seed, self._losses]).integers(2**31))

    def _take(self, slot: int, shown: Observation, info: Info, infos: Info, *, has_ended: bool) -> None:
        if self.autoreset_mode is AutoresetMode.SAME_STEP:  # then a slot that ended has begun again
            has_ended = False
        self._shown[slot] = shown
        self._is_over[slot] = has_ended or info["infra_error"] is not None
        infos.update(self._add_info(infos, info, slot))

    def _add_info(self, vector_infos: Info, env_info: Info, env_num: int) -> Info:
        for key, value in env_info.items():
            if value is None and isinstance(vector_infos.get(key), np.ndarray):
                vector_infos[key] = vector_infos[key].astype(object)  # an array of bools would say False
        return super()._add_info(vector_infos, env_info, env_num)

    def _failed(self, loss: ActorLost) -> tuple[Observation, Info]:
        """What a slot shows whose actor was lost."""
        info = {"success": None, "verdict": None, "infra_error": str(loss), "task": None}
        return self._blank() | {"error": str(loss)[:MAX_ERROR_LENGTH]}, info

    def _blank(self) -> Observation:
        parts = cast("spaces.Dict", self.single_observation_space)
        return {
            key: np.zeros(space.shape or (), space.dtype) if isinstance(space, Box) else ""
            for key, space in parts.items()
        }

    def _batch(self) -> Batch:
        out = create_empty_array(self.single_observation_space, self.num_envs)
        assert out is not None
        return cast("Batch", concatenate(self.single_observation_space, self._shown, out))

    def call(self, name: str, *arguments: Any) -> tuple[Any, ...]:
        """What each environment answers to a method, or holds as an attribute, of this name.

        Raises:
            ActorLost: one is lost; its slots come back truncated from the next step.
        """
        told = self._ask(self._parts, "call", lambda _: (name, *arguments))
        losses = {part: answer for part, answer in told.items() if isinstance(answer, ActorLost)}
        for part, loss in losses.items():
            part.loss = loss
        if losses:
            raise next(iter(losses.values()))
        return tuple(value for part in self._parts for value in told[part])

    def render(self) -> tuple[Any, ...] | None:
        """With `render_mode="rgb_array"` a picture of each slot, else None."""
        return self.call("render") if self.render_mode else None

    def close_extras(self, **_: Any) -> None:
        """End all actors; leave the cluster if this has joined it."""
        with self._cluster:
            dismiss([part.post for part in self._parts])
