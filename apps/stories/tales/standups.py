"""Stand-up notes: what Platform, Workshop and Care write in their channels every morning from Monday to Thursday."""

from datetime import datetime, timedelta

from gristmill.apps.stories.company import SITES, Staff
from gristmill.apps.stories.pools import sections
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.voices import as_typed

WEEKS = 3
FRIDAY = 4

TEAMS = (("platform", "Platform"), ("workshop-floor", "Workshop"), ("care-desk", "Care"))


@story("standups", needs={"chat"}, rank=80)
def standups(s: StoryWriter) -> Acts:
    """Notes of three weeks in three channels, half an hour after each site opens; Fridays are free."""
    yield
    pools = sections("standups")
    for channel, team in TEAMS:
        notes = s.sampler.shuffled(pools[channel])
        for day in days(s.start):
            for member in s.cast.team(team):
                at = opening(member, day) + timedelta(minutes=30 + s.between(-6, 25))
                if at < s.start and notes and not s.chance(8):
                    s.post(channel, member, at, as_typed(notes.pop(), member.voice))


def days(start: datetime, weeks: int = WEEKS) -> list[datetime]:
    """The midnights of the days with a stand-up in the last weeks, oldest first."""
    midnight = datetime(start.year, start.month, start.day)
    found = [midnight - timedelta(days=back) for back in range(7 * weeks, -1, -1)]
    return [day for day in found if day.weekday() < FRIDAY]


def opening(member: Staff, day: datetime) -> datetime:
    """When a person's site opens on that day of theirs, by the world's clock."""
    site = next(site for site in SITES if site.key == member.site)
    hour, minute = map(int, site.opens.split(":"))
    return day + timedelta(hours=hour - site.offset_h, minutes=minute)
