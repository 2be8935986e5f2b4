"""Builds a page's aria text, line for line equal to the `chromium` engine's.

One walk builds the nodes and simplifies each once its subtree is complete: text runs are joined,
redundant containers are replaced by their content, and names that repeat what is rendered below them
are dropped.
"""

from gristmill.envs.engines.dom.aria.node import (
    Node,
    Sources,
    Traits,
    add_properties,
    finish_text,
    take_inner_text,
)
from gristmill.envs.engines.dom.aria.node_traits import Describer
from gristmill.envs.engines.dom.aria.roles import NO_ROLE, Roles
from gristmill.envs.engines.dom.css.boxes import Layout
from gristmill.envs.engines.dom.html.document import Document, Element, words
from gristmill.envs.engines.dom.html.form_state import FormState

NO_NUMBER = 0
# What these contribute depends on form state, on labels, or on elements around them.
OPEN_TAGS = words(
    "area audio datalist details dialog fieldset footer header iframe input meter optgroup option output "
    "progress select slot summary textarea th video"
)
OPEN_ATTRIBUTES = words("aria-labelledby aria-owns contenteditable popover")
ROLES_OF_OTHERS = NO_ROLE | {"grid", "treegrid"}  # which change the roles of elements below


def numbers(layout: Layout) -> list[int]:
    """By element, a number that is equal for subtrees of equal content whose styles follow from the root's.

    `NO_NUMBER` if anything but content, position and the style of the root decides what is rendered.
    """
    document, number = layout.document, layout.cascade.number
    found = [NO_NUMBER] * len(document.elements)
    if not may_share(document):
        return found
    labels, has_disabled_fieldset = document.labels, document.has_disabled_fieldset
    for element in reversed(document.elements):
        attributes = element.attributes
        if (
            element.tag in OPEN_TAGS
            or not (attributes.keys().isdisjoint(OPEN_ATTRIBUTES) and layout.is_decided(element))
            or (element.tag == "button" and (has_disabled_fieldset or element in labels))
        ):
            continue
        parts: list[object] = [element.tag, *attributes.items(), element.node_count]
        for child in element.children:
            if isinstance(child, str):
                parts.append(child)
            elif found[child.index] == NO_NUMBER:
                break
            else:
                parts.append(found[child.index])
        else:
            found[element.index] = number(tuple(parts))
    return found


def may_share(document: Document) -> bool:
    """Whether roles and states follow from what is at most one step above an element."""
    if not document.attribute_names.isdisjoint({"aria-disabled", "aria-owns"}):
        return False
    return "role" not in document.attribute_names or all(
        ROLES_OF_OTHERS.isdisjoint(element.attributes.get("role", "").lower().split())
        for element in document.elements
    )


SELF_EXPLAINING = words(
    "alertdialog application banner columnheader complementary contentinfo dialog document figure form grid "
    "group listbox main menu menubar navigation radiogroup region rowheader search table tablist tabpanel "
    "toolbar tree treegrid"
)


class AriaTreeBuilder:
    """Builds the nodes of a page in one layout. Thread-safe."""

    def __init__(self, layout: Layout, roles: Roles) -> None:
        self.layout, self.roles = layout, roles
        self.numbers = numbers(layout)
        self.traits: list[Traits | None] = [None] * len(layout.document.elements)

    def build(self, state: FormState) -> list[Node | str]:
        """The root nodes in a state that has this layout, in document order."""
        body = self.layout.document.body
        top = Node(body, "fragment", "", False, "", False, False, (), None)
        Walk(self, state).visit(body, top)
        finish_text(top)
        return top.children


