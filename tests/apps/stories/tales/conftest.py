"""Worlds in which stories are told to apps that only listen, and the facts that are entered in them."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from gristmill.apps.base import AppSpec, TaskRegistry
from gristmill.apps.server.database import LentConnection
from gristmill.apps.shop import APP as SHOP
from gristmill.apps.stories import prelude, script_of
from gristmill.apps.stories.acts import Script
from gristmill.apps.stories.company import Cast
from gristmill.apps.world.builder import build_world
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.apps.world.chronicle import Chronicle, chronicle
from gristmill.apps.world.world import World


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """What the stories of one world tell, and the world's database."""

    script: Script
    book: Chronicle
    connection: LentConnection

    @property
    def cast(self) -> Cast:
        """The company's people."""
        cast = self.book.cast
        assert isinstance(cast, Cast)
        return cast

    def facts(self, story: str) -> dict[str, str]:
        """The facts of a story by key; later ones replace earlier ones."""
        return {fact.key: fact.value for fact in self.script.facts if fact.story == story}


Tell = Callable[..., Telling]


@pytest.fixture(scope="session")
def tell() -> Iterator[Tell]:
    """Build a world in which mail and chat, if any, take the script and write nothing."""
    made: dict[Any, Telling] = {}

    def tell(
        seed: int = 1,
        *,
        apps: tuple[str, ...] = ("chat", "mail", "shop"),
        size: WorldSize = WorldSize.STANDARD,
    ) -> Telling:
        key = seed, apps, size
        if key not in made:
            taken: list[tuple[Script, Chronicle]] = []
            connection = sqlite3.connect(":memory:", factory=LentConnection, check_same_thread=False)
            specs = [SHOP if name == "shop" else listener(name, taken) for name in apps]
            build_world(specs, WorldChoice(seed=seed, size=size), connection)
            made[key] = Telling(script=taken[0][0], book=taken[0][1], connection=connection)
        return made[key]

    yield tell
    for each in made.values():
        each.connection.shut()


def listener(name: str, taken: list[tuple[Script, Chronicle]]) -> AppSpec:
    """An app that stands for mail or chat."""

    def seed(world: World, _: Any) -> None:
        taken.append((script_of(world), chronicle(world.db)))

    return AppSpec(
        name=name, title=name, version="1", create_app=lambda: Flask(name), seed=seed,
        tasks=TaskRegistry(name), prelude=prelude, seeds_after=frozenset({"shop"}),
    )  # fmt: skip
