"""The app clone under test, with what its checks share: a small world, a crawl of its pages, its forms."""

import sqlite3
import traceback
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, wraps
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

from gristmill.apps.base import AppSpec
from gristmill.apps.server.navigation_policy import Addresses
from gristmill.apps.server.session import LiveSession
from gristmill.apps.world.app_files import app_roots, package_files
from gristmill.apps.world.builder import build_world
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.apps.world.handlers import Handlers
from gristmill.caches import Caches
from gristmill.envs.engines.base import CAPABILITIES_OF
from gristmill.envs.engines.chromium.browser.locate import locate_browser
from gristmill.envs.engines.dom.html.parser import parse_html
from gristmill.envs.engines.dom.http_client import HttpClient, HttpRequest, HttpResponse
from gristmill.envs.episode.faults import raised_at
from gristmill.envs.episode.runtime import Runtime
from gristmill.errors import ActionError, BrowserNotFoundError
from gristmill.plugins import added
from gristmill.snapshots.diff import state_digest
from gristmill.snapshots.image import serialize
from gristmill.snapshots.pages import PatchedImage
from gristmill.testing.crawl.crawler import Crawl
from gristmill.testing.crawl.filling import fitting
from gristmill.testing.crawl.odd_input import Form, forms
from gristmill.testing.crawl.states import Report
from gristmill.testing.outcomes import Skipped

VIEW_DEADLINE_S = 5.0
MOST_PAGES = 30
NOTICES = frozenset({"world_notice"})  # what pages say of the last form, which nobody judges
PAGES_PER_KIND = 2


@dataclass(frozen=True, slots=True)
class Visit:
    """A session of the app clone, and a client that sends requests to it.

    Attributes:
        hidden: the bookkeeping tables.
    """

    session: LiveSession
    client: HttpClient
    hidden: frozenset[str]

    def get(self, url: str) -> HttpResponse | None:
        """The response to a GET; None if the app clone failed or leads elsewhere."""
        return self.send(HttpRequest(url=url, accept="*/*"))

    def send(self, request: HttpRequest) -> HttpResponse | None:
        """The response to a request; None if the app clone failed or leads elsewhere."""
        try:
            response = self.client.open(request)
        except ActionError:
            return None
        return response if self.session.fault is None else None

    def state(self) -> str:
        """A digest of the judged rows."""
        with self.session.connection() as connection:
            return state_digest(connection, ignore=self.hidden)


