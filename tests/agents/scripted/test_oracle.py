"""The oracle passes on what a family knows, and gives up what can no longer be won."""

from contextlib import closing

import pytest

from gristmill.agents.rollouts.answers import Answers
from gristmill.agents.rollouts.player import Player
from gristmill.agents.scripted.oracle import OracleAgent
from gristmill.apps.shop.tasks.add_to_cart import AddToCart
from gristmill.envs.env import WebEnv
from gristmill.errors import PluginError, Unwinnable


def unwinnable(*_: object) -> str:
    raise Unwinnable("The stock is gone.")


def test_it_says_done_once_an_episode_cannot_be_won(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AddToCart, "oracle", unwinnable)
    with closing(WebEnv("Shop-AddToCart-v0", engine="dom")) as env:
        played = Player(env, OracleAgent(), on_step=lambda _: None, answers=Answers()).play(3)
        assert [step.action for step in played.steps] == ["done"]
        assert played.success is False
        env.reset(seed=3)
        with pytest.raises(Unwinnable, match=r"The stock is gone\."):
            env.oracle()


@pytest.mark.parametrize("line", ["click ", "click e", "", "buy it"])
def test_an_action_that_is_none_is_never_handed_on(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AddToCart, "oracle", lambda *_: line)
    with closing(WebEnv("Shop-AddToCart-v0", engine="dom")) as env:
        env.reset(seed=3)
        with pytest.raises(PluginError, match=r"The oracle of Shop-AddToCart-v0 returned .* on http://shop"):
            env.oracle()
