"""Events and signals of mail: mails that arrive, snoozes that end, what the shop has to say."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy import select

from gristmill.apps.mail.models import Entry, InvitationMethod, MessageKind
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.answers import DELIVER
from gristmill.apps.mail.services.delivery import deliver
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.services.meetings import create_meeting
from gristmill.apps.mail.services.sending import REMIND, remind, send_due
from gristmill.apps.mail.services.shop_mails import COMPOSERS
from gristmill.apps.mail.services.snoozing import WAKE, wake
from gristmill.apps.mail.services.writing import SEND
from gristmill.apps.world.handlers import Handler, Payload
from gristmill.apps.world.models import Person
from gristmill.apps.world.world import World
from gristmill.errors import TargetGone


def deliver_mail(world: World, payload: Payload) -> None:
    """Deliver a mail that was written beforehand, with the meeting that it invites to.

    Raises:
        TargetGone: its sender is signed in: then the agent acts for them, and no story does.
    """
    mailing = Mailing.from_json(payload)
    if mailing.sender.email == world.person.email.lower():
        raise TargetGone(f"{mailing.sender.name} is signed in and writes for themselves.")
    if "meeting" in payload:
        meeting = create_meeting(world, payload["meeting"])
        mailing = replace(
            mailing, kind=MessageKind.INVITATION, meeting_id=meeting.id,
            meeting_method=InvitationMethod.REQUEST,
        )  # fmt: skip
    message = deliver(world, mailing)
    if "filed" in payload:
        own = Entry.account_id == payload["filed"]["account_id"]
        entry = world.db.scalar(select(Entry).where(own, Entry.message_id == message.id))
        if entry is not None:
            entry.left_folder, entry.folder = entry.folder, payload["filed"]["folder"]


def from_shop(compose: Callable[[Payload, Mailbox], Mailing]) -> Handler:
    """A handler that sends the buyer what the shop or its courier has to say about an order."""

    def write(world: World, payload: Payload) -> None:
        person = world.db.get(Person, payload["person_id"])
        if person is None:
            raise TargetGone(f"There is no person {payload['person_id']}.")
        deliver(world, compose(payload, Mailbox(name=person.name, email=person.email.lower())))

    return write


EVENTS: Mapping[str, Handler] = {DELIVER: deliver_mail, WAKE: wake, SEND: send_due, REMIND: remind}
SIGNALS: Mapping[str, Handler] = {kind: from_shop(compose) for kind, compose in COMPOSERS.items()}
