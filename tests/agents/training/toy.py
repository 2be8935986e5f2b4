"""Tasks of one to five steps without a database: press the button that the goal names."""

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
        self.steps_taken, self.seed, self.is_spoilt, self.is_pressed, self.presses = 0, 0, False, False, 0

    def reset(self, *, seed: int) -> None:
        self.seed, self.steps_taken, self.is_spoilt, self.is_pressed, self.presses = seed, 0, False, False, 0
        rng = default_rng(seed)
        self.goal = self.wanted = COLOURS[int(rng.integers(len(COLOURS)))]
        self.order = rng.permutation(COLOURS).tolist()

    def checkpoint(self) -> Any:
        kept = ("seed", "steps_taken", "is_spoilt", "is_pressed", "goal", "wanted", "order", "presses")
        return {name: getattr(self, name) for name in kept}

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
        if checkpoint is None:
            assert seed is not None
            self.reset(seed=seed)
        else:
            vars(self).update(checkpoint)
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


class ChainEnv(ToyEnv):
    """The button that the goal names is to be pressed on five pages, each in another order."""

    length = 5

    def __init__(self, task_id: str, **options: Any) -> None:
        super().__init__(task_id, **options)
        self.family = SimpleNamespace(id=task_id, max_steps=self.length + 2)

    def observation(self) -> dict[str, str]:
        return super().observation() | {"title": f"Toy {self.presses}"}

    def _press(self, action: str) -> bool:
        if not super()._press(action):
            return False
        self.presses += 1
        self.order = default_rng([self.seed, self.presses]).permutation(COLOURS).tolist()
        return self.presses == self.length


class BrokenEnv(ToyEnv):
    """Never begins an episode."""

    def resetting(self, *, seed: int | None, checkpoint: Any) -> Generator[None, None, Any]:
        yield from ()
        raise EngineFault("The server is gone.")
