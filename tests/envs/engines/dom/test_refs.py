"""Elements keep their numbers while they are on the page, and no number is given twice."""

from collections.abc import Callable
from typing import Any

import pytest

from gristmill.envs.actions.grammar import parse
from gristmill.envs.engines.dom.html.document import Document
from gristmill.envs.engines.dom.html.parser import parse_html
from gristmill.envs.engines.dom.refs import Refs
from gristmill.errors import ActionError

HEAD = (
    "<body hx-boost:inherited=true hx-target:inherited=main><nav><a href=/two>Two</a> <a href=/>One</a></nav>"
)
FOOT = "<footer><a href=/imprint>Imprint</a></footer>"


def numbered(document: Document, tag: str) -> Refs:
    """Refs of a page whose elements with this tag were read."""
    refs = Refs(document)
    refs.of([element.index for element in document.all(tag)])
    return refs


def test_new_elements_get_new_numbers_and_known_ones_keep_theirs() -> None:
    document = parse_html(b"<p>1<p>2<p>3")
    refs, (one, two, three) = Refs(document), document.all("p")
    assert refs.of([one.index, three.index]) == [1, 2]
    assert refs.of([one.index, two.index, three.index]) == [1, 3, 2]
    assert refs.of([]) == []
    assert refs.element("e3") is two
    assert refs.issued == 3


def test_a_number_of_another_page_is_stale_and_one_never_given_is_none() -> None:
    refs = numbered(parse_html(b"<p>1"), "p")
    refs.enter(parse_html(b"<p>1"), None)
    with pytest.raises(
        ActionError, match=r"^e1 is stale: its element is no longer on the page\. Use the refs"
    ):
        refs.element("e1")
    with pytest.raises(ActionError, match=r"^There is no element e2 on this page\.$"):
        refs.element("e2")


@pytest.mark.parametrize("other", [b"<nav>2</nav><main>x</main>", b"<p>2</p>", b"<main></main><nav></nav>"])
def test_pages_with_another_frame_keep_nothing(other: bytes) -> None:
    document = parse_html(b"<nav><a>1</a></nav><main>x</main>")
    refs = numbered(document, "nav")
    refs.enter(parse_html(other), document)
    with pytest.raises(ActionError, match="stale"):
        refs.element("e1")


def test_an_exchange_of_main_keeps_what_is_around_it(open_tab: Callable[..., Any]) -> None:
    body = HEAD + "<main><h1>{0}</h1><p>{0}<p>more</main>" + FOOT
    page = open_tab(body.format("one"), {"/two": body.format("two")})
    before = page.aria
    after = page.use("click", "link", "Two")
    kept = ('link "Two" [ref=e3]', 'link "Imprint"')
    for link in kept:
        line = next(line for line in before.split("\n") if link in line)
        assert line in after
    assert "e5" in before.partition("main")[2]
    assert "[ref=e5]" not in after
    for ref in ("e5", "e6"):  # the main and its heading
        with pytest.raises(ActionError, match=f"^{ref} is stale"):
            page.actor.perform(parse(f"click {ref}"))
    again = page.do("back")
    assert "[ref=e3]" not in again  # going back loads the whole page


def test_what_an_action_reveals_moves_no_ref(open_tab: Callable[..., Any]) -> None:
    page = open_tab("<details><summary>More</summary><button>In</button></details><button>After</button>")
    assert 'generic "More" [ref=e3]\n  - button "After" [ref=e4]' in page.aria
    opened = page.do("click e3")
    assert 'button "In" [ref=e5]\n  - button "After" [ref=e4]' in opened
    closed = page.do("click e3")
    assert '"In"' not in closed
    with pytest.raises(ActionError, match=r"^e5 is hidden\.$"):
        page.actor.perform(parse("click e5"))
    assert page.do("click e3") == opened


def test_numbers_are_captured_by_tag_and_restored() -> None:
    document = parse_html(b"<p>1<p>2<p>3<datalist><option>a</datalist><select><option>b")
    paragraphs, options = document.all("p"), document.all("option")
    refs = Refs(document)
    refs.of([paragraphs[1].index, options[-1].index])
    saved = refs.capture()
    assert saved == {"option": (2,), "p": (0, 1)}
    twin = parse_html(b"<p>1<p>2<p>3<select><option>b")
    other = Refs(twin)
    other.restore(saved, 7)
    assert other.element("e1") is twin.all("p")[1]
    assert other.of([twin.all("p")[0].index, twin.all("option")[0].index]) == [8, 2]
