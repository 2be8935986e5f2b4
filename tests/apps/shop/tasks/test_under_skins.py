"""The shop's tasks are the same under each skin, and its oracle solves them there."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from gristmill.apps.kit.skins import SKINS
from gristmill.envs.env import WebEnv

FAMILIES = ("Shop-AddToCart-v0", "Shop-Checkout-v0", "Shop-FindAndBuy-v0")
SEEDS = range(3)


def plain_tasks(family: str) -> list[dict[str, Any]]:
    env = WebEnv(family, engine="dom", size="small")
    tasks = [asdict(env.reset(seed=seed)[1]["task"]) for seed in SEEDS]
    env.close()
    return tasks


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("skin", SKINS)
def test_the_oracle_solves_the_same_tasks_under_each_skin(
    solve: Callable[..., Any], family: str, skin: str
) -> None:
    env = WebEnv(family, engine="dom", size="small", skin=skin)
    tasks = []
    for seed in SEEDS:
        tasks.append(asdict(env.reset(seed=seed)[1]["task"]))
        *_, (_, reward, _, info) = solve(env)
        assert (reward, info["infra_error"]) == (1.0, None), (seed, info)
    env.close()
    assert {task["world"].pop("skin") for task in tasks} == {skin}
    plain = plain_tasks(family)
    for task in plain:
        task["world"].pop("skin")
    assert tasks == plain
