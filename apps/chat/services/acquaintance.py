"""Whom somebody shares a conversation with: all that a guest may know of."""

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from gristmill.apps.chat.models import Membership


def acquaintances(db: Session, person_id: int) -> set[int]:
    """The people who share a channel or conversation with somebody, themself included."""
    other = aliased(Membership)
    shared = (
        select(other.person_id)
        .join(Membership, Membership.channel_id == other.channel_id)
        .where(Membership.person_id == person_id)
    )
    return {person_id, *db.scalars(shared.distinct())}
