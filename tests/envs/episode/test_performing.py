"""Each app of a task has a tab of its own, to which `switch_app` returns."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.performing import app_of

TASK = "Kiosk-Order-v0"
ENGINES = ["dom", pytest.param("chromium", marks=pytest.mark.browser)]
engines = pytest.mark.parametrize("engine", ENGINES)


@pytest.fixture(scope="module")
def envs(postal_world: Any) -> Iterator[Callable[..., WebEnv]]:
    made: dict[Any, WebEnv] = {}

    def get(engine: str = "dom", nth: int = 0) -> WebEnv:
        if (engine, nth) not in made:
            made[engine, nth] = WebEnv(TASK, engine=engine)
        return made[engine, nth]

    yield get
    for env in made.values():
        env.close()


def half_filled(env: WebEnv, ref_of: Callable[..., str]) -> str:
    """Start an episode, write into the kiosk's text box, and return what is seen then."""
    seen, _ = env.reset(seed=1)
    seen, *_ = env.step(f'fill {ref_of(seen, "textbox", "Note")} "back soon"')
    return str(seen["aria"])


@engines
def test_a_half_filled_form_is_as_it_was_left(
    envs: Callable[..., WebEnv], ref_of: Callable[..., str], engine: str
) -> None:
    env = envs(engine)
    left = half_filled(env, ref_of)
    other, *_ = env.step("switch_app post")
    assert "http://post.test/" in other["url"]
    back, *_, info = env.step("switch_app kiosk")
    assert (back["aria"], back["error"], info["infra_error"]) == (left, "", None)
    assert "back soon" in left


@engines
def test_an_unknown_app_is_refused_and_the_tab_stays(
    envs: Callable[..., WebEnv], ref_of: Callable[..., str], engine: str
) -> None:
    env = envs(engine)
    left = half_filled(env, ref_of)
    seen, *_ = env.step("switch_app bank")
    assert seen["error"]
    assert seen["aria"] == left
    assert env.runner.checkpoint().tabs == {}


@engines
def test_tabs_are_part_of_a_checkpoint_in_both_engines(
    envs: Callable[..., WebEnv], ref_of: Callable[..., str], engine: str
) -> None:
    env, other = envs("dom"), envs(engine, 1)
    left = half_filled(env, ref_of)
    env.step("switch_app post")
    saved = Checkpoint.from_bytes(env.checkpoint().to_bytes())
    assert list(saved.tabs) == ["kiosk"]
    other.reset(options={"checkpoint": saved})
    assert other.step("switch_app kiosk")[0]["aria"] == left


def test_a_new_episode_has_no_tabs(envs: Callable[..., WebEnv], ref_of: Callable[..., str]) -> None:
    env = envs()
    half_filled(env, ref_of)
    env.step("switch_app post")
    env.reset(seed=1)
    env.step("switch_app post")
    assert "back soon" not in env.step("switch_app kiosk")[0]["aria"]


@engines
def test_going_back_in_a_tab_follows_its_own_history(
    envs: Callable[..., WebEnv], ref_of: Callable[..., str], engine: str
) -> None:
    env = envs(engine)
    half_filled(env, ref_of)
    env.step("switch_app post")
    env.step("switch_app kiosk")
    seen, *_ = env.step("back")
    assert seen["error"]
    assert app_of(seen["url"]) == "kiosk"


def test_the_clipboard_is_common_to_all_tabs(envs: Callable[..., WebEnv], ref_of: Callable[..., str]) -> None:
    env = envs()
    half_filled(env, ref_of)
    env.step("switch_app post")
    env.step("switch_app kiosk")
    env.step("press Control+a")
    env.step("press Control+x")
    env.step("switch_app post")
    env.step("switch_app kiosk")
    assert "back soon" in env.step("press Control+v")[0]["aria"]


@engines
def test_pages_link_the_worlds_other_apps(
    envs: Callable[..., WebEnv], ref_of: Callable[..., str], engine: str
) -> None:
    env = envs(engine)
    env.reset(seed=1)
    post, *_ = env.step("goto http://post.test/")
    assert "Signed in as" in post["aria"]
    kiosk, *_ = env.step(f"click {ref_of(post, 'link', 'Kiosk')}")
    assert (kiosk["error"], kiosk["url"]) == ("", "http://kiosk.test/")
