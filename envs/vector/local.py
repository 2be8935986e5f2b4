"""`WebVectorEnv`: many environments on one thread that share host and browsers."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from gymnasium.vector import AutoresetMode

from gristmill.envs.env import WebEnv
from gristmill.envs.episode.faults import reported
from gristmill.envs.episode.scheduling import Coroutine, gather
from gristmill.envs.vector.base import (
    BaseVectorEnv,
    EpisodeStart,
    SlotResult,
    SlotResults,
    limit_of_all,
    tasks_of_slots,
)
from gristmill.errors import BrowserNotFoundError, CheckpointError, EngineFault


class WebVectorEnv(BaseVectorEnv):
    """`num_envs` environments that step together: while one page loads, the others proceed.

    Texts are batched as tuples, pixels as one array (num_envs, height, width, 3). Each slot samples its own
    tasks: after `reset(seed=s)`, slot i plays what a single environment plays after `reset(seed=s + i)`,
    independent of the other slots. An infrastructure failure affects its slot only, which is truncated with
    `info["infra_error"]` and reset with a new page.

    Args:
        task: id of the task family of all slots.
        num_envs: number of slots.
        tasks: ids to assign to the slots round-robin, in place of `task`.
        max_episode_steps: steps after which a slot is truncated; -1 for no limit. By default its
            family's, also with `tasks`.
        autoreset_mode: as in Gymnasium: at the step after an end, in the same step, or never.
        options: as for `WebEnv`.

    Raises:
        InvalidOptionError: `num_envs` is below 1, or `tasks` is empty.
        UnknownNameError: a name does not exist; the message lists the valid ones.
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
        self.envs = [WebEnv(name, **options) for name in tasks_of_slots(task, tasks, num_envs)]
        limit = limit_of_all(max_episode_steps, tasks)
        super().__init__(self.envs, max_episode_steps=limit, autoreset_mode=autoreset_mode)
        for env, steps in zip(self.envs, self._limits, strict=True):
            env.step_limit = steps

    def _play(self, actions: Mapping[int, Any], episodes: Mapping[int, EpisodeStart]) -> SlotResults:
        first = self.envs[0]
        with nullcontext() if first.has_browser else first.turn:
            return run_slots(dict(enumerate(self.envs)), actions, episodes)

    def call(self, name: str, *arguments: Any) -> tuple[Any, ...]:
        """Call a method of every environment, or get an attribute, by name; one result per slot."""
        return call_each(self.envs, name, *arguments)

    def close_extras(self, **_: Any) -> None:
        """Close all environments."""
        for env in self.envs:
            env.close()


def run_slots(
    envs: Mapping[int, WebEnv], actions: Mapping[int, Any], episodes: Mapping[int, EpisodeStart]
) -> SlotResults:
    """Step some environments and reset others concurrently, by slot.

    Raises:
        CheckpointError, BrowserNotFoundError: errors of the caller or of the installation, not of a slot.
    """
    coroutines = {slot: stepping(envs[slot], action) for slot, action in actions.items()}
    coroutines |= {slot: resetting(envs[slot], episode) for slot, episode in episodes.items()}
    results = gather(list(coroutines.values()))
    return {slot: outcome_of(result) for slot, result in zip(coroutines, results, strict=True)}


def stepping(env: WebEnv, action: Any) -> Coroutine[SlotResult]:
    """`WebEnv.step` as a coroutine."""
    observation, reward, terminated, truncated, info = yield from env.stepping(action)
    return SlotResult(
        observation=observation, info=info, reward=reward, terminated=terminated, truncated=truncated
    )


def resetting(env: WebEnv, episode: EpisodeStart) -> Coroutine[SlotResult]:
    """`WebEnv.reset` as a coroutine."""
    observation, info = yield from env.resetting(seed=episode.seed, checkpoint=episode.checkpoint)
    return SlotResult(observation=observation, info=info)


def outcome_of(result: SlotResult | Exception) -> SlotResult | EngineFault:
    """A result, or an exception as a picklable fault; errors that are no slot's are raised."""
    if isinstance(result, BrowserNotFoundError | CheckpointError):
        raise result
    if isinstance(result, SlotResult):
        return result
    detail = reported(result)
    fault = EngineFault(str(detail))
    fault.detail = detail
    return fault


def call_each(envs: Sequence[WebEnv], name: str, *arguments: Any) -> tuple[Any, ...]:
    """Call a method of each environment, or get an attribute, by name."""
    values = (getattr(env, name) for env in envs)
    return tuple(value(*arguments) if callable(value) else value for value in values)
