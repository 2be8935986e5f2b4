"""The actions, as typed values.

Element actions name an element by its ref in the last observation. Pixel actions name a point of the
viewport, in CSS pixels from its top left corner. `envs.actions.grammar` parses and writes them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeVar

from gristmill.envs.actions.parameters import DIRECTION, KEY, MINUTES, OFFSET, PIXEL, QUOTED, REF, WORD


@dataclass(frozen=True, slots=True)
class Action:
    """Base of all actions.

    Attributes:
        verb: name in the grammar and as a tool.
        needs_pixels: whether it uses viewport coordinates, which only engines with layout support.
    """

    verb: ClassVar[str] = ""
    needs_pixels: ClassVar[bool] = False


A = TypeVar("A", bound=type[Action])
VERBS: dict[str, type[Action]] = {}


def add(verb: str, *, needs_pixels: bool = False) -> Callable[[A], A]:
    """Register the decorated class under a verb."""

    def register(action: A) -> A:
        action.verb, action.needs_pixels = verb, needs_pixels
        VERBS[verb] = action
        return action

    return register


@add("click")
@dataclass(frozen=True, slots=True)
class Click(Action):
    """Click an element."""

    ref: Annotated[str, REF]


@add("fill")
@dataclass(frozen=True, slots=True)
class Fill(Action):
    """Replace what a text box holds."""

    ref: Annotated[str, REF]
    text: Annotated[str, QUOTED]


@add("select")
@dataclass(frozen=True, slots=True)
class Select(Action):
    """Choose an option of a drop-down list by its text."""

    ref: Annotated[str, REF]
    option: Annotated[str, QUOTED]


@add("check")
@dataclass(frozen=True, slots=True)
class Check(Action):
    """Switch a checkbox or radio button on; one that is on stays on."""

    ref: Annotated[str, REF]


@add("uncheck")
@dataclass(frozen=True, slots=True)
class Uncheck(Action):
    """Switch a checkbox off; one that is off stays off."""

    ref: Annotated[str, REF]


@add("hover")
@dataclass(frozen=True, slots=True)
class Hover(Action):
    """Move the mouse onto an element."""

    ref: Annotated[str, REF]


@add("press")
@dataclass(frozen=True, slots=True)
class Press(Action):
    """Press a key, such as Enter, Tab or Control+a, where the focus is."""

    key: Annotated[str, KEY]


@add("scroll")
@dataclass(frozen=True, slots=True)
class Scroll(Action):
    """Scroll the page by most of a screen: down, up, top or bottom."""

    direction: Annotated[str, DIRECTION]


@add("goto")
@dataclass(frozen=True, slots=True)
class Goto(Action):
    """Open an address: a path of this app such as /orders, or a full address of an app."""

    url: Annotated[str, WORD]


@add("back")
@dataclass(frozen=True, slots=True)
class Back(Action):
    """Go back to the page before."""


@add("switch_app")
@dataclass(frozen=True, slots=True)
class SwitchApp(Action):
    """Go to another app of this task: to the page that was open there, at first to its start page."""

    app: Annotated[str, WORD]


@add("wait")
@dataclass(frozen=True, slots=True)
class Wait(Action):
    """Do nothing for some minutes, by default for one step. The page stays as it was loaded."""

    minutes: Annotated[int | None, MINUTES] = None


@add("wait_for_news")
@dataclass(frozen=True, slots=True)
class WaitForNews(Action):
    """Do nothing until something happens by itself, such as a mail that arrives, at most for some minutes."""

    minutes: Annotated[int, MINUTES]


@add("answer")
@dataclass(frozen=True, slots=True)
class Answer(Action):
    """Give the answer that was asked for, and end the episode."""

    text: Annotated[str, QUOTED]


@add("give_up")
@dataclass(frozen=True, slots=True)
class GiveUp(Action):
    """Say that the task cannot or must not be done, and why, and end the episode."""

    reason: Annotated[str, QUOTED]


@add("done")
@dataclass(frozen=True, slots=True)
class Done(Action):
    """Say that the task is finished, and end the episode."""


@add("mouse_click", needs_pixels=True)
@dataclass(frozen=True, slots=True)
class MouseClick(Action):
    """Click a point of the viewport."""

    x: Annotated[int, PIXEL]
    y: Annotated[int, PIXEL]


@add("mouse_double_click", needs_pixels=True)
@dataclass(frozen=True, slots=True)
class MouseDoubleClick(Action):
    """Double-click a point of the viewport."""

    x: Annotated[int, PIXEL]
    y: Annotated[int, PIXEL]


@add("mouse_move", needs_pixels=True)
@dataclass(frozen=True, slots=True)
class MouseMove(Action):
    """Move the mouse to a point of the viewport."""

    x: Annotated[int, PIXEL]
    y: Annotated[int, PIXEL]


@add("mouse_drag", needs_pixels=True)
@dataclass(frozen=True, slots=True)
class MouseDrag(Action):
    """Press the button at one point of the viewport and let go at another."""

    x: Annotated[int, PIXEL]
    y: Annotated[int, PIXEL]
    to_x: Annotated[int, PIXEL]
    to_y: Annotated[int, PIXEL]


@add("mouse_scroll", needs_pixels=True)
@dataclass(frozen=True, slots=True)
class MouseScroll(Action):
    """Scroll what lies under a point by dx and dy pixels."""

    x: Annotated[int, PIXEL]
    y: Annotated[int, PIXEL]
    dx: Annotated[int, OFFSET]
    dy: Annotated[int, OFFSET]


@add("type")
@dataclass(frozen=True, slots=True)
class TypeText(Action):
    """Type text where the focus is."""

    text: Annotated[str, QUOTED]


ENDINGS = (Answer, Done, GiveUp)  # actions that end the episode
