"""`WebVectorEnv`: many environments on one thread, with one host and the same browsers, batched."""

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
    """`num_envs` environments that step together: while one page is waited for, the others work.

    Texts are batched as tuples, pixels as one array (num_envs, height, width, 3). Each slot draws its
    own tasks: after `reset(seed=s)`, slot i plays what a single environment plays after
    `reset(seed=s + i)`, whatever the other slots do. A fault stays in its slot: it is truncated, with
    `info["infra_error"]`, and its next reset starts afresh.

    Args:
        task: id of the task family of all slots.
        num_envs: how many slots.
        tasks: ids to deal out to the slots in turn, in place of `task`.
        max_episode_steps: steps after which a slot is truncated; -1 for no limit. By default its
            family's, and with `tasks` too.
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
        self.envs = [WebEnv(name, **options) for name in tasks_of_slots(task, tasks, num_envs)]
        limit = limit_of_all(max_episode_steps, tasks)
        super().__init__(self.envs, max_episode_steps=limit, autoreset_mode=autoreset_mode)

    def _play(self, actions: Mapping[int, Any], episodes: Mapping[int, EpisodeStart]) -> SlotResults:
        first = self.envs[0]
        with nullcontext() if first.has_browser else first.turn:
            return run_slots(dict(enumerate(self.envs)), actions, episodes)

    def call(self, name: str, *arguments: Any) -> tuple[Any, ...]:
        """What each environment answers to a method, or holds as an attribute, of this name."""
        return call_each(self.envs, name, *arguments)

    def close_extras(self, **_: Any) -> None:
        """Give back all sessions and pages."""
        for env in self.envs:
            env.close()


def run_slots(
    envs: Mapping[int, WebEnv], actions: Mapping[int, Any], episodes: Mapping[int, EpisodeStart]
) -> SlotResults:
    """Let some of these environments, by slot, take an action and others begin an episode.

    Raises:
        CheckpointError, BrowserNotFoundError: no slot is at fault for it.
    """
    phases = {slot: acting(envs[slot], action) for slot, action in actions.items()}
    phases |= {slot: beginning(envs[slot], episode) for slot, episode in episodes.items()}
    results = gather(list(phases.values()))
    return {slot: outcome_of(result) for slot, result in zip(phases, results, strict=True)}


def acting(env: WebEnv, action: Any) -> Coroutine[SlotResult]:
    """`WebEnv.step` in phases."""
    shown, reward, terminated, truncated, info = yield from env.stepping(action)
    return SlotResult(shown=shown, info=info, reward=reward, terminated=terminated, truncated=truncated)


def beginning(env: WebEnv, episode: EpisodeStart) -> Coroutine[SlotResult]:
    """`WebEnv.reset` in phases."""
    shown, info = yield from env.resetting(seed=episode.seed, checkpoint=episode.checkpoint)
    return SlotResult(shown=shown, info=info)


def outcome_of(result: SlotResult | Exception) -> SlotResult | EngineFault:
    """A result, or what was raised in its place as a fault, which other processes can be told of."""
    if isinstance(result, BrowserNotFoundError | CheckpointError):
        raise result
    if isinstance(result, SlotResult):
        return result
    detail = reported(result)
    fault = EngineFault(str(detail))
    fault.detail = detail
    return fault


def call_each(envs: Sequence[WebEnv], name: str, *arguments: Any) -> tuple[Any, ...]:
    """What each environment answers to a method, or holds as an attribute, of this name."""
    found = (getattr(env, name) for env in envs)
    return tuple(value(*arguments) if callable(value) else value for value in found)
