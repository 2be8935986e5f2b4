"""What is read as an action, and what every malformed input is answered with."""

import json
import re
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gristmill.envs.actions import types as act
from gristmill.envs.actions.grammar import (
    MAX_LENGTH,
    arguments,
    holds_several,
    parse,
    split,
    tool_schemas,
    usage,
    write,
)
from gristmill.envs.actions.parameters import DIRECTIONS, KEYS, MAX_PIXEL
from gristmill.envs.actions.types import VERBS, Action, Click, Done, Fill, MouseClick, MouseScroll, Press
from gristmill.errors import ActionError

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters='"'), min_size=1)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n")).map(
    lambda t: t[:300]
)
PIXELS = st.integers(0, MAX_PIXEL)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "ref": st.integers(1, 999_999).map(lambda n: f"e{n}"),
    "text": TEXTS,
    "option": TEXTS,
    "minutes": st.integers(1, 1440),
    "key": st.one_of(
        st.sampled_from(sorted(KEYS)),
        st.sampled_from(["a", "Z", "+", "Control++", "Control+a", "Shift+Tab", "Control+Shift+ArrowLeft"]),
    ),
    "reason": TEXTS,
    "direction": st.sampled_from(DIRECTIONS),
    "url": WORDS.filter(lambda word: len(word.split()) == 1),
    "app": WORDS.filter(lambda word: len(word.split()) == 1),
    "x": PIXELS,
    "y": PIXELS,
    "to_x": PIXELS,
    "to_y": PIXELS,
    "dx": st.integers(-MAX_PIXEL, MAX_PIXEL),
    "dy": st.integers(-MAX_PIXEL, MAX_PIXEL),
}
ACTIONS = st.sampled_from(list(VERBS.values())).flatmap(
    lambda kind: st.builds(kind, **{field.name: VALUES[field.name] for field in fields(kind)})
)


def given_arguments(action: Action) -> dict[str, Any]:
    return {name: getattr(action, name) for name in arguments(type(action))}


@given(ACTIONS)
def test_every_action_is_read_back_from_the_line_it_is_written_as(action: Action) -> None:
    assert parse(write(action)) == action
    assert "\n" not in write(action)


@given(ACTIONS)
def test_a_tool_call_is_the_same_action_as_mapping_as_text_and_with_text_arguments(action: Action) -> None:
    call = {"name": action.verb, "arguments": given_arguments(action)}
    assert parse(call) == action
    assert parse(json.dumps(call)) == action
    assert parse(call | {"arguments": json.dumps(call["arguments"])}) == action


@given(ACTIONS)
def test_an_action_is_read_as_itself(action: Action) -> None:
    assert parse(action) == action


@given(st.text(max_size=60))
@pytest.mark.slow
def test_any_text_is_an_action_or_an_action_error(text: str) -> None:
    try:
        assert isinstance(parse(text), Action)
    except ActionError as error:
        str(error).encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from([*VERBS, "x", ""]), JSON | st.fixed_dictionaries({"ref": JSON, "text": JSON}))
def test_any_tool_call_is_an_action_or_an_action_error(verb: str, given_values: object) -> None:
    for call in (
        {"name": verb, "arguments": given_values},
        json.dumps({"name": verb, "arguments": given_values}),
    ):
        try:
            assert isinstance(parse(call), Action)
        except ActionError as error:
            str(error).encode()


