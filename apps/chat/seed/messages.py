"""Rows of messages and of what hangs on them: reactions, polls, files, mentions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gristmill.apps.chat.bookkeeping import SearchText
from gristmill.apps.chat.emoji import name_of
from gristmill.apps.chat.seed.conversations import Conversation, Conversations
from gristmill.apps.chat.services.folding import searchable
from gristmill.apps.chat.services.mentioning import mentioned
from gristmill.apps.chat.services.people import Card
from gristmill.apps.stories.acts import PostAct

Rows = list[dict[str, object]]
Edits = list[tuple[datetime, str]]


@dataclass(kw_only=True, slots=True)
class Written:
    """The rows of all posts up to now, and which message each post became."""

    ids: dict[str, int] = field(default_factory=dict)
    messages: Rows = field(default_factory=list)
    reactions: Rows = field(default_factory=list)
    attachments: Rows = field(default_factory=list)
    polls: Rows = field(default_factory=list)
    votes: Rows = field(default_factory=list)
    mentions: Rows = field(default_factory=list)
    words: Rows = field(default_factory=list)
    mention_times: list[datetime] = field(default_factory=list)


def write_messages(
    posts: Sequence[PostAct], where: Conversations, people: Mapping[str, Card], now: datetime
) -> Written:
    """Turn the posts up to `now`, which are sorted by time, into rows."""
    written = Written()
    active = {card.id for card in people.values() if card.is_active}
    named: list[tuple[datetime, dict[str, object]]] = []
    for post in posts:
        if post.at > now or post.held or (post.parent and post.parent.key not in written.ids):
            continue
        number = len(written.messages) + 1
        written.ids[post.key] = number
        conversation = where.of(post)
        edits = [(at, text) for at, text in post.edits if at <= now]
        row = message_row(number, post, conversation, written.ids, edits, now)
        written.messages.append(row)
        words = searchable(str(row["text"]), *(each.name for each in post.files))
        written.words.append({"message_id": number, **SearchText.columns_of(words)})
        if post.deleted_at is None or post.deleted_at > now:
            found = mention_rows(number, post, conversation, people, active, edits)
            named += [(at, {**each, "root_id": row["root_id"]}) for at, each in found]
        write_extras(written, number, post, now)
    for mention_id, (at, row) in enumerate(sorted(named, key=lambda pair: pair[0]), start=1):
        written.mentions.append({"id": mention_id, **row})
        written.mention_times.append(at)
    return written


def message_row(
    number: int, post: PostAct, where: Conversation, ids: Mapping[str, int], edits: Edits, now: datetime
) -> dict[str, object]:
    """The row of one post as it is now."""
    is_deleted = post.deleted_at is not None and post.deleted_at <= now
    is_unpinned = post.unpinned_at is not None and post.unpinned_at <= now
    is_pinned = not is_unpinned and post.pinned_at is not None and post.pinned_at <= now
    root = post.parent
    while root is not None and root.parent is not None:
        root = root.parent
    return {
        "id": number, "channel_id": where.id, "author_id": post.author_id, "posted_at": post.at,
        "text": "" if is_deleted else edits[-1][1] if edits else post.text,
        "root_id": ids[root.key] if root else None, "is_broadcast": False,
        "is_automatic": post.is_automatic, "edited_at": edits[-1][0] if edits and not is_deleted else None,
        "deleted_at": post.deleted_at if is_deleted else None,
        "pinned_at": post.pinned_at if is_pinned and not is_deleted else None,
        "pinned_by_id": post.pinned_by if is_pinned and not is_deleted else None, "forwarded_id": None,
    }  # fmt: skip


def mention_rows(
    number: int,
    post: PostAct,
    where: Conversation,
    people: Mapping[str, Card],
    active: set[int],
    edits: Edits,
) -> list[tuple[datetime, dict[str, object]]]:
    """Whom the post mentions, and whom its edits added, each with the time."""
    found: list[tuple[datetime, dict[str, object]]] = []
    known: set[int] = set()
    for at, text in [(post.at, post.text), *edits]:
        members = {person for person, joined in where.joined.items() if joined <= at}
        named = mentioned(text, people, author_id=post.author_id, members=members, active=active)
        for person_id, how in sorted(named.items()):
            if person_id not in known:
                row = {
                    "message_id": number, "channel_id": where.id, "person_id": person_id, "how": how,
                    "is_by_edit": at > post.at,
                }  # fmt: skip
                found.append((at, row))
                known.add(person_id)
    return found


def write_extras(written: Written, number: int, post: PostAct, now: datetime) -> None:
    """Write the reactions, files and the poll of a post; a deleted one keeps none."""
    if post.deleted_at is not None and post.deleted_at <= now:
        return
    reactions: dict[tuple[int, str], datetime] = {}
    for person_id, emoji, at in post.reactions:
        if at <= now:
            reactions.setdefault((person_id, name_of(emoji) or emoji), at)
    written.reactions += [
        {"message_id": number, "emoji": emoji, "person_id": person_id, "made_at": at}
        for (person_id, emoji), at in reactions.items()
    ]
    written.attachments += [{"message_id": number, "file_id": each.id} for each in post.files]
    if post.poll:
        closes = post.poll_closes_at
        closed = closes if closes is not None and closes <= now else None
        poll = {"message_id": number, "options": list(post.poll), "closes_at": closes, "closed_at": closed}
        written.polls.append(poll)
        last = {person_id: (option, at) for person_id, option, at in post.votes if at <= now}
        written.votes += [
            {"message_id": number, "person_id": person_id, "option": option, "voted_at": at}
            for person_id, (option, at) in last.items()
        ]
