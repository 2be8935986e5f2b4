"""The computer tool and the toolsets act through Gristmill's actions, and look without a step."""

import asyncio
import base64
import gc
import io
import sys
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from llm_endpoints import ChatProtocol, FakeEndpoint, Json, MessagesProtocol, ResponsesProtocol
from PIL import Image

from gristmill.agents.llm import agent as agent_module
from gristmill.agents.llm.agent import LlmAgent
from gristmill.agents.llm.factory import LlmFactory
from gristmill.agents.rollouts.runner import play_episodes
from gristmill.errors import InvalidOptionError

pytestmark = pytest.mark.slow  # plays episodes against local endpoints

Agents = Callable[..., LlmAgent]
DONE = ("done", {})
ARIA = """\
- main [ref=e1]:
  - heading "Cart" [ref=e2]
  - link "Home" [ref=e3]:
    - /url: /
  - textbox "Quantity" [ref=e4]: "2"
  - checkbox "Gift wrap" [checked] [ref=e5]
  - combobox "Colour" [ref=e6]:
    - option "Moss" [selected]
    - option "Rust"
  - button "Remove the lamp" [ref=e7]
  - paragraph [ref=e8]: Two lamps, 40 dollars."""


def observation(*, error: str = "", aria: str | None = ARIA, pixels: bool = True, wide: int = 100) -> Json:
    found: Json = {"goal": "Buy.", "url": "http://shop.test/cart", "title": "Cart", "error": error}
    if aria is not None:
        found["aria"] = aria
    if pixels:
        found["pixels"] = np.zeros((wide // 2, wide, 3), np.uint8)
    return found


def acts(agent: LlmAgent, *observations: Mapping[str, Any]) -> list[str]:
    """What the agent does on each of these observations."""

    async def play() -> list[str]:
        return [await agent.act(each) for each in observations]

    return asyncio.run(play())


def results_of(request: Json) -> Sequence[Json]:
    """The tool results in the last message of a request to Anthropic's endpoint."""
    return [block for block in request["messages"][-1]["content"] if block["type"] == "tool_result"]


def size_of(image: str) -> tuple[int, int]:
    return Image.open(io.BytesIO(base64.b64decode(image))).size


BROWSER_CALLS: list[tuple[tuple[str, Json], str]] = [
    (("left_click", {"target": {"type": "ref", "ref": "e7"}}), "click e7"),
    (("left_click", {"target": {"type": "coordinate", "x": 3, "y": 4}}), "mouse_click 3 4"),
    (("double_click", {"target": {"type": "coordinate", "x": 3, "y": 4}}), "mouse_double_click 3 4"),
    (("hover", {"target": {"type": "ref", "ref": "e7"}}), "hover e7"),
    (("hover", {"target": {"type": "coordinate", "x": 3, "y": 4}}), "mouse_move 3 4"),
    (("mouse_move", {"target": {"type": "coordinate", "x": 3, "y": 4}}), "mouse_move 3 4"),
    (
        (
            "left_click_drag",
            {
                "from": {"type": "coordinate", "x": 1, "y": 2},
                "target": {"type": "coordinate", "x": 3, "y": 4},
            },
        ),
        "mouse_drag 1 2 3 4",
    ),
    (
        ("scroll", {"scroll_direction": "down", "target": {"type": "coordinate", "x": 3, "y": 4}}),
        "mouse_scroll 3 4 0 300",
    ),
    (("scroll_to", {"target": {"type": "ref", "ref": "e7"}}), "hover e7"),
    (("type", {"text": 'a "b"'}), 'type "a \\"b\\""'),
    (("key", {"text": "Return"}), "press Enter"),
    (("wait", {"duration": 2}), "wait"),
    (("form_input", {"target": {"type": "ref", "ref": "e4"}, "value": 3}), 'fill e4 "3"'),
    (("form_input", {"target": {"type": "ref", "ref": "e5"}, "value": False}), "uncheck e5"),
    (("form_input", {"target": {"type": "ref", "ref": "e5"}, "value": "on"}), "check e5"),
    (("form_input", {"target": {"type": "ref", "ref": "e6"}, "value": "Rust"}), 'select e6 "Rust"'),
    (("navigate", {"url": "back"}), "back"),
    (("navigate", {"url": "reload"}), "goto http://shop.test/cart"),
    (("navigate", {"url": "mail.test/inbox"}), "goto http://mail.test/inbox"),
    (("navigate", {"url": "/orders"}), "goto /orders"),
]


@pytest.mark.parametrize(("call", "action"), BROWSER_CALLS, ids=[action for _, action in BROWSER_CALLS])
def test_members_of_the_browser_toolset_act(
    endpoint: FakeEndpoint, new_agent: Agents, call: tuple[str, Json], action: str
) -> None:
    protocol = MessagesProtocol()
    endpoint.plays(protocol.calls(call, toolset="browser"), protocol.calls(DONE))
    agent = new_agent(protocol, tools="browser")
    assert acts(agent, observation(), observation()) == [action, "done"]
    (result,) = results_of(endpoint.requests[1])
    assert result["toolset_name"] == "browser"
    assert "is_error" not in result
    state = result["content"][-1]
    assert state["type"] == "browser_state"
    assert state["tabs"] == [{"tab_id": "1", "title": "Cart", "url": "http://shop.test/cart", "active": True}]


def test_what_the_environment_refuses_is_an_error_of_the_member(
    endpoint: FakeEndpoint, new_agent: Agents
) -> None:
    protocol = MessagesProtocol()
    call = ("left_click", {"target": {"type": "ref", "ref": "e99"}})
    endpoint.plays(protocol.calls(call, toolset="browser"), protocol.calls(DONE))
    error = "There is no element e99 on this page."
    assert acts(new_agent(protocol, tools="browser"), observation(), observation(error=error)) == [
        "click e99",
        "done",
    ]
    (result,) = results_of(endpoint.requests[1])
    assert result["is_error"] is True
    assert result["content"] == [{"type": "text", "text": error}]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (("left_click", {}), "target"),
        (("left_click", {"target": {"type": "ref", "ref": "ref_7"}}), "is not a ref such as e12"),
        (
            ("left_click", {"target": {"type": "ref", "ref": "e7"}, "modifiers": "shift"}),
            "Keys cannot be held",
        ),
        (("key", {"text": "Hyper"}), "no key that can be pressed here"),
        (("key", {"text": "a", "repeat": 99}), "up to 20 times"),
        (("type", {"text": "x", "tab_id": "2"}), "There is one tab, 1."),
        (("navigate", {"url": "forward"}), "Going forward is not possible"),
        (("form_input", {"target": {"type": "ref", "ref": "e5"}, "value": "maybe"}), "takes true or false"),
        (("new_tab", {}), "not available in this environment"),
        (("javascript_exec", {"text": "1"}), "not available in this environment"),
        (("zoom", {"region": [1, 1, 1, 1]}), "no picture of that"),
        (("read_page", {"ref": "e99"}), "no element e99"),
        (("fly", {}), "unknown browser toolset member"),
    ],
)
def test_a_member_called_wrongly_costs_a_step_and_is_explained(
    endpoint: FakeEndpoint, new_agent: Agents, call: tuple[str, Json], error: str
) -> None:
    protocol = MessagesProtocol()
    endpoint.plays(protocol.calls(call, toolset="browser"), protocol.calls(DONE))
    refused = observation(error="Unknown action.")
    first, second = acts(new_agent(protocol, tools="browser"), observation(), refused)
    assert first.startswith('{"name"')
    assert second == "done"
    (result,) = results_of(endpoint.requests[1])
    assert result["is_error"] is True
    assert error in result["content"][0]["text"]


