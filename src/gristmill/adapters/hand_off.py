"""One session's browser, handed over to browser-use, Stagehand, Playwright or a person, over CDP.

The browser needs no cookie and no token: it reaches one port, which serves the apps of this session alone.
The rows are judged in this process, of which the browser reaches no other part.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gristmill.apps.server.session_pool import TOKEN_KEY
from gristmill.apps.server.waitress_host import Host
from gristmill.envs.actions.types import Action, Done
from gristmill.envs.engines.base import Viewport
from gristmill.envs.engines.chromium.browser.handed_over import HandedOverBrowser
from gristmill.envs.episode.episode import Episode, judged
from gristmill.envs.episode.runtime import Runtime, require_engine
from gristmill.envs.episode.worlds import WorldOptions
from gristmill.errors import EngineFault
from gristmill.plugins import installed
from gristmill.verifiers.base import Verdict

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

VIEWPORT = Viewport(width=1024, height=768)


@dataclass(frozen=True, kw_only=True, slots=True)
class HandOff:
    """A task instance and the browser in which somebody does it."""

    episode: Episode
    browser: HandedOverBrowser

    def judge(self, ending: Action | None = None) -> Verdict:
        """The verdict if the episode ended now, with `done` unless another ending is given.

        Raises:
            EngineFault: an app clone or the verifier has failed, so there is no verdict.
        """
        fault = self.episode.session.fault
        if fault is not None:
            raise EngineFault(f"The app clone failed: {type(fault).__name__}: {fault}") from fault
        return judged(self.episode, ending or Done())

    def to_json(self, verdict: Verdict) -> dict[str, Any]:
        """Task and verdict as JSON."""
        task = self.episode.task
        named = {"task": task.family, "seed": task.seed, "split": task.split, "goal": task.goal}
        return {**named, "reward": verdict.reward, **verdict.to_json()}


@contextmanager
def handed_off(
    task_id: str,
    *,
    seed: int,
    split: str = "train",
    wordings: str | None = None,
    worlds: WorldOptions | None = None,
    brief: str = "explicit",
    news: str = "none",
    port: int = 0,
    headed: bool = False,
) -> Iterator[HandOff]:
    """Draw a task and open a browser on its start page; ends both afterwards.

    Args:
        task_id: id of the task family.
        seed: of the task.
        split: `train` or `test`.
        wordings: as of `gymnasium.make`.
        worlds: among which worlds the task is drawn.
        brief: as of `gymnasium.make`.
        news: as of `gymnasium.make`.
        port: of the browser's debugger; 0: a free one.
        headed: whether the browser has a window.

    Raises:
        UnknownNameError, InvalidOptionError: an option is not valid.
        BrowserNotFoundError: there is no browser.
        EngineFault: the browser did not start.
    """
    family = installed().family(task_id).configured(brief=brief, news=news)
    require_engine("chromium", family, with_pixels=True)
    with closing(Runtime()) as runtime, ExitStack() as stack:
        episode = Episode.draw(
            runtime, family, seed=seed, split=split, worlds=worlds or WorldOptions(), wordings=wordings
        )
        stack.enter_context(closing(episode))
        host = stack.enter_context(closing(Host(SessionHost(episode, runtime.dispatcher))))
        browser = HandedOverBrowser(
            host_port=host.port,
            start_url=episode.task.start_url,
            viewport=VIEWPORT,
            port=port,
            headed=headed,
        )
        yield HandOff(episode=episode, browser=stack.enter_context(closing(browser)))


class SessionHost:
    """The WSGI application of one session: the apps by host name, whatever token a request brings.

    Nobody counts steps here, so the world's clock advances with each page that is opened.
    """

    def __init__(self, episode: Episode, application: "WSGIApplication") -> None:
        self._episode, self._application = episode, application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        answer = self._application({**environ, TOKEN_KEY: self._episode.session.token}, start_response)
        if "text/html" in environ.get("HTTP_ACCEPT", ""):
            self._tick()
        return answer

    def _tick(self) -> None:
        try:
            self._episode.tick()
        except EngineFault as fault:
            self._episode.session.fault = self._episode.session.fault or fault
