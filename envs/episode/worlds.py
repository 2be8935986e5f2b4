"""Which world a task is sampled in: by split, number of worlds, size and skin."""

from dataclasses import dataclass

from gristmill.apps.base import AppSpec
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.kit.skins import SKINS, VARIED, skins_of
from gristmill.apps.world.builder import stream, world_key
from gristmill.apps.world.choice import DEFAULT_SKIN, WorldChoice, WorldSize
from gristmill.caches import LRUCache
from gristmill.errors import InvalidOptionError, UnknownNameError
from gristmill.snapshots.store import WorldKey

WORLD_SEEDS = {"train": 1, "test": 2}
MAX_WORLDS = 64  # the store's capacity in memory


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldOptions:
    """The set of worlds that an environment's tasks are sampled from.

    Attributes:
        worlds: number of worlds, 1 to 64.
        size: size of each world.
        skin: skin of each world, or `varied`: one of the split's skins, drawn for each task.
    """

    worlds: int = 1
    size: WorldSize = WorldSize.STANDARD
    skin: str = DEFAULT_SKIN

    def choice(self, split: str, seed: int) -> WorldChoice:
        """The world in which a split's task with this seed is sampled."""
        skins = self.skins(split)
        skin = skins[0] if len(skins) == 1 else Sampler(stream(seed, split, "skin")).pick(skins)
        return WorldChoice(seed=world_seed(split, seed, self.worlds), size=self.size, skin=skin)

    def skins(self, split: str) -> tuple[str, ...]:
        """The skins that a split's tasks can have."""
        return skins_of(split) if self.skin == VARIED else (self.skin,)


class WorldKeys:
    """The keys of worlds, each computed once. Thread-safe.

    The files of an app clone are read once per process (`files_digest`), so a key can only change when the
    app clone is loaded anew, which gives another `AppSpec`, or registers task families of other modules.
    """

    def __init__(self) -> None:
        self._known = LRUCache[tuple[list[AppSpec], WorldKey]](MAX_WORLDS)  # with the specs: keeps ids valid

    def key(self, specs: list[AppSpec], choice: WorldChoice) -> WorldKey:
        """The key of the world of these app clones."""
        same = tuple((id(spec), spec.modules) for spec in specs), choice
        return self._known.get_or_compute(same, lambda: (specs, world_key(specs, choice)))[1]


ONE_STANDARD_WORLD = WorldOptions()


def world_seed(split: str, seed: int, worlds: int) -> int:
    """The world seed for a task: one of `worlds` seeds of its split, about equally often.

    Deterministic in its arguments. The first one is the only one with `worlds=1`, and splits do not overlap.
    """
    place = int(stream(seed, split, "world").integers(worlds)) if worlds > 1 else 0
    return WORLD_SEEDS[split] + place * len(WORLD_SEEDS)


def worlds_needed(split: str, world_seed: int) -> int | None:
    """The smallest number of worlds that includes this world seed; None if it is not of the split."""
    place, rest = divmod(world_seed - WORLD_SEEDS[split], len(WORLD_SEEDS))
    return place + 1 if place >= 0 and rest == 0 else None


def require_split(split: str) -> None:
    """Check that a split exists.

    Raises:
        UnknownNameError: it does not.
    """
    if split not in WORLD_SEEDS:
        raise UnknownNameError("split", split, WORLD_SEEDS)


def wordings_of(split: str, wordings: str | None) -> str:
    """Return the requested wordings, by default the split's.

    Raises:
        UnknownNameError: there are no such wordings.
    """
    if wordings is not None and wordings not in WORLD_SEEDS:
        raise UnknownNameError("wordings", wordings, WORLD_SEEDS)
    return wordings or split


def checked_options(apps: list[AppSpec], *, worlds: int, size: str, skin: str) -> WorldOptions:
    """Validate world options for these apps.

    Raises:
        InvalidOptionError: the number of worlds is out of range.
        UnknownNameError: there is no such size, or no skin of this name that every app has.
    """
    if not isinstance(worlds, int) or isinstance(worlds, bool) or not 1 <= worlds <= MAX_WORLDS:
        raise InvalidOptionError(f"worlds must be an integer from 1 to {MAX_WORLDS}, not {worlds!r}.")
    if size not in list(WorldSize):
        raise UnknownNameError("size", size, list(WorldSize))
    own = [each for each in apps[0].skins if each not in SKINS and all(each in app.skins for app in apps)]
    if skin not in (*SKINS, *own, VARIED):
        raise UnknownNameError("skin", skin, [*SKINS, *own, VARIED])
    return WorldOptions(worlds=worlds, size=WorldSize(size), skin=skin)