def test_looking_takes_no_step(endpoint: FakeEndpoint, new_agent: Agents) -> None:
    protocol = MessagesProtocol()
    looks: list[tuple[str, Json]] = [
        ("read_page", {}),
        ("read_page", {"ref": "e6"}),
        ("read_page", {"filter": "interactive"}),
        ("find", {"query": "remove button"}),
        ("find", {"query": "unicorn"}),
        ("get_page_text", {}),
        ("screenshot", {}),
        ("zoom", {"region": [0, 0, 50, 25]}),
    ]
    endpoint.plays(*(protocol.calls(look, toolset="browser") for look in looks), protocol.calls(DONE))
    assert acts(new_agent(protocol, tools="browser", history=99), observation()) == ["done"]
    results = [results_of(request)[0]["content"][0] for request in endpoint.requests[1:]]
    assert results[0]["text"] == ARIA
    assert results[1]["text"].splitlines()[0] == '  - combobox "Colour" [ref=e6]:'
    assert len(results[1]["text"].splitlines()) == 3
    assert "heading" not in results[2]["text"]
    assert '- checkbox "Gift wrap" [checked] [ref=e5]' in results[2]["text"]
    assert results[3]["text"].splitlines()[0] == '- button "Remove the lamp" [ref=e7]'
    assert results[4]["text"] == "Nothing on this page matches."
    assert "Two lamps, 40 dollars." in results[5]["text"]
    assert [size_of(result["source"]["data"]) for result in results[6:]] == [(100, 50), (100, 50)]


