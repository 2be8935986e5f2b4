"""What was said in the chat of a large world in the year before the last month, by the same rhythms as later."""

from collections import Counter
from datetime import datetime, timedelta

from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.grammar import Grammar
from gristmill.apps.stories.pools import sections
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.tales.banter import (
    ASKS,
    EVERYWHERE,
    GROUPS,
    PAIRS,
    ROOMS,
    TEAM_OF,
    exchange,
    is_in,
    pairs_and_groups,
    quiet_time,
    rooms_of,
    talkers,
)
from gristmill.apps.stories.tales.rhythms import ALERTS, PLACES, weekdays
from gristmill.apps.stories.tales.standups import TEAMS, days, opening
from gristmill.apps.stories.times import is_holiday
from gristmill.apps.stories.voices import as_typed
from gristmill.apps.world.choice import WorldSize

POOL = "earlier_chat"
DAYS = 31, 360  # ago
TIMES = 10  # as many exchanges as in the last month
MORE_ASKS = 14  # as many questions by name
ALERT_DAYS = 40, 440
THREADS, POLLS = 380, 30
LONGEST_WAIT = 1100  # seconds, for an answer in a thread
DISHES = 4


@story("earlier-banter", needs={"chat"}, size=WorldSize.LARGE, rank=94)
def earlier_banter(s: StoryWriter) -> Acts:
    """Exchanges in channels, polls about lunch."""
    yield
    talk, later = Grammar(POOL, s.sampler), sections("banter")
    for channel, who in ROOMS.items():
        if s.opened(channel) < s.at(f"-{DAYS[0] + 30}d"):
            for _ in range(TIMES * len(later[channel])):
                exchange(s, channel, talkers(s, who, channel), talk.line(channel), days=DAYS)
    for _ in range(TIMES * len(later["everyday"])):
        channel = s.pick(EVERYWHERE)
        exchange(s, channel, talkers(s, TEAM_OF[channel], channel), talk.line("everyday"), days=DAYS)
    for _ in range(POLLS):
        poll(s, talk)


@story("earlier-conversations", needs={"chat"}, size=WorldSize.LARGE, rank=94)
def earlier_conversations(s: StoryWriter) -> Acts:
    """Direct and group conversations, most of them with the person at the centre."""
    yield
    talk, later, circles = Grammar(POOL, s.sampler), sections("banter"), pairs_and_groups(s)
    for number in range(TIMES * len(later["direct"])):
        exchange(s, None, circles[number % PAIRS], talk.line("direct"), days=DAYS)
    for number in range(TIMES * len(later["group"])):
        exchange(s, None, circles[PAIRS + number % GROUPS], talk.line("group"), days=DAYS)


@story("earlier-asks", needs={"chat"}, size=WorldSize.LARGE, rank=95)
def earlier_asks(s: StoryWriter) -> Acts:
    """People ask others by name, and answer in threads."""
    yield
    talk, own = Grammar(POOL, s.sampler), rooms_of(s, s.desk)
    busy = [each for each in own if each in EVERYWHERE] or EVERYWHERE
    for number in range(MORE_ASKS * len(sections("banter")["asked"])):
        room = s.pick(own) if number < MORE_ASKS * ASKS else s.pick(EVERYWHERE)
        people = [each for each in s.members(room) if is_in(s, each) and each.status == "staff"]
        near = [each for each in people if each.site == s.desk.site and each.id != s.desk.id]
        if number < MORE_ASKS * ASKS and near and is_in(s, s.desk):
            pair = [s.desk, s.pick(near)]
            exchange(s, room, pair, talk.line("asked"), first=pair[1], days=DAYS)
        else:
            exchange(s, room, people, talk.line("asked"), days=DAYS)
    for number in range(THREADS):
        room = s.pick(busy if number % 2 else EVERYWHERE)
        in_thread(s, room, [each for each in s.members(room) if is_in(s, each)], talk.line("threaded"))


