"""The shapes in which language models send tool calls, read into a name and its arguments.

Taken are `{"name", "arguments"}`; OpenAI's `{"type": "function", "function": {"name", "arguments"}}` and
`{"type": "function_call", "name", "arguments"}`; Anthropic's `{"type": "tool_use", "name", "input"}`.
Arguments may be an object or the JSON text of one; none at all, null and empty text are no arguments.
"""

import json
from collections.abc import Mapping
from typing import Any

from gristmill.envs.actions.parameters import MAX_TEXT_LENGTH, represented, shown
from gristmill.errors import ActionError

IDENTIFIERS = frozenset({"type", "id", "call_id", "index", "status", "caller", "cache_control"})
ARGUMENTS = ("arguments", "input")
MAX_LENGTH = MAX_TEXT_LENGTH
EXAMPLE = 'A tool call looks like {"name": "click", "arguments": {"ref": "e12"}}'


def read(call: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The tool's name, and its arguments by name.

    Raises:
        ActionError: a key is missing, unknown or of the wrong type; the message says which.
    """
    if call.get("type") == "function" and "function" in call:
        require_known(call, {"function"})
        inner = call["function"]
        if not isinstance(inner, Mapping):
            raise ActionError(f"The key 'function' of a tool call must be an object, not {told(inner)}.")
        call = inner
    require_known(call, {"name", *ARGUMENTS})
    if not isinstance(call.get("name"), str):
        raise ActionError(
            f"{EXAMPLE}; the key 'name' is {told(call['name']) if 'name' in call else 'missing'}."
        )
    keys = [key for key in ARGUMENTS if key in call]
    if len(keys) > 1:
        raise ActionError("A tool call has either the key 'arguments' or the key 'input', not both.")
    return call["name"], arguments_in(keys[0], call[keys[0]]) if keys else {}


def require_known(call: Mapping[str, Any], known: set[str]) -> None:
    """Refuse keys that no tool call has."""
    unknown = [key for key in call if key not in known | IDENTIFIERS]
    if unknown:
        raise ActionError(f"{EXAMPLE}; the key {told(unknown[0])} is unknown.")


def arguments_in(key: str, given: object) -> Mapping[str, Any]:
    """The arguments that a key holds."""
    if given is None or (isinstance(given, str) and not given.strip()):
        return {}
    if isinstance(given, str):
        return load_json_object(given, f"The key {key!r} of the tool call")
    if not isinstance(given, Mapping):
        raise ActionError(f"The key {key!r} of a tool call must be an object, not {told(given)}.")
    return given


def load_json_object(text: str, what: str) -> Mapping[str, Any]:
    """An object from its JSON text; `what` says in a refusal what the text is."""
    if len(text) > MAX_LENGTH:
        raise ActionError(f"{what} has at most {MAX_LENGTH} characters; this has {len(text)}.")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ActionError(f"{what} is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise ActionError(f"{what} must be a JSON object, not {told(value)}.")
    return value


def told(value: object) -> str:
    """A value as error texts quote it."""
    return shown(represented(value))
