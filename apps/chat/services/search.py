"""Search: from a parsed query to the messages that somebody may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Integer, and_, bindparam, false, func, select
from sqlalchemy.orm import Session, aliased

from gristmill.apps.chat.bookkeeping import Mention, ReadPointer, SearchText, ThreadPointer
from gristmill.apps.chat.models import (
    UNNAMED,
    Attachment,
    Channel,
    Membership,
    Message,
    Poll,
    Reaction,
    Saved,
)
from gristmill.apps.chat.services.access import visible_to
from gristmill.apps.chat.services.channels import channel_ids
from gristmill.apps.chat.services.days import midnight, parse_day, parse_span
from gristmill.apps.chat.services.folding import folded, searchable
from gristmill.apps.chat.services.people import Card, Directory
from gristmill.apps.chat.services.query import Query, Term
from gristmill.apps.chat.services.threads import followed
from gristmill.apps.kit.word_marks import may_have
from gristmill.apps.world.models import WorldFile

Condition = ColumnElement[bool]
MOST = 1000  # messages that a search finds


@dataclass(frozen=True, kw_only=True, slots=True)
class Searcher:
    """Who searches, and what their words can refer to. `today` is called only where a term needs it."""

    db: Session
    person: Card
    directory: Directory
    today: Callable[[], date]

    def found(self, query: Query, *, is_oldest_first: bool = False) -> Sequence[int]:
        """The ids of the messages that fulfil all terms, in order: at most one more than `MOST`.

        Searching stops there, so that a word that everybody uses costs no more than one that few use.
        """
        condition = self.matching(query)
        if condition is None:
            return []
        statement, number = select(Message.id).where(condition), Message.id
        if any(not term.operator for term in query.terms):
            number = SearchText.message_id
            # with `+ 0` SQLite reads the words in order, instead of looking up those of each message
            same = Message.id == SearchText.message_id + 0
            statement = statement.select_from(SearchText).join(Message, same)
        ordered = statement.order_by(number if is_oldest_first else number.desc())
        return self.db.scalars(ordered.limit(MOST + 1), {"me": self.person.id}).all()

    def matching(self, query: Query) -> Condition | None:
        """SQL: the messages that fulfil all terms, joined with `SearchText` if one of these is a word.

        None if the query finds nothing, with a notice why.
        """
        if not query.terms and not query.notices:
            return None
        found = [self._condition(query, term) for term in query.terms]
        if query.is_void or not found:
            return None
        condition = is_there(is_guest=self.person.is_guest)
        for each, term in zip(found, query.terms, strict=True):
            condition = condition & (~each if term.is_negated else each)
        return condition

    def _condition(self, query: Query, term: Term) -> Condition:
        match term.operator:
            case "":
                return self._words(query, term)
            case "from":
                return self._people(query, term, lambda ids: Message.author_id.in_(ids))
            case "with":
                return self._people(query, term, self._with)
            case "in":
                return self._place(query, term)
            case "has":
                return HAS[term.operand.casefold()]()
            case "is":
                return IS[term.operand.casefold()]()
            case _:
                return self._time(query, term)

    def _words(self, query: Query, term: Term) -> Condition:
        words = searchable(term.operand)
        if not words.strip():
            query.refuse(f"{term.operand} has no word to search for.")
            return false()
        marks = may_have(words.split(), (SearchText.marks_a, SearchText.marks_b))
        return and_(*marks, func.instr(SearchText.words, words) > 0)

    def _people(self, query: Query, term: Term, make: Callable[[list[int]], Condition]) -> Condition:
        ids = self.people_named(term.operand)
        if not ids:
            query.refuse(f"Nobody is called {term.operand}.")
            return false()
        return make(ids)

    def people_named(self, text: str) -> list[int]:
        """The ids of the people whom a name means: oneself by `me`, else by handle, full or one name."""
        name = folded(text.strip().lstrip("@"))
        if name == "me":
            return [self.person.id]
        exact = [
            card.id for card in self.directory.cards.values() if name in {card.handle, folded(card.name)}
        ]
        return exact or [
            card.id
            for card in self.directory.cards.values()
            if name in {folded(card.given_name), folded(card.family_name)}
        ]

    def _with(self, ids: list[int]) -> Condition:
        """Messages in direct and group conversations with one of these people."""
        other = aliased(Membership)
        talks = select(other.channel_id).join(Channel, Channel.id == other.channel_id)
        return Message.channel_id.in_(talks.where(Channel.kind.in_(UNNAMED), other.person_id.in_(ids)))

    def _place(self, query: Query, term: Term) -> Condition:
        name = term.operand.strip()
        number = channel_ids(self.db, self.person).get(name.lstrip("#").casefold())
        if number is not None and not name.startswith("@"):
            return Message.channel_id == number
        if ids := self.people_named(name):
            return self._with(ids)
        query.refuse(f"There is no channel called {name} that you can see.")
        return false()

    def _time(self, query: Query, term: Term) -> Condition:
        if term.operator == "during":
            span = parse_span(term.operand, self.today)
            first, end = (span.first, span.end) if span else (None, None)
        else:
            first = parse_day(term.operand, self.today)
            end = first + timedelta(days=1) if first else None
        if first is None or end is None:
            query.refuse(f"{term.operand} is no day. Write {term.operator}:2031-03-04.")
            return false()
        since, until = Message.posted_at >= midnight(first), Message.posted_at < midnight(end)
        return {
            "before": Message.posted_at < midnight(first),
            "after": Message.posted_at >= midnight(first),
        }.get(term.operator, since & until)


def attached(*conditions: Condition) -> Condition:
    """SQL: the message carries a file that fulfils conditions."""
    files = select(Attachment.message_id).join(WorldFile, WorldFile.id == Attachment.file_id)
    return Message.id.in_(files.where(*conditions))


@cache
def is_there(*, is_guest: bool) -> Condition:
    """SQL: the message is not deleted, in a conversation that `:me` may see."""
    own = select(Channel.id).where(visible_to(bindparam("me", type_=Integer), is_guest=is_guest))
    place = Message.channel_id + 0  # no index: nearly all messages are in these channels
    return Message.deleted_at.is_(None) & place.in_(own)


@cache
def unread() -> Condition:
    """SQL: the message is unread by `:me`, in its channel or in a thread that they follow.

    Conditions are built once per process, as building one takes longer than a search.
    """
    person_id = bindparam("me", type_=Integer)
    other = aliased(Message)
    own = Membership.person_id == person_id
    # of the membership, not of the message: so SQLite begins each channel where it was read up to
    read = (ReadPointer.channel_id == Membership.channel_id) & (ReadPointer.person_id == person_id)
    read_id = select(ReadPointer.message_id).where(read).correlate(Membership).scalar_subquery()
    in_channels = (
        select(other.id)
        .join(Membership, (Membership.channel_id == other.channel_id) & own)
        .where(other.root_id.is_(None) | other.is_broadcast, other.author_id != person_id)
        .where(other.id > func.coalesce(read_id, 0))
    )
    thread = (ThreadPointer.root_id == other.root_id) & (ThreadPointer.person_id == person_id)
    in_threads = (
        select(other.id)
        .outerjoin(ThreadPointer, thread)
        .where(other.root_id.in_(followed(person_id)), other.author_id != person_id)
        .where(other.channel_id.in_(select(Membership.channel_id).where(own)))
        .where(other.id > func.coalesce(ThreadPointer.message_id, 0))
    )
    return Message.id.in_(in_channels.union_all(in_threads))


@cache
def mentions() -> Condition:
    """SQL: the message mentions `:me`."""
    own = Mention.person_id == bindparam("me", type_=Integer)
    return Message.id.in_(select(Mention.message_id).where(own))


@cache
def in_thread() -> Condition:
    """SQL: the message is in a thread, or has one."""
    reply = aliased(Message)
    roots = select(reply.root_id).where(reply.root_id.is_not(None), reply.deleted_at.is_(None))
    return Message.root_id.is_not(None) | Message.id.in_(roots)


@cache
def saved() -> Condition:
    """SQL: `:me` has saved the message."""
    own = Saved.person_id == bindparam("me", type_=Integer)
    return Message.id.in_(select(Saved.message_id).where(own))


HAS: dict[str, Callable[[], Condition]] = {
    "link": lambda: Message.text.contains("http://") | Message.text.contains("https://"),
    "file": lambda: attached(),
    "image": lambda: attached(WorldFile.media_type.startswith("image/")),
    "reaction": lambda: Message.id.in_(select(Reaction.message_id)),
    "pin": lambda: Message.pinned_at.is_not(None),
    "poll": lambda: Message.id.in_(select(Poll.message_id)),
}
IS: dict[str, Callable[[], Condition]] = {
    "unread": unread,
    "starred": saved,
    "saved": saved,
    "mention": mentions,
    "thread": in_thread,
}
