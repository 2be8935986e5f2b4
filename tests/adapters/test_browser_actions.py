"""Each tool call of Playwright MCP is the actions that it names, or refused with a reason."""

from typing import Any

import pytest

from gristmill.adapters.browser_actions import TRANSLATIONS
from gristmill.envs.actions.grammar import write
from gristmill.errors import ActionError

FIELDS = [
    {"target": "e1", "name": "Name", "type": "textbox", "value": "Ada"},
    {"ref": "e2", "name": "Gift", "type": "checkbox", "value": "true"},
    {"target": "e3", "type": "checkbox", "value": False},
    {"target": "e4", "type": "radio", "value": "True"},
    {"target": "e5", "type": "combobox", "value": "Forest"},
    {"target": "e6", "type": "slider", "value": 3},
]


def lines(tool: str, **given: Any) -> list[str]:
    return [write(action) for action in TRANSLATIONS[tool](given)]


@pytest.mark.parametrize(
    ("tool", "given", "expected"),
    [
        ("browser_click", {"target": "e12"}, ["click e12"]),
        ("browser_click", {"ref": "e12", "element": "Buy", "button": "left", "modifiers": []}, ["click e12"]),
        ("browser_click", {"target": "[ref=e12]"}, ["click e12"]),
        ("browser_click", {"target": "aria-ref=e12", "doubleClick": False}, ["click e12"]),
        ("browser_type", {"target": "e6", "text": "tea"}, ['fill e6 "tea"']),
        ("browser_type", {"ref": "e6", "text": 5, "submit": True}, ['fill e6 "5"', "press Enter"]),
        ("browser_type", {"target": "e6", "text": "x", "slowly": True}, ["click e6", 'type "x"']),
        ("browser_select_option", {"target": "e6", "values": ["Red"]}, ['select e6 "Red"']),
        ("browser_press_key", {"key": "Enter"}, ["press Enter"]),
        ("browser_press_key", {"key": "ControlOrMeta+a"}, ["press Control+a"]),
        ("browser_press_key", {"key": " "}, ["press Space"]),
        ("browser_hover", {"target": "e6"}, ["hover e6"]),
        ("browser_navigate", {"url": "/orders"}, ["goto /orders"]),
        ("browser_navigate_back", {}, ["back"]),
        ("browser_mouse_click_xy", {"x": 3.6, "y": 4}, ["mouse_click 4 4"]),
        ("browser_mouse_click_xy", {"x": 3, "y": 4, "clickCount": 2}, ["mouse_double_click 3 4"]),
        ("browser_mouse_move_xy", {"x": 3, "y": 4}, ["mouse_move 3 4"]),
        ("browser_mouse_drag_xy", {"startX": 1, "startY": 2, "endX": 3, "endY": 4}, ["mouse_drag 1 2 3 4"]),
        ("wait_for_news", {"minutes": 60}, ["wait_for_news 60"]),
        ("submit_answer", {"answer": "42"}, ['answer "42"']),
        ("give_up", {"reason": "sold out"}, ['give_up "sold out"']),
        ("finish_task", {}, ["done"]),
    ],
)
def test_a_call_is_these_actions(tool: str, given: dict[str, Any], expected: list[str]) -> None:
    assert lines(tool, **given) == expected


def test_a_form_is_filled_field_by_field() -> None:
    assert lines("browser_fill_form", fields=FIELDS) == [
        'fill e1 "Ada"',
        "check e2",
        "uncheck e3",
        "check e4",
        'select e5 "Forest"',
        'fill e6 "3"',
    ]


@pytest.mark.parametrize(
    ("tool", "given", "reason"),
    [
        ("browser_click", {}, "'target' is missing"),
        ("browser_click", {"target": "#buy"}, "selectors are not supported"),
        ("browser_click", {"target": "e0"}, "no ref"),
        ("browser_click", {"target": "e1", "doubleClick": True}, "doubleClick=True is not supported"),
        ("browser_click", {"target": "e1", "button": "right"}, "is not supported"),
        ("browser_click", {"target": "e1", "modifiers": ["Shift"]}, "is not supported"),
        ("browser_type", {"target": "e1"}, "'text' is missing"),
        ("browser_type", {"target": "e1", "text": ["a"]}, "or no text"),
        ("browser_fill_form", {}, "'fields' is missing"),
        ("browser_fill_form", {"fields": []}, "'fields' is missing"),
        ("browser_fill_form", {"fields": ["e1"]}, "'fields' is missing"),
        ("browser_fill_form", {"fields": [{"target": "e1", "value": "a"}]}, "no type of a field"),
        (
            "browser_fill_form",
            {"fields": [{"target": "e1", "type": "radio", "value": "Red"}]},
            "true or false",
        ),
        ("browser_select_option", {"target": "e1", "values": ["a", "b"]}, "one option"),
        ("browser_select_option", {"target": "e1", "values": "a"}, "one option"),
        ("browser_mouse_click_xy", {"x": "3", "y": 4}, "'x' is missing, or no number"),
        ("browser_mouse_click_xy", {"x": float("nan"), "y": 4}, "no number"),
        ("browser_mouse_click_xy", {"x": 1, "y": 4, "clickCount": 3}, "is not supported"),
        ("wait_for_news", {}, "'minutes' is missing"),
    ],
)
def test_a_wrong_call_is_refused(tool: str, given: dict[str, Any], reason: str) -> None:
    with pytest.raises(ActionError, match=reason):
        lines(tool, **given)


def test_what_pierces_the_verifier_does_not_exist() -> None:
    pierced = {
        "browser_evaluate",
        "browser_run_code_unsafe",
        "browser_network_requests",
        "browser_file_upload",
    }
    assert pierced.isdisjoint(TRANSLATIONS)
