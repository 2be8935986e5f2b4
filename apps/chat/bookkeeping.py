"""The chat's tables that are left out of diffs: read pointers, mentions, submissions, stories' rules.

What is in them follows from what people did (a mention from a message's text) or from what they looked at.
"""

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from gristmill.apps.kit.word_marks import word_marks
from gristmill.apps.world.models import Model


class ReadPointer(Model):
    """How far somebody has read a conversation: up to this message, and up to this mention by an edit."""

    __tablename__ = "chat_read"

    channel_id: Mapped[int] = mapped_column(ForeignKey("chat_channel.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"), primary_key=True, index=True)
    message_id: Mapped[int]
    mention_id: Mapped[int]


class ThreadPointer(Model):
    """How far somebody has read a thread."""

    __tablename__ = "chat_thread_read"

    root_id: Mapped[int] = mapped_column(ForeignKey("chat_message.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"), primary_key=True, index=True)
    message_id: Mapped[int]
    mention_id: Mapped[int]


class Mention(Model):
    """A person whom a message mentions: `how` is `name`, `channel` or `here`.

    `channel_id` and `root_id` are the message's; a broadcast counts as one at the top level, without a root.
    """

    __tablename__ = "chat_mention"
    __table_args__ = (
        Index("ix_chat_mention_person", "person_id", "channel_id", "message_id"),
        Index("ix_chat_mention_edit", "person_id", "channel_id", sqlite_where=text("is_by_edit = 1")),
        Index("ix_chat_mention_thread", "person_id", "root_id", sqlite_where=text("root_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("chat_message.id"), index=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("chat_channel.id"))
    root_id: Mapped[int | None] = mapped_column(ForeignKey("chat_message.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"))
    how: Mapped[str]
    is_by_edit: Mapped[bool]


class Submission(Model):
    """A form that was submitted, by its token and what it posts, so that a second time does nothing."""

    __tablename__ = "chat_submission"

    token: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[int]


class Answer(Model):
    """A story's rule: how somebody answers the signed-in person, once."""

    __tablename__ = "chat_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"))
    pattern: Mapped[str]
    after_s: Mapped[int]
    text: Mapped[str]
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("chat_channel.id"))
    used_by_message_id: Mapped[int | None]


class StoryMessage(Model):
    """Which message a story's post became, by the post's key; later acts and tasks find it so."""

    __tablename__ = "chat_story_message"

    key: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("chat_message.id"))


class SearchText(Model):
    """The words of a message and of the names of its files, folded, for search: ` word word `.

    Their marks tell search which words are not among them.
    """

    __tablename__ = "chat_search_text"

    message_id: Mapped[int] = mapped_column(ForeignKey("chat_message.id"), primary_key=True)
    marks_a: Mapped[int]
    marks_b: Mapped[int]
    words: Mapped[str]

    @staticmethod
    def columns_of(words: str) -> dict[str, int | str]:
        """The columns for words as `searchable` gives them."""
        return {"words": words, **word_marks(words.split(), ("marks_a", "marks_b"))}


TABLES = frozenset(
    model.__tablename__
    for model in (ReadPointer, ThreadPointer, Mention, Submission, Answer, StoryMessage, SearchText)
)
