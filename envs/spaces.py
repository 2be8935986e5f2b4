"""The observation and action spaces."""

from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.error import CustomSpaceError
from gymnasium.vector.utils import create_shared_memory

from gristmill.envs.actions import VERBS
from gristmill.envs.base import ObservationMode, Viewport
from gristmill.envs.grammar import MAX_LENGTH, arguments
from gristmill.envs.limits import MAX_ARIA_LENGTH

PRINTABLE = "".join(chr(code) for code in range(32, 127))
MAX_GOAL_LENGTH = 2_000
MAX_URL_LENGTH = 4_000
MAX_TITLE_LENGTH = 1_000
MAX_ERROR_LENGTH = 1_000


class PageText(spaces.Text):
    """Any Unicode text of bounded length. Samples are printable ASCII."""

    def __init__(self, max_length: int, *, seed: int | np.random.Generator | None = None) -> None:
        super().__init__(max_length, min_length=0, charset=PRINTABLE, seed=seed)

    def contains(self, x: Any) -> bool:
        """Whether `x` is text that can be written as UTF-8 and is not too long."""
        if not isinstance(x, str) or len(x) > self.max_length:
            return False
        return not any("\ud800" <= character <= "\udfff" for character in x)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.max_length})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.max_length == other.max_length

    __hash__ = None  # type: ignore[assignment]


@create_shared_memory.register(PageText)
def _refuse_shared_memory(space: PageText, n: int = 1, ctx: Any = None) -> Any:
    """Gymnasium reads what is shared once, as arrays that change; texts would stay empty for ever."""
    raise CustomSpaceError("Texts cannot be shared: make the AsyncVectorEnv with shared_memory=False.")


class ActionText(PageText):
    """Lines of the action grammar (`envs.grammar`). Samples parse, though most name missing refs."""

    def __init__(self, *, viewport: Viewport, seed: int | np.random.Generator | None = None) -> None:
        super().__init__(MAX_LENGTH, seed=seed)
        self._viewport = viewport

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        """A random action. Masks are not supported and are ignored."""
        verb = str(self.np_random.choice(list(VERBS)))
        words = [kind.write(self._word(name)) for name, kind in arguments(VERBS[verb]).items()]
        return " ".join([verb, *words])

    def _word(self, name: str) -> str | int:
        match name:
            case "ref":
                return f"e{self.np_random.integers(1, 100)}"
            case "x" | "to_x":
                return int(self.np_random.integers(self._viewport.width))
            case "y" | "to_y":
                return int(self.np_random.integers(self._viewport.height))
            case "dx" | "dy":
                return int(self.np_random.integers(-300, 301))
            case "key":
                return str(self.np_random.choice(["Enter", "Tab", "Escape", "ArrowDown", "ArrowUp"]))
            case "direction":
                return str(self.np_random.choice(["down", "up", "top", "bottom"]))
            case "url":
                return "/"
            case _:
                letters = self.np_random.choice(list("abcdefghijklmnopqrstuvwxyz"), size=5)
                return "".join(letters)


def observation_space(mode: ObservationMode, viewport: Viewport) -> spaces.Dict:
    """What observations of this mode consist of."""
    parts: dict[str, spaces.Space[Any]] = {
        "goal": PageText(MAX_GOAL_LENGTH),
        "url": PageText(MAX_URL_LENGTH),
        "title": PageText(MAX_TITLE_LENGTH),
        "error": PageText(MAX_ERROR_LENGTH),
    }
    if mode.has_aria:
        parts["aria"] = PageText(MAX_ARIA_LENGTH)
    if mode.has_pixels:
        parts["pixels"] = spaces.Box(0, 255, (viewport.height, viewport.width, 3), np.uint8)
    return spaces.Dict(parts)
