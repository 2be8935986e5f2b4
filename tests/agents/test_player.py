import gymnasium as gym
import pytest

from gristmill.agents.null import NullAgent
from gristmill.agents.player import Player, named_element

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
        Player(other, NullAgent(), on_step=lambda _: None)
