"""Speed mechanisms can be switched off one by one, and nothing that an agent observes tells so."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import fields
from typing import Any

import pytest

from gristmill.envs.engines.chromium.engine import ChromiumEngine
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import Runtime
from gristmill.snapshots.comparison import Comparison
from gristmill.tuning import Tuning

NAMES = [field.name for field in fields(Tuning)]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_an_episode_is_the_same_without_a_mechanism(name: str, solve: Callable[[WebEnv], list[Any]]) -> None:
    played = []
    for tuning in (Tuning(), Tuning(**{name: False})):
        with closing(Runtime(tuning=tuning)) as runtime:
            env = WebEnv("Shop-AddToCart-v0", engine="dom", runtime=runtime)
            played.append((env.reset(seed=2), solve(env), env.state_digest()))
            env.close()
    assert repr(played[0]) == repr(played[1])


@pytest.mark.slow
@pytest.mark.parametrize("is_on", [True, False])
def test_a_verdict_compares_the_tables_that_changed_or_all(
    is_on: bool, solve: Callable[[WebEnv], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    skips = set()
    diff = Comparison.diff
    monkeypatch.setattr(
        Comparison, "diff", lambda self, now=None: skips.add(now is not None) or diff(self, now)
    )
    with closing(Runtime(tuning=Tuning(touched_tables=is_on))) as runtime:
        env = WebEnv("Shop-AddToCart-v0", engine="dom", runtime=runtime)
        env.reset(seed=2)
        solve(env)
        env.close()
    assert skips == {is_on}


@pytest.mark.browser
@pytest.mark.parametrize("is_on", [True, False])
def test_pages_with_pixels_have_a_browser_for_each_processor_or_one(is_on: bool) -> None:
    with closing(Runtime(tuning=Tuning(browser_per_processor=is_on))) as runtime:
        engine = runtime.engine("chromium")
        assert isinstance(engine, ChromiumEngine)
        engine.driver._processors = 2
        envs = [WebEnv("Shop-AddToCart-v0", observation="pixels", runtime=runtime) for _ in range(3)]
        for env in envs:
            env.reset(seed=1)
        pages: list[Any] = [env.runner.page for env in envs]
        assert len({page._tab.page._wire for page in pages}) == (2 if is_on else 1)
        for env in envs:
            env.close()
