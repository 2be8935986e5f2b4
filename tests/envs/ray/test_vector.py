"""Slots in several processes: the same as in one, and replaced when theirs dies."""

import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from gristmill.envs.ray import ActorLost, RayVectorEnv, joined
from gristmill.envs.vector import WebVectorEnv
from gristmill.errors import InvalidOptionError, UnknownNameError

ray = pytest.importorskip("ray")
pytestmark = pytest.mark.usefixtures("ray_cluster")

TASK = "Shop-AddToCart-v0"
TASKS = [TASK, "Shop-Checkout-v0", "Shop-FindAndBuy-v0"]
IDLE = "scroll down"
Make = Callable[..., RayVectorEnv]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[RayVectorEnv] = []

    def make_one(**options: Any) -> RayVectorEnv:
        made.append(RayVectorEnv(TASK, **{"num_envs": 4, "num_actors": 2, "engine": "dom", **options}))
        return made[-1]

    yield make_one
    for envs in made:
        envs.close()


def kill_actor_of(envs: RayVectorEnv, slot: int) -> list[int]:
    """Kill the process that a slot lives in; the answer is which slots went down with it."""
    pids = envs.call("_pid")
    os.kill(pids[slot], signal.SIGKILL)
    return [other for other, pid in enumerate(pids) if pid == pids[slot]]


