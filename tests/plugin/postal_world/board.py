"""The notice board: a script renders it, so it needs an engine that runs scripts."""

from typing import Any

from flask import Flask, redirect, render_template_string
from numpy.random import Generator

from gristmill.apps.base import AppSpec, Task, TaskFamily, TaskRegistry, View
from gristmill.apps.kit.flask_app import create_flask_app, world
from gristmill.apps.server.database import db
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import inserts, nothing_else_changed, row_inserted
from postal_world.models import Pin

TASKS = TaskRegistry("board")
PAGE = """<!doctype html><title>Board</title><h1>Board</h1><form method=post action="/pin"></form>
<script>
  const button = document.createElement("button");
  button.textContent = "Pin a note";
  document.querySelector("form").append(button);
</script>"""


def create_app() -> Flask:
    app = create_flask_app(__name__, "board")
    app.add_url_rule("/", "home", lambda: render_template_string(PAGE))
    app.add_url_rule("/pin", "pin", pin, methods=["POST"])
    return app


def pin() -> Any:
    here = world()
    db().add(Pin(id=here.next_number("pin"), person_id=here.person.id))
    return redirect("/", 303)


@TASKS.add("Board-Pin-v0", max_steps=10, success_is_final=True)
class PinNote(TaskFamily):
    """Pin one note."""

    def draw(self, world: World, rng: Generator, **asked: Any) -> Task:
        person = world.people[int(rng.integers(len(world.people)))]
        return Task(
            family=self.id, **asked, goal="Pin one note to the board.",
            start_url="http://board.test/", person_id=person.id, terms={},
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        return verdict(
            *row_inserted(evidence, "board_pin", {"person_id": task.person_id}, name="pin"),
            nothing_else_changed(evidence, inserts("board_pin", at_most=1)),
        )

    def oracle(self, view: View) -> str:
        button = view.page.find("button", "Pin a note")
        return f"click {button.ref}" if button else "wait"


BOARD = AppSpec(
    name="board", title="Board", version="1", create_app=create_app, seed=lambda world, rng: None,
    tasks=TASKS, needs=frozenset({"scripts"}),
)  # fmt: skip
