"""Contacts: everybody knows their team; the person at the centre also whom they have exchanged mails with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gristmill.apps.mail.models import Contact, ContactAddress, Group, GroupMember
from gristmill.apps.mail.seed.mailboxes import Mailboxes
from gristmill.apps.mail.seed.rows import Tables
from gristmill.apps.stories.acts import Script
from gristmill.apps.world.models import Job
from gristmill.apps.world.world import World

COMPANY = "Wherrymoor"


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """What is written down of a contact."""

    name: str
    email: str
    company: str = ""
    role: str = ""
    phone: str = ""


def seed_contacts(world: World, script: Script, boxes: Mailboxes, tables: Tables) -> None:
    """Write the contacts of everybody with a job, and a group of one's own team."""
    options = joinedload(Job.person), joinedload(Job.team)
    jobs = {job.person_id: job for job in world.db.scalars(select(Job).options(*options))}
    for account_id, job in sorted(jobs.items()):
        team = [each for each in jobs.values() if each.team_id == job.team_id and each is not job]
        known = {card.email: card for card in map(card_of, team)} if job.team_id else {}
        members = list(known)
        if account_id == boxes.centre:
            for card in acquaintances(script, boxes, jobs):
                known.setdefault(card.email, card)
        ids = write_contacts(tables, account_id, known.values())
        if members and job.team is not None:
            group_id = tables.add(Group, account_id=account_id, name=job.team.name)
            for email in members:
                tables.link(GroupMember, group_id=group_id, contact_id=ids[email])


def card_of(job: Job) -> Card:
    """A colleague's card."""
    role = job.role[:1].upper() + job.role[1:]
    person = job.person
    return Card(name=person.name, email=person.email.lower(), company=COMPANY, role=role, phone=person.phone)


def acquaintances(script: Script, boxes: Mailboxes, jobs: dict[int, Job]) -> Iterator[Card]:
    """Whom stories name as contacts, and the people who have written to the one at the centre."""
    for each in script.contacts:
        job = jobs.get(each.person_id or 0)
        yield card_of(job) if job else Card(name=each.name, email=each.email.lower())
    for act in script.mails:
        sender = act.sender
        is_person = sender.person_id is not None and sender.person_id != boxes.centre
        if is_person and (boxes.centre, act.key) in boxes.threads:
            yield card_of(jobs[sender.person_id])  # type: ignore[index]


def write_contacts(tables: Tables, account_id: int, cards: Iterable[Card]) -> dict[str, int]:
    """Write contacts by name; returns their ids by address."""
    ids = {}
    for card in sorted(cards, key=lambda each: (each.name.casefold(), each.email)):
        ids[card.email] = tables.add(
            Contact, account_id=account_id, name=card.name, company=card.company, role=card.role,
            phone=card.phone, notes="", is_starred=False,
        )  # fmt: skip
        tables.add(ContactAddress, contact_id=ids[card.email], position=1, email=card.email)
    return ids
