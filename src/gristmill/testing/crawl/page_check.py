"""Checks a page's source, follows all of its links, and sends its forms with odd input, without an engine."""

import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urlsplit

from gristmill.apps.server.navigation_policy import Addresses
from gristmill.apps.server.session import LiveSession
from gristmill.apps.server.session_pool import SessionPool
from gristmill.apps.world.handlers import Handlers
from gristmill.envs.engines.dom.html.document import Document
from gristmill.envs.engines.dom.html.parser import parse_html
from gristmill.envs.engines.dom.http_client import HttpClient, HttpRequest, HttpResponse
from gristmill.envs.episode.faults import detail_of
from gristmill.errors import ActionError
from gristmill.testing.crawl.odd_input import Form, answer_problem, forms, odd_requests, query_of
from gristmill.testing.crawl.page_source import CSS_ADDRESS, has_place, links, loaded, source_problems
from gristmill.testing.crawl.states import Problem

NUMBERS = re.compile(r"\d+")
ANYTHING = "*/*"
REFUSALS = frozenset({400, 422})  # of an address whose parameters cannot be taken, in words
Endpoint = Callable[[str, str], str | None]  # of an address and method


@dataclass(slots=True)
class PageCheck:
    """Checks pages, each link and each kind of form once.

    Attributes:
        serve: the host's WSGI application.
        sessions: where copies of a session are opened, so that one odd request does not affect the next.
        apps: names of the app clones.
        endpoint: tells the endpoint of an address and method; None if no app serves it.
        report: takes what is wrong: what it is about, and words.
        handlers: those of the world's apps.
        has_odd_input: whether forms are sent with odd input.
        finals: where each address that a link leads to ended, after redirects.
        sent: how many odd requests each endpoint has got.
    """

    serve: Callable[..., object]
    sessions: SessionPool
    apps: Collection[str]
    endpoint: Endpoint
    report: Callable[[Problem, str], None]
    handlers: Handlers
    sent: Counter[str]
    has_odd_input: bool = True
    finals: dict[str, str] = field(default_factory=dict)
    _known: set[object] = field(default_factory=set)

    def check(self, session: LiveSession, url: str) -> None:
        """Check the page that the session shows at `url`; the session is used for nothing else afterwards."""
        answer = self._get(session, url)
        if answer is None or "html" not in answer.content_type:
            return
        if answer.status >= 400 and answer.status not in REFUSALS:
            detail = f"the page that is shown answers with {answer.status} when it is loaded"
            about = Problem.LINK if answer.status == 404 else Problem.FAULT
            self.report(about, f"{url}: {detail}")
        document = parse_html(answer.body)
        for about, problem in source_problems(document, url, Addresses(self.apps).origins):
            self.report(about, f"{url}: {problem}")
        for target in dict.fromkeys(links(document, url)):
            self._follow(session, url, target, document)
        for target in dict.fromkeys(loaded(document, url)):
            self._load(session, url, target)
        if self.has_odd_input:
            for form in (*forms(document, url), *map(query_of, links(document, url))):
                self._send_odd(session, form)

    def _is_new(self, what: object) -> bool:
        is_new = what not in self._known
        self._known.add(what)
        return is_new

    def _client(self, session: LiveSession) -> HttpClient:
        return HttpClient(self.serve, session.token, Addresses(self.apps))  # type: ignore[arg-type]

    def _get(self, session: LiveSession, url: str) -> HttpResponse | None:
        try:
            return self._client(session).open(HttpRequest(url=url, accept=ANYTHING))
        except ActionError as error:
            is_ours = f"http://{urlsplit(url).netloc}" in Addresses(self.apps).origins
            self.report(Problem.FAULT if is_ours else Problem.ORIGIN, f"{url}: {error}")
            return None

    def _follow(self, session: LiveSession, url: str, target: str, document: Document) -> None:
        """Report a link to a page, or to a place of a page, that does not exist."""
        address, place = urldefrag(target)
        if address == urldefrag(url)[0]:
            if not has_place(document, place):
                self.report(Problem.LINK, f"{url}: a link leads to #{place}, which the page does not have")
            return
        if not target.startswith("http") or not self._is_new(target):
            return
        answer = self._get(session, address)
        if answer is not None and answer.status >= 400:
            self.report(Problem.LINK, f"{url}: a link leads to {target}, which answers with {answer.status}")
        elif answer is not None:
            self.finals[target] = answer.url
            place = place or urldefrag(answer.url)[1]
            if place and not has_place(parse_html(answer.body), place):
                self.report(Problem.LINK, f"{url}: a link leads to {target}, but the page has no such place")

    def _load(self, session: LiveSession, url: str, target: str) -> None:
        if not self._is_new(target):
            return
        answer = self._get(session, target)
        if answer is None or answer.status != 200:
            self.report(Problem.LINK, f"{url}: the file {target} cannot be loaded")
        elif answer.content_type.startswith("text/css"):
            for found in CSS_ADDRESS.findall(answer.body.decode()):
                if "//" in "".join(found) and not "".join(found).startswith("data:"):
                    self.report(Problem.ORIGIN, f"{target}: the style sheet loads {''.join(found)[:80]}")

    def _send_odd(self, session: LiveSession, form: Form) -> None:
        """Send a form with odd input, in a copy of the session for each request."""
        endpoint = self.endpoint(form.request.url, form.request.method)
        if endpoint is None or endpoint.endswith("static"):
            return
        if not self._is_new((endpoint, form.request.method, form.names)):
            return
        rows = session.rows()
        for name, value, request in odd_requests(form):
            copy = self.sessions.open(rows, self.apps, handlers=self.handlers)
            try:
                problem = self._problem(copy, request)
            finally:
                self.sessions.close(copy)
            what = f"{form.request.method} {form.request.url} with {name}={value[:30]!r}"
            if problem:
                self.report(Problem.ODD, f"{what}: {problem}")
        key = f"{form.request.method} {endpoint}"
        self.sent[key] += 1

    def _problem(self, session: LiveSession, request: HttpRequest) -> str:
        try:
            found = answer_problem(self._client(session).open(request))
        except ActionError as error:
            return str(error)
        return found if session.fault is None else described_fault(session.fault)


def described_fault(fault: BaseException) -> str:
    """What an app clone raised, with file and line."""
    detail = detail_of(fault, url="")
    return f"{detail} ({detail.file}:{detail.line})" if detail.file else str(detail)