@pytest.mark.parametrize(
    ("said", "action"),
    [
        ("  click   e12  ", Click("e12")),
        ("done", Done()),
        ('fill e7 "Ada Park"', Fill("e7", "Ada Park")),
        ('fill e7 ""', Fill("e7", "")),
        (r'fill e7 "say \"hi\" \\ \u00e9"', Fill("e7", 'say "hi" \\ é')),
        ('fill e7 "a\nb"', Fill("e7", "a\nb")),
        ('fill e7 "click e3"', Fill("e7", "click e3")),
        ("press Control+a", Press("Control+a")),
        ("press +", Press("+")),
        ("mouse_click 0 767", MouseClick(0, 767)),
        ("mouse_scroll 1 2 0 -300", MouseScroll(1, 2, 0, -300)),
        ({"name": "done"}, Done()),
        ({"name": "done", "arguments": {}, "type": "function", "id": "call_1"}, Done()),
        ({"name": "mouse_click", "arguments": {"x": 3, "y": "4"}}, MouseClick(3, 4)),
        ({"name": "mouse_click", "arguments": {"x": np.int64(3), "y": 4}}, MouseClick(3, 4)),
    ],
)
def test_well_formed_input_is_read(said: object, action: Action) -> None:
    assert parse(said) == action


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("", "The action is empty. Available: click, fill"),
        ("   ", "empty"),
        ("hop e1", "Unknown action 'hop'. Available: click, fill"),
        ("Click e1", "Unknown action 'Click'"),
        ('"click" e1', "Unknown action"),
        ("click", "Usage: click <ref>"),
        ("click e1 e2", "Usage: click <ref>"),
        ("click 12", "12 is not a ref such as e12"),
        ("click e0", "e0 is not a ref"),
        ("click e01", "e01 is not a ref"),
        ("click f1e12", "f1e12 is not a ref"),
        ('click "e1"', '"e1" is not a ref'),
        ("click e1;click e2", "Usage: click <ref>"),
        ("click(e1)", "Unknown action"),
        ("fill e1", 'Usage: fill <ref> "<text>"'),
        ("fill e1 Ada", 'Ada is not text in double quotes, with JSON\'s escapes; write "Ada".'),
        ("fill e1 Ada Park", "Usage: "),
        ('fill e1 "Ada', "double quote"),
        ('fill e1 "Ada""Park"', "double quote"),
        ('fill e1"Ada"', "double quote"),
        ("fill e1 'Ada'", "text in double quotes"),
        (r'fill e1 "\q"', "text in double quotes"),
        (r'fill e1 "\ud800"', "text in double quotes"),
        ('fill e1 "\x00"', "text in double quotes"),
        (r'type "\u0007"', "text in double quotes"),
        ("press", "Usage: press <key>"),
        ("press enter", "enter is not a character or one of"),
        ("press Control+", "not a character"),
        ("press Control+Control+a", "not a character"),
        ("press Hyper+a", "not a character"),
        ("press F5", "not a character"),
        ("scroll sideways", "one of down, up, top, bottom"),
        ("mouse_click 1", "Usage: mouse_click <x> <y>"),
        ("mouse_click -1 5", "-1 is not a whole number of pixels from 0 on"),
        ("mouse_click 1.5 5", "1.5 is not a whole number"),
        ("mouse_click 1e3 5", "not a whole number"),
        ("mouse_click ٣ 5", "not a whole number"),
        ("mouse_click 100001 5", "not a whole number"),
        (f"mouse_click {'9' * 50} 5", "not a whole number"),
        ("done now", "Usage: done"),
        ("goto /a b", "Usage: goto <url>"),
        ('goto "/a"', "one word without quotes"),
        ("x" * (MAX_LENGTH + 1), f"at most {MAX_LENGTH} characters"),
        (None, "not NoneType"),
        (7, "not int"),
        (b"click e1", "not bytes"),
        (["click", "e1"], "not list"),
        ("{", "not JSON"),
        ("{'name': 'click'}", "not JSON"),
        ("{} {}", "not JSON"),
        ({}, 'looks like {"name": "click"'),
        ({"name": 3}, "looks like"),
        ({"name": None, "arguments": {}}, "looks like"),
        ({"name": "click", "arguments": {"ref": "e1"}, "code": "x"}, "looks like"),
        ({"action": "click e1"}, "looks like"),
        ({1: 2}, "looks like"),
        ({"name": "hop"}, "Unknown action 'hop'"),
        ({"name": "click"}, "click takes these arguments: ref; but 'ref' is missing."),
        ({"name": "click", "arguments": None}, "'ref' is missing"),
        ({"name": "click", "arguments": ["e1"]}, "The key 'arguments' of a tool call must be an object"),
        ({"name": "click", "arguments": 7}, "The key 'arguments' of a tool call must be an object, not 7"),
        ({"name": "click", "arguments": "", "input": {}}, "either the key 'arguments' or the key 'input'"),
        ({"type": "function", "function": "click"}, "The key 'function' of a tool call must be an object"),
        ({"type": "function", "function": {"name": "click", "args": {}}}, "the key 'args' is unknown"),
        ({"type": "function", "function": {"name": "back"}, "extra": 1}, "the key 'extra' is unknown"),
        ({"type": "function", "function": {"arguments": "{}"}}, "the key 'name' is missing"),
        ({"type": "tool_use", "name": "click", "input": {"target": "e1"}}, "'target' is none of its arg"),
        ({"name": "fill", "arguments": {"ref": "e1", "text": 5}}, "text: 5 is not text"),
        ({"name": "click", "arguments": "e1"}, "not JSON"),
        ({"name": "click", "arguments": "[]"}, "JSON object"),
        (
            {"name": "click", "arguments": {"ref": "e1", "button": "right"}},
            "'button' is none of its arguments",
        ),
        ({"name": "done", "arguments": {"x": 1}}, "takes these arguments: none"),
        ({"name": "click", "arguments": {"ref": 1}}, "1 is not a ref"),
        ({"name": "click", "arguments": {"ref": "e1\n"}}, "is not a ref"),
        ({"name": "fill", "arguments": {"ref": "e1", "text": 5}}, "5 is not text"),
        ({"name": "fill", "arguments": {"ref": "e1", "text": None}}, "None is not text"),
        ({"name": "mouse_click", "arguments": {"x": True, "y": 1}}, "True is not a whole number"),
        ({"name": "mouse_click", "arguments": {"x": 1.5, "y": 1}}, "x: 1.5 is not a whole number"),
        ({"name": "mouse_click", "arguments": {"x": float("inf"), "y": 1}}, "inf is not a whole number"),
        ({"name": "mouse_click", "arguments": {"x": float("nan"), "y": 1}}, "nan is not a whole number"),
        ({"name": "mouse_click", "arguments": {"x": [1], "y": 1}}, "is not a whole number"),
    ],
)
def test_malformed_input_is_answered_with_what_was_expected(said: object, told: str) -> None:
    with pytest.raises(ActionError) as refused:
        parse(said)
    assert told in str(refused.value)
    assert len(str(refused.value)) < 1_000


