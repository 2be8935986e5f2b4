"""Builds observations and infos from pages and episodes."""

from typing import Any

from gristmill.apps.kit.aria import AriaSnapshot, LazyOutline
from gristmill.envs.engines.base import ObservationMode, PageObservation
from gristmill.envs.episode.episode import Episode
from gristmill.envs.spaces import MAX_TITLE_LENGTH, MAX_URL_LENGTH
from gristmill.errors import InfraError

Observation = dict[str, Any]
Info = dict[str, Any]
StepResult = tuple[Observation, float, bool, bool, Info]


def observation_of(page: PageObservation, mode: ObservationMode, *, goal: str, error: str) -> Observation:
    """The observation of a page in this mode."""
    observation: Observation = {
        "goal": goal,
        "url": page.url[:MAX_URL_LENGTH],
        "title": page.title[:MAX_TITLE_LENGTH],
        "error": error,
    }
    if mode.has_aria:
        observation["aria"] = page.aria
    if mode.has_pixels:
        observation["pixels"] = page.pixels
    return observation


def info_of(episode: Episode, *, is_success: bool, outline: AriaSnapshot | None) -> Info:
    """The info of a judged step."""
    return {
        "success": is_success,
        "goal_reached": episode.verdict.success,
        "verdict": episode.verdict,
        "infra_error": None,
        "task": episode.task,
        "outline": outline,
    }


def unjudged(infra_error: InfraError) -> Info:
    """The entries of an info that an infrastructure failure replaces: there is no verdict."""
    return {"success": None, "goal_reached": None, "verdict": None, "infra_error": infra_error}


class OutlineParser:
    """Parses an observed page into nodes, lazily and once per page."""

    def __init__(self) -> None:
        self._parsed: tuple[PageObservation, AriaSnapshot] | None = None

    def outline(self, page: PageObservation) -> AriaSnapshot:
        """The nodes of an observed page."""
        if self._parsed is None or self._parsed[0] is not page:
            self._parsed = page, LazyOutline(page.aria)
        return self._parsed[1]
