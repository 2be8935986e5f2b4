"""The task families of mail."""

from gristmill.apps.mail.tasks import (
    bulk_archive,
    bulk_label,
    conditional,
    contacts,
    count,
    find_fact,
    forward,
    reply,
    reply_all,
    send,
    settings,
    snooze,
    spam_block,
    vacation,
)
from gristmill.apps.mail.tasks.registry import TASKS

__all__ = [
    "TASKS",
    "bulk_archive",
    "bulk_label",
    "conditional",
    "contacts",
    "count",
    "find_fact",
    "forward",
    "reply",
    "reply_all",
    "send",
    "settings",
    "snooze",
    "spam_block",
    "vacation",
]
