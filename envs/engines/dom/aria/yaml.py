"""Nodes as text: the YAML-like lines of an outline, quoted as Playwright quotes them."""

import json
import re
from functools import lru_cache

from gristmill.envs.engines.dom.aria.node import Node, Targets

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
    """The lines of an outline, and its targets.

    The nodes are used up: none knows its parent any more, so that all go without a search for cycles.
    """
    lines: list[str] = []
    targets = Targets()

    def visit(node: Node, indent: str) -> None:
        node.parent, states = None, node.states
        if node.is_aria_hidden:
            states += " [aria-hidden]"
        if node.has_ref:
            key = titled(node.role, node.name, states, f" [ref={targets.add(node, len(lines))}]")
        else:
            key = titled(node.role, node.name, states, "")
        about = properties(node, indent) if node.url is not None or node.placeholder is not None else []
        text = node.only_text
        if text is not None and not about:
            lines.append(f"{indent}- {key}: {quoted(text)}")
            return
        lines.append(f"{indent}- {key}:" if about or node.children else f"{indent}- {key}")
        lines.extend(about)
        deeper = indent + "  "
        for child in node.children:
            if isinstance(child, str):
                lines.append(f"{deeper}- text: {quoted(child)}")
            else:
                visit(child, deeper)

    for node in nodes:
        if isinstance(node, str):
            lines.append(f"- text: {quoted(node)}")
        else:
            visit(node, "")
    return lines, targets


def titled(role: str, name: str, states: str, ref: str) -> str:
    """How a node's line begins."""
    if not name:
        return f"{role}{states}{ref}"  # none of these ever holds anything to quote
    text, needs_them = (short_title if len(name) <= SHORT else title)(role, name, states)
    return f"'{text}{ref}'" if needs_them else f"{text}{ref}"


def title(role: str, name: str, states: str) -> tuple[str, bool]:
    """The same without the ref, which never matters to it, and whether quotes are to be put around."""
    text = f"{role}{shown_name(name)}{states}"
    return (text.replace("'", "''"), True) if needs_quotes(text) else (text, False)


short_title = lru_cache(maxsize=8192)(title)


def properties(node: Node, indent: str) -> list[str]:
    """The lines that tell more of a node."""
    said = [("url", node.url), ("placeholder", node.placeholder)]
    return [f"{indent}  - /{name}: {quoted(value)}" for name, value in said if value is not None]


def shown_name(name: str) -> str:
    """The name as it stands behind the role."""
    return (
        f" {json.dumps(name, ensure_ascii=False)}" if name and utf16_length(name) <= MAX_NAME_LENGTH else ""
    )


def utf16_length(text: str) -> int:
    """The length as JavaScript counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def quoted(text: str) -> str:
    """A YAML value, in double quotes where it has to be."""
    return short_quoted(text) if len(text) <= SHORT else long_quoted(text)


def long_quoted(text: str) -> str:
    """The same for a text that is not worth remembering."""
    return '"' + ESCAPED.sub(escape, text) + '"' if needs_quotes(text) else text


short_quoted = lru_cache(maxsize=8192)(long_quoted)


def escape(found: re.Match[str]) -> str:
    """How a character is written in double quotes."""
    return SHORT_ESCAPES.get(found[0]) or f"\\x{ord(found[0]):02x}"


def needs_quotes(text: str) -> bool:
    """Whether YAML would take a text for something else."""
    if NEEDS_QUOTES.search(text):
        return True
    return text.lower() in YAML_WORDS or JS_NUMBER.fullmatch(text) is not None
