"""Status and do-not-disturb; both end by events, so that pages need not look at the clock."""

from datetime import datetime

from gristmill.apps.chat import events
from gristmill.apps.chat.models import Member
from gristmill.apps.world.world import World


def set_status(world: World, person_id: int, *, emoji: str, text: str, until: datetime | None) -> None:
    """Set somebody's status; an empty one clears it."""
    member = world.db.get_one(Member, person_id)
    is_empty = not emoji and not text
    member.status_emoji, member.status_text = emoji, text
    member.status_until = None if is_empty else until
    if member.status_until is not None:
        world.schedule(events.CLEAR_STATUS, member.status_until, {"person_id": person_id})


def set_quiet(world: World, person_id: int, until: datetime | None) -> None:
    """Let nobody disturb somebody until a time: `@here` passes them by, and reminders wait. None ends it."""
    member = world.db.get_one(Member, person_id)
    member.quiet_until = until
    if until is not None:
        world.schedule(events.END_QUIET, until, {"person_id": person_id})
