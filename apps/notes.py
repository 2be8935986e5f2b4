"""Notes: how a task's details, or news of it, reach the person in an app such as mail."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from gristmill.apps.task_family import View

IsRead = Callable[[Session, int, str], bool | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteCarrier:
    """An app's way to bring the person a note that was written beforehand.

    Attributes:
        kind: the event that delivers one; its payload is `{"person_id": int, "subject": str, "text": str}`.
        is_read: given the database, the person's id and a subject, whether that note has been opened; None
            if it has not arrived.
        step: given a view and a subject, the oracle's next action to open that note.
        place: how goals name the place of a note; `{subject}` is its subject.
    """

    kind: str
    is_read: IsRead
    step: Callable[[View, str], str]
    place: str
