"""A fault in one slot of a batch: that slot is truncated, and all others see what they would have seen."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import gymnasium as gym
import pytest

import gristmill  # noqa: F401 - registers the ids
from gristmill.apps.server.session import LiveSession
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import default_runtime
from gristmill.envs.vector.local import WebVectorEnv
from gristmill.errors import EngineFault

SIZES = {"dom": 24, "chromium": 6}
FAULTY = 1
WALK = ('fill e6 "mug"', "press Enter", "back")  # of the slots in the shop
CALM = "goto /plain"
FAULTS = {
    "a view raises": ("goto /fail", "LookupError: no shelf"),
    "a view hangs": ("goto /hang?in=batch", "GET /hang was interrupted, or not answered in 1.5 s (at "),
    "the verifier raises": ('answer "raise"', "LookupError: no verdict"),
}
Play = list[list[Any]]  # by slot, step for step; at the end the digest


def crash(envs: WebVectorEnv) -> None:
    page: Any = envs.envs[FAULTY].runner.page
    with pytest.raises(EngineFault):
        page._run(lambda: page._tab.page.send("Page.crash"))


def play(
    engine: str, action: str = CALM, *, meanwhile: Callable[[WebVectorEnv], None] = lambda _: None
) -> tuple[Play, dict[str, Any]]:
    """What each slot sees in three steps, and the infos of the second, in which the faulty one does this."""
    size = SIZES[engine]
    tasks = ["Bad-Pages-v0", "Bad-Pages-v0", *["Shop-AddToCart-v0"] * (size - 2)]
    envs: Any = gym.make_vec("Shop-AddToCart-v0", num_envs=size, engine=engine, tasks=tasks)
    seen: Play = [[] for _ in range(size)]
    batch, _ = envs.reset(seed=7)
    note(seen, batch)
    infos: dict[str, Any] = {}
    for number, line in enumerate(WALK):
        if number == 1:
            meanwhile(envs)
        own = action if number == 1 else CALM
        batch, rewards, terminations, truncations, told = envs.step([CALM, own, *[line] * (size - 2)])
        note(seen, batch, rewards, terminations, truncations)
        infos = told if number == 1 else infos
    digests = [env.state_digest() for env in envs.envs]
    for slot, so_far in enumerate(seen):
        so_far.append(digests[slot] if slot != FAULTY else None)
    envs.close()
    return seen, infos


def note(seen: Play, batch: dict[str, Any], *flags: Any) -> None:
    for slot, so_far in enumerate(seen):
        so_far.append([{key: batch[key][slot] for key in batch}, *(flag[slot] for flag in flags)])


@pytest.fixture(scope="module")
def calm(bad_app: Any) -> Callable[[str], Play]:
    """What all slots see when nothing fails, by engine."""
    played: dict[str, Play] = {}

    def get(engine: str) -> Play:
        if engine not in played:
            played[engine] = play(engine)[0]
        return played[engine]

    return get


def require_alone(seen: Play, infos: dict[str, Any], expected: Play, error: str) -> None:
    """The faulty slot is truncated and begins anew; the others are as expected, byte by byte."""
    shown, reward, terminated, truncated = seen[FAULTY][2]
    assert (reward, terminated, truncated) == (0.0, False, True)
    assert error in shown["error"]
    assert error in infos["infra_error"][FAULTY]
    assert infos["success"][FAULTY] is None
    assert seen[FAULTY][3][0]["url"] == "http://bad.test/"
    assert seen[FAULTY][3][0]["error"] == ""
    others = [slot for slot in range(len(seen)) if slot != FAULTY]
    assert [seen[slot] for slot in others] == [expected[slot] for slot in others]
    assert all(infos["infra_error"][slot] is None for slot in others)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("engine", ["dom", pytest.param("chromium", marks=pytest.mark.browser)])
def test_a_fault_is_its_own_slots_alone(
    engine: str,
    fault: str,
    calm: Callable[[str], Play],
    release: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = calm(engine)
    before = len(default_runtime().sessions)
    monkeypatch.setattr(default_runtime().dispatcher, "deadline_s", 1.5)
    seen, infos = play(engine, FAULTS[fault][0])
    require_alone(seen, infos, expected, FAULTS[fault][1])
    assert len(default_runtime().sessions) == before
    release.set()


@pytest.mark.browser
def test_a_crash_is_its_own_slots_alone(calm: Callable[[str], Play]) -> None:
    seen, infos = play("chromium", meanwhile=crash)
    require_alone(seen, infos, calm("chromium"), "The page crashed.")


@pytest.mark.browser
def test_a_script_that_never_ends_is_a_fault(bad_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    envs: Any = gym.make_vec("Shop-AddToCart-v0", num_envs=1, engine="chromium", tasks=["Bad-Pages-v0"])
    first, _ = envs.reset(seed=7)
    with monkeypatch.context() as patch:
        driver: Any = default_runtime().engine("chromium")
        patch.setattr(driver.driver, "step_deadline_s", 2.0)
        _, _, _, truncations, infos = envs.step(["goto /script"])
    assert truncations.tolist() == [True]
    assert infos["infra_error"][0] == "The browser did not finish within 2 s."
    batch, *_ = envs.reset(seed=7)
    assert batch == first
    envs.close()


@pytest.mark.slow
def test_what_hangs_is_not_remembered_and_frees_its_database_in_the_end(
    release: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    abandon, left, freed = LiveSession.abandon, list[Any](), threading.Event()

    def observed(session: LiveSession, user: "Future[Any]") -> None:
        left.append(session._connection)
        abandon(session, user)
        user.add_done_callback(lambda _: freed.set())

    monkeypatch.setattr(LiveSession, "abandon", observed)
    env = WebEnv("Bad-Pages-v0", engine="dom")
    env.reset(seed=1)
    with monkeypatch.context() as patch:
        patch.setattr(default_runtime().dispatcher, "deadline_s", 0.3)
        assert env.step("goto /hang")[3] is True
    env.reset(seed=1)
    assert not freed.is_set()
    left[0].execute("SELECT 1")
    release.set()
    assert freed.wait(10)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        left[0].execute("SELECT 1")
    assert "released" in env.step("goto /hang")[0]["aria"]
    env.close()
