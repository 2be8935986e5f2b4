"""An app clone whose pages bring what they show late, in every way that a page can."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, Response, request
from numpy.random import Generator

from gristmill.apps.base import AppSpec, Task, TaskFamily, TaskRegistry, View
from gristmill.apps.kit.flask_app import create_flask_app
from gristmill.apps.world.world import World
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import default_runtime
from gristmill.plugins import installed
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict

TASKS = TaskRegistry("late")
FRAME = """<!doctype html><title>Late</title><h1>Late</h1><div id="out"></div><input aria-label="Box">
<button id="more">More</button><script>
const show = (text) => {{ out.append(Object.assign(document.createElement("p"), {{ textContent: text }})); }};
{script}
</script>"""
Open = Callable[..., dict[str, Any]]


@TASKS.add("Late-Pages-v0", max_steps=200)
class Pages(TaskFamily):
    """Look at pages that take their time."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=f"Look {rng.integers(1000)}.",
            start_url="http://late.test/", person_id=1, terms={},
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        return verdict(Check(name="answered", passed=evidence.answer == "42"))

    def oracle(self, view: View) -> str:
        return "done"


class LateApp:
    """Pages by path, given as a script or as whole markup, and answers of any size and delay."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []
        self.spec = AppSpec(
            name="late",
            title="Late",
            version="1",
            create_app=self.create_app,
            seed=lambda world, rng: None,
            tasks=TASKS,
        )

    def create_app(self) -> Flask:
        app = create_flask_app(__name__, "late")
        app.add_url_rule("/", "home", lambda: FRAME.format(script=""))
        app.add_url_rule("/<name>", "page", lambda name: self.pages[name])
        app.add_url_rule("/answer", "answer", self.answer)
        return app

    def answer(self) -> Response:
        """Text of `bytes` letters, `ms` after it was asked for."""
        self.asked.append(request.full_path)
        threading.Event().wait(request.args.get("ms", 0, type=int) / 1000)
        body = "x" * request.args.get("bytes", 10, type=int)
        kind = request.args.get("type", "text/plain")
        return Response(request.args.get("body", body), mimetype=kind)


@pytest.fixture(scope="session")
def late_app() -> Iterator[LateApp]:
    """The app, installed in this process for as long as the tests run."""
    app = LateApp()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(installed().apps, "late", app.spec)  # type: ignore[arg-type]
        patch.setitem(installed().families, "Late-Pages-v0", Pages())  # type: ignore[arg-type]
        patch.setitem(default_runtime().dispatcher._specs, "late.test", app.spec)
        yield app


@pytest.fixture(scope="module")
def late_env(late_app: LateApp) -> Iterator[WebEnv]:
    """An environment on the app."""
    env = WebEnv("Late-Pages-v0")
    yield env
    env.close()


@pytest.fixture
def open_late(late_app: LateApp, late_env: WebEnv) -> Open:
    """Begins an episode and opens a page with this script (or markup) at a path of its own."""

    def open_page(script: str = "", *, html: str | None = None, env: WebEnv | None = None) -> dict[str, Any]:
        page = html if html is not None else FRAME.format(script=script)
        name = next((name for name, known in late_app.pages.items() if known == page), "")
        name = name or f"page{len(late_app.pages)}"
        late_app.pages[name] = page
        (env or late_env).reset(seed=1)
        seen, _, _, _, info = (env or late_env).step(f"goto /{name}")
        assert info["infra_error"] is None
        return seen

    return open_page
