"""What the side bar shows: conversations in sections with what is unread in them, and counts of the views."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, case, func, literal, select
from sqlalchemy.orm import Session, aliased

from gristmill.apps.chat.bookkeeping import Mention, ReadPointer
from gristmill.apps.chat.models import Channel, Draft, Kind, Level, Membership, Message, Reminder, Section
from gristmill.apps.chat.services.access import visible_to
from gristmill.apps.chat.services.people import Card, Directory
from gristmill.apps.chat.services.threads import unread_counts

SEPARATOR = "\x1f"
MOST_DIRECTS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A conversation in the side bar.

    Attributes:
        unread: others' messages at its top level that came after the read pointer.
        mentions: unread messages among them that mention the person.
        people: the other people of a direct or group conversation.
    """

    id: int
    kind: str
    title: str
    unread: int
    mentions: int
    level: str
    is_muted: bool
    is_starred: bool
    section_id: int | None
    people: tuple[int, ...]
    newest_id: int

    @property
    def is_direct(self) -> bool:
        """Whether it is a direct or group conversation."""
        return self.kind in {Kind.DIRECT, Kind.GROUP}

    @property
    def is_bold(self) -> bool:
        """Whether it has something unread and is not muted."""
        return self.unread > 0 and not self.is_muted

    @property
    def badge(self) -> int:
        """The number beside it: by its level; in a direct conversation every message counts."""
        if self.is_muted:
            return self.mentions
        if self.is_direct or self.level == Level.ALL:
            return max(self.unread, self.mentions)
        return self.mentions if self.level == Level.MENTIONS else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A section of the side bar; `id` is None for those that everybody has."""

    title: str
    entries: Sequence[Entry]
    id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sidebar:
    """The side bar of one person."""

    groups: Sequence[Group]
    entries: Sequence[Entry]
    unread_threads: int
    thread_mentions: int
    drafts: int
    reminders: int
    sections: tuple[tuple[int, str], ...]


@cache
def _entries() -> Select[Any]:
    """The conversations of `:me` that are not archived, each with its counts; one statement."""
    own: BindParameter[int] = bindparam("me")
    members = aliased(Membership)
    read_id = func.coalesce(ReadPointer.message_id, 0)
    is_top = Message.root_id.is_(None) | Message.is_broadcast
    others = (
        Message.channel_id == Channel.id,
        Message.author_id != own,
        Message.deleted_at.is_(None),
        is_top,
    )
    unread = select(func.count()).where(*others, Message.id > read_id).correlate(Channel, ReadPointer)
    named = (
        select(func.count())
        .select_from(Mention)
        .join(Message, Message.id == Mention.message_id)
        .where(Mention.person_id == own, Mention.channel_id == Channel.id, Mention.root_id.is_(None))
        .where(Message.deleted_at.is_(None), ~Membership.is_muted | (Mention.how == "name"))
        .correlate(Channel, ReadPointer, Membership)
    )
    newer = named.where(Mention.message_id > read_id)
    by_edit = named.where(
        Mention.is_by_edit,
        Mention.message_id <= read_id,
        Mention.id > func.coalesce(ReadPointer.mention_id, 0),
    )
    mentions = newer.scalar_subquery() + by_edit.scalar_subquery()
    newest = select(func.max(Message.id)).where(Message.channel_id == Channel.id).correlate(Channel)
    people = select(func.group_concat(members.person_id)).where(members.channel_id == Channel.id)
    is_direct = Channel.kind.in_((Kind.DIRECT, Kind.GROUP))
    mine = (Membership.channel_id == Channel.id) & (Membership.person_id == own)
    read = (ReadPointer.channel_id == Channel.id) & (ReadPointer.person_id == own)
    return (
        select(
            Channel.id,
            Channel.kind,
            Channel.name,
            Membership.level,
            Membership.is_muted,
            Membership.is_starred,
            Membership.section_id,
            unread.scalar_subquery().label("unread"),
            mentions.label("mentions"),
            func.coalesce(newest.scalar_subquery(), 0).label("newest_id"),
            case((is_direct, people.correlate(Channel).scalar_subquery()), else_="").label("people"),
        )
        .join(Membership, mine)
        .outerjoin(ReadPointer, read)
        .where(Channel.archived_at.is_(None))
    )


@cache
def _counts(*, is_guest: bool) -> Select[Any]:
    own: BindParameter[int] = bindparam("me")
    names = (
        select(func.group_concat(Section.id.concat(":").concat(Section.name), literal(SEPARATOR)))
        .where(Section.person_id == own)
        .scalar_subquery()
    )
    may_see = Draft.channel_id.in_(select(Channel.id).where(visible_to(own, is_guest=is_guest)))
    own_drafts = select(func.count()).select_from(Draft).where(Draft.person_id == own, may_see)
    drafts = own_drafts.scalar_subquery()
    waiting = (Reminder.person_id == own, Reminder.fired_at.is_not(None), Reminder.done_at.is_(None))
    reminders = select(func.count()).select_from(Reminder).where(*waiting).scalar_subquery()
    threads, mentions = unread_counts(own)
    return select(
        names.label("sections"),
        drafts.label("drafts"),
        reminders.label("reminders"),
        threads.label("threads"),
        mentions.label("mentions"),
    )


def read_sidebar(db: Session, person: Card, names: Directory) -> Sidebar:
    """The side bar of a person; two queries."""
    rows = db.execute(_entries(), {"me": person.id})
    entries = sorted((entry_of(row._mapping, person, names) for row in rows), key=order_of)
    counts = db.execute(_counts(is_guest=person.is_guest), {"me": person.id}).one()
    sections = sections_of(counts.sections)
    return Sidebar(
        groups=grouped(entries, sections),
        entries=entries,
        unread_threads=counts.threads,
        thread_mentions=counts.mentions,
        drafts=counts.drafts,
        reminders=counts.reminders,
        sections=sections,
    )


def entry_of(row: Any, person: Card, names: Directory) -> Entry:
    """The entry of one row of the statement."""
    people = sorted(int(each) for each in str(row["people"] or "").split(",") if each)
    others = tuple(each for each in people if each != person.id)
    title = row["name"] or ", ".join(names.name(each) for each in others) or f"{person.name} (you)"
    values: dict[str, Any] = {
        key: row[key] for key in ("id", "kind", "unread", "mentions", "level", "section_id", "newest_id")
    }
    flags: dict[str, Any] = {key: bool(row[key]) for key in ("is_muted", "is_starred")}
    return Entry(title=title, people=others, **values, **flags)


def order_of(entry: Entry) -> tuple[bool, int | str, str]:
    """Channels by name, then conversations, those with the newest message first."""
    return (entry.is_direct, -entry.newest_id if entry.is_direct else "", entry.title.casefold())


def sections_of(text: str | None) -> tuple[tuple[int, str], ...]:
    """Ids and names of custom sections, by name."""
    pairs = [each.partition(":") for each in (text or "").split(SEPARATOR) if each]
    return tuple(sorted(((int(key), name) for key, _, name in pairs), key=lambda pair: pair[1].casefold()))


def grouped(entries: Sequence[Entry], sections: Sequence[tuple[int, str]]) -> list[Group]:
    """The sections: starred, custom ones, channels, direct messages."""
    known = dict(sections)
    rest = [each for each in entries if not each.is_starred]
    loose = [each for each in rest if each.section_id not in known]
    starred = [each for each in entries if each.is_starred]
    custom = [
        Group(title=name, id=key, entries=[each for each in rest if each.section_id == key])
        for key, name in sections
    ]
    return [
        *([Group(title="Starred", entries=starred)] if starred else []),
        *custom,
        Group(title="Channels", entries=[each for each in loose if not each.is_direct]),
        Group(title="Direct messages", entries=newest([each for each in loose if each.is_direct])),
    ]


def newest(entries: Sequence[Entry]) -> list[Entry]:
    """The newest conversations, and all others with something unread."""
    return [each for place, each in enumerate(entries) if place < MOST_DIRECTS or each.is_bold or each.badge]