class Subject:
    """An app clone under test.

    Attributes:
        given: the app clone as it was given.
        app: the same, whose Flask app is created once, as in each process that serves it.
        beside: other app clones, which its tasks span.
        seeds: tasks of each family.
        choice: the world that pages are looked at in.
        plays, audits: what the checks of each task family share, by task id.
    """

    def __init__(self, app: AppSpec, *, beside: Sequence[AppSpec] = (), seeds: int) -> None:
        self.given, self.beside, self.seeds = app, tuple(beside), seeds
        self.app = replace(app, create_app=wraps(app.create_app)(lru_cache(app.create_app)))
        self.choice = WorldChoice(size=WorldSize.SMALL)
        self.plays: dict[str, Any] = {}
        self.audits: dict[str, Any] = {}
        self._own: dict[str, bool] = {}
        self._is_crawl_begun = False

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Have the app clone, and those beside it, installed within the block."""
        with ExitStack() as stack:
            for spec in (*self.beside, self.app):
                stack.enter_context(added(spec))
            yield

    @cached_property
    def runtime(self) -> Runtime:
        """A runtime with caches, whose views have a short deadline."""
        return self.new_runtime("on")

    @cached_property
    def uncached(self) -> Runtime:
        """A runtime without caches."""
        return self.new_runtime("off")

    def new_runtime(self, caches: str) -> Runtime:
        """A runtime that is closed with the subject."""
        runtime = Runtime(caches=Caches(mode=caches))
        runtime.dispatcher.deadline_s = VIEW_DEADLINE_S
        weakref.finalize(self, runtime.close)
        return runtime

    @cached_property
    def handlers(self) -> Handlers:
        """The handlers of a world with this app clone alone."""
        return Handlers.of([self.app])

    @cached_property
    def world(self) -> PatchedImage:
        """A world with this app clone alone.

        Raises:
            Skipped: it cannot be built, which a check of its own reports.
        """
        try:
            return PatchedImage.whole(self.built(self.choice))
        except Exception as error:
            raise Skipped(f"no world can be built, see `seed-writes-a-world` ({error})") from error

    def built(self, choice: WorldChoice) -> bytes:
        """A world, built without any cache."""
        with closing(sqlite3.connect(":memory:")) as connection:
            build_world([self.app], choice, connection)
            return serialize(connection)

    @property
    def engine(self) -> str:
        """The cheapest engine that its pages work in.

        Raises:
            Skipped: there is no browser, and they need one.
        """
        if self.app.needs <= CAPABILITIES_OF["dom"]:
            return "dom"
        self.require_browser()
        return "chromium"

    def require_browser(self) -> None:
        """Skip the check if there is no browser.

        Raises:
            Skipped: there is none.
        """
        try:
            locate_browser()
        except BrowserNotFoundError as error:
            raise Skipped(f"there is no browser ({error})") from error

    @cached_property
    def crawl(self) -> Report:
        """What a crawl of all pages has found.

        Raises:
            Skipped: there is no world, or no Flask app.
        """
        assert self.world
        if self._is_crawl_begun:
            raise Skipped("the crawl of all pages did not end, which the check says that made it")
        self._is_crawl_begun = True
        try:
            self.app.create_app()
        except Exception as error:
            self._is_crawl_begun = False
            raise Skipped(f"create_app fails, see `factory-twice` ({error})") from error
        crawl = Crawl(
            self.runtime, [self.app], self.choice, engines=[self.engine], per_kind=PAGES_PER_KIND,
            start=self.world,
        )  # fmt: skip
        with closing(crawl):
            return crawl.run()

    @cached_property
    def pages(self) -> tuple[str, ...]:
        """Addresses that answer in a new world, of the pages that the crawl has found."""
        with self.visit() as visit:
            urls = dict.fromkeys(urldefrag(url)[0] for url in self.crawl.urls)
            return tuple(url for url in urls if is_page(visit.get(url)))[:MOST_PAGES]

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """The forms of these pages that post, one of each kind, filled plausibly; none that makes it fail."""
        found: dict[object, Form] = {}
        with self.visit() as visit:
            for url in self.pages:
                response = visit.get(url)
                for form in forms(parse_html(response.body), url) if response else ():
                    if form.request.method == "POST":
                        path = "".join(c for c in form.request.url if not c.isdecimal())
                        found.setdefault((path, form.names), filled(form))
        return tuple(form for form in found.values() if self._is_answered(form))

    def _is_answered(self, form: Form) -> bool:
        with self.visit() as visit:
            return visit.send(form.as_filled) is not None

    @contextmanager
    def visit(self, *, runtime: Runtime | None = None, start: PatchedImage | None = None) -> Iterator[Visit]:
        """A new session, by default in the runtime with caches and at the start of the world."""
        used = runtime or self.runtime
        session = used.sessions.open(start or self.world, [self.app.name], handlers=self.handlers)
        try:
            client = HttpClient(used.dispatcher, session.token, Addresses([self.app.name]))
            yield Visit(session, client, self.app.bookkeeping | NOTICES)
        finally:
            used.sessions.close(session)

    @cached_property
    def roots(self) -> tuple[Path, ...]:
        """The folders of its package, or its files if it is none."""
        return app_roots(self.app.modules)

    def files(self, *suffixes: str) -> Iterator[Path]:
        """The files of its package with these endings."""
        for root in self.roots:
            yield from (path for path in package_files(root) if path.suffix in suffixes)

    def innermost(self, error: BaseException) -> str:
        """File and line of the app clone's code that led to an error, else where it was raised."""
        while error.__cause__ is not None:
            error = error.__cause__
        frames = [f for f in traceback.extract_tb(error.__traceback__) if self.is_own(f.filename)]
        file, line = (frames[-1].filename, frames[-1].lineno) if frames else raised_at(error)
        return f"{file}:{line}"

    def is_own(self, file: str) -> bool:
        """Whether a file belongs to the app clone."""
        if file not in self._own:
            path = Path(file).resolve()
            self._own[file] = any(path.is_relative_to(root.resolve()) for root in self.roots)
        return self._own[file]

    def each_form(self, act: Callable[[Form, Visit], str]) -> Iterator[str]:
        """Problems that a function finds with each form, in a new session for each that shows its page."""
        for form in self.forms:
            with self.visit() as visit:
                visit.get(form.request.referrer)
                if problem := act(form, visit):
                    yield f"POST {form.request.url}: {problem}"


def is_page(response: HttpResponse | None) -> bool:
    """Whether an address has answered with a page."""
    return response is not None and response.status == 200 and "html" in response.content_type


def filled(form: Form) -> Form:
    """A form whose empty boxes hold something plausible."""
    sent = tuple(
        (name, value or fitting(name.replace("_", " "))) if name in form.boxes else (name, value)
        for name, value in form.sent
    )
    return replace(form, sent=sent)
