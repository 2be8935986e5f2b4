"""Whatever breaks but the agent: the episode is truncated, never scored, and the next one works."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from gristmill.apps.shop import APP
from gristmill.caches import Caches
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import Runtime, default_runtime
from gristmill.errors import EngineFault

pytestmark = pytest.mark.browser

Make = Callable[..., WebEnv]


def processes() -> dict[int, tuple[int, str]]:
    """Parent and command line of every process."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            found[int(status.parent.name)] = (
                parent,
                status.with_name("cmdline").read_text().replace("\0", " "),
            )
        except OSError:  # it has just ended
            continue
    return found


def below(root: int) -> dict[int, str]:
    """The processes that descend from one, with their command lines, nearest first."""
    table, tree, front = processes(), {}, [root]
    while front:
        children = [pid for pid, (parent, _) in table.items() if parent in front]
        tree |= {pid: table[pid][1] for pid in children}
        front = children
    return tree


def kill(sign: str) -> None:
    """Kill the processes below this one whose command line holds a sign, helpers of the browser aside."""
    found = [pid for pid, line in below(os.getpid()).items() if sign in line and "--type=" not in line]
    assert found
    for pid in found:
        os.kill(pid, signal.SIGKILL)


def crash(env: WebEnv) -> None:
    page: Any = env.runner.page
    with pytest.raises(EngineFault):
        page._run(lambda: page._tab.page.send("Page.crash"))


def close_page(env: WebEnv) -> None:
    page: Any = env.runner.page
    page._driver.run(page._tab.page.close())


BREAKAGES: dict[str, Callable[[WebEnv], None]] = {
    "page crash": crash,
    "page closed": close_page,
    "browser killed": lambda _: kill("--user-data-dir"),
    "driver killed": lambda _: kill("run-driver"),
}


def require_unscored(outcome: tuple[Any, ...]) -> str:
    seen, reward, terminated, truncated, info = outcome
    assert (reward, terminated, truncated) == (0.0, False, True)
    assert info["success"] is None
    assert info["verdict"] is None
    assert info["infra_error"]
    assert seen["error"]
    return str(info["infra_error"])


@pytest.mark.one_in(2)
@pytest.mark.parametrize("broken", BREAKAGES)
def test_a_lost_page_truncates_the_episode_and_the_next_reset_works(make: Make, broken: str) -> None:
    env, bystander = make(), make()
    env.reset(seed=3)
    bystander.reset(seed=3)
    BREAKAGES[broken](env)
    outcome = env.step("goto /cart")
    require_unscored(outcome)
    assert outcome[0] in env.observation_space
    env.reset(seed=3)
    assert env.step("goto /cart")[0]["url"] == "http://shop.test/cart"
    bystander.step("goto /cart")
    bystander.reset(seed=3)
    assert bystander.step("goto /cart")[0]["url"] == "http://shop.test/cart"


@pytest.mark.parametrize("broken", BREAKAGES)
def test_a_page_lost_between_episodes_is_replaced(make: Make, broken: str) -> None:
    env = make()
    first, _ = env.reset(seed=3)
    BREAKAGES[broken](env)
    again, info = env.reset(seed=3)
    assert again == first
    assert info["infra_error"] is None


@pytest.fixture(scope="module")
def uncached() -> Iterator[Runtime]:
    """A runtime that computes everything anew."""
    runtime = Runtime(caches=Caches(mode="off"))
    yield runtime
    runtime.close()


@pytest.fixture
def failing_app(uncached: Runtime) -> Iterator[list[BaseException]]:
    """While this holds an exception, the shop's views in the runtime without caches raise it."""
    raised: list[BaseException] = []
    app: Any = uncached.dispatcher._app(APP)

    def fail() -> None:
        if raised:
            raise raised[0]

    functions = app.before_request_funcs[None]
    functions.append(fail)
    yield raised
    functions.remove(fail)


def test_a_view_that_raises_is_a_fault_not_a_failure(
    make: Make, uncached: Runtime, failing_app: list[BaseException]
) -> None:
    env = make(runtime=uncached)
    env.reset(seed=3)
    failing_app.append(LookupError("no shelf"))
    assert "LookupError: no shelf" in require_unscored(env.step("goto /cart"))
    with pytest.raises(EngineFault, match="no shelf"):
        env.reset(seed=3)
    failing_app.clear()
    env.reset(seed=3)
    assert env.step("goto /cart")[0]["error"] == ""


def test_a_verifier_that_raises_is_a_fault_not_a_failure(
    make: Make, uncached: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = make(runtime=uncached)
    env.reset(seed=3)
    with monkeypatch.context() as patch:
        patch.setattr(env.family, "verify", lambda task, evidence: 1 / 0, raising=False)
        assert "ZeroDivisionError" in require_unscored(env.step('answer "42"'))
    env.reset(seed=3)
    assert env.step("done")[4]["success"] is False


def test_a_fault_in_the_first_page_gives_its_session_back(
    make: Make, uncached: Runtime, failing_app: list[BaseException]
) -> None:
    env = make(runtime=uncached)
    env.reset(seed=3)
    before = len(uncached.sessions)
    failing_app.append(LookupError("no shelf"))
    for _ in range(3):
        with pytest.raises(EngineFault):
            env.reset(seed=3)
    assert len(uncached.sessions) <= before
    env.close()
    assert len(uncached.sessions) == before - 1


def test_a_fault_that_passes_is_survived_by_the_reset_it_met(make: Make) -> None:
    env = make()
    functions = cast("Any", default_runtime().dispatcher._app(APP)).before_request_funcs[None]

    def fail_once() -> None:
        functions.remove(fail_once)
        raise LookupError("no shelf")

    functions.append(fail_once)
    observation, info = env.reset(seed=3)
    assert info["infra_error"] is None
    assert 'heading "' in observation["aria"]
