"""Checks of views: what they keep, what they change, and that caches make no difference."""

import sys
from collections.abc import Iterator
from types import ModuleType

from sqlalchemy import event

from gristmill.apps.server.database import engine
from gristmill.envs.engines.dom.http_client import HttpResponse
from gristmill.envs.episode.runtime import Runtime
from gristmill.snapshots.pages import PatchedImage
from gristmill.testing.conformance import app_check
from gristmill.testing.crawl.odd_input import Form
from gristmill.testing.subject import Subject, Visit

MOST_QUERIES = 60
LET = "let it depend on the request and the database alone"
PLAIN = (bool, int, float, str, bytes, list, dict, set, bytearray, type(None), tuple)


@app_check
def factory_twice(subject: Subject) -> Iterator[str]:
    """`create_app` can be called again, and gives the same pages."""
    first = subject.app.create_app()  # the one that all other checks use
    second = subject.given.create_app()
    one, other = (sorted(map(repr, app.url_map.iter_rules())) for app in (first, second))
    if one != other:
        yield (
            "create_app gives other addresses when it is called again: register blueprints within it, and "
            f"change nothing outside of it ({', '.join(sorted(set(one) ^ set(other)))[:300]})"
        )


@app_check
def sessions_isolated(subject: Subject) -> Iterator[str]:
    """What is done in one session is not visible in another one."""
    with subject.visit(runtime=subject.uncached) as watcher:
        stable = stable_pages(watcher, subject.pages)
        for form in subject.forms:
            with subject.visit(runtime=subject.uncached) as visit:
                visit.send(form.as_filled)
        for url, body in stable.items():
            if body_of(watcher.get(url)) != body:
                yield f"{url} shows what was done in another session: keep it in the session's database"


@app_check
def no_module_state(subject: Subject) -> Iterator[str]:
    """Requests leave the modules of the app clone as they are."""
    modules = own_modules(subject)
    before = {name: state_of(module) for name, module in modules.items()}
    with subject.visit(runtime=subject.uncached) as visit:
        for url in subject.pages:
            visit.get(url)
        for form in subject.forms:
            visit.send(form.as_filled)
    for name, module in modules.items():
        after = state_of(module)
        for variable in sorted(after.keys() | before[name].keys()):
            if after.get(variable) != before[name].get(variable):
                yield (
                    f"{module.__file__}: requests change {variable}, which all sessions share: keep it in a "
                    "table"
                )


@app_check
def caches_agree(subject: Subject) -> Iterator[str]:
    """Pages and rows are the same with caches and without, and when they are asked for again."""
    pages = gets(subject, subject.uncached)
    for what, answer in gets(subject, subject.uncached).items():
        if answer != pages[what]:
            yield f"{what}: another page when it is asked for again: {LET}"
    one, other = (gets(subject, subject.uncached) | posts(subject, subject.uncached) for _ in range(2))
    for attempt in ("first", "second"):
        found = {**gets(subject, subject.runtime), **posts(subject, subject.runtime)}
        for what in one:
            if one[what] == other[what] != found[what]:
                yield f"{what}: another answer with caches, at the {attempt} time: {LET}"


def gets(subject: Subject, runtime: Runtime) -> dict[str, object]:
    """The answers to all pages in a new session, by request."""
    with subject.visit(runtime=runtime) as visit:
        return {f"GET {url}": body_of(visit.get(url)) for url in subject.pages}


def posts(subject: Subject, runtime: Runtime) -> dict[str, object]:
    """The answers to each form in a new session, with the rows afterwards, by request."""
    answers: dict[str, object] = {}
    with subject.visit(runtime=runtime) as visit:
        for number, form in enumerate(subject.forms):
            answer = body_of(visit.send(form.as_filled))
            answers[f"POST {form.request.url} (form {number})"] = answer, visit.state()
    return answers


