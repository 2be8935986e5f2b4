"""Visits the pages of app clones over links, presses every control, and notes what is broken."""

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from urllib.parse import urldefrag, urljoin, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from gristmill.apps.base import AppSpec
from gristmill.apps.kit.aria import AriaNode, parse_aria_snapshot
from gristmill.apps.server.dispatcher import AppTimeout
from gristmill.apps.server.session import LiveSession
from gristmill.apps.world.builder import build_world, world_key
from gristmill.apps.world.choice import WorldChoice
from gristmill.apps.world.handlers import Handlers
from gristmill.apps.world.world import World
from gristmill.envs.actions import types as act
from gristmill.envs.engines.base import ObservationMode, Page, Viewport
from gristmill.envs.episode.runtime import Runtime
from gristmill.errors import EngineFault
from gristmill.snapshots.pages import PatchedImage
from gristmill.testing.crawl.filling import ODD, boxes, odd, plausible
from gristmill.testing.crawl.page_check import PageCheck, described_fault
from gristmill.testing.crawl.states import Path, Problem, Report, State, moved, refuses, summaries

VIEWPORT = Viewport(width=1280, height=800)
PRESSED = frozenset({"button", "checkbox", "radio", "combobox", "link", "switch", "tab", "menuitem"})
NAMED = PRESSED | {"textbox", "searchbox", "spinbutton", "listbox", "slider"}
DEPTH = 24  # actions on the way to a page
NUMBERS = re.compile(r"\d+")


class Unresponsive(Exception):  # noqa: N818 - ends a crawl
    """A view did not answer in time."""


