"""Events in episodes: in both engines, across checkpoints, and in verdicts."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import default_runtime
from gristmill.plugins import installed
from gristmill.snapshots.diff import ChangeKind

ORDER, ARCHIVE = "Kiosk-Order-v0", "Post-Archive-v0"
ENGINES = ["dom", pytest.param("chromium", marks=pytest.mark.browser)]

Outcome = list[Any]


@pytest.fixture(scope="module")
def envs(postal_world: Any) -> Iterator[Callable[..., WebEnv]]:
    """Environments by task and engine, and by number when several are needed."""
    made: dict[Any, WebEnv] = {}

    def get(task: str, engine: str = "dom", nth: int = 0, **options: Any) -> WebEnv:
        key = task, engine, nth, *options.items()
        if key not in made:
            made[key] = WebEnv(task, engine=engine, **options)
        return made[key]

    yield get
    for env in made.values():
        env.close()


def outcome(env: WebEnv, action: str) -> Outcome:
    """All that can be told of a step."""
    seen, reward, terminated, truncated, info = env.step(action)
    return [seen, reward, terminated, truncated, info, env.state_digest()]


def episode(env: WebEnv) -> Any:
    return env.runner.episode


def rows(env: WebEnv, sql: str) -> list[Any]:
    with episode(env).session.connection() as connection:
        return connection.execute(sql).fetchall()  # type: ignore[no-any-return]


def causes(env: WebEnv) -> list[str]:
    return [change.cause for change in episode(env).session.world_changes()]


def button(seen: dict[str, Any], ref_of: Callable[..., str], name: str) -> str:
    return f"click {ref_of(seen, 'button', name)}"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("task", [ORDER, ARCHIVE])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_oracle_wins(
    envs: Callable[..., WebEnv], solve: Callable[..., Any], task: str, engine: str, seed: int
) -> None:
    env = envs(task, engine)
    env.reset(seed=seed)
    *_, (_, reward, truncated, info) = solve(env)
    assert (reward, truncated, info["success"]) == (1.0, False, True)


def test_the_tasks_person_is_signed_in(envs: Callable[..., WebEnv]) -> None:
    env = envs(ORDER)
    for seed in range(4):
        _, info = env.reset(seed=seed)
        assert rows(env, "SELECT person_id FROM world_current_user") == [(info["task"].person_id,)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_step_shows_the_page_as_it_was_loaded_and_the_next_load_what_happened_since(
    envs: Callable[..., WebEnv], engine: str
) -> None:
    env = envs(ARCHIVE, engine)
    seed = next(seed for seed in range(20) if two_ticks_away(env, seed))
    first, _ = env.reset(seed=seed)
    assert env.step("wait")[0]["aria"] == first["aria"]
    seen = env.step("goto /")[0]  # the clock reaches the letters after this page was loaded
    assert "Archive News" not in seen["aria"]
    assert rows(env, "SELECT subject FROM post_letter") == [("News",)]
    assert env.step("wait")[0]["aria"] == seen["aria"]
    assert "Archive Bill" in env.step("goto /")[0]["aria"]


def now(env: WebEnv) -> str:
    time = episode(env).session.time()
    assert time is not None
    return str(time[0])


@pytest.mark.parametrize("engine", ENGINES)
def test_minutes_of_waiting_are_one_step_in_which_all_that_is_due_happens(
    envs: Callable[..., WebEnv], engine: str
) -> None:
    env = envs(ARCHIVE, engine)
    env.reset(seed=1)
    *_, info = env.step("wait 10")
    assert info["infra_error"] is None
    assert now(env) == "2031-03-04 10:10:00.000000"
    assert [subject for (subject,) in rows(env, "SELECT subject FROM post_letter")] == ["News", "Bill"]


@pytest.mark.parametrize("engine", ENGINES)
def test_waiting_for_news_ends_with_the_first_event_and_at_its_bound(
    envs: Callable[..., WebEnv], engine: str
) -> None:
    env = envs(ARCHIVE, engine)
    seed = next(seed for seed in range(20) if two_ticks_away(env, seed))
    env.reset(seed=seed)
    env.step("wait_for_news 60")
    assert now(env) == "2031-03-04 10:01:00.000000"
    assert rows(env, "SELECT subject FROM post_letter") == [("News",)]
    env.step("wait_for_news 60")
    assert now(env) == "2031-03-04 10:01:30.000000"
    env.step("wait_for_news 20")
    assert now(env) == "2031-03-04 10:21:30.000000"


@pytest.mark.slow
def test_a_wait_goes_on_alike_from_a_checkpoint_and_when_evicted(envs: Callable[..., WebEnv]) -> None:
    env, other = envs(ARCHIVE), envs(ARCHIVE, "chromium")
    env.reset(seed=1)
    other.reset(options={"checkpoint": env.checkpoint()})
    episode(env).session.evict()
    assert env.step("wait 10")[0]["aria"] == other.step("wait 10")[0]["aria"]
    assert (now(env), env.state_digest()) == (now(other), other.state_digest())


def two_ticks_away(env: WebEnv, seed: int) -> bool:
    env.reset(seed=seed)
    due = rows(env, "SELECT due FROM world_event WHERE kind = 'post.deliver'")[0][0]
    return bool(due == "2031-03-04 10:01:00.000000")


def test_waiting_judges_the_state_again_and_is_nobodys_change(envs: Callable[..., WebEnv]) -> None:
    env = envs(ARCHIVE)
    env.reset(seed=1)
    digest = env.state_digest()
    for _ in range(5):
        _, _, terminated, _, info = env.step("wait")
        assert not terminated
        assert [check.passed for check in info["verdict"].checks] == [False, True]
    assert causes(env) == ["post.deliver"] * 2
    assert env.state_digest() != digest
    assert not episode(env).diff()


def test_what_arrived_and_is_archived_is_the_agents_update(
    envs: Callable[..., WebEnv], ref_of: Callable[..., str]
) -> None:
    env = envs(ARCHIVE, stop="agent")
    env.reset(seed=1)
    for _ in range(4):
        env.step("wait")
    seen, *_ = env.step("goto /")
    seen, *_ = env.step(button(seen, ref_of, "Archive News"))
    (change,) = episode(env).diff().changes
    assert (change.kind, change.table, change.columns) == (
        ChangeKind.UPDATED,
        "post_letter",
        ("is_archived",),
    )
    *_, info = env.step(button(seen, ref_of, "Archive Bill"))
    assert {check.name: check.passed for check in info["verdict"].checks} == {
        "archived": True, "nothing else changed": False,
    }  # fmt: skip


def test_an_order_stays_what_the_agent_placed_while_the_world_ships_it(
    envs: Callable[..., WebEnv], ref_of: Callable[..., str]
) -> None:
    env = envs(ORDER, stop="agent")
    seen, info = env.reset(seed=0)
    env.step(button(seen, ref_of, f"Order {info['task'].terms['name']}"))
    for _ in range(4):
        *_, info = env.step("wait")
        assert info["verdict"].success
    assert rows(env, "SELECT status FROM kiosk_order") == [("shipped",)]
    (change,) = episode(env).diff().changes
    assert (change.after or {})["status"] == "placed"
    assert sorted(causes(env)) == [
        "kiosk.order_placed", "kiosk.reprice", "kiosk.ship", "kiosk.shipped", "post.deliver",
    ]  # fmt: skip


def test_an_event_whose_target_the_agent_took_away_is_a_no_op(
    envs: Callable[..., WebEnv], ref_of: Callable[..., str]
) -> None:
    env = envs(ORDER, stop="agent")
    seen, _ = env.reset(seed=0)
    seen, *_ = env.step(button(seen, ref_of, "Order Candle"))
    env.step(button(seen, ref_of, "Cancel 1"))
    for _ in range(3):
        *_, truncated, info = env.step("wait")
        assert not truncated
        assert info["infra_error"] is None
    assert rows(env, "SELECT status FROM world_event WHERE kind = 'kiosk.ship'") == [("gone",)]
    assert not episode(env).diff()


@pytest.mark.browser
@pytest.mark.parametrize("task", [ORDER, ARCHIVE])
def test_both_engines_meet_the_same(envs: Callable[..., WebEnv], task: str) -> None:
    chromium, dom = envs(task, "chromium", stop="agent"), envs(task, "dom", stop="agent")
    assert dom.reset(seed=4)[0] == chromium.reset(seed=4)[0]
    for action in moves(task):
        assert outcome(dom, action) == outcome(chromium, action), action
    assert len(causes(dom)) > 1


KIOSK_MOVES = [
    "wait",
    "goto /",
    "click e6",
    "nonsense",
    "wait",
    "goto http://post.test/",
    "wait",
    "goto /",
    "wait",
]
POST_MOVES = ["wait", "goto /", "wait", "click e999", "goto /", "click e4", "goto http://kiosk.test/", "done"]


def moves(task: str) -> list[str]:
    return KIOSK_MOVES if task == ORDER else POST_MOVES


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("task", [ORDER, ARCHIVE])
def test_each_event_runs_once_wherever_an_episode_goes_on(
    envs: Callable[..., WebEnv], task: str, engine: str
) -> None:
    env, other = envs(task, engine, stop="agent"), envs(task, "dom", 1, stop="agent")
    env.reset(seed=4)
    taken: list[tuple[Checkpoint, int]] = []
    trace: list[Outcome] = []
    for at, action in enumerate(moves(task)):
        taken.append((env.checkpoint(), at))
        trace.append(outcome(env, action))
    ran = rows(env, "SELECT id, kind, status FROM world_event")
    for checkpoint, at in taken:
        other.reset(options={"checkpoint": Checkpoint.from_bytes(checkpoint.to_bytes())})
        for action, expected in zip(moves(task)[at:], trace[at:], strict=True):
            assert outcome(other, action) == expected, (at, action)
        assert rows(other, "SELECT id, kind, status FROM world_event") == ran
        assert causes(other) == causes(env)


def test_equal_actions_give_equal_episodes_however_they_sleep(envs: Callable[..., WebEnv]) -> None:
    env = envs(ORDER, stop="agent")
    traces = []
    for sleeps in (False, True, False):
        env.reset(seed=4)
        trace = []
        for action in moves(ORDER):
            if sleeps:
                episode(env).session.evict()
            trace.append(outcome(env, action))
        traces.append(trace)
    assert traces[0] == traces[1] == traces[2]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_handler_that_fails_ends_the_episode_as_an_infrastructure_failure(
    envs: Callable[..., WebEnv], engine: str, monkeypatch: pytest.MonkeyPatch, postal_world: Any
) -> None:
    def fail(world: Any, payload: Any) -> None:
        raise LookupError("no mailbox")

    broken = replace(postal_world.POST, handlers={"post.deliver": fail})
    monkeypatch.setitem(installed().apps, "post", broken)  # type: ignore[arg-type]
    env = envs(ORDER, engine)
    env.reset(seed=0)
    _, reward, terminated, truncated, info = env.step("wait")
    assert (reward, terminated, truncated, info["success"]) == (0.0, False, True, None)
    assert "fail of the event post.deliver" in info["infra_error"]
    assert "LookupError: no mailbox" in info["infra_error"]
    assert "test_events.py:" in info["infra_error"]
    monkeypatch.undo()
    assert env.reset(seed=0)[1]["infra_error"] is None


def test_a_handler_that_hangs_ends_the_episode_and_nothing_else(
    envs: Callable[..., WebEnv], monkeypatch: pytest.MonkeyPatch, postal_world: Any
) -> None:
    release = threading.Event()
    broken = replace(postal_world.POST, handlers={"post.deliver": lambda world, payload: release.wait()})
    monkeypatch.setitem(installed().apps, "post", broken)  # type: ignore[arg-type]
    monkeypatch.setattr(default_runtime().dispatcher, "deadline_s", 0.2)
    env = envs(ORDER)
    env.reset(seed=0)
    *_, truncated, info = env.step("wait")
    release.set()
    assert truncated
    assert info["infra_error"] == "The handler of post.deliver did not end within 0.2 s."
    monkeypatch.undo()
    env.reset(seed=0)
    assert env.step("wait")[4]["infra_error"] is None


@pytest.mark.browser
def test_pixels_show_the_page_as_it_was_loaded_too(envs: Callable[..., WebEnv]) -> None:
    for _ in range(2):  # the second time from remembered pictures
        env = envs(ARCHIVE, "chromium", stop="agent", observation="aria+pixels")
        first, _ = env.reset(seed=1)
        for _ in range(5):
            seen, *_ = env.step("wait")
            assert np.array_equal(seen["pixels"], first["pixels"])
        seen, *_ = env.step("goto /")
        assert not np.array_equal(seen["pixels"], first["pixels"])


def test_what_comes_of_events_is_worked_out_once_for_all_episodes_in_the_same_state(
    envs: Callable[..., WebEnv], monkeypatch: pytest.MonkeyPatch, postal_world: Any
) -> None:
    runs: list[Any] = []

    def deliver(world: Any, payload: Any) -> None:
        runs.append(payload)
        postal_world.POST.handlers["post.deliver"](world, payload)

    counting = replace(postal_world.POST, handlers={"post.deliver": deliver})
    monkeypatch.setitem(installed().apps, "post", counting)  # type: ignore[arg-type]
    env = envs(ARCHIVE, stop="agent")
    seed = next(seed for seed in range(20) if two_ticks_away(env, seed))
    traces = []
    for _ in range(3):
        env.reset(seed=seed)
        traces.append([outcome(env, action) for action in ("wait", "wait", "goto /", "wait", "goto /")])
        traces[-1].append([change.key for change in episode(env).session.world_changes()])
    assert traces[0] == traces[1] == traces[2]
    assert len(runs) == 2
    env.reset(seed=seed)
    with episode(env).session.connection() as connection:
        connection.execute("UPDATE world_person SET phone = 'other'")
        connection.commit()
    for _ in range(3):
        env.step("wait")
    assert len(runs) == 4
