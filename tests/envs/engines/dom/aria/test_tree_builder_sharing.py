"""Pages share what follows from equal subtrees, and nothing that depends on what is around them."""

import pytest

from gristmill.caches import Caches
from gristmill.envs.engines.dom.aria.tree_builder import NO_NUMBER, numbers
from gristmill.envs.engines.dom.document_cache import DocumentCache, Fetch
from gristmill.envs.engines.dom.html.form_state import FormState
from gristmill.envs.engines.dom.http_client import HttpResponse

STYLE = (
    "<style>:root { --ink: none } .first + div b { display: none } li:first-child i { display: none }"
    " .flat { display: contents } .flat > b { visibility: hidden }"
    " :has(> u) + p em { display: none } div { display: block }</style>"
)
# Pairs of markup around the same subtree: each of them alone decides what is rendered of it.
PAIRS = [
    ("<p class='first'>a</p>{}", "<p class='last'>a</p>{}", "<div><b>x</b> y</div>"),
    ("<ul><li>{}</li></ul>", "<ul><li>a</li><li>{}</li></ul>", "<div><i>x</i> y</div>"),
    ("<div><u>a</u></div>{}", "<div><s>a</s></div>{}", "<p><em>x</em> y</p>"),
    ("<ul role='none'>{}</ul>", "<ul>{}</ul>", "<li><b>x</b> y</li>"),
    ("<table role='grid'><tr>{}</tr></table>", "<table><tr>{}</tr></table>", "<td><b>x</b> y</td>"),
    ("<dl role='none'>{}</dl>", "<dl>{}</dl>", "<div><dt>x</dt><dd>y</dd></div>"),
    ("<fieldset disabled>{}</fieldset>", "<fieldset>{}</fieldset>", "<p><button>x</button></p>"),
    ("<label for=k>a</label>{}", "<label for=m>a</label>{}", "<a href=/x><button id=k>x</button></a>"),
    ("<b id=k>a</b>{}", "<b id=k>c</b>{}", "<section aria-labelledby=k><p>x</p></section>"),
    ("<div aria-disabled=true>{}</div>", "<div>{}</div>", "<p><button>x</button></p>"),
    ("<article>{}</article>", "<div>{}</div>", "<div><header>x</header></div>"),
    ("<details open>{}</details>", "<details>{}</details>", "<div><a href=/x>x</a></div>"),
    ("<div hidden>{}</div>", "<div>{}</div>", "<div><a href=/x>x</a></div>"),
    ("<div aria-hidden=true>{}</div>", "<div>{}</div>", "<div><a href=/x>x</a></div>"),
    ("<div style='visibility: hidden'>{}</div>", "<div>{}</div>", "<div><a href=/x>x</a></div>"),
    ("<svg>{}</svg>", "<div>{}</div>", "<g><title>x</title></g>"),
]


def asked(markup: str) -> tuple[HttpResponse, int, Fetch]:
    """The arguments for a page of this markup."""
    answer = HttpResponse(
        url="http://a.test/", status=200, content_type="text/html", cache_control="", body=markup.encode()
    )
    return answer, 1024, lambda _: answer


def read(documents: DocumentCache, body: str) -> tuple[str, list[object]]:
    """The text and the targets of a page."""
    page = documents.page(*asked(f"{STYLE}{body}"))
    reading = page.read(FormState(page.document))
    return reading.aria, [(ref, target.element.index) for ref, target in reading.targets.items()]


@pytest.mark.parametrize(("one", "other", "subtree"), PAIRS)
def test_a_subtree_that_another_page_has_too_is_read_as_where_nothing_is_shared(
    one: str, other: str, subtree: str
) -> None:
    shared = DocumentCache(Caches())
    for around in (one, other, one):
        body = around.format(subtree)
        assert read(shared, body) == read(DocumentCache(Caches(mode="off")), body)


def test_refs_and_names_from_several_elements_are_those_of_the_page_that_is_read() -> None:
    shared = DocumentCache(Caches())
    card = "<ul><li><a href=/x><img alt=Lamp> <span>of <b>oak</b></span></a></li></ul>"
    for body in (card, f"<p>Before</p><p>it</p>{card}", f"<h1>A</h1>{card}{card}"):
        assert read(shared, body) == read(DocumentCache(Caches(mode="off")), body)


def test_equal_content_has_one_number_and_what_form_state_decides_has_none() -> None:
    documents = DocumentCache(Caches())
    markup = (
        "<style>:root { --ink: red } b { color: var(--ink) }</style>"
        "<div><p>a <b>b</b></p></div><div><p>a <b>b</b></p></div><div><p>a <b>c</b></p></div><p><input></p>"
    )
    page = documents.page(*asked(markup))
    found = numbers(page.layout(FormState(page.document)))
    one, two, three = (found[element.index] for element in page.document.all("div"))
    assert one == two != NO_NUMBER
    assert three not in {one, NO_NUMBER}
    assert found[page.document.all("input")[0].index] == NO_NUMBER
    assert found[page.document.body.index] == NO_NUMBER
