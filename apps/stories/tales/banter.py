"""Small talk and small work in channels: short exchanges, each told once, in the office hours of those who write."""

from datetime import datetime, timedelta

from gristmill.apps.stories.company import SITES, Staff
from gristmill.apps.stories.pools import sections
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.telling import Telling

DAYS = 30
SATURDAY = 5

ROOMS = (
    ("lunch", "PA"),
    ("teacups", None),
    ("port-ansley", "PA"),
    ("lake-verrin", "LV"),
    ("who-is-away", None),
    ("buyers", "Office"),
    ("sales-desk", "Sales"),
    ("siskin-launch", "Product"),
)
EVERYWHERE = (
    "ask-money",
    "people-desk",
    "platform",
    "workshop-floor",
    "field-log",
    "care-desk",
    "sales-desk",
    "buyers",
)
TEAM_OF = {
    "ask-money": "Finance", "people-desk": "People", "platform": "Platform", "workshop-floor": "Workshop",
    "field-log": "Field", "care-desk": "Care", "sales-desk": "Sales", "buyers": "Office",
}  # fmt: skip


@story("banter", needs={"chat"}, rank=82)
def banter(s: Telling) -> Acts:
    """Exchanges of a month, a few a day in each channel."""
    yield
    pools = sections("banter")
    for channel, who in ROOMS:
        for line in s.sampler.shuffled(pools[channel]):
            exchange(s, channel, talkers(s, who), line)
    for line in s.sampler.shuffled(pools["everyday"]):
        channel = s.pick(EVERYWHERE)
        exchange(s, channel, talkers(s, TEAM_OF[channel]), line)


def talkers(s: Telling, who: str | None) -> list[Staff]:
    """Who talks in a channel: the staff of a site, of a team, or everybody."""
    if who is None:
        return s.cast.staff()
    return s.cast.staff(who) if any(site.key == who for site in SITES) else s.cast.team(who)


def exchange(s: Telling, channel: str, people: list[Staff], line: str) -> None:
    """One exchange at some time of the last month; now and then its last post is a reaction instead."""
    posts = line.split(" | ")
    site = s.pick(people).site
    near = [each for each in people if each.site == site]
    speakers = s.some(near if len(near) > 1 else people, 3)
    at = office_time(s, site)
    last = None
    for place, text in enumerate(posts):
        author = speakers[place % min(len(speakers), 2 if len(posts) < 4 else 3)]
        reactions = tuple(
            (each.id, s.pick(("👍", "😄", "🎉", "🫖", "👀")), at + timedelta(minutes=s.between(1, 40)))
            for each in s.some(near, s.between(0, 3) if s.chance(25) else 0)
            if each.id != author.id
        )
        if at >= s.start:
            return
        last = s.post(channel, author, at, text, reactions=tuple(r for r in reactions if r[2] < s.start))
        at = last.at + timedelta(seconds=s.between(25, 900))


def office_time(s: Telling, site_key: str) -> datetime:
    """A time in the office hours of a site, on a working day of the last month."""
    site = next(site for site in SITES if site.key == site_key)
    midnight = datetime(s.start.year, s.start.month, s.start.day)
    while True:
        day = midnight - timedelta(days=s.between(0, DAYS))
        hour, minute = map(int, site.opens.split(":"))
        at = day + timedelta(hours=hour - site.offset_h, minutes=minute + s.between(20, 430))
        if day.weekday() < SATURDAY and at < s.start - timedelta(hours=1):
            return at
