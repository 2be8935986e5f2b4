"""Seeds mail: accounts of everybody, and the mails of the world's stories and of its shop."""

from collections.abc import Sequence

from numpy.random import Generator
from sqlalchemy import insert

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Mail
from gristmill.apps.mail.seed.accounts import seed_accounts
from gristmill.apps.mail.seed.contacts import seed_contacts
from gristmill.apps.mail.seed.later import schedule_later, write_answer_rules
from gristmill.apps.mail.seed.mailboxes import Mailboxes
from gristmill.apps.mail.seed.posted import Posted, posted_by_shop, posted_by_stories
from gristmill.apps.mail.seed.rows import Tables
from gristmill.apps.mail.seed.unsent import write_unsent
from gristmill.apps.stories import script_of
from gristmill.apps.stories.acts import MailAct
from gristmill.apps.world.chronicle import chronicle
from gristmill.apps.world.models import Sequence as NumberSequence
from gristmill.apps.world.world import World


def seed(world: World, rng: Generator) -> None:
    """Write mail's rows for the world's people and stories. Equal `rng`, equal rows."""
    script, sampler = script_of(world), Sampler(rng)
    tables = Tables()
    seed_accounts(world, script, tables, sampler)
    boxes = Mailboxes(world, script, tables, sampler)
    sent, later = parted(world, script.mails)
    for posted in sent:
        boxes.deliver(posted)
    write_unsent(world, script, boxes, tables)
    seed_contacts(world, script, boxes, tables)
    schedule_later(world, boxes, later)
    write_answer_rules(script, boxes, tables)
    write(world, tables, mails=len(boxes.headers))


def parted(world: World, acts: Sequence[MailAct]) -> tuple[list[Posted], list[Posted]]:
    """What has been sent by the start of the world, and what will be, each by time."""
    now, people = world.now, {person.id: person for person in world.people}
    found = [*posted_by_stories(acts), *posted_by_shop(chronicle(world.db), people, now)]
    found.sort(key=lambda each: each.at)
    sent = [each for each in found if each.at <= now and not each.is_held]
    return sent, [each for each in found if each.at > now or each.is_held]


def write(world: World, tables: Tables, *, mails: int) -> None:
    """Write all rows, and set the sequences of the tables whose ids come from them.

    `mails` counts those that are sent later as well: their ids are given already, so that answers can name
    them, and what is written meanwhile must get others.
    """
    for model, rows in tables.rows.items():
        if rows:
            world.db.execute(insert(model), rows)
    numbers = {
        model.__tablename__: rows[-1]["id"] for model, rows in tables.rows.items() if rows and "id" in rows[0]
    }
    numbers[Mail.__tablename__] = mails
    world.db.execute(insert(NumberSequence), [{"name": name, "last": last} for name, last in numbers.items()])