class Crawl:
    """A crawl of some app clones as one person.

    Args:
        runtime: servers and engines; the caller closes it.
        apps: the app clones of the world.
        choice: the world.
        person: the place of the person among the world's people, from 0; -1 is who is signed in at first.
        engines: the engines to visit with; states are compared if there are two.
        per_kind: how many pages of each kind are visited.
        has_odd_input: whether forms are filled with odd text.
        tried: controls not to be pressed, by kind of page, role and name; those pressed are added.
        prepare: changes the world before it is visited, such as by putting something into the cart.
        start: the database of the world; by default that of the choice, from the runtime's store.
    """

    def __init__(
        self, runtime: Runtime, apps: Sequence[AppSpec], choice: WorldChoice, *, person: int = -1,
        engines: Sequence[str] = ("dom",), per_kind: int = 3, has_odd_input: bool = True,
        tried: set[tuple[str, str, str]] | None = None,
        prepare: Callable[[World], object] = lambda _: None, start: PatchedImage | None = None,
    ) -> None:  # fmt: skip
        self.report, self._runtime, self._apps = Report(), runtime, list(apps)
        self._per_kind, self._has_odd_input = per_kind, has_odd_input
        self._names = [app.name for app in apps]
        self._handlers = Handlers.of(apps)
        self._world = self._prepared(start or self._stored(choice), person, prepare)
        self._pages = [runtime.engine(name).open(VIEWPORT, with_pixels=False) for name in engines]
        self._maps: dict[str, Map] = {app.host: app.create_app().url_map for app in apps}
        self._check = PageCheck(
            runtime.dispatcher, runtime.sessions, self._names, self.endpoint, self.report.add,
            self._handlers, self.report.sent, has_odd_input,
        )  # fmt: skip
        self._known: set[str] = set()
        self._tried = set() if tried is None else tried
        self._queue: deque[Path] = deque()
        self._within = ""

    def run(self, *urls: str, within: str = "") -> Report:
        """Visit everything from these addresses, by default the apps' home pages; returns the report.

        Apart from these, only pages of the kinds that begin with `within` are visited.
        """
        for url in urls or [f"http://{app.host}/" for app in self._apps]:
            self._enqueue(url, "")
        self._within = within
        with suppress(Unresponsive):
            while self._queue:
                self._visit(self._queue.popleft())
        return self.report

    def close(self) -> None:
        """Close the pages."""
        for page in self._pages:
            page.close()

    def kind(self, url: str) -> str | None:
        """The endpoint of a URL, such as `shop.test product.show`; None if no app serves it."""
        return self.endpoint(url, "GET")

    def endpoint(self, url: str, method: str) -> str | None:
        """The endpoint of a request; None if no app serves it."""
        parts = urlsplit(url)
        routes = self._maps.get(parts.hostname or "")
        if routes is None:
            return None
        try:
            endpoint, _ = routes.bind(parts.hostname or "").match(parts.path, method=method)
        except HTTPException as error:
            redirect = getattr(error, "new_url", None)
            return f"{parts.hostname} redirect" if redirect else None
        return f"{parts.hostname} {endpoint}"

    def _enqueue(self, url: str, source: str, way: Path | None = None) -> None:
        url = url.partition("#")[0]
        if url in self._known or not url.startswith("http"):
            return
        kind = self.kind(url)
        if kind is None:
            is_ours = urlsplit(url).hostname in self._maps
            about = Problem.LINK if is_ours else Problem.ORIGIN
            self.report.add(about, f"{source}: a link leads to {url}, which no app serves")
            return
        if kind.endswith(("static", "redirect")) or not self._is_wanted(kind):
            return
        self._known.add(url)
        self.report.pages[kind] += 1
        self._queue.append(way or Path(url))

    def _is_wanted(self, kind: str) -> bool:
        return kind.startswith(self._within) and self.report.pages[kind] < self._per_kind

    def _enqueue_path(self, path: Path, url: str) -> None:
        """Visit the page that a control has led to, if its kind is new or rare."""
        kind = self.kind(url)
        if kind is None or len(path.actions) > DEPTH or not self._is_wanted(kind):
            return
        self.report.pages[kind] += 1
        self._queue.append(path)

    def _stored(self, choice: WorldChoice) -> PatchedImage:
        key = world_key(self._apps, choice)
        world = self._runtime.store.get(key, lambda rows: build_world(self._apps, choice, rows))
        return PatchedImage.whole(world.data)

    def _prepared(self, world: PatchedImage, person: int, prepare: Callable[[World], object]) -> PatchedImage:
        """The world with this person signed in."""
        with self._session(world) as session:
            with session.orm_session() as db:
                prepared = World(db)
                if person >= 0:
                    prepared.sign_in(prepared.people[person].id)
                prepare(prepared)
                db.commit()
            return session.rows()

    @contextmanager
    def _session(self, rows: PatchedImage | None = None) -> Iterator[LiveSession]:
        session = self._runtime.sessions.open(rows or self._world, self._names, handlers=self._handlers)
        try:
            yield session
        finally:
            self._runtime.sessions.close(session)

    def _states(self, path: Path, *actions: act.Action, is_checked: bool = True) -> list[State]:
        """The state at the end of a path and after further actions, in each engine."""
        return [
            self._state(page, path, *actions, is_checked=is_checked and page is self._pages[0])
            for page in self._pages
        ]

    def _state(self, page: Page, path: Path, *further: act.Action, is_checked: bool = False) -> State:
        self.report.states += 1
        with self._session() as session:
            result = page.start(session, path.url).result()
            page.read(ObservationMode.ARIA).result()
            for action in (*path.actions, *further):
                result = page.perform(action).result()
                if not isinstance(action, act.Fill):  # a box that is filled leaves the refs as they are
                    page.read(ObservationMode.ARIA).result()
            observed = page.read(ObservationMode.ARIA).result()
            if session.fault is not None:
                self._require_responsive(what=str(path), fault=session.fault)
                raise EngineFault(described_fault(session.fault))
            state = State(observed, str(result.refusal or ""), session.content())
            self.report.urls.setdefault(observed.url)
            if is_checked:
                self._check.check(session, observed.url)
        return state

    def _require_responsive(self, what: str, fault: BaseException) -> None:
        """End the crawl after a view that did not answer: each further request of it would take as long.

        Raises:
            Unresponsive: the fault is of that kind.
        """
        if isinstance(fault, AppTimeout):
            self.report.add(Problem.FAULT, f"{what}: {described_fault(fault)}")
            raise Unresponsive

    def _reached(self, what: str, path: Path, *actions: act.Action) -> State | None:
        """The state after actions, compared between the engines; None after a failure, which is reported."""
        try:
            states = self._states(path, *actions)
        except EngineFault as fault:
            is_odd = any(isinstance(each, act.Fill) and each.text in ODD for each in actions)
            self.report.add(Problem.ODD if is_odd else Problem.FAULT, f"{what}: {fault}")
            return None
        self._compare(what, states)
        return states[0]

    def _visit(self, path: Path) -> None:
        state = self._reached(str(path), path)
        if state is None:
            return
        outline = parse_aria_snapshot(state.page.aria)
        if state.error and not path.actions:
            self.report.add(Problem.FAULT, f"{path}: {state.error}")
        self._follow(path, state.page.url, outline)
        main = outline.find("main")
        inner = list(main.walk()) if main is not None else []
        own = {id(node) for node in inner}
        outer = [node for node in outline.walk() if id(node) not in own]
        kind = self.kind(state.page.url) or ""
        host = kind.partition(" ")[0]
        disclosures = {id(node) for node in summaries(outline)}
        for kind_of_area, nodes in ((host, outer), (kind, inner)):
            for node in nodes:
                if node.role in NAMED and not node.name.strip():
                    self.report.add(Problem.NAME, f"{kind}: a {node.role} has no name ({path})")
                if id(node) in disclosures or node.role in PRESSED:
                    self._inspect(path, kind_of_area, node, state, nodes)

    def _follow(self, path: Path, url: str, outline: AriaNode) -> None:
        """Visit what a page links to; what there may be only after some actions is reached by these."""
        for link in outline.all("link"):
            target = link.properties.get("url", "")
            if target and not target.startswith("#"):
                way = path.then(act.Click(link.ref), last=link) if path.actions and link.ref else None
                self._enqueue(urljoin(url, target), url, way)

    def _inspect(
        self, path: Path, area: str, node: AriaNode, before: State, nodes: Sequence[AriaNode]
    ) -> None:
        """Press a control, unless its like was pressed in this area of this kind of page."""
        what = node.name
        if node.role == "link":
            target = urljoin(before.page.url, node.properties.get("url", ""))
            if self._check.finals.get(target, target) == before.page.url:
                return  # the page itself
            what = f"to {self.kind(target)} {bool(urldefrag(target)[1])}"
        signature = area, node.role, NUMBERS.sub("0", what)
        if not node.ref or "disabled" in node or signature in self._tried:
            return
        self._tried.add(signature)
        action = self._press(node)
        if action is None:
            return
        self.report.pressed[area] += 1
        is_dead = False
        if (node.role, node.name) != path.last:  # the same search, once more, may change nothing
            is_dead = self._try(path, node, action, before)
        if node.role == "button" and self._try_filled(path, node, action, before, nodes):
            is_dead = False  # what stands in the form is saved already
        if is_dead:
            self.report.add(Problem.DEAD, f"{path}: {node.role} {node.name!r} is dead: nothing changes")

    @staticmethod
    def _press(node: AriaNode) -> act.Action | None:
        """The action that uses a control; None if using it must change nothing."""
        if node.role == "combobox":
            options = (o.name for o in node.all("option") if "selected" not in o and "disabled" not in o)
            other = next(options, None)
            return act.Select(node.ref, other) if other else None
        if node.role == "radio" and "checked" in node:
            return None
        return act.Click(node.ref)

    def _try(self, path: Path, node: AriaNode, action: act.Action, before: State) -> bool:
        """Press a control; returns whether nothing has changed."""
        what = f"{path}: {node.role} {node.name!r}"
        after = self._reached(what, path, action)
        if after is None:
            return False
        is_alive = after.error or after.page.url != before.page.url or moved(before, after, node.ref)
        is_alive = is_alive or (bool(path.actions) and refuses(after))
        further = path.then(action, last=node)
        self._follow(further, after.page.url, parse_aria_snapshot(after.page.aria))
        if node.role == "generic":
            self._queue.append(further)  # what it discloses is visited in any case
        elif node.role != "link":
            self._enqueue_path(further, after.page.url)
        return not is_alive and after.content == before.content

    def _try_filled(
        self, path: Path, node: AriaNode, action: act.Action, before: State, nodes: Sequence[AriaNode]
    ) -> bool:
        """Press a button after filling the controls around it, plausibly and with odd text.

        Returns whether the plausible text has changed the rows or led to another page.
        """
        filled, has_effect = plausible(nodes), False
        if filled:
            after = self._reached(f"{path}: button {node.name!r} after filling", path, *filled, action)
            if after is not None:
                has_effect = after.content != before.content or after.page.url != before.page.url
                further = path.then(*filled, action, last=node)
                self._follow(further, after.page.url, parse_aria_snapshot(after.page.aria))
                self._enqueue_path(further, after.page.url)
        for text in ODD if self._has_odd_input and boxes(nodes) else ():
            what = f"{path}: button {node.name!r} after filling {text[:20]!r}"
            self._reached(what, path, *odd(nodes, text), action)
        return has_effect

    def _compare(self, what: str, states: list[State]) -> None:
        for other in states[1:]:
            for part in ("aria", "url", "title"):
                if getattr(states[0].page, part) != getattr(other.page, part):
                    self.report.add(Problem.ENGINES, f"{what}: engines differ in {part}")
            if (states[0].error, states[0].content) != (other.error, other.content):
                detail = f"engines differ: {states[0].error!r}, {other.error!r}"
                self.report.add(Problem.ENGINES, f"{what}: {detail}")
