"""The Ray actor that holds some slots of a `RayVectorEnv`."""

from collections.abc import Mapping
from typing import Any

from gymnasium.utils.seeding import np_random

from gristmill.envs.env import WebEnv
from gristmill.envs.vector.base import EpisodeStart, SlotResults
from gristmill.envs.vector.local import call_each, run_slots


class Slots:
    """Environments by slot.

    Args:
        tasks: ids of task families, by slot.
        options: as for `WebEnv`.
        limits: number of steps after which each slot is truncated, by slot.
        next_seeds: by slot, the seed of the generator for resets without a seed, or None.
    """

    def __init__(
        self,
        *,
        tasks: Mapping[int, str],
        options: Mapping[str, Any],
        limits: Mapping[int, float],
        next_seeds: Mapping[int, int | None],
    ) -> None:
        self._envs = {slot: WebEnv(task, **options) for slot, task in tasks.items()}
        for slot, env in self._envs.items():
            env.step_limit = limits[slot]
            env.np_random = np_random(next_seeds[slot])[0]

    def play(self, actions: Mapping[int, Any], episodes: Mapping[int, EpisodeStart]) -> SlotResults:
        """See `run_slots`."""
        return run_slots(self._envs, actions, episodes)

    def call(self, name: str, *arguments: Any) -> tuple[Any, ...]:
        """See `call_each`; results in slot order."""
        return call_each(list(self._envs.values()), name, *arguments)

    def close(self) -> None:
        """Close all environments."""
        for env in self._envs.values():
            env.close()
