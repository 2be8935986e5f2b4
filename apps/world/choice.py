"""The choice of a world: seed, size and skin."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

DEFAULT_SKIN = "default"


class WorldSize(StrEnum):
    """The amount of data in a world."""

    SMALL = "small"
    STANDARD = "standard"
    LARGE = "large"


PEOPLE = {WorldSize.SMALL: 60, WorldSize.STANDARD: 60, WorldSize.LARGE: 100}


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldChoice:
    """One of the worlds that a set of app clones can have.

    Attributes:
        seed: decides the rows.
        size: how many rows; also decides them.
        skin: how pages look. Rows are the same in every skin.
    """

    seed: int = 1
    size: WorldSize = WorldSize.STANDARD
    skin: str = DEFAULT_SKIN

    def to_json(self) -> dict[str, Any]:
        """This choice as JSON."""
        return {"seed": self.seed, "size": self.size.value, "skin": self.skin}


DEFAULT_WORLD = WorldChoice()
