"""The state of an open page, independent of the engine that captures or restores it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urldefrag


@dataclass(frozen=True, kw_only=True, slots=True)
class NodeLocator:
    """An element of a page: the `nth` of its tag name in document order, from 0."""

    tag: str
    nth: int


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryEntry:
    """A history entry. Consecutive entries with equal `document` share one loaded document."""

    url: str
    document: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Control:
    """State of a form control that is not in its markup; None for what it does not have.

    `is_edited`: whether the value was typed rather than set by the page; `selected`: indices of the selected
    options, from 0.
    """

    locator: NodeLocator
    value: str | None = None
    is_edited: bool = False
    is_checked: bool | None = None
    selected: tuple[int, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Widget:
    """State of a native widget: `open` or `closed`, in the top layer as `modal` or `popover`, or a `list`.

    Top-layer widgets are in the order in which they were opened; `opener` had the focus at the time. A `list`
    is an open drop-down list; its `opener` is the option that has the focus.
    """

    locator: NodeLocator
    state: str
    opener: NodeLocator | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Focus:
    """The element with the keyboard focus, and the selection in it if it is a text box.

    With `is_passed` the document has the focus, and sequential navigation starts at the element or, if
    `child` is given, before its child node with this index.
    """

    locator: NodeLocator
    start: int = 0
    end: int = 0
    is_visible: bool = True
    is_passed: bool = False
    child: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Scrolled:
    """Scroll position of an element, in CSS pixels; the root element stands for the viewport."""

    locator: NodeLocator
    left: float
    top: float


@dataclass(frozen=True, kw_only=True, slots=True)
class BoundaryPoint:
    """An end of a text selection: child indices from the root element down, and the offset in that node."""

    path: tuple[int, ...]
    offset: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """A text selection outside of text boxes."""

    anchor: BoundaryPoint
    focus: BoundaryPoint


@dataclass(frozen=True, kw_only=True, slots=True)
class Cookie:
    """A cookie; `expires` in seconds since 1970, or -1 for a session cookie."""

    host: str
    name: str
    value: str
    path: str = "/"
    expires: float = -1.0
    is_http_only: bool = False
    same_site: str = "Lax"


@dataclass(frozen=True, kw_only=True, slots=True)
class Storage:
    """Web storage of an origin: `local` and `session`."""

    origin: str
    local: Mapping[str, str]
    session: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mouse:
    """The mouse position, in CSS pixels of the viewport."""

    x: float
    y: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PageState:
    """The state of an open page. Fields that an engine does not support are left empty or ignored.

    `history` ends with the open page; `markup` is its document; `clock_ms` is the virtual time since it was
    loaded; `clipboard` is the text copied last. `refs` are the numbers of the elements' refs by tag, in
    document order, 0 for an element without one; `refs_issued` is the highest number given in the episode.
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
    refs: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    refs_issued: int = 0

    @property
    def url(self) -> str:
        """The address of the open page."""
        return self.history[-1].url


def is_same_document(one: HistoryEntry, other: HistoryEntry) -> bool:
    """Whether two consecutive entries share a document, so that going between them loads nothing."""
    return one.document == other.document and urldefrag(one.url)[0] == urldefrag(other.url)[0]
