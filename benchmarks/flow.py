"""The checkout flow that is measured: what the oracle does, recorded so that it can be replayed.

Refs are deterministic, so the same lines on the same seed are the same episode. The oracle's planning
is left out of what is timed.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gristmill.apps.base import TaskFamily
from gristmill.apps.kit.aria import AriaNode, LazyOutline, parse_aria_snapshot
from gristmill.caches import Caches
from gristmill.envs.actions.grammar import parse
from gristmill.envs.engines.base import ObservationMode, Viewport
from gristmill.envs.engines.dom.engine import DomEngine
from gristmill.envs.episode.episode import Episode
from gristmill.envs.episode.runtime import Runtime
from gristmill.plugins import installed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TASK = "Shop-Checkout-v0"
SEED = 1  # ten steps, nothing special: search, product, cart, checkout
VIEWPORT = Viewport(width=1024, height=768)


def checkout() -> TaskFamily:
    """The task family that is measured."""
    return installed().family(TASK)


def bare_runtime() -> Runtime:
    """A runtime of its own whose pages are each rendered anew; the caller closes it."""
    return Runtime(caches=Caches(but={"responses": "off"}))


def new_episode(runtime: Runtime, seed: int) -> Episode:
    """The task of a seed in this runtime, which nobody has touched yet; the caller closes it."""
    return Episode.draw(runtime, checkout(), seed=seed, split="train")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request to an app clone, as WSGI says it."""

    environ: dict[str, Any]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Move:
    """One step of an episode.

    Attributes:
        line: the action.
        role: of the element that it is done to, empty if there is none; `name` is its name.
        place: how many elements of this role and name come before it on the page.
        url: where it leads.
        calls: what is asked of the app clone.
    """

    line: str
    role: str
    name: str
    place: int
    url: str
    calls: list[Call]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An episode that ends with success; `start` is what its first page asks for."""

    seed: int
    start: list[Call]
    moves: list[Move]


class Recorder:
    """A WSGI application that keeps what it is asked for and passes it on. Style sheets are left out."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._calls: list[Call] = []

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Note the request, then answer it."""
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        if not environ["PATH_INFO"].endswith(".css"):  # of these the engine keeps what it has read
            said = {key: value for key, value in environ.items() if isinstance(value, str)}
            self._calls.append(Call(environ=said, body=body))
        return self._application(environ, start_response)

    def taken(self) -> list[Call]:
        """The calls since this was last asked."""
        calls, self._calls = self._calls, []
        return calls


class Planner:
    """Plays the oracle without a browser, in a runtime of its own, so that nothing measured is warmed."""

    def __init__(self) -> None:
        self._runtime = bare_runtime()
        self._recorder = Recorder(self._runtime.dispatcher)

    def plan(self, seed: int) -> Plan:
        """The oracle's way through the task of this seed."""
        episode = new_episode(self._runtime, seed)
        page = DomEngine(self._recorder).open(VIEWPORT)  # that remembers no page, and so asks for each
        page.begin_start(episode.session, episode.task.start_url)()
        state = page.begin_read(ObservationMode.ARIA)()
        start, moves = self._recorder.taken(), []
        while not episode.judge().success:
            line = episode.oracle(state.url, LazyOutline(state.aria))
            element = element_of(line, state.aria)
            page.begin_perform(parse(line))()
            state = page.begin_read(ObservationMode.ARIA)()
            moves.append(Move(line=line, **element, url=state.url, calls=self._recorder.taken()))
            episode.tick()
        episode.close()
        return Plan(seed=seed, start=start, moves=moves)


def element_of(line: str, aria: str) -> dict[str, Any]:
    """Role, name and place of the element that a line is about."""
    ref = getattr(parse(line), "ref", None)
    nodes = list(parse_aria_snapshot(aria).walk())
    found = next((node for node in nodes if ref and node.ref == ref), AriaNode(""))
    alike = [node for node in nodes if (node.role, node.name) == (found.role, found.name)]
    place = next((place for place, node in enumerate(alike) if node is found), 0)
    return {"role": found.role, "name": found.name, "place": place}
