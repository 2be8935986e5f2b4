"""The cascade: which rules apply to each element, and which of them win.

Most selectors depend only on the tags, ids and classes of an element and its ancestors. Their results
are cached by that path, so that only the other selectors are evaluated on the next page.
"""

from collections.abc import Hashable
from itertools import count
from typing import Any, TypeVar

from gristmill.envs.engines.dom.css.computed import (
    ROOT,
    Content,
    Looks,
    Style,
    compute,
    content_of,
    initial_display,
)
from gristmill.envs.engines.dom.css.stylesheet import (
    FLOW,
    Declarations,
    Rule,
    RuleIndex,
    Variables,
    inherited,
    inline_style,
    is_custom,
    resolved,
    used_names,
    winners,
)
from gristmill.envs.engines.dom.html.document import Document, Element
from gristmill.envs.engines.dom.html.form_state import FormState

MAX_PATHS = 20_000
MAX_FACTS = 20_000  # about 10 MB
MAX_SUBTREES = 20_000
NOT_DISPLAYED = ("none", False)
OWN_CURSOR = frozenset({"button", "input", "label", "option", "select", "textarea"})
Key = tuple[str, str, str]
T = TypeVar("T")


class RuleGroup:
    """Rules of one kind, grouped by whether their selectors are decided by a path.

    Attributes:
        fixed: rules that match every element of the path.
        open: rules that may match.
        names: properties that any of these rules declare.
        may_shrink: whether any of these rules can give an element zero size.
    """

    __slots__ = ("fixed", "may_shrink", "names", "open")

    def __init__(self, rules: RuleIndex, element: Element, state: FormState) -> None:
        candidates = rules.fitting(element)
        paths = [rule for rule in candidates if rule.selector.is_path]
        self.fixed = [rule for rule in paths if rule.selector.matches(element, state)]
        self.open = [
            rule for rule in candidates if not rule.selector.is_path and rule.selector.could_match(element)
        ]
        all_declarations = [rule.declarations for rule in self.fixed + self.open]
        self.names = frozenset(name for declared in all_declarations for name in declared)
        self.may_shrink = any(shrinks(declared) for declared in all_declarations)

    def matching(self, element: Element, state: FormState) -> list[Rule]:
        """The rules that match an element of the path, in ascending precedence."""
        if not self.open:
            return self.fixed
        found = self.fixed + [rule for rule in self.open if rule.selector.matches(element, state)]
        return sorted(found, key=lambda rule: rule.rank)


class Path:
    """All elements with equal tags, ids and classes, and equal ancestors."""

    __slots__ = ("appearance", "below", "flow", "is_decided", "looks", "styles")

    def __init__(self) -> None:
        self.below: dict[Key, Path] = {}
        self.styles: dict[tuple[object, ...], Style] = {}
        self.flow: RuleGroup | None = None
        self.looks: dict[tuple[object, ...], Looks] = {}
        self.appearance: RuleGroup | None = None
        self.is_decided: bool | None = None  # whether no rule depends on more than the path


