"""Keys are sent as a US keyboard sends them."""

import pytest

from gristmill.envs.actions.parameters import KEYS
from gristmill.envs.engines.chromium.cdp.keyboard import strokes


def test_a_combination_goes_down_in_order_and_up_in_reverse() -> None:
    told = [(each["type"], each["key"], each["modifiers"]) for each in strokes("Control+Shift+a")]
    assert told == [
        ("rawKeyDown", "Control", 2),
        ("rawKeyDown", "Shift", 10),
        ("rawKeyDown", "A", 10),
        ("keyUp", "A", 10),
        ("keyUp", "Shift", 2),
        ("keyUp", "Control", 0),
    ]


@pytest.mark.parametrize(
    ("combination", "text", "code", "number"),
    [
        ("a", "a", "KeyA", 65), ("A", "A", "KeyA", 65), ("Shift+a", "A", "KeyA", 65),
        ("1", "1", "Digit1", 49),
        ("Shift+1", "!", "Digit1", 49), ("!", "!", "Digit1", 49), ("+", "+", "Equal", 187),
        ("Shift+=", "+", "Equal", 187), ('"', '"', "Quote", 222), ("\\", "\\", "Backslash", 220),
        ("Enter", "\r", "Enter", 13), ("Space", " ", "Space", 32),
    ],
)  # fmt: skip
def test_what_a_key_types(combination: str, text: str, code: str, number: int) -> None:
    down = next(each for each in strokes(combination) if each["type"] == "keyDown")
    assert (down["text"], down["code"], down["windowsVirtualKeyCode"]) == (text, code, number)


def test_every_key_that_an_action_may_name_is_there() -> None:
    for name in [*KEYS, *(chr(number) for number in range(ord("!"), ord("~") + 1))]:
        assert [each["type"] for each in strokes(name)][-1] == "keyUp"
    assert all(each["type"] != "keyDown" for each in strokes("Control+v"))
