"""Accounts with addresses, settings and signatures; mailing lists."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert, select

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import (
    Account,
    AfterAction,
    Density,
    MailAddress,
    MailingList,
    MailingListMember,
    Markup,
    Settings,
    Signature,
)
from gristmill.apps.mail.seed.rows import Tables
from gristmill.apps.stories.acts import Script
from gristmill.apps.world.models import Job, Person
from gristmill.apps.world.people import EMAIL_DOMAIN, mailbox
from gristmill.apps.world.world import World

Rows = list[dict[str, Any]]
DEFAULT_SETTINGS = {
    "density": Density.COMFORTABLE, "page_size": 25, "shows_snippets": True, "uses_categories": True,
    "uses_24_hours": True, "week_starts_on": 0, "after_action": AfterAction.LIST, "default_reply": "reply",
    "default_markup": Markup.PLAIN, "undo_s": 120, "adds_contacts": True, "confirms_deletion": True,
    "notifies": "all", "newest_first": False, "start_page": "inbox",
    "new_signature_id": None, "reply_signature_id": None,
}  # fmt: skip


def seed_accounts(world: World, script: Script, tables: Tables, sampler: Sampler) -> None:
    """Write an account for each person, numbered like them, with work and private addresses.

    Signatures, whose ids go on later, and the settings that name them are collected in `tables`.
    """
    db, people = world.db, world.people
    jobs = {job.person_id: job for job in db.scalars(select(Job))}
    db.execute(insert(Account), [{"id": p.id, "person_id": p.id, "name": p.name} for p in people])
    emails = [(p.id, *email) for p in people for email in addresses(p, jobs.get(p.id))]
    rows = [
        {"id": n, "account_id": owner, "email": email, "is_primary": is_primary}
        for n, (owner, email, is_primary) in enumerate(emails, start=1)
    ]
    db.execute(insert(MailAddress), rows)
    signing = [p for p in people if p.id in jobs and sampler.chance(60)]
    own = {p.id: tables.add(Signature, **signature(p, jobs[p.id])) for p in signing}
    for p in people:
        tables.link(Settings, account_id=p.id, **DEFAULT_SETTINGS | {"new_signature_id": own.get(p.id)})
    seed_lists(world, script)


def addresses(person: Person, job: Job | None) -> Iterator[tuple[str, bool]]:
    """A person's addresses; the first is the primary one. Mail to a former name bounces by now."""
    private = mailbox(person.given_name, person.family_name)
    others = [job.private_email] if job else [f"{private}@{EMAIL_DOMAIN}"]
    for number, email in enumerate(dict.fromkeys([person.email, *others])):
        yield email, number == 0


def signature(person: Person, job: Job) -> dict[str, Any]:
    """A person's signature at work."""
    role = job.role[0].upper() + job.role[1:]
    return {
        "account_id": person.id, "name": "Work",
        "text": f"{person.name}\n{role}, Wherrymoor\n{person.phone}",
    }  # fmt: skip


def seed_lists(world: World, script: Script) -> None:
    """Write the company's mailing lists."""
    if not script.lists:
        return
    lists = sorted(script.lists.items())
    world.db.execute(
        insert(MailingList),
        [{"id": n, "email": email, "name": list_name(email)} for n, (email, _) in enumerate(lists, start=1)],
    )
    world.db.execute(
        insert(MailingListMember),
        [
            {"list_id": n, "account_id": member}
            for n, (_, members) in enumerate(lists, start=1)
            for member in members
        ],
    )


def list_name(email: str) -> str:
    """The name of a list, from its address: `all-platform@...` is `All platform`."""
    local = email.partition("@")[0].replace("-", " ")
    return local[0].upper() + local[1:]
