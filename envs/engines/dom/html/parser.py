"""Parses HTML into a document, declarative shadow trees included."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from sys import intern

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gristmill.envs.engines.dom.html.document import Document, Element, words

MAX_DEPTH = 200
NO_TAGS: frozenset[str] = frozenset()
SUGGESTIONS = frozenset({"datalist"})
NO_ATTRIBUTES: dict[str, str] = {}  # shared; elements are immutable
SHADOW_MARK = b"shadowrootmode"
HOSTS = words("article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span")
Child = Element | str


def parse_html(body: bytes, *, with_suggestions: bool = False) -> Document:
    """Parse a page's bytes as browsers do.

    The content of `<datalist>` is dropped unless requested: it matters only if a style sheet displays it,
    and it is often larger than the rest of a page.
    """
    root = LexborHTMLParser(body).root
    assert root is not None
    elements: list[Element] = []
    childless = NO_TAGS if with_suggestions else SUGGESTIONS
    if SHADOW_MARK in body.lower():
        page = ShadowTrees(elements, childless).convert(root, None, None, Tree(), 0)
        return Document(page, elements, has_shadows=True)
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


class ShadowPageElement(Element):
    """An element of a page that has shadow trees."""

    __slots__ = ("host", "own_children", "own_parent", "scope", "shadow")
    own_children: tuple[Child, ...]
    own_parent: Element | None

    @property
    def tree_parent(self) -> Element | None:
        """Its parent in its own tree; None at the top of a tree."""
        return self.own_parent

    @property
    def tree_children(self) -> tuple[Child, ...]:
        """Its children in its own tree, without those of a shadow tree."""
        return self.own_children


@dataclass(slots=True)
class Tree:
    """A tree under conversion: the document, or the shadow tree of a host.

    Attributes:
        number: of the shadow tree; 0 is the document.
        host: the host of the shadow tree.
        outer: the tree of the host.
        slotted: the host's child nodes that no slot has taken yet, by the name of their slot.
        taken: those that a slot has taken, with their positions.
    """

    number: int = 0
    host: Element | None = None
    outer: "Tree | None" = None
    slotted: dict[str, list[tuple[int, LexborNode]]] = field(default_factory=dict)
    taken: list[tuple[int, Child]] = field(default_factory=list)


class ShadowTrees:
    """Converts a page into its flat tree: a host has the children of its shadow tree, a slot what it takes.

    A host's children that no slot takes are not rendered and left out. Of the host of a closed shadow tree,
    which cannot be read, the text is all that is read.
    """

    def __init__(self, elements: list[Element], childless: frozenset[str]) -> None:
        self._elements, self._childless, self._numbers = elements, childless, count(1)

    def convert(
        self, node: LexborNode, parent: Element | None, tree_parent: Element | None, tree: Tree, depth: int
    ) -> Element:
        """Convert a node and its subtree; nesting beyond the limit is dropped."""
        attributes = {intern(name): value or "" for name, value in node.attributes.items()}
        element = ShadowPageElement(intern(node.tag or ""), attributes, parent, len(self._elements))
        element.host, element.scope, element.shadow = tree.host, tree.number, 0
        element.own_parent, element.own_children = tree_parent, ()
        self._elements.append(element)
        if element.tag in self._childless:
            return element
        nodes = list(child_nodes(node))
        template = shadow_template(element, nodes)
        if template is not None:
            self._fill_host(
                element, template, [child for child in nodes if child is not template], tree, depth
            )
            return element
        element.node_count = len(nodes)
        taken = tree.slotted.pop(attributes.get("name", ""), []) if element.tag == "slot" else []
        if taken and tree.outer is not None:
            for at, child in taken:
                found = self._children([child], element, tree.host, tree.outer, depth)
                tree.taken += [(at, each) for each in found]
                element.children += found
        else:
            element.children = element.own_children = self._children(nodes, element, element, tree, depth)
        return element

    def _fill_host(
        self,
        element: ShadowPageElement,
        template: LexborNode,
        nodes: list[LexborNode],
        outer: Tree,
        depth: int,
    ) -> None:
        """Convert the shadow tree of a host, and the host's own children where slots take them."""
        element.node_count = len(nodes)
        if (template.attributes.get("shadowrootmode") or "").lower() != "open":
            element.children = tuple(node.text_content or "" for node in nodes if node.is_text_node)
            return
        element.shadow = next(self._numbers)
        tree = Tree(element.shadow, element, outer)
        for at, node in enumerate(nodes):
            slot = (node.attributes.get("slot") or "") if node.is_element_node else ""
            if node.is_element_node or node.is_text_node:
                tree.slotted.setdefault(slot, []).append((at, node))
        inner = child_nodes(template.template_fragments()[0])
        element.children = self._children(inner, element, None, tree, depth)
        element.own_children = tuple(child for _, child in sorted(tree.taken, key=lambda pair: pair[0]))

    def _children(
        self,
        nodes: Iterable[LexborNode],
        parent: Element,
        tree_parent: Element | None,
        tree: Tree,
        depth: int,
    ) -> tuple[Child, ...]:
        children: list[Child] = []
        for node in nodes:
            if node.is_text_node:
                children.append(node.text_content or "")
            elif node.is_element_node and depth < MAX_DEPTH:
                children.append(self.convert(node, parent, tree_parent, tree, depth + 1))
        return tuple(children)


def child_nodes(node: LexborNode) -> Iterable[LexborNode]:
    """The child nodes of a node, comments included."""
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


def shadow_template(element: Element, nodes: list[LexborNode]) -> LexborNode | None:
    """The first child that declares a shadow tree, if this element can have one."""
    if element.tag not in HOSTS and "-" not in element.tag:
        return None
    return next(
        (
            node
            for node in nodes
            if node.tag == "template"
            and (node.attributes.get("shadowrootmode") or "").lower() in {"open", "closed"}
        ),
        None,
    )
