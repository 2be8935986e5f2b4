"""Acts after the world's start: events that post, edit, react, vote, pin, delete, join and leave."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from gristmill.apps.chat import events
from gristmill.apps.chat.emoji import name_of
from gristmill.apps.chat.seed.conversations import Conversations
from gristmill.apps.stories.acts import ChangeAct, PostAct, Script
from gristmill.apps.world.models import EventStatus, WorldEvent
from gristmill.apps.world.world import World

Later = tuple[datetime, str, dict[str, Any], bool]
"""When, kind of event, payload, and whether it is held."""


def schedule_acts(world: World, script: Script, where: Conversations) -> None:
    """Schedule everything of the script that has not happened yet, in order of time."""
    now = world.now
    found: list[Later] = []
    for post in script.posts:
        if post.at > now or post.held:
            found.append((post.at, events.POST, post_payload(post, where), post.held))
        found += [each for each in changes_of(post) if each[0] > now or post.held]
    found += [each for act in script.changes if (each := change(act, where)) and (act.at > now or act.held)]
    for at, kind, payload, is_held in sorted(found, key=lambda each: each[0]):
        number = world.schedule(kind, max(at, now), payload)
        if is_held:
            world.db.get_one(WorldEvent, number).status = EventStatus.HELD
    world.db.flush()


def post_payload(post: PostAct, where: Conversations) -> dict[str, Any]:
    """What the event of a post needs to know."""
    root = post.parent
    while root is not None and root.parent is not None:
        root = root.parent
    return {
        "key": post.key, "channel_id": where.of(post).id, "author_id": post.author_id, "text": post.text,
        "root_key": root.key if root else None, "is_automatic": post.is_automatic,
        "file_ids": [each.id for each in post.files], "poll": list(post.poll),
        "closes_at": post.poll_closes_at.isoformat() if post.poll_closes_at else None,
    }  # fmt: skip


def changes_of(post: PostAct) -> Iterator[Later]:
    """All changes that a post itself knows of; the caller takes those that are still to come."""
    about, held = {"key": post.key}, post.held
    for at, text in post.edits:
        yield at, events.EDIT, {**about, "person_id": post.author_id, "text": text}, held
    for person_id, emoji, at in post.reactions:
        yield at, events.REACT, {**about, "person_id": person_id, "emoji": name_of(emoji) or emoji}, held
    for person_id, option, at in post.votes:
        yield at, events.VOTE, {**about, "person_id": person_id, "option": option}, held
    if post.pinned_at:
        yield post.pinned_at, events.PIN, {**about, "person_id": post.pinned_by or post.author_id}, held
    if post.unpinned_at:
        yield post.unpinned_at, events.UNPIN, about, held
    if post.deleted_at:
        yield post.deleted_at, events.DELETE, {**about, "person_id": post.author_id}, held
    if post.poll and post.poll_closes_at:
        yield post.poll_closes_at, events.CLOSE_POLL, about, held


def change(act: ChangeAct, where: Conversations) -> Later | None:
    """The event of a change; None for one of a channel that nobody has opened."""
    make: dict[str, Callable[[], tuple[str, dict[str, Any]]]] = {
        "edit": lambda: (events.EDIT, {"text": act.text}),
        "react": lambda: (events.REACT, {"emoji": name_of(act.emoji) or act.emoji}),
        "vote": lambda: (events.VOTE, {"option": act.option}),
        "delete": lambda: (events.DELETE, {}),
        "join": lambda: (events.JOIN, {}),
        "leave": lambda: (events.LEAVE, {}),
    }
    kind, payload = make[act.kind]()
    if act.post is not None:
        return act.at, kind, {"key": act.post.key, "person_id": act.person_id, **payload}, act.held
    channel = where.by_name.get(act.channel or "")
    return (
        (act.at, kind, {"channel_id": channel.id, "person_id": act.person_id}, act.held) if channel else None
    )
