"""The `aria` text of a page, line for line what the `chromium` engine shows of it.

One walk builds the nodes and simplifies each as soon as all below it is known: runs of text are
joined, containers that add nothing give way to what they hold, names that only repeat what is shown
below them are left out.
"""

from gristmill.envs.engines.dom.aria.node import Node, Traits, add_properties, finish_text, take_inner_text
from gristmill.envs.engines.dom.aria.node_traits import Describer
from gristmill.envs.engines.dom.aria.roles import Roles
from gristmill.envs.engines.dom.css.boxes import Layout
from gristmill.envs.engines.dom.html.document import Element, words
from gristmill.envs.engines.dom.html.form_state import FormState

SELF_EXPLAINING = words(
    "alertdialog application banner columnheader complementary contentinfo dialog document figure form grid "
    "group listbox main menu menubar navigation radiogroup region rowheader search table tablist tabpanel "
    "toolbar tree treegrid"
)


class AriaTreeBuilder:
    """Builds the nodes of a page in one layout. Threads may share it."""

    def __init__(self, layout: Layout, roles: Roles) -> None:
        self.layout, self.roles = layout, roles
        self.traits: list[Traits | None] = [None] * len(layout.document.elements)

    def build(self, state: FormState) -> list[Node | str]:
        """The topmost nodes in a state that has this layout, in reading order."""
        body = self.layout.document.body
        top = Node(body, "fragment", "", False, "", False, False, (), None)
        Walk(self, state).visit(body, top)
        finish_text(top)
        return top.children


class Walk:
    """One walk over a page in one state of it."""

    def __init__(self, outliner: AriaTreeBuilder, state: FormState) -> None:
        self._layout, self._state, self._traits = outliner.layout, state, outliner.traits
        self._describer = Describer(outliner.layout, outliner.roles, state)
        self._active = None if state.is_left else state.focus or state.document.body
        self._shown: set[Element] = set()  # elements that have a ref
        self._owed: set[Element] = set()  # sources of names that no node has shown yet
        self._met: set[Element] = set()
        self._has_owned = "aria-owns" in state.document.attribute_names

    def visit(self, element: Element, parent: Node) -> None:
        """Add an element to the nearest node around it, in whatever form remains of it."""
        if self._has_owned and self._was_met(element):
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
            self._shown.add(element)
            if node.sources:
                self._owed.update(node.sources)
        self._complete(node, element, traits)
        if has_ref and (node.has_inner_nodes or node.role != "generic"):
            self._owed.discard(element)
        self._finish(node, parent)

    def _complete(self, node: Node, element: Element, traits: Traits) -> None:
        """Give an element's node what it holds."""
        text = traits.text
        if text is None:
            self._fill(node, element, traits)
            finish_text(node)
            return
        if text and text != node.name:
            node.children.append(text)
        if node.role == "link":
            add_properties(node, element.attributes)

    def _was_met(self, element: Element) -> bool:
        """Whether an element has been shown already, where another one claims it by `aria-owns`."""
        was_met = element in self._met
        self._met.add(element)
        return was_met

    def _node(self, element: Element, traits: Traits, parent: Node) -> Node:
        """The node of an element that has one of its own."""
        role, name, states = traits.role, traits.name, traits.states
        sources = (element,) if traits.sources is None else traits.sources
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
        """Add what lies within an element, with the white space that its display puts around it."""
        out = node.children
        out.append(traits.lead)
        takes_text = traits.is_visible and node.role != "textbox" and not traits.is_folded
        for child in element.children:
            if not isinstance(child, str):
                self.visit(child, node)
            elif takes_text:
                out.append(child)
        if self._has_owned:
            for owned in self._layout.document.named(element.attributes.get("aria-owns", "")):
                self.visit(owned, node)
        out.append(traits.trail)
        if node.role in {"link", "textbox"}:
            add_properties(node, element.attributes)

    def _finish(self, node: Node, parent: Node) -> None:
        """Give a node whose content is complete to its parent, unless it adds nothing."""
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
        """Whether the cursor is a hand over it, and over none of the elements shown around it."""
        if not (node.has_ref and self._layout.has_pointer_cursor(node.element)):
            return False
        around = node.parent
        while around is not None:
            if around.has_ref and self._layout.has_pointer_cursor(around.element):
                return False
            around = around.parent
        return True

    def _drop_redundant_name(self, node: Node) -> None:
        """A name that was read from elements which are all shown says nothing new."""
        if not (node.has_ref and node.sources):
            return
        sources = [s for s in node.sources if s is not node.element and s in self._shown]
        if not sources:
            return
        if node.role not in SELF_EXPLAINING and self._owed.isdisjoint(sources):
            node.name = ""
        else:
            self._owed.difference_update(sources)

    def _repeats_name(self, node: Node, parent: Node) -> bool:
        """Whether a container only says again how its parent is called."""
        if not parent.name or node.is_active or node.has_properties:
            return False
        text = node.only_text if not node.name else (None if node.children else node.name)
        if not text or text != parent.name:
            return False
        if node.has_ref:
            self._owed.add(node.element)
        return True
