"""The engines agree on walks between the apps of one world, with forms left half filled."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import pytest

from gristmill.apps.kit.aria import AriaNode, parse_aria_snapshot
from gristmill.apps.server.session import LiveSession
from gristmill.apps.world.builder import build_world, world_key
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.apps.world.handlers import Handlers
from gristmill.apps.world.world import World
from gristmill.envs.actions import types as act
from gristmill.envs.actions.grammar import write
from gristmill.envs.engines.base import ObservationMode, Page, Viewport
from gristmill.envs.episode.runtime import Runtime
from gristmill.plugins import installed

pytestmark = pytest.mark.browser

APPS = ("chat", "mail", "shop")
BOXES = {"textbox", "searchbox", "spinbutton", "combobox"}
LONG_WALK = 30


@dataclass(frozen=True, slots=True)
class Seen:
    """What an agent sees, and a digest of the rows."""

    url: str
    title: str
    aria: str
    refusal: str
    content: bytes


class Walk:
    """A page in each engine, each in a session of its own, that get the same actions."""

    def __init__(self, runtime: Runtime, skin: str, start: str, person: int) -> None:
        specs = [installed().app(name) for name in APPS]
        choice = WorldChoice(seed=1, size=WorldSize.SMALL, skin=skin)
        world = runtime.store.get(world_key(specs, choice), lambda rows: build_world(specs, choice, rows))
        self._runtime, self.done = runtime, [f"goto {start}"]
        self._pages: list[tuple[Page, LiveSession]] = []
        for engine in ("chromium", "dom"):
            session = runtime.sessions.open(world.data, APPS, handlers=Handlers.of(specs))
            with session.orm_session() as db:
                World(db).sign_in(World(db).people[person].id)
                db.commit()
            page = runtime.engine(engine).open(Viewport(width=1280, height=800), with_pixels=False)
            page.start(session, start).result()
            self._pages.append((page, session))
        self.now = self._agreed(["", ""])

    def do(self, action: act.Action) -> AriaNode:
        """Perform an action in both engines; returns the page that both show."""
        self.done.append(write(action))
        results = [page.perform(action).result() for page, _ in self._pages]
        self.now = self._agreed([str(result.refusal or "") for result in results])
        return self.outline

    @property
    def outline(self) -> AriaNode:
        """The page that both engines show."""
        return parse_aria_snapshot(self.now.aria)

    def ref(self, role: str, name: str) -> str:
        """The ref of a control of the page."""
        found = self.outline.find(role, name)
        assert found is not None, (role, name, self.done)
        return found.ref

    def _agreed(self, refusals: list[str]) -> Seen:
        first, second = (
            self._seen(page, session, refusal)
            for (page, session), refusal in zip(self._pages, refusals, strict=True)
        )
        assert first == second, self.done
        return first

    @staticmethod
    def _seen(page: Page, session: LiveSession, refusal: str) -> Seen:
        found = page.read(ObservationMode.ARIA).result()
        assert session.fault is None
        return Seen(found.url, found.title, found.aria, refusal, session.content())

    def close(self) -> None:
        """Close pages and sessions."""
        for page, session in self._pages:
            page.close()
            self._runtime.sessions.close(session)


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with closing(Runtime()) as runtime:
        yield runtime


def test_forms_left_half_filled_are_equal_after_a_round_through_the_apps(runtime: Runtime) -> None:
    with closing(Walk(runtime, "default", "http://mail.test/compose", 0)) as walk:
        walk.do(act.Fill(walk.ref("textbox", "Subject"), "Half a subj"))
        walk.do(act.Click(walk.ref("link", "Natterbeck")))
        assert walk.now.url.startswith("http://chat.test/")
        walk.do(act.Fill(walk.outline.all("searchbox")[0].ref, "half a search"))
        walk.do(act.Click(walk.ref("link", "Marlowick")))
        walk.do(act.Fill(walk.outline.all("combobox")[0].ref, "lam"))
        for app in ("mail", "shop", "chat", "mail"):
            walk.do(act.SwitchApp(app))
            assert walk.now.url.startswith(f"http://{app}.test/")
        for _ in range(4):
            walk.do(act.Back())


def test_a_notice_leads_back_to_the_page_on_which_it_is_answered(runtime: Runtime) -> None:
    """Links exchange `main` alone, and the notices are outside of it."""
    with closing(Walk(runtime, "gazette", "http://chat.test/", 3)) as walk:
        walk.do(act.Click(walk.ref("link", "Formatting")))
        walk.do(act.Click(walk.ref("button", "Only necessary cookies")))
        assert walk.now.url == "http://chat.test/help/formatting"


@pytest.mark.parametrize("is_exchanged", [True, False])
def test_going_back_to_a_refused_message_shows_its_channel(runtime: Runtime, is_exchanged: bool) -> None:
    with closing(Walk(runtime, "default", "http://chat.test/", 0)) as walk:
        channel = next(link for link in walk.outline.all("link") if link.properties["url"].startswith("/c/"))
        url = f"http://chat.test{channel.properties['url']}"
        title = walk.do(act.Click(channel.ref)).all("heading")[0].name
        box = next(node for node in walk.outline.all("textbox") if node.name.startswith("Message"))
        walk.do(act.Fill(box.ref, "9" * 9_000))
        walk.do(act.Click(walk.ref("button", "Send")))
        assert walk.now.url == f"{url}/post"
        away = act.Click(walk.ref("link", "Threads")) if is_exchanged else act.Goto("/threads")
        walk.do(away)
        walk.do(act.Back())
        assert title in [heading.name for heading in walk.outline.all("heading")]


MORE_WALKS = [("default", 3), ("default", 11), ("gazette", 0), ("gazette", 11)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("skin", "person"),
    [("default", 0), ("gazette", 3), *(pytest.param(*each, marks=pytest.mark.sweep) for each in MORE_WALKS)],
)
def test_long_walks_through_the_apps_look_the_same(runtime: Runtime, skin: str, person: int) -> None:
    rng = np.random.default_rng([person, len(skin)])
    with closing(Walk(runtime, skin, f"http://{APPS[person % 3]}.test/", person)) as walk:
        for _ in range(LONG_WALK):
            walk.do(drawn(rng, walk.outline))


def drawn(rng: np.random.Generator, outline: AriaNode) -> act.Action:
    """An action as people do them: mostly a link or a button, often some typing, now and then another app."""
    nodes = [node for node in outline.walk() if node.ref and "disabled" not in node]
    kind = rng.choice(
        ["app", "type", "tick", "press", "follow", "back"], p=[0.15, 0.3, 0.05, 0.15, 0.3, 0.05]
    )
    if kind == "app":
        return act.SwitchApp(APPS[rng.integers(3)])
    if kind == "back":
        return act.Back()
    roles = {"type": BOXES, "tick": {"checkbox", "radio"}, "press": {"button"}, "follow": {"link"}}[kind]
    among = [node for node in nodes if node.role in roles]
    if not among:
        return act.Press("Tab")
    ref = among[rng.integers(len(among))].ref
    return act.Fill(ref, f"half a tex {rng.integers(9)}") if kind == "type" else act.Click(ref)
