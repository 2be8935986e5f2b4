"""The task families of mail."""

from gristmill.apps.mail.tasks import (
    bulk_archive,
    bulk_label,
    conditional,
    contacts,
    count,
    draft_finish,
    find_fact,
    forward,
    phish,
    reply,
    reply_all,
    send,
    settings,
    snooze,
    spam_block,
    undo_send,
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
    "draft_finish",
    "find_fact",
    "forward",
    "phish",
    "reply",
    "reply_all",
    "send",
    "settings",
    "snooze",
    "spam_block",
    "undo_send",
    "vacation",
]
