"""An agent that gets into another kind of trouble with each seed; imported by worker processes."""

import os
import threading
from pathlib import Path
from typing import Any

from gristmill.agents.base import Observation
from gristmill.envs.env import WebEnv

FINE, RAISES, GARBAGE, HANGS, DIES, DIES_ONCE, ENDS_IT, CALLS, LEAVES = range(9)


class Troublesome:
    """Says `done` at once, but for what its seed has it do; `mark` is a file that says that it has died."""

    name = "troublesome"

    def __init__(self, mark: str) -> None:
        self._mark = Path(mark)

    def begin(self, env: WebEnv, seed: int) -> None:
        self._env, self._seed, self._steps = env, seed, 0

    def act(self, observation: Observation) -> Any:
        self._steps += 1
        match self._seed:
            case 1:
                raise LookupError("no idea")
            case 2 if self._steps < 5:
                return [None, 42, {"name": "fly", "arguments": {}}, "\x00\ud800 click"][self._steps - 1]
            case 3:
                threading.Event().wait()
            case 4:
                os._exit(7)
            case 5 if not self._mark.exists():
                self._mark.touch()
                os._exit(7)
            case 6:
                self._env.step("done")
                return "click e1"
            case 7:
                return {"name": "done", "arguments": {}}
            case 8:
                raise SystemExit("had enough")
        return "done"

    def episode_report(self) -> dict[str, Any]:
        return {"usage": {"input_tokens": self._steps}, "transcript": [{"role": "user"}, "garbage"]}


class Awaited:
    """Its answers are awaited, and never come for the seed 1; all others wait for each other meanwhile."""

    name = "awaited"

    def begin(self, env: WebEnv, seed: int) -> None:
        self._seed = seed

    async def act(self, observation: Observation) -> str:
        import asyncio

        if self._seed == 1:
            await asyncio.Event().wait()
        return "done"
