"""For each conformance check a stall that it alone catches: the sound one with one thing overridden.

Checks of files have packages of their own, which a test writes.
"""

import time
from collections import Counter
from dataclasses import replace
from typing import Any

from flask import Flask, request
from numpy.random import Generator
from sqlalchemy import func, select, text
from werkzeug.datastructures import ImmutableMultiDict

from gristmill import Evidence, Task, TaskRegistry, Verdict, View, World, verdict
from gristmill.apps.base import TaskKind
from gristmill.apps.kit import (
    Unwinnable,
    check,
    db,
    nothing_else_changed,
    row_updated,
    updates,
)
from stall.models import Look, Ware
from stall.sound import HOME, NAMES, NUMBER, SHELVES, SHOW, Rename, Shelf, Stall

SOLD: Counter[str] = Counter()
BROKEN: dict[str, type[Stall]] = {}


def breaks(check_name: str) -> Any:
    """Register the decorated stall under the check that it breaks."""

    def register(stall: type[Stall]) -> type[Stall]:
        BROKEN[check_name] = stall
        return stall

    return register


def with_more(html: str) -> str:
    return HOME.replace("<h1>Wares</h1>", f"<h1>Wares</h1>{html}")


@breaks("seed-writes-a-world")
class SeedFails(Stall):
    def seed(self, world: World, rng: Generator) -> None:
        raise LookupError("no wares to be had")


@breaks("same-seed-same-rows")
class SetOrder(Stall):
    def seed(self, world: World, rng: Generator) -> None:
        super().seed(world, rng)
        first, second, *_ = {f"{name} of old" for name in NAMES}
        for ware, title in zip(world.db.new, (first, second), strict=False):
            ware.title = title


@breaks("no-clock-or-chance")
class ReadsClock(Stall):
    def seed(self, world: World, rng: Generator) -> None:
        super().seed(world, rng)
        time.time()


@breaks("other-seed-other-rows")
class SeedIgnoresSeed(Stall):
    def seed(self, world: World, rng: Generator) -> None:
        for number, name in enumerate(NAMES[:NUMBER], start=1):
            world.db.add(Ware(id=number, title=name, shelf=SHELVES[number % len(SHELVES)]))


@breaks("pages-answer")
class ViewFails(Stall):
    def add(self) -> Any:

        if request.form.get("title") == "Lamp 2":
            raise LookupError("no lamps")
        return super().add()


@breaks("links-lead-somewhere")
class LinkToNowhere(Stall):
    home_template = with_more('<a href="/wares/99">The best one</a>')


@breaks("nothing-outside-the-apps")
class LinkOutside(Stall):
    home_template = with_more('<a href="http://elsewhere.test/">Elsewhere</a>')


@breaks("controls-have-role-and-name")
class NoRole(Stall):
    home_template = with_more('<div tabindex="0">Open</div>')


@breaks("controls-do-something")
class DeadButton(Stall):
    home_template = with_more('<button type="button">Idle</button>')


@breaks("forms-survive-odd-input")
class NulFails(Stall):
    def add(self) -> Any:

        if "\0" in request.form.get("title", ""):
            raise ValueError("NUL in a title")
        return super().add()


@breaks("factory-twice")
class FactoryOnce(Stall):
    is_made = False

    def create_app(self) -> Flask:
        if self.is_made:
            raise RuntimeError("the rules were added before")
        self.is_made = True
        return super().create_app()


@breaks("sessions-isolated")
class SharedList(Stall):
    home_template = with_more("<p>Lately: {{ shared }}</p>")

    def __init__(self) -> None:
        self.shared: list[str] = []

    def page(self, template: str, **values: Any) -> str:
        return super().page(template, shared=len(self.shared), **values)

    def add(self) -> Any:
        self.shared.append("one more")
        return super().add()


@breaks("no-module-state")
class ModuleState(Stall):
    def add(self) -> Any:
        SOLD["wares"] += 1
        return super().add()


@breaks("caches-agree")
class CountsRequests(Stall):
    home_template = with_more("<p>Request {{ number }}</p>")
    number = 0

    def page(self, template: str, **values: Any) -> str:
        self.number += 1
        return super().page(template, number=self.number, **values)


@breaks("get-changes-nothing")
class GetWrites(Stall):
    bookkeeping = frozenset()
    home_template = with_more('<p><a href="/about">About us</a></p>')

    def add_rules(self, app: Flask) -> None:
        super().add_rules(app)
        app.add_url_rule("/about", "about", self.about)

    def about(self) -> str:
        db().merge(Look(ware_id=1, count=1))
        db().commit()
        return self.home()


@breaks("double-submission-has-one-effect")
class AddsTwice(Stall):
    home_template = HOME.replace('name="after"', 'name="since"')

    def add(self) -> Any:

        last = db().scalar(select(func.max(Ware.id)))
        request.form = ImmutableMultiDict({**request.form, "after": str(last)})
        return super().add()


@breaks("restore-is-exact")
class TemporaryTable(Stall):
    show_template = SHOW.replace("<h1>", "<p>{{ count }} added</p><h1>")
    SCHEMA = "CREATE TEMP TABLE IF NOT EXISTS added (title TEXT)"

    def count(self) -> int:
        db().execute(text(self.SCHEMA))
        return db().scalar(text("SELECT count(*) FROM added")) or 0

    def page(self, template: str, **values: Any) -> str:
        return super().page(template, count=self.count(), **values)

    def add(self) -> Any:
        self.count()
        db().execute(text("INSERT INTO added VALUES ('one')"))
        return super().add()


