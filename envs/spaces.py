"""Observation and action spaces."""

from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.error import CustomSpaceError
from gymnasium.vector.utils import create_shared_memory

from gristmill.envs.actions.grammar import MAX_STEP_LENGTH, arguments
from gristmill.envs.actions.types import VERBS
from gristmill.envs.engines.base import MAX_ARIA_LENGTH, ObservationMode, Viewport

PRINTABLE = "".join(chr(code) for code in range(32, 127))
FIRST_SURROGATE, SURROGATE_COUNT = 0xD800, 0x800
MAX_SAMPLE_LENGTH = 200
MAX_GOAL_LENGTH = 2_000
MAX_URL_LENGTH = 4_000
MAX_TITLE_LENGTH = 1_000
MAX_ERROR_LENGTH = 1_000


class UnicodeCharacters(Sequence[str], Set[str]):
    """Every character that UTF-8 can encode, by code point with the surrogates left out.

    A virtual sequence in place of a million strings, for `Text.character_list` and `character_set`.
    """

    def __len__(self) -> int:
        return 0x110000 - SURROGATE_COUNT

    def __contains__(self, character: object) -> bool:
        return isinstance(character, str) and len(character) == 1 and not is_surrogate(character)

    def __iter__(self) -> Iterator[str]:
        return (self[index] for index in range(len(self)))

    def __getitem__(self, index: Any) -> Any:
        if not 0 <= index < len(self):
            raise IndexError(index)
        return chr(int(index) if index < FIRST_SURROGATE else int(index) + SURROGATE_COUNT)

    def index(self, character: str, start: int = 0, stop: int | None = None) -> int:
        """The index of a character."""
        if character not in self:
            raise ValueError(f"{character!r} cannot be written as UTF-8.")
        code = ord(character)
        return code if code < FIRST_SURROGATE else code - SURROGATE_COUNT


UNICODE = UnicodeCharacters()


def is_surrogate(character: str) -> bool:
    """Whether this is a lone surrogate, which UTF-8 cannot encode."""
    return FIRST_SURROGATE <= ord(character) < FIRST_SURROGATE + SURROGATE_COUNT


class PageText(spaces.Text):
    """Unicode text of bounded length that UTF-8 can encode.

    Samples and `characters` are printable ASCII. `FlattenObservation` turns a text into `max_length`
    numbers: the indices of its characters, padded with the size of the character set.
    """

    def __init__(self, max_length: int, *, seed: int | np.random.Generator | None = None) -> None:
        super().__init__(max_length, min_length=0, charset=PRINTABLE, seed=seed)

    @property
    def character_set(self) -> Any:
        """All characters that a text may contain."""
        return UNICODE

    @property
    def character_list(self) -> Any:
        """All characters, by index."""
        return UNICODE

    def character_index(self, char: str) -> np.int32:
        """The index of a character in `character_list`."""
        return np.int32(UNICODE.index(char))

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        """Sample printable text. Masks are not supported and are ignored."""
        length = int(self.np_random.integers(min(self.max_length, MAX_SAMPLE_LENGTH) + 1))
        return "".join(self.np_random.choice(list(PRINTABLE), size=length))

    def contains(self, x: Any) -> bool:
        """Whether `x` is text within the length limit that UTF-8 can encode."""
        return isinstance(x, str) and len(x) <= self.max_length and not any(map(is_surrogate, x))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.max_length})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.max_length == other.max_length

    __hash__ = None  # type: ignore[assignment]


@create_shared_memory.register(PageText)
def _refuse_shared_memory(space: PageText, n: int = 1, ctx: Any = None) -> Any:
    """Gymnasium maps shared observations once, as numeric arrays; texts in them would never be updated."""
    raise CustomSpaceError(
        "Text spaces do not support shared memory: create the AsyncVectorEnv with shared_memory=False."
    )


class ActionText(PageText):
    """Lines of the action grammar (`envs.actions.grammar`), of which a step may perform several.

    Samples are single lines that parse; most name refs that do not exist.

    Args:
        viewport: bounds of sampled mouse positions.
        verbs: actions to sample from: those that the engine supports.
    """

    def __init__(
        self,
        *,
        viewport: Viewport,
        verbs: Iterable[str] = VERBS,
        seed: int | np.random.Generator | None = None,
    ) -> None:
        super().__init__(MAX_STEP_LENGTH, seed=seed)
        self._viewport, self._verbs = viewport, list(verbs)

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        """Sample an action. Masks are not supported and are ignored."""
        verb = str(self.np_random.choice(self._verbs))
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
            case "minutes":
                return int(self.np_random.integers(1, 61))
            case "url":
                return "/"
            case _:
                letters = self.np_random.choice(list("abcdefghijklmnopqrstuvwxyz"), size=5)
                return "".join(letters)


def scaled_side(side: int, scale: float) -> int:
    """The length of a side of a screenshot at a scale, in pixels."""
    return max(round(side * scale), 1)


def observation_space(
    mode: ObservationMode, viewport: Viewport, *, aria_limit: int | None = None, pixel_scale: float = 1.0
) -> spaces.Dict:
    """The observation space of a mode."""
    parts: dict[str, spaces.Space[Any]] = {
        "goal": PageText(MAX_GOAL_LENGTH),
        "url": PageText(MAX_URL_LENGTH),
        "title": PageText(MAX_TITLE_LENGTH),
        "error": PageText(MAX_ERROR_LENGTH),
    }
    if mode.has_aria:
        parts["aria"] = PageText(aria_limit or MAX_ARIA_LENGTH)
    if mode.has_pixels:
        height, width = (scaled_side(side, pixel_scale) for side in (viewport.height, viewport.width))
        parts["pixels"] = spaces.Box(0, 255, (height, width, 3), np.uint8)
    return spaces.Dict(parts)
