"""The shop's tasks are the same under each skin, and its oracle solves them there."""

from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from typing import Any

import pytest

from gristmill.apps.kit.skins import SKINS
from gristmill.envs.env import WebEnv

FAMILIES = ("Shop-AddToCart-v0", "Shop-Checkout-v0", "Shop-FindAndBuy-v0")
SEEDS = range(3)


@cache
def plain_tasks(family: str, seeds: range) -> list[dict[str, Any]]:
    env = WebEnv(family, engine="dom", size="small")
    tasks = [asdict(env.reset(seed=seed)[1]["task"]) for seed in seeds]
    env.close()
    for task in tasks:
        task["world"].pop("skin")
    return tasks


IN_ALL_SKINS = [pytest.param(family, SEEDS, marks=pytest.mark.sweep) for family in FAMILIES]


@pytest.mark.slow
@pytest.mark.parametrize(("family", "seeds"), [(FAMILIES[1], SEEDS[:1]), *IN_ALL_SKINS])
@pytest.mark.parametrize("skin", SKINS)
def test_the_oracle_solves_the_same_tasks_under_each_skin(
    solve: Callable[..., Any], family: str, seeds: range, skin: str
) -> None:
    env = WebEnv(family, engine="dom", size="small", skin=skin)
    tasks = []
    for seed in seeds:
        tasks.append(asdict(env.reset(seed=seed)[1]["task"]))
        *_, (_, reward, _, info) = solve(env)
        assert (reward, info["infra_error"]) == (1.0, None), (seed, info)
    env.close()
    assert {task["world"].pop("skin") for task in tasks} == {skin}
    plain = plain_tasks(family, seeds)
    assert tasks == plain


@pytest.mark.browser
def test_answered_notices_are_gone_in_both_engines_and_no_judged_state(ref_of: Callable[..., str]) -> None:
    seen: dict[str, list[str]] = {}
    for engine in ("dom", "chromium"):
        env = WebEnv("Shop-AddToCart-v0", engine=engine, size="small", skin="kiosk")
        first, _ = env.reset(seed=1)
        seen[engine], before = [first["aria"]], env.state_digest()
        page, *_ = env.step("goto /help")
        for name in ("No thanks", "Accept all cookies"):
            page, *_ = env.step(f"click {ref_of(page, 'button', name)}")
            assert (page["error"], page["url"]) == ("", "http://shop.test/help")
            seen[engine].append(page["aria"])
        assert "Cookie notice" not in seen[engine][-1]
        assert env.state_digest() == before
        env.close()
    assert seen["dom"] == seen["chromium"]
