"""Pages with equal histories share their screenshots, and no others do."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import numpy as np
import pytest

from gristmill.caches import Caches
from gristmill.envs.engines.base import Viewport
from gristmill.envs.engines.chromium.tab import Tab
from gristmill.envs.engines.chromium.trajectory_hash import TrajectoryHash
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import Runtime

Make = Callable[..., WebEnv]
Evaluate = Callable[..., Any]
WAY = ['fill e6 "mug"', "click e7", "scroll down", "click e999", "goto /cart"]


def test_what_was_done_decides_the_key_and_so_does_what_is_seen() -> None:
    def key(*facts: str, seen: str = "text") -> bytes | None:
        history = TrajectoryHash()
        history.begin(Viewport(width=3, height=4))
        for fact in facts:
            history.add(fact)
        return history.key(seen)

    assert key("a", "b") == key("a", "b")
    others = [key(), key("a"), key("b", "a"), key("ab"), key("a", "b", seen="other"), key("a", "b", "")]
    assert len({key("a", "b"), *others}) == 1 + len(others)


def test_a_history_is_unknown_until_it_begins() -> None:
    history = TrajectoryHash()
    history.add("click e1")
    assert history.key("text") is None
    history.begin("\ud800")  # whatever a page or an agent says
    assert history.key("text") is not None


@pytest.fixture
def shots(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """One entry for each screenshot that is taken from now on."""
    taken: list[bool] = []
    real = Tab.shot

    async def shot(tab: Tab) -> str:
        taken.append(True)
        return await real(tab)

    monkeypatch.setattr(Tab, "shot", shot)
    return taken


def played(env: WebEnv, seed: int = 8107, way: list[str] = WAY) -> list[np.ndarray]:
    seen = [env.reset(seed=seed)[0]["pixels"]]
    return seen + [env.step(action)[0]["pixels"] for action in way]


@pytest.mark.browser
@pytest.mark.parametrize("mode", ["aria+pixels", "pixels"])
def test_the_same_flow_takes_each_screenshot_once_and_looks_the_same(
    make: Make, shots: list[bool], mode: str
) -> None:
    env, other = make(observation=mode), make(observation=mode)
    first = played(env)
    if mode == "pixels":  # without an outline nothing has a ref; what is refused counts as well
        assert len(shots) >= 4
    else:
        assert len(shots) == len(WAY) + 1
    shots.clear()
    again = [played(env), played(other)]
    assert not shots
    with closing(Runtime(caches=Caches(mode="off"))) as uncached:
        env = make(observation=mode, runtime=uncached)
        afresh = played(env)
        env.close()
    assert len(shots) == len(WAY) + 1
    for seen in (*again, afresh):
        assert all(np.array_equal(one, two) for one, two in zip(seen, first, strict=True))


@pytest.mark.browser
def test_another_way_seed_size_or_state_takes_new_screenshots(
    make: Make, shots: list[bool], evaluate: Evaluate
) -> None:
    with closing(Runtime()) as runtime:  # whose cache holds no equal start page of another test's seed
        env = make(observation="aria+pixels", runtime=runtime)
        played(env, seed=8108)
        shots.clear()
        played(env, seed=8108, way=["scroll down", "scroll up"])
        assert len(shots) == 2
        env.reset(seed=8109)
        assert len(shots) == 3
        small = make(observation="aria+pixels", viewport=(400, 300), runtime=runtime)
        assert small.reset(seed=8109)[0]["pixels"].shape == (300, 400, 3)
        assert len(shots) == 4
        env.reset(seed=8109)
        evaluate(env, "() => { document.body.style.background = 'red'; }")
        env.step("scroll down")
        assert len(shots) == 5
        small.close()
        env.close()


@pytest.mark.browser
def test_an_episode_that_goes_on_from_a_checkpoint_has_its_own_history(make: Make, shots: list[bool]) -> None:
    env = make(observation="aria+pixels")
    env.reset(seed=8110)
    env.step("scroll down")
    checkpoint = env.checkpoint()
    before = env.render()
    expected = env.step("scroll down")[0]["pixels"]
    shots.clear()
    for _ in range(2):
        env.reset(options={"checkpoint": checkpoint})
        seen = env.step("scroll down")[0]["pixels"]
        assert np.array_equal(seen, expected)
        assert not np.array_equal(seen, before)
    assert len(shots) == 2


@pytest.mark.browser
def test_who_asked_the_oracle_knows_refs_and_does_something_else(make: Make, shots: list[bool]) -> None:
    told, untold = make(observation="pixels"), make(observation="pixels")
    for env in (told, untold):
        env.reset(seed=8111)
    told.oracle()
    filled = told.step('fill e6 "mug"')[0]
    shots.clear()
    refused = untold.step('fill e6 "mug"')[0]
    assert (filled["error"], len(shots)) == ("", 1)
    assert refused["error"] != ""
    assert not np.array_equal(filled["pixels"], refused["pixels"])


@pytest.mark.browser
def test_a_page_that_never_rests_has_a_frame_for_each_picture(
    make: Make, shots: list[bool], evaluate: Evaluate
) -> None:
    for env in (make(observation="aria+pixels"), make(observation="aria+pixels")):
        env.reset(seed=8112)
        evaluate(env, "() => { const again = () => { requestAnimationFrame(again); }; again(); }")
        shots.clear()
        for _ in range(2):
            env.step("hover e7")
        assert len(shots) == 2


@pytest.mark.browser
def test_a_verified_picture_is_taken_anew_and_another_one_is_a_fault(make: Make, shots: list[bool]) -> None:
    with closing(Runtime(caches=Caches(mode="verify"))) as runtime:
        env = make(observation="aria+pixels", runtime=runtime)
        first = played(env)
        shots.clear()
        assert all(np.array_equal(one, two) for one, two in zip(played(env), first, strict=True))
        assert len(shots) == len(WAY) + 1
        env.reset(seed=8107)
        page: Any = env.runner.page
        page._run(lambda: page._tab.page.evaluate("() => { document.body.style.background = 'red'; }"))
        info = env.step(WAY[0])[4]
        assert "'screenshots'" in info["infra_error"]
        env.close()
