"""What every vector environment keeps of its slots, wherever those are; here they do as they are told."""

from collections.abc import Mapping
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from gristmill.envs.env import WebEnv
from gristmill.envs.vector.base import BaseVectorEnv, EpisodeStart, SlotResult, SlotResults, tasks_of_slots
from gristmill.errors import EngineFault, InvalidOptionError
from gristmill.plugins import installed

TASK = "Shop-AddToCart-v0"
LOST = EngineFault("The machine is gone.")


class Told(BaseVectorEnv):
    """Slots that count their episodes. The action `done` ends one; `lost` are lost at the next reset."""

    def __init__(self, size: int, **options: Any) -> None:
        super().__init__([WebEnv(TASK, engine="dom")] * size, **{"max_episode_steps": None, **options})
        self.lost: tuple[int, ...] = ()
        self.episodes = [0] * size

    def _play(self, actions: Mapping[int, Any], episodes: Mapping[int, EpisodeStart]) -> SlotResults:
        outcomes: SlotResults = {
            slot: self.outcome(slot, reward=0.5, terminated=action == "done")
            for slot, action in actions.items()
        }
        for slot in episodes:
            self.episodes[slot] += 1
            outcomes[slot] = self.outcome(slot)
        if episodes:
            outcomes |= dict.fromkeys(self.lost, LOST)
            self.lost = ()
        return outcomes

    def outcome(self, slot: int, **ended: Any) -> SlotResult:
        goal = f"{slot}, {self.episodes[slot]}"
        shown = {"goal": goal, "url": "", "title": "", "error": "", "aria": ""}
        return SlotResult(observation=shown, info={"success": False, "infra_error": None}, **ended)

    def call(self, name: str, *arguments: Any) -> tuple[Any, ...]:
        return tuple(getattr(kind, name) for kind in self._kinds)


def test_tasks_are_dealt_out_in_turn() -> None:
    assert tasks_of_slots("a", None, 2) == ["a", "a"]
    assert tasks_of_slots("a", ["b", "c"], 3) == ["b", "c", "b"]
    for tasks, size in ((["b"], 0), ([], 1)):
        with pytest.raises(InvalidOptionError, match="num_envs must be at least 1"):
            tasks_of_slots("a", tasks, size)


def test_a_step_returns_all_slots_in_order() -> None:
    envs = Told(3, max_episode_steps=2, autoreset_mode=AutoresetMode.NEXT_STEP)
    batch, infos = envs.reset(options={"reset_mask": np.array([True, False, True])})
    assert batch["goal"] == ("0, 1", "", "2, 1")
    assert infos["_success"].tolist() == [True, False, True]
    batch, rewards, terminations, truncations, _ = envs.step(["done", "done", "back"])
    assert batch["goal"] == ("0, 1", "1, 1", "2, 1")
    assert rewards.tolist() == [0.5, 0.0, 0.5]
    assert (terminations.tolist(), truncations.tolist()) == ([True, False, False], [False] * 3)
    batch, _, terminations, truncations, _ = envs.step(["back"] * 3)
    assert batch["goal"] == ("0, 2", "1, 1", "2, 1")
    assert (terminations.tolist(), truncations.tolist()) == ([False] * 3, [False, False, True])


def test_an_end_by_itself_at_the_limit_is_no_truncation() -> None:
    envs = Told(2, max_episode_steps=1, autoreset_mode=AutoresetMode.DISABLED)
    envs.reset()
    _, _, terminations, truncations, _ = envs.step(["done", "back"])
    assert (terminations.tolist(), truncations.tolist()) == ([True, False], [False, True])
    with pytest.raises(InvalidOptionError, match=r"Slots \[0, 1\] have ended"):
        envs.step(["back"] * 2)


@pytest.mark.parametrize("options", [{}, {"tasks": [TASK, TASK]}])
def test_minus_one_means_no_limit_and_zero_is_refused(options: dict[str, Any]) -> None:
    envs: Any = gym.make_vec(TASK, 2, engine="dom", max_episode_steps=-1, **options)
    envs.reset(seed=3)
    for _ in range(installed().family(TASK).max_steps + 1):
        _, _, _, truncations, _ = envs.step(["back", "back"])
        assert not truncations.any()
    envs.close()
    for limit in (0, -2):
        with pytest.raises(InvalidOptionError, match=f"not {limit}"):
            gym.make_vec(TASK, 2, engine="dom", max_episode_steps=limit, **options)


@pytest.mark.parametrize("mode", list(AutoresetMode))
def test_a_slot_without_an_action_stays_as_it_is_while_others_go_on(mode: AutoresetMode) -> None:
    envs = Told(3, max_episode_steps=2, autoreset_mode=mode)
    envs.reset()
    for _ in range(3):
        batch, rewards, terminations, truncations, infos = envs.step(["back", None, None])
        assert rewards.tolist()[1:] == [0.0, 0.0]
        assert batch["goal"][1:] == ("1, 1", "2, 1")
        assert not terminations[1:].any()
        assert not truncations[1:].any()
        assert infos["idle"].tolist() == [False, True, True]
        assert infos["_success"].tolist() == [True, False, False]
        if truncations[0]:
            break
    _, _, _, truncations, infos = envs.step((None, "back", None))
    assert (truncations.tolist(), infos["idle"].tolist()) == ([False] * 3, [True, False, True])
    _, _, _, truncations, _ = envs.step((None, "back", None))
    assert truncations.tolist() == [False, True, False]


def test_an_ended_slot_without_an_action_is_not_reset() -> None:
    envs = Told(2, autoreset_mode=AutoresetMode.NEXT_STEP)
    envs.reset()
    envs.step(["done", "back"])
    assert envs.step([None, "back"])[0]["goal"] == ("0, 1", "1, 1")
    assert envs.step(["back", "back"])[0]["goal"] == ("0, 2", "1, 1")


def test_a_slot_lost_beside_others_that_begin_again_is_truncated_and_begins_at_the_next_step() -> None:
    envs = Told(3, autoreset_mode=AutoresetMode.SAME_STEP)
    envs.reset()
    envs.lost = (1,)
    batch, rewards, terminations, truncations, infos = envs.step(["done", "back", "back"])
    assert batch["goal"] == ("0, 2", "", "2, 1")
    assert batch["error"][1] == infos["infra_error"][1] == "The machine is gone."
    assert rewards.tolist() == [0.5, 0.0, 0.5]
    assert (terminations.tolist(), truncations.tolist()) == ([True, False, False], [False, True, False])
    assert infos["success"].tolist() == [False, None, False]
    assert infos["_final_obs"].tolist() == [True, False, False]
    batch, _, terminations, truncations, infos = envs.step(["back"] * 3)
    assert batch["goal"] == ("0, 2", "1, 2", "2, 1")
    assert not (terminations | truncations).any()
    assert infos["infra_error"].tolist() == [None] * 3
