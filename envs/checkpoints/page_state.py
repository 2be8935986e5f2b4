"""What an engine remembers of an open page, so that any engine can open it again as it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urldefrag


@dataclass(frozen=True, kw_only=True, slots=True)
class NodeLocator:
    """An element of a page: the `nth` of its tag in document order, from 0."""

    tag: str
    nth: int


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryEntry:
    """An entry of the history. Neighbours of equal `document` were shown without loading anew."""

    url: str
    document: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Control:
    """What a form control holds that its markup does not say; None where it has no such thing.

    `is_edited` tells that a person wrote the value; `selected` are numbers of options, from 0.
    """

    locator: NodeLocator
    value: str | None = None
    is_edited: bool = False
    is_checked: bool | None = None
    selected: tuple[int, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Widget:
    """A native widget as it was left: `open` or `closed`, or on top of the page: `modal`, `popover`.

    Those on top stand in the order in which they were opened; `opener` had the focus then. A drop-down
    list that is open in the page is a `list`; its `opener` is the option that has the focus.
    """

    locator: NodeLocator
    state: str
    opener: NodeLocator | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Focus:
    """Where the keyboard goes, and what is selected in that text box.

    With `is_passed` the focus is on the page itself, and Tab goes on from the element, or if `child` is
    given from the place before that one of its child nodes, from 0.
    """

    locator: NodeLocator
    start: int = 0
    end: int = 0
    is_visible: bool = True
    is_passed: bool = False
    child: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Scrolled:
    """An element that is scrolled, in CSS pixels; the root element is the page."""

    locator: NodeLocator
    left: float
    top: float


@dataclass(frozen=True, kw_only=True, slots=True)
class BoundaryPoint:
    """An end of a text selection: child numbers from the root element down, and the offset there."""

    path: tuple[int, ...]
    offset: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """Text of the page that is selected, outside of text boxes."""

    anchor: BoundaryPoint
    focus: BoundaryPoint


@dataclass(frozen=True, kw_only=True, slots=True)
class Cookie:
    """A cookie; `expires` in seconds since 1970, or -1 at the session's end."""

    host: str
    name: str
    value: str
    path: str = "/"
    expires: float = -1.0
    is_http_only: bool = False
    same_site: str = "Lax"


@dataclass(frozen=True, kw_only=True, slots=True)
class Storage:
    """What pages of an origin stored: lasting (`local`) and for the tab (`session`)."""

    origin: str
    local: Mapping[str, str]
    session: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mouse:
    """Where the mouse is, in CSS pixels of the viewport."""

    x: float
    y: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PageState:
    """An open page. Parts that an engine does not have are left empty, or passed over.

    `history` is the history up to the open page, which is the last; `markup` is its document. `clock_ms`
    has passed for its timers since it was loaded; `clipboard` is the text that was copied last in it.
    """

    history: tuple[HistoryEntry, ...]
    markup: str
    controls: tuple[Control, ...] = ()
    widgets: tuple[Widget, ...] = ()
    focus: Focus | None = None
    scrolled: tuple[Scrolled, ...] = ()
    selection: Selection | None = None
    cookies: tuple[Cookie, ...] = ()
    storage: tuple[Storage, ...] = ()
    mouse: Mouse = Mouse(x=0.0, y=0.0)
    clock_ms: float = 0.0
    clipboard: str = ""

    @property
    def url(self) -> str:
        """The address of the open page."""
        return self.history[-1].url


def is_same_document(one: HistoryEntry, other: HistoryEntry) -> bool:
    """Whether two neighbours are history within one loaded page: going between them loads nothing."""
    return one.document == other.document and urldefrag(one.url)[0] == urldefrag(other.url)[0]
