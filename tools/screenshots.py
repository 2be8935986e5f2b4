"""Take a screenshot of every kind of page of the app clones, and write a contact sheet of each app.

    python tools/screenshots.py [--apps shop,mail,chat] [--out docs/images] [--world 1] [--size standard]

One world of these apps is built. Links are followed from the apps' home pages; of each kind of page (Flask
endpoint) the one with the most to read among the first few is taken. Pages behind forms are reached as
`page_walks.py` says. A sheet shows all of them at 1280x800, and some in a phone's window and in a dark skin.
The exit code is 1 if a kind of page was not reached, or a sheet would be too large.
"""

import argparse
import re
import sys
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from contact_sheet import Picture, Section, contact_sheet, write_webp
from page_walks import DARK_PAGES, PHONE_PAGES, STARTS, WALKS, WITHOUT_PAGES, Step
from PIL import Image
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from gristmill.apps.base import AppSpec
from gristmill.apps.kit.aria import AriaNode, parse_aria_snapshot
from gristmill.apps.server.session import LiveSession
from gristmill.apps.world.builder import build_world, world_key
from gristmill.apps.world.choice import DEFAULT_SKIN, WorldChoice, WorldSize
from gristmill.apps.world.handlers import Handlers
from gristmill.envs.actions import types as act
from gristmill.envs.engines.base import ObservationMode, Page, Viewport
from gristmill.envs.episode.runtime import Runtime
from gristmill.plugins import installed

DESKTOP, PHONE = Viewport(width=1280, height=800), Viewport(width=390, height=844)
DARK = "night"
PER_KIND = 8  # pages of a kind that are read to find the fullest


@dataclass(frozen=True, slots=True)
class Place:
    """A page, and how it is reached in a fresh session: an address and what is done from there."""

    kind: str
    url: str
    steps: tuple[Step, ...] = ()

    @property
    def name(self) -> str:
        """Its endpoint, without the app's host."""
        return self.kind.partition(" ")[2]


class Atlas:
    """Finds a page of every kind in a world, and takes pictures of them.

    Args:
        runtime: servers and engines; the caller closes it.
        apps: the app clones of the world.
        choice: the world in which pages are found.
    """

    def __init__(self, runtime: Runtime, apps: Sequence[AppSpec], choice: WorldChoice) -> None:
        self._runtime, self._apps, self._choice = runtime, list(apps), choice
        self._names, self._handlers = [app.name for app in apps], Handlers.of(apps)
        self._maps: dict[str, Map] = {app.host: app.create_app().url_map for app in apps}
        self.places: dict[str, Place] = {}

    def kind(self, url: str) -> str | None:
        """The endpoint of a URL, such as `shop.test product.show`; None if it is no page of an app."""
        parts = urlsplit(url)
        routes = self._maps.get(parts.hostname or "")
        if routes is None:
            return None
        try:
            endpoint, _ = routes.bind(parts.hostname or "").match(parts.path, method="GET")
        except HTTPException:
            return None
        return f"{parts.hostname} {endpoint}"

    def kinds(self) -> list[str]:
        """The kinds of pages that the apps have, by app."""
        found = {
            f"{host} {rule.endpoint}": None
            for host, routes in self._maps.items()
            for rule in routes.iter_rules()
            if "GET" in (rule.methods or ()) and rule.endpoint.rpartition(".")[2] not in WITHOUT_PAGES
        }
        return list(found)

    def missing(self) -> list[str]:
        """The kinds of which no page was found."""
        return [kind for kind in self.kinds() if kind not in self.places]

    def explore(self) -> None:
        """Find a page of every kind: over links, then over the walks."""
        with closing(self._runtime.engine("dom").open(DESKTOP, with_pixels=False)) as page:
            self._follow_links(page)
            for kind, walk in WALKS.items():
                start = self.places.get(walk.start)
                if start is not None:
                    self._walk(page, kind, start, walk.steps)

    def _follow_links(self, page: Page) -> None:
        queue = deque([*STARTS, *(f"http://{app.host}/" for app in self._apps)])
        known, lengths = set(queue), defaultdict[str, list[int]](list)
        while queue:
            url = queue.popleft()
            kind = self.kind(url)
            if kind is None or kind not in self.kinds() or len(lengths[kind]) >= PER_KIND:
                continue
            aria = self._read(page, Place(kind, url))
            if len(aria) > max(lengths[kind], default=0):
                self.places[kind] = Place(kind, url)
            lengths[kind].append(len(aria))
            links = parse_aria_snapshot(aria).all("link")
            for target in (urljoin(url, link.properties.get("url", "")).partition("#")[0] for link in links):
                if target not in known:
                    known.add(target)
                    queue.append(target)

    def _read(self, page: Page, place: Place) -> str:
        with self._opened(page, place, self._choice):
            return page.read(ObservationMode.ARIA).result().aria

    def _walk(self, page: Page, kind: str, start: Place, steps: Sequence[Step]) -> None:
        """Take the steps of a walk; a walk that does not lead to its page leaves it missing."""
        place = Place(kind, start.url, (*start.steps, *steps))
        try:
            with self._opened(page, place, self._choice):
                url = page.read(ObservationMode.ARIA).result().url
        except LookupError:
            return
        if self.kind(url) == kind:
            self.places[kind] = place

    @contextmanager
    def _opened(self, page: Page, place: Place, choice: WorldChoice) -> Iterator[LiveSession]:
        """A fresh session in which the page shows a place.

        Raises:
            LookupError: a step's control is not there, or cannot be used.
        """
        key = world_key(self._apps, choice)
        image = self._runtime.store.get(key, lambda rows: build_world(self._apps, choice, rows)).data
        session = self._runtime.sessions.open(image, self._names, handlers=self._handlers)
        try:
            page.start(session, place.url).result()
            for step in place.steps:
                take(page, step)
            yield session
        finally:
            self._runtime.sessions.close(session)

    def of(self, app: AppSpec, names: Sequence[str] | None = None) -> list[Place]:
        """The pages of an app that were found: all in the order of its routes, or those of these names."""
        found = [self.places[kind] for kind in self.kinds() if kind in self.places]
        own = {place.name: place for place in found if place.kind.startswith(f"{app.host} ")}
        return list(own.values()) if names is None else [own[name] for name in names if name in own]

    def pictures(
        self, places: Sequence[Place], viewport: Viewport, skin: str = DEFAULT_SKIN
    ) -> Iterator[Picture]:
        """The pages as they look in a window and a skin; rows are the same in every skin."""
        choice = replace(self._choice, skin=skin)
        with closing(self._runtime.engine("chromium").open(viewport, with_pixels=True)) as page:
            for place in places:
                with self._opened(page, place, choice):
                    yield Picture(place.name, page.screenshot())


