"""Slots in several processes: the same as in one, and replaced when theirs dies."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from gristmill.envs.episode.runtime import default_runtime
from gristmill.envs.vector.local import WebVectorEnv
from gristmill.envs.vector.ray import ActorLost, RayVectorEnv, cluster_session
from gristmill.errors import CheckpointError, InvalidOptionError, UnknownNameError

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("ray_cluster")]

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
    pids = envs.call("process_id")
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


def assert_same_step(mine: tuple[Any, ...], theirs: tuple[Any, ...]) -> None:
    """Two steps tell the same."""
    assert_equal(mine[0], theirs[0])
    assert [part.tolist() for part in mine[1:4]] == [part.tolist() for part in theirs[1:4]]
    assert_equal(mine[4], theirs[4])


def test_slots_in_two_processes_play_what_slots_in_one_play(make: Make) -> None:
    options: dict[str, Any] = {"num_envs": 3, "tasks": TASKS, "max_episode_steps": None}
    envs, here = make(**options), WebVectorEnv(TASK, engine="dom", **options)
    for mine, theirs in zip(envs.reset(seed=5), here.reset(seed=5), strict=True):
        assert_equal(mine, theirs)
    assert [len(set(envs.call("process_id"))), os.getpid() in envs.call("process_id")] == [2, False]
    for step in range(6):
        actions = ["done" if slot == 1 else IDLE for slot in range(3)]
        if step < 3:
            actions = list(envs.call("oracle"))
        told = envs.step(actions)
        assert_same_step(told, here.step(actions))
        assert told[0] in envs.observation_space
    assert envs.call("state_digest") == here.call("state_digest")
    here.close()


def test_a_dead_actors_slots_are_truncated_and_start_new_episodes(make: Make) -> None:
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


def test_a_masked_reset_reports_other_slots_that_were_lost(make: Make) -> None:
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


def test_restored_slots_go_on_as_the_original_ones(make: Make) -> None:
    envs = make(num_envs=3, num_actors=1, tasks=TASKS)
    envs.reset(seed=5)
    envs.step(list(envs.call("oracle")))
    last = envs.step(["goto /cart", "click e999", IDLE])
    kept, digests = envs.call("checkpoint"), envs.call("state_digest")
    ways = [list(envs.call("oracle")), ["back", IDLE, "done"], [IDLE, "back", IDLE]]  # the last resets a slot
    trace = [(actions, envs.step(actions)) for actions in ways]
    ends = envs.call("state_digest")
    batch, infos = envs.reset(seed=5, options={"checkpoint": list(kept)})
    assert_equal(batch, last[0])
    assert_equal(infos, last[4])
    assert batch["error"][1]
    assert (envs.call("checkpoint"), envs.call("state_digest")) == (kept, digests)
    for actions, told in trace:
        assert_same_step(envs.step(actions), told)
    assert envs.call("state_digest") == ends


def test_checkpoints_go_to_and_from_slots_of_other_processes(make: Make) -> None:
    envs, here = make(max_episode_steps=4), WebVectorEnv(TASK, num_envs=4, engine="dom", max_episode_steps=4)
    here.reset(seed=5)
    here.step(["goto /orders", "goto /cart", "back", IDLE])
    there = list(here.call("checkpoint"))
    before, _ = envs.reset(seed=9)
    mask = np.array([True, False, True, True])
    chosen = {"checkpoint": [there[3], None, None, there[0]], "reset_mask": mask}
    batch, _ = envs.reset(options=chosen)
    assert batch["url"][3] == "http://shop.test/orders"
    assert batch["goal"][1] == before["goal"][1]
    assert batch["goal"][2] not in {before["goal"][2], there[2].task.goal}
    back = [envs.call("checkpoint")[slot] for slot in (3, 1, 2, 0)]
    assert (back[0], back[3]) == (there[0], there[3])
    here.reset(options={"checkpoint": back})
    for step in range(3):
        actions = list(envs.call("oracle")) if step == 0 else ["click e9", IDLE, "goto /cart", "back"]
        mine = envs.step(actions)
        theirs = here.step([actions[slot] for slot in (3, 1, 2, 0)])
        for key, texts in mine[0].items():
            assert texts == tuple(theirs[0][key][slot] for slot in (3, 1, 2, 0))
        assert mine[3].tolist() == [step == 2, False, False, step == 2]  # steps count on
        assert theirs[3].tolist() == mine[3].tolist()
    here.close()

    branches, _ = envs.reset(options={"checkpoint": there[0]})
    assert branches["url"] == ("http://shop.test/orders",) * 4


def test_slots_are_left_alone_if_a_checkpoint_does_not_fit(make: Make) -> None:
    envs = make(num_envs=2, num_actors=1)
    envs.reset(seed=1)
    kept = envs.call("checkpoint")
    envs.step([IDLE] * 2)
    before = envs.call("checkpoint")
    with pytest.raises(CheckpointError, match="other versions"):
        envs.reset(options={"checkpoint": [kept[0], replace(kept[1], versions={})]})
    with pytest.raises(InvalidOptionError, match="1 checkpoints for 2 slots"):
        envs.reset(options={"checkpoint": [kept[0]]})
    with pytest.raises(InvalidOptionError, match=r"Checkpoint\.from_bytes"):
        envs.reset(options={"checkpoint": kept[0].to_bytes()})
    assert envs.call("checkpoint") == before
    broken = replace(kept[0], now=replace(kept[0].now, changes={2: b"\xff" * 4096}))
    with pytest.raises(CheckpointError, match="database cannot be used"):
        envs.reset(options={"checkpoint": broken, "reset_mask": np.array([False, True])})
    assert envs.call("checkpoint") == before


def test_what_a_dead_actor_was_to_begin_its_successor_begins(make: Make) -> None:
    envs = make(num_envs=2, num_actors=1)
    first, _ = envs.reset(seed=8)
    envs.step([IDLE] * 2)
    kept = envs.call("checkpoint")
    expected = envs.step(["done", "goto /cart"])
    kill_actor_of(envs, 0)
    batch, _, terminations, truncations, infos = envs.step([IDLE] * 2)
    assert (terminations.tolist(), truncations.tolist()) == ([False] * 2, [False, True])
    assert infos["infra_error"][0] is None
    assert "ActorDiedError" in infos["infra_error"][1]
    assert batch["goal"][0] not in {"", first["goal"][0]}
    kill_actor_of(envs, 0)
    batch, infos = envs.reset(options={"checkpoint": list(kept)})
    assert infos["infra_error"].tolist() == [None] * 2
    assert batch["goal"] == first["goal"]
    assert_same_step(envs.step(["done", "goto /cart"]), expected)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"num_actors": 0}, InvalidOptionError),
        ({"num_envs": 2, "num_actors": 3}, InvalidOptionError),
        ({"tasks": []}, InvalidOptionError),
        ({"tasks": [TASK, "Shop-Nope-v0"]}, UnknownNameError),
        ({"engine": "netscape"}, UnknownNameError),
        ({"runtime": default_runtime()}, InvalidOptionError),
    ],
)
def test_bad_options_are_refused(make: Make, options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        make(**options)


def test_seeds_actions_and_masks_must_fit_the_slots(make: Make) -> None:
    envs = make(num_envs=2, num_actors=1)
    with pytest.raises(InvalidOptionError, match="3 seeds for 2 slots"):
        envs.reset(seed=[1, 2, 3])
    with pytest.raises(InvalidOptionError, match="reset_mask"):
        envs.reset(options={"reset_mask": np.array([False, False])})
    with pytest.raises(InvalidOptionError, match="checkpoint"):
        envs.reset(options={"checkpoint": 1})
    envs.reset(seed=1)
    with pytest.raises(InvalidOptionError, match="1 actions for 2 slots"):
        envs.step(["done"])


def test_a_cluster_that_is_joined_already_is_used_and_not_left(ray: Any) -> None:
    with cluster_session("127.0.0.1:1"):
        pass
    assert ray.is_initialized()
