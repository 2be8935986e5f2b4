"""The task families of mail."""

from gristmill.apps.mail.tasks import (
    conditional,
    count,
    find_fact,
    forward,
    reply,
    reply_all,
    send,
    bulk_archive,
    bulk_label,
    contacts,
    send,
    settings,
    snooze,
    spam_block,
    vacation,
)
from gristmill.apps.mail.tasks.registry import TASKS

__all__ = [
    "TASKS",
    "conditional",
    "count",
    "find_fact",
    "forward",
    "reply",
    "reply_all",
    "send",
]
from gristmill.apps.mail.tasks import bulk_archive

__all__ = ["TASKS", "bulk_archive", "send"]
from gristmill.apps.mail.tasks import bulk_label

__all__ = ["TASKS", "bulk_archive", "bulk_label", "send"]
from gristmill.apps.mail.tasks import snooze

__all__ = ["TASKS", "bulk_archive", "bulk_label", "send", "snooze"]
from gristmill.apps.mail.tasks import vacation

__all__ = ["TASKS", "bulk_archive", "bulk_label", "send", "snooze", "vacation"]
from gristmill.apps.mail.tasks import spam_block

__all__ = ["TASKS", "bulk_archive", "bulk_label", "send", "snooze", "spam_block", "vacation"]
from gristmill.apps.mail.tasks import contacts

__all__ = ["TASKS", "bulk_archive", "bulk_label", "contacts", "send", "snooze", "spam_block", "vacation"]
    "bulk_archive",
    "bulk_label",
    "contacts",
    "send",
    "settings",
    "snooze",
    "spam_block",
    "vacation",
]
