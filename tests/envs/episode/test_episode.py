"""Tasks are spread over as many worlds as one asks for, by their seeds alone."""

from collections import Counter
from contextlib import closing

import pytest

from gristmill.envs.env import WebEnv
from gristmill.envs.episode.episode import Episode
from gristmill.envs.episode.runtime import default_runtime
from gristmill.envs.episode.worlds import WorldOptions, world_seed
from gristmill.errors import InvalidOptionError
from gristmill.plugins import installed

TASK = "Shop-AddToCart-v0"


def test_one_world_is_that_of_the_split() -> None:
    assert {world_seed("train", seed, 1) for seed in range(50)} == {1}
    assert {world_seed("test", seed, 1) for seed in range(50)} == {2}


@pytest.mark.parametrize("worlds", [2, 5, 64])
def test_every_world_gets_its_share_and_no_split_has_anothers(worlds: int) -> None:
    train, test = (
        Counter(world_seed(split, seed, worlds) for seed in range(100 * worlds))
        for split in ("train", "test")
    )
    assert len(train) == len(test) == worlds
    assert not train.keys() & test.keys()
    assert min(train.values()) > 50
    assert max(train.values()) < 200


def test_tasks_of_one_environment_are_drawn_in_different_worlds_the_same_each_time() -> None:
    family, runtime = installed().family(TASK), default_runtime()
    seeds = {world_seed("train", seed, 2): seed for seed in range(20)}
    assert len(seeds) == 2
    people = set()
    for seed in seeds.values():
        rows = []
        for _ in range(2):
            drawn = Episode.draw(runtime, family, seed=seed, split="train", worlds=WorldOptions(worlds=2))
            with closing(drawn) as episode:
                rows.append(episode.state_digest())
                with episode.session.connection() as connection:
                    people.add(connection.execute("SELECT email FROM world_person WHERE id = 1").fetchone())
        assert rows[0] == rows[1]
    assert len(people) == 2


def test_an_environment_takes_the_option_and_goes_on_from_its_checkpoints() -> None:
    env = WebEnv(TASK, engine="dom", worlds=2)
    seed = next(seed for seed in range(20) if world_seed("train", seed, 2) != 1)
    env.reset(seed=seed)
    checkpoint, digest = env.checkpoint(), env.state_digest()
    env.reset(seed=next(seed for seed in range(20) if world_seed("train", seed, 2) == 1))
    assert env.state_digest() != digest
    env.reset(options={"checkpoint": checkpoint})
    assert env.state_digest() == digest
    env.close()


@pytest.mark.parametrize("worlds", [0, -1, 65, 1.5, "2", True])
def test_a_number_of_worlds_out_of_range_is_refused(worlds: object) -> None:
    with pytest.raises(InvalidOptionError, match="1 to 64"):
        WebEnv(TASK, engine="dom", worlds=worlds)  # type: ignore[arg-type]
