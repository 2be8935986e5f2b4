"""Records the oracle's checkout episodes so that they can be replayed.

Refs are deterministic, so replaying the same lines on the same seed gives the same episode. The oracle's
planning is not part of any measurement.
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
SEED = 1  # a typical episode of ten steps: search, product, cart, checkout
VIEWPORT = Viewport(width=1024, height=768)


def checkout() -> TaskFamily:
    """The measured task family."""
    return installed().family(TASK)


def bare_runtime() -> Runtime:
    """A separate runtime with all caches off; the caller closes it."""
    return Runtime(caches=Caches(but={"responses": "off", "queries": "off", "functions": "off"}))


def new_episode(runtime: Runtime, seed: int) -> Episode:
    """A fresh episode of a seed in this runtime; the caller closes it."""
    return Episode.draw(runtime, checkout(), seed=seed, split="train")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One recorded request to an app clone: WSGI environ strings and body."""

    environ: dict[str, Any]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Move:
    """One step of a recorded episode.

    Attributes:
        line: the action.
        role: role of its element, or empty if it has none.
        name: accessible name of that element.
        place: index of the element among those with equal role and name.
        url: address of the page after the step.
        calls: requests that the step sends to the app clone.
    """

    line: str
    role: str
    name: str
    place: int
    url: str
    calls: list[Call]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A successful recorded episode; `start` holds the requests of its first page."""

    seed: int
    start: list[Call]
    moves: list[Move]


class Recorder:
    """A WSGI middleware that records requests, except for style sheets."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._calls: list[Call] = []

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Record the request and forward it."""
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        if not environ["PATH_INFO"].endswith(".css"):  # engines cache style sheets
            strings = {key: value for key, value in environ.items() if isinstance(value, str)}
            self._calls.append(Call(environ=strings, body=body))
        return self._application(environ, start_response)

    def take(self) -> list[Call]:
        """Return and clear the recorded requests."""
        calls, self._calls = self._calls, []
        return calls


class Planner:
    """Plays the oracle in the `dom` engine in a separate runtime, so that no measured cache is warmed."""

    def __init__(self) -> None:
        self._runtime = bare_runtime()
        self._recorder = Recorder(self._runtime.dispatcher)

    def plan(self, seed: int) -> Plan:
        """Record the oracle's episode of this seed."""
        episode = new_episode(self._runtime, seed)
        page = DomEngine(self._recorder).open(
            VIEWPORT
        )  # without a document cache, so that every page is requested
        page.start(episode.session, episode.task.start_url).result()
        state = page.read(ObservationMode.ARIA).result()
        start, moves = self._recorder.take(), []
        while not episode.judge().success:
            line = episode.oracle(state.url, LazyOutline(state.aria))
            element = element_of(line, state.aria)
            page.perform(parse(line)).result()
            state = page.read(ObservationMode.ARIA).result()
            moves.append(Move(line=line, **element, url=state.url, calls=self._recorder.take()))
            episode.tick()
        episode.close()
        return Plan(seed=seed, start=start, moves=moves)


def element_of(line: str, aria: str) -> dict[str, Any]:
    """Role, name and index of the element that an action refers to."""
    ref = getattr(parse(line), "ref", None)
    nodes = list(parse_aria_snapshot(aria).walk())
    found = next((node for node in nodes if ref and node.ref == ref), AriaNode(""))
    candidates = [node for node in nodes if (node.role, node.name) == (found.role, found.name)]
    place = next((place for place, node in enumerate(candidates) if node is found), 0)
    return {"role": found.role, "name": found.name, "place": place}
