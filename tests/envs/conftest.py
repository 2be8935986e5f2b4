"""An app clone that does whatever an app clone should not, beside the shop."""

import gc
import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, Response, redirect, request
from numpy.random import Generator

from gristmill.apps.base import AppSpec, Task, TaskFamily, TaskRegistry, View
from gristmill.apps.kit.flask_app import create_flask_app
from gristmill.apps.world.world import World
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import default_runtime
from gristmill.plugins import installed
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict

TASKS = TaskRegistry("bad")
LINKS = ("http://elsewhere.test/page", "http://example.com/?q=1", "https://example.com/", "/pdf", "/circle")


@TASKS.add("Bad-Pages-v0", max_steps=100)
class Pages(TaskFamily):
    """Look at bad pages."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=f"Look {rng.integers(1000)}.",
            start_url="http://bad.test/", person_id=1, terms={},
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        if evidence.answer == "raise":
            raise LookupError("no verdict")
        return verdict(Check(name="answered", passed=evidence.answer == "42"))

    def oracle(self, view: View) -> str:
        return "done"


@TASKS.add("Bad-Across-v0", max_steps=100, apps=("bad", "shop"))
class Across(Pages):
    """Go to and fro between two apps."""


class BadApp:
    """Its pages by path; what it was asked for; and the event for which `/hang` waits."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.chunks = 0
        self.closed = 0
        self.spec = AppSpec(
            name="bad",
            title="Bad",
            version="1",
            create_app=self.create_app,
            seed=lambda world, rng: None,
            tasks=TASKS,
        )

    def create_app(self) -> Flask:
        app = create_flask_app(__name__, "bad")
        app.add_url_rule("/", "home", lambda: self.start_page(), methods=["GET", "POST"])
        for name in ("big", "tags", "deep", "controls", "circle", "far", "endless", "dribble", "hang",
                     "fail", "pdf", "picture", "broken", "untyped", "plain", "file", "nothing", "refresh",
                     "large_parts", "script"):  # fmt: skip
            app.add_url_rule(f"/{name}", name, getattr(self, name), methods=["GET", "POST"])
        return app

    def page(self, body: str) -> str:
        return f"<!doctype html><title>Bad</title><h1>Bad</h1>{body}"

    def start_page(self) -> str:
        forms = "".join(
            f'<form action="{url}" method="{method}"><button name="b">{method} {url}</button></form>'
            for url in LINKS
            for method in ("get", "post")
        )
        links = "".join(f'<a href="{url}">to {url}</a> ' for url in LINKS)
        return self.page(f'<label>Name <input></label>{links}<a href="/pdf" download>save</a>{forms}')

    def big(self) -> str:
        return self.page(f"<p>{'word ' * (request.args.get('bytes', type=int, default=0) // 5)}</p>")

    def tags(self) -> str:
        return self.page("<p>x</p>" * request.args.get("n", type=int, default=0))

    def controls(self) -> str:
        return self.page("".join(f'<input aria-label="Box {i}">' for i in range(50_000)))

    def deep(self) -> str:
        n = request.args.get("n", type=int, default=0)
        return self.page(f"{'<div>' * n}far down{'</div>' * n}")

    def circle(self) -> Any:
        return redirect("/circle")

    def far(self) -> Any:
        return redirect("http://example.com/far")

    def endless(self) -> Response:
        return Response(self.parts(b"<p>more</p>" * 1000), mimetype="text/html")

    def dribble(self) -> Response:
        return Response(self.parts(b""), mimetype="text/html")

    def parts(self, part: bytes) -> Iterator[bytes]:
        try:
            for _ in itertools.count():
                self.chunks += 1
                yield part
        finally:
            self.closed += 1

    def hang(self) -> str:
        self.release.wait()
        return "released"

    def fail(self) -> str:
        raise LookupError("no shelf")

    def pdf(self) -> Response:
        return Response(b"%PDF-1.4", mimetype="application/pdf")

    def picture(self) -> Response:
        return Response(b"\x89PNG", mimetype="image/png")

    def broken(self) -> Response:
        return Response("<h1>Broken</h1>", headers={"Content-Type": "; text html"})

    def untyped(self) -> Response:
        return Response("<h1>Untyped</h1>", headers={"Content-Type": ""})

    def plain(self) -> Response:
        return Response("a < b & c", mimetype="text/plain")

    def file(self) -> Response:
        return Response("<h1>File</h1>", headers={"Content-Disposition": 'attachment; filename="f.html"'})

    def nothing(self) -> tuple[str, int]:
        return "", 204

    def refresh(self) -> str:
        return self.page('<meta http-equiv="refresh" content="0; url=/pdf"><p>stays</p>')

    def large_parts(self) -> str:
        return self.page(
            '<link rel="stylesheet" href="/big?bytes=6000000"><img alt="Pic" src="/endless"><p>fine</p>'
        )

    def script(self) -> str:
        return self.page("<script>for (;;) {}</script>")


@pytest.fixture(scope="module")
def only_new_objects() -> Iterator[None]:
    """Collecting garbage looks at what is made from now on alone, whatever other tests left behind."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="session")
def bad_app() -> Iterator[BadApp]:
    """The app, installed in this process for as long as the tests run."""
    app = BadApp()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(installed().apps, "bad", app.spec)  # type: ignore[arg-type]
        for family in (Pages(), Across()):
            patch.setitem(installed().families, family.id, family)  # type: ignore[arg-type]
        patch.setitem(default_runtime().dispatcher._specs, "bad.test", app.spec)
        yield app
        app.release.set()


@pytest.fixture
def release(bad_app: BadApp) -> Iterator[threading.Event]:
    """What `/hang` waits for; set at the latest when the test is over."""
    bad_app.release = threading.Event()
    yield bad_app.release
    bad_app.release.set()


@pytest.fixture(scope="module")
def bad_envs(bad_app: BadApp) -> Iterator[Callable[[str], WebEnv]]:
    """One environment on the bad app for each engine, at the beginning of an episode."""
    made: dict[str, WebEnv] = {}

    def start(engine: str) -> WebEnv:
        if engine not in made:
            made[engine] = WebEnv("Bad-Pages-v0", engine=engine)
        made[engine].reset(seed=1)
        return made[engine]

    yield start
    for env in made.values():
        env.close()
