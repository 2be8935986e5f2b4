"""Writing messages: what the signed-in person and others post, edit and delete."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gristmill.apps.chat import events
from gristmill.apps.chat.bookkeeping import Mention, SearchText
from gristmill.apps.chat.models import Attachment, Channel, Draft, Membership, Message, Poll
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.folding import searchable
from gristmill.apps.chat.services.mentioning import mentioned
from gristmill.apps.chat.services.people import read_directory
from gristmill.apps.chat.services.reading import read_channel, read_thread
from gristmill.apps.world.models import WorldFile
from gristmill.apps.world.world import World


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What somebody posts: a text, and what hangs on it."""

    text: str
    root_id: int | None = None
    is_broadcast: bool = False
    is_automatic: bool = False
    file_ids: Sequence[int] = ()
    options: Sequence[str] = ()
    closes_at: datetime | None = None
    forwarded_id: int | None = None


def post(world: World, channel: Channel, author_id: int, words: Words) -> Message:
    """Post a message in a conversation or a thread; the author has read up to it.

    The caller has checked that the author may. The root of a thread is itself in no thread.
    """
    db = world.db
    message = Message(
        id=world.next_number("chat_message"),
        channel_id=channel.id,
        author_id=author_id,
        posted_at=world.now,
        text=words.text,
        root_id=words.root_id,
        is_broadcast=words.is_broadcast and words.root_id is not None,
        is_automatic=words.is_automatic,
        forwarded_id=words.forwarded_id,
    )
    db.add(message)
    db.flush()
    db.add_all(Attachment(message_id=message.id, file_id=each) for each in dict.fromkeys(words.file_ids))
    if words.options:
        db.add(Poll(message_id=message.id, options=list(words.options), closes_at=words.closes_at))
        if words.closes_at is not None:
            world.schedule(events.CLOSE_POLL, words.closes_at, {"message_id": message.id})
    write_words(db, message)
    write_mentions(world, message, words.text, is_by_edit=False)
    if message.root_id is not None:
        read_thread(db, author_id, message.root_id, message.id, 0)
    if message.root_id is None or message.is_broadcast:
        read_channel(db, author_id, channel.id, message.id, 0)
    return message


def write_words(db: Session, message: Message) -> None:
    """Write what search finds a message by."""
    files = select(WorldFile.name).join(Attachment, Attachment.file_id == WorldFile.id)
    words = searchable(message.text, *db.scalars(files.where(Attachment.message_id == message.id)))
    db.merge(SearchText(message_id=message.id, **SearchText.columns_of(words)))


def write_mentions(world: World, message: Message, text: str, *, is_by_edit: bool) -> None:
    """Write whom a text mentions and who was not mentioned by the message before."""
    db = world.db
    if "@" not in text:
        return
    people = read_directory(db)
    members = member_ids(db, message.channel_id)
    own = world.person.id  # who is signed in is active
    reachable = {
        card.id
        for card in people.cards.values()
        if card.quiet_until is None and (card.is_active or card.id == own)
    }
    known = set(db.scalars(select(Mention.person_id).where(Mention.message_id == message.id)))
    named = mentioned(text, people.by_handle, author_id=message.author_id, members=members, active=reachable)
    for person_id, how in sorted(named.items()):
        if person_id not in known:
            number = world.next_number("chat_mention")
            row = Mention(
                id=number,
                message_id=message.id,
                channel_id=message.channel_id,
                root_id=None if message.is_broadcast else message.root_id,
                person_id=person_id,
                how=how,
                is_by_edit=is_by_edit,
            )
            db.add(row)
    db.flush()


def member_ids(db: Session, channel_id: int) -> set[int]:
    """Who is in a conversation."""
    return set(db.scalars(select(Membership.person_id).where(Membership.channel_id == channel_id)))


def edit(world: World, message: Message, text: str) -> None:
    """Change a message's text. A mention that the edit adds counts, once; one that it removes does not."""
    if text == message.text:
        return
    message.text, message.edited_at = text, world.now
    write_words(world.db, message)
    write_mentions(world, message, text, is_by_edit=True)
    drop_mentions(world, message, text)


def drop_mentions(world: World, message: Message, text: str) -> None:
    """Remove mentions of people whom a text does not name any more."""
    db = world.db
    everybody = {card.id for card in read_directory(db).cards.values()}
    members = member_ids(db, message.channel_id)
    named = mentioned(
        text,
        read_directory(db).by_handle,
        author_id=message.author_id,
        members=members,
        active=everybody,
    )
    gone = (Mention.message_id == message.id, Mention.person_id.not_in(named))
    db.execute(delete(Mention).where(*gone))


def remove(world: World, message: Message) -> None:
    """Delete a message: its text goes; its thread stays, and so do rows about it, which nothing shows."""
    message.text, message.deleted_at = "", world.now
    world.db.flush()


def clear_draft(db: Session, person_id: int, channel_id: int, root_id: int | None) -> None:
    """Remove what somebody had not sent yet."""
    row = db.get(Draft, (person_id, channel_id, root_id or 0))
    if row is not None:
        db.delete(row)


def require_root(db: Session, channel_id: int, root_id: int | None) -> Message | None:
    """The root of the thread that somebody answers in.

    Raises:
        ChatError: there is no such thread in this conversation.
    """
    if root_id is None:
        return None
    root = db.get(Message, root_id)
    if root is None or root.channel_id != channel_id or root.root_id is not None:
        raise ChatError("This thread is gone.")
    return root
