"""The choices that an environment is made with, and how they are checked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from gristmill.apps.base import TaskFamily
from gristmill.envs.engines.base import ObservationMode, Viewport
from gristmill.envs.episode.worlds import WorldOptions
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

    @classmethod
    def of_family(cls, family: TaskFamily) -> "StopMode":
        """The mode in which nobody is paid for passing through the goal's state."""
        return cls.AUTO if family.success_is_final else cls.AGENT


@dataclass(frozen=True, kw_only=True, slots=True)
class EnvConfig:
    """What an environment was made with.

    Attributes:
        step_cost: subtracted from the reward of each step.
        worlds: among which worlds tasks are spread, of which size and skin.
        with_pixels: also True where only `render` shows them.
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


def parse_choice(kind: type[S], name: str, value: str) -> S:
    """The member of an enumeration by its value.

    Raises:
        UnknownNameError: there is none.
    """
    try:
        return kind(value)
    except ValueError:
        raise UnknownNameError(name, value, list(kind)) from None


def checked_step_cost(cost: float) -> float:
    """A cost that is a finite number from 0 on.

    Raises:
        InvalidOptionError: it is not.
    """
    is_number = isinstance(cost, int | float) and not isinstance(cost, bool)
    if not is_number or not math.isfinite(cost) or cost < 0:
        raise InvalidOptionError(f"step_cost is a number from 0 on, not {cost!r}.")
    return float(cost)


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
