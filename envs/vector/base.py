"""`BaseVectorEnv`: the part of vector environments that does not depend on where slots run."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn, cast

import numpy as np
from gymnasium import spaces
from gymnasium.spaces import Box
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space, concatenate, create_empty_array, iterate
from numpy.typing import NDArray

from gristmill.apps.base import TaskFamily
from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.checkpoints.compatibility import checkpoint_option
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.copying import refuse_copy
from gristmill.envs.episode.faults import reported
from gristmill.envs.episode.step_result import Info, Observation, unjudged
from gristmill.envs.spaces import MAX_ERROR_LENGTH
from gristmill.errors import EngineFault, InvalidOptionError

Batch = dict[str, Any]
Flags = NDArray[np.bool_]
VectorStep = tuple[Batch, NDArray[np.float64], Flags, Flags, Info]


@dataclass(frozen=True, slots=True)
class EpisodeStart:
    """The arguments with which a slot is reset; see `WebEnv.reset`."""

    seed: int | None = None
    checkpoint: Checkpoint | None = None

    @property
    def steps_taken(self) -> int:
        """Steps that a checkpoint has already taken; 0 without one."""
        return self.checkpoint.steps_taken if self.checkpoint is not None else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotResult:
    """A slot's observation and info, and reward and end after a step."""

    observation: Observation
    info: Info
    reward: float = 0.0
    terminated: bool = False
    truncated: bool = False


NO_LIMIT = -1
SlotResults = dict[int, SlotResult | EngineFault]
"""Results by slot; the fault if a slot failed for good."""


def tasks_of_slots(task: str, tasks: Sequence[str] | None, num_envs: int) -> list[str]:
    """The task family of each slot: `tasks` repeated round-robin, or `task` for all.

    Raises:
        InvalidOptionError: `num_envs` is below 1, or `tasks` is empty.
    """
    dealt = list(tasks) if tasks is not None else [task]
    if num_envs < 1 or not dealt:
        raise InvalidOptionError(f"num_envs must be at least 1, not {num_envs}, and tasks must not be empty.")
    return [dealt[slot % len(dealt)] for slot in range(num_envs)]


def step_limit(max_episode_steps: int | None, family: TaskFamily) -> float:
    """The number of steps after which a slot is truncated: by default the family's; -1 means no limit.

    Raises:
        InvalidOptionError: it is 0, below -1, or not an integer.
    """
    if max_episode_steps is None:
        return family.max_steps
    if max_episode_steps == NO_LIMIT:
        return math.inf
    if isinstance(max_episode_steps, bool) or not isinstance(max_episode_steps, int) or max_episode_steps < 1:
        raise InvalidOptionError(
            f"max_episode_steps must be 1 or more, -1 for no limit, or None for the family's limit, "
            f"not {max_episode_steps!r}."
        )
    return max_episode_steps


def limit_of_all(max_episode_steps: int | None, tasks: Sequence[str] | None) -> int | None:
    """The limit shared by all slots; with `tasks` each slot has its family's, unless limits are disabled.

    `make_vec` passes the limit of the one family it was given, which must not apply to other families.
    """
    if tasks is None or (max_episode_steps is not None and max_episode_steps < 1):
        return max_episode_steps
    return None


