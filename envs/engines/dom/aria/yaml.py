"""Renders nodes as YAML-like lines, quoted as Playwright quotes them."""

import json
import re
from functools import lru_cache

from gristmill.envs.engines.dom.aria.node import REF_MARK, Node, Targets

REF = f" [ref=e{REF_MARK}]"
MAX_NAME_LENGTH = 900
SHORT = 200
NEEDS_QUOTES = re.compile(
    "\\A\\Z|\\A[\\s\ufeff]|[\\s\ufeff]\\Z|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\\A-|[\n:](?:[\\s\ufeff]|\\Z)|[\\s\ufeff]#|[\n\r]"
    "|\\A[&*\\],?!>|@\"'#%\\[]|[{}`]|\\A[-+]?\\.(?:inf|nan)\\Z",
    re.IGNORECASE,
)
YAML_WORDS = frozenset({"y", "n", "yes", "no", "true", "false", "on", "off", "null", "~"})
JS_NUMBER = re.compile(
    r"[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+"
)
ESCAPED = re.compile('[\\\\"\x00-\x1f\x7f-\x9f]')
SHORT_ESCAPES = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def render(nodes: list[Node | str]) -> tuple[list[str], Targets]:
    """Render an aria tree; returns its lines, with `REF_MARK` for the number of each ref, and its targets.

    Consumes the nodes: parent links are cut, so that they are freed without a run of the cycle collector.
    """
    lines: list[str] = []
    targets = Targets()

    def visit(node: Node, indent: str) -> None:
        node.parent, states = None, node.states
        if node.is_aria_hidden:
            states += " [aria-hidden]"
        if node.has_ref:
            targets.add(node)
            key = node_head(node.role, node.name, states, REF)
        else:
            key = node_head(node.role, node.name, states, "")
        property_lines = (
            properties(node, indent) if node.url is not None or node.placeholder is not None else []
        )
        text = node.only_text
        if text is not None and not property_lines:
            lines.append(f"{indent}- {key}: {quoted(text)}")
            return
        lines.append(f"{indent}- {key}:" if property_lines or node.children else f"{indent}- {key}")
        lines.extend(property_lines)
        inner_indent = indent + "  "
        for child in node.children:
            if isinstance(child, str):
                lines.append(f"{inner_indent}- text: {quoted(child)}")
            else:
                visit(child, inner_indent)

    for node in nodes:
        if isinstance(node, str):
            lines.append(f"- text: {quoted(node)}")
        else:
            visit(node, "")
    return lines, targets


def node_head(role: str, name: str, states: str, ref: str) -> str:
    """The head of a node's line."""
    if not name:
        return f"{role}{states}{ref}"  # none of these ever needs quotes
    text, needs_them = (short_title if len(name) <= SHORT else title)(role, name, states)
    return f"'{text}{ref}'" if needs_them else f"{text}{ref}"


def title(role: str, name: str, states: str) -> tuple[str, bool]:
    """The head without the ref, and whether the whole needs quotes; the ref never affects that."""
    text = f"{role}{rendered_name(name)}{states}"
    return (text.replace("'", "''"), True) if needs_quotes(text) else (text, False)


short_title = lru_cache(maxsize=8192)(title)


def properties(node: Node, indent: str) -> list[str]:
    """The property lines of a node."""
    pairs = [("url", node.url), ("placeholder", node.placeholder)]
    return [f"{indent}  - /{name}: {quoted(value)}" for name, value in pairs if value is not None]


def rendered_name(name: str) -> str:
    """The name as it follows the role."""
    return (
        f" {json.dumps(name, ensure_ascii=False)}" if name and utf16_length(name) <= MAX_NAME_LENGTH else ""
    )


def utf16_length(text: str) -> int:
    """The length in UTF-16 code units, as JavaScript counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def quoted(text: str) -> str:
    """A YAML scalar, in double quotes where necessary."""
    return short_quoted(text) if len(text) <= SHORT else long_quoted(text)


def long_quoted(text: str) -> str:
    """The same without caching, for long texts."""
    return '"' + ESCAPED.sub(escape, text) + '"' if needs_quotes(text) else text


short_quoted = lru_cache(maxsize=8192)(long_quoted)


def escape(found: re.Match[str]) -> str:
    """The escape sequence of a character in double quotes."""
    return SHORT_ESCAPES.get(found[0]) or f"\\x{ord(found[0]):02x}"


def needs_quotes(text: str) -> bool:
    """Whether YAML would parse a plain text as something else."""
    if NEEDS_QUOTES.search(text):
        return True
    return text.lower() in YAML_WORDS or JS_NUMBER.fullmatch(text) is not None
