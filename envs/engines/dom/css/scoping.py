"""Style sheets of shadow trees apply within their tree, and by `:host` to its host."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gristmill.envs.engines.dom.css.simple_selectors import Selector
from gristmill.envs.engines.dom.css.stylesheet import Rule
from gristmill.envs.engines.dom.html.document import Element
from gristmill.envs.engines.dom.html.form_state import FormState


def scoped(rules: Iterable[Rule], scope: int) -> Iterator[Rule]:
    """The rules of a style sheet, limited to the tree of this number that holds it (0: the document)."""
    for rule in rules:
        if scope or not rule.selector.is_host:
            yield replace(rule, selector=limited(rule.selector, scope))


def limited(selector: Selector, scope: int) -> Selector:
    """A selector that matches in one tree only, or its host."""
    test = selector.matches

    def matches(element: Element, state: FormState) -> bool:
        return element.scope == scope and test(element, state)

    def matches_host(element: Element, state: FormState) -> bool:
        return element.shadow == scope and test(element, state)

    return replace(selector, matches=matches_host if selector.is_host else matches)
