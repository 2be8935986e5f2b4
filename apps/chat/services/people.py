"""The people of the chat: who they are, what they do and how they are reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple, cast

from flask import abort, g
from sqlalchemy import Connection, select

from gristmill.apps.chat.models import Member
from gristmill.apps.chat.services.folding import folded
from gristmill.apps.kit.current_user import current_person
from gristmill.apps.server.database import db
from gristmill.apps.server.remembered import remembered
from gristmill.apps.world.models import Job, Person, Site, Team

_CARDS = (
    select(
        Person.id,
        Person.given_name,
        Person.family_name,
        Person.email,
        Person.phone,
        Job.role,
        Job.status,
        Job.manager_id,
        Team.name.label("team"),
        Site.name.label("site"),
        Site.zone,
        Site.offset_minutes,
        Member.is_active,
        Member.status_emoji,
        Member.status_text,
        Member.status_until,
        Member.quiet_until,
    )
    .join(Member, Member.person_id == Person.id)
    .join(Job, Job.person_id == Person.id)
    .join(Site, Site.id == Job.site_id)
    .outerjoin(Team, Team.id == Job.team_id)
    .order_by(Person.given_name, Person.family_name, Person.id)
)


class Card(NamedTuple):
    """A member as pages show them. `status` is that of their job: staff, guest or left.

    A tuple with the columns of `_CARDS`, as every page reads those of all members.
    """

    id: int
    given_name: str
    family_name: str
    email: str
    phone: str
    role: str
    status: str
    manager_id: int | None
    team: str | None
    site: str
    zone: str
    offset_minutes: int
    is_active: bool
    status_emoji: str
    status_text: str
    status_until: datetime | None
    quiet_until: datetime | None

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"

    @property
    def handle(self) -> str:
        """What mentions them, after an `@`."""
        return self.email.partition("@")[0]

    @property
    def initials(self) -> str:
        """The letters in their picture."""
        return f"{self.given_name[:1]}{self.family_name[:1]}".upper()

    @property
    def tint(self) -> int:
        """Which of six colours their picture has."""
        return self.id % 6

    @property
    def is_guest(self) -> bool:
        """Whether they see only the channels that they are in."""
        return self.status == "guest"

    @property
    def has_left(self) -> bool:
        """Whether their account is closed."""
        return self.status == "left"

    def local_time(self, now: datetime) -> datetime:
        """The time where they work."""
        return now + timedelta(minutes=self.offset_minutes)


@dataclass(frozen=True, kw_only=True)
class Directory:
    """All members by id, sorted by name."""

    cards: Mapping[int, Card]

    @cached_property
    def by_handle(self) -> dict[str, Card]:
        """Members by what mentions them: handle, full name, and given name where only one has it."""
        found: dict[str, Card] = {}
        given: dict[str, list[Card]] = {}
        for card in self.cards.values():
            given.setdefault(card.given_name.casefold(), []).append(card)
        found |= {name: cards[0] for name, cards in given.items() if len(cards) == 1}
        found |= {card.name.casefold(): card for card in self.cards.values()}
        return found | {card.handle.casefold(): card for card in self.cards.values()}

    def name(self, person_id: int) -> str:
        """A member's name; somebody without an account is `Somebody`."""
        card = self.cards.get(person_id)
        return card.name if card else "Somebody"


@remembered
def read_directory(connection: Connection) -> Directory:
    """Read all members; one query."""
    return Directory(cards={row.id: Card._make(row) for row in connection.execute(_CARDS)})


def directory() -> Directory:
    """All members; one query per request."""
    if "chat_directory" not in g:
        g.chat_directory = read_directory(db())
    found: Directory = g.chat_directory
    return found


def fits(card: Card, query: str) -> bool:
    """Whether all words of a query begin words of what a directory says about somebody."""
    entry = f"{card.name} {card.handle} {card.role} {card.team or ''} {card.site}"
    text = f" {folded(entry).replace('.', ' ').replace('-', ' ')}"
    return all(f" {word}" in text for word in folded(query).replace(".", " ").replace("-", " ").split())


def me() -> Card:
    """The signed-in person; 403 for somebody who has no account or whose account is closed."""
    if "chat_me" not in g:
        card = directory().cards.get(current_person().id)
        if card is None or card.has_left:
            abort(403)
        g.chat_me = card
    return cast(Card, g.chat_me)
