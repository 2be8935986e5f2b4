"""What a mailbox does by itself with a mail that has arrived: filters, then the vacation responder."""

from gristmill.apps.mail.models import Entry
from gristmill.apps.mail.services.filtering import run_filters
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.services.vacation import vacation_notice
from gristmill.apps.world.world import World


def answers_to(world: World, entry: Entry) -> list[Mailing]:
    """Run the rules of a mailbox on a mail; returns the mails that they send."""
    forwards = run_filters(world, entry)
    notice = vacation_notice(world, entry)
    return [*forwards, *([notice] if notice else [])]
