"""From style sheets to the style of each element: which rules apply, and which of them win.

Most selectors look only at tag, id and classes of an element and of those around it. What they
match is remembered by that path, so that on the next page only the other selectors are tried.
"""

from collections.abc import Iterable
from itertools import count

from gristmill.envs.dom.sheets import FLOW, Rule, inline_style, winners
from gristmill.envs.dom.state import State
from gristmill.envs.dom.style import ROOT, Looks, Style, compute, content_of, initial_display
from gristmill.envs.dom.tree import Document, Element

MAX_PATHS = 20_000
OWN_CURSOR = frozenset({"button", "input", "label", "option", "select", "textarea"})
Key = tuple[str, str, str]


class Ruling:
    """Rules of one kind, by how their selectors are decided for the elements of one path."""

    __slots__ = ("fixed", "open")

    def __init__(self, rules: Iterable[Rule], element: Element, state: State) -> None:
        candidates = [rule for rule in rules if rule.selector.key.fits(element)]
        paths = [rule for rule in candidates if rule.selector.is_path]
        self.fixed = [rule for rule in paths if rule.selector.matches(element, state)]
        self.open = [rule for rule in candidates if not rule.selector.is_path]

    def matching(self, element: Element, state: State) -> list[Rule]:
        """The rules that apply to an element of the path, weakest first."""
        if not self.open:
            return self.fixed
        found = self.fixed + [rule for rule in self.open if rule.selector.matches(element, state)]
        return sorted(found, key=lambda rule: rule.rank)


class Path:
    """All elements whose tags, ids and classes, and those of all around them, are the same."""

    __slots__ = ("appearance", "below", "flow", "looks", "styles")

    def __init__(self) -> None:
        self.below: dict[Key, Path] = {}
        self.styles: dict[tuple[object, ...], Style] = {}
        self.flow: Ruling | None = None
        self.looks: dict[tuple[object, ...], Looks] = {}
        self.appearance: Ruling | None = None


class Cascade:
    """The rules of a page's style sheets, weakest first."""

    def __init__(self, rules: list[Rule]) -> None:
        ranked = sorted(rules, key=lambda rule: rule.selector.specificity)
        ranked = [Rule(rule.selector, rule.declarations, rank) for rank, rule in enumerate(ranked)]
        self._flow = [rule for rule in ranked if rule.declarations.keys() & FLOW]
        self._looks = [rule for rule in ranked if rule.declarations.keys() - FLOW]
        declared = [(name, value) for rule in ranked for name, (value, _) in rule.declarations.items()]
        self.may_shrink = any(name in {"width", "height"} and v[:1] == "0" for name, v in declared)
        self._root, self._size = Path(), 0
        self._serials = count(1)

    def style(self, document: Document, state: State) -> tuple[list[Style], list[Path]]:
        """The style and the path of each element of a document."""
        if self._size > MAX_PATHS:
            self._root, self._size = Path(), 0
        styles: list[Style] = []
        paths: list[Path] = []
        for element in document.elements:
            attributes, parent = element.attributes, element.parent
            above = self._root if parent is None else paths[parent.index]
            around = ROOT if parent is None else styles[parent.index]
            key = (element.tag, attributes.get("id", ""), attributes.get("class", ""))
            path = above.below.get(key)
            if path is None:
                path = above.below[key] = Path()
                self._size += 1
            if around.display == "contents":
                around = items_around(element, styles)
            paths.append(path)
            styles.append(self._style_of(element, path, around, state))
        return styles, paths

    def _style_of(self, element: Element, path: Path, around: Style, state: State) -> Style:
        ruling = path.flow
        if ruling is None:
            ruling = path.flow = Ruling(self._flow, element, state)
        display, inline = initial_display(element, state), element.attributes.get("style", "")
        if not (ruling.fixed or ruling.open or inline):
            known: tuple[object, ...] = (around.serial, display)
            rules = ruling.fixed
        else:
            rules = ruling.matching(element, state)
            known = (around.serial, display, inline, *(rule.rank for rule in rules))
        style = path.styles.get(known)
        if style is None:
            # Another thread may have been faster; all have to go on with the same one.
            style = path.styles.setdefault(known, self._compute(element, rules, display, inline, around))
        return style

    def _compute(
        self, element: Element, rules: list[Rule], display: str, inline: str, around: Style
    ) -> Style:
        said = winners(rules, "", inline_style(inline) if inline else None)
        shown, is_visible, takes_pointer, is_in_flow = compute(
            display, around, said, is_dialog=element.tag == "dialog"
        )
        return Style(
            display=shown,
            is_visible=is_visible,
            takes_pointer=takes_pointer,
            before=content_of(winners(rules, "before"), shown),
            after=content_of(winners(rules, "after"), shown),
            is_in_flow=is_in_flow,
            serial=next(self._serials),
        )

    def looks(self, element: Element, path: Path, state: State) -> Looks:
        """Sizes and cursor of an element: asked of few elements, so never beforehand."""
        ruling = path.appearance
        if ruling is None:
            ruling = path.appearance = Ruling(self._looks, element, state)
        rules, inline = ruling.matching(element, state), element.attributes.get("style", "")
        known = (inline, *(rule.rank for rule in rules))
        looks = path.looks.get(known)
        if looks is None:
            looks = Looks.of(winners(rules, "", inline_style(inline) if inline else None))
            path.looks[known] = looks
        return looks


def items_around(element: Element, styles: list[Style]) -> Style:
    """The style that decides how an element is laid out when its parent has no box of its own."""
    parent = element.parent
    while parent is not None and styles[parent.index].display == "contents":
        parent = parent.parent
    assert element.parent is not None
    nearest = ROOT if parent is None else styles[parent.index]
    return nearest if nearest.lays_out_items else styles[element.parent.index]