@pytest.mark.parametrize(
    "said",
    [
        '{"name": "click", "arguments": ' + "[" * 3_900,
        {"name": "click", "arguments": "[" * 100_000},
        {"name": "mouse_click", "arguments": {"x": 10**5_000, "y": 1}},
        '{"name": "mouse_click", "arguments": {"x": ' + "1" * 3_900 + ', "y": 1}}',
        {"name": "fill", "arguments": {"ref": "e1", "text": "x" * (MAX_LENGTH + 1)}},
        {"name": "goto", "arguments": {"url": "/" + "x" * MAX_LENGTH}},
        "click " + "9" * 3_900,
        'click "' + "9" * 3_900 + '"',
        {"name": "click", "arguments": {"ref": "9" * 100_000}},
        {"name": "x" * 100_000},
    ],
    ids=range(10),
)
def test_excessive_input_is_an_action_error_of_bounded_length(said: object) -> None:
    with pytest.raises(ActionError) as refused:
        parse(said)
    assert len(str(refused.value)) < 1_000


@pytest.mark.parametrize(
    "said", ["click \ud800", 'fill e1 "\ud800', "\udfff", "goto /\ud800", "press \ud800"]
)
def test_lone_surrogates_are_refused_in_words_that_can_be_written_out(said: str) -> None:
    with pytest.raises(ActionError) as refused:
        parse(said)
    str(refused.value).encode()


@pytest.mark.parametrize(
    "action",
    [
        Click("button"),
        Click(3),  # type: ignore[arg-type]
        Press("F13"),
        act.Scroll("sideways"),
        Fill("e1", "\ud800"),
        Fill("e1", None),  # type: ignore[arg-type]
        MouseClick("a", 1),  # type: ignore[arg-type]
        MouseClick(-1, 1),
        Action(),
    ],
)
def test_an_action_made_by_hand_with_impossible_values_is_refused(action: Action) -> None:
    with pytest.raises(ActionError):
        parse(action)


@pytest.mark.parametrize(
    "said",
    [
        "__import__('os').system('touch pwned')",
        "open('pwned', 'w')",
        "click e1\nopen('pwned','w')",
        "done()",
        "page.close()",
        "`touch pwned`",
        "$(touch pwned)",
    ],
)
def test_no_action_text_is_ever_executed(said: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ActionError):
        parse(said)
    assert not list(tmp_path.iterdir())


CLICK = {"name": "click", "arguments": {"ref": "e12"}}


@pytest.mark.parametrize(
    "call",
    [
        CLICK,
        {"id": "call_1", "type": "function", "function": CLICK},
        {"id": "call_1", "type": "function", "function": {"name": "click", "arguments": '{"ref": "e12"}'}},
        {"type": "function_call", "call_id": "c", "name": "click", "arguments": '{"ref": "e12"}'},
        {"type": "tool_use", "id": "toolu_1", "name": "click", "input": {"ref": "e12"}},
    ],
)
def test_tool_calls_are_taken_in_the_shapes_in_which_models_send_them(call: dict[str, Any]) -> None:
    assert parse(call) == parse(json.dumps(call)) == Click("e12")


@pytest.mark.parametrize("arguments", [{}, {"arguments": {}}, {"arguments": ""}, {"input": None}])
def test_empty_arguments_are_none(arguments: dict[str, Any]) -> None:
    assert parse({"name": "done", **arguments}) == Done()


def test_a_whole_float_is_a_whole_number() -> None:
    call = {"name": "mouse_click", "arguments": {"x": 640.0, "y": "12"}}
    assert parse(call) == act.MouseClick(640, 12)


