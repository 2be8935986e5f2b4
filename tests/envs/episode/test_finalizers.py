"""Environments that are forgotten instead of closed leave nothing open."""

import asyncio
import gc
import threading
from collections.abc import Callable
from typing import Any

import pytest

from gristmill.envs.env import WebEnv
from gristmill.envs.episode.finalizers import finalize_if_unclosed
from gristmill.envs.episode.runtime import default_runtime

pytestmark = pytest.mark.usefixtures("only_new_objects")


class Owner:
    """Something that can be forgotten."""


@pytest.mark.slow
def test_the_end_comes_once_the_owner_is_garbage_unless_it_was_closed() -> None:
    ended: list[str] = []
    forgotten, closed = Owner(), Owner()
    finalize_if_unclosed(forgotten, lambda: ended.append("forgotten"))
    finalize_if_unclosed(closed, lambda: ended.append("closed")).detach()
    del forgotten, closed
    gc.collect()
    assert ended == ["forgotten"]


def test_a_forked_child_leaves_what_is_its_parents(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []
    owner = Owner()
    finalize_if_unclosed(owner, lambda: ended.append("forgotten"))
    monkeypatch.setattr("os.getpid", lambda: -1)
    del owner
    gc.collect()
    assert ended == []


def in_a_thread(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)


def awake(env: WebEnv) -> str:
    """Materialize an environment's session; returns its token."""
    assert env.runner.episode is not None
    with env.runner.episode.session.connection():
        return env.runner.episode.session.token


def test_a_forgotten_environment_gives_its_session_back() -> None:
    sessions = default_runtime().sessions
    env = WebEnv("Shop-AddToCart-v0", engine="dom")
    env.reset(seed=1)
    token = awake(env)
    assert sessions.find(token) in sessions.resident
    del env
    gc.collect()
    assert sessions.find(token) is None
    other = WebEnv("Shop-AddToCart-v0", engine="dom")
    other.reset(seed=1)
    awake(other)
    assert token not in [session.token for session in sessions.resident]
    other.close()


def test_an_environment_whose_thread_died_gives_its_session_back() -> None:
    tokens: list[str] = []

    def work() -> None:
        env = WebEnv("Shop-AddToCart-v0", engine="dom")
        env.reset(seed=1)
        tokens.append(awake(env))
        with pytest.raises(LookupError):
            raise LookupError

    in_a_thread(work)
    gc.collect()
    assert default_runtime().sessions.find(tokens[0]) is None


def open_contexts(driver: Any, target: Any) -> list[str]:
    """The browser contexts that are open once all that were dropped so far are closed."""

    async def ask() -> list[str]:
        await asyncio.gather(*driver._dropping)
        return list((await target._wire.send("Target.getBrowserContexts"))["browserContextIds"])

    return list(driver.run(ask()))


@pytest.mark.browser
@pytest.mark.parametrize("how", ["here", "in a thread that ends"])
def test_a_forgotten_page_closes_its_browser_context(how: str) -> None:
    targets: list[Any] = []
    tokens: list[str] = []

    def work() -> None:
        env = WebEnv("Shop-AddToCart-v0")
        env.reset(seed=1)
        tokens.append(awake(env))
        page: Any = env.runner.page
        targets.append(page._tab.page)
        assert targets[0]._context in open_contexts(page._driver, targets[0])

    if how == "here":
        work()
    else:
        in_a_thread(work)
    gc.collect()
    driver: Any = default_runtime().engine("chromium")
    assert targets[0]._context not in open_contexts(driver.driver, targets[0])
    assert default_runtime().sessions.find(tokens[0]) is None