def test_older_looks_are_left_out(endpoint: FakeEndpoint, new_agent: Agents) -> None:
    protocol = MessagesProtocol()
    look = protocol.calls(("read_page", {}), toolset="browser")
    picture = protocol.calls(("screenshot", {}), toolset="browser")
    endpoint.plays(look, picture, look, protocol.calls(DONE))
    acts(new_agent(protocol, tools="browser", history=1), observation(aria=ARIA * 9))
    contents = [
        block["content"][0]
        for message in endpoint.requests[-1]["messages"]
        for block in message["content"]
        if block["type"] == "tool_result"
    ]
    assert [content["type"] for content in contents] == ["text", "text", "text"]
    assert [content["text"] == "(Left out: an older page.)" for content in contents] == [True, True, False]


def test_members_that_nothing_corresponds_to_are_declared_off(
    endpoint: FakeEndpoint, new_agent: Agents
) -> None:
    protocol = MessagesProtocol()
    endpoint.plays(*[protocol.calls(DONE)] * 2)
    acts(new_agent(protocol, tools="browser"), observation())
    acts(new_agent(protocol, tools="browser"), observation(pixels=False))
    both, text = (request["tools"][0] for request in endpoint.requests)
    assert both["type"] == "browser_toolset_20260801"
    off = {name for name, config in both["configs"].items() if not config["enabled"]}
    assert {"new_tab", "right_click", "triple_click", "hold_key", "left_mouse_down", "close_tab"} <= off
    assert not {"left_click", "read_page", "screenshot", "key", "form_input"} & off
    off = {name for name, config in text["configs"].items() if not config["enabled"]}
    assert {"screenshot", "zoom", "mouse_move", "scroll"} <= off
    names = {tool.get("name") for tool in endpoint.requests[0]["tools"]}
    assert names == {None, "goto", "back", "switch_app", "wait_for_news", "answer", "give_up", "done"}


COMPUTER_CALLS: list[tuple[tuple[str, Json], list[str]]] = [
    (("left_click", {"coordinate": [3, 4]}), ["mouse_click 3 4"]),
    (("left_click", {}), ["mouse_click 0 0"]),
    (("double_click", {"coordinate": [3, 4]}), ["mouse_double_click 3 4"]),
    (("mouse_move", {"coordinate": [3, 4]}), ["mouse_move 3 4"]),
    (("left_click_drag", {"start_coordinate": [1, 2], "coordinate": [3, 4]}), ["mouse_drag 1 2 3 4"]),
    (
        ("scroll", {"coordinate": [3, 4], "scroll_direction": "left", "scroll_amount": 2}),
        ["mouse_scroll 3 4 -200 0"],
    ),
    (("type", {"text": "lamp"}), ['type "lamp"']),
    (("key", {"text": "ctrl+a"}), ["press Control+a"]),
    (("key", {"text": "Down", "repeat": 3}), ["press ArrowDown"] * 3),
    (("key", {"text": "ctrl+a Delete"}), ["press Control+a", "press Delete"]),
    (("wait", {"duration": 2}), ["wait"]),
]


