from collections import Counter

import numpy as np
import pytest

from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.apps.kit.aria import parse_aria_snapshot
from gristmill.envs.actions.grammar import parse
from gristmill.envs.env import WebEnv

ARIA = """\
- banner [ref=e1]:
  - link "Shop" [ref=e2]:
    - /url: /
  - textbox "Search" [ref=e3]
- main [ref=e4]:
  - combobox "Sort by" [ref=e5]:
    - option "Price: low to high"
    - option "Newest" [selected]
  - checkbox "In stock" [checked] [ref=e6]
  - checkbox "On sale" [ref=e7]
  - spinbutton "Quantity" [ref=e8]: "1"
  - button "Sold out" [disabled] [ref=e9]
  - paragraph [ref=e10]: Nothing to press here.
  - combobox "City" [ref=e11]"""
OBSERVATION = {"goal": "Buy two lamps", "url": "http://shop.test/", "title": "", "error": "", "aria": ARIA}


def actions(env: WebEnv, seed: int, number: int) -> list[str]:
    agent = RandomAgent()
    agent.begin(env, seed)
    return [agent.act(OBSERVATION) for _ in range(number)]


def test_equal_seeds_give_equal_actions(env: WebEnv) -> None:
    assert actions(env, 3, 50) == actions(env, 3, 50)


def test_unequal_seeds_give_unequal_actions(env: WebEnv) -> None:
    assert actions(env, 3, 50) != actions(env, 4, 50)


def test_beginning_again_forgets_the_last_episode(env: WebEnv) -> None:
    agent = RandomAgent()
    agent.begin(env, 1)
    first = [agent.act(OBSERVATION) for _ in range(10)]
    agent.begin(env, 1)
    assert [agent.act(OBSERVATION) for _ in range(10)] == first


def test_every_action_is_of_the_grammar_and_names_a_usable_element(env: WebEnv) -> None:
    usable = {"e2", "e3", "e5", "e6", "e7", "e8", "e11"}
    refs = set()
    for line in actions(env, 0, 400):
        action = parse(line)
        if ref := getattr(action, "ref", None):
            refs.add(ref)
    assert refs == usable


@pytest.mark.parametrize(
    ("ref", "verbs"),
    [
        ("e2", {"click"}),
        ("e3", {"fill"}),
        ("e5", {"select"}),
        ("e6", {"uncheck"}),
        ("e7", {"check"}),
        ("e8", {"fill"}),
        ("e11", {"fill"}),
    ],
)
def test_an_element_is_used_as_its_role_asks(env: WebEnv, ref: str, verbs: set[str]) -> None:
    chosen = [line.split() for line in actions(env, 0, 400)]
    assert {words[0] for words in chosen if words[1:2] == [ref]} == verbs


def test_a_drop_down_gets_one_of_its_options(env: WebEnv) -> None:
    chosen = {line for line in actions(env, 0, 400) if line.startswith("select")}
    assert chosen == {'select e5 "Price: low to high"', 'select e5 "Newest"'}


def test_a_text_box_gets_words_that_follow_each_other_in_the_goal(env: WebEnv) -> None:
    typed = {
        line.partition(" e3 ")[2].strip('"') for line in actions(env, 0, 400) if line.startswith("fill e3")
    }
    assert typed <= {"Buy", "two", "lamps", "Buy two", "two lamps", "Buy two lamps"}
    assert len(typed) > 2


def test_giving_up_is_rare(env: WebEnv) -> None:
    verbs = Counter(line.split()[0] for line in actions(env, 0, 4000))
    assert 0 < verbs["done"] < 40
    assert verbs["scroll"] > 0
    assert verbs["back"] > 0


def test_a_page_without_controls_is_scrolled(env: WebEnv) -> None:
    agent = RandomAgent()
    agent.begin(env, 0)
    lines = {agent.act({**OBSERVATION, "aria": "- paragraph: Hello."}) for _ in range(30)}
    assert "scroll down" in lines
    assert lines <= {"scroll down", "scroll up", "back"}


def test_without_an_outline_it_clicks_inside_the_screenshot(env: WebEnv) -> None:
    agent = RandomAgent()
    agent.begin(env, 0)
    pixels = np.zeros((40, 60, 3), np.uint8)
    lines = [agent.act({"goal": "", "pixels": pixels}) for _ in range(100)]
    points = [line.split()[1:] for line in lines if line.startswith("mouse_click")]
    assert len(points) > 50
    assert all(int(x) < 60 and int(y) < 40 for x, y in points)


def test_the_outline_of_these_tests_is_read_in_full() -> None:
    assert sum(bool(node.ref) for node in parse_aria_snapshot(ARIA).walk()) == 11
