"""A task of one or two steps without a database: press the button that the goal names."""

from collections.abc import Generator
from types import SimpleNamespace
from typing import Any

from numpy.random import default_rng

from gristmill.envs.actions import types as do
from gristmill.envs.actions.grammar import parse
from gristmill.errors import ActionError, EngineFault, InfraError, Unwinnable

COLOURS = ("Amber", "Cobalt", "Crimson", "Ivory", "Jade", "Violet")
SECOND = ("Cancel", "Copy", "Help", "Print", "Send", "Undo")


class ToyEnv:
    """As much of `WebEnv` as players use. Pressing a wrong button makes the task unwinnable.

    With `skin="confirming"` the site has changed: the right button leads to another page, where what was
    pressed must be sent, by one of six buttons that no goal names.
    """

    faulty_seeds: frozenset[int] = frozenset()

    def __init__(self, task_id: str, *, step_cost: float = 0.0, skin: str = "default", **_: Any) -> None:
        self.must_confirm = skin == "confirming"
        self.family = SimpleNamespace(id=task_id, max_steps=4 if self.must_confirm else 3)
        self.step_cost = step_cost
        self.steps_taken, self.seed, self.is_spoilt, self.is_pressed = 0, 0, False, False

    def reset(self, *, seed: int) -> None:
        self.seed, self.steps_taken, self.is_spoilt, self.is_pressed = seed, 0, False, False
        rng = default_rng(seed)
        self.goal = self.wanted = COLOURS[int(rng.integers(len(COLOURS)))]
        self.order = rng.permutation(COLOURS).tolist()

    def checkpoint(self) -> Any:
        return SimpleNamespace(seed=self.seed, steps_taken=self.steps_taken)

    def oracle(self) -> str:
        if self.is_spoilt:
            raise Unwinnable("A wrong button was pressed.")
        return f"click e{self.order.index(self.wanted) + 1}"

    def observation(self) -> dict[str, str]:
        lines = [f'- button "{colour}" [ref=e{i + 1}]' for i, colour in enumerate(self.order)]
        state = "spoilt" if self.is_spoilt else "start"
        return {
            "goal": f"Press {self.goal}", "url": f"http://toy.test/{state}", "title": "Toy", "error": "",
            "aria": "\n".join(lines),
        }  # fmt: skip

    def resetting(self, *, seed: int | None, checkpoint: Any) -> Generator[None, None, Any]:
        yield from ()
        self.reset(seed=checkpoint.seed if checkpoint is not None else seed)
        return self.observation(), {"infra_error": None}

    def stepping(self, action: str) -> Generator[None, None, Any]:
        yield from ()
        if self.seed in self.faulty_seeds:
            info = {"success": None, "infra_error": InfraError("The browser is gone.")}
            return self.observation(), 0.0, False, True, info
        self.steps_taken += 1
        done = self._press(action)
        reward = float(done) - self.step_cost
        return self.observation(), reward, done, False, {"success": done, "infra_error": None}

    def _press(self, action: str) -> bool:
        try:
            parsed = parse(action)
        except ActionError:
            return False
        if not isinstance(parsed, do.Click) or self.is_spoilt:
            return False
        self.is_spoilt = self.order[int(parsed.ref[1:]) - 1] != self.wanted
        if self.must_confirm and not self.is_pressed and not self.is_spoilt:
            self.is_pressed, self.wanted = True, "Send"
            self.order = default_rng(self.seed).permutation(SECOND).tolist()
            return False
        return not self.is_spoilt

    def close(self) -> None: ...


class BrokenEnv(ToyEnv):
    """Never begins an episode."""

    def resetting(self, *, seed: int | None, checkpoint: Any) -> Generator[None, None, Any]:
        yield from ()
        raise EngineFault("The server is gone.")
