"""The stories of a world: their registry, the prelude that begins them, and the script that they write."""

import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Generator
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from numpy.random import SeedSequence, default_rng
from sqlalchemy import insert

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.stories.acts import Absence, ChangeAct, ChannelAct, MailAct, PostAct, Script
from gristmill.apps.stories.company import Cast, hire
from gristmill.apps.stories.pacing import spread
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.world.choice import WorldSize
from gristmill.apps.world.chronicle import GoodsRequest, OrderRequest, chronicle
from gristmill.apps.world.models import WorldFile
from gristmill.apps.world.world import World
from gristmill.errors import PluginError

Acts = Generator[None, None, None]
SIZES = {WorldSize.SMALL: 1, WorldSize.STANDARD: 2, WorldSize.LARGE: 3}


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """A registered story. It is part of worlds of its size and larger that have all apps it needs."""

    key: str
    write: Callable[[StoryWriter], Acts]
    needs: frozenset[str]
    size: WorldSize
    rank: int


STORIES: dict[str, Story] = {}


def story(
    key: str, *, needs: Collection[str] = (), size: WorldSize = WorldSize.STANDARD, rank: int = 50
) -> Callable[[Callable[[StoryWriter], Acts]], Callable[[StoryWriter], Acts]]:
    """Register the decorated generator function as a story.

    Args:
        key: unique; the prefix of the keys of its acts, and the name of its random stream.
        needs: apps without which it makes no sense.
        size: the smallest world that it is part of.
        rank: stories of a lower rank are written first (channels before what is posted in them).

    Raises:
        PluginError: the key is taken.
    """
    if key in STORIES:
        raise PluginError(f"Story {key!r} is registered twice.")

    def register(write: Callable[[StoryWriter], Acts]) -> Callable[[StoryWriter], Acts]:
        STORIES[key] = Story(key=key, write=write, needs=frozenset(needs), size=size, rank=rank)
        return write

    return register


def prelude(world: World, seed: int) -> None:
    """Hire the company's people and start every story, so that the shop's seed knows what orders they want."""
    book = chronicle(world.db)
    book.cast = hire(world, Sampler(default_rng(SeedSequence([seed, zlib.crc32(b"company")]))))
    shared = Shared(world=world, seed=seed, cast=book.cast, orders=book.orders, goods=book.goods)
    for each in stories_of(world):
        writer = StoryWriter(shared, each)
        acts = each.write(writer)
        if next(acts, StopIteration) is not StopIteration:
            shared.pending.append((writer, acts))
    book.script = shared


def stories_of(world: World) -> list[Story]:
    """The stories of this world, in order."""
    from gristmill.apps.stories import tales

    for module in iter_modules(tales.__path__):
        import_module(f"{tales.__name__}.{module.name}")
    apps, size = world.handlers.apps, SIZES[world.size]
    fits = (each for each in STORIES.values() if each.needs <= apps and SIZES[each.size] <= size)
    return sorted(fits, key=lambda each: (each.rank, each.key))


def script_of(world: World) -> Script:
    """All acts of this world's stories; finishes writing them at the first call.

    Seeds of mail and chat call it; the orders that stories asked for have been placed by then.

    Raises:
        PluginError: the world was not begun with `prelude`, or a story yields twice.
    """
    shared = chronicle(world.db).script
    if not isinstance(shared, Shared):
        raise PluginError("An app with stories must name `gristmill.apps.stories.prelude` as its prelude.")
    for writer, acts in shared.pending:
        if next(acts, StopIteration) is not StopIteration:
            raise PluginError(f"The story {writer.story.key!r} yields twice.")
    if shared.pending:
        shared.pending.clear()
        shared.finish()
    return shared.script


@dataclass(kw_only=True, slots=True)
class Shared:
    """What all stories of one world share."""

    world: World
    seed: int
    cast: Cast
    orders: dict[str, OrderRequest]
    goods: dict[str, GoodsRequest]
    script: Script = field(default_factory=Script)
    pending: list[tuple[StoryWriter, Acts]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    files: list[dict[str, Any]] = field(default_factory=list)
    channels: dict[str, ChannelAct] = field(default_factory=dict)
    list_titles: dict[str, str] = field(default_factory=dict)
    talks: defaultdict[str | tuple[int, ...], list[datetime]] = field(
        default_factory=lambda: defaultdict(list)
    )
    absences: list[Absence] = field(default_factory=list)
    dropped: list[MailAct | PostAct | ChangeAct] = field(default_factory=list)

    def finish(self) -> None:
        """Spread what comes later, sort all acts by time, and write files."""
        script = self.script
        rng = default_rng(SeedSequence([self.seed, zlib.crc32(b"pacing")]))
        spread(script, self.world.now, self.cast, Sampler(rng))
        for acts in (script.mails, script.posts, script.changes, script.events):
            acts.sort(key=lambda act: act.at)
        if "chat" in self.world.handlers.apps:
            script.channels = list(self.channels.values())
        chronicle(self.world.db).events.extend(script.events)
        if self.files:
            self.world.db.execute(insert(WorldFile), self.files)
