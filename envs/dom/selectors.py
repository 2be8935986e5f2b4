"""CSS selectors, compiled once into functions that say whether they match an element."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import tinycss2
from tinycss2.nth import parse_nth

from gristmill.envs.dom.state import State
from gristmill.envs.dom.tree import Element

Test = Callable[[Element, State], bool]
PSEUDO_ELEMENTS = frozenset({"before", "after"})
NEVER = frozenset({"hover", "active", "visited", "target", "focus-visible", "focus-within", "focus"})


class UnsupportedSelectorError(ValueError):
    """A selector that is none, or that this engine has no use for."""


@dataclass(frozen=True, slots=True)
class Key:
    """What an element must have for a selector to be worth a closer look; empty strings ask nothing."""

    tag: str = ""
    id: str = ""
    classes: frozenset[str] = frozenset()

    def fits(self, element: Element) -> bool:
        """Whether an element has it."""
        if self.tag not in {"", element.tag} or self.id not in {"", element.attributes.get("id", "")}:
            return False
        return not self.classes or self.classes <= set(element.attributes.get("class", "").split())


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector: `matches` says whether it applies to an element (or its `pseudo`-element).

    With `is_path`, that depends on the tags, ids and classes of the element and those around it alone;
    with `is_never`, it asks for a mouse that this engine does not have.
    """

    matches: Test
    specificity: tuple[int, int, int]
    pseudo: str
    key: Key
    is_path: bool
    is_never: bool = False


@dataclass(slots=True)
class Compound:
    """Simple selectors that all hold for the same element."""

    tests: list[Test]
    weight: list[int]
    tag: str = ""
    id: str = ""
    classes: tuple[str, ...] = ()
    pseudo: str = ""
    is_never: bool = False


def compile_selectors(tokens: Sequence[Any]) -> list[Selector]:
    """The selectors of a list; those not understood are left out."""
    selectors = []
    for part in split(tokens):
        try:
            selector = compile_selector(part)
            if not selector.is_never:
                selectors.append(selector)
        except UnsupportedSelectorError:
            continue
    return selectors


def split(tokens: Sequence[Any]) -> list[list[Any]]:
    """The parts between commas."""
    parts: list[list[Any]] = [[]]
    for token in tokens:
        if token == ",":
            parts.append([])
        elif token.type != "comment":
            parts[-1].append(token)
    return [trimmed(part) for part in parts]


def trimmed(tokens: list[Any]) -> list[Any]:
    """Without white space at the ends."""
    start, end = 0, len(tokens)
    while start < end and tokens[start].type == "whitespace":
        start += 1
    while end > start and tokens[end - 1].type == "whitespace":
        end -= 1
    return tokens[start:end]


def compile_selector(tokens: list[Any], *, leading: str = "") -> Selector:
    """One selector; a `leading` combinator makes it relative, as in `:has(> b)`.

    Raises:
        UnsupportedSelectorError: it is not understood.
    """
    compounds, combinators = sequence(tokens)
    last = compounds[-1]
    matches = chained(compounds, combinators)
    weights = [sum(c.weight[place] for c in compounds) for place in range(3)]
    key = Key(last.tag, last.id, frozenset(last.classes))
    is_path = all(combinator in " >" for combinator in combinators) and all(
        len(c.tests) == len(c.classes) + bool(c.tag) + bool(c.id) for c in compounds
    )
    return Selector(
        matches,
        (weights[0], weights[1], weights[2]),
        last.pseudo,
        key,
        is_path,
        any(c.is_never for c in compounds),
    )


def sequence(tokens: list[Any]) -> tuple[list[Compound], list[str]]:
    """The compounds of a selector and the combinators between them."""
    compounds, combinators, pending = [Compound([], [0, 0, 0])], list[str](), ""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type == "whitespace" or (token.type == "literal" and token.value in ">+~"):
            pending = token.value if token.type == "literal" else pending or " "
            index += 1
            continue
        if pending:
            compounds.append(Compound([], [0, 0, 0]))
            combinators.append(pending)
            pending = ""
        index += simple_selector(tokens, index, compounds[-1])
    if pending or not tokens:
        raise UnsupportedSelectorError(tinycss2.serialize(tokens))
    return compounds, combinators


def simple_selector(tokens: list[Any], index: int, compound: Compound) -> int:
    """Add the simple selector at a place; how many tokens it takes."""
    token = tokens[index]
    if token.type == "ident":
        compound.tag, compound.weight[2] = token.lower_value, compound.weight[2] + 1
        compound.tests.append(lambda e, _: e.tag == token.lower_value)
    elif token.type == "hash":
        compound.id, compound.weight[0] = token.value, compound.weight[0] + 1
        compound.tests.append(lambda e, _: e.attributes.get("id") == token.value)
    elif token.type == "[] block":
        compound.weight[1] += 1
        compound.tests.append(attribute_test(token.content))
    elif token == "." and index + 1 < len(tokens) and tokens[index + 1].type == "ident":
        name = tokens[index + 1].value
        compound.classes, compound.weight[1] = (*compound.classes, name), compound.weight[1] + 1
        compound.tests.append(lambda e, _: name in e.attributes.get("class", "").split())
        return 2
    elif token == ":" and index + 1 < len(tokens):
        return pseudo(tokens, index + 1, compound)
    elif token != "*":
        raise UnsupportedSelectorError(tinycss2.serialize(tokens))
    return 1


