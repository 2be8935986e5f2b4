from collections.abc import Generator

import gymnasium as gym
import pytest

from gristmill.agents.rollouts.answers import Answers
from gristmill.agents.rollouts.player import Player
from gristmill.agents.rollouts.recorder import named_element, timed
from gristmill.agents.scripted.null import NullAgent
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.scheduling import READY, Coroutine

ARIA = """\
- button "Add to cart" [ref=e1]
- 'textbox "Name: first" [ref=e12]'
- paragraph [ref=e3]: see [ref=e4]"""


@pytest.mark.parametrize(
    ("action", "element"),
    [
        ("click e1", 'button "Add to cart"'),
        ('fill e12 "e1"', 'textbox "Name: first"'),
        ("hover e3", "paragraph"),
        ("click e2", ""),
        ("done", ""),
        ('answer "e1"', ""),
        ("", ""),
    ],
)
def test_the_element_of_an_action_is_named_as_the_outline_shows_it(action: str, element: str) -> None:
    assert named_element(action, ARIA) == element


def test_only_web_environments_are_played_in() -> None:
    with gym.make("CartPole-v1") as other, pytest.raises(TypeError, match="CartPoleEnv"):
        Player(other, NullAgent(), on_step=lambda _: None, answers=Answers())


def working(done: list[str]) -> Coroutine[str]:
    done.append("begun")
    yield READY
    done.append("ended")
    return "result"


def ended(phases: Generator[None, None, tuple[str, float]]) -> tuple[str, float]:
    with pytest.raises(StopIteration) as end:
        next(phases)
    result: tuple[str, float] = end.value.value
    return result


@pytest.mark.parametrize(
    ("engine", "before_the_pause"), [("chromium", ["begun"]), ("dom", ["begun", "ended"])]
)
def test_only_a_browser_is_waited_for(engine: str, before_the_pause: list[str]) -> None:
    done = list[str]()
    phases = timed(WebEnv("Shop-Checkout-v0", engine=engine), working(done))
    next(phases)
    assert done == before_the_pause
    result, seconds = ended(phases)
    assert (result, done) == ("result", ["begun", "ended"])
    assert 0 < seconds < 60


def test_what_others_do_meanwhile_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("gristmill.agents.rollouts.recorder.perf_counter", lambda: now)

    def working() -> Coroutine[str]:
        nonlocal now
        now += 2.0
        yield READY
        now += 1.0
        return "result"

    phases = timed(WebEnv("Shop-Checkout-v0", engine="dom"), working())
    next(phases)
    now += 100.0
    assert ended(phases) == ("result", 3.0)
