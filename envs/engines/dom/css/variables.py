"""CSS custom properties: inheritance and substitution of `var(--name, fallback)`."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import tinycss2

USED = re.compile(r"var\(\s*(--[^\s,)]+)")
INVALID = "unset"  # value of a declaration whose variables have no value
Variables = Mapping[str, str]


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
