"""Scenes as agents observe them."""

from gristmill.agents.dreams.logs import Scene
from gristmill.agents.dreams.outlines import shown
from gristmill.envs.spaces import MAX_ERROR_LENGTH


def observed(goal: str, scene: Scene) -> dict[str, str]:
    """The observation of a scene."""
    return {
        "goal": goal,
        "url": scene.url,
        "title": scene.title,
        "error": scene.error[:MAX_ERROR_LENGTH],
        "aria": shown(scene.page),
    }