@app_check
def get_changes_nothing(subject: Subject) -> Iterator[str]:
    """No GET changes judged state."""
    with subject.visit(runtime=subject.uncached) as visit:
        state = visit.state()
        for url in subject.pages:
            visit.get(url)
            now = visit.state()
            if now != state:
                yield (
                    f"GET {url} changes judged rows: change them in a POST, or keep what reading leaves "
                    "behind in a table of its own that `bookkeeping` names"
                )
            state = now


@app_check
def double_submission_has_one_effect(subject: Subject) -> Iterator[str]:
    """A form that is submitted twice has the effect of one submission."""

    def twice(form: Form, visit: Visit) -> str:
        before = visit.state()
        visit.send(form.as_filled)
        once = visit.state()
        visit.send(form.as_filled)
        if once == before or visit.state() == once:
            return ""
        return (
            "submitted twice, it has another effect: set values instead of changing them, or let the form "
            "carry a token that changes with what it writes"
        )

    yield from subject.each_form(twice)


@app_check
def restore_is_exact(subject: Subject) -> Iterator[str]:
    """A session is restored byte for byte from a checkpoint, with the same pages."""
    with subject.visit(runtime=subject.uncached) as visit:
        for form in subject.forms:
            visit.send(form.as_filled)
        stable = stable_pages(visit, subject.pages)
        now = visit.session.snapshot()
    with subject.visit(runtime=subject.uncached, start=PatchedImage.whole(now.data())) as again:
        if again.session.image() != now.data():
            yield "the database differs byte by byte after it was restored"
        for url, body in stable.items():
            if body_of(again.get(url)) != body:
                yield f"{url} differs after the session was restored: keep what it shows in tables"
    with subject.visit(runtime=subject.uncached) as fresh:
        if fresh.session.image() != subject.world.data():
            yield "a new session does not start with the bytes of its world"


@app_check
def queries_per_page_are_bounded(subject: Subject) -> Iterator[str]:
    """No page asks the database more than a bounded number of times, however many rows it shows."""
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    pages = subject.pages
    event.listen(engine(), "before_cursor_execute", note)
    try:
        with subject.visit(runtime=subject.uncached) as visit:
            for url in pages:
                count = 0
                visit.get(url)
                if count > MOST_QUERIES:
                    yield (
                        f"GET {url} takes {count} queries, more than {MOST_QUERIES}: read the rows of all "
                        "items with one query (`in_`, a join, or `selectinload`)"
                    )
    finally:
        event.remove(engine(), "before_cursor_execute", note)


def stable_pages(visit: Visit, urls: tuple[str, ...]) -> dict[str, bytes]:
    """The pages that are the same when they are asked for twice, with their bodies."""
    first = {url: body_of(visit.get(url)) for url in urls}
    return {url: body for url, body in first.items() if body_of(visit.get(url)) == body}


def body_of(response: HttpResponse | None) -> bytes:
    """The body of a response; empty if there is none."""
    return b"" if response is None else response.body


def own_modules(subject: Subject) -> dict[str, ModuleType]:
    """The loaded modules of the app clone, by name."""
    return {
        name: module
        for name, module in list(sys.modules.items())
        if (file := getattr(module, "__file__", None)) and subject.is_own(file)
    }


def state_of(module: ModuleType) -> dict[str, str]:
    """What a module's variables, and those of its classes, hold, by name: plain values alone."""
    found = {name: repr(value) for name, value in variables(module) if not name.startswith("__")}
    for name, value in list(vars(module).items()):
        if isinstance(value, type) and value.__module__ == module.__name__:
            found |= {f"{name}.{each}": repr(held) for each, held in variables(value) if each[:2] != "__"}
    return found


def variables(owner: ModuleType | type) -> list[tuple[str, object]]:
    """Names and values of plain types, and of their subclasses such as counters."""
    return [(name, value) for name, value in list(vars(owner).items()) if isinstance(value, PLAIN)]
