"""TRL: tasks as environments of `GRPOTrainer(environment_factory=ToolEnv)`: pip install 'gristmill[trl]'.

TRL makes one object for each rollout of a batch, without arguments, and resets it with the columns of a row.
Its public methods are the tools: the actions, and `read_part`. `get_reward` is the reward. Nothing of TRL is
imported here. Written for TRL 1.16; TRL calls the interface experimental.
"""

from collections.abc import Iterable
from itertools import product
from typing import Any

from PIL import Image

from gristmill.adapters.text_episode import MAX_CHARS, TextEpisode
from gristmill.adapters.tools import ELEMENT_TOOLS, INSTRUCTIONS, PIXEL_TOOLS, with_tools
from gristmill.errors import InvalidOptionError

Blocks = list[dict[str, Any]]


@with_tools(ELEMENT_TOOLS)
class ToolEnv:
    """A task as tools. The data set has the columns `task` and `seed`, see `rows`.

    An episode that the model leaves without `done`, `answer` or `give_up` is not over: it keeps the reward of
    its steps, 0 in most cases. After an infrastructure failure the reward is None, for which TRL gives the
    rollout no advantage.

    Options of `gymnasium.make` other than the defaults are bound with `functools.partial(ToolEnv, ...)`.

    Args:
        max_chars: characters of a page in one message, at least 500.
        options: of `gymnasium.make`; by default `engine="dom"`. With `observation="aria+pixels"` each
            message also has a screenshot, for models that read images.

    Attributes:
        episode: the running or last episode, for reward functions of your own, which TRL passes the
            `environments`.
    """

    def __init__(self, *, max_chars: int = MAX_CHARS, **options: Any) -> None:
        self.episode = TextEpisode(max_chars=max_chars, **options)

    def reset(self, *, task: str | None = None, seed: int | None = None, **columns: object) -> str | Blocks:
        """Start the episode of a row; TRL appends what is returned to the row's last message.

        Raises:
            InvalidOptionError: the row has no `task` or no `seed`. All rollouts of a group must play the same
                episode, so none is drawn here.
        """
        if task is None or seed is None:
            has = ", ".join(columns) or "none"
            raise InvalidOptionError(
                f"The data set needs the columns 'task' and 'seed'; others are: {has}. "
                "gristmill.adapters.trl.rows(task_ids, seeds) makes the rows."
            )
        return self._shown(self.episode.start(task, int(seed)))

    def get_reward(self) -> float | None:
        """The sum of the episode's rewards; None after an infrastructure failure."""
        return self.episode.reward

    def read_part(self, number: int) -> str:
        """Read another part of a long page. This is not a step.

        Args:
            number: which part, from 1.
        """
        return self.episode.part(number)

    def _perform(self, call: dict[str, Any]) -> str | Blocks:
        return self._shown(self.episode.perform(call))

    def _shown(self, text: str) -> str | Blocks:
        pixels = self.episode.pixels
        if pixels is None or self.episode.is_over:
            return text
        return [{"type": "image", "image": Image.fromarray(pixels)}, {"type": "text", "text": text}]


@with_tools(PIXEL_TOOLS)
class PixelToolEnv(ToolEnv):
    """A `ToolEnv` in Chromium, with screenshots, and tools for points of the viewport."""

    def __init__(self, *, max_chars: int = MAX_CHARS, **options: Any) -> None:
        super().__init__(
            max_chars=max_chars, **{"engine": "chromium", "observation": "aria+pixels", **options}
        )


def rows(task_ids: Iterable[str], seeds: Iterable[int]) -> list[dict[str, Any]]:
    """Rows for `datasets.Dataset.from_list`: each task with each seed, with instructions as prompt."""
    return [
        {
            "prompt": [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": ""}],
            "task": task,
            "seed": seed,
        }
        for task, seed in product(task_ids, tuple(seeds))
    ]
