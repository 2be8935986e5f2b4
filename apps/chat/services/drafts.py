"""Drafts: what somebody has not sent yet, one for each conversation and thread."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.chat.models import Channel, Draft
from gristmill.apps.chat.services.access import visible
from gristmill.apps.chat.services.people import Card
from gristmill.apps.world.world import World


@dataclass(frozen=True, kw_only=True, slots=True)
class Unsent:
    """A draft and where it belongs."""

    draft: Draft
    channel: Channel


def keep(world: World, person_id: int, channel_id: int, root_id: int, text: str) -> bool:
    """Keep a draft; one that was emptied is removed. Returns whether there is one."""
    row = world.db.get(Draft, (person_id, channel_id, root_id))
    if not text:
        if row is not None:
            world.db.delete(row)
        return False
    if row is None or row.text != text:
        key = {"person_id": person_id, "channel_id": channel_id, "root_id": root_id}
        world.db.merge(Draft(**key, text=text, saved_at=world.now))
    return True


def drafts_of(db: Session, person: Card) -> list[Unsent]:
    """Somebody's drafts in the conversations that they may see, the newest first."""
    statement = (
        select(Draft, Channel)
        .join(Channel, Channel.id == Draft.channel_id)
        .where(Draft.person_id == person.id, visible(person))
        .order_by(Draft.saved_at.desc(), Draft.channel_id, Draft.root_id)
    )
    return [Unsent(draft=draft, channel=channel) for draft, channel in db.execute(statement)]
