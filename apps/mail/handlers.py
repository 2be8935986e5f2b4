"""Events and signals of mail: mails that arrive later."""

from collections.abc import Mapping

from gristmill.apps.mail.services.delivery import deliver
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.world.handlers import Handler, Payload
from gristmill.apps.world.world import World

DELIVER = "mail.deliver"


def deliver_mail(world: World, payload: Payload) -> None:
    """Deliver a mail that was written beforehand."""
    deliver(world, Mailing.from_json(payload))


EVENTS: Mapping[str, Handler] = {DELIVER: deliver_mail}
SIGNALS: Mapping[str, Handler] = {}