def assert_equal(mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Nested dictionaries of arrays and tuples hold the same."""
    assert mine.keys() == theirs.keys()
    for key, value in mine.items():
        if isinstance(value, dict):
            assert_equal(value, theirs[key])
        else:
            assert type(value) is type(theirs[key])
            assert getattr(value, "dtype", None) == getattr(theirs[key], "dtype", None)
            assert list(value) == list(theirs[key]), key


def test_slots_in_two_processes_play_what_slots_in_one_play(make: Make) -> None:
    options: dict[str, Any] = {"num_envs": 3, "tasks": TASKS, "max_episode_steps": None}
    envs, here = make(**options), WebVectorEnv(TASK, engine="dom", **options)
    for mine, theirs in zip(envs.reset(seed=5), here.reset(seed=5), strict=True):
        assert_equal(mine, theirs)
    assert [len(set(envs.call("_pid"))), os.getpid() in envs.call("_pid")] == [2, False]
    for step in range(6):
        actions = ["done" if slot == 1 else IDLE for slot in range(3)]
        if step < 3:
            actions = list(envs.call("oracle"))
        mine_step, their_step = envs.step(actions), here.step(actions)
        assert_equal(mine_step[0], their_step[0])
        assert_equal(mine_step[4], their_step[4])
        assert [part.tolist() for part in mine_step[1:4]] == [part.tolist() for part in their_step[1:4]]
        assert mine_step[0] in envs.observation_space
    assert envs.call("state_digest") == here.call("state_digest")
    here.close()


def test_a_dead_actors_slots_come_back_truncated_and_begin_afresh(make: Make) -> None:
    envs, calm = make(num_envs=3), WebVectorEnv(TASK, num_envs=3, engine="dom")
    for each in (envs, calm):
        each.reset(seed=5)
    assert kill_actor_of(envs, 0) == [0, 1]
    actions = list(calm.call("oracle"))
    with pytest.raises(ActorLost):
        envs.call("oracle")
    batch, rewards, terminations, truncations, infos = envs.step(actions)
    assert truncations.tolist() == [True, True, False]
    assert (terminations.tolist(), rewards.tolist()) == ([False] * 3, [0.0] * 3)
    assert infos["infra_error"][2] is None
    assert all("ActorDiedError" in told for told in infos["infra_error"][:2])
    assert infos["success"].tolist() == [None, None, False]
    assert infos["verdict"][:2].tolist() == [None, None]
    assert batch["error"][0] in infos["infra_error"][0]
    assert batch in envs.observation_space
    expected, *_ = calm.step(actions)
    assert batch["aria"][2] == expected["aria"][2]

    batch, _, terminations, truncations, infos = envs.step([IDLE] * 3)
    assert not (terminations | truncations).any()
    assert infos["infra_error"].tolist() == [None] * 3
    assert batch["goal"][2] == expected["goal"][2]
    assert all(batch["goal"][slot] not in {"", *expected["goal"]} for slot in (0, 1))
    for _ in range(20):
        actions = [*envs.call("oracle")[:2], IDLE]
        _, rewards, terminations, _, infos = envs.step(actions)
        if terminations.any():
            break
    assert terminations[:2].any()
    assert rewards.tolist() == terminations.astype(float).tolist()
    assert infos["infra_error"].tolist() == [None] * 3
    calm.close()


def test_with_same_step_autoreset_a_lost_slot_has_begun_again(make: Make) -> None:
    envs = make(num_envs=1, num_actors=1, autoreset_mode=AutoresetMode.SAME_STEP)
    first, _ = envs.reset(seed=8)
    kill_actor_of(envs, 0)
    batch, _, _, truncations, infos = envs.step([IDLE])
    assert truncations.tolist() == [True]
    assert "ActorDiedError" in infos["final_info"]["infra_error"][0]
    assert infos["final_obs"][0]["error"]
    assert infos["infra_error"].tolist() == [None]
    assert batch["goal"][0] not in {"", first["goal"][0]}
    assert not envs.step([IDLE])[3].any()

    patient = make(num_envs=1, num_actors=1)  # what begins afresh depends on the seed alone
    patient.reset(seed=8)
    kill_actor_of(patient, 0)
    patient.step([IDLE])
    assert patient.step([IDLE])[4]["task"][0] == infos["task"][0]


def test_a_masked_reset_tells_of_the_slots_that_were_lost_beside_it(make: Make) -> None:
    envs = make(num_envs=2, num_actors=1, autoreset_mode=AutoresetMode.DISABLED)
    envs.reset(seed=8)
    envs.step(["done", IDLE])
    kill_actor_of(envs, 0)
    batch, infos = envs.reset(seed=[9, None], options={"reset_mask": np.array([True, False])})
    assert batch["goal"][0] != ""
    assert infos["infra_error"][0] is None
    assert "ActorDiedError" in infos["infra_error"][1]
    with pytest.raises(InvalidOptionError, match=r"Slots \[1\] have ended"):
        envs.step([IDLE] * 2)
    envs.reset(options={"reset_mask": np.array([False, True])})
    assert envs.step([IDLE] * 2)[4]["infra_error"].tolist() == [None] * 2


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"num_actors": 0}, InvalidOptionError),
        ({"num_envs": 2, "num_actors": 3}, InvalidOptionError),
        ({"tasks": []}, InvalidOptionError),
        ({"tasks": [TASK, "Shop-Nope-v0"]}, UnknownNameError),
        ({"engine": "netscape"}, UnknownNameError),
    ],
)
def test_bad_options_are_refused(make: Make, options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        make(**options)


def test_seeds_actions_and_masks_must_fit_the_slots(make: Make) -> None:
    envs = make(num_envs=2, num_actors=1)
    with pytest.raises(InvalidOptionError, match="2 slots, but 3 seeds"):
        envs.reset(seed=[1, 2, 3])
    with pytest.raises(InvalidOptionError, match="reset_mask"):
        envs.reset(options={"reset_mask": np.array([False, False])})
    with pytest.raises(InvalidOptionError, match="checkpoint"):
        envs.reset(options={"checkpoint": 1})
    envs.reset(seed=1)
    with pytest.raises(InvalidOptionError, match="2 slots, but 1 actions"):
        envs.step(["done"])


def test_a_cluster_that_is_joined_already_is_used_and_not_left() -> None:
    with joined("127.0.0.1:1"):
        pass
    assert ray.is_initialized()
