"""What arrives after the world's start, as events; and who answers by themselves."""

from collections.abc import Sequence
from typing import Any

from gristmill.apps.mail.models import AnswerRule, Folder
from gristmill.apps.mail.seed.mailboxes import Mailboxes
from gristmill.apps.mail.seed.meetings import invitation_of
from gristmill.apps.mail.seed.posted import Posted
from gristmill.apps.mail.seed.rows import Tables
from gristmill.apps.mail.services.answers import DELIVER
from gristmill.apps.stories.acts import Script
from gristmill.apps.world.models import EventStatus, WorldEvent
from gristmill.apps.world.world import World


def schedule_later(world: World, boxes: Mailboxes, later: Sequence[Posted]) -> None:
    """Schedule mails; those that only some tasks ask for are held."""
    for posted in later:
        number = world.schedule(DELIVER, posted.at, payload_of(boxes, posted))
        if posted.is_held:
            world.db.get_one(WorldEvent, number).status = EventStatus.HELD
    world.db.flush()


def payload_of(boxes: Mailboxes, posted: Posted) -> dict[str, Any]:
    """A mail that is delivered later, with the folder and flags that it gets at the centre."""
    payload, act = boxes.addressed(posted).to_json(), posted.act
    if act is None:
        return payload
    if meeting := invitation_of(act, boxes.people):
        payload["meeting"] = meeting
    if act.folder in (Folder.SPAM, Folder.BIN, Folder.ARCHIVE):
        payload["filed"] = {"account_id": boxes.centre, "folder": act.folder}
    return payload | {"key": act.key}


def write_answer_rules(script: Script, boxes: Mailboxes, tables: Tables) -> None:
    """Write who answers what they are written by themselves."""
    for rule in script.rules:
        if rule.app != "mail":
            continue
        email = rule.email.lower() if rule.person_id is None else boxes.people[rule.person_id].email.lower()
        tables.add(
            AnswerRule, key=rule.key, email=email, pattern=rule.when, text=rule.text, after_s=rule.after_s,
            was_used=False,
        )  # fmt: skip
