"""OpenAI's computer tool: lists of mouse and keyboard actions, each answered by one screenshot."""

from collections.abc import Mapping
from typing import Any

from gristmill.agents.llm.conversation import Result, ToolCall
from gristmill.agents.llm.pages import Page
from gristmill.agents.llm.tools.functions import Plan, refused_action
from gristmill.agents.llm.tools.keys import combination
from gristmill.envs.actions import types as do
from gristmill.envs.actions.grammar import parse, write
from gristmill.errors import ActionError

Json = Mapping[str, Any]


class Computer:
    """Performs calls of the computer tool, whose arguments are a list of actions as JSON objects."""

    def plan(self, call: ToolCall, page: Page) -> Plan:
        """See `Performer.plan`. One that only asks for a screenshot takes no step."""
        try:
            actions = [line for action in call.arguments for line in lines_of(action, page)]
        except (ActionError, LookupError, TypeError, ValueError, AttributeError):
            return Plan((refused_action(call),))
        if not actions:
            return Plan(result=Result(call=call, page=page))
        return Plan(actions)

    def result(self, call: ToolCall, page: Page) -> Result:
        """See `Performer.result`."""
        return Result(call=call, text=self._problem(call, page), page=page, is_error=bool(page.error))

    @staticmethod
    def _problem(call: ToolCall, page: Page) -> str:
        """What was wrong with the call itself, which the environment cannot know."""
        try:
            for action in call.arguments:
                lines_of(action, page)
        except ActionError as error:
            return f"Nothing was done: {error}"
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            return f"Nothing was done: an action is not in the tool's format ({error!r})."
        return ""


def lines_of(action: Json, page: Page) -> list[str]:
    """One action of the computer tool as actions of the grammar; none for a screenshot.

    Raises:
        ActionError: nothing corresponds to it here.
        LookupError: it lacks a part.
    """
    kind = action["type"]
    if action.get("keys") and kind != "keypress":
        raise ActionError(f"Keys cannot be held during {kind!r} here.")
    if kind == "screenshot":
        return []
    return [write(parse(made)) for made in actions_of(kind, action, page)]


def actions_of(kind: str, action: Json, page: Page) -> list[do.Action]:
    """The actions that one of this kind amounts to."""
    match kind:
        case "click":
            return [clicked(action, page)]
        case "double_click":
            return [do.MouseDoubleClick(*page.to_viewport(action["x"], action["y"]))]
        case "move":
            return [do.MouseMove(*page.to_viewport(action["x"], action["y"]))]
        case "scroll":
            point = page.to_viewport(action["x"], action["y"])
            return [do.MouseScroll(*point, *page.to_viewport(action["scroll_x"], action["scroll_y"]))]
        case "drag":
            first, last = action["path"][0], action["path"][-1]
            points = (page.to_viewport(first["x"], first["y"]), page.to_viewport(last["x"], last["y"]))
            return [do.MouseDrag(*points[0], *points[1])]
        case "keypress":
            return [do.Press(combination(list(action["keys"])))]
        case "type":
            return [do.TypeText(action["text"])]
        case "wait":
            return [do.Wait()]
    raise ActionError(f"There is no action {kind!r}.")


def clicked(action: Json, page: Page) -> do.Action:
    """A click; the button that goes back does that."""
    button = action.get("button", "left")
    if button == "back":
        return do.Back()
    if button != "left":
        raise ActionError(f"The mouse has no button {button!r} here.")
    return do.MouseClick(*page.to_viewport(action["x"], action["y"]))
