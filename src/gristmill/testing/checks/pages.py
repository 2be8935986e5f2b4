"""Checks of pages, by a crawl: every page is visited, every control pressed, every form sent."""

from collections.abc import Iterator

from gristmill.testing.conformance import app_check
from gristmill.testing.crawl.states import Problem
from gristmill.testing.outcomes import Skipped
from gristmill.testing.subject import Subject


def found(subject: Subject, about: Problem) -> Iterator[str]:
    """What the crawl has found of one kind.

    Raises:
        Skipped: it has seen no page.
    """
    report = subject.crawl
    if not report.urls and about is not Problem.FAULT:
        raise Skipped("no page can be opened, see `pages-answer`")
    yield from (problem for problem, kind in report.problems.items() if kind is about)


@app_check
def pages_answer(subject: Subject) -> Iterator[str]:
    """Every page answers in time, and no control of it makes the app clone fail."""
    yield from found(subject, Problem.FAULT)
    if not subject.crawl.urls and not subject.crawl.problems:
        yield f"http://{subject.app.host}/ has no page"


@app_check
def links_lead_somewhere(subject: Subject) -> Iterator[str]:
    """Every link leads to a page, and to a place that the page has; every file can be loaded."""
    yield from found(subject, Problem.LINK)


@app_check
def nothing_outside_the_apps(subject: Subject) -> Iterator[str]:
    """No link, form or file leads outside the app clones of the world."""
    yield from found(subject, Problem.ORIGIN)


@app_check
def controls_have_role_and_name(subject: Subject) -> Iterator[str]:
    """Every control has a role and an accessible name."""
    yield from found(subject, Problem.NAME)


@app_check
def controls_do_something(subject: Subject) -> Iterator[str]:
    """Every control changes the page, the address, the focus or the rows, or is refused in words."""
    yield from found(subject, Problem.DEAD)


@app_check
def forms_survive_odd_input(subject: Subject) -> Iterator[str]:
    """Every form refuses in words, or shows as text, whatever is entered."""
    yield from found(subject, Problem.ODD)
