"""The registry of the chat's task families."""

from gristmill.apps.base import TaskRegistry

TASKS = TaskRegistry(
    "chat",
    equivalent={("chat_message", "edited_at"): "what was posted and then edited is as right as what it says"},
)
