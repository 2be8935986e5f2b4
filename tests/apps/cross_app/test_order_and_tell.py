"""The first family across apps: an order, its receipt in mail, and its number in the chat."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gristmill.envs.env import WebEnv

TASK = "Office-OrderAndTell-v0"
ENGINES = ["dom", pytest.param("chromium", marks=pytest.mark.browser)]


@pytest.fixture(scope="module")
def envs() -> Iterator[Callable[[str], WebEnv]]:
    made: dict[str, WebEnv] = {}

    def get(engine: str = "dom") -> WebEnv:
        return made.setdefault(engine, WebEnv(TASK, engine=engine, size="small"))

    yield get
    for env in made.values():
        env.close()


def play(env: WebEnv, until: Callable[[str], bool] = lambda action: False) -> tuple[list[str], Any]:
    """Let the oracle play, up to an action that `until` accepts; returns its actions and the last info."""
    actions: list[str] = []
    info: Any = {}
    for _ in range(60):
        action = env.oracle()
        if until(action):
            break
        actions.append(action)
        *_, terminated, truncated, info = env.step(action)
        if terminated or truncated:
            break
    return actions, info


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_the_oracle_orders_reads_the_receipt_and_tells(envs: Callable[[str], WebEnv], engine: str) -> None:
    env = envs(engine)
    env.reset(seed=2)
    actions, info = play(env)
    assert info["success"], info["verdict"]
    assert [each for each in actions if each.startswith("switch")] == ["switch_app mail", "switch_app chat"]
    with env.runner.episode.session.connection() as rows:
        (number,) = rows.execute("SELECT number FROM shop_order ORDER BY id DESC LIMIT 1").fetchone()
        receipts = rows.execute("SELECT count(*) FROM mail_message WHERE subject LIKE ?", [f"%{number}%"])
        assert receipts.fetchone() == (1,)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "failing"),
    [
        ("done", {"the order's number"}),
        ("MW-00000-00", {"the order's number"}),
        ("{number} or MW-00000-00", {"the order's number"}),
    ],
)
def test_another_message_fails(
    envs: Callable[[str], WebEnv], ref_of: Callable[..., str], text: str, failing: set[str]
) -> None:
    env = envs("dom")
    env.reset(seed=2)
    play(env, until=lambda action: action.startswith("fill") and "Ordered: " in action)
    line = env.oracle()
    number = line.rpartition("Ordered: ")[2].rstrip('"')
    seen, *_ = env.step(line.replace(f"Ordered: {number}", text.format(number=number)))
    env.step(f"click {ref_of(seen, 'button', 'Send')}")
    *_, info = env.step("done")
    wrong = {check.name for check in info["verdict"].checks if not check.passed}
    assert wrong >= failing


def test_worlds_of_the_shop_alone_hold_no_mail(envs: Callable[[str], WebEnv]) -> None:
    env = WebEnv("Shop-Checkout-v0", engine="dom", size="small")
    env.reset(seed=1)
    with env.runner.episode.session.connection() as rows:
        tables = {name for (name,) in rows.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        assert rows.execute("SELECT count(*) FROM world_job").fetchone() == (0,)
    env.close()
    assert not [name for name in tables if name.startswith(("mail_", "chat_"))]
