"""The chat's task families."""

from gristmill.apps.chat.tasks import (
    ask_wait,
    catch_up,
    channel,
    count,
    edit_own,
    forget,
    person,
    poll_meeting,
    post,
    react_poll,
    thread_reply,
)
from gristmill.apps.chat.tasks.registry import TASKS

__all__ = [
    "TASKS",
    "ask_wait",
    "catch_up",
    "channel",
    "count",
    "edit_own",
    "forget",
    "person",
    "poll_meeting",
    "post",
    "react_poll",
    "thread_reply",
]
