"""Visit every page of app clones over links, press every control, and report what is broken.

    python tools/crawl.py [--apps shop,mail,chat] [--people 3] [--skin default] [--engine dom] [--pages 3]

Starts at each app's home page as several people. Of each kind of page (Flask endpoint) it visits a few
instances, and on these presses each control that it has not pressed on that kind of page before: buttons,
menus, checkboxes, radio buttons and lists, each in a fresh session; buttons once more after filling every
text box with odd text. Reported are pages that answer with an
error or fail, links to pages that do not exist or lie outside the apps, controls without a role or name, and
dead controls: those after which neither page, address, focus nor database has changed, and that were not
refused in words. With `--engine both` each state is compared between Chromium and `dom`.
The exit code is 1 if anything was reported.
"""

import argparse
import re
import sys
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from gristmill.apps.base import AppSpec
from gristmill.apps.kit.aria import AriaNode, parse_aria_snapshot
from gristmill.apps.server.session import LiveSession
from gristmill.apps.world.builder import build_world, world_key
from gristmill.apps.world.choice import DEFAULT_SKIN, WorldChoice, WorldSize
from gristmill.apps.world.handlers import Handlers
from gristmill.apps.world.world import World
from gristmill.envs.actions import types as act
from gristmill.envs.actions.grammar import write
from gristmill.envs.engines.base import ObservationMode, Page, PageObservation, Viewport
from gristmill.envs.episode.runtime import Runtime
from gristmill.errors import EngineFault
from gristmill.plugins import installed

VIEWPORT = Viewport(width=1280, height=800)
NAMED = frozenset({"button", "link", "textbox", "searchbox", "checkbox", "radio", "combobox", "spinbutton"})
PRESSED = frozenset({"button", "checkbox", "radio", "combobox"})
DEPTH = 12  # actions on the way to a page
PLAIN = "Lamp 2"
BOXES = frozenset({"textbox", "searchbox", "spinbutton"})
ODD = (
    "<script>document.title = 'x'</script>{{7*7}} \"'`%s \u202eabc\u202c \U0001f9f6\u200d caf\u00e9 \x00 \\",
    "9" * 10_000,
    "   ",
)
FOCUS = re.compile(r" \[active\] \[ref=(e\d+)\]")
NUMBERS = re.compile(r"\d+")


@dataclass(slots=True)
class Report:
    """What a crawl has found."""

    pages: Counter[str] = field(default_factory=Counter)
    pressed: Counter[str] = field(default_factory=Counter)
    problems: dict[str, None] = field(default_factory=dict)

    def add(self, problem: str) -> None:
        """Note a problem once."""
        self.problems.setdefault(problem)


@dataclass(frozen=True, slots=True)
class Path:
    """How a page is reached in a fresh session: an address, what is done from there, the last control."""

    url: str
    actions: tuple[act.Action, ...] = ()
    last: tuple[str, str] = ("", "")

    def __str__(self) -> str:
        return " > ".join([self.url, *map(write, self.actions)])


@dataclass(frozen=True, slots=True)
class State:
    """What can be observed after an action."""

    page: PageObservation
    error: str
    digest: str


