"""`WebVectorEnv`: many environments on one thread, one host and one browser, batched."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

import numpy as np
from gymnasium import spaces
from gymnasium.spaces import Box
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space, concatenate, create_empty_array, iterate
from numpy.typing import NDArray

from gristmill.envs.checkpoint import Checkpoint
from gristmill.envs.fitting import checkpoint_of
from gristmill.envs.phases import Phases, run_together
from gristmill.envs.web import Info, Observation, StepResult, WebEnv
from gristmill.errors import BrowserNotFoundError, CheckpointError, InvalidOptionError

T = TypeVar("T")

Batch = dict[str, Any]
Flags = NDArray[np.bool_]
VectorStep = tuple[Batch, NDArray[np.float64], Flags, Flags, Info]


class WebVectorEnv(VectorEnv[Batch, Any, Any]):
    """`num_envs` environments that step together: while one page is waited for, the others work.

    Texts are batched as tuples, pixels as one array (num_envs, height, width, 3). Each slot draws its
    own tasks: after `reset(seed=s)`, slot i plays what a single environment plays after
    `reset(seed=s + i)`, whatever the other slots do. A fault stays in its slot: it is truncated, with
    `info["infra_error"]`, and its next reset starts afresh.

    Args:
        task: id of the task family of all slots.
        num_envs: how many slots.
        tasks: ids to deal out to the slots in turn, in place of `task`.
        max_episode_steps: steps after which a slot is truncated; by default its family's.
        autoreset_mode: as in Gymnasium: at the step after an end, at the same step, or never.
        options: as for `WebEnv`.

    Raises:
        InvalidOptionError: `num_envs` is below 1, or `tasks` is empty.
        UnknownNameError: a name does not exist; the message lists those that do.
    """

    def __init__(
        self,
        task: str,
        *,
        num_envs: int = 1,
        tasks: Sequence[str] | None = None,
        max_episode_steps: int | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        **options: Any,
    ) -> None:
        dealt = list(tasks) if tasks is not None else [task]
        if num_envs < 1 or not dealt:
            raise InvalidOptionError(f"num_envs must be 1 or more (not {num_envs}), and tasks not empty.")
        self.envs = [WebEnv(dealt[slot % len(dealt)], **options) for slot in range(num_envs)]
        self.num_envs = num_envs
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.metadata = {**WebEnv.metadata, "autoreset_mode": self.autoreset_mode}
        self.render_mode = self.envs[0].render_mode
        self.single_observation_space = self.envs[0].observation_space
        self.single_action_space = self.envs[0].action_space
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        is_uniform = tasks is None
        self._limits = [
            max_episode_steps if max_episode_steps and is_uniform else env.family.max_steps
            for env in self.envs
        ]
        self._shown: list[Observation] = [self._blank() for _ in self.envs]
        self._is_over = np.ones(num_envs, dtype=np.bool_)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Batch, Info]:
        """Reset all slots, or those that `options["reset_mask"]` marks (a boolean array).

        Args:
            seed: one for each slot; or one number, to which a slot's index is added; or None.
            options: `reset_mask`; and `checkpoint`: one from which all these slots go on, or a list with
                one for each slot (None draws a task). Their steps count on from the checkpoint's.

        Raises:
            InvalidOptionError: something does not fit the slots, or there are other options.
            CheckpointError: a checkpoint cannot be continued here; all slots are as they were.
            BrowserNotFoundError: the engine needs a browser and there is none.
        """
        options = dict(options or {})
        mask = options.pop("reset_mask", np.ones(self.num_envs, dtype=np.bool_))
        if np.shape(mask) != (self.num_envs,) or not np.any(mask):
            raise InvalidOptionError(f"reset_mask must mark some of {self.num_envs} slots.")
        slots = [int(slot) for slot in np.flatnonzero(mask)]
        checkpoints = self._checkpoints(options)
        for slot in slots:
            checkpoint = checkpoints[slot]
            if checkpoint is not None:
                self.envs[slot].require_fitting(checkpoint)
        infos: Info = {}
        self._reset_slots(slots, self._seeds(seed), infos, checkpoints)
        return self._batch(), infos

    def _checkpoints(self, options: Mapping[str, Any]) -> list[Checkpoint | None]:
        given = options.get("checkpoint")
        listed = given if isinstance(given, list | tuple) else [given] * self.num_envs
        if len(listed) != self.num_envs:
            raise InvalidOptionError(f"There are {self.num_envs} slots, but {len(listed)} checkpoints.")
        return [checkpoint_of({**options, "checkpoint": each}) for each in listed]

    def _seeds(self, seed: int | Sequence[int | None] | None) -> list[int | None]:
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
        said = list(iterate(self.action_space, actions)) if not isinstance(actions, list) else actions
        if len(said) != self.num_envs:
            raise InvalidOptionError(f"There are {self.num_envs} slots, but {len(said)} actions.")
        ended = [slot for slot in range(self.num_envs) if self._is_over[slot]]
        if ended and self.autoreset_mode is not AutoresetMode.NEXT_STEP:
            raise InvalidOptionError(f"Slots {ended} have ended: reset them with reset_mask first.")
        running = [slot for slot in range(self.num_envs) if slot not in set(ended)]
        rewards = np.zeros(self.num_envs)
        terminations, truncations = (np.zeros(self.num_envs, dtype=np.bool_) for _ in range(2))
        infos: Info = {}
        results = self._together(running, [self.envs[slot].stepping(said[slot]) for slot in running])
        for slot, result in results.items():
            shown, reward, terminated, truncated, info = self._step_of(result)
            is_late = self.envs[slot].steps_taken >= self._limits[slot]
            truncated = truncated or (not terminated and is_late)
            rewards[slot], terminations[slot], truncations[slot] = reward, terminated, truncated
            self._shown[slot], self._is_over[slot] = shown, terminated or truncated
            self._note(infos, info, slot)
        self._redraw(ended, infos)
        if self.autoreset_mode is AutoresetMode.SAME_STEP:
            self._restart(infos)
        return self._batch(), rewards, terminations, truncations, infos

    def _restart(self, infos: Info) -> None:
        """Reset the slots that have just ended; what they ended with goes into `infos`."""
        slots = [int(slot) for slot in np.flatnonzero(self._is_over)]
        told = {key: values for key, values in infos.items() if not key.startswith("_")}
        finals = {slot: {key: values[slot] for key, values in told.items()} for slot in slots}
        for slot, final in finals.items():
            self._note(infos, {"final_obs": self._shown[slot], "final_info": final}, slot)
        self._redraw(slots, infos)

    def _redraw(self, slots: Sequence[int], infos: Info) -> None:
        """Let these slots draw their next tasks."""
        self._reset_slots(slots, [None] * self.num_envs, infos, [None] * self.num_envs)

    def _reset_slots(
        self,
        slots: Sequence[int],
        seeds: Sequence[int | None],
        infos: Info,
        checkpoints: Sequence[Checkpoint | None],
    ) -> None:
        resetting = [
            self.envs[slot].resetting(seed=seeds[slot], checkpoint=checkpoints[slot]) for slot in slots
        ]
        results = self._together(slots, resetting)
        for slot, result in results.items():
            shown, info = self._failed(result) if isinstance(result, Exception) else result
            self._shown[slot], self._is_over[slot] = shown, info["infra_error"] is not None
            self._note(infos, info, slot)

    def _together(self, slots: Sequence[int], phases: Sequence[Phases[T]]) -> dict[int, T | Exception]:
        """The results by slot, or what was raised there; what no slot is at fault for is raised here."""
        results = dict(zip(slots, run_together(phases), strict=True))
        for result in results.values():
            if isinstance(result, BrowserNotFoundError | CheckpointError):
                raise result
        return results

    def _step_of(self, result: StepResult | Exception) -> StepResult:
        if not isinstance(result, Exception):
            return result
        shown, info = self._failed(result)
        return shown, 0.0, False, True, info

    def _failed(self, error: Exception) -> tuple[Observation, Info]:
        """What a slot shows whose machinery failed for good."""
        told = f"{type(error).__name__}: {error}"
        info = {"success": None, "verdict": None, "infra_error": told, "task": None}
        return self._blank() | {"error": told[:1000]}, info

    def _blank(self) -> Observation:
        parts = cast("spaces.Dict", self.single_observation_space)
        return {
            key: np.zeros(space.shape or (), space.dtype) if isinstance(space, Box) else ""
            for key, space in parts.items()
        }

    def _note(self, infos: Info, info: Info, slot: int) -> None:
        for key, value in info.items():
            if value is None and key in infos:  # else an array of booleans would take it for False
                infos[key] = infos[key].astype(object)
        infos.update(self._add_info(infos, info, slot))

    def _batch(self) -> Batch:
        out = create_empty_array(self.single_observation_space, self.num_envs)
        assert out is not None
        return cast("Batch", concatenate(self.single_observation_space, self._shown, out))

    def call(self, name: str, *arguments: Any) -> tuple[Any, ...]:
        """What each environment answers to a method, or holds as an attribute, of this name."""
        found = (getattr(env, name) for env in self.envs)
        return tuple(value(*arguments) if callable(value) else value for value in found)

    def render(self) -> tuple[Any, ...] | None:
        """With `render_mode="rgb_array"` a picture of each slot, else None."""
        return self.call("render") if self.render_mode else None

    def close_extras(self, **_: Any) -> None:
        """Give back all sessions and pages."""
        for env in self.envs:
            env.close()
