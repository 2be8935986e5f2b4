"""A session's tools, as a model uses them."""

from collections.abc import Iterator
from typing import Any

import pytest

from gristmill.adapters.browser_tools import BrowserTools, ToolReply, specs_of
from gristmill.adapters.serving import Serving
from gristmill.adapters.sessions import SessionPool

TASK = "Shop-AddToCart-v0"


@pytest.fixture(scope="module")
def pool() -> Iterator[SessionPool]:
    made = SessionPool(Serving(task_ids=(TASK, "Office-OrderAndTell-v0"), env_options={"engine": "dom"}))
    yield made
    made.close()


@pytest.fixture
def tools(pool: SessionPool) -> Iterator[BrowserTools]:
    made = BrowserTools(pool.open(), starts_episodes=True)
    made.call("start_episode", {"task": TASK, "seed": 0})
    yield made
    made.session.close()


def steps(tools: BrowserTools) -> int:
    turn = tools.session.turn
    assert turn is not None
    return turn.steps_taken


def ref_of(reply: ToolReply, label: str) -> str:
    line = next(line for line in reply.text.splitlines() if label in line)
    return line.split("[ref=")[1].split("]")[0]


def test_an_episode_begins_with_its_task_and_page(tools: BrowserTools) -> None:
    reply = tools.call("start_episode", {"task": TASK, "seed": 0})
    assert reply.text.startswith("### Task\nPlease fill my cart with 3 x Ystad Pedestal Side Table")
    assert "### Page\n- Page URL: http://shop.test/\n- Page Title: Marlowick" in reply.text
    assert reply.text.endswith("Step 0 of 30.")


def test_reading_takes_no_step(tools: BrowserTools) -> None:
    whole = tools.call("browser_snapshot", {})
    ref = ref_of(whole, "- banner")
    part = tools.call("browser_snapshot", {"target": ref, "depth": 2})
    assert len(part.text) < len(whole.text)
    assert "lines match" in tools.call("browser_find", {"text": "Search the store"}).text
    assert "Steps left: 30" in tools.call("read_goal", {}).text
    assert "- 0: shop (http://shop.test/) (current)" in tools.call("browser_tabs", {"action": "list"}).text
    assert tools.call("browser_wait_for", {"text": "Search the store"}).turn is None
    assert steps(tools) == 0


def test_acting_shows_the_page(tools: BrowserTools) -> None:
    search = ref_of(tools.call("browser_snapshot", {}), 'combobox "Search the store"')
    reply = tools.call("browser_type", {"ref": search, "text": "side table", "submit": True})
    assert "Page Title: Results for" in reply.text
    assert reply.text.endswith("Step 2 of 30.")
    assert not reply.is_error


def test_a_refused_action_shows_why_and_the_page(tools: BrowserTools) -> None:
    reply = tools.call("browser_click", {"target": "e99999"})
    assert reply.is_error
    assert reply.text.startswith("### Error\n")
    assert "e99999" in reply.text.split("### Page")[0]
    assert "### Snapshot" in reply.text
    assert steps(tools) == 1


def test_a_form_that_stops_says_how_far_it_came(tools: BrowserTools) -> None:
    page = tools.call("browser_snapshot", {})
    search, button = ref_of(page, "combobox"), ref_of(page, 'button "Search"')
    fields = [
        {"target": search, "name": "Search", "type": "textbox", "value": "lamp"},
        {"target": button, "name": "Button", "type": "textbox", "value": "lamp"},
        {"target": search, "name": "Search", "type": "textbox", "value": "tray"},
    ]
    reply = tools.call("browser_fill_form", {"fields": fields})
    assert "takes no text" in reply.text
    assert "1 of 3 actions were done, the others not." in reply.text
    assert steps(tools) == 2


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("browser_evaluate", {"function": "() => 1"}),
        ("browser_click", {}),
        ("browser_tabs", {"action": "new"}),
        ("browser_tabs", {"action": "select", "index": 7}),
        ("browser_find", {"regex": "("}),
        ("browser_take_screenshot", {}),
        ("start_episode", {"sede": 1}),
        ("start_episode", {"task": "Mail-Send-v0"}),
    ],
)
def test_a_wrong_call_is_refused_without_a_step(
    tools: BrowserTools, name: str, given: dict[str, Any]
) -> None:
    reply = tools.call(name, given)
    assert reply.is_error
    assert steps(tools) == 0


def test_the_end_is_told_with_its_reward(tools: BrowserTools) -> None:
    reply = tools.call("finish_task", {})
    assert reply.text == "### The episode is over\nReward: 0"
    assert reply.turn is not None
    assert (reply.turn.is_over, reply.turn.success) == (True, False)
    assert "The episode is over" in tools.call("browser_snapshot", {}).text


def test_waiting_for_a_text_in_vain_is_an_error(tools: BrowserTools) -> None:
    reply = tools.call("browser_wait_for", {"text": "no such text"})
    assert reply.is_error
    assert "in vain" in reply.text
    assert steps(tools) == 2
    assert tools.call("browser_wait_for", {"time": 90}).text.endswith("Step 3 of 30.")


def test_tabs_are_the_apps_of_the_task(tools: BrowserTools) -> None:
    tools.call("start_episode", {"task": "Office-OrderAndTell-v0", "seed": 0})
    listed = tools.call("browser_tabs", {"action": "list"}).text.splitlines()
    chat = next(line for line in listed if "chat" in line).split(":")[0].strip("- ")
    reply = tools.call("browser_tabs", {"action": "select", "index": int(chat)})
    assert "- Page URL: http://chat.test/" in reply.text


def test_a_session_with_a_fixed_seed_begins_by_itself_and_once() -> None:
    pool = SessionPool(Serving(task_ids=(TASK,), env_options={"engine": "dom"}, seed=0))
    tools = BrowserTools(pool.open(), begins_itself=True)
    assert "Ystad Pedestal Side Table" in tools.call("read_goal", {}).text
    assert tools.call("start_episode", {}).is_error
    assert tools.call("give_up", {"reason": "tired"}).turn is not None
    assert "The episode is over" in tools.call("read_goal", {}).text
    pool.close()


def test_pixel_tools_need_an_engine_with_pixels() -> None:
    with_pixels = {spec.name for spec in specs_of(has_pixels=True)}
    without = {spec.name for spec in specs_of(has_pixels=False)}
    assert with_pixels - without == {
        "browser_take_screenshot",
        "browser_mouse_click_xy",
        "browser_mouse_move_xy",
        "browser_mouse_drag_xy",
        "browser_mouse_wheel",
    }


@pytest.mark.browser
def test_pictures_and_points_in_a_browser() -> None:
    pool = SessionPool(Serving(task_ids=(TASK,), env_options={"engine": "chromium"}))
    tools = BrowserTools(pool.open())
    tools.begin(seed=0)
    reply = tools.call("browser_take_screenshot", {})
    assert reply.png.startswith(b"\x89PNG")
    assert reply.picture.startswith("iVBOR")
    assert not tools.call("browser_mouse_move_xy", {"x": 500, "y": 400}).is_error
    assert not tools.call("browser_mouse_wheel", {"deltaX": 0, "deltaY": 300}).is_error
    assert tools.call("browser_take_screenshot", {}).png != reply.png
    pool.close()
