"""What a page says of the last action on threads, with the way to take it back."""

from dataclasses import dataclass

from gristmill.apps.kit import notices
from gristmill.apps.kit.jinja_filters import plural
from gristmill.apps.mail.services.actions import ACTIONS


@dataclass(frozen=True, kw_only=True, slots=True)
class DoneNotice:
    """What was done, or why not; `undo` is the number to take it back with, 0 if that is impossible."""

    text: str
    undo: int = 0
    kind: str = "success"


def done_notice() -> DoneNotice | None:
    """The notice of the redirect that led here."""
    name = notices.happened("did") or ""
    if name in ACTIONS:
        threads = plural(notices.happened_to("threads"), "thread")
        return DoneNotice(text=ACTIONS[name].done.format(threads), undo=notices.happened_to("undo"))
    if (name := notices.happened("undone") or "") in ACTIONS:
        return DoneNotice(text=f"Taken back: {ACTIONS[name].label.lower()}.")
    problem = notices.happened("problem")
    return DoneNotice(text=problem, kind="error") if problem else None
