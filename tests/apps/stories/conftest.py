"""Worlds in which stories are told to apps that only listen, and the facts that are entered in them."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from gristmill.apps.base import AppSpec, TaskRegistry
from gristmill.apps.server.database import LentConnection
from gristmill.apps.shop import APP as SHOP
from gristmill.apps.stories import prelude, script_of
from gristmill.apps.stories.acts import MailAct, Script
from gristmill.apps.stories.company import SITES, Cast
from gristmill.apps.world.builder import build_world
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.apps.world.chronicle import Chronicle, chronicle
from gristmill.apps.world.world import World


@dataclass(frozen=True, kw_only=True, slots=True)
class BuiltStories:
    """The acts of one world's stories as each app took them, and the world's database."""

    scripts: tuple[Script, ...]
    book: Chronicle
    connection: LentConnection

    @property
    def script(self) -> Script:
        """The acts."""
        return self.scripts[0]

    @property
    def cast(self) -> Cast:
        """The company's people."""
        cast = self.book.cast
        assert isinstance(cast, Cast)
        return cast

    def facts(self, story: str) -> dict[str, str]:
        """The facts of a story by key; later ones replace earlier ones."""
        return {fact.key: fact.value for fact in self.script.facts if fact.story == story}


Build = Callable[..., BuiltStories]


@pytest.fixture(scope="session")
def build_stories() -> Iterator[Build]:
    """Build a world in which mail and chat, if any, take the script and write nothing."""
    made: dict[Any, BuiltStories] = {}

    def build_stories(
        seed: int = 1,
        *,
        apps: tuple[str, ...] = ("chat", "mail", "shop"),
        size: WorldSize = WorldSize.STANDARD,
    ) -> BuiltStories:
        key = seed, apps, size
        if key not in made:
            taken: list[tuple[Script, Chronicle]] = []
            connection = sqlite3.connect(":memory:", factory=LentConnection, check_same_thread=False)
            specs = [SHOP if name == "shop" else listener(name, taken) for name in apps]
            build_world(specs, WorldChoice(seed=seed, size=size), connection)
            scripts = tuple(script for script, _ in taken)
            made[key] = BuiltStories(scripts=scripts, book=taken[0][1], connection=connection)
        return made[key]

    yield build_stories
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


def out_of_hours(built: BuiltStories, stories: tuple[str, ...]) -> list[str]:
    """What people of the company write outside their site's hours or at weekends, in these stories."""
    sites, found = {site.key: site for site in SITES}, []
    free = {9}  # a voice that writes at odd hours
    for act in (*built.script.mails, *built.script.posts):
        number = act.sender.person_id if isinstance(act, MailAct) else act.author_id
        if number is None or act.is_automatic or not act.key.startswith(stories):
            continue
        person = built.cast.people[number]
        if (isinstance(act, MailAct) and act.sender.email == person.private_email) or person.voice in free:
            continue
        site = sites[person.site]
        local = act.at + timedelta(hours=site.offset_h)
        opens = "07:00" if person.team == "Field" else site.opens
        if local.weekday() > 4 or not opens <= f"{local:%H:%M}" <= site.closes:
            found.append(f"{act.key} {act.at:%a %d %b %H:%M} {person.role} {site.key}")
    return found


@pytest.fixture(scope="session")
def absent() -> Callable[[BuiltStories, tuple[str, ...]], list[str]]:
    """The acts that people write when they are not at work."""
    return out_of_hours
