"""Names, descriptions and arguments of the tools, as models read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
FIELD_TYPES = ["textbox", "checkbox", "radio", "combobox", "slider"]


def described(kind: Schema, text: str) -> Schema:
    """A schema with a description."""
    return {**kind, "description": text}


TARGET = described(TEXT, "Ref of an element in the snapshot, such as e12")
ELEMENT = described(TEXT, "Description of the element, for people; has no effect")


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as it is described to a model.

    Attributes:
        name: Playwright MCP's name where it has such a tool.
        description: what it does.
        properties: schema of each argument.
        optional: names of the arguments that may be left out.
        needs_pixels: whether the engine must have pixels.
        is_free: whether it takes no step of the episode.
    """

    name: str
    description: str
    properties: Mapping[str, Schema]
    optional: frozenset[str] = frozenset()
    needs_pixels: bool = False
    is_free: bool = False

    @property
    def input_schema(self) -> dict[str, Any]:
        """The JSON schema of the arguments."""
        return {
            "type": "object",
            "properties": {name: dict(kind) for name, kind in self.properties.items()},
            "required": [name for name in self.properties if name not in self.optional],
        }


def spec(
    name: str,
    description: str,
    optional: str = "",
    *,
    pixels: bool = False,
    free: bool = False,
    **properties: Schema,
) -> ToolSpec:
    """A tool; `optional` names arguments, separated by spaces."""
    return ToolSpec(name, description, properties, frozenset(optional.split()), pixels, free)


FIELD: Schema = {
    "type": "object",
    "properties": {
        "target": TARGET,
        "name": described(TEXT, "Name of the field, for people"),
        "type": {"type": "string", "enum": FIELD_TYPES},
        "value": described(
            TEXT, "Text; `true` or `false` for a checkbox or radio; an option's text for a combobox"
        ),
    },
    "required": ["target", "type", "value"],
}

SPECS = (
    spec("read_goal", "Read the task again, and how many steps are left.", free=True),
    spec(
        "browser_snapshot",
        "Read the page as an accessibility tree with the refs that other tools take. Takes no step.",
        "target depth",
        free=True,
        target=described(TEXT, "Ref of the element to read alone"),
        depth=described(NUMBER, "Levels of the tree to show"),
    ),
    spec(
        "browser_find",
        "Find text or a regular expression in the snapshot, with the lines around it. Takes no step.",
        "text regex",
        free=True,
        text=described(TEXT, "Text to find, in any case"),
        regex=described(TEXT, "Regular expression, such as `total` or `/total/i`; instead of text"),
    ),
    spec("browser_click", "Click an element.", "element", element=ELEMENT, target=TARGET),
    spec(
        "browser_type",
        "Replace what a text box holds.",
        "element submit slowly",
        element=ELEMENT,
        target=TARGET,
        text=TEXT,
        submit=described({"type": "boolean"}, "Press Enter afterwards"),
        slowly=described({"type": "boolean"}, "Type at the focus, after what is there"),
    ),
    spec(
        "browser_fill_form",
        "Fill several fields, in order, until one is refused or another page opens. Each takes a step.",
        fields={"type": "array", "items": FIELD, "minItems": 1},
    ),
    spec(
        "browser_select_option",
        "Select an option of a drop-down list.",
        "element",
        element=ELEMENT,
        target=TARGET,
        values=described({"type": "array", "items": TEXT}, "The text of one option"),
    ),
    spec(
        "browser_press_key",
        "Press a key at the focus.",
        key=described(TEXT, "Such as Enter, PageDown, a or Control+a"),
    ),
    spec("browser_hover", "Move the mouse onto an element.", "element", element=ELEMENT, target=TARGET),
    spec(
        "browser_navigate",
        "Open an address of the task's apps.",
        url=described(TEXT, "A path, or a full address"),
    ),
    spec("browser_navigate_back", "Go back one page."),
    spec(
        "browser_tabs",
        "List the task's apps, which are open in a tab each, or go to another one. Listing takes no step.",
        "index",
        action={"type": "string", "enum": ["list", "select"]},
        index=described(NUMBER, "Number of the tab to select"),
    ),
    spec(
        "browser_wait_for",
        "Wait for some time of the world's clock, or until a text is there or gone, at most an hour.",
        "time text textGone",
        time=described(NUMBER, "Seconds; rounded up to minutes"),
        text=described(TEXT, "Text that should appear"),
        textGone=described(TEXT, "Text that should go"),
    ),
    spec(
        "wait_for_news",
        "Wait until something happens by itself, such as a mail. It shows when a page is loaded again.",
        minutes=described(NUMBER, "At most, 1 to 1440"),
    ),
    spec("browser_take_screenshot", "Look at the page. Takes no step.", pixels=True, free=True),
    spec(
        "browser_mouse_click_xy",
        "Click a point.",
        "clickCount",
        pixels=True,
        x=NUMBER,
        y=NUMBER,
        clickCount=NUMBER,
    ),
    spec("browser_mouse_move_xy", "Move the mouse to a point.", pixels=True, x=NUMBER, y=NUMBER),
    spec(
        "browser_mouse_drag_xy",
        "Press the mouse button at one point and release it at another.",
        pixels=True,
        startX=NUMBER,
        startY=NUMBER,
        endX=NUMBER,
        endY=NUMBER,
    ),
    spec(
        "browser_mouse_wheel",
        "Scroll what lies under the mouse.",
        pixels=True,
        deltaX=NUMBER,
        deltaY=NUMBER,
    ),
    spec("submit_answer", "Give the answer that the task asks for. Ends the episode.", answer=TEXT),
    spec(
        "give_up",
        "Say that the task cannot or must not be done. Ends the episode.",
        reason=described(TEXT, "Why"),
    ),
    spec("finish_task", "Say that the task is done. Ends the episode."),
)
"""All tools, those that need pixels included."""

START_EPISODE = spec(
    "start_episode",
    "Begin an episode and read its task. One that is running ends without a result.",
    "task seed split episode_id",
    task=described(TEXT, "Id of the task family; by default chosen by the seed"),
    seed=described(
        {"type": "integer", "minimum": 0}, "The same seed gives the same task; by default the next one"
    ),
    split={"type": "string", "enum": ["train", "test"]},
    episode_id=described(TEXT, "A name of your own, in use by nobody else"),
)
"""For servers whose protocol has no other way to begin an episode."""
