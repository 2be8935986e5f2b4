"""Drop-down lists open where a screenshot shows them; no picker opens in a window of its own."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.engines.chromium.trajectory_hash import TrajectoryHash
from gristmill.envs.env import WebEnv

pytestmark = pytest.mark.browser

SIZES = "".join(f"<option>{size}</option>" for size in ("Small", "Medium", "Large", "Tiny"))
LIST = f'<label>Size <select id="s" style="margin: 40px">{SIZES}</select></label><button>Next</button>'
BOX = """(selector) => {
  const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
  return [x + width / 2, y + height / 2].map(Math.round);
}"""
PLACED = "(markup) => { document.querySelector('main').innerHTML = markup; }"
STATE = "() => [document.querySelector('#s').value, document.querySelector('#s').matches(':open')]"
FOCUS = "() => document.querySelector('#s').focus()"


@pytest.fixture(scope="module")
def pixel_env() -> Iterator[WebEnv]:
    env = WebEnv("Shop-Checkout-v0", observation="aria+pixels")
    yield env
    env.close()


@pytest.fixture(scope="module")
def text_env() -> Iterator[WebEnv]:
    env = WebEnv("Shop-Checkout-v0")
    yield env
    env.close()


def run(env: WebEnv, script: str, argument: Any = None) -> Any:
    page: Any = env.runner.page
    page._history = TrajectoryHash()  # unknown: this is no action
    return page._run(lambda: page._tab.page.evaluate(script, argument))


def place(env: WebEnv, markup: str) -> None:
    """Begin an episode whose page has this markup in place of its own."""
    env.reset(seed=1)
    run(env, PLACED, markup)


def act(env: WebEnv, line: str) -> dict[str, Any]:
    seen, *_, info = env.step(line)
    assert info["infra_error"] is None
    assert seen["error"] == ""
    return seen


def click(env: WebEnv, selector: str) -> dict[str, Any]:
    x, y = run(env, BOX, selector)
    return act(env, f"mouse_click {x} {y}")


def test_a_list_opens_at_a_click_and_an_option_is_chosen_with_the_next(pixel_env: WebEnv) -> None:
    place(pixel_env, LIST)
    closed = act(pixel_env, "press Shift+Tab")["pixels"]
    opened = click(pixel_env, "#s")["pixels"]
    assert run(pixel_env, STATE) == ["Small", True]
    x, y = run(pixel_env, BOX, "#s option:nth-of-type(3)")
    assert not np.array_equal(
        opened[y - 10 : y + 10, x - 30 : x + 30], closed[y - 10 : y + 10, x - 30 : x + 30]
    )
    run(
        pixel_env,
        "() => { window.heard = []; document.addEventListener('change', (e) => heard.push(e.isTrusted)); }",
    )
    click(pixel_env, "#s option:nth-of-type(3)")
    assert run(pixel_env, STATE) == ["Large", False]
    assert run(pixel_env, "() => heard") == [True]


@pytest.mark.parametrize("key", ["Enter", "Space", "Alt+ArrowDown", "Alt+ArrowUp"])
def test_a_list_opens_at_a_key_and_the_arrows_choose(key: str, pixel_env: WebEnv) -> None:
    place(pixel_env, LIST)
    run(pixel_env, FOCUS)
    act(pixel_env, f"press {key}")
    assert run(pixel_env, STATE) == ["Small", True]
    act(pixel_env, "press ArrowDown")
    act(pixel_env, "press Enter")
    assert run(pixel_env, STATE) == ["Medium", False]


def test_the_keys_of_a_closed_list_choose_at_once(pixel_env: WebEnv, text_env: WebEnv) -> None:
    for env in (pixel_env, text_env):
        place(env, LIST)
        run(env, FOCUS)
        act(env, "press ArrowDown")
        assert run(env, STATE) == ["Medium", False]
        act(env, "press t")
        assert run(env, STATE) == ["Tiny", False]


def test_escape_and_a_click_elsewhere_close_a_list(pixel_env: WebEnv) -> None:
    place(pixel_env, LIST)
    click(pixel_env, "#s")
    act(pixel_env, "press Escape")
    assert run(pixel_env, STATE) == ["Small", False]
    click(pixel_env, "#s")
    act(pixel_env, "mouse_click 900 500")
    assert run(pixel_env, STATE) == ["Small", False]


def test_an_open_list_keeps_its_size_and_moves_nothing(pixel_env: WebEnv) -> None:
    place(pixel_env, LIST)
    before = run(pixel_env, BOX, "#s"), run(pixel_env, BOX, "button")
    click(pixel_env, "#s")
    assert (run(pixel_env, BOX, "#s"), run(pixel_env, BOX, "button")) == before


def test_an_open_list_gives_way_to_an_element_behind_it(pixel_env: WebEnv) -> None:
    place(
        pixel_env,
        f'{LIST}<p style="margin-top: -20px; padding-left: 80px"><button id="b">Behind</button></p>',
    )
    run(pixel_env, "() => { document.querySelector('#b').onclick = () => { document.title = 'pressed'; }; }")
    aria = click(pixel_env, "#s")["aria"]
    ref = aria.split('button "Behind" [ref=')[1].split("]")[0]
    act(pixel_env, f"click {ref}")
    assert run(pixel_env, "() => document.title") == "pressed"
    assert run(pixel_env, STATE) == ["Small", False]


def test_a_long_list_is_scrolled_with_the_mouse(pixel_env: WebEnv) -> None:
    options = "".join(f"<option>Number {number}</option>" for number in range(300))
    place(pixel_env, f'<select id="s">{options}</select>')
    click(pixel_env, "#s")
    x, y = run(pixel_env, BOX, "#s option:nth-of-type(3)")
    act(pixel_env, f"mouse_scroll {x} {y} 0 1200")
    act(pixel_env, f"mouse_click {x} {y}")
    chosen, is_open = run(pixel_env, STATE)
    assert int(chosen.split()[1]) in range(45, 60)
    assert not is_open


def test_a_list_in_a_shadow_root_and_in_a_frame_opens_too(pixel_env: WebEnv) -> None:
    for markup in (
        f'<div id="host"><template shadowrootmode="open">{LIST}</template></div>',
        f"<iframe srcdoc='{LIST}' width=500 height=400></iframe>",
    ):
        pixel_env.reset(seed=1)
        run(pixel_env, "(markup) => document.querySelector('main').setHTMLUnsafe(markup)", markup)
        act(pixel_env, "press Shift+Tab")
        inner = """() => {
          const host = document.querySelector("#host");
          const root = host?.shadowRoot ?? document.querySelector("iframe").contentDocument;
          const list = root.querySelector("select"), { x, y } = list.getBoundingClientRect();
          const frame = root.defaultView?.frameElement.getBoundingClientRect() ?? { x: 0, y: 0 };
          return [Math.round(frame.x + x + 9), Math.round(frame.y + y + 9), list.matches(":open")];
        }"""
        x, y, _ = run(pixel_env, inner)
        act(pixel_env, f"mouse_click {x} {y}")
        assert run(pixel_env, inner)[2]


def test_without_pixels_a_pressed_list_has_the_focus_and_stays_closed(text_env: WebEnv) -> None:
    place(text_env, LIST)
    aria = act(text_env, "press Escape")["aria"]
    ref = aria.split('combobox "Size" [ref=')[1].split("]")[0]
    act(text_env, f"click {ref}")
    assert run(text_env, "() => document.activeElement.id") == "s"
    act(text_env, "press ArrowDown")
    assert run(text_env, STATE) == ["Medium", False]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("kind", ["date", "month", "week", "time", "datetime-local", "color"])
def test_no_picker_opens_at_a_click_or_a_key(kind: str, pixel_env: WebEnv) -> None:
    place(pixel_env, f'<input id="s" type="{kind}">{"<input>" * 8}')
    x, y = run(pixel_env, BOX, "#s")
    for line in (f"mouse_click {x} {y}", "press Space", "press Alt+ArrowDown", "press Enter"):
        act(pixel_env, line)
    for _ in range(8):
        act(pixel_env, "press Tab")
        act(pixel_env, "press Space")
    run(pixel_env, "() => document.querySelector('#s').showPicker()")
    act(pixel_env, f"mouse_click {run(pixel_env, BOX, '#s')[0] + 30} {y}")


def test_a_script_opens_a_list_in_the_page(pixel_env: WebEnv) -> None:
    place(pixel_env, LIST)
    run(pixel_env, "() => document.querySelector('#s').showPicker()")
    act(pixel_env, "press ArrowDown")
    assert run(pixel_env, STATE) == ["Small", True]


def test_an_open_list_is_open_again_after_a_checkpoint(pixel_env: WebEnv, text_env: WebEnv) -> None:
    pixel_env.reset(seed=1)
    act(pixel_env, "goto /search?q=lamp")
    click(pixel_env, ".sorting select")
    act(pixel_env, "press ArrowDown")
    checkpoint = Checkpoint.from_bytes(pixel_env.checkpoint().to_bytes())
    expected = [act(pixel_env, line)["pixels"] for line in ("press ArrowDown", "press Escape")]
    pixel_env.reset(options={"checkpoint": checkpoint})
    for line, pixels in zip(("press ArrowDown", "press Escape"), expected, strict=True):
        assert np.array_equal(act(pixel_env, line)["pixels"], pixels)
    text_env.reset(options={"checkpoint": checkpoint})
    assert run(text_env, "() => document.activeElement.localName") == "select"
