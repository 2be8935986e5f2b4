"""What an actor of `RayVectorEnv` holds: some of its slots, in a process of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from gymnasium.utils.seeding import np_random
from gymnasium.vector.utils import iterate

from gristmill.envs.vector import WebVectorEnv
from gristmill.envs.web import Info, Observation


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What came of a step or a reset, slot by slot.

    Attributes:
        infos: empty where a masked reset left a slot alone.
    """

    shown: list[Observation]
    rewards: list[float]
    terminations: list[bool]
    truncations: list[bool]
    infos: list[Info]


class Slots:
    """A `WebVectorEnv` that answers slot by slot.

    Args:
        next_seeds: for each slot what the seeds of its resets without a seed are drawn from, or None.
        arguments: for `WebVectorEnv`.
    """

    def __init__(self, *, next_seeds: Sequence[int | None], **arguments: Any) -> None:
        self._envs = WebVectorEnv(**arguments)
        for env, seed in zip(self._envs.envs, next_seeds, strict=True):
            env.np_random = np_random(seed)[0]

    def reset(self, seeds: Sequence[int | None], mask: Sequence[bool]) -> Report:
        """Reset the marked slots."""
        batch, infos = self._envs.reset(seed=seeds, options={"reset_mask": np.array(mask)})
        size = len(seeds)
        return self._report(batch, [0.0] * size, [False] * size, [False] * size, infos)

    def step(self, actions: list[Any]) -> Report:
        """Step all slots."""
        batch, rewards, terminations, truncations, infos = self._envs.step(actions)
        return self._report(batch, rewards.tolist(), terminations.tolist(), truncations.tolist(), infos)

    def call(self, name: str, *arguments: Any) -> tuple[Any, ...]:
        """See `WebVectorEnv.call`."""
        return self._envs.call(name, *arguments)

    def close(self) -> None:
        """Give back sessions and pages."""
        self._envs.close()

    def _report(
        self,
        batch: dict[str, Any],
        rewards: list[float],
        terminations: list[bool],
        truncations: list[bool],
        infos: Info,
    ) -> Report:
        return Report(
            shown=list(iterate(self._envs.observation_space, batch)),
            rewards=rewards,
            terminations=terminations,
            truncations=truncations,
            infos=[info_of(infos, slot) for slot in range(self._envs.num_envs)],
        )


def info_of(infos: Info, slot: int) -> Info:
    """One slot's part of what `VectorEnv` gathers for all."""
    marked = {
        key: value for key, value in infos.items() if not key.startswith("_") and infos[f"_{key}"][slot]
    }
    return {
        key: info_of(value, slot) if isinstance(value, dict) else plain(value[slot])
        for key, value in marked.items()
    }


def plain(value: Any) -> Any:
    """A NumPy scalar as Python's own; anything else as it is."""
    return value.item() if isinstance(value, np.generic) else value
