"""Episodes of the chat's families in the `dom` engine, played by the names of controls."""

from collections.abc import Callable, Iterator

import pytest

from gristmill.apps.kit.oracle_page import first, quoted
from gristmill.envs.env import WebEnv
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import Verdict


class Play:
    """One episode after another of a family."""

    def __init__(self, task: str) -> None:
        self.env = WebEnv(task, engine="dom")

    def start(self, seed: int) -> "Play":
        self.env.reset(seed=seed)
        return self

    @property
    def terms(self):
        return self.env.runner.episode.task.terms

    @property
    def goal(self) -> str:
        return self.env.runner.episode.task.goal

    def act(self, *actions: str) -> "Play":
        for action in actions:
            observation, *_ = self.env.step(action)
            assert observation["error"] == "", (action, observation["error"])
        return self

    def click(self, role: str, name) -> "Play":
        node = first(self.env.runner.outline(), role, name)
        assert node is not None, (role, name, self.env.runner.observation()["aria"])
        return self.act(f"click {node.ref}")

    def fill(self, name, text: str, role: str = "textbox") -> "Play":
        node = first(self.env.runner.outline(), role, name)
        assert node is not None, (name, self.env.runner.observation()["aria"])
        return self.act(f"fill {node.ref} {quoted(text)}")

    def oracle(self, until: Callable[[str], bool] = lambda action: False) -> str:
        """Let the oracle play until it would take such an action or says `done`; returns that action."""
        for _ in range(80):
            action = self.env.oracle()
            if action.partition(" ")[0] in {"done", "answer", "give_up"} or until(action):
                return action
            self.act(action)
        raise AssertionError("The oracle did not come to an end.")

    def end(self, action: str = "done") -> Verdict:
        *_, info = self.env.step(action)
        assert info["infra_error"] is None, info["infra_error"].traceback
        return info["verdict"]

    def failed(self, action: str = "done") -> set[str]:
        """The names of the checks that fail if the episode ends like this."""
        return {check.name for check in self.end(action).checks if not check.passed}

    def is_lost(self) -> bool:
        try:
            self.env.oracle()
        except Unwinnable:
            return True
        return False


@pytest.fixture(scope="module")
def play() -> Iterator[Callable[[str, int], Play]]:
    made: dict[str, Play] = {}

    def start(task: str, seed: int) -> Play:
        return made.setdefault(task, Play(task)).start(seed)

    yield start
    for each in made.values():
        each.env.close()
