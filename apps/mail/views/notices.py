"""What a page says of the last action on threads, with the way to take it back."""

from dataclasses import dataclass

from gristmill.apps.kit import notices
from gristmill.apps.kit.jinja_filters import plural
from gristmill.apps.mail.filters import day_and_time
from gristmill.apps.mail.services.actions import ACTIONS
from gristmill.apps.mail.services.drafts import find_draft
from gristmill.apps.mail.services.mailbox import current_mailbox
from gristmill.apps.server.database import db

SENT = "The mail was sent."


@dataclass(frozen=True, kw_only=True, slots=True)
class DoneNotice:
    """What was done, or why not; `undo` is the number to take it back with, 0 if that is impossible."""

    text: str
    undo: int = 0
    kind: str = "success"
    action: str = "/undo"  # where its "Undo" is posted to


def done_notice() -> DoneNotice | None:
    """The notice of the redirect that led here."""
    name = notices.happened("did") or ""
    if name in ACTIONS:
        threads = plural(notices.happened_to("threads"), "thread")
        return DoneNotice(text=ACTIONS[name].done.format(threads), undo=notices.happened_to("undo"))
    if (name := notices.happened("undone") or "") in ACTIONS:
        return DoneNotice(text=f"Taken back: {ACTIONS[name].label.lower()}.")
    problem = notices.happened("problem")
    return DoneNotice(text=problem, kind="error") if problem else sending_notice()


def sending_notice() -> DoneNotice | None:
    """The notice on a mail that was sent, waits to be sent, or was discarded."""
    if number := notices.happened_to("sending"):
        draft = find_draft(db(), current_mailbox().id, number)
        if draft is None or draft.outgoing is None:
            return DoneNotice(text=SENT)
        text = f"The mail will be sent on {day_and_time(draft.outgoing.due_at)}."
        return DoneNotice(text=text, undo=number, action="/outbox/undo")
    if notices.happened_to("sent"):
        return DoneNotice(text=SENT)
    return DoneNotice(text="The draft was discarded.") if notices.happened_to("discarded") else None
