"""The actions as typed methods, for trainers and servers that read tools off a class.

Signatures, types and docstrings follow from `envs.actions.types`, so that a new action is a new tool.
"""

import inspect
import json
from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

from gristmill.envs.actions.grammar import arguments_of, optional, verbs_of
from gristmill.envs.actions.parameters import MAX_TEXT_LENGTH, Parameter

ELEMENT_TOOLS = tuple(verbs_of("dom"))
"""Names of the actions that every engine performs."""

PIXEL_TOOLS = tuple(verb for verb in verbs_of("chromium") if verb not in ELEMENT_TOOLS)
"""Names of the actions on points of the viewport, which only engines with layout perform."""

INSTRUCTIONS = (
    "You use web apps through tools. Each tool call is one step, and answers with the page that is open "
    "then, as its accessibility tree: refs such as e12 name the elements that tools act on. A ref is valid "
    "until the next step. Do what the task asks and nothing else. Call done when it is done; if the task "
    "asks for an answer, call answer instead; if it cannot or must not be done, call give_up."
)
"""A system message for models that use these tools."""

ANY_TEXT = f"any text of up to {MAX_TEXT_LENGTH} characters"  # in tool calls without the grammar's quotes
TYPES: dict[object, type] = {"string": str, "integer": int}

Method = Callable[..., Any]
T = TypeVar("T", bound=type)


class Performer(Protocol):
    """A class with tools."""

    def _perform(self, call: dict[str, Any]) -> Any:
        """Perform a tool call `{"name", "arguments"}` and return what the model gets to read."""


def with_tools(
    verbs: Iterable[str], *, mark: Callable[[Method], Method] = lambda method: method
) -> Callable[[T], T]:
    """Decorate a `Performer` with a method for each of these actions; `mark` is applied to each method."""

    def decorate(owner: T) -> T:
        for verb in verbs:
            method = tool_method(verb)
            method.__qualname__, method.__module__ = f"{owner.__qualname__}.{verb}", owner.__module__
            setattr(owner, verb, mark(method))
        return owner

    return decorate


def tool_method(verb: str) -> Method:
    """A method that performs an action by its name, with typed parameters and a Google docstring.

    Wrong arguments are not Python's errors: like all invalid actions they cost a step, and the answer says
    what was wrong.
    """
    kinds = arguments_of(verb)

    def method(self: Performer, *values: Any, **named: Any) -> Any:
        given = dict(zip(kinds, values, strict=False)) | named
        return self._perform({"name": verb, "arguments": given})

    annotations = {name: annotation_of(verb, name, kind) for name, kind in kinds.items()}
    method.__name__, method.__doc__ = verb, docstring_of(verb)
    method.__annotations__ = annotations
    method.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD),
            *(parameter_of(verb, name, annotation) for name, annotation in annotations.items()),
        ]
    )
    return method


def annotation_of(verb: str, name: str, kind: Parameter) -> Any:
    """The Python type of a parameter; one that may be left out may be None."""
    plain = TYPES[kind.schema["type"]]
    return plain | None if name in optional(verb) else plain


def parameter_of(verb: str, name: str, annotation: Any) -> inspect.Parameter:
    """A parameter of a method's signature."""
    default = None if name in optional(verb) else inspect.Parameter.empty
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Parameter(name, kind, default=default, annotation=annotation)


def docstring_of(verb: str) -> str:
    """The action's docstring with its parameters, as Transformers reads them into a schema."""
    text = (verbs_of("chromium")[verb].__doc__ or "").strip()
    kinds = arguments_of(verb)
    if not kinds:
        return text
    listed = [f"    {name}: {described(kind)}" for name, kind in kinds.items()]
    return "\n".join([text, "", "Args:", *listed])


def described(kind: Parameter) -> str:
    """A parameter in words, with its valid values if they are few."""
    words = ANY_TEXT if kind.is_quoted else str(kind.schema.get("description", kind.expected))
    choices = kind.schema.get("enum")
    return f"{words} (choices: {json.dumps(choices)})" if choices else words
