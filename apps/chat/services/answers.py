"""Colleagues who answer when the signed-in person writes to them, as stories say."""

import re
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.chat import events
from gristmill.apps.chat.bookkeeping import Answer, Mention
from gristmill.apps.chat.models import Channel, Kind, Message
from gristmill.apps.chat.services.posting import member_ids
from gristmill.apps.world.world import World


def schedule_answer(world: World, channel: Channel, message: Message) -> None:
    """Schedule the answer of whoever a story says answers this message of the signed-in person; each once."""
    db = world.db
    rules = db.scalars(select(Answer).where(Answer.used_by_message_id.is_(None)).order_by(Answer.id)).all()
    if not rules:
        return
    addressed = addressees(db, channel, message)
    rule = next((each for each in rules if fits(each, channel, message, addressed)), None)
    if rule is None:
        return
    rule.used_by_message_id = message.id
    root_id = message.root_id or (message.id if channel.is_named else None)
    payload = {
        "message_id": message.id, "channel_id": channel.id, "author_id": rule.person_id, "text": rule.text,
        "root_id": root_id,
    }  # fmt: skip
    world.schedule(events.ANSWER, world.now + timedelta(seconds=rule.after_s), payload)


def addressees(db: Session, channel: Channel, message: Message) -> Collection[int]:
    """Whom a message is for: the people of a conversation, who is mentioned, the author of its thread."""
    if channel.kind in {Kind.DIRECT, Kind.GROUP}:
        return member_ids(db, channel.id)
    named = set(db.scalars(select(Mention.person_id).where(Mention.message_id == message.id)))
    root = db.get(Message, message.root_id) if message.root_id is not None else None
    return named | ({root.author_id} if root is not None else set())


def fits(rule: Answer, channel: Channel, message: Message, addressed: Collection[int]) -> bool:
    """Whether a rule answers a message."""
    if rule.person_id == message.author_id or rule.person_id not in addressed:
        return False
    if rule.channel_id not in {None, channel.id}:
        return False
    return re.search(rule.pattern, message.text, re.IGNORECASE) is not None
