"""Play a workload of `mechanisms.py` in a runtime."""

import itertools
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from flow import SEED, Plan
from mechanisms import Workload
from replay import Replay

from gristmill.agents.rollouts.runner import play_episodes
from gristmill.agents.scripted.oracle import OracleAgent
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import Runtime
from gristmill.plugins import installed

EVENT_TASK = "Post-Archive-v0"
FIRST_SEED = 20_000  # of episodes that are not recorded


class Player(Protocol):
    """Plays a workload in a runtime."""

    def play(self) -> int:
        """Play some episodes; returns the number of steps."""

    def close(self) -> None:
        """Close the environments."""


class Replayed:
    """A vector that replays recorded episodes, all of the same length in steps."""

    def __init__(self, workload: Workload, runtime: Runtime, plans: list[Plan]) -> None:
        self._workload = workload
        own = iter(plans[1:])
        stream = itertools.repeat(plans[0]) if workload.tasks == "same" else own
        self._replay = Replay(
            engine=workload.engine,
            observation=workload.observation,
            num_envs=workload.num_envs,
            plans=stream,
            runtime=runtime,
        )
        self._length = round(statistics.fmean(len(plan.moves) for plan in plans))
        self._replay.begin()

    def play(self) -> int:
        """See `Player.play`: as many steps in every slot as an episode has on average."""
        rounds = self._length * self._workload.episodes
        return self._replay.advance(rounds, with_digests=self._workload.played_by == "digests").steps

    def close(self) -> None:
        """See `Player.close`."""
        self._replay.close()


class Oracle:
    """The oracle in a thread for each environment; a step includes its cost."""

    def __init__(self, workload: Workload, runtime: Runtime) -> None:
        self._workload, self._runtime, self._at = workload, runtime, FIRST_SEED

    def play(self) -> int:
        """See `Player.play`."""
        size = self._workload.num_envs
        number = size * self._workload.episodes
        seeds: Sequence[int] = [SEED] * number
        if self._workload.tasks == "own":
            seeds, self._at = range(self._at, self._at + number), self._at + number
        options = {"engine": self._workload.engine, "runtime": self._runtime}
        results = play_episodes(self._workload.family, OracleAgent, seeds, num_envs=size, options=options)
        return sum(len(result.steps) for result in results)

    def close(self) -> None:
        """See `Player.close`: nothing is open between rounds."""


class Events:
    """One environment of the test plugin's post office, where letters come by themselves; plays one task."""

    def __init__(self, workload: Workload, runtime: Runtime) -> None:
        self._env = WebEnv(EVENT_TASK, engine=workload.engine, runtime=runtime)
        self._episodes, self._lines = workload.episodes, list[str]()
        self._env.reset(seed=SEED)
        is_over = False
        while not is_over:
            self._lines.append(self._env.oracle())
            *_, is_over, _, _ = self._env.step(self._lines[-1])

    def play(self) -> int:
        """See `Player.play`."""
        for _ in range(self._episodes):
            self._env.reset(seed=SEED)
            for line in self._lines:
                *_, is_over, _, _ = self._env.step(line)
            if not is_over:
                raise RuntimeError(f"{EVENT_TASK} did not end as it was recorded.")
        return self._episodes * len(self._lines)

    def close(self) -> None:
        """See `Player.close`."""
        self._env.close()


def install_post_office() -> None:
    """Install the test plugin in this process, before a runtime is created."""
    sys.path.append(str(Path(__file__).parents[1] / "tests" / "plugin"))
    import postal_world

    found: Any = installed()
    for spec in (postal_world.BOARD, postal_world.KIOSK, postal_world.POST):
        found.apps[spec.name] = spec
        found.families.update({family.id: family() for family in spec.tasks})


def player_of(workload: Workload, runtime: Runtime, plans: list[Plan]) -> Player:
    """What plays a workload."""
    match workload.played_by:
        case "events":
            return Events(workload, runtime)
        case "oracle":
            return Oracle(workload, runtime)
        case _:
            return Replayed(workload, runtime, plans)
