"""Parses style sheets, keeping only declarations that affect the accessibility tree."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2

from gristmill.envs.engines.dom.css.selectors import compile_selectors
from gristmill.envs.engines.dom.css.simple_selectors import Key, Selector
from gristmill.envs.engines.dom.html.document import Element, words

USED = re.compile(r"var\(\s*(--[^\s,)]+)")
INVALID = "unset"  # value of a declaration whose variables have no value
Variables = Mapping[str, str]
Bucket = tuple[str, str]
ANY: Bucket = "", ""  # of rules that may match any element


def is_custom(name: str) -> bool:
    """Whether a property is a custom property."""
    return name.startswith("--")


def used_names(declared: Iterable[Mapping[str, tuple[str, bool]]]) -> frozenset[str]:
    """Custom properties that another property depends on, directly or not."""
    needed: dict[str, set[str]] = {}
    found: set[str] = set()
    for block in declared:
        for name, (value, _) in block.items():
            names = set(USED.findall(value)) if "var(" in value else set()
            (needed.setdefault(name, set()) if is_custom(name) else found).update(names)
    waiting = list(found)
    while waiting:
        new = needed.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return frozenset(found)


def inherited(around: Variables, declared: Mapping[str, str]) -> Variables:
    """Custom properties of an element, from its parent's and its own declarations."""
    own = {name: value for name, value in declared.items() if is_custom(name)}
    own = {name: value for name, value in own.items() if value.lower() not in {"inherit", "unset"}}
    if not own:
        return around
    raw = {**around, **own}
    for name in [name for name, value in own.items() if value.lower() == "initial"]:
        del raw[name]
    found = {name: substituted(value, raw, frozenset({name})) for name, value in raw.items()}
    return {name: value for name, value in found.items() if value is not None}


def resolved(declared: Mapping[str, str], variables: Variables) -> Mapping[str, str]:
    """Declarations with variables substituted."""
    if not any("var(" in value for value in declared.values()):
        return declared
    return {name: final(name, value, variables) for name, value in declared.items()}


def final(name: str, value: str, variables: Variables) -> str:
    """A value with variables substituted."""
    if "var(" not in value or is_custom(name):
        return value
    found = substituted(value, variables, frozenset())
    if found is None or not found.strip():
        return INVALID
    return found.strip() if name == "content" else found.strip().lower()


def substituted(value: str, variables: Variables, within: frozenset[str]) -> str | None:
    """A value with variables substituted; None if one has no value."""
    if "var(" not in value.lower():
        return value
    parts = [part(token, variables, within) for token in tinycss2.parse_component_value_list(value)]
    return None if None in parts else "".join(text for text in parts if text is not None)


def part(token: Any, variables: Variables, within: frozenset[str]) -> str | None:
    """The substitution of one token."""
    if token.type != "function":
        return str(token.serialize())
    if token.lower_name == "var":
        return variable(token.arguments, variables, within)
    inner = substituted(tinycss2.serialize(token.arguments), variables, within)
    return None if inner is None else f"{token.name}({inner})"


def variable(arguments: list[Any], variables: Variables, within: frozenset[str]) -> str | None:
    """The value of a variable or its fallback; None for a cyclic one."""
    name = next((token.value for token in arguments if token.type == "ident"), "")
    value = variables.get(name) if name not in within else None
    if value is not None:
        value = substituted(value, variables, within | {name})
    comma = next((at for at, token in enumerate(arguments) if token == ","), None)
    if value is not None or comma is None:
        return value
    return substituted(tinycss2.serialize(arguments[comma + 1 :]), variables, within)


