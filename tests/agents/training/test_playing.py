"""Playing a policy in many environments."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("torch")

from gristmill.agents.training.played import Job
from gristmill.agents.training.playing import Players
from gristmill.errors import InvalidOptionError


def test_episodes_are_cut_at_a_share_of_their_familys_step_limit(
    toy: ModuleType, small_policy: Callable[..., Any]
) -> None:
    jobs = [Job(task_id="Toy", seed=seed, draw=0) for seed in range(30)]
    lengths = {}
    for share in (0.5, 1.0):
        played = Players(num_envs=10, limit_share=share, make_env=toy.ToyEnv).play(small_policy(), jobs)
        lengths[share] = {len(each.steps) for each in played if each.is_cut}
    assert lengths == {0.5: {2}, 1.0: {3}}


@pytest.mark.parametrize("share", [0.0, 1.1])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(InvalidOptionError, match="limit_share must be above 0 and at most 1"):
        Players(num_envs=1, limit_share=share)
