"""Small talk and small work in channels: short exchanges, each told once, in the office hours of those who write."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from gristmill.apps.stories.company import SITES, Staff, shared_hours
from gristmill.apps.stories.pools import sections
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import is_holiday
from gristmill.apps.stories.voices import as_typed

LAST_MONTH = 0, 30  # days ago
SATURDAY = 5
PAIRS, OWN_PAIRS, GROUPS = 20, 12, 6
SITES_OF_CIRCLES = ("PA", "LV", "HS")

ROOMS = {
    "lunch": "PA", "teacups": None, "port-ansley": "PA", "lake-verrin": "LV", "who-is-away": None, "buyers": "Office",
    "sales-desk": "Sales", "siskin-launch": "Product", "field-log": "Field", "care-desk": "Care", "ask-money": "Finance",
    "platform": "Platform", "people-desk": "People", "workshop-floor": "Workshop", "finance-close": "Finance",
    "lake-verrin-social": "LV", "siskin-launch-events": "members", "ext-brassnock": "members",
}  # fmt: skip
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
THREE = "3: "  # before a line of the pool that takes three people
LONGEST_PAUSE = 360  # seconds between the posts of an exchange
TRIES = 30  # draws of a time at which a channel is quiet
YOU = "@you"  # in a line of the pool: whoever is asked
ANSWERS_BY_NAME = 7  # percent of the answers in channels
ASKS, OPEN_ASKS = 8, 4  # of the person at the centre
TEAM_OF = {
    "ask-money": "Finance", "people-desk": "People", "platform": "Platform", "workshop-floor": "Workshop",
    "field-log": "Field", "care-desk": "Care", "sales-desk": "Sales", "buyers": "Office",
}  # fmt: skip


@story("banter", needs={"chat"}, rank=82)
def banter(s: StoryWriter) -> Acts:
    """Exchanges of a month, a few a day in each channel."""
    yield
    pools = sections("banter")
    for channel, who in ROOMS.items():
        people = talkers(s, who, channel)
        for line in s.sampler.shuffled(pools[channel]):
            exchange(s, channel, people, line)
    for line in s.sampler.shuffled(pools["everyday"]):
        channel = s.pick(EVERYWHERE)
        exchange(s, channel, talkers(s, TEAM_OF[channel], channel), line)


@story("conversations", needs={"chat"}, rank=83)
def conversations(s: StoryWriter) -> Acts:
    """Direct and group conversations, most of them with the person at the centre, in a few exchanges each."""
    yield
    pools = sections("banter")
    circles = pairs_and_groups(s)
    for number, line in enumerate(s.sampler.shuffled(pools["direct"])):
        exchange(s, None, circles[number % PAIRS], line)
    for number, line in enumerate(s.sampler.shuffled(pools["group"])):
        exchange(s, None, circles[PAIRS + number % GROUPS], line)


@story("asked-by-name", needs={"chat"}, rank=84)
def asked_by_name(s: StoryWriter) -> Acts:
    """People ask others by name, above all the person at the centre, who has not answered the newest asks."""
    yield
    pools = sections("banter")
    rooms = rooms_of(s, s.desk)
    asks = s.sampler.shuffled(pools["asked"])
    for number, line in enumerate(asks):
        room = s.pick(rooms) if number < ASKS else s.pick(EVERYWHERE)
        people = [each for each in s.members(room) if is_in(s, each) and each.status == "staff"]
        colleagues = [each for each in people if each.site == s.desk.site and each.id != s.desk.id]
        if number < ASKS and colleagues and is_in(s, s.desk):
            exchange(s, room, [s.desk, asker := s.pick(colleagues)], line, first=asker)
        else:
            exchange(s, room, people, line)
    for number, line in enumerate(s.some(pools["asked the desk"], OPEN_ASKS)):
        ask_the_desk(s, s.pick(rooms), line, number)


def ask_the_desk(s: StoryWriter, room: str, line: str, number: int) -> None:
    """Let somebody who is at work ask the person at the centre, this morning or late on the last day."""
    people = [each for each in s.present(s.desk.site) if each.id != s.desk.id and is_in(s, each)]
    people = [each for each in people if each in s.members(room)] or [s.one("chief of staff")]
    author = s.pick(people)
    newest = s.start - timedelta(minutes=s.between(6, 50))
    if number % 2 or s.within(author, newest) >= s.start:
        newest = s.at("-1d 16:00") + timedelta(minutes=s.between(0, 80))
    at = s.within(author, newest)
    s.post(room, author, at, as_typed(line, author.voice).replace(YOU, s.desk.handle))


def rooms_of(s: StoryWriter, person: Staff) -> list[str]:
    """The channels that somebody is in, where people at the same site may ask them something."""
    found = [name for name in ROOMS if person in s.members(name) and s.opened(name) < s.at("-30d")]
    near = s.present(person.site)
    return [name for name in found if sum(each in s.members(name) for each in near) > 1] or ["teacups"]


def pairs_and_groups(s: StoryWriter) -> list[list[Staff]]:
    """Who talks with whom: the people of a circle are at work at the same time."""
    others = {site.key: [each for each in s.cast.staff(site.key) if is_in(s, each)] for site in SITES}
    sites = ("AR", "OS") if s.desk.site == "AR" else (s.desk.site,)
    near = [each for site in sites for each in others[site] if each.id != s.desk.id]
    circles = [[s.desk, each] for each in s.some(near, min(OWN_PAIRS, len(near)))]
    for size in [2] * (PAIRS - len(circles)) + [s.between(3, 4) for _ in range(GROUPS)]:
        is_own = size > 2 and len(circles) < PAIRS + GROUPS // 2
        circles.append(
            circle(s, near if is_own else others[s.pick(SITES_OF_CIRCLES)], size, circles, is_own=is_own)
        )
    return circles


def circle(
    s: StoryWriter, people: list[Staff], size: int, known: list[list[Staff]], *, is_own: bool
) -> list[Staff]:
    """A new circle of some of these people; with the person at the centre if `is_own`."""
    taken = [{each.id for each in circle} for circle in known]
    first = [s.desk] if is_own else []
    while True:
        found = [*first, *s.some(people, size - len(first))]
        if {each.id for each in found} not in taken:
            return found


def is_in(s: StoryWriter, person: Staff) -> bool:
    """Whether somebody has worked here for the whole last month."""
    return person.id != s.newcomer().id


def talkers(s: StoryWriter, who: str | None, channel: str) -> list[Staff]:
    """Who talks in a channel: the staff of a site, of a team, its members, or everybody."""
    if who == "members":
        found = s.members(channel)
    elif who is None:
        found = s.cast.staff()
    else:
        found = s.cast.staff(who) if any(site.key == who for site in SITES) else s.cast.team(who)
    return [each for each in found if is_in(s, each) and each.status != "left"]


def exchange(
    s: StoryWriter, channel: str | None, people: list[Staff], line: str,
    *, first: Staff | None = None, days: tuple[int, int] = LAST_MONTH,
) -> None:  # fmt: skip
    """One exchange some days ago, in a channel or (None) among these people; `first` begins."""
    is_for_three, line = line.startswith(THREE), line.removeprefix(THREE)
    posts = line.split(" | ")
    sites = Counter(each.site for each in people)
    site = s.pick([each for each in people if sites[each.site] > 1] or people).site
    near = [each for each in people if each.site == site] if channel else people
    speakers = s.some(near, min(len(near), 3 if is_for_three else 2))
    speakers.sort(key=lambda each: first is not None and each.id != first.id)
    where: dict[str, Any] = {} if channel else {"people": tuple(sorted(each.id for each in people))}
    place = channel or where["people"]
    at = quiet_time(s, near, place, len(posts), s.opened(channel) if channel else None, days)
    for number, text in enumerate(posts):
        author = speakers[number % len(speakers)]
        other = speakers[(number - 1 if number == len(posts) - 1 else number + 1) % len(speakers)]
        answered = (
            speakers[(number - 1) % len(speakers)]
            if channel and number and s.chance(ANSWERS_BY_NAME)
            else None
        )
        reactions = tuple(
            (each.id, s.pick(("👍", "😄", "🎉", "🫖", "👀")), at + timedelta(minutes=s.between(1, 40)))
            for each in s.some(near, s.between(0, min(3, len(near))) if s.chance(25) else 0)
            if each.id != author.id
        )
        reactions = tuple(each for each in reactions if each[2] < s.start)
        words = as_typed(text, author.voice).replace(YOU, other.handle)
        last = s.post(channel, author, at, words, reactions=reactions, to=answered, **where)
        at = last.at + timedelta(seconds=s.between(25, LONGEST_PAUSE))


def quiet_time(
    s: StoryWriter, people: list[Staff], place: str | tuple[int, ...], posts: int, since: datetime | None,
    days: tuple[int, int],
) -> datetime:  # fmt: skip
    """A time in these people's office hours at which nobody else is writing there, if one is found."""
    lasts = timedelta(seconds=posts * LONGEST_PAUSE)
    for _ in range(TRIES):
        at = office_time(s, people, since, days)
        if s.is_quiet(place, at - timedelta(seconds=LONGEST_PAUSE), at + lasts):
            break
    return at


def office_time(
    s: StoryWriter, people: list[Staff], since: datetime | None = None, days: tuple[int, int] = LAST_MONTH
) -> datetime:
    """A time in the office hours of all these people, on a working day so many days ago, not before a time."""
    opens, closes = shared_hours(people)
    midnight = datetime(s.start.year, s.start.month, s.start.day)
    while True:
        at = (
            midnight
            - timedelta(days=s.between(*days))
            + timedelta(minutes=s.between(opens + 20, closes - 60))
        )
        is_working_day = at.weekday() < SATURDAY and not is_holiday(at)
        if is_working_day and (since or at) <= at < s.start - timedelta(hours=1):
            return at
