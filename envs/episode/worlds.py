"""In which world a task is sampled: of which split, among how many, how large and in which skin."""

from dataclasses import dataclass

from gristmill.apps.base import AppSpec
from gristmill.apps.world.builder import stream
from gristmill.apps.world.choice import DEFAULT_SKIN, WorldChoice, WorldSize
from gristmill.errors import InvalidOptionError, UnknownNameError

WORLD_SEEDS = {"train": 1, "test": 2}
MAX_WORLDS = 64  # so many the store keeps in memory


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldOptions:
    """Among which worlds an environment's tasks are spread.

    Attributes:
        worlds: how many, 1 to 64.
        size: of each of them.
        skin: of each of them.
    """

    worlds: int = 1
    size: WorldSize = WorldSize.STANDARD
    skin: str = DEFAULT_SKIN

    def choice(self, split: str, seed: int) -> WorldChoice:
        """The world that a split's task with this seed is sampled in."""
        return WorldChoice(seed=world_seed(split, seed, self.worlds), size=self.size, skin=self.skin)


ONE_STANDARD_WORLD = WorldOptions()


def world_seed(split: str, seed: int, worlds: int) -> int:
    """The seed of the world that a task is sampled in: one of so many of its split, each about as often.

    It depends on nothing else. The first world is the one that there is alone with `worlds=1`, and no
    world belongs to two splits.
    """
    place = int(stream(seed, split, "world").integers(worlds))
    return WORLD_SEEDS[split] + place * len(WORLD_SEEDS)


def worlds_needed(split: str, world_seed: int) -> int | None:
    """Of how many worlds of a split one must be the last; None if it is none of that split."""
    place, rest = divmod(world_seed - WORLD_SEEDS[split], len(WORLD_SEEDS))
    return place + 1 if place >= 0 and rest == 0 else None


def require_split(split: str) -> None:
    """Refuse a split that does not exist.

    Raises:
        UnknownNameError: it does not.
    """
    if split not in WORLD_SEEDS:
        raise UnknownNameError("split", split, WORLD_SEEDS)


def wordings_of(split: str, wordings: str | None) -> str:
    """The wordings that are asked for, by default the split's.

    Raises:
        UnknownNameError: there are no such wordings.
    """
    if wordings is not None and wordings not in WORLD_SEEDS:
        raise UnknownNameError("wordings", wordings, WORLD_SEEDS)
    return wordings or split


def checked_options(apps: list[AppSpec], *, worlds: int, size: str, skin: str) -> WorldOptions:
    """Options that worlds of these apps can have.

    Raises:
        InvalidOptionError: the number of worlds is out of range.
        UnknownNameError: there is no such size, or not every app has such a skin.
    """
    if not isinstance(worlds, int) or isinstance(worlds, bool) or not 1 <= worlds <= MAX_WORLDS:
        raise InvalidOptionError(f"worlds is a whole number from 1 to {MAX_WORLDS}, not {worlds!r}.")
    if size not in list(WorldSize):
        raise UnknownNameError("size", size, list(WorldSize))
    shared = [each for each in apps[0].skins if all(each in app.skins for app in apps)]
    if skin not in shared:
        raise UnknownNameError("skin", skin, shared)
    return WorldOptions(worlds=worlds, size=WorldSize(size), skin=skin)
