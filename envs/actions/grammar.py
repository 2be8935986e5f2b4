"""Reading and writing actions: one line of text, or a JSON tool call."""

import re
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, get_type_hints

from gristmill.envs.actions.parameters import MAX_TEXT_LENGTH, Parameter, Value, represented, shown
from gristmill.envs.actions.tool_calls import load_json_object, read
from gristmill.envs.actions.types import VERBS, Action
from gristmill.envs.engines.base import WITHOUT_PIXELS
from gristmill.errors import ActionError

MAX_LENGTH = MAX_TEXT_LENGTH
TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^\s"]+)(?=\s|$)')


def arguments(action: type[Action]) -> Mapping[str, Parameter]:
    """The arguments of an action, in order, with their kinds."""
    return arguments_of(action.verb)


@cache
def arguments_of(verb: str) -> Mapping[str, Parameter]:
    """The arguments of the action with this verb."""
    hints = get_type_hints(VERBS[verb], include_extras=True)
    return {field.name: hints[field.name].__metadata__[0] for field in fields(VERBS[verb])}


def parse(said: object) -> Action:
    """The action that an agent said.

    Args:
        said: a line such as `click e12`; or a tool call, as a mapping or as JSON text, in one of the
            shapes of `envs.tool_calls`; or an `Action`.

    Raises:
        ActionError: it is none of the actions; the message says what was expected.
    """
    if isinstance(said, Action):
        return checked(said)
    if isinstance(said, Mapping):
        return parse_call(said)
    if not isinstance(said, str):
        raise ActionError(f"An action is a line of text or a tool call, not {type(said).__name__}.")
    line = bounded(said.strip())
    return parse_call(load_json_object(line, "The tool call")) if line.startswith("{") else parse_line(line)


def bounded(text: str) -> str:
    """The text itself; refused if it is too long."""
    if len(text) > MAX_LENGTH:
        raise ActionError(f"An action has at most {MAX_LENGTH} characters; this has {len(text)}.")
    return text


def checked(action: Action) -> Action:
    """The action, its values as they would be read: whoever makes one by hand may err too."""
    if VERBS.get(action.verb) is not type(action):
        raise ActionError(f"{shown(represented(action))} is none of the actions: {', '.join(VERBS)}.")
    kinds = arguments(type(action))
    return type(action)(**{name: kind.accept(getattr(action, name)) for name, kind in kinds.items()})


def parse_line(line: str) -> Action:
    """The action of one line of the grammar."""
    tokens = tokenize(line)
    if not tokens:
        raise ActionError(f"The action is empty. Available: {', '.join(VERBS)}.")
    action = find_verb(tokens[0])
    kinds = arguments(action)
    if len(tokens) - 1 != len(kinds):
        raise ActionError(f"Write it as: {usage(action)}")
    pairs = zip(kinds.items(), tokens[1:], strict=True)
    return action(**{name: kind.read(token) for (name, kind), token in pairs})


def tokenize(line: str) -> list[str]:
    """The words and quoted strings of a line."""
    tokens, position = [], 0
    while position < len(line):
        found = TOKEN.match(line, position)
        if found is None:
            raise ActionError(f"Unbalanced or misplaced double quote in: {shown(line)}")
        tokens.append(found[1])
        position = found.end()
    return tokens


def parse_call(call: Mapping[str, Any]) -> Action:
    """The action of a tool call, in any of the shapes that `tool_calls.read` knows."""
    name, given = read(call)
    action = find_verb(name)
    kinds = arguments(action)
    require_keys(given, kinds, what=action.verb)
    return action(**{name: accepted(kind, name, given[name]) for name, kind in kinds.items()})


def require_keys(given: Mapping[str, Any], kinds: Mapping[str, Parameter], *, what: str) -> None:
    """Refuse arguments that are missing or unknown, each by its name."""
    wrong = [f"{shown(represented(key))} is none of its arguments" for key in given if key not in kinds]
    wrong += [f"{name!r} is missing" for name in kinds if name not in given]
    if wrong:
        takes = ", ".join(kinds) or "none"
        raise ActionError(f"{what} takes these arguments: {takes}; but {', '.join(wrong)}.")


def accepted(kind: Parameter, name: str, value: object) -> Value:
    """The value of an argument; a refusal says which one it is."""
    try:
        return kind.accept(value)
    except ActionError as error:
        raise ActionError(f"{name}: {error}") from error


def find_verb(verb: str) -> type[Action]:
    """The action class of a verb."""
    try:
        return VERBS[verb]
    except KeyError:
        raise ActionError(f"Unknown action {verb[:40]!r}. Available: {', '.join(VERBS)}.") from None


def usage(action: type[Action]) -> str:
    """How an action is written, e.g. `fill <ref> "<text>"`."""
    slots = (f'"<{name}>"' if kind.is_quoted else f"<{name}>" for name, kind in arguments(action).items())
    return " ".join([action.verb, *slots])


def write(action: Action) -> str:
    """The line that `parse` reads as this action."""
    kinds = arguments(type(action))
    return " ".join([action.verb, *(kind.write(getattr(action, name)) for name, kind in kinds.items())])


def verbs_of(engine: str) -> Mapping[str, type[Action]]:
    """The actions that an engine can do."""
    has_pixels = engine not in WITHOUT_PIXELS
    return {verb: action for verb, action in VERBS.items() if has_pixels or not action.needs_pixels}


def tool_schemas(*, engine: str = "chromium") -> list[dict[str, Any]]:
    """The actions of an engine as tools for a language model: name, description and JSON schema of each."""
    return [
        {
            "name": verb,
            "description": (action.__doc__ or "").strip(),
            "input_schema": {
                "type": "object",
                "properties": {name: dict(kind.schema) for name, kind in arguments(action).items()},
                "required": list(arguments(action)),
                "additionalProperties": False,
            },
        }
        for verb, action in verbs_of(engine).items()
    ]