@story("earlier-standups", needs={"chat"}, size=WorldSize.LARGE, rank=94)
def earlier_standups(s: StoryWriter) -> Acts:
    """Stand-up notes of half a year, in the same three channels."""
    yield
    talk, told = Grammar(POOL, s.sampler), days(s.start)
    for channel, team in TEAMS:
        for day in days(s.start, TIMES * len(told) // 4):
            for member in s.cast.team(team):
                at = opening(member, day) + timedelta(minutes=30 + s.between(-6, 25))
                if day < told[0] and not is_holiday(day) and is_in(s, member) and not s.chance(8):
                    s.post(channel, member, at, as_typed(talk.line(f"{channel} note"), member.voice))


@story("earlier-handovers", needs={"chat"}, size=WorldSize.LARGE, rank=94)
def earlier_handovers(s: StoryWriter) -> Acts:
    """Handovers of the pager, announcements, alerts."""
    yield
    talk, chief, lead = Grammar(POOL, s.sampler), s.one("chief of staff"), s.one("on-call lead")
    engineers = s.all("engineer", "HS")
    for number, day in enumerate(before(s, "-43d", (0,), 6 * TIMES)):
        at = day + timedelta(hours=10, minutes=5 + 3 * number % 50)
        s.post("oncall", engineers[number % len(engineers)], at, talk.line("oncall"))
    for number, day in enumerate(before(s, "-29d", (0, 2, 4), 4 * TIMES)):
        s.post(
            "announcements", chief, day + timedelta(hours=11, minutes=7 * number % 50), talk.line("announce")
        )
    for _ in range(TIMES * 100):
        at = s.start - timedelta(minutes=s.between(*(24 * 60 * each for each in ALERT_DAYS)))
        text = s.pick(ALERTS).format(gauge=f"{s.pick(PLACES)} {s.between(1, 19)}", n=s.between(3, 95))
        s.post("incidents", lead, at, text, is_automatic=True)


def before(s: StoryWriter, end: str, days_of_week: tuple[int, ...], weeks: int) -> list[datetime]:
    """The midnights of some weekdays of the last weeks that are no holidays, until a time."""
    return [day for day in weekdays(s.start, days_of_week, weeks) if day < s.at(end) and not is_holiday(day)]


def in_thread(s: StoryWriter, channel: str, people: list[Staff], line: str) -> None:
    """An exchange that goes on in a thread; those who answer are at work at the same time."""
    sites = Counter(each.site for each in people)
    site = s.pick([each for each in people if sites[each.site] > 1] or people).site
    near = [each for each in people if each.site == site]
    speakers = s.some(near, min(len(near), 3))
    first, *answers = line.split(" | ")
    at = quiet_time(s, speakers, channel, 1, s.opened(channel), DAYS)
    root = s.post(channel, speakers[0], at, as_typed(first, speakers[0].voice))
    for number, text in enumerate(answers, start=1):
        at += timedelta(seconds=s.between(40, LONGEST_WAIT))
        author = speakers[number % len(speakers)]
        s.thread(root, author, at, as_typed(text, author.voice))


def poll(s: StoryWriter, talk: Grammar) -> None:
    """A poll in the channel for lunch, closed the same day."""
    people = talkers(s, "PA", "lunch")
    author = s.pick(people)
    at = quiet_time(s, people, "lunch", 1, s.opened("lunch"), DAYS)
    options = tuple(dish[:1].upper() + dish[1:] for dish in s.some(sections(POOL)["dish"], DISHES))
    voters = s.some(people, s.between(6, 12))
    votes = tuple(
        (each.id, s.between(0, DISHES - 1), at + timedelta(minutes=s.between(1, 40))) for each in voters
    )
    s.post(
        "lunch", author, at, as_typed(talk.line("poll"), author.voice), poll=options, votes=votes,
        poll_closes_at=at + timedelta(minutes=50),
    )  # fmt: skip
