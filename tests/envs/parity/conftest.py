"""Pages of a few lines, opened in both engines, which have to agree about them."""

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

import pytest
from flask import Flask, request
from numpy.random import Generator

from gristmill.apps.base import AppSpec, Task, TaskFamily, TaskRegistry, View
from gristmill.apps.kit.flask_app import create_flask_app
from gristmill.apps.world.world import World
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import default_runtime
from gristmill.plugins import installed
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict

TASKS = TaskRegistry("html")
FAMILY = "Html-Pages-v0"


@TASKS.add(FAMILY, max_steps=100_000)
class Pages(TaskFamily):
    """Look at pages."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal="Look.",
            start_url="http://html.test/echo", person_id=1, terms={},
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        return verdict(Check(name="answered", passed=evidence.answer == "42"))

    def oracle(self, view: View) -> str:
        return "done"


class Bodies:
    """The pages that were given so far; each has an address of its own, as answers are remembered."""

    def __init__(self) -> None:
        self._bodies: dict[int, str] = {}
        self._numbers = itertools.count(1)

    def add(self, body: str) -> str:
        """Give a page a path."""
        number = next(self._numbers)
        self._bodies[number] = f"<!doctype html><title>Page</title>{body}"
        return f"/page/{number}"

    def create_app(self) -> Flask:
        app = create_flask_app(__name__, "html")
        app.add_url_rule("/page/<int:number>", "page", lambda number: self._bodies[number])
        for rule in ("/echo", "/echo/<path:rest>"):
            app.add_url_rule(rule, rule, self.echo, methods=["GET", "POST"])
        return app

    def echo(self, rest: str = "") -> str:
        """A page that says what it was asked for."""
        said = f"{request.method} {request.path!r} {request.query_string!r} {list(request.form.items(True))}"
        return f"<!doctype html><title>Echo</title><p>{escape(said)}</p>"


class Both:
    """An environment of each engine, which are given the same pages and actions."""

    def __init__(self, bodies: Bodies) -> None:
        self.bodies, self.seen = bodies, dict[str, Any]()
        self.envs = [WebEnv(FAMILY, engine=engine) for engine in ("chromium", "dom")]
        for env in self.envs:
            env.reset(seed=1)

    def open(self, body: str) -> dict[str, Any]:
        """Open a page with this body."""
        return self.do(f"goto {self.bodies.add(body)}")

    def do(self, *lines: str) -> dict[str, Any]:
        """Perform actions; what both show after the last."""
        for line in lines:
            chromium, dom = (env.step(line) for env in self.envs)
            assert chromium[4]["infra_error"] is None, line
            assert dom[0] == chromium[0], line
            self.seen = dict(chromium[0])
        return self.seen

    def use(self, verb: str, role: str, name: str, *rest: str) -> dict[str, Any]:
        """Act on the element of this role and name, as both showed it last."""
        found = re.search(rf'\b{role} "{re.escape(name)}".*?\[ref=(e\d+)\]', self.seen["aria"])
        assert found is not None, self.seen["aria"]
        return self.do(" ".join([verb, found[1], *rest]))

    def press(self, *keys: str) -> dict[str, Any]:
        """Press keys, one after the other."""
        return self.do(*(f"press {key}" for key in keys))

    def close(self) -> None:
        """Close both environments."""
        for env in self.envs:
            env.close()


@contextmanager
def opened_in(patch: pytest.MonkeyPatch) -> Iterator[Both]:
    """Both engines, on an app that serves what it is given, installed as long as `patch` lasts."""
    bodies = Bodies()
    spec = AppSpec(
        name="html",
        title="Html",
        version="1",
        create_app=bodies.create_app,
        seed=lambda world, rng: None,
        tasks=TASKS,
    )
    patch.setitem(installed().apps, "html", spec)  # type: ignore[arg-type]
    patch.setitem(installed().families, FAMILY, Pages())  # type: ignore[arg-type]
    patch.setitem(default_runtime().dispatcher._specs, "html.test", spec)
    both = Both(bodies)
    try:
        yield both
    finally:
        both.close()


@pytest.fixture(scope="session")
def opened() -> Iterator[Both]:
    """Both engines, open for all tests here."""
    with pytest.MonkeyPatch.context() as patch, opened_in(patch) as both:
        yield both


@pytest.fixture
def both(opened: Both) -> Both:
    """Both engines at the beginning of an episode."""
    for env in opened.envs:
        opened.seen = env.reset(seed=1)[0]
    return opened


@pytest.fixture
def on(opened: Both) -> Both:
    """Both engines somewhere in an episode, for tests that open pages whose past does not matter."""
    if any(env.runner.is_over for env in opened.envs):
        for env in opened.envs:
            env.reset(seed=1)
    return opened
