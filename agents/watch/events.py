"""What is reported of a running agent to those who watch, and how often."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from gristmill.agents.rollouts.results import EpisodeResult, StepRecord
from gristmill.errors import EngineFault

SHARE = 0.02  # of the time of the thread that plays
STEP_INTERVAL_S = 0.4  # between two reports of one agent's steps
EXCERPT_LENGTH = 1200  # characters of an outline

Thumbnail = Callable[[], bytes | str]
"""Takes a picture of the page: a JPEG, or the accessibility tree where there are no pixels."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchedEpisode:
    """The episode that is played."""

    task_id: str
    seed: int
    agent: str
    goal: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchEvent:
    """One report. Picklable, so that a worker process can send it.

    Attributes:
        worker: number of the environment that the agent plays in, from 0.
        steps: number of steps taken so far.
        picture: JPEG or excerpt of the outline; None: the last one still stands for the page.
        outcome: "success", "failure" or "fault" at the end of the episode; None while it is played.
    """

    worker: int
    episode: WatchedEpisode
    steps: int
    action: str = ""
    target: str = ""
    error: str = ""
    picture: bytes | str | None = None
    outcome: str | None = None
    detail: str = ""


class Watcher:
    """Reports what agents do, without slowing them: most steps cost a look at the clock.

    Steps of one agent are reported every 0.4 seconds at most. Pictures take at most 2 % of the time: after
    one that took 40 ms, none is taken for two seconds, whichever agent it was of. One that costs nothing,
    because it was recorded anyway, is always taken. Thread-safe.

    Args:
        send: receives the reports, in the thread that plays; must not block.
        wants: whether anybody looks; if not, nothing is reported but beginnings and ends.
    """

    def __init__(
        self, send: Callable[[WatchEvent], None], *, wants: Callable[[], bool] = lambda: True
    ) -> None:
        self._send, self._wants = send, wants
        self._lock = threading.Lock()
        self._next_step_at: dict[int, float] = {}
        self._next_picture_at = 0.0

    def on_step(
        self, worker: int, episode: WatchedEpisode, steps: int, step: StepRecord | None, thumbnail: Thumbnail
    ) -> None:
        """Report a step; None as the step is the beginning, before the first one.

        Args:
            worker: number of the environment.
            episode: the episode.
            steps: number of steps taken so far, this one included.
            step: the step.
            thumbnail: takes a picture of the page; called only if one is due.
        """
        now = perf_counter()
        if step is not None and (now < self._next_step_at.get(worker, 0.0) or not self._wants()):
            return
        self._next_step_at[worker] = now + STEP_INTERVAL_S
        picture = self._picture(thumbnail, now)
        if step is None:
            self._send(WatchEvent(worker=worker, episode=episode, steps=0, picture=picture))
            return
        self._send(
            WatchEvent(
                worker=worker,
                episode=episode,
                steps=steps,
                action=step.action,
                target=step.target,
                error=step.error,
                picture=picture,
            )
        )

    def on_end(self, worker: int, episode: WatchedEpisode, result: EpisodeResult) -> None:
        """Report the end of an episode with its verdict."""
        self._next_step_at.pop(worker, None)
        last = result.steps[-1] if result.steps else None
        failed = [check.name for check in result.checks if not check.passed]
        self._send(
            WatchEvent(
                worker=worker,
                episode=episode,
                steps=len(result.steps),
                action="" if last is None else last.action,
                target="" if last is None else last.target,
                picture=result.frames[-1] if result.frames else None,
                outcome={True: "success", False: "failure", None: "fault"}[result.success],
                detail=result.infra_error or ", ".join(failed),
            )
        )

    def _picture(self, thumbnail: Thumbnail, now: float) -> bytes | str | None:
        with self._lock:
            if now < self._next_picture_at or not self._wants():
                return None
            self._next_picture_at = float("inf")  # one at a time
        taken = None
        try:
            taken = thumbnail()
        except EngineFault:
            pass  # the agent's next step meets it, and it is reported there
        finally:
            ended_at = perf_counter()
            self._next_picture_at = ended_at + (ended_at - now) * (1 / SHARE - 1)
        return excerpt_of(taken) if isinstance(taken, str) else taken


def excerpt_of(outline: str) -> str:
    """The first lines of a page's main part, or of the page if it has none."""
    at = outline.find("- main")
    if at < 0:
        return outline[:EXCERPT_LENGTH]
    indent = at - (outline.rfind("\n", 0, at) + 1)
    lines = outline[at : at + 2 * EXCERPT_LENGTH].split("\n")
    return "\n".join([lines[0], *(line[indent:] for line in lines[1:])])[:EXCERPT_LENGTH]
