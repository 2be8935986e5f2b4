"""The chat's task families."""

from gristmill.apps.chat.tasks import post
from gristmill.apps.chat.tasks.registry import TASKS

__all__ = ["TASKS", "post"]
