"""Compound selectors and their parts: attribute selectors and pseudo-classes as test functions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tinycss2
from tinycss2.nth import parse_nth

from gristmill.envs.engines.dom.html.document import Element
from gristmill.envs.engines.dom.html.form_state import FormState

Test = Callable[[Element, FormState], bool]


@dataclass(frozen=True, slots=True)
class Key:
    """Necessary conditions of a selector, cheap to test; empty strings match anything."""

    tag: str = ""
    id: str = ""
    classes: frozenset[str] = frozenset()

    def fits(self, element: Element) -> bool:
        """Whether an element satisfies them."""
        if self.tag not in {"", element.tag} or self.id not in {"", element.attributes.get("id", "")}:
            return False
        return not self.classes or self.classes <= set(element.attributes.get("class", "").split())


@dataclass(frozen=True, slots=True)
class Selector:
    """A compiled selector; `matches` tells whether it applies to an element (or its `pseudo`-element).

    `around` are keys that some ancestor must fit. With `is_path`, a match depends only on tags, ids and
    classes of the element and its ancestors; with `depends_on_checked`, also on what is checked or
    selected; with `never_matches`, on a mouse, which this engine does not have.
    """

    matches: Test
    specificity: tuple[int, int, int]
    pseudo: str
    key: Key
    around: tuple[Key, ...]
    is_path: bool
    depends_on_checked: bool
    never_matches: bool = False
    is_host: bool = False  # `:host`: matches the host of the shadow tree that holds the style sheet

    def could_match(self, element: Element) -> bool:
        """Whether all required ancestors exist."""
        above = list(element.up())[1:]
        return all(any(key.fits(other) for other in above) for key in self.around)


@dataclass(slots=True)
class Compound:
    """Simple selectors that must all match the same element."""

    tests: list[Test]
    weight: list[int]
    tag: str = ""
    id: str = ""
    classes: tuple[str, ...] = ()
    roots: int = 0  # tests of `:root`, which a path decides as well
    pseudo: str = ""
    never_matches: bool = False
    depends_on_checked: bool = False

    @property
    def key(self) -> Key:
        """Necessary conditions on an element."""
        return Key(self.tag, self.id, frozenset(self.classes))


def preceding(element: Element) -> list[Element]:
    """The siblings before an element."""
    return siblings(element)[: place_among(element)]


def following(element: Element) -> list[Element]:
    """The siblings after an element."""
    return siblings(element)[place_among(element) + 1 :]


def place_among(element: Element) -> int:
    """Index among its siblings, from 0."""
    return next(i for i, other in enumerate(siblings(element)) if other is element)


def siblings(element: Element) -> list[Element]:
    """The element children of its parent, itself included."""
    parent, host = element.tree_parent, element.host
    if parent is not None:
        return [child for child in parent.tree_children if not isinstance(child, str)]
    return list(host.elements()) if host is not None else [element]


def position(element: Element, *, of_type: bool, from_end: bool) -> int:
    """Position among its siblings (of the same tag), from 1."""
    same = [e for e in siblings(element) if not of_type or e.tag == element.tag]
    place = next(i for i, other in enumerate(same) if other is element)
    return len(same) - place if from_end else place + 1


NEVER = frozenset({"hover", "active", "visited", "target", "focus-visible", "focus-within", "focus"})
NTH = frozenset({"nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"})
CHOICES = frozenset({"checked"})


class UnsupportedSelectorError(ValueError):
    """A selector that is invalid or not supported by this engine."""


def attribute_test(tokens: list[Any]) -> Test:
    """The test of `[name]`, `[name=value]` and so on."""
    parts = [token for token in tokens if token.type not in {"whitespace", "comment"}]
    name = parts[0].value.lower() if parts and parts[0].type == "ident" else ""
    if not name:
        raise UnsupportedSelectorError(tinycss2.serialize(tokens))
    if len(parts) == 1:
        return lambda e, state: state.attribute(e, name) is not None
    operator = "".join(p.value for p in parts[1:] if p.type == "literal")
    value = next((p.value for p in parts[1:] if p.type in {"string", "ident"}), None)
    if value is None or operator not in OPERATORS:
        raise UnsupportedSelectorError(tinycss2.serialize(tokens))
    compare = OPERATORS[operator]
    return lambda e, state: (own := state.attribute(e, name)) is not None and compare(own, value)


OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda own, value: own == value,
    "~=": lambda own, value: value in own.split(),
    "|=": lambda own, value: own == value or own.startswith(f"{value}-"),
    "^=": lambda own, value: bool(value) and own.startswith(value),
    "$=": lambda own, value: bool(value) and own.endswith(value),
    "*=": lambda own, value: bool(value) and value in own,
}


def named_test(name: str) -> Test:
    """The test of a pseudo-class without arguments."""
    if name in NEVER:
        return lambda _e, _s: False
    if name not in NAMED:
        raise UnsupportedSelectorError(name)
    return NAMED[name]


NAMED: dict[str, Test] = {
    "root": lambda e, _: e.parent is None,
    "link": lambda e, _: e.tag in {"a", "area"} and "href" in e.attributes,
    "any-link": lambda e, _: e.tag in {"a", "area"} and "href" in e.attributes,
    "empty": lambda e, _: not any(child for child in e.tree_children),
    "first-child": lambda e, _: siblings(e)[0] is e,
    "last-child": lambda e, _: siblings(e)[-1] is e,
    "only-child": lambda e, _: len(siblings(e)) == 1,
    "first-of-type": lambda e, _: position(e, of_type=True, from_end=False) == 1,
    "last-of-type": lambda e, _: position(e, of_type=True, from_end=True) == 1,
    "checked": lambda e, state: state.is_checked(e) or state.is_selected(e),
    "disabled": lambda e, state: state.is_disabled(e),
    "enabled": lambda e, state: not state.is_disabled(e),
    "open": lambda e, state: state.attribute(e, "open") is not None,
    "popover-open": lambda e, state: e in state.popovers,
}


def nth_test(name: str, arguments: list[Any]) -> Test:
    """The test of `:nth-child(...)` and the like."""
    series = parse_nth(arguments)
    if series is None or name not in NTH:
        raise UnsupportedSelectorError(name)
    step, offset = series

    def is_nth(element: Element, _: FormState) -> bool:
        place = position(element, of_type="of-type" in name, from_end="last" in name) - offset
        return bool(place == 0 if step == 0 else place % step == 0 and place // step >= 0)

    return is_nth