@breaks("queries-per-page-are-bounded")
class ManyQueries(Stall):
    def home(self, error: str = "", typed: str = "") -> str:
        for number in range(70):
            db().scalar(select(Ware.title).where(Ware.id == number))
        return super().home(error, typed)


@breaks("names-and-prefixes")
class WrongPrefix(Stall):
    rename_id = "Booth-Rename-v0"


@breaks("docstring:Stall-Rename-v0")
class NoDocstring(Stall):
    class rename(Rename):  # noqa: N801
        __doc__ = ""


@breaks("oracle-succeeds:Stall-Rename-v0")
class OracleStops(Stall):
    class rename(Rename):  # noqa: N801
        """Give a ware another title."""

        def oracle(self, view: View) -> str:
            return "done"


@breaks("solvable-within-max-steps:Stall-Rename-v0")
class TooFewSteps(Stall):
    rename_steps = 2


@breaks("null-fails:Stall-Rename-v0")
class NullPasses(Stall):
    class rename(Rename):  # noqa: N801
        """Give a ware another title."""

        def verify(self, task: Task, evidence: Evidence) -> Verdict:
            is_idle = len(evidence.visited) == 1 and not evidence.diff and evidence.answer is None
            return verdict(check("idle", True)) if is_idle else super().verify(task, evidence)


@breaks("echo-fails:Stall-Shelf-v0")
class EchoPasses(Stall):
    class shelf(Shelf):  # noqa: N801
        """Answer on which shelf a ware lies."""

        def is_right(self, terms: Any, answer: str) -> Any:
            return check("shelf", answer == terms["shelf"] or terms["title"] in answer)

    @classmethod
    def add_families(cls, tasks: TaskRegistry) -> None:
        tasks.add("Stall-Shelf-v0", max_steps=10, kind=TaskKind.ANSWER)(type("Shelf", (cls.shelf,), {
            "__module__": __name__, "__doc__": cls.shelf.__doc__,
        }))  # fmt: skip


@breaks("over-doer-fails:Stall-Rename-v0")
class OverdoingPasses(Stall):
    class rename(Rename):  # noqa: N801
        """Give a ware another title."""

        def verify(self, task: Task, evidence: Evidence) -> Verdict:
            number, new = task.terms["number"], task.terms["new"]
            right = row_updated(evidence, "stall_ware", number, {"title": new}, name="ware")
            titles = {row["title"] for row in evidence.before.all("stall_ware")}
            added = evidence.diff.inserted("stall_ware")
            is_new = any(change.after and change.after["title"] not in titles for change in added)
            return verdict(*right) if is_new else super().verify(task, evidence)


@breaks("other-adversaries-fail:Stall-Rename-v0")
class ClaimPasses(Stall):
    class rename(Rename):  # noqa: N801
        """Give a ware another title."""

        def verify(self, task: Task, evidence: Evidence) -> Verdict:
            is_claimed = any("success=1" in url for url in evidence.visited)
            return verdict(check("claimed", True)) if is_claimed else super().verify(task, evidence)


@breaks("mutants-fail:Stall-Rename-v0")
class MutantsPass(Stall):
    class rename(Rename):  # noqa: N801
        """Give a ware another title."""

        def verify(self, task: Task, evidence: Evidence) -> Verdict:
            number = task.terms["number"]
            return verdict(
                *row_updated(evidence, "stall_ware", number, {"title": task.terms["new"]}, name="ware"),
                nothing_else_changed(
                    evidence, updates("stall_ware", [number], ["title"]), updates("world_person")
                ),
            )


@breaks("oracle-replans:Stall-Rename-v0")
class OracleLeavesOthers(Stall):
    class rename(Rename):  # noqa: N801
        """Give a ware another title."""

        def oracle(self, view: View) -> str:
            number = view.task.terms["number"]
            titles = {str(ware.id): ware.title for ware in view.db.scalars(select(Ware))}
            wanted = {**titles, str(number): view.task.terms["new"]}
            task = replace(view.task, terms={**view.task.terms, "titles": wanted})
            return super().oracle(replace(view, task=task))


@breaks("other-ways-succeed:Stall-Rename-v0")
class NoDetours(Stall):
    class rename(Rename):  # noqa: N801
        """Give a ware another title."""

        def oracle(self, view: View) -> str:
            if view.visited - {view.task.start_url, f"http://stall.test/wares/{view.task.terms['number']}"}:
                raise Unwinnable("it is lost")
            return super().oracle(view)


@breaks("goals-mean-one-thing:Stall-Rename-v0")
class VagueGoal(Stall):
    class rename(Rename):  # noqa: N801
        """Give a ware another title."""

        def draw(self, world: World, rng: Generator, **asked: Any) -> Task:
            return replace(super().draw(world, rng, **asked), goal="Change a title.")


@breaks("checkpoint-round-trips:Stall-Rename-v0")
class TupleInTerms(Stall):
    class rename(Rename):  # noqa: N801
        """Give a ware another title."""

        def draw(self, world: World, rng: Generator, **asked: Any) -> Task:
            task = super().draw(world, rng, **asked)
            pair: Any = task.terms["number"], task.terms["new"]
            return replace(task, terms={**task.terms, "pair": pair})

        def oracle(self, view: View) -> str:
            if not isinstance(view.task.terms["pair"], tuple):
                raise TypeError("a tuple has become a list")
            return super().oracle(view)


@breaks("dom-equals-chromium")
class Scripted(Stall):
    home_template = with_more("<script>document.querySelector('h1').textContent = 'Scripted'</script>")


APPS = {check_name: stall.spec() for check_name, stall in BROKEN.items()}
globals().update({f"APP_{number}": app for number, app in enumerate(APPS.values())})  # for other processes