def test_an_engine_without_pixels_has_no_mouse_actions() -> None:
    names = [schema["name"] for schema in tool_schemas(engine="dom")]
    assert [verb for verb in VERBS if verb not in names] == [v for v in VERBS if v.startswith("mouse_")]


def test_every_action_has_a_tool_schema_with_a_description() -> None:
    schemas = {schema["name"]: schema for schema in tool_schemas()}
    assert list(schemas) == list(VERBS)
    for verb, schema in schemas.items():
        assert schema["description"].endswith(".")
        assert set(schema["input_schema"]["properties"]) == set(arguments(VERBS[verb]))
        assert schema["input_schema"]["additionalProperties"] is False
    json.dumps(tool_schemas())


def test_usage_shows_quotes_where_the_grammar_wants_them() -> None:
    assert usage(Fill) == 'fill <ref> "<text>"'
    assert usage(act.MouseDrag) == "mouse_drag <x> <y> <to_x> <to_y>"
    assert usage(Done) == "done"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("wait", act.Wait()),
        ("wait 15", act.Wait(15)),
        ({"name": "wait", "arguments": {}}, act.Wait()),
        ({"name": "wait", "arguments": {"minutes": 90}}, act.Wait(90)),
        ("wait_for_news 60", act.WaitForNews(60)),
    ],
)
def test_minutes_of_a_wait_may_be_left_out(source: object, expected: act.Action) -> None:
    assert parse(source) == expected
    assert parse(write(expected)) == expected


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("wait 0", "0 is not a number of minutes from 1 to 1440"),
        ("wait 1441", "from 1 to 1440"),
        ("wait soon", "from 1 to 1440"),
        ("wait 5 minutes", r"Usage: wait \[<minutes>\]"),
        ("wait_for_news", "Usage: wait_for_news <minutes>"),
    ],
)
def test_a_wrong_wait_is_refused(line: str, message: str) -> None:
    with pytest.raises(ActionError, match=message):
        parse(line)


def test_a_tool_call_may_leave_out_the_minutes_of_a_wait_alone() -> None:
    required = {tool["name"]: tool["input_schema"]["required"] for tool in tool_schemas()}
    assert required["wait"] == []
    assert required["wait_for_news"] == ["minutes"]
    assert required["fill"] == ["ref", "text"]


CALL = {"name": "click", "arguments": {"ref": "e1"}}


@pytest.mark.parametrize(
    ("source", "actions"),
    [
        ("click e1", ["click e1"]),
        (" click e1 \n", ["click e1"]),
        ("click e1\n\n  press Tab\r\n", ["click e1", "press Tab"]),
        ('fill e1 "a\nb"\nclick e2', ['fill e1 "a\nb"', "click e2"]),
        ('fill e1 "a\nb"', ['fill e1 "a\nb"']),
        (r'fill e1 "a\"' + '\nb"\nclick e2', [r'fill e1 "a\"' + '\nb"', "click e2"]),
        ('fill e1 "a\nclick e2', ['fill e1 "a', "click e2"]),
        (json.dumps(CALL, indent=2), [CALL]),
        (f"{json.dumps(CALL)}\n{json.dumps(CALL)}", [CALL, CALL]),
        (f"press Tab\n{json.dumps(CALL)}", ["press Tab", CALL]),
        (json.dumps([CALL, "press Tab"]), [CALL, "press Tab"]),
        ([CALL, "press Tab", Click("e1")], [CALL, "press Tab", Click("e1")]),
        (("press Tab",), ["press Tab"]),
        (CALL, [CALL]),
        ("", [""]),
        (7, [7]),
    ],
)  # fmt: skip
def test_several_actions_are_told_apart(source: object, actions: list[object]) -> None:
    found = [
        json.loads(each) if str(each).startswith("{") and isinstance(each, str) else each
        for each in split(source)
    ]
    assert [each.strip() if isinstance(each, str) else each for each in found] == actions
    assert holds_several(source) or len(actions) == 1


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ([], "The list of actions is empty."),
        ("[]", "The list of actions is empty."),
        ("[click e1]", "The list of actions is not JSON"),
        (["wait"] * 21, "A step may have at most 20 actions, not 21."),
        ("\n".join(["wait"] * 21), "A step may have at most 20 actions, not 21."),
        ("x" * 20_001, "A step may have at most 20000 characters, not 20001."),
    ],
)
def test_lists_that_cannot_be_split_say_why(source: object, told: str) -> None:
    with pytest.raises(ActionError, match=re.escape(told)):
        split(source)


def test_an_error_that_stands_for_an_action_is_raised() -> None:
    with pytest.raises(ActionError, match="so it is"):
        parse(ActionError("so it is"))
