"""The chat's task families."""

from gristmill.apps.chat.tasks import (
    edit_own,
    person,
    post,
    thread_reply,
)
from gristmill.apps.chat.tasks.registry import TASKS

__all__ = [
    "TASKS",
    "edit_own",
    "person",
    "post",
    "thread_reply",
]