class Crawl:
    """A crawl of some app clones as one person.

    Args:
        runtime: servers and engines; the caller closes it.
        apps: the app clones of the world.
        choice: the world.
        person: the place of the person among the world's people, from 0; -1 is who is signed in at first.
        engines: the engines to visit with; states are compared if there are two.
        per_kind: how many pages of each kind are visited.
    """

    def __init__(
        self, runtime: Runtime, apps: Sequence[AppSpec], choice: WorldChoice, *, person: int = -1,
        engines: Sequence[str] = ("dom",), per_kind: int = 3,
    ) -> None:  # fmt: skip
        self.report, self._runtime, self._apps = Report(), runtime, list(apps)
        self._person, self._per_kind = person, per_kind
        self._names = [app.name for app in apps]
        self._handlers = Handlers.of(apps)
        key = world_key(self._apps, choice)
        self._world = runtime.store.get(key, lambda rows: build_world(self._apps, choice, rows)).data
        self._pages = [runtime.engine(name).open(VIEWPORT, with_pixels=False) for name in engines]
        self._maps: dict[str, Map] = {app.host: app.create_app().url_map for app in apps}
        self._known: set[str] = set()
        self._tried: set[tuple[str, str, str]] = set()
        self._queue: deque[Path] = deque()

    def run(self) -> Report:
        """Visit everything; returns the report."""
        for app in self._apps:
            self._enqueue(f"http://{app.host}/", "")
        while self._queue:
            self._visit(self._queue.popleft())
        return self.report

    def close(self) -> None:
        """Close the pages."""
        for page in self._pages:
            page.close()

    def kind(self, url: str) -> str | None:
        """The endpoint of a URL, such as `shop.test product.show`; None if no app serves it."""
        parts = urlsplit(url)
        routes = self._maps.get(parts.hostname or "")
        if routes is None:
            return None
        try:
            endpoint, _ = routes.bind(parts.hostname or "").match(parts.path, method="GET")
        except HTTPException as error:
            redirect = getattr(error, "new_url", None)
            return f"{parts.hostname} redirect" if redirect else None
        return f"{parts.hostname} {endpoint}"

    def _enqueue(self, url: str, source: str) -> None:
        url = url.partition("#")[0]
        if url in self._known or not url.startswith("http"):
            return
        kind = self.kind(url)
        if kind is None:
            self.report.add(f"{source}: a link leads to {url}, which no app serves")
            return
        if kind.endswith(("static", "redirect")) or self.report.pages[kind] >= self._per_kind:
            return
        self._known.add(url)
        self.report.pages[kind] += 1
        self._queue.append(Path(url))

    def _enqueue_path(self, path: Path, url: str) -> None:
        """Visit the page that a control has led to, if its kind is new or rare."""
        kind = self.kind(url)
        if kind is None or len(path.actions) > DEPTH or self.report.pages[kind] >= self._per_kind:
            return
        self.report.pages[kind] += 1
        self._queue.append(path)

    @contextmanager
    def _session(self) -> Iterator[LiveSession]:
        session = self._runtime.sessions.open(self._world, self._names, handlers=self._handlers)
        try:
            if self._person >= 0:
                with session.orm_session() as db:
                    world = World(db)
                    world.sign_in(world.people[self._person].id)
                    db.commit()
            yield session
        finally:
            self._runtime.sessions.close(session)

    def _states(self, path: Path, *actions: act.Action) -> list[State]:
        """The state at the end of a path and after further actions, in each engine."""
        return [self._state(page, path, *actions) for page in self._pages]

    def _state(self, page: Page, path: Path, *further: act.Action) -> State:
        actions = (*path.actions, *further)
        with self._session() as session:
            result = page.start(session, path.url).result()
            observed = page.read(ObservationMode.ARIA).result()
            for action in actions:
                result = page.perform(action).result()
                observed = page.read(ObservationMode.ARIA).result()
            if session.fault is not None:
                raise EngineFault(f"{type(session.fault).__name__}: {session.fault}")
            with session.connection() as rows:
                digest = "\n".join(rows.iterdump()) if actions else ""
        return State(observed, str(result.refusal or ""), digest)

    def _visit(self, path: Path) -> None:
        try:
            states = self._states(path)
        except EngineFault as fault:
            self.report.add(f"{path}: {fault}")
            return
        self._compare(str(path), states)
        first = states[0]
        kind, outline = self.kind(first.page.url) or "", parse_aria_snapshot(first.page.aria)
        if first.error and not path.actions:
            self.report.add(f"{path}: {first.error}")
        self._follow(first.page.url, outline)
        boxes = [node.ref for node in outline.walk() if node.role in BOXES and "disabled" not in node]
        for node in outline.walk():
            self._inspect(path, kind, node, first, boxes)

    def _follow(self, url: str, outline: AriaNode) -> None:
        for link in outline.all("link"):
            target = link.properties.get("url", "")
            if target and not target.startswith("#"):
                self._enqueue(urljoin(url, target), url)

    def _inspect(self, path: Path, kind: str, node: AriaNode, before: State, boxes: Sequence[str]) -> None:
        if node.role in NAMED and not node.name.strip():
            self.report.add(f"{kind}: a {node.role} has no name ({path})")
        signature = kind, node.role, NUMBERS.sub("0", node.name)
        if node.role not in PRESSED or not node.ref or "disabled" in node or signature in self._tried:
            return
        self._tried.add(signature)
        action = self._press(node)
        if action is None:
            return
        self.report.pressed[kind] += 1
        if (node.role, node.name) != path.last:  # the same search, once more, may change nothing
            self._try(path, node, action, before)
        if node.role == "button" and boxes:
            self._try_filled(path, node, action, boxes)

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

    def _try(self, path: Path, node: AriaNode, action: act.Action, before: State) -> None:
        what = f"{path}: {node.role} {node.name!r}"
        try:
            states = self._states(path, action)
        except EngineFault as fault:
            self.report.add(f"{what}: {fault}")
            return
        self._compare(what, states)
        after = states[0]
        is_alive = after.error or after.page.url != before.page.url or moved(before, after, node.ref)
        is_alive = is_alive or (bool(path.actions) and refuses(after))
        if not is_alive and after.digest == self._untouched(path):
            self.report.add(f"{what} is dead: nothing changes")
        self._follow(after.page.url, parse_aria_snapshot(after.page.aria))
        self._enqueue_path(Path(path.url, (*path.actions, action), (node.role, node.name)), after.page.url)

    def _try_filled(self, path: Path, node: AriaNode, action: act.Action, boxes: Sequence[str]) -> None:
        """Press a button after filling every box: with plain text, then with odd text."""
        for text in (PLAIN, *ODD):
            what = f"{path}: button {node.name!r} after filling {text[:20]!r}"
            filled = tuple(act.Fill(ref, text) for ref in boxes)
            try:
                states = self._states(path, *filled, action)
            except EngineFault as fault:
                self.report.add(f"{what}: {fault}")
                return
            self._compare(what, states)
            if text == PLAIN:
                further = Path(path.url, (*path.actions, *filled, action), (node.role, node.name))
                self._enqueue_path(further, states[0].page.url)

    def _untouched(self, path: Path) -> str:
        """The rows after a press that does nothing."""
        return self._state(self._pages[0], path, act.Hover("e1")).digest

    def _compare(self, what: str, states: list[State]) -> None:
        for other in states[1:]:
            for part in ("aria", "url", "title"):
                if getattr(states[0].page, part) != getattr(other.page, part):
                    self.report.add(f"{what}: engines differ in {part}")
            if (states[0].error, states[0].digest) != (other.error, other.digest):
                self.report.add(f"{what}: engines differ: {states[0].error!r}, {other.error!r}")


