"""Custom properties of CSS: `--name: value`, inherited, and put in the place of `var(--name, fallback)`."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import tinycss2

USED = re.compile(r"var\(\s*(--[^\s,)]+)")
INVALID = "unset"  # what a declaration comes to whose variables have no value
Variables = Mapping[str, str]


def is_custom(name: str) -> bool:
    """Whether a property is a custom one."""
    return name.startswith("--")


def used_names(declared: Iterable[Mapping[str, tuple[str, bool]]]) -> frozenset[str]:
    """The custom properties on which some other property depends, directly or not."""
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


def inherited(around: Variables, said: Mapping[str, str]) -> Variables:
    """The custom properties of an element, given those around it and what is declared for it."""
    own = {name: value for name, value in said.items() if is_custom(name)}
    own = {name: value for name, value in own.items() if value.lower() not in {"inherit", "unset"}}
    if not own:
        return around
    raw = {**around, **own}
    for name in [name for name, value in own.items() if value.lower() == "initial"]:
        del raw[name]
    found = {name: substituted(value, raw, frozenset({name})) for name, value in raw.items()}
    return {name: value for name, value in found.items() if value is not None}


def resolved(said: Mapping[str, str], variables: Variables) -> Mapping[str, str]:
    """Declarations with the values of variables in their places."""
    if not any("var(" in value for value in said.values()):
        return said
    return {name: final(name, value, variables) for name, value in said.items()}


def final(name: str, value: str, variables: Variables) -> str:
    """A value with those of variables in it."""
    if "var(" not in value or is_custom(name):
        return value
    found = substituted(value, variables, frozenset())
    if found is None or not found.strip():
        return INVALID
    return found.strip() if name == "content" else found.strip().lower()


def substituted(value: str, variables: Variables, within: frozenset[str]) -> str | None:
    """A value with those of variables in it; None if one of them has no value."""
    if "var(" not in value.lower():
        return value
    parts = [part(token, variables, within) for token in tinycss2.parse_component_value_list(value)]
    return None if None in parts else "".join(text for text in parts if text is not None)


def part(token: Any, variables: Variables, within: frozenset[str]) -> str | None:
    """One token of a value."""
    if token.type != "function":
        return str(token.serialize())
    if token.lower_name == "var":
        return variable(token.arguments, variables, within)
    inner = substituted(tinycss2.serialize(token.arguments), variables, within)
    return None if inner is None else f"{token.name}({inner})"


def variable(arguments: list[Any], variables: Variables, within: frozenset[str]) -> str | None:
    """The value of a variable, or else its fallback; one that depends on itself has none."""
    name = next((token.value for token in arguments if token.type == "ident"), "")
    value = variables.get(name) if name not in within else None
    if value is not None:
        value = substituted(value, variables, within | {name})
    comma = next((at for at, token in enumerate(arguments) if token == ","), None)
    if value is not None or comma is None:
        return value
    return substituted(tinycss2.serialize(arguments[comma + 1 :]), variables, within)
