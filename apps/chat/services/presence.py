"""Status and do-not-disturb; both end by events, so that pages need not look at the clock."""

from datetime import datetime

from gristmill.apps.chat import events
from gristmill.apps.chat.models import Member
from gristmill.apps.chat.services import reminders
from gristmill.apps.world.world import World


def set_status(world: World, person_id: int, *, emoji: str, text: str, until: datetime | None) -> None:
    """Set somebody's status; an empty one clears it."""
    member = world.db.get_one(Member, person_id)
    is_empty = not emoji and not text
    end = None if is_empty else until
    if end is not None and end != member.status_until:
        world.schedule(events.CLEAR_STATUS, end, {"person_id": person_id})
    member.status_emoji, member.status_text, member.status_until = emoji, text, end


def set_quiet(world: World, person_id: int, until: datetime | None) -> None:
    """Let nobody disturb somebody until a time: `@here` passes them by, and reminders wait.

    None ends it, and what has waited reminds them.
    """
    member = world.db.get_one(Member, person_id)
    if until is not None and until != member.quiet_until:
        world.schedule(events.END_QUIET, until, {"person_id": person_id})
    member.quiet_until = until
    if until is None:
        reminders.release(world, person_id)