@pytest.mark.parametrize(("call", "actions"), COMPUTER_CALLS, ids=[str(each) for _, each in COMPUTER_CALLS])
def test_members_of_the_computer_toolset_act(
    endpoint: FakeEndpoint, new_agent: Agents, call: tuple[str, Json], actions: list[str]
) -> None:
    protocol = MessagesProtocol()
    endpoint.plays(
        protocol.calls(("screenshot", {}), toolset="computer"),
        protocol.calls(call, toolset="computer"),
        protocol.calls(DONE),
    )
    pages = [observation(aria=None)] * 2
    assert acts(new_agent(protocol, tools="computer"), *pages) == ["\n".join(actions), "done"]
    assert endpoint.requests[0]["tools"][0]["type"] == "computer_toolset_20260801"
    assert results_of(endpoint.requests[1])[0]["content"][0]["type"] == "image"
    (result,) = results_of(endpoint.requests[2])
    assert result["toolset_name"] == "computer"
    assert "is_error" not in result


def test_coordinates_are_those_of_the_screenshot_that_was_sent(
    endpoint: FakeEndpoint, new_agent: Agents
) -> None:
    wide = observation(aria=None, wide=1000)
    protocol = MessagesProtocol()
    call = ("left_click", {"coordinate": [30, 40]})
    endpoint.plays(
        protocol.calls(("screenshot", {}), toolset="computer"), protocol.calls(call, toolset="computer")
    )
    assert acts(new_agent(protocol, tools="computer", max_image_edge=500), wide) == ["mouse_click 60 80"]
    image = results_of(endpoint.requests[1])[0]["content"][0]["source"]["data"]
    assert size_of(image) == (500, 250)
    assert "Screenshots are 500 by 250 pixels" in str(endpoint.requests[0]["system"])

    chat = ChatProtocol()
    endpoint.plays(chat.calls(("mouse_scroll", {"x": 30, "y": 40, "dx": 0, "dy": 50})))
    assert acts(new_agent(chat, max_image_edge=500), wide) == ["mouse_scroll 60 80 0 100"]


@pytest.mark.parametrize(
    ("actions", "lines"),
    [
        ([{"type": "click", "button": "left", "x": 3, "y": 4}], ["mouse_click 3 4"]),
        ([{"type": "click", "button": "back", "x": 0, "y": 0}], ["back"]),
        ([{"type": "double_click", "x": 3, "y": 4}], ["mouse_double_click 3 4"]),
        ([{"type": "move", "x": 3, "y": 4}], ["mouse_move 3 4"]),
        ([{"type": "scroll", "x": 3, "y": 4, "scroll_x": 0, "scroll_y": -90}], ["mouse_scroll 3 4 0 -90"]),
        (
            [{"type": "drag", "path": [{"x": 1, "y": 2}, {"x": 9, "y": 9}, {"x": 3, "y": 4}]}],
            ["mouse_drag 1 2 3 4"],
        ),
        ([{"type": "keypress", "keys": ["CTRL", "A"]}], ["press Control+a"]),
        ([{"type": "wait"}], ["wait"]),
        (
            [
                {"type": "click", "button": "left", "x": 3, "y": 4, "keys": None},
                {"type": "type", "text": "lamp"},
                {"type": "screenshot"},
                {"type": "keypress", "keys": ["ENTER"]},
            ],
            ["mouse_click 3 4", 'type "lamp"', "press Enter"],
        ),
    ],
    ids=lambda value: str(value) if isinstance(value[0], str) else "",
)
def test_lists_of_the_computer_tool_are_performed_in_order_and_answered_by_one_screenshot(
    endpoint: FakeEndpoint, new_agent: Agents, actions: list[Json], lines: list[str]
) -> None:
    protocol = ResponsesProtocol()
    checks = [{"id": "s1", "code": "malicious", "message": "Careful."}]
    endpoint.plays(protocol.computer(*actions, checks=checks), protocol.calls(DONE))
    pages = [observation(aria=None)] * 2
    assert acts(new_agent(protocol, tools="computer"), *pages) == ["\n".join(lines), "done"]
    first, second = endpoint.requests
    assert first["tools"][0] == {"type": "computer"}
    output = second["input"][-1]
    assert output["type"] == "computer_call_output"
    assert output["output"]["image_url"].startswith("data:image/png;base64,")
    assert output["acknowledged_safety_checks"] == checks


