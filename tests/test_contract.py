"""A third-party plugin uses every part of contract v1, and the parts work together."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gristmill.agents.base import Observation
from gristmill.agents.rollouts.runner import ThreadedRunner
from gristmill.agents.scripted.oracle import OracleAgent
from gristmill.apps.world.builder import build_world, files_digest, world_key
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.record import EpisodeRecord, rescore
from gristmill.errors import InvalidOptionError
from gristmill.testing.determinism import deterministic, guarded_files

ORDER, PIN = "Kiosk-Order-v0", "Board-Pin-v0"
ITEMS = "SELECT name FROM kiosk_item ORDER BY id"


@pytest.fixture
def env(postal_world: Any) -> Iterator[WebEnv]:
    made = WebEnv(ORDER, engine="dom", worlds=3, size="large", skin="night", split="test", wordings="train")
    yield made
    made.close()


def items(postal_world: Any, size: WorldSize) -> list[str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        build_world([postal_world.KIOSK, postal_world.POST], WorldChoice(size=size), connection)
        return [name for (name,) in connection.execute(ITEMS)]


def test_a_seed_reads_as_much_of_its_data_file_as_the_world_size_asks_for(postal_world: Any) -> None:
    names = (Path(postal_world.__file__).parent / "goods.csv").read_text().splitlines()[1:]
    with deterministic(guarded_files([postal_world.KIOSK])):
        assert items(postal_world, WorldSize.SMALL) == names[:2]
    assert items(postal_world, WorldSize.STANDARD) == names[:3]
    assert items(postal_world, WorldSize.LARGE) == names


def test_an_edited_data_file_changes_the_world_key_of_its_app_alone(
    postal_world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, read = world_key([postal_world.KIOSK], WorldChoice()), Path.read_bytes
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", lambda path: read(path) + b"Hat\n" * (path.name == "goods.csv"))
        files_digest.cache_clear()
        after = world_key([postal_world.KIOSK], WorldChoice())
    files_digest.cache_clear()
    assert after != before
    assert {**after.apps, "kiosk": ""} == {**before.apps, "kiosk": ""}


def test_pages_of_every_app_have_the_skin_of_the_world(env: WebEnv) -> None:
    env.reset(seed=0)
    assert '<body class="night">' in env.checkpoint().page.markup
    env.step("goto http://post.test/")
    assert '<main id="main" class="frame night">' in env.checkpoint().page.markup


def test_events_signals_and_people_are_restored_from_a_serialized_checkpoint(
    env: WebEnv, solve: Callable[..., Any]
) -> None:
    env.reset(seed=4)
    env.step("wait")  # the welcome letter is delivered; the price change is still pending
    checkpoint = Checkpoint.from_bytes(env.checkpoint().to_bytes())
    assert (checkpoint.task.world.size, checkpoint.task.world.skin) == ("large", "night")
    assert checkpoint.task.world.seed in {2, 4, 6}
    first = ending(env, solve)
    env.reset(options={"checkpoint": checkpoint})
    assert ending(env, solve) == first
    assert {"kiosk.order_placed", "post.deliver"} <= first[1]


def ending(env: WebEnv, solve: Callable[..., Any]) -> Any:
    """The observations, the causes of world changes and the final state of a solved episode."""
    steps = solve(env)
    record = EpisodeRecord.from_json(env.record().to_json())
    assert rescore(record) == record.verdict
    assert record.verdict is not None
    assert record.verdict.success
    assert env.runner.episode is not None
    changes = env.runner.episode.session.world_changes()
    return [step[0] for step in steps], {change.cause for change in changes}, env.state_digest()


def test_an_app_is_refused_by_an_engine_without_a_capability_that_it_needs(postal_world: Any) -> None:
    with pytest.raises(InvalidOptionError, match=r"board needs scripts.*It works in: chromium"):
        WebEnv(PIN, engine="dom")


@pytest.mark.browser
def test_an_app_works_in_an_engine_with_the_capabilities_that_it_needs(
    postal_world: Any, make: Callable[..., WebEnv], solve: Callable[..., Any]
) -> None:
    env = make(PIN)
    env.reset(seed=0)
    *_, (_, reward, _, info) = solve(env)
    assert (reward, info["success"]) == (1.0, True)


class CoroutineOracle(OracleAgent):
    """An oracle whose `act` is a coroutine."""

    async def act(self, observation: Observation) -> str:  # type: ignore[override]
        return super().act(observation)


@pytest.mark.slow
def test_coroutine_agents_solve_its_tasks(postal_world: Any) -> None:
    def make_env() -> Any:
        return WebEnv(ORDER, engine="dom", size="small", worlds=2)

    runner = ThreadedRunner(make_env, CoroutineOracle, range(6), record_frames=0, on_step=None)
    assert [result.success for result in runner.run(3)] == [True] * 6