def pseudo(tokens: list[Any], index: int, compound: Compound) -> int:
    """Add a pseudo-class or pseudo-element whose name stands at a place (after the first colon)."""
    is_element = bool(tokens[index] == ":")
    token = tokens[index + is_element] if index + is_element < len(tokens) else None
    name = str(getattr(token, "lower_name", None) or getattr(token, "lower_value", ""))
    if is_element or name in PSEUDO_ELEMENTS:
        if name not in PSEUDO_ELEMENTS:
            raise UnsupportedSelectorError(name)
        compound.pseudo = name
        compound.weight[2] += 1
        return 2 + is_element
    if token is not None and token.type == "function":
        compound.tests.append(functional(name, token.arguments, compound.weight))
    else:
        compound.weight[1] += 1
        compound.tests.append(named_test(name))
        compound.is_never = compound.is_never or name in NEVER
    return 2


def functional(name: str, arguments: list[Any], weight: list[int]) -> Test:
    """The test of `:not(...)`, `:is(...)`, `:has(...)`, `:nth-child(...)` and their like."""
    if name in {"not", "is", "where", "has"}:
        inner = [relative(p) if name == "has" else compile_selector(p) for p in split(arguments)]
        if name != "where":
            heaviest = max(selector.specificity for selector in inner)
            weight[:] = [a + b for a, b in zip(weight, heaviest, strict=True)]
        if name == "not":
            return lambda e, state: not any(s.matches(e, state) for s in inner)
        return lambda e, state: any(s.matches(e, state) for s in inner)
    weight[1] += 1
    series = parse_nth(arguments)
    if series is None or name not in {"nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"}:
        raise UnsupportedSelectorError(name)
    step, offset = series

    def is_nth(element: Element, _: State) -> bool:
        place = position(element, of_type="of-type" in name, from_end="last" in name) - offset
        return bool(place == 0 if step == 0 else place % step == 0 and place // step >= 0)

    return is_nth


def relative(tokens: list[Any]) -> Selector:
    """An argument of `:has`: matches an element that has such a one below or after it."""
    combinator = " "
    if tokens and tokens[0].type == "literal" and tokens[0].value in ">+~":
        combinator, tokens = tokens[0].value, trimmed(tokens[1:])
    inner = compile_selector(tokens)

    def related(element: Element) -> Sequence[Element]:
        if combinator in " >":
            return list(element.walk() if combinator == " " else element.elements())
        after = following(element)
        return after[:1] if combinator == "+" else after

    def matches(element: Element, state: State) -> bool:
        return any(inner.matches(other, state) for other in related(element))

    return Selector(matches, inner.specificity, "", Key(), is_path=False)


def chained(compounds: list[Compound], combinators: list[str]) -> Test:
    """The test of compounds joined by combinators, tried from the last one backwards."""
    test = all_of(compounds[0].tests)
    for (_, compound), combinator in zip(pairwise(compounds), combinators, strict=True):
        test = joined(test, combinator, all_of(compound.tests))
    return test


def joined(before: Test, combinator: str, own: Test) -> Test:
    """The test that `own` holds, and `before` of an element that stands in this relation to it."""

    def matches(element: Element, state: State) -> bool:
        return own(element, state) and any(before(other, state) for other in reached(element, combinator))

    return matches


def reached(element: Element, combinator: str) -> Sequence[Element]:
    """The elements that a combinator leads back to."""
    if combinator in " >":
        around = list(element.up())[1:]
        return around[:1] if combinator == ">" else around
    before = preceding(element)
    return before[-1:] if combinator == "+" else before


def all_of(tests: list[Test]) -> Test:
    """The test that all of these hold."""
    if len(tests) == 1:
        return tests[0]
    return lambda element, state: all(test(element, state) for test in tests)


def preceding(element: Element) -> list[Element]:
    """The siblings before an element."""
    return siblings(element)[: place_among(element)]


def following(element: Element) -> list[Element]:
    """The siblings after an element."""
    return siblings(element)[place_among(element) + 1 :]


def place_among(element: Element) -> int:
    """Its place among its siblings, from 0."""
    return next(i for i, other in enumerate(siblings(element)) if other is element)


def siblings(element: Element) -> list[Element]:
    """The element children of its parent, itself included."""
    return list(element.parent.elements()) if element.parent else [element]


def position(element: Element, *, of_type: bool, from_end: bool) -> int:
    """Its place among its siblings (of the same tag), from 1."""
    same = [e for e in siblings(element) if not of_type or e.tag == element.tag]
    place = next(i for i, other in enumerate(same) if other is element)
    return len(same) - place if from_end else place + 1


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
    "empty": lambda e, _: not any(child for child in e.children),
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
