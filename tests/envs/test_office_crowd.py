"""A thousand episodes in one world of three apps: each is what it would be alone, with caches and without."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import pytest

from gristmill.apps.kit.aria import parse_aria_snapshot
from gristmill.caches import Caches
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import Runtime

TASK = "Office-OrderAndTell-v0"
EPISODES: tuple[tuple[str, ...], ...] = (
    ("oracle", "oracle", "oracle", "wait 4", "switch_app mail", "wait_for_news 30", "goto /all", "wait 20"),
    (
        "switch_app mail",
        "wait 6",
        "goto /inbox",
        "open newest",
        "wait 2",
        "switch_app chat",
        "wait 8",
        "back",
    ),
    (
        "switch_app chat",
        "open lunch",
        "write Soup",
        "click Send",
        "wait 3",
        "wait 12",
        "open lunch",
        "wait 40",
    ),
    (
        "wait_for_news 5",
        "wait_for_news 5",
        "wait_for_news 5",
        "wait 1",
        "switch_app mail",
        "wait 5",
        "goto /sent",
        "wait 3",
    ),
)


def line_of(env: WebEnv, seen: dict[str, Any], move: str) -> str:
    """The action of a move: some depend on what is shown."""
    verb, _, rest = move.partition(" ")
    if move == "oracle":
        return env.oracle()
    page = parse_aria_snapshot(seen["aria"])
    if verb == "open":
        pattern = r"/threads/\d+" if rest == "newest" else r"/c/\d+"
        links = [each for each in page.all("link") if re.match(pattern, each.properties.get("url", ""))]
        return f"click {next(each.ref for each in links if rest == 'newest' or rest in each.name)}"
    if verb == "write":
        return f'fill {page.all("textbox")[-1].ref} "{rest}"'
    if verb == "click":
        button = page.find("button", rest)
        assert button is not None
        return f"click {button.ref}"
    return move


Trace = list[tuple[Any, ...]]


def played(env: WebEnv, moves: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Play an episode; what is seen and what the rows are after each step."""
    seen, _ = env.reset(seed=0)
    for move in moves:
        line = line_of(env, seen, move)
        seen, reward, terminated, truncated, info = env.step(line)
        assert info["infra_error"] is None
        yield line, seen, reward, terminated, truncated, env.state_digest()


def ending(env: WebEnv) -> tuple[Any, ...]:
    """Rows, time, events and what the world did."""
    session = env.runner.episode.session
    with session.connection() as rows:
        events = rows.execute("SELECT id, kind, due, status FROM world_event ORDER BY id").fetchall()
    return env.state_digest(), session.content(), session.time(), events, session.world_changes()


def alone(episodes: Sequence[Sequence[str]]) -> Iterator[tuple[Trace, tuple[Any, ...]]]:
    """Each episode with every cache off, in a session that nothing evicts."""
    with closing(Runtime(caches=Caches(mode="off"))) as runtime:
        for moves in episodes:
            env = WebEnv(TASK, engine="dom", size="small", runtime=runtime)
            trace = list(played(env, moves))
            yield trace, ending(env)
            env.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "episodes"), [(6, EPISODES[:2]), pytest.param(1_000, EPISODES, marks=pytest.mark.sweep)]
)
def test_each_of_many_episodes_is_what_it_would_be_alone(
    count: int, episodes: Sequence[Sequence[str]]
) -> None:
    known = list(alone(episodes))
    with closing(Runtime()) as runtime:
        runtime.sessions._max_resident = max(2, count // 16)
        envs = [WebEnv(TASK, engine="dom", size="small", runtime=runtime) for _ in range(count)]
        for env in envs:
            env.reset(seed=0)
        for at in range(len(episodes[0])):
            for place, env in enumerate(envs):
                expected = known[place % len(episodes)][0][at]
                seen, reward, terminated, truncated, _ = env.step(expected[0])
                assert (expected[0], seen, reward, terminated, truncated, env.state_digest()) == expected
                if (place + at) % 5 == 0:
                    assert env.runner.episode.session.evict()
        for place, env in enumerate(envs):
            assert ending(env) == known[place % len(episodes)][1], place
            env.close()
        assert len(runtime.sessions) == 0
