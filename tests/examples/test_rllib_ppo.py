"""The example trains for one update: it chooses what exists, and learns."""

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gristmill.envs.wrappers.element_actions import MASKED, ElementActions

EXAMPLE = Path(__file__).parents[2] / "examples" / "rllib_ppo.py"


@pytest.fixture
def one_node(ray: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A cluster of one small node with RLlib, gone afterwards."""
    pytest.importorskip("ray.rllib", exc_type=ImportError)
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    ray.init(
        address="local",
        num_cpus=1,
        object_store_memory=80 * 1024 * 1024,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
    )
    yield
    ray.shutdown()


@pytest.mark.ray
@pytest.mark.train
@pytest.mark.usefixtures("one_node")
def test_an_update_moves_the_policy_and_no_masked_action_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[str] = []
    perform = ElementActions.step

    def noted_step(self: ElementActions, action: Any) -> Any:
        answer = perform(self, action)
        chosen.append(answer[4]["action"])
        return answer

    monkeypatch.setattr(ElementActions, "step", noted_step)
    algorithm = runpy.run_path(str(EXAMPLE))["new_algorithm"]("Shop-AddToCart-v0", batch=64)
    before = {name: array.copy() for name, array in algorithm.get_module().get_state().items()}
    algorithm.train()
    after = algorithm.get_module().get_state()
    algorithm.stop()
    assert len(chosen) >= 64
    assert MASKED not in chosen
    assert before.keys() == after.keys()
    assert all(not np.array_equal(before[name], after[name]) for name in before)
