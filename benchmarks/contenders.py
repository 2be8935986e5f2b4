"""Contenders of `peers.py`: our engines, and BrowserGym in several settings."""

import itertools
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

from flow import Move, Plan, new_episode
from peer_process import PeerProcess, answers
from replay import Replay

from gristmill.apps.server.dispatcher import bound_to
from gristmill.apps.server.waitress_host import Host
from gristmill.caches import Caches
from gristmill.envs.actions.grammar import parse
from gristmill.envs.episode.runtime import Runtime, default_runtime
from gristmill.plugins import installed

AS_IT_COMES, NO_DELAYS, AXTREE_ALONE = "as it comes", "no delays", "no delays, axtree alone"
KNOWN, TAKEN = "chromium", "chromium, each picture taken"
OBSERVED = {AS_IT_COMES: "text+pixels", NO_DELAYS: "text+pixels", AXTREE_ALONE: "text"}


EPISODES_A_TURN = 4  # of ours, so that every contender's turn takes some seconds


@dataclass
class Tally:
    """Measurements of one contender: seconds of single steps and resets, rates, CPU seconds."""

    steps: list[float] = field(default_factory=list)
    resets: list[float] = field(default_factory=list)
    steps_per_s: list[float] = field(default_factory=list)
    resets_per_s: list[float] = field(default_factory=list)
    cpu_s: float = 0.0
    looks: int = 0
    failures: int = 0

    def add(self, turn: "Tally") -> None:
        """Add a completed turn."""
        for name in ("steps", "resets", "steps_per_s", "resets_per_s"):
            getattr(self, name).extend(getattr(turn, name))
        self.cpu_s += turn.cpu_s
        self.looks += turn.looks


class Contender(Protocol):
    """Something that can play the recorded flow."""

    name: str
    setting: str
    observation: str
    parallel: int

    def play(self, tally: Tally) -> None:
        """Play an episode in each process or slot and record the measurements."""


class Gristmill:
    """Our environments by `gym.make_vec`; a single environment is a vector of one.

    The setting TAKEN disables the screenshot cache, so that every observation takes a screenshot.
    """

    name = "gristmill"

    def __init__(self, plan: Plan, *, setting: str, observation: str, num_envs: int) -> None:
        self.setting, self.parallel = setting, num_envs
        self.observation = {"aria": "text", "aria+pixels": "text+pixels"}[observation]
        self._rounds = len(plan.moves)
        self._runtime = (
            Runtime(caches=Caches(but={"screenshots": "off", "pixels": "off"})) if setting == TAKEN else None
        )
        self._replay = Replay(
            engine="chromium",
            observation=observation,
            num_envs=num_envs,
            plans=itertools.repeat(plan),
            runtime=self._runtime,
        )
        self._replay.begin()

    def play(self, tally: Tally) -> None:
        """See `Contender.play`: several episodes, so that a turn takes about as long as a peer's.

        Each episode is followed by the reset to the next one.
        """
        for _ in range(EPISODES_A_TURN):
            chunk = self._replay.play(self._rounds)
            if chunk.faults:
                raise RuntimeError("An episode ended with an infrastructure failure.")
            tally.steps += chunk.step_s
            tally.resets += chunk.reset_s
            tally.steps_per_s.append(chunk.steps_per_s)
            tally.resets_per_s.append(chunk.resets_per_s)

    def close(self) -> None:
        """Close the environments and the runtime."""
        self._replay.close()
        if self._runtime is not None:
            self._runtime.close()


class BrowserGym:
    """BrowserGym in one setting, in one process per parallel environment."""

    name = "BrowserGym"

    def __init__(self, plan: Plan, workers: list[PeerProcess], setting: str) -> None:
        self.setting, self.parallel = setting, len(workers)
        self.observation = OBSERVED[setting]
        self._workers = workers
        self._seed, self._moves = plan.seed, [for_peer(move) for move in plan.moves]

    def play(self, tally: Tally) -> None:
        """See `Contender.play`: all processes reset, then all of them step."""
        runtime = default_runtime()
        with ExitStack() as stack:
            episodes = [stack.enter_context(closing(new_episode(runtime, self._seed))) for _ in self._workers]
            for worker, episode in zip(self._workers, episodes, strict=True):
                app = bound_to(runtime.dispatcher, episode.session, installed().app("shop").host)
                host = stack.enter_context(closing(Host(app)))
                worker.send(do="reset", url=f"http://127.0.0.1:{host.port}/")
            resets = [one["seconds"][0] for one in answers(self._workers)]
            for worker in self._workers:
                worker.send(do="play", moves=self._moves)
            played = answers(self._workers)
            if not all(episode.judge(is_over=True).success for episode in episodes):
                raise RuntimeError("BrowserGym did not solve the task.")
        tally.resets += resets
        tally.resets_per_s.append(sum(1 / seconds for seconds in resets))
        tally.steps_per_s.append(sum(len(one["seconds"]) / sum(one["seconds"]) for one in played))
        for one in played:
            tally.steps += one["seconds"]
            tally.looks += one["looks"]


def for_peer(move: Move) -> dict[str, Any]:
    """A step as a command for the worker."""
    action = parse(move.line)
    rest = [getattr(action, name) for name in ("text", "option") if hasattr(action, name)]
    parts = urlsplit(move.url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return {
        "verb": action.verb,
        "role": move.role,
        "name": move.name,
        "place": move.place,
        "rest": rest,
        "path": path,
    }
