"""The chat's tables: members, conversations, messages and what people keep for themselves.

Times are naive and come from the world's clock. Ids of messages and mentions grow with time, so that a read
pointer is a number. `bookkeeping.py` holds the tables that are left out of diffs.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gristmill.apps.world.models import Model, Person


class Kind(StrEnum):
    """The kind of a conversation."""

    PUBLIC = "public"
    PRIVATE = "private"
    DIRECT = "direct"
    GROUP = "group"


NAMED = (Kind.PUBLIC, Kind.PRIVATE)
UNNAMED = (Kind.DIRECT, Kind.GROUP)


class Level(StrEnum):
    """What raises a number beside a channel: every message, mentions, or nothing."""

    ALL = "all"
    MENTIONS = "mentions"
    NOTHING = "nothing"


class Member(Model):
    """A person's account. `is_active` is what decides who an `@here` reaches."""

    __tablename__ = "chat_member"

    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"), primary_key=True)
    joined_at: Mapped[datetime]
    is_active: Mapped[bool]
    status_emoji: Mapped[str]
    status_text: Mapped[str]
    status_until: Mapped[datetime | None]
    quiet_until: Mapped[datetime | None]  # do not disturb

    person: Mapped[Person] = relationship()


class Channel(Model):
    """A conversation. Channels have a name, direct and group ones a `people_key` such as `3,17`."""

    __tablename__ = "chat_channel"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str | None] = mapped_column(index=True)  # unique among those that anybody can see
    people_key: Mapped[str | None] = mapped_column(unique=True)
    topic: Mapped[str]
    purpose: Mapped[str]
    creator_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"))
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    @property
    def is_named(self) -> bool:
        """Whether it is a public or private channel, not a direct or group conversation."""
        return self.kind in NAMED

    @property
    def is_private(self) -> bool:
        """Whether it is a private channel."""
        return self.kind == Kind.PRIVATE


class FormerName(Model):
    """A name that a channel had before; search and links still find it."""

    __tablename__ = "chat_former_name"

    channel_id: Mapped[int] = mapped_column(ForeignKey("chat_channel.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)


class Section(Model):
    """A section of somebody's side bar."""

    __tablename__ = "chat_section"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"), index=True)
    name: Mapped[str]


class Membership(Model):
    """Somebody's place in a conversation, and how they want to see it."""

    __tablename__ = "chat_membership"
    __table_args__ = (Index("ix_chat_membership_person", "person_id", "channel_id"),)

    channel_id: Mapped[int] = mapped_column(ForeignKey("chat_channel.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"), primary_key=True)
    joined_at: Mapped[datetime]
    level: Mapped[str]
    is_muted: Mapped[bool]
    is_starred: Mapped[bool]
    section_id: Mapped[int | None] = mapped_column(ForeignKey("chat_section.id"))


class Message(Model):
    """One message. `root_id` is the message whose thread it is in; None at the top level of its channel.

    A broadcast is a reply that was also sent to the channel. Deleting empties the text and sets `deleted_at`.
    """

    __tablename__ = "chat_message"
    __table_args__ = (
        Index("ix_chat_message_author", "author_id", "deleted_at", "root_id"),
        Index("ix_chat_message_replies", "root_id", "deleted_at", "author_id", "channel_id", "posted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("chat_channel.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"))
    posted_at: Mapped[datetime]
    text: Mapped[str]
    root_id: Mapped[int | None] = mapped_column(ForeignKey("chat_message.id"))
    is_broadcast: Mapped[bool]
    is_automatic: Mapped[bool]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    pinned_at: Mapped[datetime | None]
    pinned_by_id: Mapped[int | None] = mapped_column(ForeignKey("world_person.id"))
    forwarded_id: Mapped[int | None] = mapped_column(ForeignKey("chat_message.id"))


class Attachment(Model):
    """A file of the world that a message carries."""

    __tablename__ = "chat_attachment"

    message_id: Mapped[int] = mapped_column(ForeignKey("chat_message.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("world_file.id"), primary_key=True, index=True)


class Reaction(Model):
    """One person's emoji on a message, by its short name such as `thumbsup`."""

    __tablename__ = "chat_reaction"

    message_id: Mapped[int] = mapped_column(ForeignKey("chat_message.id"), primary_key=True)
    emoji: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"), primary_key=True, index=True)
    made_at: Mapped[datetime]


class Poll(Model):
    """The options of a message that is a poll; its text is the question."""

    __tablename__ = "chat_poll"

    message_id: Mapped[int] = mapped_column(ForeignKey("chat_message.id"), primary_key=True)
    options: Mapped[list[str]] = mapped_column(JSON)
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Vote(Model):
    """Somebody's choice in a poll, by the option's index."""

    __tablename__ = "chat_vote"

    message_id: Mapped[int] = mapped_column(ForeignKey("chat_poll.message_id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"), primary_key=True)
    option: Mapped[int]
    voted_at: Mapped[datetime]


class Follow(Model):
    """Somebody's explicit choice to follow or leave a thread. Who takes part follows it without a row."""

    __tablename__ = "chat_follow"

    root_id: Mapped[int] = mapped_column(ForeignKey("chat_message.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"), primary_key=True, index=True)
    is_following: Mapped[bool]


class Saved(Model):
    """A message that somebody saved for later."""

    __tablename__ = "chat_saved"

    message_id: Mapped[int] = mapped_column(ForeignKey("chat_message.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"), primary_key=True, index=True)
    saved_at: Mapped[datetime]


class Draft(Model):
    """A text that somebody has not sent yet, for a conversation or a thread (`root_id` 0 outside one)."""

    __tablename__ = "chat_draft"

    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"), primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("chat_channel.id"), primary_key=True)
    root_id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    saved_at: Mapped[datetime]


class Reminder(Model):
    """Something that somebody wants to be reminded of; `fired_at` is when they were, `done_at` when done."""

    __tablename__ = "chat_reminder"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("chat_message.id"))
    text: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    fired_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class Bookmark(Model):
    """A link at the top of a channel."""

    __tablename__ = "chat_bookmark"

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("chat_channel.id"), index=True)
    title: Mapped[str]
    url: Mapped[str]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"))
    added_at: Mapped[datetime]
