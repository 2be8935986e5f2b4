"""Parsing and writing of actions: a line of text, or a JSON tool call; or several of either for one step."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, get_type_hints

from gristmill.envs.actions.parameters import MAX_TEXT_LENGTH, Parameter, Value, safe_repr
from gristmill.envs.actions.tool_calls import load_json_list, load_json_object, read
from gristmill.envs.actions.types import VERBS, Action
from gristmill.envs.engines.base import WITHOUT_PIXELS
from gristmill.errors import ActionError, excerpt

MAX_LENGTH = MAX_TEXT_LENGTH
MAX_ACTIONS = 20  # of one step
MAX_STEP_LENGTH = 5 * MAX_LENGTH
LINE = re.compile(r'(?:[^"\n]|"(?:[^"\\]|\\.)*"|")+')  # line feeds within quotes are part of a text
TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^\s"]+)(?=\s|$)')


def arguments(action: type[Action]) -> Mapping[str, Parameter]:
    """The parameters of an action, in order, by name."""
    return arguments_of(action.verb)


@cache
def arguments_of(verb: str) -> Mapping[str, Parameter]:
    """The parameters of the action with this verb, by name; cached."""
    hints = get_type_hints(VERBS[verb], include_extras=True)
    return {field.name: hints[field.name].__metadata__[0] for field in fields(VERBS[verb])}


@cache
def optional(verb: str) -> frozenset[str]:
    """The parameters that may be left out; they come last."""
    return frozenset(field.name for field in fields(VERBS[verb]) if field.default is not MISSING)


def split(source: object) -> list[object]:
    """The actions of a step, in order and not yet parsed: one, unless several were given.

    Args:
        source: one action, as `parse` takes it; or several: a list, a JSON list of tool calls or lines, or
            text with one action a line.

    Raises:
        ActionError: a list is empty, too long, or not JSON.
    """
    if isinstance(source, str):
        return split_text(source.strip())
    return checked_list(source) if isinstance(source, list | tuple) else [source]


def holds_several(source: object) -> bool:
    """Whether `split` may find more than one action; cheap."""
    if isinstance(source, str):
        return "\n" in source or source.lstrip().startswith("[")
    return isinstance(source, list | tuple)


def split_text(text: str) -> list[object]:
    """The actions of a text."""
    if len(text) > MAX_STEP_LENGTH:
        raise ActionError(f"A step may have at most {MAX_STEP_LENGTH} characters, not {len(text)}.")
    if text.startswith("["):
        return checked_list(load_json_list(text, "The list of actions"))
    if "\n" not in text:
        return [text]
    lines = [line for line in LINE.findall(text) if line.strip()]
    is_one_call = text.startswith("{") and not all(is_whole_call(line.strip()) for line in lines)
    return [text] if is_one_call else checked_list(lines)


def is_whole_call(line: str) -> bool:
    """Whether a line may be a tool call by itself, rather than a part of one."""
    return line.startswith("{") and line.endswith("}")


def checked_list(actions: Sequence[object]) -> list[object]:
    """A list of actions of a valid length."""
    if not actions:
        raise ActionError("The list of actions is empty.")
    if len(actions) > MAX_ACTIONS:
        raise ActionError(f"A step may have at most {MAX_ACTIONS} actions, not {len(actions)}.")
    return list(actions)


def parse(source: object) -> Action:
    """Parse an agent's action.

    Args:
        source: a line such as `click e12`; or a tool call, as a mapping or JSON text, in one of the formats
            of `envs.actions.tool_calls`; or an `Action`, whose values are validated; or an error, which is
            raised.

    Raises:
        ActionError: it is not a valid action; the message says what was expected.
    """
    if isinstance(source, ActionError):
        raise source
    if isinstance(source, Action):
        return validated(source)
    if isinstance(source, Mapping):
        return parse_call(source)
    if not isinstance(source, str):
        raise ActionError(f"An action must be a line of text or a tool call, not {type(source).__name__}.")
    line = within_length(source.strip())
    return parse_call(load_json_object(line, "The tool call")) if line.startswith("{") else parse_line(line)


def within_length(text: str) -> str:
    """Return the text if it is not too long; else raise `ActionError`."""
    if len(text) > MAX_LENGTH:
        raise ActionError(f"An action may have at most {MAX_LENGTH} characters, not {len(text)}.")
    return text


def validated(action: Action) -> Action:
    """Validate the values of an action that was constructed directly."""
    if VERBS.get(action.verb) is not type(action):
        raise ActionError(f"{excerpt(safe_repr(action))} is not one of the actions: {', '.join(VERBS)}.")
    kinds = {name: kind for name, kind in arguments(type(action)).items() if is_given(action, name)}
    return type(action)(**{name: kind.accept(getattr(action, name)) for name, kind in kinds.items()})


def is_given(action: Action, name: str) -> bool:
    """Whether an action has a value for a parameter, which may be left out if it is optional."""
    return name not in optional(action.verb) or getattr(action, name) is not None


def parse_line(line: str) -> Action:
    """Parse one line of the grammar."""
    tokens = tokenize(line)
    if not tokens:
        raise ActionError(f"The action is empty. Available: {', '.join(VERBS)}.")
    action = find_verb(tokens[0])
    kinds = arguments(action)
    if not len(kinds) - len(optional(action.verb)) <= len(tokens) - 1 <= len(kinds):
        raise ActionError(f"Wrong number of arguments. Usage: {usage(action)}")
    pairs = zip(kinds.items(), tokens[1:], strict=False)
    return action(**{name: kind.read(token) for (name, kind), token in pairs})


def tokenize(line: str) -> list[str]:
    """Split a line into words and quoted strings."""
    tokens, position = [], 0
    while position < len(line):
        found = TOKEN.match(line, position)
        if found is None:
            raise ActionError(f"Unbalanced or misplaced double quote in: {excerpt(line)}")
        tokens.append(found[1])
        position = found.end()
    return tokens


def parse_call(call: Mapping[str, Any]) -> Action:
    """Parse a tool call in any of the formats that `tool_calls.read` accepts."""
    name, given = read(call)
    action = find_verb(name)
    kinds = arguments(action)
    require_keys(given, kinds, what=action.verb)
    present = {name: kind for name, kind in kinds.items() if name in given}
    return action(**{name: accept_argument(kind, name, given[name]) for name, kind in present.items()})


def require_keys(given: Mapping[str, Any], kinds: Mapping[str, Parameter], *, what: str) -> None:
    """Reject missing and unknown arguments, naming each."""
    wrong = [f"{excerpt(safe_repr(key))} is none of its arguments" for key in given if key not in kinds]
    wrong += [f"{name!r} is missing" for name in kinds if name not in given and name not in optional(what)]
    if wrong:
        takes = ", ".join(kinds) or "none"
        raise ActionError(f"{what} takes these arguments: {takes}; but {', '.join(wrong)}.")


def accept_argument(kind: Parameter, name: str, value: object) -> Value:
    """Validate an argument's value; the error names the argument."""
    try:
        return kind.accept(value)
    except ActionError as error:
        raise ActionError(f"{name}: {error}") from error


