"""What is remembered of a page: never seen in what it shows, and bounded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.caches import Caches, CacheSizes
from gristmill.envs.engines.dom import document_cache as pages
from gristmill.envs.engines.dom.aria.node_traits import Describer
from gristmill.envs.engines.dom.document_cache import DocumentCache, Page
from gristmill.envs.engines.dom.engine import DomPage
from gristmill.envs.engines.dom.html.document import Document, Element
from gristmill.envs.engines.dom.html.form_state import FormState
from gristmill.envs.engines.dom.html.parser import parse_html
from gristmill.envs.engines.dom.http_client import SHEET, HttpRequest, HttpResponse
from gristmill.envs.engines.dom.tab import Tab
from gristmill.envs.env import WebEnv
from gristmill.errors import ActionError

FRAGMENTS = (Path(__file__).parents[1] / "fragments.html").read_text().split("\n----\n")
FORM = """
<style>
  .gift:not(:has(:checked)) .note { display: none }
  details[open] + p { visibility: hidden }
  input:checked + b::after { content: " (on)" }
  #tip:popover-open { display: flex }
  select:has(option[value=b]:checked) ~ .b { display: none }
</style>
<form action=/sent>
  <label>Name <input name=n value=Ada></label>
  <label>Copies of <input type=number name=c value=2 min=1> each</label>
  <div class=gift><label><input type=checkbox name=g> Gift</label> <p class=note>A note: <textarea name=t>x
  </textarea></p></div>
  <label><input type=radio name=r value=1 checked><b>One</b></label>
  <label><input type=radio name=r value=2><b>Two</b></label>
  <fieldset aria-labelledby=q><legend id=q>With <input name=w value=care></legend></fieldset>
  <select name=s aria-label=Size><option value=a>A<option value=b>B<option disabled>C</select>
  <a class=b href="/b">of B</a>
  <details name=d><summary>More</summary><a href="/more">inside <i>it</i></a></details><p>beside</p>
  <details name=d><summary>Else</summary><input aria-label=Deep></details>
  <button type=button popovertarget=tip>Tip</button><div id=tip popover>Tip!</div>
  <button type=button commandfor=ask command=show-modal>Ask</button>
  <dialog id=ask>Sure? <button type=button commandfor=ask command=close>No</button></dialog>
  <button type=reset>Reset</button>
</form>
"""
LINES = [
    *(["click {ref}"] * 4),
    *(["check {ref}", "uncheck {ref}", "press Tab", "press Shift+Tab", "press Space", "press Escape"]),
    *(
        [
            'fill {ref} "7"',
            'fill {ref} "a b"',
            'fill {ref} ""',
            'type "z"',
            "press ArrowDown",
            "press Backspace",
        ]
    ),
    *(['select {ref} "A"', 'select {ref} "B"']),
]


def translated(state: FormState, document: Document) -> FormState:
    """The same state of the same page, parsed another time."""

    def twin(element: Element) -> Element:
        return document.elements[element.index]

    return FormState(
        document,
        focus=twin(state.focus) if state.focus is not None else None,
        values={twin(e): value for e, value in state.values.items()},
        checked={twin(e): on for e, on in state.checked.items()},
        selected={twin(e): [twin(o) for o in chosen] for e, chosen in state.selected.items()},
        opened={twin(e): on for e, on in state.opened.items()},
        popovers={twin(e): None for e in state.popovers},
        is_left=state.is_left,
    )


def read_afresh(tab: Tab) -> tuple[str, list[int]]:
    """What a page shows in a tab's state if nothing at all is remembered, and its targets."""
    assert tab.answer is not None
    page = DocumentCache(Caches(mode="off")).page(
        tab.answer, 1024, lambda url: tab._client.open(HttpRequest(url=url, accept=SHEET))
    )
    reading = page.read(translated(tab.state, page.document))
    return reading.aria, [node.element.index for node in reading.targets.values()]


def sheet(css: str) -> HttpResponse:
    return HttpResponse(url="", status=200, content_type="text/css", cache_control="", body=css.encode())


def read(tab: Tab) -> tuple[str, list[int]]:
    reading = tab.read()
    return reading.aria, [node.element.index for node in reading.targets.values()]


