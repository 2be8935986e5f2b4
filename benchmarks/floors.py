"""Floors for throughput: the cost of the same work without Gristmill's environment code."""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bare import BareLoop, HandWrittenLoop, Point, launched
from flow import Call, Plan, bare_runtime, new_episode
from playwright.async_api import Browser
from processes import cpu_seconds, cpu_since
from replay import Chunk
from stopwatch import Stopwatch

from gristmill.apps.server.session_pool import TOKEN_KEY
from gristmill.apps.world.handlers import Handlers
from gristmill.envs.episode.episode import Episode
from gristmill.plugins import installed

BARE_SESSIONS = 4


class Floor(Protocol):
    """Plays recorded episodes with minimal overhead."""

    def play(self) -> Chunk:
        """Play an episode in each of its sessions."""

    def close(self) -> None:
        """Release all resources."""


class BareCalls:
    """Sends the recorded requests straight to the Flask apps, one after the other, and ignores the responses.

    A reset restores the database as it was after the task's set-up and requests the first page.
    """

    def __init__(self, plans: Sequence[Plan]) -> None:
        self._runtime = bare_runtime()
        self._plans, self._turn = plans, 0
        self._images: dict[int, bytes] = {}
        self._handlers = Handlers.of([installed().app("shop")])

    def play(self) -> Chunk:
        """See `Floor.play`."""
        before, chunk = cpu_seconds(), Chunk()
        for _ in range(BARE_SESSIONS):
            self._play_one(self._plans[self._turn % len(self._plans)], chunk)
            self._turn += 1
        chunk.cpu_s = cpu_since(before)
        return chunk

    def _play_one(self, plan: Plan, chunk: Chunk) -> None:
        sessions, image = self._runtime.sessions, self._image(plan.seed)
        with Stopwatch(chunk.reset_s):
            session = sessions.open(image, ("shop",), handlers=self._handlers)
            self._send(plan.start, session.token)
        with Stopwatch(chunk.step_s):
            for move in plan.moves:
                self._send(move.calls, session.token)
        sessions.close(session)
        chunk.resets += 1
        chunk.steps += len(plan.moves)

    def _send(self, calls: Sequence[Call], token: str) -> None:
        for call in calls:
            status = self._ask(call, token)
            if status[0] not in "23":
                raise RuntimeError(f"{call.environ['PATH_INFO']} returned {status}.")

    def _ask(self, call: Call, token: str) -> str:
        heads: list[str] = []
        environ: Any = {
            **call.environ,
            TOKEN_KEY: token,
            "wsgi.version": (1, 0),
            "wsgi.input": io.BytesIO(call.body),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        start_response: Any = lambda status, *_: heads.append(status)  # noqa: E731
        b"".join(self._runtime.dispatcher(environ, start_response))
        return heads[0]

    def _image(self, seed: int) -> bytes:
        if seed not in self._images:
            episode = new_episode(self._runtime, seed)
            self._images[seed] = episode.session.image()
            episode.close()
        return self._images[seed]

    def close(self) -> None:
        """See `Floor.close`."""
        self._runtime.close()


@dataclass(frozen=True, kw_only=True)
class Run:
    """One browser context of the floor, and the episode that it plays."""

    loop: BareLoop
    plan: Plan
    points: list[Point]
    episode: Episode

    async def reset(self) -> None:
        """Open the first page and observe it."""
        await self.loop.load(self.episode)
        await self.loop.observe()

    async def steps(self) -> None:
        """Perform all steps, each with an observation."""
        for move, point in zip(self.plan.moves, self.points, strict=True):
            await self.loop.act(move, point)
            await self.loop.observe()


class BareBrowser:
    """As many concurrent bare Playwright loops as environments, in a separate browser."""

    def __init__(self, plans: Sequence[Plan], *, num_envs: int, pixels: bool) -> None:
        self._runtime, self._runner = bare_runtime(), asyncio.Runner()
        self._plans, self._turn = plans, 0
        self._points: dict[int, list[Point]] = {}
        self._browser: Browser
        self._loops = self._runner.run(self._open(num_envs, pixels))

    async def _open(self, num_envs: int, pixels: bool) -> list[BareLoop]:
        self._browser = await launched(self._runtime.host.port)
        scout = await HandWrittenLoop.open(self._browser, pixels=False)
        for plan in self._plans:
            episode = new_episode(self._runtime, plan.seed)
            self._points[plan.seed] = await scout.points(episode, plan)
            episode.close()
        await scout.context.close()
        return [await BareLoop.open(self._browser, pixels=pixels) for _ in range(num_envs)]

    def play(self) -> Chunk:
        """See `Floor.play`."""
        runs = [self._run(loop, slot) for slot, loop in enumerate(self._loops)]
        self._turn += 1
        chunk = Chunk(resets=len(runs), steps=sum(len(run.plan.moves) for run in runs))
        before = cpu_seconds()
        self._runner.run(self._play(runs, chunk))
        chunk.cpu_s = cpu_since(before)
        self._runner.run(self._rest())
        for run in runs:
            if not run.episode.judge(is_over=True).success:
                raise RuntimeError(f"The bare loop failed the task of seed {run.plan.seed}.")
            run.episode.close()
        return chunk

    def _run(self, loop: BareLoop, slot: int) -> Run:
        plan = self._plans[(slot + self._turn) % len(self._plans)]
        episode = new_episode(self._runtime, plan.seed)
        return Run(loop=loop, plan=plan, points=self._points[plan.seed], episode=episode)

    async def _play(self, runs: Sequence[Run], chunk: Chunk) -> None:
        with Stopwatch(chunk.reset_s):
            await asyncio.gather(*(run.reset() for run in runs))
        with Stopwatch(chunk.step_s):
            await asyncio.gather(*(run.steps() for run in runs))

    async def _rest(self) -> None:
        """Navigate to blank pages, so that animations such as carets do not disturb other measurements."""
        await asyncio.gather(*(loop.page.goto("about:blank") for loop in self._loops))

    def close(self) -> None:
        """See `Floor.close`."""
        self._runner.run(self._browser.close())
        self._runner.close()
        self._runtime.close()
