"""CSS selectors, compiled once to match functions."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import tinycss2

from gristmill.envs.engines.dom.css.simple_selectors import (
    CHOICES,
    NEVER,
    Compound,
    Key,
    Selector,
    Test,
    UnsupportedSelectorError,
    attribute_test,
    following,
    named_test,
    nth_test,
    preceding,
)
from gristmill.envs.engines.dom.html.document import Element
from gristmill.envs.engines.dom.html.form_state import FormState

PSEUDO_ELEMENTS = frozenset({"before", "after"})
EVERY = Selector(lambda _e, _s: True, (0, 0, 0), "", Key(), (), is_path=True, depends_on_checked=False)


def compile_selectors(tokens: Sequence[Any]) -> list[Selector]:
    """Compile a selector list; unsupported selectors are dropped."""
    selectors = []
    for part in split(tokens):
        try:
            selector = compile_selector(part)
            if not selector.never_matches:
                selectors.append(selector)
        except UnsupportedSelectorError:
            continue
    return selectors


def split(tokens: Sequence[Any]) -> list[list[Any]]:
    """Split at commas."""
    parts: list[list[Any]] = [[]]
    for token in tokens:
        if token == ",":
            parts.append([])
        elif token.type != "comment":
            parts[-1].append(token)
    return [trimmed(part) for part in parts]


def trimmed(tokens: list[Any]) -> list[Any]:
    """Strip white space at both ends."""
    start, end = 0, len(tokens)
    while start < end and tokens[start].type == "whitespace":
        start += 1
    while end > start and tokens[end - 1].type == "whitespace":
        end -= 1
    return tokens[start:end]


def compile_selector(tokens: list[Any], *, leading: str = "") -> Selector:
    """Compile one selector; a `leading` combinator makes it relative, as in `:has(> b)`.

    Raises:
        UnsupportedSelectorError: it is not supported.
    """
    if is_host_selector(tokens):
        return host_selector(tokens[1])
    compounds, combinators = sequence(tokens)
    last = compounds[-1]
    matches = chained(compounds, combinators)
    weights = [sum(c.weight[place] for c in compounds) for place in range(3)]
    key = last.key
    is_path = all(combinator in " >" for combinator in combinators) and all(
        len(c.tests) == len(c.classes) + bool(c.tag) + bool(c.id) + c.roots for c in compounds
    )
    return Selector(
        matches,
        (weights[0], weights[1], weights[2]),
        last.pseudo,
        key,
        keys_around(compounds, combinators),
        is_path,
        any(c.depends_on_checked for c in compounds),
        any(c.never_matches for c in compounds),
    )


def is_host_selector(tokens: list[Any]) -> bool:
    """Whether a selector is `:host` or `:host(...)` and nothing else."""
    if len(tokens) != 2 or tokens[0] != ":":
        return False
    return "host" in {getattr(tokens[1], "lower_value", ""), getattr(tokens[1], "lower_name", "")}


def host_selector(token: Any) -> Selector:
    """The selector `:host` or `:host(...)`; rules of the host's own tree take precedence over it."""
    inner = compile_selector(trimmed(token.arguments)) if token.type == "function" else EVERY
    below_all = (-1, *inner.specificity[1:])
    return replace(inner, specificity=below_all, is_host=True)


def keys_around(compounds: list[Compound], combinators: list[str]) -> tuple[Key, ...]:
    """Conditions that some ancestor of a matching element must satisfy."""
    before = zip(compounds, combinators, strict=False)
    return tuple(compound.key for compound, combinator in before if combinator in " >")


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
    """Add the simple selector at an index; returns the number of tokens consumed."""
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
    """Add the pseudo-class or pseudo-element whose name is at an index (after the first colon)."""
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
        compound.tests.append(functional(name, token.arguments, compound))
    else:
        compound.weight[1] += 1
        compound.tests.append(named_test(name))
        compound.roots += name == "root"
        compound.never_matches = compound.never_matches or name in NEVER
        compound.depends_on_checked = compound.depends_on_checked or name in CHOICES
    return 2


def functional(name: str, arguments: list[Any], compound: Compound) -> Test:
    """The test of `:not(...)`, `:is(...)`, `:has(...)`, `:nth-child(...)` and the like."""
    weight = compound.weight
    if name not in {"not", "is", "where", "has"}:
        weight[1] += 1
        return nth_test(name, arguments)
    inner = [relative(p) if name == "has" else compile_selector(p) for p in split(arguments)]
    compound.depends_on_checked = compound.depends_on_checked or any(
        selector.depends_on_checked for selector in inner
    )
    if name != "where":
        heaviest = max(selector.specificity for selector in inner)
        weight[:] = [a + b for a, b in zip(weight, heaviest, strict=True)]
    if name == "not":
        return lambda e, state: not any(s.matches(e, state) for s in inner)
    return lambda e, state: any(s.matches(e, state) for s in inner)


def relative(tokens: list[Any]) -> Selector:
    """An argument of `:has`: matches an element that has such a relative."""
    combinator = " "
    if tokens and tokens[0].type == "literal" and tokens[0].value in ">+~":
        combinator, tokens = tokens[0].value, trimmed(tokens[1:])
    inner = compile_selector(tokens)

    def related(element: Element) -> Sequence[Element]:
        if combinator in " >":
            found = element.walk() if combinator == " " else element.tree_children
            return [e for e in found if not isinstance(e, str) and e.scope == element.scope]
        after = following(element)
        return after[:1] if combinator == "+" else after

    def matches(element: Element, state: FormState) -> bool:
        return any(inner.matches(other, state) for other in related(element))

    return Selector(
        matches, inner.specificity, "", Key(), (), is_path=False, depends_on_checked=inner.depends_on_checked
    )


def chained(compounds: list[Compound], combinators: list[str]) -> Test:
    """The test of compounds joined by combinators, evaluated right to left."""
    test = all_of(compounds[0].tests)
    for (_, compound), combinator in zip(pairwise(compounds), combinators, strict=True):
        test = joined(test, combinator, all_of(compound.tests))
    return test


def joined(before: Test, combinator: str, own: Test) -> Test:
    """The test that `own` holds, and `before` for an element in this relation."""

    def is_child(element: Element, state: FormState) -> bool:
        return own(element, state) and (parent := element.tree_parent) is not None and before(parent, state)

    def is_within(element: Element, state: FormState) -> bool:
        if not own(element, state):
            return False
        around = element.tree_parent
        while around is not None and not before(around, state):
            around = around.tree_parent
        return around is not None

    def is_next(element: Element, state: FormState) -> bool:
        return own(element, state) and any(before(other, state) for other in preceding(element)[-1:])

    def is_later(element: Element, state: FormState) -> bool:
        return own(element, state) and any(before(other, state) for other in preceding(element))

    return {">": is_child, " ": is_within, "+": is_next, "~": is_later}[combinator]


def all_of(tests: list[Test]) -> Test:
    """The conjunction of tests."""
    if len(tests) == 1:
        return tests[0]
    return lambda element, state: all(test(element, state) for test in tests)