class Walk:
    """One walk over a page in one state."""

    def __init__(self, builder: AriaTreeBuilder, state: FormState) -> None:
        self._layout, self._state, self._traits = builder.layout, state, builder.traits
        self._describer = Describer(builder.layout, builder.roles, state, builder.numbers)
        self._active = (None if state.is_left else state.focus) or state.document.body
        while self._active.host is not None:  # the host stands for what is active in its shadow tree
            self._active = self._active.host
        self._rendered: set[Element] = set()  # elements that have a ref
        self._unrendered_sources: set[Element] = set()  # name sources not rendered by any node so far
        self._met: set[Element] = set()
        self._has_owned = "aria-owns" in state.document.attribute_names

    def visit(self, element: Element, parent: Node) -> None:
        """Add an element to the nearest enclosing node."""
        if self._has_owned and self._was_rendered(element):
            return
        if self._layout.styles[element.index].display == "none":
            parent.children.append(" ")
            return
        traits = self._traits[element.index]
        if traits is None:
            traits = self._traits[element.index] = self._describer.traits(element)
        if not traits.role:
            self._fill(parent, element, traits)
            return
        node = self._node(element, traits, parent)
        parent.has_inner_nodes = True
        has_ref = traits.has_ref
        if has_ref:
            self._rendered.add(element)
            if node.sources:
                self._unrendered_sources.update(node.sources)
        self._complete(node, element, traits)
        if has_ref and (node.has_inner_nodes or node.role != "generic"):
            self._unrendered_sources.discard(element)
        self._finish(node, parent)

    def _complete(self, node: Node, element: Element, traits: Traits) -> None:
        """Fill in the children of an element's node."""
        text = traits.text
        if text is None:
            self._fill(node, element, traits)
            finish_text(node)
            return
        if text and text != node.name:
            node.children.append(text)
        if node.role == "link":
            add_properties(node, element.attributes)

    def _was_rendered(self, element: Element) -> bool:
        """Whether an element was already rendered elsewhere through `aria-owns`."""
        was_met = element in self._met
        self._met.add(element)
        return was_met

    def _node(self, element: Element, traits: Traits, parent: Node) -> Node:
        """The node of an element that has one of its own."""
        role, name, states = traits.role, traits.name, traits.states
        sources: Sources = (element,)
        if traits.sources is not None:
            elements, at = self._layout.document.elements, element.index
            sources = tuple(elements[at + distance] for distance in traits.sources)
        is_active = element is self._active
        if is_active or traits.is_switched:
            states = self._describer.states(element, is_active=is_active)
        if traits.is_live:
            name, sources = self._describer.name(element)
        node = Node(
            element, role, name, traits.has_ref, states, is_active, traits.is_aria_hidden, sources, parent
        )
        if element.tag == "textarea" or (
            element.tag == "input" and element.type not in {"checkbox", "radio", "file"}
        ):
            node.children.append(self._state.value(element))
        return node

    def _fill(self, node: Node, element: Element, traits: Traits) -> None:
        """Add an element's content, with the white space that its display type implies."""
        out = node.children
        out.append(traits.lead)
        takes_text = traits.is_visible and node.role != "textbox" and not traits.is_collapsed
        for child in element.children:
            if not isinstance(child, str):
                self.visit(child, node)
            elif takes_text:
                out.append(child)
        if self._has_owned:
            for owned in self._layout.document.named(element, "aria-owns"):
                self.visit(owned, node)
        out.append(traits.trail)
        if node.role in {"link", "textbox"}:
            add_properties(node, element.attributes)

    def _finish(self, node: Node, parent: Node) -> None:
        """Attach a completed node to its parent, unless it is redundant."""
        if node.role == "img" and not node.name and not node.children and not self._is_click_root(node):
            return
        self._drop_redundant_name(node)
        if node.role != "generic":
            parent.children.append(node)
            return
        take_inner_text(node)
        if self._repeats_name(node, parent):
            return
        only = node.children[0] if len(node.children) == 1 else None
        if not node.name and isinstance(only, Node) and only.has_ref:
            parent.children.append(only)
        elif node.name or node.children or self._is_click_root(node):
            parent.children.append(node)

    def _is_click_root(self, node: Node) -> bool:
        """Whether it has a pointer cursor and no enclosing rendered element has one."""
        if not (node.has_ref and self._layout.has_pointer_cursor(node.element)):
            return False
        around = node.parent
        while around is not None:
            if around.has_ref and self._layout.has_pointer_cursor(around.element):
                return False
            around = around.parent
        return True

    def _drop_redundant_name(self, node: Node) -> None:
        """Drop a name if all elements that it was read from are rendered."""
        if not (node.has_ref and node.sources):
            return
        sources = [s for s in node.sources if s is not node.element and s in self._rendered]
        if not sources:
            return
        if node.role not in SELF_EXPLAINING and self._unrendered_sources.isdisjoint(sources):
            node.name = ""
        else:
            self._unrendered_sources.difference_update(sources)

    def _repeats_name(self, node: Node, parent: Node) -> bool:
        """Whether a container only repeats its parent's name."""
        if not parent.name or node.is_active or node.has_properties:
            return False
        text = node.only_text if not node.name else (None if node.children else node.name)
        if not text or text != parent.name:
            return False
        if node.has_ref:
            self._unrendered_sources.add(node.element)
        return True
