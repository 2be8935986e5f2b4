"""A browser tab without a browser: the page that is open, its state, and the way that led to it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag

from gristmill.caches import CacheMode
from gristmill.envs.actions.errors import nothing_before
from gristmill.envs.actions.urls import Addresses
from gristmill.envs.engines.base import Viewport
from gristmill.envs.engines.dom.css.boxes import Layout
from gristmill.envs.engines.dom.css.cascade import Cascade
from gristmill.envs.engines.dom.document_cache import AriaReading, DocumentCache, Page
from gristmill.envs.engines.dom.html.document import Document, Element
from gristmill.envs.engines.dom.html.focus import can_focus
from gristmill.envs.engines.dom.html.form_state import FormState
from gristmill.envs.engines.dom.html.text_editing import Editor
from gristmill.envs.engines.dom.http_client import SHEET, HttpClient, HttpRequest, HttpResponse, resolve
from gristmill.errors import ActionError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

NO_CONTENT = frozenset({204, 205})


@dataclass(slots=True)
class Entry:
    """One entry of the history; entries of equal `visit` are places of the same document."""

    url: str
    visit: int


class Tab:
    """One tab. Everything in it is of the session that it was started with."""

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

    def start(self, token: str, url: str, addresses: Addresses) -> None:
        """Open `url` in the session of this token, with nothing left of the last episode."""
        self.addresses = addresses
        self._client = HttpClient(self._dispatcher, token, addresses)
        self.history.clear()
        self.clipboard = ""
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
        """Show a remembered answer in the session of this token, at the end of this history."""
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
        """The address of the page that is open."""
        return self.history[-1].url

    @property
    def base(self) -> str:
        """What addresses on the page are relative to."""
        return resolve(self.page.document.base_href, self.url)

    def open(self, request: HttpRequest) -> None:
        """Go to another page, or to another place of this one.

        Raises:
            ActionError: it cannot be had; the tab stays where it is.
        """
        address, fragment = urldefrag(request.url)
        is_same = bool(self.history) and address == urldefrag(self.url)[0]
        if is_same and request.method == "GET" and "#" in request.url:
            self._move_to(request.url, fragment)
        elif self._load(request):
            assert self.answer is not None
            self._push(self.answer.url, is_boosted=request.is_boosted)

    def _push(self, url: str, *, is_boosted: bool) -> None:
        """Add an entry; browsers replace one of the same address, htmx never does."""
        self._visits += 1
        if self.history and self.history[-1].url == url and not is_boosted:
            self.history.pop()
        self.history.append(Entry(url, self._visits))

    def _load(self, request: HttpRequest) -> bool:
        """Load a page; whether there was one in the answer."""
        answer = self._client.open(request)
        if answer.status in NO_CONTENT:
            return False
        self._show(answer)
        return True

    def _show(self, answer: HttpResponse) -> None:
        def fetch(url: str) -> HttpResponse:
            return self._client.open(HttpRequest(url=url, referrer=answer.url, accept=SHEET))

        page = self._documents.page(answer, self._viewport.width, fetch)
        self.page, self.state, self.answer = page, FormState(page.document), answer
        if page.document.autofocused is not None:
            self.state.restore_focus(page.document.autofocused)

    def _move_to(self, url: str, fragment: str) -> None:
        """Go to a place of the page that is open."""
        if url != self.url:
            self.history.append(Entry(url, self.history[-1].visit))
        target = self.page.document.ids.get(unquote(fragment))
        self.state.set_focus(
            target if target is not None and can_focus(self.state, self.layout, target) else None
        )
        if self.state.focus is None:
            self.state.passed = target

    def back(self) -> None:
        """Go back to the page before.

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
        """What the page shows now."""
        state = self.state
        if self._documents.mode is not CacheMode.ON:
            return self.page.read(state)
        if self._reading is None or self._reading[0] is not state or self._reading[1] != state.version:
            self._reading = state, state.version, self.page.read(state)
        return self._reading[2]

    @property
    def editor(self) -> Editor:
        """What edits the text boxes of the page that is open."""
        if self._editor is None or self._editor[0] is not self.state:
            self._editor = self.state, Editor(self.state)
        return self._editor[1]

    @property
    def layout(self) -> Layout:
        """What is rendered of the page now."""
        return self.page.layout(self.state)
