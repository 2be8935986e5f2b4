"""The engines agree: the same pages, the same text, the same database, whatever an agent does."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from numpy.random import default_rng

from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.apps.kit.aria import parse_aria_snapshot
from gristmill.envs.env import WebEnv
from gristmill.plugins import installed

pytestmark = pytest.mark.browser

PAGES = 60
OF_EACH_KIND = 6
WALK = 30
Both = list[Any]
CROSSING = (
    "back",
    "back",
    "back",
    "switch_app shop",
    "switch_app bad",
    "goto http://bad.test/plain",
    "goto http://bad.test/nothing",
    "goto http://shop.test/search?q=lamp",
    "goto http://shop.test/cart",
)


@pytest.fixture(scope="module")
def pairs() -> Iterator[Callable[[str], list[WebEnv]]]:
    """The environments of a task in both engines."""
    made: dict[str, list[WebEnv]] = {}

    def pair(task: str) -> list[WebEnv]:
        if task not in made:
            made[task] = [WebEnv(task, engine=engine) for engine in ("chromium", "dom")]
        return made[task]

    yield pair
    for envs in made.values():
        for env in envs:
            env.close()


def after(env: WebEnv, action: str) -> Both:
    """All that can be told of an environment after an action."""
    seen, reward, terminated, truncated, _ = env.step(action)
    return [seen, reward, terminated, truncated, env.state_digest()]


def links(aria: str) -> list[str]:
    """Where the links of a page lead."""
    return [node.properties["url"] for node in parse_aria_snapshot(aria).all("link")]


def kind(path: str) -> str:
    """What pages of the same template have in common."""
    names = "&".join(sorted(re.findall(r"[?&](\w+)=", path)))
    return f"{path.split('?')[0].rsplit('/', 1)[0]}?{names}"


@pytest.mark.parametrize(
    ("pages", "of_each_kind"), [(16, 1), pytest.param(PAGES, OF_EACH_KIND, marks=pytest.mark.sweep)]
)
def test_every_kind_of_page_reads_the_same(
    pairs: Callable[[str], list[WebEnv]], pages: int, of_each_kind: int
) -> None:
    chromium, dom = pairs("Shop-Checkout-v0")
    first, second = (env.reset(seed=4)[0] for env in (chromium, dom))
    assert first == second
    waiting, known = deque(["/nowhere", *links(first["aria"])]), {"": 0}
    visited: set[str] = set()
    while waiting and len(visited) < pages:
        path = waiting.popleft()
        if path in visited or known.get(kind(path), 0) >= of_each_kind:
            continue
        visited.add(path)
        known[kind(path)] = known.get(kind(path), 0) + 1
        seen, other = after(chromium, f"goto {path}"), after(dom, f"goto {path}")
        assert other == seen, path
        waiting += links(seen[0]["aria"])
    assert len(known) > 5


@pytest.mark.parametrize("seed", [0])  # tools/parity.py plays many
@pytest.mark.sampled("task", 3)
@pytest.mark.parametrize("task", list(installed().families))
def test_the_oracle_meets_the_same_states(pairs: Callable[[str], list[WebEnv]], task: str, seed: int) -> None:
    chromium, dom = pairs(task)
    assert dom.reset(seed=seed)[0] == chromium.reset(seed=seed)[0]
    is_over = False
    while not is_over:
        action = chromium.oracle()
        assert dom.oracle() == action
        seen = after(chromium, action)
        assert after(dom, action) == seen, action
        is_over = seen[2] or seen[3]


@pytest.mark.parametrize("seed", [0])  # tools/parity.py plays many
@pytest.mark.sampled("task", 3)
@pytest.mark.parametrize("task", list(installed().families))
def test_a_random_walk_meets_the_same_states(
    pairs: Callable[[str], list[WebEnv]], task: str, seed: int
) -> None:
    chromium, dom = pairs(task)
    observation = chromium.reset(seed=seed)[0]
    assert dom.reset(seed=seed)[0] == observation
    agent = RandomAgent()
    agent.begin(chromium, seed)
    for _ in range(WALK):
        action = agent.act(observation)
        seen = after(chromium, action)
        assert after(dom, action) == seen, action
        observation = seen[0]
        if seen[2]:
            return


@pytest.mark.usefixtures("bad_app")
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.sweep)])
def test_a_walk_across_apps_meets_the_same_states(pairs: Callable[[str], list[WebEnv]], seed: int) -> None:
    chromium, dom = pairs("Bad-Across-v0")
    observation = chromium.reset(seed=seed)[0]
    assert dom.reset(seed=seed)[0] == observation
    rng, agent, hosts = default_rng(seed), RandomAgent(), list[str]()
    agent.begin(chromium, seed)
    for _ in range(WALK):
        action = agent.act(observation) if rng.random() < 0.4 else str(rng.choice(CROSSING))
        if action.startswith("done"):
            continue
        seen = after(chromium, action)
        assert after(dom, action) == seen, action
        observation = seen[0]
        hosts.append(observation["url"].split("/")[2])
    assert sum(one != other for one, other in pairwise(hosts)) > 3


@pytest.mark.usefixtures("bad_app")
@pytest.mark.parametrize("cross", ["switch_app shop", "goto http://shop.test/cart"])
def test_going_back_leads_into_the_app_before(
    pairs: Callable[[str], list[WebEnv]], renumbered: Callable[[Any], Any], cross: str
) -> None:
    for env in pairs("Bad-Across-v0"):
        start = renumbered(env.reset(seed=1)[0])
        assert env.step(cross)[0]["url"].startswith("http://shop.test/")
        kept = env.checkpoint()
        for _ in range(2):
            assert renumbered(env.step("back")[0]) == start
            assert env.step("back")[0]["error"] == "There is no page before this one."
            env.reset(options={"checkpoint": kept})


def test_typing_needs_a_box_in_focus_in_both(pairs: Callable[[str], list[WebEnv]]) -> None:
    for env in pairs("Shop-Checkout-v0"):
        seen = env.reset(seed=4)[0]
        assert "no text box in focus" in env.step('type "lamp"')[0]["error"]
        box = parse_aria_snapshot(seen["aria"]).all("combobox")[0].ref
        env.step(f'fill {box} "desk"')
        assert env.step('type " lamp"')[0]["error"] == ""
        assert env.step("press Tab")[0]["error"] == ""
        assert "no text box in focus" in env.step('type "lamp"')[0]["error"]


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
@pytest.mark.parametrize("before", [(), ("scroll down",), ("back",)])
def test_tab_begins_anew_after_a_link_that_exchanges_a_part_of_the_page(
    pairs: Callable[[str], list[WebEnv]], before: tuple[str, ...], key: str
) -> None:
    chromium, dom = pairs("Shop-Checkout-v0")
    first = chromium.reset(seed=3)[0]
    assert dom.reset(seed=3)[0] == first
    bags = next(n for n in parse_aria_snapshot(first["aria"]).all("link") if n.properties["url"] == "/d/bags")
    for action in (f"click {bags.ref}", *before):
        assert after(dom, action) == after(chromium, action)
    kept = chromium.checkpoint()
    seen = after(chromium, f"press {key}")
    assert after(dom, f"press {key}") == seen
    assert "[active]" in seen[0]["aria"]
    chromium.reset(options={"checkpoint": kept})
    assert after(chromium, f"press {key}") == seen


@pytest.mark.parametrize(
    "keys", [("Tab", "Shift+Tab"), ("Shift+Tab", "Tab"), ("Tab", "Tab", "Shift+Tab"), ("Shift+Tab",) * 3]
)
def test_tab_leads_out_of_the_page_and_in_again(
    pairs: Callable[[str], list[WebEnv]], keys: tuple[str, ...]
) -> None:
    chromium, dom = pairs("Shop-Checkout-v0")
    assert dom.reset(seed=3)[0] == chromium.reset(seed=3)[0]
    for key in keys:
        assert after(dom, f"press {key}") == after(chromium, f"press {key}")
    kept = chromium.checkpoint()
    for key in ("Tab", "Shift+Tab"):
        dom.reset(options={"checkpoint": kept})
        chromium.reset(options={"checkpoint": kept})
        assert after(dom, f"press {key}") == after(chromium, f"press {key}")