FLOW = words("content display float pointer-events position visibility")
SIZES = words(
    "border border-bottom border-left border-right border-top border-width height min-height min-width "
    "padding padding-block padding-bottom padding-inline padding-left padding-right padding-top width"
)
KEPT = FLOW | SIZES | {"cursor"}
WIDTH = re.compile(r"\(\s*(min|max)-width\s*:\s*([\d.]+)(px|em|rem)\s*\)")
Declarations = Mapping[str, tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A selector and its declarations, each value with whether it is `!important`.

    `rank` is its position among all rules of a page, assigned once these are known.
    """

    selector: Selector
    declarations: Declarations
    rank: int = 0


def parse_sheet(css: str, width: int) -> list[Rule]:
    """The relevant rules of a style sheet for a window of this width in CSS pixels."""
    return list(rules_of(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), width))


def rules_of(nodes: Iterable[Any], width: int) -> Iterator[Rule]:
    """Relevant rules among parsed nodes, including those of matching media queries."""
    for node in nodes:
        if node.type == "at-rule" and node.content is not None and holds(node, width):
            inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            yield from rules_of(inner, width)
        elif node.type == "qualified-rule" and (declared := declarations(node.content)):
            yield from (Rule(selector, declared) for selector in compile_selectors(node.prelude))


def holds(rule: Any, width: int) -> bool:
    """Whether the rules within an at-rule apply."""
    if rule.lower_at_keyword in {"supports", "layer"}:
        return True
    if rule.lower_at_keyword != "media":
        return False
    return holds_media(tinycss2.serialize(rule.prelude), width)


def holds_media(queries: str, width: int) -> bool:
    """Whether a media query list matches a screen of this width; an empty list matches."""
    return any(query_holds(query, width) for query in queries.lower().split(","))


def query_holds(query: str, width: int) -> bool:
    """Whether one media query matches a screen of this width, with reduced motion."""
    rest = WIDTH.sub("", query)
    for bound, size, unit in WIDTH.findall(query):
        limit = float(size) * (1 if unit == "px" else 16)
        if width < limit if bound == "min" else width > limit:
            return False
    words = set(re.findall(r"[a-z-]+", rest)) - {"and", "only", "all", "screen"}
    return words <= {"prefers-reduced-motion", "reduce", "prefers-color-scheme", "light"}


def declarations(content: Any) -> Declarations:
    """Relevant declarations of a block, custom properties included."""
    found: dict[str, tuple[str, bool]] = {}
    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type != "declaration":
            continue
        name = node.name if is_custom(node.name) else node.lower_name
        if name in KEPT or is_custom(name):
            value = tinycss2.serialize(node.value).strip()
            is_written_out = name != "content" and not is_custom(name) and "var(" not in value
            if node.important or not found.get(name, ("", False))[1]:
                found[name] = (value.lower() if is_written_out else value, node.important)
    return found


@lru_cache(maxsize=4096)
def inline_style(text: str) -> Declarations:
    """Declarations of a `style` attribute."""
    return declarations(tinycss2.parse_component_value_list(text))


def winners(rules: Iterable[Rule], pseudo: str, inline: Declarations | None = None) -> dict[str, str]:
    """Resolve declarations: the last one wins, `!important` ones over all others."""
    own: dict[str, tuple[str, bool]] = {}
    for declared in [rule.declarations for rule in rules if rule.selector.pseudo == pseudo] + [inline or {}]:
        for name, (value, is_important) in declared.items():
            if is_important or not own.get(name, ("", False))[1]:
                own[name] = (value, is_important)
    return {name: value for name, (value, _) in own.items()}


class RuleIndex:
    """Ranked rules by the id, class or tag that their selectors require of an element."""

    __slots__ = ("_buckets",)

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._buckets: dict[Bucket, list[Rule]] = {}
        for rule in rules:
            self._buckets.setdefault(bucket_of(rule.selector.key), []).append(rule)

    def fitting(self, element: Element) -> list[Rule]:
        """The rules whose keys fit an element, in ascending precedence."""
        buckets = (self._buckets.get(bucket, ()) for bucket in buckets_of(element))
        found = [rule for bucket in buckets for rule in bucket if rule.selector.key.fits(element)]
        return sorted(found, key=lambda rule: rule.rank)


def bucket_of(key: Key) -> Bucket:
    """The most selective requirement of a key."""
    if key.id:
        return "id", key.id
    if key.classes:
        return "class", min(key.classes)
    return ("tag", key.tag) if key.tag else ANY


def buckets_of(element: Element) -> Iterable[Bucket]:
    """Every bucket that may hold rules whose keys fit an element."""
    attributes = element.attributes
    classes = set(attributes.get("class", "").split())
    return ANY, ("tag", element.tag), ("id", attributes.get("id", "")), *(("class", name) for name in classes)