@pytest.mark.parametrize("html", [FORM, *FRAGMENTS], ids=range(len(FRAGMENTS) + 1))
def test_what_is_remembered_never_shows(open_tab: Callable[..., Any], html: str) -> None:
    opened, dice, seen = open_tab(html), np.random.default_rng(7), set()
    for _ in range(120 if html is FORM else 25):
        refs = list(opened.tab.read().targets)
        line = LINES[dice.integers(len(LINES))].format(ref=refs[dice.integers(len(refs))])
        try:
            opened.do(line)
        except ActionError:
            continue
        assert read(opened.tab) == read_afresh(opened.tab), line
        seen.add(opened.aria)
        if opened.tab.url != "http://desk.test/":
            opened.do("back")
    assert len(seen) > (25 if html is FORM else 0)


ALIKE = """
<ul><li>A</li><li>A</li></ul> | <ul role=none><li>A</li></ul> | <ol><li>A<!-- c --></li></ol>
<a href=/x>A</a> | <a href=/y>A</a> | <a>A</a> | <a class=told href=/x>A</a> | <a href=/x title=T>A</a>
<div><p>A</p></div> | <div aria-hidden=true><p>A</p></div> | <div hidden><p>A</p></div> | <div><p> </p></div>
<svg><g><path d=M0></path></g></svg> | <svg><g><title>T</title></g></svg> | <svg><title>T</title></svg>
<div aria-disabled=true><a href=/x>A</a><h2>A</h2></div> | <div><a href=/x>A</a><h2 aria-level=4>A</h2></div>
<details><summary>S</summary><div>A</div></details> | <details open><summary>S</summary><div>A</div></details>
<section aria-label=N><b>A</b> B</section> | <section><b>A</b> B</section> | <section title=N>A</section>
<div style=display:contents><i>A</i></div> | <div><i>A</i></div> | <div style=cursor:pointer><i></i></div>
<table><tr><th>A</th><td>A</td></table> | <table><tr><th>A</table> | <table><tr><th scope=row>A<th>B</table>
<label for=q>A</label><input id=q> | <label>A</label><input id=q> | <nav><header>A</header></nav>
<p>A</p><p>A</p> | <b>A</b> | <p>A</p> | <p>B <b>A</b> C</p> | <p>B <b>A<!-- c --></b> C</p>
<p class=tall></p> | <p class=tall><b>A</b>B</p>
"""
STYLE = """<style>p:first-child, li:first-child { height: 0; width: 0 }
.told::after { content: attr(href) } ol li { display: none } p.tall { height: 9px; width: 9px }</style>"""


def shown(library: DocumentCache, html: str) -> tuple[str, list[tuple[int, str, str, str]]]:
    """The outline of a page and its targets."""
    kind = "text/html; charset=utf-8"
    answer = HttpResponse(url="", status=200, content_type=kind, cache_control="", body=html.encode())
    page = library.page(answer, 1024, lambda url: sheet(""))
    reading = page.read(FormState(page.document))
    return reading.aria, [(target.element.index, *target[1:]) for target in reading.targets.values()]


def test_like_elements_never_show(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [STYLE + html for line in ALIKE.split("\n") if line for html in line.split(" | ")] + FRAGMENTS
    with monkeypatch.context() as alone:
        alone.setattr(Describer, "_deciding_facts", lambda *_: None)
        expected = {html: shown(DocumentCache(Caches()), html) for html in pages}
    shared = DocumentCache(Caches(sizes=CacheSizes(documents_bytes=1)))  # style sheets alone are shared
    for order in (pages, pages[::-1]):
        for html in order:
            assert shown(shared, html) == expected[html], html


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.sweep)])
@pytest.mark.parametrize(
    "task", ["Shop-Checkout-v0", pytest.param("Shop-AddToCart-v0", marks=pytest.mark.sweep)]
)
def test_what_is_remembered_never_shows_in_a_shop(
    task: str, seed: int, renumbered: Callable[[str], str]
) -> None:
    env = WebEnv(task, engine="dom", stop="agent")
    agent, compared = RandomAgent(), 0
    agent.begin(env, seed)
    seen, _ = env.reset(seed=seed)
    for number in range(16):
        line = env.oracle() if number % 2 else agent.act(seen)
        if line.startswith(("answer", "done")):
            continue
        seen, *_ = env.step(line)
        tab = cast("DomPage", env.runner.page)._tab
        assert (renumbered(seen["aria"]), read(tab)[1]) == read_afresh(tab), line
        compared += 1
    env.close()
    assert compared > 8


