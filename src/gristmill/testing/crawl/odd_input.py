"""Odd texts in every field of every form and in every parameter of an address, sent without an engine.

Browsers keep much of this from being sent, such as options that a list does not have; here it is sent
regardless. Whatever comes, an app answers in words: never with a failure, nor by running or evaluating it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from gristmill.envs.engines.dom.html.document import Document, Element
from gristmill.envs.engines.dom.html.form_state import FormState
from gristmill.envs.engines.dom.html.forms import SINGLE_LINE, entries, is_button, is_submitter, setting
from gristmill.envs.engines.dom.http_client import HttpRequest, HttpResponse, resolve

SCRIPT, SUM, RESULT = "<script>document.title='x'</script>", "{{7*7777777}}", "54444439"
TEXTS = (
    f"{SCRIPT}{SUM}${{7*7777777}} \"'`%s %00 \\",
    "\u202etxet\u202c \u0645\u0631\u062d\u0628\u0627 \U0001f9f6\u200d\U0001f468 caf\u0065\u0301 \ufeff\u2028",
    "a\x00b\x1b\x7f\r\n\r\nc",
    "lone \ud800 surrogate",
    "lamp " * 2_000,
    " \t\u3000 ",
    '(("a OR -b from: before:x {',
)
MISFITS = (
    "",
    "-1",
    "9" * 40,
    "\u00b2",
    "\u0663",
    "1.5",
    "x\x00\ud800",
    "2026-13-45",
    "//elsewhere.test/",
    "\U0001f9f6" * 600,
)
BOXES = SINGLE_LINE | {"textarea"}


@dataclass(frozen=True, slots=True)
class Form:
    """A form as a button sends it.

    Attributes:
        request: where and how it is sent.
        sent: names and values, as they stand.
        boxes: names of fields that take any text.
        names: names of all fields.
    """

    request: HttpRequest
    sent: tuple[tuple[str, str], ...]
    boxes: frozenset[str]
    names: tuple[str, ...]

    @property
    def as_filled(self) -> HttpRequest:
        """The request with all values as they stand."""
        query = urlencode(self.sent, errors="surrogatepass")
        if self.request.method == "POST":
            return replace(self.request, body=query.encode())
        return replace(self.request, url=f"{self.request.url.partition('?')[0]}?{query}")

    def with_value(self, name: str, value: str) -> HttpRequest:
        """The request with one field's value exchanged, or added if it would not be sent."""
        others = tuple((key, kept) for key, kept in self.sent if key != name)
        return replace(self, sent=(*others, (name, value))).as_filled


def forms(document: Document, url: str) -> Iterator[Form]:
    """The forms of the page at `url`, once for each of their buttons."""
    state = FormState(document)
    for form in (element for element in document.elements if element.tag == "form"):
        controls = document.controls.get(form, [])
        submitters: list[Element | None] = [each for each in controls if is_submitter(each)]
        for submitter in submitters or [None]:
            yield form_of(state, form, submitter, url)


def form_of(state: FormState, form: Element, submitter: Element | None, url: str) -> Form:
    """A form as this button sends it."""
    controls = [each for each in state.document.controls.get(form, []) if each.attributes.get("name")]
    method = "POST" if setting(form, submitter, "method").lower() == "post" else "GET"
    target = resolve(setting(form, submitter, "action") or url, url)
    return Form(
        HttpRequest(url=target, method=method, referrer=url),
        tuple((name, value) for name, value, _ in entries(state, form, submitter)),
        frozenset(each.attributes["name"] for each in controls if each.type in BOXES),
        tuple(dict.fromkeys(e.attributes["name"] for e in controls if not is_button(e) or e is submitter)),
    )


def query_of(url: str) -> Form:
    """The parameters of an address, as a form would send them."""
    sent = tuple(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    return Form(HttpRequest(url=url), sent, frozenset(), tuple(dict.fromkeys(name for name, _ in sent)))


def odd_requests(form: Form) -> Iterator[tuple[str, str, HttpRequest]]:
    """Name of a field, odd value, and the request with it: for each field in turn."""
    for name in form.names:
        for value in (*TEXTS, *MISFITS) if name in form.boxes else (TEXTS[0], *MISFITS):
            yield name, value, form.with_value(name, value)


def answer_problem(answer: HttpResponse) -> str:
    """What is wrong with the answer to an odd request; empty if nothing is."""
    if answer.status >= 500:
        return f"answered with {answer.status}"
    if SCRIPT.encode() in answer.body and answer.content_type.startswith("text/html"):
        return "the page runs what was entered"
    return "what was entered is evaluated" if RESULT.encode() in answer.body else ""
