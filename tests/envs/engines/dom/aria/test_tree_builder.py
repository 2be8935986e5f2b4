"""Small pages of every kind of markup read in the dom engine as in Chromium."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gristmill.envs.engines.dom.css.cascade import Cascade
from gristmill.envs.engines.dom.css.stylesheet import parse_sheet
from gristmill.envs.engines.dom.document_cache import Page
from gristmill.envs.engines.dom.html.form_state import FormState
from gristmill.envs.engines.dom.html.parser import parse_html
from gristmill.envs.env import WebEnv

FRAGMENTS = (Path(__file__).parents[2] / "fragments.html").read_text().split("\n----\n")


def outline(html: str) -> str:
    document = parse_html(html.encode())
    css = "\n".join(style.text() for style in document.all("style"))
    state = FormState(document)
    state.set_focus(next((e for e in document.elements if "autofocus" in e.attributes), None))
    return Page(document, Cascade(parse_sheet(css, 1024))).read(state).aria


@pytest.fixture(scope="module")
def browser(lasting_env: WebEnv) -> WebEnv:
    lasting_env.reset(seed=1)
    return lasting_env


@pytest.mark.browser
@pytest.mark.parametrize("html", FRAGMENTS, ids=range(len(FRAGMENTS)))
def test_markup_reads_as_in_chromium(
    browser: WebEnv, show: Callable[[WebEnv, str], None], renumbered: Callable[[str], str], html: str
) -> None:
    show(browser, html)
    seen, *_ = browser.step("scroll top")
    assert outline(html) == renumbered(seen["aria"])


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a<b>b</b>c</p>", "abc"),
        ("<div>a<div>b</div>c</div>", "a"),
        ("<style>.f{display:flex}</style><p class=f><span>a</span><span>b</span></p>", "a"),
        ("<p>a<br>b</p>", "ab"),
    ],
)
def test_display_decides_how_text_is_joined(html: str, text: str) -> None:
    assert re.search(rf": {text}$", outline(html), re.MULTILINE)


def test_what_is_not_displayed_is_not_read() -> None:
    hidden = "<p hidden>1</p><style>.x{display:none}</style><p class=x>2</p><script>3</script>"
    assert outline(f"{hidden}<p>shown</p>") == "- paragraph [ref=e1]: shown"