def test_a_list_is_one_step_if_a_step_takes_several_actions(
    endpoint: FakeEndpoint, new_agent: Agents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_module, "MAX_ACTIONS", 2)
    protocol = ResponsesProtocol()
    keys = [{"type": "keypress", "keys": [key]} for key in ("TAB", "TAB", "ENTER")]
    endpoint.plays(protocol.computer(*keys), protocol.calls(DONE))
    pages = [observation(aria=None)] * 3
    assert acts(new_agent(protocol, tools="computer"), *pages) == [
        "press Tab\npress Tab",
        "press Enter",
        "done",
    ]


def test_a_list_stops_at_the_first_action_that_is_refused(endpoint: FakeEndpoint, new_agent: Agents) -> None:
    protocol = ResponsesProtocol()
    typed = [{"type": "type", "text": "lamp"}, {"type": "keypress", "keys": ["ENTER"]}]
    endpoint.plays(protocol.computer(*typed), protocol.calls(DONE))
    refused = observation(aria=None, error="There is no text box in focus to type into.")
    assert acts(new_agent(protocol, tools="computer"), observation(aria=None), refused) == [
        'type "lamp"\npress Enter',
        "done",
    ]
    assert "There is no text box in focus" in str(endpoint.requests[1]["input"][-1])


@pytest.mark.parametrize(
    ("action", "error"),
    [
        ({"type": "click", "button": "right", "x": 1, "y": 1}, "no button 'right'"),
        ({"type": "click", "button": "left", "x": 1, "y": 1, "keys": ["SHIFT"]}, "cannot be held"),
        ({"type": "fly"}, "no action 'fly'"),
        ({"type": "move", "x": 1}, "not in the tool's format"),
        ({"type": "drag", "path": []}, "not in the tool's format"),
        ({"type": "keypress", "keys": ["CTRL"]}, "no key that can be pressed"),
    ],
)
def test_a_wrong_action_of_the_computer_tool_costs_a_step_and_is_explained(
    endpoint: FakeEndpoint, new_agent: Agents, action: Json, error: str
) -> None:
    protocol = ResponsesProtocol()
    endpoint.plays(protocol.computer(action), protocol.calls(DONE))
    refused = observation(aria=None, error="Unknown action.")
    first, second = acts(new_agent(protocol, tools="computer"), observation(aria=None), refused)
    assert first.startswith('{"name"')
    assert second == "done"
    assert error in str(endpoint.requests[1]["input"][-1])


def test_older_screenshots_of_the_computer_tool_are_retold_in_words(
    endpoint: FakeEndpoint, new_agent: Agents
) -> None:
    protocol = ResponsesProtocol()
    endpoint.plays(*[protocol.computer({"type": "wait"})] * 3, protocol.calls(DONE))
    pages = [observation(aria=None)] * 4
    acts(new_agent(protocol, tools="computer", history=1), *pages)
    items = endpoint.requests[-1]["input"]
    assert str(items).count("data:image/png") == 1
    assert [item["content"] for item in items if item.get("role") == "assistant"] == [
        "(Earlier: {'type': 'wait'}.)"
    ] * 2


