"""The task families of mail."""

from gristmill.apps.mail.tasks import (
    reply,
    send,
)
from gristmill.apps.mail.tasks.registry import TASKS

__all__ = [
    "TASKS",
    "reply",
    "send",
]
