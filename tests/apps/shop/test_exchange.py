"""A page that htmx exchanges is the page that is loaded, though most of the masthead stays."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from gristmill.envs.env import WebEnv

Evaluate = Callable[..., Any]
RefOf = Callable[..., str]
Way = list[tuple[str, ...]]

EXCHANGE = {"HX-Request": "true", "HX-Request-Type": "partial"}
SEARCH = ("combobox", "Search the store")
DEPARTMENTS = ("click", "link", "All departments")
LOADED = """() => {
  const copy = document.documentElement.cloneNode(true);
  for (const e of copy.querySelectorAll("[data-htmx-powered]")) e.removeAttribute("data-htmx-powered");
  return copy.outerHTML;
}"""


@pytest.mark.parametrize("path", ["/search?q=mug", "/d/clothing", "/cart", "/nope"])
def test_what_is_exchanged_is_cut_from_the_page(client: FlaskClient, path: str) -> None:
    page, parts = client.get(path), client.get(path, headers=EXCHANGE)

    assert parts.status_code == page.status_code
    for tag in ("title", "main"):
        part = re.search(rf"<{tag}.*</{tag}>", parts.text, re.DOTALL)
        assert part is not None
        assert part[0] in page.text
    assert "<html" not in parts.text
    assert "<option" not in parts.text[: parts.text.index("<main")]
    assert len(parts.text) < len(page.text) - 9000


@pytest.mark.browser
@pytest.mark.parametrize(
    "way",
    [
        [("fill", *SEARCH, "mug"), ("click", "button", "Search")],
        [("fill", *SEARCH, "chair"), ("click", "link", "Clothing")],
        [DEPARTMENTS, ("click", "link", "Sports & Outdoors"), ("click", "link", "Kitchen & Dining")],
        [("click", "link", "Clothing"), ("fill", *SEARCH, "x"), ("click", "button", "Apply filters")],
        [("click", "link", "Fleece Brushed Scarf"), ("click", "button", "Add to cart")],
        [("press", "End"), ("press", "Shift+Tab"), ("click", "link", "Browse all products")],
    ],
    ids=["search", "something-typed", "departments", "elsewhere", "cart", "scrolled"],
)
def test_an_exchanged_page_is_the_one_that_is_loaded(
    lasting_env: WebEnv,
    evaluate: Evaluate,
    ref_of: RefOf,
    renumbered: Callable[[Any], Any],
    way: Way,
) -> None:
    seen, _ = lasting_env.reset(seed=1)
    evaluate(lasting_env, "() => { window.isFirst = true; }")
    for verb, *where, what in way:
        if verb == "press":
            action = f"press {what}"
        elif verb == "click":
            action = f"click {ref_of(seen, where[0], what)}"
        else:
            action = f'fill {ref_of(seen, *where)} "{what}"'
        seen, *_, info = lasting_env.step(action)
        assert "error" not in info

    assert evaluate(lasting_env, "() => window.isFirst && scrollY === 0")
    exchanged = evaluate(lasting_env, LOADED)
    again = lasting_env.step(f"goto {evaluate(lasting_env, '() => location.href')}")[0]
    assert renumbered(again) == renumbered(seen)
    assert evaluate(lasting_env, LOADED) == exchanged


@pytest.mark.browser
def test_an_exchanged_page_is_walked_from_its_top(lasting_env: WebEnv, ref_of: RefOf) -> None:
    seen, _ = lasting_env.reset(seed=1)
    for role, name in (("link", "Clothing"), ("link", "Fleece Brushed Scarf")):
        seen = lasting_env.step(f"click {ref_of(seen, role, name)}")[0]
        assert "[active]" in seen["aria"].splitlines()[0]
        seen = lasting_env.step("press Tab")[0]
        assert 'link "Marlowick" [active]' in seen["aria"]


SELECT = """() => {
  getSelection().selectAllChildren(document.querySelector(".masthead"));
  document.querySelector(".masthead-cart").focus();
}"""


@pytest.mark.browser
def test_nothing_is_selected_on_an_exchanged_page(lasting_env: WebEnv, evaluate: Evaluate) -> None:
    lasting_env.reset(seed=1)
    evaluate(lasting_env, SELECT)
    assert evaluate(lasting_env, "() => String(getSelection())") != ""
    seen = lasting_env.step("press Enter")[0]
    assert seen["url"].endswith("/cart")
    assert evaluate(lasting_env, "() => String(getSelection())") == ""