class BaseVectorEnv(VectorEnv[Batch, Any, Any], ABC):
    """Slots that step together: seeds, resets, limits and ends, batched in Gymnasium's format.

    Subclasses implement `_play` and `call` for slots in this process or in others.

    Args:
        kinds: an environment of each slot's task and options, for its spaces; it is never stepped.
        max_episode_steps: see `step_limit`.
        autoreset_mode: as in Gymnasium.
    """

    def __init__(
        self,
        kinds: Sequence[WebEnv],
        *,
        max_episode_steps: int | None,
        autoreset_mode: AutoresetMode | str,
    ) -> None:
        self.num_envs = len(kinds)
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.metadata = {**kinds[0].metadata, "autoreset_mode": self.autoreset_mode}
        self.render_mode = kinds[0].render_mode
        self.single_observation_space = kinds[0].observation_space
        self.single_action_space = kinds[0].action_space
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self._kinds = kinds
        self._limits = [step_limit(max_episode_steps, kind.family) for kind in kinds]
        self._steps_taken = [0] * self.num_envs
        self._observations = [self._blank() for _ in kinds]
        self._is_over = np.ones(self.num_envs, dtype=np.bool_)

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        """Refuse `copy`, `deepcopy` and `pickle`: pages and sessions have a single owner."""
        refuse_copy(self, how='call("checkpoint")')

    @abstractmethod
    def _play(self, actions: Mapping[int, Any], episodes: Mapping[int, EpisodeStart]) -> SlotResults:
        """Step some slots and reset others concurrently; no slot is in both.

        Returns:
            The result of each of these slots, and the faults of other slots that were lost with them.

        Raises:
            CheckpointError, BrowserNotFoundError: errors of the caller or of the installation, not of a slot.
        """

    @abstractmethod
    def call(self, name: str, *arguments: Any) -> tuple[Any, ...]:
        """Call a method of every environment, or get an attribute, by name; one result per slot."""

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Batch, Info]:
        """Reset all slots, or those marked by the boolean array `options["reset_mask"]`.

        Args:
            seed: one per slot; or one number, to which the slot's index is added; or None.
            options: `reset_mask`; and `checkpoint`: one that all these slots restore, or a list with one
                per slot (None samples a task). Step limits include the checkpoint's steps.

        Raises:
            InvalidOptionError: a length does not match the slots, or an option is unknown.
            CheckpointError: a checkpoint cannot be restored here; all slots are unchanged.
            BrowserNotFoundError: the engine needs a browser and there is none.
        """
        options = dict(options or {})
        mask = options.pop("reset_mask", np.ones(self.num_envs, dtype=np.bool_))
        if np.shape(mask) != (self.num_envs,) or not np.any(mask):
            raise InvalidOptionError(f"reset_mask must mark at least one of {self.num_envs} slots.")
        seeds, checkpoints = self._seeds(seed), self._checkpoints(options)
        slots = [int(slot) for slot in np.flatnonzero(mask)]
        for slot in slots:
            checkpoint = checkpoints[slot]
            if checkpoint is not None:
                self._kinds[slot].require_compatible(checkpoint)
        outcomes = self._advance({}, {slot: EpisodeStart(seeds[slot], checkpoints[slot]) for slot in slots})
        return self._batch(), self._infos(outcomes)

    def _checkpoints(self, options: Mapping[str, Any]) -> list[Checkpoint | None]:
        given = options.get("checkpoint")
        listed = given if isinstance(given, list | tuple) else [given] * self.num_envs
        if len(listed) != self.num_envs:
            raise InvalidOptionError(f"There are {len(listed)} checkpoints for {self.num_envs} slots.")
        return [checkpoint_option({**options, "checkpoint": each}) for each in listed]

    def _seeds(self, seed: int | Sequence[int | None] | None) -> list[int | None]:
        if seed is None:
            return [None] * self.num_envs
        if isinstance(seed, int | np.integer):
            return list(range(int(seed), int(seed) + self.num_envs))
        seeds = [None if each is None else int(each) for each in seed]
        if len(seeds) != self.num_envs:
            raise InvalidOptionError(f"There are {len(seeds)} seeds for {self.num_envs} slots.")
        return seeds

    def step(self, actions: Any) -> VectorStep:
        """Step all slots; ended slots are reset instead, as the autoreset mode says.

        A slot's action may be a list of actions, see `WebEnv.step`; each counts for its limit.

        A slot whose action is None is skipped, ended or not: it returns its last observation, reward 0,
        neither end, and `info["idle"]`.

        Raises:
            InvalidOptionError: an ended slot was not reset although autoreset is disabled.
        """
        given = list(actions if isinstance(actions, list | tuple) else iterate(self.action_space, actions))
        if len(given) != self.num_envs:
            raise InvalidOptionError(f"There are {len(given)} actions for {self.num_envs} slots.")
        ended = [int(slot) for slot in np.flatnonzero(self._is_over) if given[slot] is not None]
        if ended and self.autoreset_mode is AutoresetMode.DISABLED:
            raise InvalidOptionError(
                f"Slots {ended} have ended: reset them with reset_mask first, or give them None."
            )
        running = {
            slot: action
            for slot, action in enumerate(given)
            if action is not None and not self._is_over[slot]
        }
        outcomes = self._advance(running, dict.fromkeys(ended, EpisodeStart()))
        if self.autoreset_mode is AutoresetMode.SAME_STEP:
            outcomes |= self._autoreset(outcomes)
        outcomes = {slot: self._idle(slot) for slot in range(self.num_envs)} | outcomes
        ordered = [outcomes[slot] for slot in range(self.num_envs)]
        rewards = np.array([outcome.reward for outcome in ordered], dtype=np.float64)
        terminations = np.array([outcome.terminated for outcome in ordered], dtype=np.bool_)
        truncations = np.array([outcome.truncated for outcome in ordered], dtype=np.bool_)
        return self._batch(), rewards, terminations, truncations, self._infos(outcomes)

    def _idle(self, slot: int) -> SlotResult:
        """The result of a slot that was skipped."""
        return SlotResult(observation=self._observations[slot], info={"idle": True})

    def _autoreset(self, outcomes: Mapping[int, SlotResult]) -> dict[int, SlotResult]:
        """Reset the slots that have just ended; infos carry the final observation and info."""
        ended = {slot: outcome for slot, outcome in outcomes.items() if self._is_over[slot]}
        fresh = self._advance({}, dict.fromkeys(ended, EpisodeStart())) if ended else {}
        for slot, last in ended.items():
            info = {**fresh[slot].info, "final_obs": last.observation, "final_info": last.info}
            fresh[slot] = replace(last, observation=fresh[slot].observation, info=info)
        return fresh

    def _advance(
        self, actions: Mapping[int, Any], episodes: Mapping[int, EpisodeStart]
    ) -> dict[int, SlotResult]:
        """`_play` with faults as truncated results, limits applied, and slot state updated."""
        outcomes = {}
        for slot, result in self._play(actions, episodes).items():
            outcome = self._failed(result) if isinstance(result, EngineFault) else result
            if slot in episodes:
                self._steps_taken[slot] = episodes[slot].steps_taken
            elif slot in actions:
                self._steps_taken[slot] = outcome.info.get("steps_taken", self._steps_taken[slot] + 1)
                is_late = self._steps_taken[slot] >= self._limits[slot] and not outcome.terminated
                outcome = replace(outcome, truncated=outcome.truncated or is_late)
            self._observations[slot] = outcome.observation
            self._is_over[slot] = outcome.terminated or outcome.truncated
            outcomes[slot] = outcome
        return outcomes

    def _failed(self, fault: EngineFault) -> SlotResult:
        """The truncated result of a slot that failed for good."""
        info = unjudged(reported(fault)) | {"task": None, "outline": None}
        observation = self._blank() | {"error": str(fault)[:MAX_ERROR_LENGTH]}
        return SlotResult(observation=observation, info=info, truncated=True)

    def _blank(self) -> Observation:
        parts = cast("spaces.Dict", self.single_observation_space)
        return {
            key: np.zeros(space.shape or (), space.dtype) if isinstance(space, Box) else ""
            for key, space in parts.items()
        }

    def _infos(self, outcomes: Mapping[int, SlotResult]) -> Info:
        infos: Info = {}
        for slot, outcome in sorted(outcomes.items()):
            infos = self._add_info(infos, outcome.info, slot)
        return infos

    def _add_info(self, vector_infos: Info, env_info: Info, env_num: int) -> Info:
        for key, value in env_info.items():
            if value is None and isinstance(vector_infos.get(key), np.ndarray):
                vector_infos[key] = vector_infos[key].astype(object)  # an array of bools would say False
        return super()._add_info(vector_infos, env_info, env_num)

    def _batch(self) -> Batch:
        out = create_empty_array(self.single_observation_space, self.num_envs)
        assert out is not None
        return cast("Batch", concatenate(self.single_observation_space, self._observations, out))

    def render(self) -> tuple[Any, ...] | None:
        """A frame of each slot with `render_mode="rgb_array"`, else None."""
        return self.call("render") if self.render_mode else None
