"""A person plays an episode of a benchmark in a browser, clicking what the oracle would."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from gristmill.agents.bench import load_run
from gristmill.envs.engines.chromium.browser.locate import find_browser
from gristmill.envs.env import WebEnv

pytestmark = pytest.mark.browser

TASK = "Shop-AddToCart-v0"
PLACE = re.compile(r"(?P<role>\w+) \"(?P<name>.*)\" \[ref=(?P<ref>\w+)\]")
PAGES = ("document", "fetch")
Step = tuple[str, str, str, str]


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        path = find_browser(playwrights_own=playwright.chromium.executable_path).path
        with closing(playwright.chromium.launch(executable_path=str(path), args=["--no-sandbox"])) as browser:
            yield browser.new_page()


def way_of_the_oracle() -> list[Step]:
    """Verb, role and name of each element that the oracle acts on, and what it fills in."""
    steps: list[Step] = []
    with closing(WebEnv(TASK, engine="dom")) as env:
        seen, _ = env.reset(seed=0)
        while (action := env.oracle()) != "done":
            verb, ref, *value = action.split(" ", 2)
            [place] = [found for found in PLACE.finditer(seen["aria"]) if found["ref"] == ref]
            steps.append((verb, place["role"], place["name"], "".join(value).strip('"')))
            seen, *_ = env.step(action)
    return steps


def act(page: Page, step: Step) -> None:
    verb, role, name, value = step
    element = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    if verb == "fill":
        element.fill(value)
    elif verb == "check":
        element.check()
    else:
        with page.expect_response(lambda each: each.ok and each.request.resource_type in PAGES):
            element.click()


def test_a_persons_clicks_are_judged_and_recorded(page: Page, tmp_path: Path) -> None:
    steps = way_of_the_oracle()
    command = [sys.executable, "-m", "gristmill", "bench", "--env", TASK, "--seeds", "0", "--agent", "human"]
    with subprocess.Popen(
        [*command, "--out", str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as bench:
        assert bench.stdin is not None
        assert bench.stdout is not None
        start = next(found[0] for line in bench.stdout if (found := re.search(r"http://127\S+", line)))
        page.goto(start)
        for step in steps:
            act(page, step)
        assert bench.poll() is None
        bench.stdin.write("done\n")
        bench.stdin.flush()
        bench.stdout.read()
    [episode] = load_run(tmp_path).episodes
    assert (episode.success, episode.agent, episode.ended_by) == (True, "human", "done")
    requests = [each.action.partition(" ")[0] for each in episode.steps]
    assert requests.count("POST") == 1
    assert requests.count("GET") >= 3
    assert requests[-1] == "done"
