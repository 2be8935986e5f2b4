"""Handing a matter over: whoever has it forwards the thread to the person at the centre, shortly before the start."""

from datetime import timedelta
from typing import TYPE_CHECKING

from gristmill.apps.stories.acts import MailAct
from gristmill.apps.stories.company import SITES, Staff
from gristmill.apps.stories.times import clock_text, day_text
from gristmill.apps.stories.voices import LOWERCASE

if TYPE_CHECKING:
    from gristmill.apps.stories.story_writer import StoryWriter

PERCENT = 45  # of stories that could
WORDS = (
    "Could you look after {thing} for me until noon? I am in the archive with the auditor and have no reception there.",
    "I am off to the dentist, of all days. Would you take {thing}? It is all below.",
    "May I leave {thing} with you this morning? I am back at my desk by one.",
    "You know your way around these things: {thing} is below, please keep an eye on it until I am back.",
    "Two meetings at once, so I need a second pair of hands. {thing_} is yours for the morning, if you agree.",
    "My screen is being replaced and I can only read, not write. Please mind {thing} until it hums again.",
    "For {thing} I shall be hard to reach until lunch. The thread is below, everything else is in your hands.",
    "If anything happens about {thing} before noon, let it be you who answers. I owe you one.",
    "I promised to look at {thing} today and now I am on a ladder. Can it be yours until I have come down?",
    "Here is {thing}, complete. I would be glad to find it in good hands when I return at half past twelve.",
    "Sorry to push this over the table: {thing}. I have visitors until noon.",
    "Somebody should watch {thing} while I drive. You are somebody.",
    "The whole thread on {thing} is underneath. I am out until midday, and it should not wait for me.",
    "Would you be me for two hours, as far as {thing} goes?",
    "I forward you {thing}, as we discussed in the lift. Mine again from noon.",
    "please take {thing} till noon, im underground",
)


def hand_over(s: "StoryWriter", holder: Staff, mail: MailAct, thing: str) -> MailAct | None:
    """Let the holder of a story's part hand it over, in some worlds; never before the holder's day begins."""
    site = next(each for each in SITES if each.key == holder.site)
    minutes = s.between(12, 34)
    local = s.at(f"-{minutes}m") + timedelta(hours=site.offset_h)
    begun = site.opens <= f"{local:%H:%M}" <= site.closes
    if holder.id == s.desk.id or not begun or not s.chance(PERCENT):
        return None
    begun_with = thing if holder.voice in LOWERCASE else thing[0].upper() + thing[1:]
    text = s.words("hand over", WORDS, by=holder, thing=thing, thing_=begun_with)
    return s.mail(
        holder, [s.desk], f"-{minutes}m", "", text, parent=mail, is_forward=True, quote=chain(mail), key="hand-over"
    )  # fmt: skip


def chain(mail: MailAct) -> str:
    """A mail and all that it answers, newest first, each under its sender, day and subject."""
    parts, each = [mail.text], mail.parent
    while each is not None:
        head = f"{each.sender.name}, {day_text(each.at.date())}, {clock_text(each.at)}: {each.subject}"
        parts.append(f"{head}\n\n{each.text}")
        each = each.parent
    return "\n\n".join(parts)
