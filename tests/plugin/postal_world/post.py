"""The post office: events and signals of the kiosk deliver letters."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, redirect, render_template_string
from numpy.random import Generator
from sqlalchemy import select

from gristmill import (
    AppSpec,
    Evidence,
    Task,
    TaskFamily,
    TaskRegistry,
    Verdict,
    View,
    World,
    verdict,
)
from gristmill.apps.kit import (
    OraclePage,
    Sampler,
    TargetGone,
    check,
    create_flask_app,
    current_person,
    db,
    nothing_else_changed,
    notices,
    updates,
    world,
)
from postal_world.models import Letter

TASKS = TaskRegistry("post")
PAGE = """{% extends "kit/base.html" %}{% from "kit/_macros.html" import button, empty, message %}
{% block title %}Post{% endblock %}
{% block kind %}frame {{ skin }}{% endblock %}
{% block content %}<h1>Letters</h1>
{% if archived %}{{ message("You archived " ~ archived ~ ".", "success") }}{% endif %}
{% for letter in letters %}<form method=post action="/archive/{{ letter.id }}">{{ letter.subject }}
{{ button("Archive " ~ letter.subject) }}</form>
{% else %}{% call empty("mail", "No letters") %}<p>Letters come by themselves.</p>{% endcall %}
{% endfor %}{% endblock %}"""


def create_app() -> Flask:
    app = create_flask_app(__name__, "post")
    app.add_url_rule("/", "home", home)
    app.add_url_rule("/archive/<int:letter_id>", "archive", archive, methods=["POST"])
    return app


def home() -> str:
    own = select(Letter).where(Letter.person_id == current_person().id, ~Letter.is_archived)
    letters = db().scalars(own.order_by(Letter.id)).all()
    return render_template_string(
        PAGE, letters=letters, archived=notices.happened("archived"), skin=world().skin
    )


def archive(letter_id: int) -> Any:
    letter = db().get_one(Letter, letter_id)
    letter.is_archived = True
    return redirect(f"/?{urlencode(notices.record(archived=letter.subject))}", 303)


def receive(world: World, person_id: int, subject: str) -> None:
    world.db.add(
        Letter(
            id=world.next_number("letter"), person_id=person_id, subject=subject,
            arrived_at=world.now, is_archived=False,
        )
    )  # fmt: skip


def deliver(world: World, payload: Any) -> None:
    receive(world, payload["person_id"], payload["subject"])


def expire(world: World, payload: Any) -> None:
    letter = world.db.get(Letter, payload["letter_id"])
    if letter is None:
        raise TargetGone(f"letter {payload['letter_id']} was thrown away")
    world.db.delete(letter)


def send_receipt(world: World, payload: Any) -> None:
    receive(world, payload["person_id"], f"Receipt of order {payload['order_id']}")


def send_notice(world: World, payload: Any) -> None:
    receive(world, payload["person_id"], f"Order {payload['order_id']} is on its way")


@TASKS.add("Post-Archive-v0", max_steps=20)
class ArchiveLetter(TaskFamily):
    """Wait for a letter, archive it and touch nothing else."""

    def draw(self, world: World, rng: Generator, **asked: Any) -> Task:
        sampler = Sampler(rng)
        person, wait_s = sampler.pick(world.people), 30 * sampler.between(1, 3)
        for n, subject in enumerate(("News", "Bill")):
            due = world.now + timedelta(seconds=wait_s + n)
            world.schedule("post.deliver", due, {"person_id": person.id, "subject": subject})
        return Task(
            family=self.id, **asked, goal="Archive the bill when it comes.",
            start_url="http://post.test/", person_id=person.id, terms={"subject": "Bill"},
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        bill = next((row for row in evidence.after.all("post_letter") if row["subject"] == "Bill"), None)
        key = bill["id"] if bill else 0
        return verdict(
            check("archived", bool(bill and bill["is_archived"])),
            nothing_else_changed(evidence, updates("post_letter", [key], ["is_archived"])),
        )

    def oracle(self, view: View) -> str:
        bill = view.db.scalars(select(Letter).where(Letter.subject == "Bill")).first()
        if bill is None:
            return "wait"
        return OraclePage(view).click("button", "Archive Bill") or ("done" if bill.is_archived else "goto /")


POST = AppSpec(
    name="post", title="Post", version="1", create_app=create_app, seed=lambda world, rng: None, tasks=TASKS,
    handlers={"post.deliver": deliver, "post.expire": expire},
    on={"kiosk.order_placed": send_receipt, "kiosk.shipped": send_notice}, skins=("default", "night"),
)  # fmt: skip
