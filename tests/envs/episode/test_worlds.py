"""A task tells the world it was drawn in, and what comes of it is scored and continued there alone."""

import importlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest

from gristmill.apps.base import TaskFamily, TaskRegistry
from gristmill.apps.kit.skins import VARIED, skins_of
from gristmill.apps.world.builder import build_world, world_key
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.apps.world.world import World
from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.record import EpisodeRecord, rescore
from gristmill.envs.episode.runtime import default_runtime
from gristmill.envs.episode.worlds import WorldKeys, WorldOptions, world_seed, worlds_needed
from gristmill.errors import CheckpointError, UnknownNameError
from gristmill.plugins import installed
from gristmill.snapshots.image import restore

TASK = "Shop-Checkout-v0"
SEED = next(seed for seed in range(50) if world_seed("train", seed, 3) == 5)  # of the last of three worlds


@pytest.fixture
def small() -> Iterator[WebEnv]:
    """An environment of three small worlds."""
    env = WebEnv(TASK, engine="dom", worlds=3, size="small")
    yield env
    env.close()


@pytest.fixture
def dark(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop has another skin, called `dark`."""
    shop = replace(installed().app("shop"), skins=("default", "dark"))
    monkeypatch.setitem(installed().apps, "shop", shop)  # type: ignore[arg-type]


def test_a_task_names_its_world(small: WebEnv) -> None:
    _, info = small.reset(seed=SEED)
    assert info["task"].world == WorldChoice(seed=5, size=WorldSize.SMALL)
    assert info["task"].to_json()["world"] == {"seed": 5, "size": "small", "skin": "default"}


def test_a_record_is_scored_again_in_the_world_it_was_made_in(small: WebEnv) -> None:
    small.reset(seed=SEED)
    over = False
    while not over:
        _, _, over, _, info = small.step(small.oracle())
    assert info["success"]
    record = EpisodeRecord.from_json(small.record().to_json())
    assert record.task.world == WorldChoice(seed=5, size=WorldSize.SMALL)
    assert rescore(record) == record.verdict
    assert rescore(record).success


def test_a_checkpoint_goes_on_in_its_world_and_is_refused_elsewhere(small: WebEnv) -> None:
    seen, _ = small.reset(seed=SEED)
    digest = small.state_digest()
    checkpoint = Checkpoint.from_bytes(small.checkpoint().to_bytes())
    assert checkpoint.task.world == WorldChoice(seed=5, size=WorldSize.SMALL)
    for options, message in (
        ({"worlds": 3}, "Make one with size='small'."),
        ({"worlds": 2, "size": "small"}, "Make one with worlds=3 or more."),
    ):
        other = WebEnv(TASK, engine="dom", **options)  # type: ignore[arg-type]
        with pytest.raises(CheckpointError, match=re.escape(message)):
            other.reset(options={"checkpoint": checkpoint})
        other.close()
    more = WebEnv(TASK, engine="dom", worlds=7, size="small")
    assert more.reset(options={"checkpoint": checkpoint})[0] == seen
    assert more.state_digest() == digest
    more.close()


def test_a_checkpoint_of_a_world_of_no_split_is_refused(small: WebEnv) -> None:
    small.reset(seed=SEED)
    checkpoint = small.checkpoint()
    sampled = checkpoint.sampled
    stray = replace(sampled, task=replace(sampled.task, world=replace(sampled.task.world, seed=6)))
    with pytest.raises(CheckpointError, match="seed 6, which is none of the split 'train'"):
        small.reset(options={"checkpoint": replace(checkpoint, sampled=stray)})


def world_of(env: Any) -> tuple[str, str, int]:
    with env.unwrapped.runner.episode.session.orm_session() as db:
        world = World(db)
        return world.size, world.skin, len(world.people)


@pytest.mark.usefixtures("dark")
def test_size_and_skin_reach_the_world_through_gymnasium() -> None:
    env = gym.make(TASK, engine="dom", size="small", skin="dark")
    env.reset(seed=1)
    assert world_of(env) == ("small", "dark", 60)
    env.close()


@pytest.mark.usefixtures("dark")
def test_a_skin_changes_no_row_and_no_task_but_its_checkpoints_are_its_own() -> None:
    plain, dark = (WebEnv(TASK, engine="dom", size="small", skin=skin) for skin in ("default", "dark"))
    (first, _), (second, info) = plain.reset(seed=1), dark.reset(seed=1)
    assert first == second
    assert plain.state_digest() == dark.state_digest()
    assert info["task"].world.skin == "dark"
    with pytest.raises(CheckpointError, match=re.escape("Make one with skin='dark'.")):
        plain.reset(options={"checkpoint": dark.checkpoint()})
    for env in (plain, dark):
        env.close()


def test_a_skin_or_size_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(UnknownNameError, match=r"skin 'neon'\. Available: default"):
        WebEnv(TASK, engine="dom", skin="neon")
    with pytest.raises(UnknownNameError, match=r"size 'huge'\. Available: small, standard, large"):
        WebEnv(TASK, engine="dom", size="huge")


@pytest.mark.usefixtures("postal_world")
def test_a_task_of_several_apps_has_the_skins_that_all_of_them_have() -> None:
    kiosk = installed().family("Kiosk-Order-v0")
    assert kiosk.apps == ("kiosk", "post")
    with pytest.raises(UnknownNameError, match=r"skin 'poster'\. Available: default, .*gazette, varied\."):
        WebEnv(kiosk.id, engine="dom", skin="poster")
    WebEnv(kiosk.id, engine="dom", skin="ledger").close()  # every app has the kit's


@pytest.mark.usefixtures("dark")
def test_an_apps_own_skin_is_listed_after_those_of_the_kit() -> None:
    with pytest.raises(UnknownNameError, match=r"Available: default, harbour, .*gazette, dark, varied\."):
        WebEnv(TASK, engine="dom", skin="neon")


@pytest.mark.parametrize("split", ["train", "test"])
def test_varied_worlds_have_all_skins_of_the_split_and_no_other(split: str) -> None:
    options = WorldOptions(worlds=2, skin=VARIED)
    choices = [options.choice(split, seed) for seed in range(200)]
    assert choices == [options.choice(split, seed) for seed in range(200)]
    assert {choice.skin for choice in choices} == set(skins_of(split))
    assert [choice.seed for choice in choices] == [world_seed(split, seed, 2) for seed in range(200)]
    counts = [sum(choice.skin == skin for choice in choices) for skin in skins_of(split)]
    assert min(counts) > 200 / len(counts) / 2


@pytest.mark.slow
def test_a_varied_environment_draws_the_tasks_of_a_plain_one_and_resumes_its_splits_skins(
    small: WebEnv,
) -> None:
    varied = WebEnv(TASK, engine="dom", worlds=3, size="small", skin="varied")
    skins = set()
    for seed in range(4):
        (_, plain), (_, info) = small.reset(seed=seed), varied.reset(seed=seed)
        assert info["task"].goal == plain["task"].goal
        assert small.state_digest() == varied.state_digest()
        assert world_of(varied)[1] == info["task"].world.skin
        skins.add(info["task"].world.skin)
    assert len(skins) > 1
    checkpoint = varied.checkpoint()
    assert varied.reset(options={"checkpoint": checkpoint})[1]["task"] == checkpoint.task
    ember = WebEnv(TASK, engine="dom", size="small", skin="ember")
    ember.reset(seed=0)
    with pytest.raises(CheckpointError, match=r"skin 'ember', this environment's 'default' or 'harbour'"):
        varied.reset(options={"checkpoint": ember.checkpoint()})
    for env in (varied, ember):
        env.close()


@pytest.mark.slow
def test_a_world_in_a_skin_is_the_plain_one_but_for_that_row() -> None:
    family, runtime = installed().family(TASK), default_runtime()
    plain, night = (
        runtime.world(family, WorldChoice(seed=1, size=WorldSize.SMALL, skin=skin))
        for skin in ("default", "night")
    )
    built = sqlite3.connect(":memory:")
    build_world(runtime.specs(family), WorldChoice(seed=1, size=WorldSize.SMALL, skin="night"), built)
    with closing(restore(plain)) as one, closing(restore(night)) as other, closing(built):
        rows = [list(each.iterdump()) for each in (one, other, built)]
    assert rows[1] == rows[2]
    assert len(set(rows[0]) ^ set(rows[1])) == 2


@pytest.mark.parametrize("worlds", [1, 2, 64])
def test_a_worlds_seed_determines_how_many_worlds_are_needed(worlds: int) -> None:
    for split, other in (("train", "test"), ("test", "train")):
        for seed in range(40):
            found = worlds_needed(split, world_seed(split, seed, worlds))
            assert found is not None
            assert found <= worlds
            assert worlds_needed(other, world_seed(split, seed, worlds)) is None


def test_the_key_of_a_world_is_kept_until_its_app_clone_is_loaded_anew() -> None:
    shop, keys, choice = installed().app("shop"), WorldKeys(), WorldChoice()
    known = keys.key([shop], choice)
    assert known == world_key([shop], choice)
    assert keys.key([shop], choice) is known
    anew = replace(shop, version="another")
    assert keys.key([anew], choice) == world_key([anew], choice) != known
    assert keys.key([shop], replace(choice, seed=choice.seed + 1)) != known


def test_the_key_of_a_world_counts_the_task_families_that_are_registered_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "later_tasks.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("later_tasks")
    monkeypatch.setattr(TaskRegistry, "watchers", [])  # the family is not offered to Gymnasium
    tasks = TaskRegistry("shop")
    shop, keys, choice = replace(installed().app("shop"), tasks=tasks), WorldKeys(), WorldChoice()
    before = keys.key([shop], choice)
    tasks.add("Shop-Later-v0", max_steps=1)(type("Later", (TaskFamily,), {"__module__": "later_tasks"}))
    assert keys.key([shop], choice) == world_key([shop], choice) != before
