"""The crawler visits every kind of page and reports what is broken, and nothing else."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from flask import Flask, redirect, request
from markupsafe import escape
from werkzeug.wrappers import Response

from gristmill.apps.base import AppSpec, TaskRegistry
from gristmill.apps.kit.flask_app import create_flask_app, world
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.envs.episode.runtime import Runtime
from gristmill.plugins import Catalogue, installed
from gristmill.testing.crawl.crawler import Crawl
from gristmill.testing.crawl.states import Report

FRAME = "<!doctype html><title>Maze</title><main>{}</main>"
GOOD = FRAME.format(
    '<a href="/rooms/1">Room 1</a> <form method=post action="/doors"><label>Key <input name=key></label>'
    "<button>Open the door</button></form><details><summary>Map</summary>No exit.</details>"
)
FAULTS = {
    "a link leads to http://maze.test/rooms/nowhere": '<a href="/rooms/nowhere">Room</a>',
    "leads to http://elsewhere.test/": '<a href="http://elsewhere.test/">Elsewhere</a>',
    "a button has no name": '<form method=post action="/doors"><button></button></form>',
    "button 'Idle' is dead": '<button type="button">Idle</button>',
    "LookupError: no such key": (
        '<form method=post action="/break"><input name=key aria-label=Key><button>Break</button></form>'
    ),
}


class Maze:
    """An app clone with a home page that tests set."""

    SEARCH = (
        '<form action="/search"><input name=q aria-label=Words value="{}" required>'
        "<button>Search</button></form>{}"
    )

    def __init__(self) -> None:
        self.home = GOOD
        self.spec = AppSpec(
            name="maze", title="Maze", version="1", create_app=self.create_app,
            seed=lambda world, rng: None, tasks=TaskRegistry("maze"),
        )  # fmt: skip

    def create_app(self) -> Flask:
        app = create_flask_app(__name__, "maze")
        app.add_url_rule("/", "home", lambda: self.home)
        app.add_url_rule("/rooms/<int:number>", "room", lambda number: FRAME.format(f"Room {number}"))
        app.add_url_rule("/search", "search", self.search)
        app.add_url_rule("/hall", "hall", lambda: FRAME.format("Hall"))
        app.add_url_rule("/doors", "open", self.open, methods=["POST"])
        app.add_url_rule("/break", "break", self.break_in, methods=["POST"])
        return app

    def search(self) -> str:
        """Holds what was searched, as search pages do."""
        words = escape(request.args["q"])
        return FRAME.format(self.SEARCH.format(words, f"Nothing is called {words}"))

    @staticmethod
    def open() -> Response:
        world().next_number("doors")
        return redirect("/hall", 303)

    @staticmethod
    def break_in() -> Response:
        if request.form["key"].startswith("9"):
            raise LookupError("no such key")
        return redirect("/hall", 303)


@pytest.fixture
def maze(monkeypatch: pytest.MonkeyPatch) -> Maze:
    found, maze = installed(), Maze()
    with_maze = Catalogue({**found.apps, "maze": maze.spec}, found.families)
    monkeypatch.setattr("gristmill.envs.episode.runtime.installed", lambda: with_maze)
    return maze


@pytest.fixture
def walk(maze: Maze) -> Iterator[Callable[[], Report]]:
    with closing(Runtime()) as runtime:

        def walk() -> Report:
            choice = WorldChoice(size=WorldSize.SMALL)
            with closing(Crawl(runtime, [maze.spec], choice)) as crawl:
                return crawl.run()

        yield walk


def test_a_sound_app_is_walked_to_the_last_page(walk: Callable[[], Report]) -> None:
    report = walk()
    assert list(report.problems) == []
    assert set(report.pages) == {"maze.test home", "maze.test room", "maze.test hall"}
    assert report.pressed["maze.test home"] == 3  # a link, a button and what unfolds the map


@pytest.mark.parametrize("problem", FAULTS)
def test_each_fault_is_reported(problem: str, maze: Maze, walk: Callable[[], Report]) -> None:
    maze.home = FRAME.format(FAULTS[problem])
    assert [found for found in walk().problems if problem in found]


def test_a_search_that_is_repeated_is_not_dead(maze: Maze, walk: Callable[[], Report]) -> None:
    maze.home = FRAME.format(Maze.SEARCH.format("", ""))
    report = walk()
    assert report.pressed["maze.test search"] == 1
    assert list(report.problems) == []
