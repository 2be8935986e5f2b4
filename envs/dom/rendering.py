"""Nodes as text: the YAML-like lines of an outline, quoted as Playwright quotes them."""

import json
import re

from gristmill.envs.dom.outline import Node

MAX_NAME_LENGTH = 900
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


def render(nodes: list[Node | str]) -> tuple[list[str], dict[str, Node], list[int]]:
    """The lines of an outline, its targets by ref, and the line of each target."""
    lines: list[str] = []
    targets: dict[str, Node] = {}
    rows: list[int] = []

    def visit(node: Node, indent: str) -> None:
        states = node.states
        if node.is_aria_hidden:
            states += " [aria-hidden]"
        if node.has_ref:
            ref = f"e{len(targets) + 1}"
            targets[ref] = node
            rows.append(len(lines))
            states += f" [ref={ref}]"
        key = quoted_key(f"{node.role}{shown_name(node.name)}{states}")
        properties = [("url", node.url), ("placeholder", node.placeholder)]
        about = [f"{indent}  - /{name}: {quoted(value)}" for name, value in properties if value is not None]
        text = node.only_text
        if text is not None and not about:
            lines.append(f"{indent}- {key}: {quoted(text)}")
            return
        lines.append(f"{indent}- {key}:" if about or node.children else f"{indent}- {key}")
        lines.extend(about)
        for child in node.children:
            add(child, indent + "  ")

    def add(child: Node | str, indent: str) -> None:
        if isinstance(child, str):
            lines.append(f"{indent}- text: {quoted(child)}")
        else:
            visit(child, indent)

    for node in nodes:
        add(node, "")
    return lines, targets, rows


def shown_name(name: str) -> str:
    """The name as it stands behind the role."""
    return (
        f" {json.dumps(name, ensure_ascii=False)}" if name and utf16_length(name) <= MAX_NAME_LENGTH else ""
    )


def utf16_length(text: str) -> int:
    """The length as JavaScript counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def quoted_key(text: str) -> str:
    """A YAML key, in single quotes where it has to be."""
    return "'" + text.replace("'", "''") + "'" if needs_quotes(text) else text


def quoted(text: str) -> str:
    """A YAML value, in double quotes where it has to be."""
    return '"' + ESCAPED.sub(escape, text) + '"' if needs_quotes(text) else text


def escape(found: re.Match[str]) -> str:
    """How a character is written in double quotes."""
    return SHORT_ESCAPES.get(found[0]) or f"\\x{ord(found[0]):02x}"


def needs_quotes(text: str) -> bool:
    """Whether YAML would take a text for something else."""
    if NEEDS_QUOTES.search(text):
        return True
    return text.lower() in YAML_WORDS or JS_NUMBER.fullmatch(text) is not None
