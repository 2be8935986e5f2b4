"""Immutable elements of a parsed page. What changes is kept in `FormState`."""

from collections.abc import Iterable, Iterator
from functools import cached_property


def words(text: str) -> frozenset[str]:
    """The words of a text, for long lists of names."""
    return frozenset(text.split())


LABELABLE = words("button input meter output progress select textarea")
CONTROLS = ("button", "input", "select", "textarea")
AUTOFOCUSED = ("a", *CONTROLS, "summary")


class Element:
    """An element. `children` holds elements and text runs; `node_count` also counts comments.

    `parent` and `children` are those of the flat tree, which is what is laid out. In a page with shadow trees
    (`parser.py`) the tree that selectors, forms and ids refer to differs from it.

    Attributes:
        type: that of a control, normalized as in browsers, and "" for other elements.
        host: the host of the shadow tree it is in.
        scope: the number of that tree; 0 is the document.
        shadow: the number of its own shadow tree; 0 if it has none.
    """

    __slots__ = ("attributes", "children", "index", "is_in_svg", "node_count", "parent", "tag", "type")
    host: "Element | None" = None
    scope = 0
    shadow = 0

    def __init__(self, tag: str, attributes: dict[str, str], parent: "Element | None", index: int) -> None:
        self.tag, self.attributes, self.parent, self.index = tag, attributes, parent, index
        self.children: tuple[Element | str, ...] = ()
        self.node_count = 0
        self.is_in_svg: bool = parent is not None and (parent.tag == "svg" or parent.is_in_svg)
        self.type = control_type(tag, attributes) if tag in CONTROLS else ""

    def __repr__(self) -> str:
        return f"<{self.tag} {self.attributes}>"

    @property
    def tree_parent(self) -> "Element | None":
        """Its parent in its own tree; None at the top of a tree."""
        return self.parent

    @property
    def tree_children(self) -> "tuple[Element | str, ...]":
        """Its children in its own tree, without those of a shadow tree."""
        return self.children

    def tree_up(self) -> Iterator["Element"]:
        """Itself and its ancestors in its own tree, innermost first."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.tree_parent

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

    def text(self) -> str:
        """All text of its subtree, verbatim."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


INPUT_TYPES = words(
    "button checkbox color date datetime-local email file hidden image month number password radio range "
    "reset search submit tel text time url week"
)


def control_type(tag: str, attributes: dict[str, str]) -> str:
    """The type of a control, normalized as in browsers."""
    if tag in {"select", "textarea"}:
        return "textarea" if tag == "textarea" else "select-one"
    kind = attributes.get("type", "").lower()
    if tag == "button":
        return kind if kind in {"reset", "button"} else "submit"
    return kind if kind in INPUT_TYPES else "text"


class Document:
    """A parsed page."""

    def __init__(self, root: Element, elements: list[Element], *, has_shadows: bool = False) -> None:
        self.root, self.elements, self.has_shadows = root, elements, has_shadows
        found = [child for child in root.elements() if child.tag == "body"]
        self.body = found[0] if found else root
        self.choices: dict[Element, tuple[list[Element], list[Element]]] = {}  # filled by its states

    @cached_property
    def ids(self) -> dict[str, Element]:
        """The first element with each id, outside shadow trees."""
        return self._ids_of(0)

    def ids_around(self, element: Element) -> dict[str, Element]:
        """The first element with each id, in the tree of this element."""
        return self._ids_of(element.scope) if element.scope else self.ids

    def _ids_of(self, scope: int) -> dict[str, Element]:
        return {
            e.attributes["id"]: e
            for e in reversed(self.elements)
            if e.scope == scope and e.attributes.get("id")
        }

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
            form = self.ids_around(control).get(control.attributes["form"])
            return form if form is not None and form.tag == "form" else None
        return next((around for around in control.tree_up() if around.tag == "form"), None)

    @cached_property
    def controls(self) -> dict[Element | None, list[Element]]:
        """Controls by form owner (None: no form), in document order."""
        found: dict[Element | None, list[Element]] = {}
        for element in self.in_tree_order(*CONTROLS):
            found.setdefault(self.form_of(element), []).append(element)
        return found

    @cached_property
    def radio_groups(self) -> dict[Element, list[Element]]:
        """The radio buttons of the same tree, form owner and name, for each radio button with a name."""
        groups: dict[tuple[Element | None, str, int], list[Element]] = {}
        for form, controls in self.controls.items():
            for radio in controls:
                if radio.type == "radio" and radio.attributes.get("name"):
                    groups.setdefault((form, radio.attributes["name"], radio.scope), []).append(radio)
        return {radio: group for group in groups.values() for radio in group}

    @cached_property
    def suggested(self) -> frozenset[Element]:
        """The elements in a `<datalist>`."""
        return frozenset(each for datalist in self.all("datalist") for each in datalist.walk())

    @cached_property
    def has_disabled_fieldset(self) -> bool:
        """Whether any `<fieldset>` is disabled."""
        return any("disabled" in fieldset.attributes for fieldset in self.all("fieldset"))

    @cached_property
    def autofocused(self) -> Element | None:
        """The element with `autofocus`."""
        if "autofocus" not in self.attribute_names:
            return None
        return next((e for e in self.all(*AUTOFOCUSED) if "autofocus" in e.attributes), None)

    def all(self, *tags: str) -> list[Element]:
        """The elements with these tags, in document order."""
        return [element for element in self.elements if element.tag in tags]

    def in_tree_order(self, *tags: str) -> list[Element]:
        """The elements with these tags, those of a shadow tree after those of its host's tree."""
        if not self.has_shadows:
            return self.all(*tags)
        return [element for element in trees_in([self.root]) if element.tag in tags]

    def numbered(self, tag: str) -> list[Element]:
        """The elements of a tag that refs count: suggestions may not be parsed, so they are left out."""
        found = self.in_tree_order(tag)
        return [e for e in found if e not in self.suggested] if tag in {"option", "optgroup"} else found

    @cached_property
    def main_span(self) -> tuple[int, int]:
        """The indexes from and before which `main` lies, which is exchanged; (0, 0) without one."""
        main = next((element for element in self.elements if element.tag == "main"), None)
        if main is None or self.has_shadows:
            return 0, 0
        return main.index, main.index + 1 + sum(1 for _ in main.walk())

    @cached_property
    def frame_tags(self) -> list[str]:
        """The tags of the elements that remain when `main` is exchanged; none without one."""
        start, end = self.main_span
        return [element.tag for element in self.elements[:start] + self.elements[end:]] if end else []

    def control_of(self, label: Element) -> Element | None:
        """The control that a label labels."""
        if "for" in label.attributes:
            control = self.ids_around(label).get(label.attributes["for"])
            return control if control is not None and is_labelable(control) else None
        return next((element for element in label.walk() if is_labelable(element)), None)

    def named(self, element: Element, attribute: str) -> list[Element]:
        """The elements of an id list in an attribute, without ids that do not exist."""
        names = element.attributes.get(attribute)
        if not names:
            return []
        ids = self.ids_around(element)
        return list(dict.fromkeys(ids[name] for name in names.split() if name in ids))


def trees_in(tops: Iterable[Element]) -> Iterator[Element]:
    """All elements of a tree, in its own order, and of each shadow tree after that."""
    own = [element for top in tops for element in tree_walk(top)]
    yield from own
    for element in own:
        if element.shadow:
            yield from trees_in(element.elements())


def tree_walk(element: Element) -> Iterator[Element]:
    """An element and all its descendants in its own tree."""
    yield element
    for child in element.tree_children:
        if not isinstance(child, str):
            yield from tree_walk(child)


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
