"""Forms that are submitted twice have one effect: each carries a token, which changes with what it posts.

A token says who writes where, and what they had written before. The same token with the same text is the same
submission; the same text again, after the page was loaded again, is another.
"""

import zlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gristmill.apps.chat.bookkeeping import Submission
from gristmill.apps.chat.models import Message

LONGEST_TOKEN = 80


def new_token(db: Session, person_id: int, place: str) -> str:
    """The token of a form that posts; `place` tells forms of one person apart."""
    last = db.scalar(select(func.max(Message.id)).where(Message.author_id == person_id))
    return f"{person_id}-{place}-{last or 0}"


def earlier(db: Session, token: str, text: str) -> int | None:
    """The id that an earlier submission of the same form has written; None for a new one."""
    row = db.get(Submission, key_of(token, text)) if is_token(token) else None
    return row.message_id if row else None


def record(db: Session, token: str, text: str, message_id: int) -> None:
    """Record what a form has written."""
    if is_token(token):
        db.add(Submission(token=key_of(token, text), message_id=message_id))
        db.flush()


def is_token(token: str) -> bool:
    """Whether a form carries a token at all."""
    return 0 < len(token) <= LONGEST_TOKEN


def key_of(token: str, text: str) -> str:
    """What names a submission."""
    return f"{token}:{zlib.crc32(text.encode(errors='replace')):08x}"
