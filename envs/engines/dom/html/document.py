"""Immutable elements of a parsed page. What changes is kept in `FormState`."""

from collections.abc import Iterator
from functools import cached_property
from sys import intern

from selectolax.lexbor import LexborHTMLParser, LexborNode


def words(text: str) -> frozenset[str]:
    """The words of a text, for long lists of names."""
    return frozenset(text.split())


LABELABLE = words("button input meter output progress select textarea")
CONTROLS = ("button", "input", "select", "textarea")
AUTOFOCUSED = ("a", *CONTROLS, "summary")
MAX_DEPTH = 200
NO_TAGS: frozenset[str] = frozenset()
SUGGESTIONS = frozenset({"datalist"})
NO_ATTRIBUTES: dict[str, str] = {}  # shared; elements are immutable


class Element:
    """An element. `children` holds elements and text runs; `node_count` also counts comments."""

    __slots__ = ("attributes", "children", "index", "is_in_svg", "node_count", "parent", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], parent: "Element | None", index: int) -> None:
        self.tag, self.attributes, self.parent, self.index = tag, attributes, parent, index
        self.children: tuple[Element | str, ...] = ()
        self.node_count = 0
        self.is_in_svg: bool = parent is not None and (parent.tag == "svg" or parent.is_in_svg)

    def __repr__(self) -> str:
        return f"<{self.tag} {self.attributes}>"

    def elements(self) -> Iterator["Element"]:
        """The elements among its children."""
        return (child for child in self.children if not isinstance(child, str))

    def walk(self) -> Iterator["Element"]:
        """All descendants in document order."""
        for child in self.elements():
            yield child
            yield from child.walk()

    def up(self) -> Iterator["Element"]:
        """Itself and its ancestors, innermost first."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.parent

    def closest(self, *tags: str) -> "Element | None":
        """Itself or the nearest ancestor that has one of these tags."""
        element: Element | None = self
        while element is not None and element.tag not in tags:
            element = element.parent
        return element

    def contains(self, other: "Element") -> bool:
        """Whether `other` is itself or a descendant."""
        return any(element is self for element in other.up())

    @property
    def type(self) -> str:
        """The type of an input or button, normalized as in browsers."""
        if self.tag == "input":
            kind = self.attributes.get("type", "").lower()
            return kind if kind in INPUT_TYPES else "text"
        if self.tag == "button":
            kind = self.attributes.get("type", "").lower()
            return kind if kind in {"reset", "button"} else "submit"
        return {"textarea": "textarea", "select": "select-one"}.get(self.tag, "")

    def text(self) -> str:
        """All text of its subtree, verbatim."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


INPUT_TYPES = words(
    "button checkbox color date datetime-local email file hidden image month number password radio range "
    "reset search submit tel text time url week"
)


class Document:
    """A parsed page."""

    def __init__(self, root: Element, elements: list[Element]) -> None:
        self.root, self.elements = root, elements
        found = [child for child in root.elements() if child.tag == "body"]
        self.body = found[0] if found else root
        self.choices: dict[Element, tuple[list[Element], list[Element]]] = {}  # filled by its states

    @cached_property
    def ids(self) -> dict[str, Element]:
        """The first element with each id."""
        return {e.attributes["id"]: e for e in reversed(self.elements) if e.attributes.get("id")}

    @cached_property
    def title(self) -> str:
        """The document's title."""
        found = self.all("title")
        return " ".join(found[0].text().split()) if found else ""

    @cached_property
    def base_href(self) -> str:
        """The `href` of `<base>`, unresolved; empty if there is none."""
        return next((e.attributes["href"] for e in self.all("base") if "href" in e.attributes), "")

    @cached_property
    def base_target(self) -> str:
        """The default browsing context of links and forms."""
        return next((e.attributes["target"] for e in self.all("base") if "target" in e.attributes), "")

    @cached_property
    def attribute_names(self) -> set[str]:
        """The names of all attributes of all elements."""
        return set().union(*(element.attributes for element in self.elements))

    @cached_property
    def labels(self) -> dict[Element, list[Element]]:
        """The labels of each control that has any."""
        labels: dict[Element, list[Element]] = {}
        for label in self.all("label"):
            control = self.control_of(label)
            if control is not None:
                labels.setdefault(control, []).append(label)
        return labels

    def form_of(self, control: Element) -> Element | None:
        """The form owner of a control."""
        if "form" in control.attributes and control.tag not in {"option", "optgroup"}:
            form = self.ids.get(control.attributes["form"])
            return form if form is not None and form.tag == "form" else None
        return control.closest("form")

    @cached_property
    def controls(self) -> dict[Element | None, list[Element]]:
        """Controls by form owner (None: no form), in document order."""
        found: dict[Element | None, list[Element]] = {}
        for element in self.all(*CONTROLS):
            found.setdefault(self.form_of(element), []).append(element)
        return found

    @cached_property
    def autofocused(self) -> Element | None:
        """The element with `autofocus`."""
        if "autofocus" not in self.attribute_names:
            return None
        return next((e for e in self.all(*AUTOFOCUSED) if "autofocus" in e.attributes), None)

    def all(self, *tags: str) -> list[Element]:
        """The elements with these tags, in document order."""
        return [element for element in self.elements if element.tag in tags]

    def control_of(self, label: Element) -> Element | None:
        """The control that a label labels."""
        if "for" in label.attributes:
            control = self.ids.get(label.attributes["for"])
            return control if control is not None and is_labelable(control) else None
        return next((element for element in label.walk() if is_labelable(element)), None)

    def named(self, ids: str) -> list[Element]:
        """The elements of an id list, without ids that do not exist."""
        if not ids:
            return []
        return list(dict.fromkeys(self.ids[name] for name in ids.split() if name in self.ids))


def is_labelable(element: Element) -> bool:
    """Whether an element is labelable."""
    return element.tag in LABELABLE and element.type != "hidden"


def is_boosted(element: Element) -> bool:
    """Whether htmx would handle a link or form where scripts run."""
    for around in element.up():
        for name, value in around.attributes.items():
            if name.startswith("hx-boost"):
                return value == "true"
    return False


def parse_html(body: bytes, *, with_suggestions: bool = False) -> Document:
    """Parse a page's bytes as browsers do.

    The content of `<datalist>` is dropped unless requested: it matters only if a style sheet displays it,
    and it is often larger than the rest of a page.
    """
    root = LexborHTMLParser(body).root
    assert root is not None
    elements: list[Element] = []
    childless = NO_TAGS if with_suggestions else SUGGESTIONS
    return Document(convert(root, None, elements, childless, 0), elements)


def convert(
    node: LexborNode, parent: Element | None, elements: list[Element], childless: frozenset[str], depth: int
) -> Element:
    """Convert a node and its subtree; nesting beyond the limit is dropped."""
    tag, attributes = intern(node.tag or ""), node.attributes
    if attributes:
        attributes = {intern(name): value or "" for name, value in attributes.items()}
    element = Element(tag, attributes or NO_ATTRIBUTES, parent, len(elements))  # type: ignore[arg-type]
    elements.append(element)
    if tag in childless:
        return element
    children: list[Element | str] = []
    child, count = node.first_child, 0
    while child is not None:
        count += 1
        if child.is_text_node:
            children.append(child.text_content or "")
        elif child.is_element_node and depth < MAX_DEPTH:
            children.append(convert(child, element, elements, childless, depth + 1))
        child = child.next
    element.children, element.node_count = tuple(children), count
    return element
