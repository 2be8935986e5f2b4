"""Several actions in one step do what they do in steps of their own, and end where those would."""

from collections.abc import Callable, Iterator
from typing import Any

import gymnasium as gym
import pytest

import gristmill  # noqa: F401 - registers the ids
from gristmill.agents.base import Observation
from gristmill.envs.actions.grammar import parse
from gristmill.envs.actions.types import Answer, Click
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.performing import BatchProgress, Performed
from gristmill.errors import ActionError

ENGINES = ["dom", pytest.param("chromium", marks=pytest.mark.browser)]
SHOP = "http://shop.test/"
Pair = Callable[..., tuple[WebEnv, WebEnv]]


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """Two environments of a task, at the start of the same episode."""
    made: dict[Any, tuple[WebEnv, WebEnv]] = {}

    def get(task: str = "Shop-AddToCart-v0", seed: int = 3, **options: Any) -> tuple[WebEnv, WebEnv]:
        options = {"engine": "dom", **options}
        key = task, *sorted(options.items())
        if key not in made:
            made[key] = WebEnv(task, **options), WebEnv(task, **options)
        for env in made[key]:
            env.reset(seed=seed)
        return made[key]

    yield get
    for envs in made.values():
        for env in envs:
            env.close()


def database(env: WebEnv) -> bytes:
    """A digest of all bytes of the episode's database, clock included, without SQLite's counters."""
    return env.runner.begun("test").session.snapshot().content_digest()


def kept(seen: Observation) -> Observation:
    """An observation without what depends on how often the page was read."""
    return {key: value for key, value in seen.items() if key not in {"aria", "error"}}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("task", ["Shop-AddToCart-v0", "Shop-Checkout-v0"])
def test_rows_and_rewards_are_those_of_single_steps(pair: Pair, task: str, engine: str) -> None:
    several, single = pair(task, engine=engine, reward="progress", step_cost=0.01)
    is_over, batches = False, 0
    while not is_over:
        lines, url, total = list[str](), "", 0.0
        while not is_over:  # as many actions of the oracle as stay on one page
            lines.append(single.oracle())
            before = url or several.runner._state.url  # type: ignore[union-attr]
            seen, reward, is_over, _, info = single.step(lines[-1])
            total, url = total + reward, seen["url"]
            if url != before:
                break
        batches += len(lines) > 1
        lines = renamed(several, lines)
        shown, paid, ended, _, told = several.step("\n".join(lines))
        assert (kept(shown), ended) == (kept(seen), is_over)
        assert shown["error"] == ""
        assert paid == pytest.approx(total)
        assert told["actions_done"] == len(lines)
        assert told["steps_taken"] == info["steps_taken"]
        assert told["verdict"] == info["verdict"]
        assert database(several) == database(single)
        if not is_over:  # from here on the refs of both are the same again
            several.reset(options={"checkpoint": single.checkpoint()})
    assert told["success"] is info["success"] is True
    assert batches


def renamed(env: WebEnv, lines: list[str]) -> list[str]:
    """The lines, checked to name refs of the page that is open."""
    outline = env.runner.outline()
    assert outline is not None
    shown = {node.ref for node in outline.walk()}
    assert all(
        word in shown
        for line in lines
        for word in line.split()[1:2]
        if word[:1] == "e" and word[1:].isdigit()
    )
    return lines


@pytest.mark.slow
def test_the_clock_and_events_go_on_as_in_single_steps(pair: Pair) -> None:
    several, single = pair("Office-Approval-v0", seed=1)
    actions = ["wait", "wait 60", "wait_for_news 600", "goto /", "wait 5"]
    for action in actions:
        single.step(action)
    told = several.step(actions[:4])[4]
    assert told["actions_done"] == 4
    several.step(actions[4])
    assert database(several) == database(single)
    assert several.steps_taken == 5


