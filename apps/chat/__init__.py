"""The chat, Natterbeck: channels, direct messages and threads of a company."""

from gristmill.apps.base import AppSpec
from gristmill.apps.chat import bookkeeping, handlers
from gristmill.apps.chat.factory import create_app
from gristmill.apps.chat.notes import NOTE, NOTES, deliver_note
from gristmill.apps.chat.seed import seed
from gristmill.apps.chat.tasks import TASKS
from gristmill.apps.stories import prelude

APP = AppSpec(
    name="chat",
    title="Natterbeck",
    version="3",
    create_app=create_app,
    seed=seed,
    tasks=TASKS,
    bookkeeping=bookkeeping.TABLES,
    prelude=prelude,
    seeds_after=frozenset({"shop"}),
    handlers={**handlers.HANDLERS, NOTE: deliver_note},
    notes=NOTES,
)
