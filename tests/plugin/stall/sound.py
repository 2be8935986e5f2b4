"""The sound stall: a list of wares, a page and a form for each, and a form that adds one."""

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from flask import Flask, redirect, render_template_string, request
from numpy.random import Generator
from sqlalchemy import func, select

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
from gristmill.apps.base import EndsWith, TaskKind
from gristmill.apps.kit import (
    OraclePage,
    Sampler,
    Unwinnable,
    check,
    create_flask_app,
    db,
    nothing_else_changed,
    row_updated,
    updates,
)
from gristmill.apps.kit.oracle_page import quoted
from stall.models import Ware

NAMES = ("Basket", "Candle", "Kettle", "Ladder", "Mirror", "Needle", "Pillow", "Ribbon", "Saddle", "Teapot")
SHELVES = ("oak", "birch", "cedar", "maple")
NUMBER, LONGEST = 9, 60

FRAME = (
    """{% extends "kit/base.html" %}{% from "kit/_macros.html" import button, field, message %}
{% block title %}Stall{% endblock %}{% block styles %}"""
    "{{ styles | safe }}"
    """{% endblock %}
{% block content %}{% if error %}{{ message(error, "error") }}{% endif %}"""
)
HOME = (
    FRAME
    + """<h1>Wares</h1><ul>{% for ware in wares %}<li><a href="/wares/{{ ware.id }}">{{ ware.title }}</a>
</li>{% endfor %}</ul><form method="post" action="/wares">
<input type="hidden" name="after" value="{{ last }}">{{ field("title", "New ware", value=typed) }}
{{ button("Add") }}</form>{% endblock %}"""
)
SHOW = (
    FRAME
    + """<h1>{{ ware.title }}</h1><p>It lies on the shelf {{ ware.shelf }}.</p>
<form method="post" action="/wares/{{ ware.id }}">{{ field("title", "Title", value=typed) }}
{{ button("Rename") }}</form><p><a href="/">All wares</a></p>{% endblock %}"""
)


class Stall:
    """An app clone made of overridable parts: a broken one overrides one of them."""

    bookkeeping: ClassVar[frozenset[str]] = frozenset({"stall_look"})
    home_template, show_template, styles = HOME, SHOW, ""

    @classmethod
    def spec(cls) -> AppSpec:
        """The app clone. Its version is the class's name, so that no two share a stored world."""
        stall, tasks = cls(), TaskRegistry("stall")
        cls.add_families(tasks)
        return AppSpec(
            name="stall", title="Stall", version=cls.__name__, create_app=stall.create_app, seed=stall.seed,
            tasks=tasks, bookkeeping=cls.bookkeeping,
        )  # fmt: skip

    @classmethod
    def add_families(cls, tasks: TaskRegistry) -> None:
        """Register the task families of the stall."""
        cls.add_rename(tasks)

    rename: ClassVar[type["Rename"]]
    rename_id = "Stall-Rename-v0"
    rename_steps = 40

    @classmethod
    def add_rename(cls, tasks: TaskRegistry) -> None:
        """Register a copy of the family, as a registry writes into the class."""
        copy = type(
            "Rename", (cls.rename,), {"__module__": cls.rename.__module__, "__doc__": cls.rename.__doc__}
        )
        tasks.add(cls.rename_id, max_steps=cls.rename_steps)(copy)

    def seed(self, world: World, rng: Generator) -> None:
        sampler = Sampler(rng)
        for number, name in enumerate(sampler.some(NAMES, NUMBER), start=1):
            world.db.add(Ware(id=number, title=name, shelf=sampler.pick(SHELVES)))

    def create_app(self) -> Flask:
        app = create_flask_app(__name__, "stall")
        self.add_rules(app)
        return app

    def add_rules(self, app: Flask) -> None:
        app.add_url_rule("/", "home", self.home)
        app.add_url_rule("/wares", "add", self.add, methods=["POST"])
        app.add_url_rule("/wares/<int:number>", "show", self.show)
        app.add_url_rule("/wares/<int:number>", "rename", self.rename_ware, methods=["POST"])

    def home(self, error: str = "", typed: str = "") -> str:
        wares = db().scalars(select(Ware).order_by(Ware.id)).all()
        last = max(ware.id for ware in wares)
        return self.page(self.home_template, wares=wares, last=last, error=error, typed=typed)

    def show(self, number: int, error: str = "", typed: str | None = None) -> Any:
        ware = db().get(Ware, number)
        if ware is None:
            return self.page(FRAME + "<h1>There is no such ware</h1>{% endblock %}"), 404
        return self.page(
            self.show_template, ware=ware, error=error, typed=ware.title if typed is None else typed
        )

    def page(self, template: str, **values: Any) -> str:
        return render_template_string(template, styles=self.styles, **values)

    def add(self) -> Any:
        title, last = request.form.get("title", ""), db().scalar(select(func.max(Ware.id))) or 0
        if error := refusal(title):
            return self.home(error, title), 422
        if request.form.get("after") == str(last):
            db().add(Ware(id=last + 1, title=title, shelf=SHELVES[0]))
        return redirect("/", 303)

    def rename_ware(self, number: int) -> Any:
        ware, title = db().get(Ware, number), request.form.get("title", "")
        if ware is None:
            return self.show(number)
        if error := refusal(title):
            return self.show(number, error, title), 422
        ware.title = title
        return redirect("/", 303)


