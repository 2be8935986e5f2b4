"""The options of commands that say in which worlds tasks are drawn, and how they are worded."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import click

from gristmill.apps.base import Brief, News, TaskFamily
from gristmill.apps.world.choice import DEFAULT_SKIN, WorldSize
from gristmill.envs.episode.worlds import (
    MAX_WORLDS,
    WorldOptions,
    checked_options,
    require_split,
    wordings_of,
)
from gristmill.plugins import installed

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS = (
    click.option(
        "--split",
        metavar="[train|test]",
        default="train",
        show_default=True,
        help="Worlds from which tasks are sampled.",
    ),
    click.option(
        "--wordings", metavar="[train|test]", help="Phrasings of the goals.  [default: as the split]"
    ),
    click.option(
        "--worlds",
        type=int,
        default=1,
        show_default=True,
        help=f"Number of worlds over which tasks are spread, 1 to {MAX_WORLDS}.",
    ),
    click.option(
        "--size",
        type=click.Choice([size.value for size in WorldSize]),
        default=WorldSize.STANDARD.value,
        show_default=True,
        help="Amount of data in each world.",
    ),
    click.option(
        "--skin",
        default=DEFAULT_SKIN,
        show_default=True,
        help="Look of the pages; `varied`: one of the split's, by seed.",
    ),
    click.option(
        "--brief",
        type=click.Choice([each.value for each in Brief]),
        default=Brief.EXPLICIT.value,
        show_default=True,
        help="Where the details of a task stand: in its goal, or in a message that it names.",
    ),
    click.option(
        "--news",
        type=click.Choice([each.value for each in News]),
        default=News.NONE.value,
        show_default=True,
        help="Whether a message that arrives changes one term of a task.",
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What was chosen, under the names that `gymnasium.make` has for it."""

    split: str = "train"
    wordings: str | None = None
    worlds: int = 1
    size: str = WorldSize.STANDARD.value
    skin: str = DEFAULT_SKIN
    brief: str = Brief.EXPLICIT.value
    news: str = News.NONE.value

    def configured(self, family: TaskFamily) -> TaskFamily:
        """A family with the chosen brief and news.

        Raises:
            InvalidOptionError: it does not support them.
        """
        return family.configured(brief=self.brief, news=self.news)

    def worlds_of(self, family: TaskFamily) -> WorldOptions:
        """The worlds of a family's apps.

        Raises:
            InvalidOptionError, UnknownNameError: there are no such worlds or wordings.
        """
        require_split(self.split)
        wordings_of(self.split, self.wordings)
        apps = [installed().app(name) for name in family.apps]
        return checked_options(apps, worlds=self.worlds, size=self.size, skin=self.skin)

    def to_options(self) -> dict[str, Any]:
        """The arguments of `gymnasium.make`."""
        return asdict(self)


def world_options(command: F) -> F:
    """Give a command these options; it takes them by their names, as `Choices` does."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command
