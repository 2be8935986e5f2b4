"""Reads the tool-call formats of language models into a name and its arguments.

Accepts `{"name", "arguments"}`; OpenAI's `{"type": "function", "function": {"name", "arguments"}}` and
`{"type": "function_call", "name", "arguments"}`; Anthropic's `{"type": "tool_use", "name", "input"}`.
Arguments may be an object or its JSON text; missing ones, null and empty text mean none.
"""

import json
from collections.abc import Mapping
from typing import Any

from gristmill.envs.actions.parameters import MAX_TEXT_LENGTH, safe_repr
from gristmill.errors import ActionError, excerpt

IDENTIFIERS = frozenset({"type", "id", "call_id", "index", "status", "caller", "cache_control"})
ARGUMENTS = ("arguments", "input")
MAX_LENGTH = MAX_TEXT_LENGTH
EXAMPLE = 'A tool call looks like {"name": "click", "arguments": {"ref": "e12"}}'


def read(call: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Return the tool's name and its arguments by name.

    Raises:
        ActionError: a key is missing, unknown or of the wrong type; the message says which.
    """
    if call.get("type") == "function" and "function" in call:
        require_known(call, {"function"})
        inner = call["function"]
        if not isinstance(inner, Mapping):
            raise ActionError(
                f"The key 'function' of a tool call must be an object, not {quote_value(inner)}."
            )
        call = inner
    require_known(call, {"name", *ARGUMENTS})
    if not isinstance(call.get("name"), str):
        raise ActionError(
            f"{EXAMPLE}; the key 'name' is {quote_value(call['name']) if 'name' in call else 'missing'}."
        )
    keys = [key for key in ARGUMENTS if key in call]
    if len(keys) > 1:
        raise ActionError("A tool call may have either the key 'arguments' or the key 'input', not both.")
    return call["name"], arguments_in(keys[0], call[keys[0]]) if keys else {}


def require_known(call: Mapping[str, Any], known: set[str]) -> None:
    """Reject keys that belong to none of the formats."""
    unknown = [key for key in call if key not in known | IDENTIFIERS]
    if unknown:
        raise ActionError(f"{EXAMPLE}; the key {quote_value(unknown[0])} is unknown.")


def arguments_in(key: str, given: object) -> Mapping[str, Any]:
    """Return the arguments stored under a key."""
    if given is None or (isinstance(given, str) and not given.strip()):
        return {}
    if isinstance(given, str):
        return load_json_object(given, f"The key {key!r} of the tool call")
    if not isinstance(given, Mapping):
        raise ActionError(f"The key {key!r} of a tool call must be an object, not {quote_value(given)}.")
    return given


def load_json_list(text: str, what: str) -> list[Any]:
    """Parse a JSON list; `what` names the text in error messages."""
    value = load_json(text, what)
    if not isinstance(value, list):
        raise ActionError(f"{what} must be a JSON list, not {quote_value(value)}.")
    return value


def load_json_object(text: str, what: str) -> Mapping[str, Any]:
    """Parse a JSON object; `what` names the text in error messages."""
    if len(text) > MAX_LENGTH:
        raise ActionError(f"{what} may have at most {MAX_LENGTH} characters, not {len(text)}.")
    value = load_json(text, what)
    if not isinstance(value, dict):
        raise ActionError(f"{what} must be a JSON object, not {quote_value(value)}.")
    return value


def load_json(text: str, what: str) -> Any:
    """Parse JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ActionError(f"{what} is not JSON: {error}.") from error


def quote_value(value: object) -> str:
    """A value as quoted in error messages."""
    return excerpt(safe_repr(value))
