"""A tab without a browser: the open page, its state, and the history."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag

from gristmill.apps.server.navigation_policy import Addresses
from gristmill.caches import CacheMode
from gristmill.envs.actions.errors import nothing_before
from gristmill.envs.engines.base import Viewport
from gristmill.envs.engines.dom.css.boxes import Layout, can_focus
from gristmill.envs.engines.dom.css.cascade import Cascade
from gristmill.envs.engines.dom.document_cache import AriaReading, DocumentCache, Page
from gristmill.envs.engines.dom.html.document import Document, Element
from gristmill.envs.engines.dom.html.form_state import FormState
from gristmill.envs.engines.dom.html.text_editing import Editor
from gristmill.envs.engines.dom.http_client import SHEET, HttpClient, HttpRequest, HttpResponse, resolve
from gristmill.envs.engines.dom.refs import Refs
from gristmill.errors import ActionError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

NO_CONTENT = frozenset({204, 205})


@dataclass(slots=True)
class Entry:
    """One entry of the history; entries with equal `visit` belong to the same document."""

    url: str
    visit: int


class Tab:
    """One tab, bound to the session it was started with."""

    def __init__(self, dispatcher: "WSGIApplication", documents: DocumentCache, viewport: Viewport) -> None:
        self._dispatcher, self._documents, self._viewport = dispatcher, documents, viewport
        self.addresses = Addresses()
        root = Element("html", {}, None, 0)
        self.page = Page(Document(root, [root]), Cascade([]))
        self.state = FormState(self.page.document)
        self._client = HttpClient(dispatcher, "", self.addresses)
        self.history: list[Entry] = []
        self.answer: HttpResponse | None = None
        self._visits = 0
        self.clipboard = ""
        self._editor: tuple[FormState, Editor] | None = None
        self._reading: tuple[FormState, int, AriaReading] | None = None
        self.refs = Refs(self.page.document)

    def start(self, token: str, url: str, addresses: Addresses) -> None:
        """Open `url` in the session of this token, discarding the previous episode."""
        self.addresses = addresses
        self._client = HttpClient(self._dispatcher, token, addresses)
        self.history.clear()
        self.clipboard = ""
        self.refs.issued = 0
        self.open(HttpRequest(url=url))
        if not self.history:
            raise ActionError("there is no page.")

    def reopen(
        self,
        token: str,
        addresses: Addresses,
        answer: HttpResponse,
        history: list[Entry],
        cookies: dict[str, dict[str, str]],
        clipboard: str,
    ) -> None:
        """Show a captured response in the session of this token, on top of this history."""
        self.addresses = addresses
        self._client = HttpClient(self._dispatcher, token, addresses)
        self._client.cookies = cookies
        self.clipboard = clipboard
        self._show(answer)
        self.history, self._visits = history, history[-1].visit

    @property
    def cookies(self) -> dict[str, dict[str, str]]:
        """The session's cookies by host."""
        return self._client.cookies

    @property
    def url(self) -> str:
        """The URL of the open page."""
        return self.history[-1].url

    @property
    def base(self) -> str:
        """The base URL of the open page."""
        return resolve(self.page.document.base_href, self.url)

    def open(self, request: HttpRequest) -> None:
        """Navigate to another page, or to a fragment of the open one.

        Raises:
            ActionError: it cannot be loaded; the tab stays on its page.
        """
        address, fragment = urldefrag(request.url)
        is_same = bool(self.history) and address == urldefrag(self.url)[0]
        if is_same and request.method == "GET" and "#" in request.url:
            self._move_to(request.url, fragment)
        elif self._load(request):
            assert self.answer is not None
            self._push(self.answer.url, is_boosted=request.is_boosted)

    def _push(self, url: str, *, is_boosted: bool) -> None:
        """Push a history entry; browsers replace an entry of equal URL, htmx never does."""
        self._visits += 1
        if self.history and self.history[-1].url == url and not is_boosted:
            self.history.pop()
        self.history.append(Entry(url, self._visits))

    def _load(self, request: HttpRequest) -> bool:
        """Load a page; returns whether the response contained one."""
        answer = self._client.open(request)
        if answer.status in NO_CONTENT:
            return False
        self._show(answer, is_exchange=request.is_boosted)
        return True

    def _show(self, answer: HttpResponse, *, is_exchange: bool = False) -> None:
        def fetch(url: str) -> HttpResponse:
            return self._client.open(HttpRequest(url=url, referrer=answer.url, accept=SHEET))

        page = self._documents.page(answer, self._viewport.width, fetch)
        self.refs.enter(page.document, self.page.document if is_exchange else None)
        self.page, self.state, self.answer = page, FormState(page.document), answer
        if page.document.autofocused is not None:
            self.state.restore_focus(page.document.autofocused)

    def _move_to(self, url: str, fragment: str) -> None:
        """Navigate to a fragment of the open page."""
        if url != self.url:
            self.history.append(Entry(url, self.history[-1].visit))
        target = self.page.document.ids.get(unquote(fragment))
        self.state.set_focus(
            target if target is not None and can_focus(self.state, self.layout, target) else None
        )
        if self.state.focus is None:
            self.state.passed = target

    def back(self) -> None:
        """Go back one history entry.

        Raises:
            ActionError: there is none.
        """
        if len(self.history) < 2:
            raise nothing_before()
        left, entry = self.history[-1], self.history[-2]
        if left.visit == entry.visit:
            self.history.pop()
            return
        if self._load(HttpRequest(url=urldefrag(entry.url)[0])):
            self.history.pop()
            self._visits += 1
            entry.visit = self._visits

    def read(self) -> AriaReading:
        """Read the page in its current state."""
        state = self.state
        if self._documents.readings_mode is not CacheMode.ON:
            return self.page.read(state)
        if self._reading is None or self._reading[0] is not state or self._reading[1] != state.version:
            self._reading = state, state.version, self.page.read(state)
        return self._reading[2]

    def observe(self) -> str:
        """The aria text, in which elements that had no ref get one."""
        reading = self.read()
        return reading.numbered(self.refs.of(reading.targets.indexes))

    @property
    def editor(self) -> Editor:
        """The text editor of the open page."""
        if self._editor is None or self._editor[0] is not self.state:
            self._editor = self.state, Editor(self.state)
        return self._editor[1]

    @property
    def layout(self) -> Layout:
        """Visibility and boxes of the page in its current state."""
        return self.page.layout(self.state)