@pytest.mark.parametrize("protocol", [ChatProtocol(), MessagesProtocol()], ids=lambda each: each.api)
def test_screenshots_of_older_pages_do_not_fill_the_memory(
    endpoint: FakeEndpoint, new_agent: Agents, protocol: Any
) -> None:
    endpoint.plays(*[protocol.calls(("back", {}))] * 4, protocol.calls(DONE))
    pages = [observation() for _ in range(5)]
    arrays = [weakref.ref(page["pixels"]) for page in pages]
    agent = new_agent(protocol, history=2)

    async def play() -> None:
        while pages:
            await agent.act(pages.pop(0))

    asyncio.run(play())
    gc.collect()
    assert [array() is not None for array in arrays] == [False, False, False, True, True]


def test_reasoning_is_sent_back_and_nothing_is_stored(endpoint: FakeEndpoint, new_agent: Agents) -> None:
    protocol = ResponsesProtocol()
    endpoint.plays(protocol.calls(("back", {})), protocol.calls(DONE))
    acts(new_agent(protocol), observation(), observation())
    first, second = endpoint.requests
    assert first["store"] is False
    assert second["input"][1]["encrypted_content"] == "sealed"


@pytest.mark.parametrize("protocol", [ResponsesProtocol(), MessagesProtocol()], ids=lambda each: each.api)
def test_an_answer_is_read_to_its_end(endpoint: FakeEndpoint, new_agent: Agents, protocol: Any) -> None:
    """A stream that is left unread is closed by whichever thread collects garbage, which fails by chance."""
    endpoint.plays(protocol.calls(DONE))
    streams: list[Any] = []

    async def play() -> list[str]:
        note = sys.get_asyncgen_hooks().firstiter
        assert note is not None
        agent = new_agent(protocol)
        sys.set_asyncgen_hooks(firstiter=lambda stream: (streams.append(stream), note(stream)))
        await agent.act(observation())
        return [each.__qualname__ for each in streams if each.ag_frame is not None]

    assert asyncio.run(play()) == ["closed_at_the_end"]  # which closes the client with the event loop
    assert len(streams) > 1


@pytest.mark.parametrize("protocol", [ResponsesProtocol(), MessagesProtocol()], ids=lambda each: each.api)
def test_screenshots_are_needed_for_the_computer_tool(new_agent: Agents, protocol: Any) -> None:
    with pytest.raises(InvalidOptionError, match=r"needs engine='chromium' and observation='pixels'"):
        acts(new_agent(protocol, tools="computer"), observation(pixels=False))


def test_functions_are_those_that_the_observation_makes_sense_of(
    endpoint: FakeEndpoint, new_agent: Agents
) -> None:
    protocol = ChatProtocol()
    endpoint.plays(*[protocol.calls(DONE)] * 3)
    kinds = (observation(), observation(aria=None), observation(pixels=False))
    for each in kinds:
        acts(new_agent(protocol), each)
    both, pixels, text = (
        {tool["function"]["name"] for tool in request["tools"]} for request in endpoint.requests
    )
    assert both - text == {"mouse_click", "mouse_double_click", "mouse_move", "mouse_drag", "mouse_scroll"}
    assert both - pixels == {"click", "fill", "select", "check", "uncheck", "hover", "read_more"}
    images = [str(request["messages"]).count("data:image/png") for request in endpoint.requests]
    assert images == [1, 1, 0]


@pytest.mark.browser
def test_a_computer_tool_plays_in_a_real_browser(
    endpoint: FakeEndpoint, new_factory: Callable[..., LlmFactory]
) -> None:
    protocol = ResponsesProtocol()
    endpoint.plays(
        protocol.computer({"type": "screenshot"}),
        protocol.computer(
            {"type": "click", "button": "left", "x": 400, "y": 30},
            {"type": "type", "text": "lamp"},
            {"type": "keypress", "keys": ["ENTER"]},
        ),
        protocol.calls(DONE),
    )
    factory = new_factory(protocol, tools="computer")
    options = {"size": "small", "observation": "pixels"}
    (result,) = play_episodes("Shop-AddToCart-v0", factory, [3], options=options)
    assert [step.error for step in result.steps] == ["", ""]
    assert result.steps[-1].url == "http://shop.test/search?q=lamp"
