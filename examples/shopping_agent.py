"""An agent without a model for Shop-AddToCart-v0, which the client examples share.

It reads what a language model would read, a goal and pages as text, and answers with tool calls.
"""

import re
from collections.abc import Generator
from typing import Any

ToolCall = tuple[str, dict[str, Any]]

PRODUCT = re.compile(r"(?:\d x |: |Add |Get )([A-Z][^(]+?) \(([^)]+)\)")
QUANTITY = re.compile(r"(\d) x|quantity\D{1,20}(\d)")


def shopping(text: str) -> Generator[ToolCall, str, None]:
    """Yield the next tool call; send what it returned.

    Args:
        text: the goal, and the page with which the episode begins.
    """
    product, options = PRODUCT.search(text).groups()  # type: ignore[union-attr]
    quantity = next(filter(None, QUANTITY.search(text).groups()))  # type: ignore[union-attr]
    search = {"target": ref_of(text, 'combobox "Search the store"'), "text": product, "submit": True}
    results = yield "browser_type", search
    page = yield "browser_click", {"target": ref_of(results, f'link "{product}"')}
    fields = [
        field(page, f'radio "{option.split(" ", 1)[1]}', "radio", "true") for option in options.split(", ")
    ]
    wanted = [each for each in fields if f"[checked] [ref={each['target']}]" not in page]
    wanted.append(field(page, 'spinbutton "Quantity"', "textbox", quantity))
    page = yield "browser_fill_form", {"fields": wanted}
    yield "browser_click", {"target": ref_of(page, 'button "Add to cart"')}
    yield "finish_task", {}


def field(page: str, label: str, kind: str, value: str) -> dict[str, str]:
    """A field of a form that is to be filled."""
    return {"name": label, "target": ref_of(page, label), "type": kind, "value": value}


def ref_of(page: str, label: str) -> str:
    """The ref of the first element whose line of the snapshot has this label."""
    line = next(line for line in page.splitlines() if label in line)
    return re.search(r"\[ref=(e\d+)\]", line)[1]  # type: ignore[index]
