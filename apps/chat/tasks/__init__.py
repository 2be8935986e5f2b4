"""The chat's task families."""

from gristmill.apps.chat.tasks import (
    post,
    thread_reply,
)
from gristmill.apps.chat.tasks.registry import TASKS

__all__ = [
    "TASKS",
    "post",
    "thread_reply",
]
