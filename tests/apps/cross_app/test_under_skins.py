"""A task across apps is solved under each wording and format, as its oracle asks every app for its labels."""

from collections.abc import Callable
from typing import Any

import pytest

from gristmill.envs.env import WebEnv


@pytest.mark.slow
@pytest.mark.parametrize("skin", ["ledger", "continental", "gazette"])
def test_the_oracle_orders_and_tells_under_other_labels_and_formats(
    solve: Callable[..., Any], skin: str
) -> None:
    env = WebEnv("Office-OrderAndTell-v0", engine="dom", size="small", skin=skin)
    env.reset(seed=0)
    *_, (_, reward, _, info) = solve(env)
    env.close()
    assert (reward, info["infra_error"]) == (1.0, None)
