"""The tasks of a dream: logged goals that can be reached in it, and goals drawn anew."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from numpy.random import Generator

from gristmill.agents.dreams.goals import Redrawing, redrawings_of
from gristmill.agents.dreams.logs import Episode, Scene
from gristmill.agents.dreams.recovery import Recovered

TRIES = 8  # of drawing a goal anew


@dataclass(frozen=True, slots=True)
class DreamTask:
    """Where an episode begins, and its goal.

    Attributes:
        is_redrawn: whether the goal was never logged.
    """

    goal: str
    start: Scene
    is_redrawn: bool = False


class DreamTasks:
    """Draws tasks.

    Args:
        episodes: the log.
        found: what was recovered from it.
        redrawn: share of the tasks whose goal is drawn anew, 0 to 1.
    """

    def __init__(self, episodes: Sequence[Episode], found: Recovered, *, redrawn: float) -> None:
        scenes: dict[str, dict[str, Scene]] = defaultdict(dict)
        for episode in episodes:
            for scene in episode.scenes:
                scenes[found.patterns.of(scene.url)].setdefault(scene.url, scene)
        by_pattern = {pattern: list(each.values()) for pattern, each in scenes.items()}
        self.redrawings = redrawings_of(found.rules, by_pattern)
        self._redrawn = redrawn if self.redrawings else 0.0
        self.logged = {each.goal: DreamTask(each.goal, each.scenes[0]) for each in episodes}
        self.possible = [task for task in self.logged.values() if is_possible(task.goal, self.redrawings)]

    def draw(self, rng: Generator) -> DreamTask:
        """A task."""
        if rng.random() < self._redrawn:
            for _ in range(TRIES):
                drawn = self.redrawings[int(rng.integers(len(self.redrawings)))].draw(rng)
                if drawn is not None:
                    goal, like = drawn
                    return DreamTask(goal, self.logged[like].start, is_redrawn=True)
        tasks = self.possible or list(self.logged.values())
        return tasks[int(rng.integers(len(tasks)))]


def is_possible(goal: str, redrawings: Sequence[Redrawing]) -> bool:
    """Whether the log has a page on which what a goal asks for can be entered; if it cannot tell, True."""
    answers = [found for each in redrawings if (found := each.is_possible(goal)) is not None]
    return any(answers) or not answers
