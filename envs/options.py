"""The choices that an environment is made with, and how they are checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from gristmill.envs.base import ObservationMode, Viewport
from gristmill.errors import InvalidOptionError, UnknownNameError

S = TypeVar("S", bound=StrEnum)

MIN_SIDE, MAX_SIDE = 200, 4000


class RewardMode(StrEnum):
    """When reward is paid: at success, or also for each step nearer to it."""

    SPARSE = "sparse"
    PROGRESS = "progress"


class StopMode(StrEnum):
    """Who ends an episode: success does too, or the agent alone."""

    AUTO = "auto"
    AGENT = "agent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What an environment was made with; `with_pixels` also where only `render` shows them."""

    engine: str
    split: str
    observation: ObservationMode
    reward: RewardMode
    stop: StopMode
    viewport: Viewport
    with_pixels: bool


def choose(kind: type[S], name: str, value: str) -> S:
    """The member of an enumeration by its value.

    Raises:
        UnknownNameError: there is none.
    """
    try:
        return kind(value)
    except ValueError:
        raise UnknownNameError(name, value, list(kind)) from None


def checked_viewport(viewport: tuple[int, int]) -> Viewport:
    """A viewport whose sides are within range.

    Raises:
        InvalidOptionError: they are not.
    """
    sides = tuple(viewport) if isinstance(viewport, Sequence) else ()
    if len(sides) != 2 or not all(isinstance(s, int) and MIN_SIDE <= s <= MAX_SIDE for s in sides):
        raise InvalidOptionError(
            f"viewport is (width, height), each a whole number from {MIN_SIDE} to {MAX_SIDE}, "
            f"not {viewport!r}."
        )
    return Viewport(width=sides[0], height=sides[1])
