"""The mail app, Quillfold: mailboxes of everybody in a world, with threads, labels, search and rules."""

from gristmill.apps.base import AppSpec
from gristmill.apps.mail import handlers
from gristmill.apps.mail.factory import create_app
from gristmill.apps.mail.notes import NOTE, NOTES, deliver_note
from gristmill.apps.mail.seed import seed
from gristmill.apps.mail.tasks import TASKS
from gristmill.apps.stories import prelude

APP = AppSpec(
    name="mail",
    title="Quillfold",
    version="3",
    create_app=create_app,
    seed=seed,
    tasks=TASKS,
    bookkeeping=frozenset({"mail_unread", "mail_undo", "mail_answer_rule", "mail_composition"}),
    prelude=prelude,
    seeds_after=frozenset({"shop"}),
    handlers={**handlers.EVENTS, NOTE: deliver_note},
    notes=NOTES,
    on=handlers.SIGNALS,
)