def refusal(title: str) -> str:
    """Why a title cannot be used; empty if it can."""
    is_plain = bool(title) and title.isprintable() and title == title.strip()
    return "" if is_plain and len(title) <= LONGEST else f"Use 1 to {LONGEST} letters."


class Rename(TaskFamily):
    """Give a ware another title and touch nothing else."""

    def draw(self, world: World, rng: Generator, **asked: Any) -> Task:
        sampler = Sampler(rng)
        titles = {str(ware.id): ware.title for ware in world.db.scalars(select(Ware).order_by(Ware.id))}
        number = sampler.pick(sorted(titles))
        new = f"{sampler.pick(SHELVES).title()} {titles[number].lower()}"
        return Task(
            family=self.id, **asked, goal=f"Change the title {titles[number]} to {new}.",
            start_url="http://stall.test/", person_id=world.people[0].id,
            terms={"number": int(number), "new": new, "titles": titles},
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        number = task.terms["number"]
        return verdict(
            *row_updated(evidence, "stall_ware", number, {"title": task.terms["new"]}, name="ware"),
            nothing_else_changed(evidence, updates("stall_ware", [number], ["title"])),
        )

    def oracle(self, view: View) -> str:
        page, terms = OraclePage(view), view.task.terms
        wanted = {**terms["titles"], str(terms["number"]): terms["new"]}
        wares = view.db.scalars(select(Ware).order_by(Ware.id)).all()
        if len(wares) > len(wanted):
            raise Unwinnable("a ware was added, and none can be removed")
        wrong = next((ware for ware in wares if ware.title != wanted[str(ware.id)]), None)
        if wrong is None:
            return "done"
        if page.path != f"/wares/{wrong.id}":
            return f"goto http://stall.test/wares/{wrong.id}"
        return (
            page.fill("textbox", "Title", wanted[str(wrong.id)]) or page.click("button", "Rename") or "wait"
        )


class Shelf(TaskFamily):
    """Answer on which shelf a ware lies."""

    def draw(self, world: World, rng: Generator, **asked: Any) -> Task:
        ware = Sampler(rng).pick(list(world.db.scalars(select(Ware).order_by(Ware.id))))
        return Task(
            family=self.id, **asked, goal=f"On which shelf does the {ware.title} lie?",
            start_url="http://stall.test/", person_id=world.people[0].id, ends_with=EndsWith.ANSWER,
            terms={"number": ware.id, "title": ware.title, "shelf": ware.shelf},
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        url = f"http://stall.test/wares/{task.terms['number']}"
        return verdict(
            self.is_right(task.terms, evidence.answer or ""),
            check("page opened", url in evidence.visited),
            nothing_else_changed(evidence),
        )

    def is_right(self, terms: Mapping[str, Any], answer: str) -> Any:
        return check("shelf", answer.strip() == terms["shelf"], answer)

    def oracle(self, view: View) -> str:
        titles = {ware.id: ware.title for ware in view.db.scalars(select(Ware))}
        if len(titles) > NUMBER or titles[view.task.terms["number"]] != view.task.terms["title"]:
            raise Unwinnable("a row was changed")
        url = f"http://stall.test/wares/{view.task.terms['number']}"
        return f"answer {quoted(view.task.terms['shelf'])}" if url in view.visited else f"goto {url}"


Stall.rename = Rename
answer_family = partial(TaskRegistry.add, task_id="Stall-Shelf-v0", max_steps=10, kind=TaskKind.ANSWER)
SOUND = Stall.spec()