class Cascade:
    """The rules of a page's style sheets in ascending precedence.

    `facts` caches facts about elements, shared by all pages with these style sheets; `rules` are the
    rules it was built from.
    """

    def __init__(self, rules: list[Rule]) -> None:
        ranked = sorted(rules, key=lambda rule: rule.selector.specificity)
        used = used_names(rule.declarations for rule in ranked)
        ranked = [
            Rule(rule.selector, without_unused(rule.declarations, used), rank)
            for rank, rule in enumerate(ranked)
        ]
        self._flow = RuleIndex(rule for rule in ranked if rule.declarations.keys() & (FLOW | used))
        self._looks = RuleIndex(rule for rule in ranked if rule.declarations.keys() - FLOW - used)
        self.depends_on_checked = any(rule.selector.depends_on_checked for rule in ranked)
        self._root, self._size = Path(), 0
        self._serials = count(1)
        self._displays: dict[Key, list[Rule]] = {}  # of datalists, of which there are few kinds
        self.facts: dict[Hashable, Any] = {}
        self._subtrees: dict[Hashable, int] = {}
        self.rules = rules

    def without_caches(self) -> "Cascade":
        """The same rules with empty caches."""
        return Cascade(self.rules)

    def add_fact(self, key: Hashable, found: T) -> T:
        """Cache a fact for other pages."""
        if len(self.facts) >= MAX_FACTS:
            self.facts.clear()
        self.facts[key] = found
        return found

    def number(self, subtree: Hashable) -> int:
        """A number that is equal for equal subtrees only, of all pages."""
        found = self._subtrees.get(subtree)
        if found is None:
            if len(self._subtrees) >= MAX_SUBTREES:
                self._subtrees.clear()
            found = self._subtrees.setdefault(subtree, next(self._serials))
        return found

    def may_display(self, element: Element) -> bool:
        """Whether a rule or an inline style could display it, in any state."""
        return "style" in element.attributes or any(
            rule.selector.could_match(element) for rule in self._displaying(element)
        )

    def _displaying(self, element: Element) -> list[Rule]:
        """The rules that could display elements of this tag, id and class."""
        key = key_of(element)
        if key not in self._displays:
            self._displays[key] = [
                rule
                for rule in self._flow.fitting(element)
                if rule.declarations.get("display", NOT_DISPLAYED)[0] != "none" and not rule.selector.pseudo
            ]
        return self._displays[key]

    def style(self, document: Document, state: FormState) -> tuple[list[Style], list[Path]]:
        """The style and the path of each element of a document."""
        if self._size > MAX_PATHS:
            self._root, self._size = Path(), 0
        styles: list[Style] = []
        paths: list[Path] = []
        for element in document.elements:
            parent = element.parent
            if parent is None:
                above, around = self._root, ROOT
            else:
                above, around = paths[parent.index], styles[parent.index]
            key = key_of(element)
            path = above.below.get(key)
            if path is None:
                path = above.below[key] = Path()
                self._size += 1
            if around.display == "contents":
                around = items_around(element, styles)
            paths.append(path)
            styles.append(self._style_of(element, path, around, state))
        return styles, paths

    def _style_of(self, element: Element, path: Path, around: Style, state: FormState) -> Style:
        group = path.flow
        if group is None:
            group = path.flow = RuleGroup(self._flow, element, state)
        attributes = element.attributes
        display = initial_display(element, state)
        inline = attributes.get("style", "") if attributes else ""
        rules = group.matching(element, state) if group.open else group.fixed
        if inline or group.open:
            key: tuple[object, ...] = (around.serial, display, inline, *(rule.rank for rule in rules))
        else:
            key = (around.serial, display)
        style = path.styles.get(key)
        if style is None:
            # another thread may have been faster; all must use the same object
            style = path.styles.setdefault(key, self._compute(element, rules, display, inline, around))
        return style

    def _compute(
        self, element: Element, rules: list[Rule], display: str, inline: str, around: Style
    ) -> Style:
        declared = winners(rules, "", inline_style(inline) if inline else None)
        variables = inherited(around.variables, declared)
        values = resolved(declared, variables)
        display_value, is_visible, takes_pointer, is_in_flow = compute(
            display, around, values, is_dialog=element.tag == "dialog"
        )
        return Style(
            display=display_value,
            is_visible=is_visible,
            takes_pointer=takes_pointer,
            before=self._content(rules, "before", display_value, variables),
            after=self._content(rules, "after", display_value, variables),
            is_in_flow=is_in_flow,
            serial=next(self._serials),
            variables=variables,
        )

    def _content(self, rules: list[Rule], pseudo: str, display: str, variables: Variables) -> Content | None:
        declared = winners(rules, pseudo)
        return content_of(resolved(declared, inherited(variables, declared)), display) if declared else None

    def may_shrink(self, element: Element, path: Path, state: FormState) -> bool:
        """Whether zero size may be declared for an element of a path."""
        group = path.appearance or self._appearance(element, path, state)
        if group.may_shrink:
            return True
        inline = element.attributes.get("style")
        return bool(inline) and shrinks(inline_style(inline))

    def declares_cursor(self, element: Element, path: Path, state: FormState) -> bool:
        """Whether a cursor may be declared for an element of a path."""
        return "style" in element.attributes or "cursor" in self._appearance(element, path, state).names

    def _appearance(self, element: Element, path: Path, state: FormState) -> RuleGroup:
        if path.appearance is None:
            path.appearance = RuleGroup(self._looks, element, state)
        return path.appearance

    def is_decided(self, element: Element, path: Path, state: FormState) -> bool:
        """Whether an element's path and the style around it decide all its rules."""
        if path.is_decided is None:
            flow, appearance = path.flow, self._appearance(element, path, state)
            path.is_decided = flow is not None and not flow.open and not appearance.open
        return path.is_decided

    def looks(self, element: Element, path: Path, state: FormState, style: Style) -> Looks:
        """Sizes and cursor of an element. Computed on demand, since few elements need it."""
        group = self._appearance(element, path, state)
        rules, inline = group.matching(element, state), element.attributes.get("style", "")
        key = (inline, id(style.variables), *(rule.rank for rule in rules))
        looks = path.looks.get(key)
        if looks is None:
            declared = winners(rules, "", inline_style(inline) if inline else None)
            looks = Looks.of(resolved(declared, style.variables))
            path.looks[key] = looks
        return looks


def key_of(element: Element) -> Key:
    """The tag, id and classes of an element, which most selectors depend on."""
    attributes = element.attributes
    name = attributes.get("id", "")
    if element.scope or element.shadow:  # style sheets tell trees apart
        name = f"{name} {element.scope} {element.shadow}"
    return element.tag, name, attributes.get("class", "")


def without_unused(declared: Declarations, used: frozenset[str]) -> Declarations:
    """Declarations without custom properties that nothing depends on."""
    if not any(is_custom(name) and name not in used for name in declared):
        return declared
    return {name: value for name, value in declared.items() if not is_custom(name) or name in used}


def shrinks(declared: Declarations) -> bool:
    """Whether a width or height of zero may be declared; a variable may have any value."""
    return any(name in declared and declared[name][0][:1] in {"0", "v"} for name in ("width", "height"))


def items_around(element: Element, styles: list[Style]) -> Style:
    """The style that determines layout when the parent has no box of its own."""
    parent = element.parent
    while parent is not None and styles[parent.index].display == "contents":
        parent = parent.parent
    assert element.parent is not None
    nearest = ROOT if parent is None else styles[parent.index]
    return nearest if nearest.lays_out_items else styles[element.parent.index]
