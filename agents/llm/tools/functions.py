"""Function tools: Gristmill's own actions, and reading on in a long page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

from gristmill.agents.llm.conversation import Result, ToolCall
from gristmill.agents.llm.pages import Page, PagePart
from gristmill.envs.actions import types as do
from gristmill.envs.actions.grammar import parse, tool_schemas, write
from gristmill.envs.actions.tool_calls import arguments_in
from gristmill.errors import ActionError

READ_MORE = "read_more"
BESIDES_OWN_TOOLS = ("goto", "back", "switch_app", "wait_for_news", "answer", "give_up", "done")
"""Actions that no vendor's tool for computers or browsers has."""

POINTS = (("x", "y"), ("to_x", "to_y"))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a call amounts to: actions for the environment in order, or a result that needs none."""

    actions: Sequence[str] = ()
    result: Result | None = None


class Performer(Protocol):
    """Turns the calls of one kind into actions, and what became of those into results."""

    def plan(self, call: ToolCall, page: Page) -> Plan:
        """What to do about a call on this page. An invalid call becomes an action that is refused."""

    def result(self, call: ToolCall, page: Page) -> Result:
        """The result of a call, after its actions led to this page; its `error` says what was refused."""


class Functions:
    """Performs calls of function tools."""

    def plan(self, call: ToolCall, page: Page) -> Plan:
        """See `Performer.plan`."""
        if call.name == READ_MORE:
            return read_more(call, page)
        try:
            action = parse({"name": call.name, "arguments": call.arguments})
        except ActionError:
            return Plan((refused_action(call),))
        return Plan((write(to_viewport(action, page)),))

    def result(self, call: ToolCall, page: Page) -> Result:
        """See `Performer.result`. The page's text says what was refused."""
        return Result(call=call, page=page, is_error=bool(page.error))


def read_more(call: ToolCall, page: Page) -> Plan:
    """Read a part of the page, which takes no step."""
    try:
        part = arguments_in("arguments", call.arguments).get("part")
    except ActionError:
        part = None
    if not isinstance(part, int) or isinstance(part, bool):
        text = f"{READ_MORE} takes one argument: part, a whole number."
        return Plan(result=Result(call=call, text=text, is_error=True))
    return Plan(result=Result(call=call, page=PagePart(page, part)))


def refused_action(call: ToolCall) -> str:
    """A call as an action that the environment refuses, with its own explanation."""
    return json.dumps({"name": call.name, "arguments": call.arguments}, default=str)


def to_viewport(action: do.Action, page: Page) -> do.Action:
    """An action on points of a screenshot that was scaled down, as one on points of the viewport."""
    if not action.needs_pixels or page.view == page.image_size:
        return action
    changes: dict[str, int] = {}
    for x, y in POINTS:
        if hasattr(action, x):
            changes[x], changes[y] = page.to_viewport(getattr(action, x), getattr(action, y))
    if isinstance(action, do.MouseScroll):
        changes["dx"], changes["dy"] = page.to_viewport(action.dx, action.dy)
    return replace(action, **changes)


def function_schemas(page: Page, *, only: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The tools that make sense for observations like this page: name, description and `input_schema`.

    Args:
        page: a first observation.
        only: names of actions to which they are limited; empty for all.
    """
    schemas = [
        schema
        for schema in tool_schemas(engine="dom" if page.view is None else "chromium")
        if (not only or schema["name"] in only)
        and (page.aria is not None or not names_elements(schema["name"]))
    ]
    return schemas if only or page.aria is None else [*schemas, read_more_schema()]


def names_elements(verb: str) -> bool:
    """Whether an action names an element by its ref."""
    return any(field.name == "ref" for field in fields(do.VERBS[verb]))


def read_more_schema() -> dict[str, Any]:
    """The tool that reads a part of a long page."""
    return {
        "name": READ_MORE,
        "description": "Read a part of the open page, if it is too long for one. Takes no step.",
        "input_schema": {
            "type": "object",
            "properties": {"part": {"type": "integer", "minimum": 1, "description": "2 for the second part"}},
            "required": ["part"],
            "additionalProperties": False,
        },
    }
