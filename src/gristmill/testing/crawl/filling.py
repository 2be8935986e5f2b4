"""How a crawler fills the controls of a page: plausibly, by what they are called, or with odd text."""

import re
from collections.abc import Iterator, Sequence

from gristmill.apps.kit.aria import AriaNode
from gristmill.envs.actions import types as act

BOXES = frozenset({"textbox", "searchbox", "spinbutton"})
PLAUSIBLE = (
    (r"e-?mail|^to\b|^cc\b|^bcc\b|recipient|guests", "wren.holloway@quillfold.test"),
    (r"postcode|zip", "40213"),
    (r"phone", "555-0142"),
    (r"card number", "4242424242424242"),
    (r"expir|valid until|good until", "12/30"),
    (r"security|cvc|cvv", "123"),
    (r"\bday|date|closes on|until|from|first|last", "2031-05-06"),
    (r"\btime|^at$|starts|ends", "10:30"),
    (r"quantity|minutes|how many|number", "2"),
)
"""What a box is filled with, by its name; what none of these match gets `PLAIN`."""
PLAIN = "Lamp 2"
ODD = (
    "<script>document.title = 'x'</script>{{7*7}} \"'`%s \u202eabc\u202c \U0001f9f6\u200d caf\u00e9 \x00 \\",
    "9" * 10_000,
)


def boxes(nodes: Sequence[AriaNode]) -> list[AriaNode]:
    """The text boxes that can be filled, also those with suggestions."""
    return [node for node in nodes if is_box(node) and node.ref and "disabled" not in node]


def is_box(node: AriaNode) -> bool:
    """Whether it takes text; a list without options is a box with suggestions."""
    return node.role in BOXES or (node.role == "combobox" and not node.all("option"))


def plausible(nodes: Sequence[AriaNode]) -> tuple[act.Action, ...]:
    """Actions that complete a form: empty boxes, the first checkbox, and lists where nothing is chosen."""
    return tuple(
        [act.Fill(box.ref, fitting(box.name)) for box in boxes(nodes) if not box.value]
        + list(ticked(nodes))
        + list(chosen(nodes))
    )


def fitting(name: str) -> str:
    """A text that a box of this name may well take."""
    return next((text for pattern, text in PLAUSIBLE if re.search(pattern, name, re.IGNORECASE)), PLAIN)


def ticked(nodes: Sequence[AriaNode]) -> Iterator[act.Action]:
    """Tick the first checkbox, and the first of radio buttons of which none is."""
    free = [node for node in nodes if node.ref and "disabled" not in node and "checked" not in node]
    yield from (act.Check(node.ref) for node in [n for n in free if n.role == "checkbox"][:1])
    if not any(node.role == "radio" and "checked" in node for node in nodes):
        yield from (act.Check(node.ref) for node in [n for n in free if n.role == "radio"][:1])


def chosen(nodes: Sequence[AriaNode]) -> Iterator[act.Action]:
    """Choose the first real option of the lists that ask for one."""
    for node in nodes:
        options = (
            node.all("option") if node.role == "combobox" and node.ref and "disabled" not in node else []
        )
        if any("selected" in o and o.name.startswith("Choose") for o in options):
            other = next((o.name for o in options if "selected" not in o and "disabled" not in o), "")
            if other:
                yield act.Select(node.ref, other)


def odd(nodes: Sequence[AriaNode], text: str) -> tuple[act.Action, ...]:
    """Actions that fill all boxes with one text."""
    return tuple(act.Fill(box.ref, text) for box in boxes(nodes))
