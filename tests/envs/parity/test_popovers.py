"""What lies on top of a page closes alike in both engines."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser

PAGE = (
    "<button popovertarget=pop>Menu</button><div id=pop popover{}>popped <button>Inside</button></div>"
    "<p>text</p><input aria-label=Box><input type=date aria-label=Day><input type=checkbox aria-label=Tick>"
)


@pytest.mark.parametrize("kind", ["", "=manual"])
@pytest.mark.parametrize(
    "action",
    [
        ("click", "button", "Inside"),
        ("click", "button", "Menu"),
        ("check", "checkbox", "Tick"),
        ("fill", "textbox", "Box", '"x"'),
        ("fill", "textbox", "Day", '"2026-01-01"'),
    ],
)
def test_a_popover_closes_when_something_beside_it_is_used(
    both: Any, kind: str, action: tuple[str, ...]
) -> None:
    both.open(PAGE.format(kind))
    assert "popped" in both.use("click", "button", "Menu")["aria"]
    both.use(*action)


@pytest.mark.parametrize("keys", ["Escape", "Tab Escape", "Tab Tab Escape"])
def test_escape_returns_a_focus_that_was_in_the_popover(both: Any, keys: str) -> None:
    both.open(PAGE.format(""))
    both.use("click", "button", "Menu")
    both.press(*keys.split())


@pytest.mark.parametrize("where", ["before", "after", "far after"])
def test_tab_goes_from_the_button_into_its_popover_and_on(both: Any, where: str) -> None:
    popover = "<div id=p popover><input aria-label=in><button>Go</button></div>"
    button = "<button popovertarget=p>Menu</button>"
    parts = {
        "before": (popover, "<input aria-label=a>", button, "<input aria-label=b>"),
        "after": ("<input aria-label=a>", button, popover, "<input aria-label=b>"),
        "far after": ("<input aria-label=a>", button, "<input aria-label=b>", popover),
    }[where]
    both.open("".join(parts))
    both.use("click", "button", "Menu")
    both.press(*["Tab"] * 6)
    both.press(*["Shift+Tab"] * 6)