def refuses(state: State) -> bool:
    """Whether a page says that something is wrong: the same form sent again gets the same answer."""
    nodes = parse_aria_snapshot(state.page.aria).walk()
    return any(node.role == "alert" or "invalid" in node for node in nodes)


def moved(before: State, after: State, pressed: str) -> bool:
    """Whether a page has changed, the focus on the pressed control aside."""
    focus = FOCUS.search(after.page.aria)
    has_moved = focus is not None and focus[1] != pressed and focus[0] not in before.page.aria
    return has_moved or unfocused(before.page.aria) != unfocused(after.page.aria)


def unfocused(aria: str) -> str:
    """A page's text without the mark of the focus."""
    return aria.replace(" [active]", "")


def crawl(args: argparse.Namespace) -> int:
    """Crawl as the command line asks; returns the number of problems."""
    apps = [installed().app(name) for name in args.apps.split(",")]
    engines = ("chromium", "dom") if args.engine == "both" else (args.engine,)
    choice = WorldChoice(seed=args.world, size=WorldSize(args.size), skin=args.skin)
    found: dict[str, None] = {}
    with closing(Runtime()) as runtime:
        for place in (-1, *range(args.people - 1)):
            with closing(
                Crawl(runtime, apps, choice, person=place, engines=engines, per_kind=args.pages)
            ) as walk:
                report = walk.run()
            found |= report.problems
            print(
                f"{'who is signed in at first' if place < 0 else f'person {place + 1}'}: "
                f"{report.pages.total()} pages of {len(report.pages)} kinds, "
                f"{report.pressed.total()} controls pressed, {len(report.problems)} problems",
                flush=True,
            )
    for problem in found:
        print(problem)
    return len(found)


def main() -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--apps", default=",".join(installed().apps), help="names, separated by commas")
    parser.add_argument("--people", type=int, default=3, help="how many people to visit as (3)")
    parser.add_argument("--engine", choices=("dom", "chromium", "both"), default="dom")
    parser.add_argument("--skin", default=DEFAULT_SKIN)
    parser.add_argument("--world", type=int, default=1, help="the world's seed (1)")
    parser.add_argument("--size", choices=list(WorldSize), default=WorldSize.SMALL)
    parser.add_argument("--pages", type=int, default=3, help="pages of each kind (3)")
    return 1 if crawl(parser.parse_args()) else 0


if __name__ == "__main__":
    sys.exit(main())
