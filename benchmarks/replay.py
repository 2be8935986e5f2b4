"""Replays recorded episodes in a vector environment."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import gymnasium as gym
import numpy as np
from flow import TASK, Plan
from gymnasium.vector import AutoresetMode
from processes import cpu_seconds, cpu_since
from stopwatch import Stopwatch

from gristmill.envs.episode.runtime import Runtime


@dataclass
class Chunk:
    """Some steps and resets: wall seconds of each, and CPU seconds of all together."""

    steps: int = 0
    resets: int = 0
    step_s: list[float] = field(default_factory=list)
    reset_s: list[float] = field(default_factory=list)
    cpu_s: dict[str, float] = field(default_factory=dict)
    faults: int = 0

    @property
    def steps_per_s(self) -> float:
        """Steps per second, resets excluded."""
        return self.steps / sum(self.step_s)

    @property
    def resets_per_s(self) -> float:
        """Resets per second."""
        return self.resets / sum(self.reset_s)

    @property
    def whole_per_s(self) -> float:
        """Steps per second, time for resets included."""
        return self.steps / (sum(self.step_s) + sum(self.reset_s))


class Replay:
    """A vector environment whose slots replay one recorded episode after the other.

    `plans` supplies each slot's next episode. The caller closes it.
    """

    def __init__(
        self,
        *,
        engine: str,
        observation: str,
        num_envs: int,
        plans: Iterator[Plan],
        runtime: Runtime | None = None,
    ) -> None:
        self._plans = plans
        self._envs = gym.make_vec(
            TASK,
            num_envs=num_envs,
            engine=engine,
            observation=observation,
            autoreset_mode=AutoresetMode.DISABLED,
            runtime=runtime,
        )
        self._playing: list[Any] = [None] * num_envs
        self._at = [0] * num_envs
        self._ended = np.ones(num_envs, dtype=np.bool_)

    def begin(self) -> Chunk:
        """Reset all slots to their first episodes."""
        chunk = Chunk()
        self._reset_ended(chunk)
        return chunk

    def play(self, rounds: int) -> Chunk:
        """Step every slot this many times; slots whose episode ended are reset to the next one."""
        before = cpu_seconds()
        chunk = self.advance(rounds)
        chunk.cpu_s = cpu_since(before)
        return chunk

    def advance(self, rounds: int, *, with_digests: bool = False) -> Chunk:
        """The same without CPU times; with the digest of each slot's rows after each step if asked for."""
        chunk = Chunk()
        for _ in range(rounds):
            self._step(chunk)
            if with_digests:
                self._envs.call("state_digest")
            if self._ended.any():
                self._reset_ended(chunk)
        return chunk

    def _step(self, chunk: Chunk) -> None:
        lines = [plan.moves[at].line for plan, at in zip(self._playing, self._at, strict=True)]
        with Stopwatch(chunk.step_s):
            *_, terminated, truncated, infos = self._envs.step(lines)
        chunk.steps += len(lines)
        self._at = [at + 1 for at in self._at]
        self._ended = terminated | truncated
        faults = np.array([text is not None for text in infos["infra_error"]])
        chunk.faults += int(faults.sum())
        for slot in np.flatnonzero(~faults):
            plan, at = self._playing[slot], self._at[slot]
            if bool(terminated[slot]) != (at == len(plan.moves)) or truncated[slot]:
                raise RuntimeError(f"Seed {plan.seed} diverged from the recording at step {at}.")

    def _reset_ended(self, chunk: Chunk) -> None:
        slots = [int(slot) for slot in np.flatnonzero(self._ended)]
        seeds: list[int | None] = [None] * len(self._playing)
        for slot in slots:
            self._playing[slot], self._at[slot] = next(self._plans), 0
            seeds[slot] = self._playing[slot].seed
        with Stopwatch(chunk.reset_s):
            self._envs.reset(seed=seeds, options={"reset_mask": self._ended.copy()})  # type: ignore[arg-type]
        chunk.resets += len(slots)

    def close(self) -> None:
        """Close the environments."""
        self._envs.close()