def find_verb(verb: str) -> type[Action]:
    """Return the action class of a verb."""
    try:
        return VERBS[verb]
    except KeyError:
        raise ActionError(f"Unknown action {verb[:40]!r}. Available: {', '.join(VERBS)}.") from None


def usage(action: type[Action]) -> str:
    """The syntax of an action, such as `fill <ref> "<text>"`."""
    slots = {
        name: f'"<{name}>"' if kind.is_quoted else f"<{name}>" for name, kind in arguments(action).items()
    }
    may_lack = optional(action.verb)
    return " ".join(
        [action.verb, *(f"[{slot}]" if name in may_lack else slot for name, slot in slots.items())]
    )


def write(action: Action) -> str:
    """Write an action as a line that `parse` reads back."""
    kinds = {name: kind for name, kind in arguments(type(action)).items() if is_given(action, name)}
    return " ".join([action.verb, *(kind.write(getattr(action, name)) for name, kind in kinds.items())])


def verbs_of(engine: str) -> Mapping[str, type[Action]]:
    """The actions that an engine supports, by verb."""
    has_pixels = engine not in WITHOUT_PIXELS
    return {verb: action for verb, action in VERBS.items() if has_pixels or not action.needs_pixels}


def tool_schemas(*, engine: str = "chromium") -> list[dict[str, Any]]:
    """Tool definitions for a language model: name, description and JSON schema of each supported action."""
    return [
        {
            "name": verb,
            "description": (action.__doc__ or "").strip(),
            "input_schema": {
                "type": "object",
                "properties": {name: dict(kind.schema) for name, kind in arguments(action).items()},
                "required": [name for name in arguments(action) if name not in optional(verb)],
                "additionalProperties": False,
            },
        }
        for verb, action in verbs_of(engine).items()
    ]
