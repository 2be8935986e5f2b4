"""Episodes as text, for trainers whose models read messages and write tool calls or lines."""

from collections.abc import Mapping
from typing import Any

import gymnasium as gym

from gristmill.agents.rollouts.player import web_env
from gristmill.envs.episode.faults import reported
from gristmill.errors import EngineFault, InfraError, InvalidOptionError

MAX_CHARS = 12_000
MIN_CHARS = 500
OVER = "The episode is over; nothing was done."


class TextEpisode:
    """One episode at a time, of any task family, with pages as text. Not thread-safe.

    Pages longer than `max_chars` are shown in parts, of which `part` returns the others without a step.

    Args:
        max_chars: length of a part in characters, at least 500; the default is about 4,000 tokens.
        options: further arguments of `gymnasium.make`. Without an engine it is `dom`, which needs no browser.

    Raises:
        InvalidOptionError: `max_chars` is too small, or the observation has no text.

    Attributes:
        goal: of the running or last episode.
        reward: the sum of the rewards so far; None before the first episode and after an infrastructure
            failure, when there is nothing to learn from the episode.
        is_over: whether there is no running episode.
        success: whether the episode was rewarded with success; None as for `reward`.
        infra_error: the infrastructure failure that ended the episode, else None.
        pixels: the last screenshot, with observations that have one, else None.
    """

    def __init__(self, *, max_chars: int = MAX_CHARS, **options: Any) -> None:
        if max_chars < MIN_CHARS:
            raise InvalidOptionError(f"max_chars must be at least {MIN_CHARS}, not {max_chars}.")
        if options.get("observation") == "pixels":
            raise InvalidOptionError('observation="pixels" has no text: use "aria" or "aria+pixels".')
        self._max_chars, self._options = max_chars, {"engine": "dom", **options}
        self._env: gym.Env[Any, Any] | None = None
        self._task_id = ""
        self._parts: list[str] = []
        self.goal, self.is_over, self.pixels = "", True, None
        self.reward: float | None = None
        self.success: bool | None = None
        self.infra_error: InfraError | None = None

    def start(self, task_id: str, seed: int) -> str:
        """Start the episode of a seed and return its goal and first page; abandons the last one.

        After an infrastructure failure, of two attempts, the text says so, and the episode is over.

        Raises:
            gymnasium.error.NameNotFound: there is no such task family.
            UnknownNameError: an option is not valid; InvalidOptionError if it is out of range.
            BrowserNotFoundError: the engine needs a browser and there is none.
        """
        env = self._env_of(task_id)
        try:
            observation, _ = env.reset(seed=seed)
        except EngineFault as fault:
            self._fail(reported(fault))
            return "The environment could not be started."
        self.reward, self.success, self.infra_error, self.is_over = 0.0, False, None, False
        self.goal = observation["goal"]
        return f"Task: {self.goal}\n\n{self._page(observation)}"

    def perform(self, action: str | Mapping[str, Any]) -> str:
        """Perform a line of the grammar or a tool call; return the page, or why there is none."""
        if self.is_over or self._env is None:
            return OVER
        observation, reward, terminated, truncated, info = self._env.step(action)
        if info["infra_error"] is not None:
            self._fail(info["infra_error"])
            return "The environment failed, and the episode is over."
        assert self.reward is not None
        self.reward, self.success = self.reward + float(reward), info["success"]
        self.is_over = terminated or truncated
        if terminated:
            return "The episode is over."
        page = self._page(observation)
        return f"The episode is over: no step is left.\n\n{page}" if truncated else page

    def oracle(self) -> str:
        """The next correct action, as a line. Privileged: reads the database.

        Raises:
            Unwinnable: no action leads to success any more.
        """
        return web_env(self.env).oracle()

    def part(self, number: int) -> str:
        """A part of the open page, counted from 1; or a sentence if there is none of this number."""
        if self.is_over:
            return OVER
        if not 1 <= number <= len(self._parts):
            return f"Error: this page has the parts 1 to {len(self._parts)}."
        return self._parts[number - 1]

    def close(self) -> None:
        """End the episode and free its page. Idempotent; another episode may be started."""
        self.is_over = True
        if self._env is not None:
            self._env.close()
            self._env = None

    @property
    def env(self) -> gym.Env[Any, Any]:
        """The environment of the last episode.

        Raises:
            InvalidOptionError: no episode was started yet.
        """
        if self._env is None:
            raise InvalidOptionError("There is no environment yet: call start() first.")
        return self._env

    def _env_of(self, task_id: str) -> gym.Env[Any, Any]:
        """The environment of a task family; only the last one is kept."""
        if self._env is None or task_id != self._task_id:
            made: gym.Env[Any, Any] = gym.make(task_id, disable_env_checker=True, **self._options)
            self.close()
            self._env, self._task_id = made, task_id
        return self._env

    def _page(self, observation: Mapping[str, Any]) -> str:
        """The first part of a page, after the error of the last action."""
        self.pixels = observation.get("pixels")
        head = f"Page: {observation['title']} ({observation['url']})\n"
        self._parts = parts_of(observation["aria"], self._max_chars)
        self._parts = [head + part for part in self._parts]
        error = f"Error: {observation['error']}\n\n" if observation["error"] else ""
        return error + self._parts[0]

    def _fail(self, error: InfraError) -> None:
        self.infra_error, self.reward, self.success, self.is_over = error, None, None, True


def parts_of(aria: str, max_chars: int) -> list[str]:
    """Split a page's text at line ends; each part but the last says how to get the next one.

    A line longer than `max_chars` is divided, so that no part is longer than that and a closing line.
    """
    lines = [line[at : at + max_chars] for line in aria.splitlines() for at in range(0, len(line), max_chars)]
    parts: list[list[str]] = [[]]
    length = 0
    for line in lines:
        if parts[-1] and length + len(line) + 1 > max_chars:
            parts.append([])
            length = 0
        parts[-1].append(line)
        length += len(line) + 1
    count = len(parts)
    ends = [
        f"\n(part {number} of {count}; read_part {number + 1} shows the next)" for number in range(1, count)
    ]
    return ["\n".join(part) + end for part, end in zip(parts, [*ends, ""], strict=True)]
