"""Pages of a few lines, and a tab whose app answers as a test says."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

import pytest

from gristmill.apps.server.navigation_policy import Addresses
from gristmill.caches import Caches
from gristmill.envs.actions.grammar import parse
from gristmill.envs.engines.base import Viewport
from gristmill.envs.engines.dom.action_executor import ActionExecutor
from gristmill.envs.engines.dom.document_cache import DocumentCache
from gristmill.envs.engines.dom.tab import Tab

Pages = dict[str, str]


class TabOnPages:
    """A tab on an app that serves fixed pages and notes what it was asked for."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.asked = pages, list[tuple[str, str, list[tuple[str, str]]]]()
        self.headers: dict[str, list[tuple[str, str]]] = {}
        self.status: dict[str, str] = {}
        self.cookies: list[str] = []
        self.tab = Tab(self.answer, DocumentCache(Caches()), Viewport(width=1024, height=768))
        self.actor = ActionExecutor(self.tab)
        self.tab.start("token", "http://desk.test/", Addresses(["desk", "lamp"]))
        self.tab.observe()

    def answer(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
        body = environ["wsgi.input"].read().decode() if environ["REQUEST_METHOD"] == "POST" else query
        sent = parse_qsl(body, keep_blank_values=True)
        self.asked.append((environ["REQUEST_METHOD"], f"{environ['HTTP_HOST']}{path}", sent))
        self.cookies.append(environ.get("HTTP_COOKIE", ""))
        headers = [("Content-Type", "text/html; charset=utf-8"), *self.headers.get(path, [])]
        start_response(self.status.get(path, "200 OK"), headers)
        return [self.pages.get(path, f"<title>{path}</title><h1>{path}</h1>").encode()]

    def do(self, line: str) -> str:
        """Perform an action of the grammar; what is shown then."""
        self.actor.perform(parse(line))
        return self.aria

    def use(self, verb: str, role: str, name: str, *rest: str) -> str:
        """Act on the element of this role and name."""
        targets = self.tab.read().targets
        numbers = self.tab.refs.of(targets.indexes)
        wanted = [
            f"e{number}"
            for number, target in zip(numbers, targets.values(), strict=True)
            if target.role == role and name in {target.name, target.element.text().strip()}
        ]
        return self.do(" ".join([verb, wanted[0], *rest]))

    @property
    def aria(self) -> str:
        """The outline as it is now."""
        return self.tab.observe()


@pytest.fixture
def open_tab() -> Callable[..., TabOnPages]:
    """Opens a tab on a start page with this body, and further pages by path."""

    def open_page(body: str, pages: Pages | None = None) -> TabOnPages:
        return TabOnPages({"/": body, **(pages or {})})

    return open_page
