"""Methods made from the actions: their names, types and docstrings are those of the actions."""

import inspect
from typing import Any

import pytest

from gristmill.adapters.tools import ELEMENT_TOOLS, PIXEL_TOOLS, tool_method, with_tools
from gristmill.envs.actions.grammar import tool_schemas


@with_tools([*ELEMENT_TOOLS, *PIXEL_TOOLS])
class Noting:
    """Returns the calls."""

    def _perform(self, call: dict[str, Any]) -> dict[str, Any]:
        return call


@pytest.mark.parametrize("schema", tool_schemas(engine="chromium"), ids=lambda schema: schema["name"])
def test_a_method_has_the_parameters_of_the_tools_schema(schema: dict[str, Any]) -> None:
    method = getattr(Noting(), schema["name"])
    parameters = inspect.signature(method).parameters
    assert list(parameters) == list(schema["input_schema"]["properties"])
    required = [name for name, each in parameters.items() if each.default is inspect.Parameter.empty]
    assert required == schema["input_schema"]["required"]
    documented = inspect.getdoc(method)
    assert documented is not None
    assert documented.startswith(schema["description"])
    assert all(f"    {name}: " in documented for name in parameters)


def test_a_method_makes_a_tool_call_of_what_it_is_given() -> None:
    noting: Any = Noting()
    assert noting.fill("e3", text="x") == {"name": "fill", "arguments": {"ref": "e3", "text": "x"}}
    assert noting.wait() == {"name": "wait", "arguments": {}}
    assert noting.click(where="there") == {"name": "click", "arguments": {"where": "there"}}


def test_types_and_choices_are_the_parameters() -> None:
    assert tool_method("wait").__annotations__ == {"minutes": int | None}
    assert tool_method("mouse_click").__annotations__ == {"x": int, "y": int}
    assert '(choices: ["down", "up", "top", "bottom"])' in str(tool_method("scroll").__doc__)
    assert tool_method("done").__doc__ == "Say that the task is finished, and end the episode."


def test_a_mark_is_put_on_every_method() -> None:
    marked: list[str] = []

    def mark(method: Any) -> Any:
        marked.append(method.__qualname__)
        return method

    with_tools(["click", "done"], mark=mark)(type("Other", (), {}))
    assert marked == ["Other.click", "Other.done"]
