"""Where the mouse rests and where Tab goes on from are known at each moment, and kept by a checkpoint."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from gristmill.envs.env import WebEnv

pytestmark = pytest.mark.browser

Open = Callable[..., dict[str, Any]]
RefOf = Callable[..., str]
PAGE = """<!doctype html><title>Late</title><style>
  body { margin: 0 } p { margin: 0; height: 40px } p:hover { background: gold } p i { display: none }
  p:hover i { display: inline } :focus-visible { outline: 3px solid red }</style>
<p>one <i>under the mouse</i></p><p><a href="#">first</a> plain words</p><p><a href="#">second</a></p>
<p>three <i>under the mouse</i></p><details><summary>More</summary><button>Within</button></details>
<p id="gone"><button onclick="gone.remove()">Remove</button></p><p><a href="#">third</a></p>
<div style="height: 2000px"></div><a href="#">last</a>"""


@pytest.fixture(scope="module")
def pictured(late_app: object) -> Iterator[list[WebEnv]]:
    """Two environments with pixels."""
    made = [WebEnv("Late-Pages-v0", observation="aria+pixels", viewport=(320, 400)) for _ in range(2)]
    yield made
    for env in made:
        env.close()


@pytest.mark.parametrize(
    ("before", "then"),
    [
        (["mouse_move 20 20"], ["scroll down", "scroll top"]),
        (["mouse_move 20 140", "scroll down"], ["press Tab", "scroll top"]),
        (["mouse_click 100 55"], ["press Tab"]),  # on words between two links
        (["mouse_click 100 55"], ["press Shift+Tab", "press Tab"]),
        (["mouse_click 20 170"], ["press Space", "press Tab"]),  # on the summary
        (["mouse_click 20 170", "press Enter"], ["press Shift+Tab"]),
        (["mouse_click 20 170", "press a"], ["press Tab"]),
        (["mouse_click 20 200"], ["press Tab"]),  # what was clicked is gone
        (["mouse_click 20 200"], ["press Shift+Tab"]),
        (["press Tab", "press Tab", "press Shift+Tab"], ["press Shift+Tab", "press Tab"]),
        (["press Tab", "press Shift+Tab"], ["press Shift+Tab"]),
    ],
)
def test_a_checkpoint_goes_on_as_the_original(
    pictured: list[WebEnv], open_late: Open, before: list[str], then: list[str]
) -> None:
    env, other = pictured
    open_late(html=PAGE, env=env)
    for action in before:
        seen = env.step(action)[0]
    shown = other.reset(options={"checkpoint": env.checkpoint()})[0]
    for action in [*then, ""]:
        assert shown["aria"] == seen["aria"], action
        assert np.array_equal(shown["pixels"], seen["pixels"]), action
        if action:
            seen, shown = env.step(action)[0], other.step(action)[0]


def test_what_comes_to_lie_under_a_resting_mouse_knows_it(
    open_late: Open, late_env: WebEnv, renumbered: Callable[[Any], Any]
) -> None:
    open_late(html=PAGE)
    seen = late_env.step("mouse_move 20 20")[0]
    assert "one under the mouse" in seen["aria"]
    again = late_env.step("goto /?away")[0]
    assert "under the mouse" not in again["aria"]
    assert renumbered(late_env.step("back")[0]["aria"]) == renumbered(seen["aria"])


def test_hovering_over_what_lies_below_does_not_move_where_tab_goes_on(
    open_late: Open, late_env: WebEnv, ref_of: RefOf
) -> None:
    seen = open_late(html=PAGE)
    late_env.step(f"hover {ref_of(seen, 'link', 'last')}")
    seen = late_env.step("press Tab")[0]
    assert 'link "first" [active]' in seen["aria"]
