"""The registry of the chat's task families."""

from gristmill.apps.base import TaskRegistry

TASKS = TaskRegistry(
    "chat", equivalent={("chat_message", "edited_at"): "a message put right by editing it is as good"}
)