def take(page: Page, step: Step) -> None:
    """Take a step on an open page.

    Raises:
        LookupError: no control has this role and name, or it cannot be used.
    """
    outline = parse_aria_snapshot(page.read(ObservationMode.ARIA).result().aria)
    node = outline.find(step.role, re.compile(f"{step.name}.*", re.DOTALL))
    if node is None:
        raise LookupError(f"no {step.role} is called {step.name!r}")
    refusal = page.perform(action_on(node, step)).result().refusal
    if refusal is not None:
        raise LookupError(f"{step.role} {step.name!r}: {refusal}")


def action_on(node: AriaNode, step: Step) -> act.Action:
    """What a step does to its control."""
    if node.all("option"):
        return act.Select(node.ref, step.text)
    return act.Fill(node.ref, step.text) if step.text else act.Click(node.ref)


def sheet_of(app: AppSpec, atlas: Atlas) -> Image.Image:
    """The contact sheet of an app."""
    phone, dark = PHONE_PAGES.get(app.name, ()), DARK_PAGES.get(app.name, ())
    shots = (
        ("1280x800", 5, atlas.pictures(atlas.of(app), DESKTOP)),
        ("390x844", 7, atlas.pictures(atlas.of(app, phone), PHONE)),
        (f"skin {DARK}", 5, atlas.pictures(atlas.of(app, dark), DESKTOP, DARK)),
    )
    return contact_sheet(
        [Section(f"{app.title}, {title}", columns, list(pictures)) for title, columns, pictures in shots]
    )


def take_all(args: argparse.Namespace) -> int:
    """Write the sheets that the command line asks for; returns the exit code."""
    apps = [installed().app(name) for name in args.apps.split(",")]
    choice = WorldChoice(seed=args.world, size=WorldSize(args.size))
    with closing(Runtime()) as runtime:
        atlas = Atlas(runtime, apps, choice)
        atlas.explore()
        for app in apps:
            path = Path(args.out) / f"{app.name}.webp"
            size = write_webp(sheet_of(app, atlas), path)
            print(f"{path}: {len(atlas.of(app))} kinds of pages, {size:,} bytes", flush=True)
    for kind in atlas.missing():
        print(f"not reached: {kind}; say how in tools/page_walks.py", file=sys.stderr)
    return 1 if atlas.missing() else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--apps", default=",".join(installed().apps), help="names, separated by commas (all)")
    parser.add_argument("--out", default="docs/images", help="where the sheets are written (docs/images)")
    parser.add_argument("--world", type=int, default=1, help="seed of the world (1)")
    parser.add_argument("--size", default="standard", choices=[size.value for size in WorldSize])
    return take_all(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
