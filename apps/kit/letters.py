"""Letters from an app clone to a person, in worlds that have mail."""

from gristmill.apps.world.models import Person
from gristmill.apps.world.world import World

DELIVER = "mail.deliver"


def send_letter(world: World, *, person: Person, sender: str, email: str, subject: str, text: str) -> None:
    """Write to a person, as a machine that reads no answers; it arrives after the current step.

    Does nothing in a world without mail, so that an app clone need not know which apps are beside it.
    """
    if DELIVER not in world.handlers.events:
        return
    to = {"name": person.name, "email": person.email.lower()}
    payload = {
        "sender": {"name": sender, "email": email}, "to": [to], "subject": subject, "body": text,
        "kind": "notice", "is_automatic": True, "has_return_path": False,
    }  # fmt: skip
    world.schedule(DELIVER, world.now, payload)