def a_page(html: str) -> Page:
    return DocumentCache(Caches()).page(answer(html), 1024, fetch_nothing)


def answer(html: str) -> HttpResponse:
    return HttpResponse(
        url="http://desk.test/", status=200, content_type="text/html", cache_control="", body=html.encode()
    )


def fetch_nothing(url: str) -> HttpResponse:
    raise ActionError(url)


def test_the_same_content_is_read_once_whatever_led_to_it() -> None:
    page = a_page("<input name=a><input name=b>")
    first, second = page.document.all("input")
    one, other = FormState(page.document), FormState(page.document)
    one.set_value(first, "x")
    one.set_value(second, "y")
    other.set_value(second, "y")
    other.set_value(first, "w")
    other.set_value(first, "x")
    assert page.read(one) is page.read(other)
    other.set_value(first, "z")
    assert page.read(one) is not page.read(other)


def test_typing_leaves_the_layout_as_it_is() -> None:
    page = a_page("<style>:checked + p { display: none }</style><input type=checkbox><p>x</p><input id=n>")
    state = FormState(page.document)
    layout = page.layout(state)
    state.set_focus(page.document.ids["n"])
    state.set_value(page.document.ids["n"], "x")
    assert page.layout(state) is layout
    state.set_checked(page.document.all("input")[0], on=True)
    assert page.layout(state) is not layout


def test_a_layout_does_not_change_with_the_state_that_it_was_made_for() -> None:
    page = a_page("<details><summary>s</summary><p>x</p></details>")
    state = FormState(page.document)
    layout, paragraph = page.layout(state), page.document.all("p")[0]
    state.set_open(page.document.all("details")[0], on=True)
    assert not layout.has_box(paragraph)
    assert page.layout(state).has_box(paragraph)


def test_readings_of_a_page_are_bounded() -> None:
    page = a_page("<input>")
    state, box = FormState(page.document), page.document.all("input")[0]
    first = page.read(state)
    for number in range(3 * pages.MAX_READINGS):
        state.set_value(box, str(number))
        page.read(state)
    assert len(page._readings) == pages.MAX_READINGS
    assert page.read(FormState(page.document)) is not first


def test_a_library_forgets_pages_by_what_they_take() -> None:
    library = DocumentCache(Caches(sizes=CacheSizes(documents_bytes=3 * a_page("<p>0</p>").size_bytes)))
    first, *others = (library.page(answer(f"<p>{n}</p>"), 1024, fetch_nothing) for n in range(3))
    assert library.page(answer("<p>0</p>"), 1024, fetch_nothing) is first
    first.read(FormState(first.document))  # takes room, noticed when the page is next asked for
    assert library.page(answer("<p>0</p>"), 1024, fetch_nothing) is first
    assert library.page(answer("<p>1</p>"), 1024, fetch_nothing) is not others[0]


def test_suggestions_are_left_out_unless_a_sheet_displays_them() -> None:
    markup = "<input list=l><datalist id=l><option value=x>X</option></datalist>"
    assert len(parse_html(markup.encode()).all("option")) == 0
    assert len(a_page(markup).document.all("option")) == 0
    assert len(a_page(f"<style>* {{ display: block }}</style>{markup}").document.all("option")) == 1
    assert len(a_page(f"<style>[hidden] {{ display: none }}</style>{markup}").document.all("option")) == 0


def test_another_width_is_another_page() -> None:
    library = DocumentCache(Caches())
    html = answer("<style>@media (min-width: 900px) { p { display: none } }</style><p>x</p>")
    wide, narrow = (library.page(html, width, fetch_nothing) for width in (1024, 600))
    assert "x" not in wide.read(FormState(wide.document)).aria
    assert "x" in narrow.read(FormState(narrow.document)).aria
