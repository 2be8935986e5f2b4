"""The proof that caches change nothing finds an app clone that remembers something."""

from collections.abc import Iterator
from itertools import count

import cache_proof
import pytest
from flask import Flask
from numpy.random import Generator

from gristmill.apps.base import AppSpec, Task, TaskFamily, TaskRegistry, View
from gristmill.apps.kit.flask_app import create_flask_app
from gristmill.apps.world.world import World
from gristmill.plugins import installed
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict

TASKS = TaskRegistry("visits")


@TASKS.add("Visits-Look-v0", max_steps=3)
class Look(TaskFamily):
    """Look at a page."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal="Look.", start_url="http://visits.test/",
            person_id=1, terms={},
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        return verdict(Check(name="never", passed=False))

    def oracle(self, view: View) -> str:
        return "goto /"


class Visits:
    """An app clone that counts visits in a variable, if asked to."""

    def __init__(self) -> None:
        self.visits = count()
        self.is_pure = True
        self.spec = AppSpec(
            name="visits",
            title="Visits",
            version="1",
            create_app=self.create_app,
            seed=lambda world, rng: None,
            tasks=TASKS,
        )

    def create_app(self) -> Flask:
        app = create_flask_app(__name__, "visits")
        app.add_url_rule("/", "home", lambda: f"<p>Visit {0 if self.is_pure else next(self.visits)}</p>")
        return app


@pytest.fixture
def visits(monkeypatch: pytest.MonkeyPatch) -> Iterator[Visits]:
    app = Visits()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(installed().apps, "visits", app.spec)  # type: ignore[arg-type]
        patch.setitem(installed().families, "Visits-Look-v0", Look())  # type: ignore[arg-type]
        yield app


pytestmark = pytest.mark.browser
WALKS = cache_proof.Walks(tasks=["Visits-Look-v0"], split="train", seeds=1)


@pytest.mark.sweep
def test_a_pure_app_clone_passes(visits: Visits, capsys: pytest.CaptureFixture[str]) -> None:
    assert cache_proof.differing(WALKS) == []
    assert "4 episodes with caches off" in capsys.readouterr().out


def test_an_app_clone_that_remembers_is_found(visits: Visits) -> None:
    visits.is_pure = False
    failures = cache_proof.differing(WALKS)
    assert any(
        "Visits-Look-v0 dom oracle seed 0, caches on, round 2: step 0 differs in aria" in each
        for each in failures
    )