@pytest.mark.parametrize("engine", ENGINES)
def test_they_stop_at_the_first_that_fails(pair: Pair, engine: str) -> None:
    several, single = pair(engine=engine)
    seen, _, _, _, info = several.step(["scroll down", "click e9999", "goto /cart"])
    assert (
        seen["error"] == "1 of 3 actions were done; number 2 was not: There is no element e9999 on this page."
    )
    assert seen["url"] == SHOP
    assert (info["actions_done"], info["steps_taken"], several.steps_taken) == (1, 2, 2)
    for action in ("scroll down", "click e9999"):
        single.step(action)
    assert database(several) == database(single)


def test_an_action_that_cannot_be_parsed_fails_in_its_turn(pair: Pair) -> None:
    env, _ = pair()
    seen, _, _, _, info = env.step("wait\nhop e1\nwait")
    assert seen["error"].startswith("1 of 3 actions were done; number 2 was not: Unknown action 'hop'.")
    assert (info["actions_done"], info["steps_taken"]) == (1, 2)
    seen, _, _, _, info = env.step([])
    assert seen["error"] == "The list of actions is empty."
    assert (info["actions_done"], info["steps_taken"]) == (0, 3)


def test_they_stop_at_another_page_but_not_at_a_place_on_this_one(pair: Pair) -> None:
    env, _ = pair()
    seen, _, _, _, info = env.step(["goto /#main", "goto /cart", "goto /orders"])
    assert seen["error"] == "2 of 3 actions were done: the last of them led to another page."
    assert (seen["url"], info["actions_done"], info["steps_taken"]) == (f"{SHOP}cart", 2, 2)
    seen, _, _, _, info = env.step(["wait", "goto /orders"])
    assert (seen["error"], info["actions_done"]) == ("", 2)


def test_they_stop_where_the_episode_ends(pair: Pair) -> None:
    env, _ = pair()
    seen, reward, terminated, truncated, info = env.step(["wait", "done", "wait"])
    assert (reward, terminated, truncated) == (0.0, True, False)
    assert seen["error"] == "2 of 3 actions were done: the episode has ended."
    assert (info["actions_done"], info["steps_taken"]) == (2, 2)


def test_each_counts_for_the_step_limit() -> None:
    with gym.make("Shop-AddToCart-v0", engine="dom", max_episode_steps=5) as env:  # type: ignore[attr-defined]
        env.reset(seed=1)
        assert env.step(["wait"] * 3)[3] is False
        seen, reward, terminated, truncated, info = env.step(["wait"] * 3)
        assert (reward, terminated, truncated) == (0.0, False, True)
        assert seen["error"] == "2 of 3 actions were done: the step limit is reached."
        assert (info["actions_done"], info["steps_taken"]) == (2, 5)
        _, info = env.reset(seed=1)
        assert (info["actions_done"], info["steps_taken"]) == (0, 0)
        assert env.step("wait\nwait")[3] is False


def test_a_failure_of_the_infrastructure_ends_the_list(bad_app: Any) -> None:
    env = WebEnv("Bad-Pages-v0", engine="dom")
    env.reset(seed=1)
    _, reward, _, truncated, info = env.step(["wait", "goto /fail", "wait"])
    assert (reward, truncated, info["success"]) == (0.0, True, None)
    assert info["infra_error"] is not None
    assert (info["actions_done"], info["steps_taken"]) == (1, 2)
    env.close()


def test_progress_says_nothing_of_a_single_action_but_its_error() -> None:
    progress = BatchProgress(count=1, url=SHOP)
    assert progress.add(Performed(action=Click("e1"), url=f"{SHOP}cart"))
    assert progress.explain(is_over=False) == ""
    assert BatchProgress(count=2, url=SHOP).add(Performed(action=Answer("x")))
    failed = BatchProgress(count=1, url=SHOP)
    failed.add(Performed(error="no"))
    assert (failed.done, failed.explain(is_over=False)) == (0, "no")


def test_an_action_object_of_a_list_is_validated() -> None:
    with pytest.raises(ActionError):
        parse(Click("x"))
