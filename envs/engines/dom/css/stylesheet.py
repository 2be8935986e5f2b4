"""Parses style sheets, keeping only declarations that affect the accessibility tree."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2

from gristmill.envs.engines.dom.css.compound_selector import Selector
from gristmill.envs.engines.dom.css.selectors import compile_selectors
from gristmill.envs.engines.dom.css.variables import is_custom
from gristmill.envs.engines.dom.html.document import words

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
