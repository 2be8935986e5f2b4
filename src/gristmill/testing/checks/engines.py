"""Checks that the engine `dom` shows what Chromium shows."""

from collections.abc import Iterator
from contextlib import closing

from gristmill.envs.engines.base import CAPABILITIES_OF
from gristmill.plugins import installed
from gristmill.testing.conformance import app_check
from gristmill.testing.crawl.crawler import Crawl
from gristmill.testing.crawl.states import Problem
from gristmill.testing.lockstep import Pair, episode, players
from gristmill.testing.outcomes import Skipped
from gristmill.testing.subject import Subject

WALK_STEPS = 25


@app_check
def dom_equals_chromium(subject: Subject) -> Iterator[str]:
    """Pages, controls and walks through all apps of the tasks are the same in `dom` and Chromium."""
    if not subject.app.needs <= CAPABILITIES_OF["dom"]:
        raise Skipped(f"its pages need {', '.join(sorted(subject.app.needs))}, which `dom` has not")
    if not subject.crawl.urls:
        raise Skipped("no page can be opened, see `pages-answer`")
    subject.require_browser()
    runtime = subject.new_runtime("on")
    with closing(runtime):
        crawl = Crawl(
            runtime, [subject.app], subject.choice, engines=("dom", "chromium"), per_kind=1,
            has_odd_input=False, start=subject.world,
        )  # fmt: skip
        with closing(crawl):
            found = crawl.run().problems
    yield from (problem for problem, about in found.items() if about is Problem.ENGINES)
    yield from walks_that_differ(subject)


def walks_that_differ(subject: Subject) -> Iterator[str]:
    """The episodes of the oracle and the random agent that differ, one of each family."""
    for family in subject.app.tasks:
        needs = [installed().apps[name].needs for name in family.apps if name in installed().apps]
        if len(needs) < len(family.apps) or not all(each <= CAPABILITIES_OF["dom"] for each in needs):
            continue
        with closing(Pair(family.id, "train")) as pair:
            for name, (limit, choose) in players(0, WALK_STEPS).items():
                if (found := list(episode(pair, 0, limit, choose))) and found[-1]:
                    yield f"{family.id}, {name}, step {len(found) - 1}, {found[-1]}"
