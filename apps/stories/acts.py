"""The acts of stories: mails, posts, channels and answers, as data that app clones turn into rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gristmill.apps.world.chronicle import EventAct

__all__ = [
    "Absence", "Address", "AnswerRule", "ChangeAct", "ChannelAct", "EventAct", "Fact", "FileAct", "MailAct", "PostAct", "Script",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Somebody who sends or receives mail. `person_id` is None for people and firms outside the company.

    `phone` is only known of those who are in the contacts.
    """

    name: str
    email: str
    person_id: int | None = None
    phone: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileAct:
    """A file of the world; `id` is its row in `world_file`."""

    id: int
    name: str


@dataclass(kw_only=True, slots=True, eq=False)
class MailAct:
    """One mail, delivered to the mailboxes of its recipients at `at`; an event if that is in the future.

    Attributes:
        key: unique in the world, `story.name`.
        to, cc, bcc: recipients, persons, outsiders and lists.
        text: what the author wrote, without greeting, closing and quotes.
        greeting, closing: as the author's voice has them; empty if none.
        quote: the text of the parent that is quoted below, or empty.
        parent: the mail that this answers or (with `is_forward`) forwards.
        list_address: the list that it came through.
        is_automatic: a machine wrote it (receipts, notes, letters): never answered by a vacation notice.
        kind: `mail`, `letter` (newsletter, with a link to unsubscribe), `receipt`, `notice`, `bounce`, `vacation`.
        invitation: a meeting that it invites to: title, starts, ends (ISO), room, organiser and guests' ids; for a
            series `repeats` (`weekly`, `weekdays`), `until` and `without`; `answers` that were given, by id.
        held: only delivered in tasks that ask for news; then an event from the start.
        folder: where it lies in the mailbox of the person that the world is built around, if not where it
            would: archive, spam, bin, inbox, drafts (then it was never sent), scheduled.
        labels: label names in that mailbox ("Siskin/March").
        is_read, is_starred, is_important: its flags there. By default, mails of the last day are unread.
    """

    key: str
    at: datetime
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    subject: str
    text: str
    greeting: str = ""
    closing: str = ""
    quote: str = ""
    parent: "MailAct | None" = None
    is_forward: bool = False
    files: tuple[FileAct, ...] = ()
    list_address: str | None = None
    is_automatic: bool = False
    kind: str = "mail"
    invitation: Mapping[str, Any] | None = None
    held: bool = False
    folder: str | None = None
    labels: tuple[str, ...] = ()
    is_read: bool | None = None
    is_starred: bool = False
    is_important: bool = False


@dataclass(kw_only=True, slots=True, eq=False)
class ChannelAct:
    """A channel of the chat. `members` are person ids; everybody of the company if None.

    `joined` says since when, for those who came later than `created_at`.
    """

    name: str
    members: tuple[int, ...] | None
    created_at: datetime
    creator_id: int
    is_private: bool = False
    topic: str = ""
    purpose: str = ""
    archived_at: datetime | None = None
    former_names: tuple[str, ...] = ()
    joined: Mapping[int, datetime] = field(default_factory=dict)


@dataclass(kw_only=True, slots=True, eq=False)
class PostAct:
    """One chat message in a channel (`#name`) or a direct conversation of `people`; an event if in the future.

    Attributes:
        channel: name without `#`; None for a direct or group conversation.
        people: the members of that conversation, author included.
        parent: the root of the thread that it is in.
        edits: later texts with their times.
        deleted_at: when its author deleted it.
        reactions: (person id, emoji, time).
        pinned_by: who pinned it, with the time of pinning; `unpinned_at` if that ended.
        poll: options to vote on; `votes` are (person id, option index, time), each person's last one counts.
        is_automatic: a machine posted it (alerts).
        held: as for mails.
    """

    key: str
    at: datetime
    author_id: int
    text: str
    channel: str | None = None
    people: tuple[int, ...] = ()
    parent: "PostAct | None" = None
    edits: tuple[tuple[datetime, str], ...] = ()
    deleted_at: datetime | None = None
    reactions: tuple[tuple[int, str, datetime], ...] = ()
    pinned_by: int | None = None
    pinned_at: datetime | None = None
    unpinned_at: datetime | None = None
    poll: tuple[str, ...] = ()
    votes: tuple[tuple[int, int, datetime], ...] = ()
    poll_closes_at: datetime | None = None
    files: tuple[FileAct, ...] = ()
    is_automatic: bool = False
    held: bool = False


@dataclass(kw_only=True, slots=True, eq=False)
class ChangeAct:
    """A later change to a post, after the world's start: an edit, a reaction, a vote, a deletion, a membership.

    `kind` is `edit` (text), `react` (emoji), `vote` (option; None takes it back), `delete`, `join` or `leave` (channel).
    """

    at: datetime
    kind: str
    person_id: int
    post: PostAct | None = None
    channel: str | None = None
    text: str = ""
    emoji: str = ""
    option: int | None = None
    held: bool = False
    story: str = ""


@dataclass(kw_only=True, slots=True, eq=False)
class AnswerRule:
    """How somebody answers when the signed-in person writes to them: once, after a while.

    Attributes:
        app: `mail` or `chat`.
        person_id: who answers (by chat: in a direct conversation, or where they are mentioned or a thread's
            author); for mail possibly None, then `email` is the address that answers.
        when: a regular expression that the message must match, case ignored; empty for any.
        after_s: how long they take.
        text: the answer.
        channel: restricts a chat rule to one channel.
    """

    key: str
    app: str
    person_id: int | None
    text: str
    after_s: int
    when: str = ""
    email: str = ""
    channel: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """Somebody is away; only the story that says so may let them write in that time."""

    person_id: int
    since: datetime
    until: datetime
    story: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """Something that texts may say: its value, from when to when it holds, and who may know it."""

    story: str
    key: str
    value: str
    since: datetime
    until: datetime | None = None
    knows: frozenset[int] | None = None


@dataclass(slots=True)
class Script:
    """All acts of a world's stories, each list by time.

    `lists` are the members of mailing lists by address (`all@wherrymoor.test`); `labels` and `contacts` are
    those of the person that the world is built around.
    """

    mails: list[MailAct] = field(default_factory=list)
    channels: list[ChannelAct] = field(default_factory=list)
    posts: list[PostAct] = field(default_factory=list)
    changes: list[ChangeAct] = field(default_factory=list)
    rules: list[AnswerRule] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    lists: dict[str, tuple[int, ...]] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    contacts: list[Address] = field(default_factory=list)
    events: list[EventAct] = field(default_factory=list)
