"""Options of an environment and their validation."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from gristmill.apps.base import TaskFamily
from gristmill.envs.engines.base import MAX_ARIA_LENGTH, ObservationMode, Viewport
from gristmill.envs.episode.worlds import WorldOptions
from gristmill.errors import InvalidOptionError, UnknownNameError

S = TypeVar("S", bound=StrEnum)

MIN_SIDE, MAX_SIDE = 200, 4000
MIN_ARIA_LIMIT = 1_000
MIN_SCALE = 0.1


class RewardMode(StrEnum):
    """When reward is paid: on success only, or also for progress at each step."""

    SPARSE = "sparse"
    PROGRESS = "progress"


class StopMode(StrEnum):
    """When an episode ends: also by success, or only by the agent."""

    AUTO = "auto"
    AGENT = "agent"

    @classmethod
    def of_family(cls, family: TaskFamily) -> "StopMode":
        """The mode in which an agent is not rewarded for passing through the goal state by accident."""
        return cls.AUTO if family.success_is_final else cls.AGENT


@dataclass(frozen=True, kw_only=True, slots=True)
class EnvConfig:
    """Validated options of an environment.

    Attributes:
        step_cost: subtracted from the reward of each step.
        worlds: the number, size and skin of the worlds that tasks are sampled from.
        with_pixels: also True if only `render` needs pixels.
        aria_limit: characters of the aria text that an observation shows; None for all.
        pixel_scale: observed pixels per CSS pixel.
    """

    engine: str
    split: str
    wordings: str
    observation: ObservationMode
    reward: RewardMode
    stop: StopMode
    step_cost: float
    viewport: Viewport
    with_pixels: bool
    worlds: WorldOptions
    aria_limit: int | None = None
    pixel_scale: float = 1.0


def parse_choice(kind: type[S], name: str, value: str) -> S:
    """Return the member of an enumeration with this value.

    Raises:
        UnknownNameError: there is none.
    """
    try:
        return kind(value)
    except ValueError:
        raise UnknownNameError(name, value, list(kind)) from None


def checked_step_cost(cost: float) -> float:
    """Validate a step cost.

    Raises:
        InvalidOptionError: it is negative, not finite, or no number.
    """
    is_number = isinstance(cost, int | float) and not isinstance(cost, bool)
    if not is_number or not math.isfinite(cost) or cost < 0:
        raise InvalidOptionError(f"step_cost must be a number of 0 or more, not {cost!r}.")
    return float(cost)


def checked_aria_limit(limit: int | None) -> int | None:
    """Validate the length of aria texts.

    Raises:
        InvalidOptionError: it is out of range, or no integer.
    """
    is_whole = isinstance(limit, int) and not isinstance(limit, bool)
    if limit is not None and not (is_whole and MIN_ARIA_LIMIT <= limit <= MAX_ARIA_LENGTH):
        raise InvalidOptionError(
            f"aria_limit is a number of characters from {MIN_ARIA_LIMIT} to {MAX_ARIA_LENGTH}, or None, "
            f"not {limit!r}."
        )
    return limit


def checked_pixel_scale(scale: float) -> float:
    """Validate the scale of screenshots.

    Raises:
        InvalidOptionError: it is out of range, or no number.
    """
    is_number = isinstance(scale, int | float) and not isinstance(scale, bool)
    if not is_number or not MIN_SCALE <= scale <= 1:
        raise InvalidOptionError(f"pixel_scale must be a number from {MIN_SCALE} to 1, not {scale!r}.")
    return float(scale)


def checked_viewport(viewport: tuple[int, int]) -> Viewport:
    """Validate a viewport.

    Raises:
        InvalidOptionError: it is not a pair of integers in the supported range.
    """
    sides = tuple(viewport) if isinstance(viewport, Sequence) else ()
    if len(sides) != 2 or not all(isinstance(s, int) and MIN_SIDE <= s <= MAX_SIDE for s in sides):
        raise InvalidOptionError(
            f"viewport is (width, height), each a whole number from {MIN_SIDE} to {MAX_SIDE}, "
            f"not {viewport!r}."
        )
    return Viewport(width=sides[0], height=sides[1])
