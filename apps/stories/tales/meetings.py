"""What fills agendas: talks of teams, morning rounds, talks for two, the all-hands, and invitations that clash."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from gristmill.apps.stories.acts import Address
from gristmill.apps.stories.company import REPORTS_TO, Staff, shared_hours
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.tales.meeting_words import (
    ALL_HANDS,
    FOR_TWO,
    OWN,
    RECORDING,
    ROUND,
    ROUND_TITLES,
    TALK,
    TOPICS,
)
from gristmill.apps.stories.times import clock_text, day_text
from gristmill.apps.world.choice import WorldSize

LAST = "+28d"
FOUNDERS_DAY, CLOSED_SITES = "+13d", ("PA", "LV")
ROOMS = {
    "PA": (("Sluice", 4), ("Lock", 6), ("Weir", 8)), "LV": (("Pit", 5), ("Loft", 10)), "HS": (("Spring", 6),),
    "OS": (("Pier", 6),), "AR": (),
}  # fmt: skip
BY_TELEPHONE = "By telephone"
# When the teams talk each week: days after the Monday before the world's start, by the world's clock.
TALKS = {
    "Directors": (0, "09:30"), "Finance": (0, "10:00"), "People": (1, "09:30"), "Office": (2, "09:30"),
    "Workshop": (0, "10:30"), "Field": (0, "09:30"), "Platform": (1, "12:00"), "Sales": (0, "04:00"),
    "Care": (2, "10:30"), "Product": (3, "13:00"),
}  # fmt: skip
FAR_TALK = (2, "04:00")  # of those whom the rest of their team never meets
TALK_LASTS, ROUND_LASTS, HALF = 45, 10, 30  # minutes


@story("team-talks", needs={"mail"}, size=WorldSize.SMALL, rank=90)
def team_talks(s: StoryWriter) -> Acts:
    """Each team meets once a week; those whose hours never meet the others' have a talk of their own."""
    yield
    words = iter(s.sampler.shuffled(TALK))
    for team, (day, clock) in TALKS.items():
        members = s.cast.team(team)
        near = [each for each in members if meets(members[0], each)]
        talk(s, f"{team}: the week", near, day, clock, next(words))
        if far := [each for each in members if each not in near]:
            talk(s, f"{team}, Ambry Reach: the week", far, *FAR_TALK, next(words))


@story("mornings", needs={"mail"}, size=WorldSize.SMALL, rank=91)
def mornings(s: StoryWriter) -> Acts:
    """The person at the centre begins each working day in a short round, and talks to their head once a week."""
    yield
    team = s.cast.team(s.desk.team or "Directors")
    near = [each for each in team if each.site == s.desk.site]
    people = known(s, near if len(near) > 1 else team)
    lead = next((each for each in people if each.role == REPORTS_TO.get(s.desk.team or "")), people[0])
    first = s.at("+0d 00:00" if is_new(s) else "-8d 00:00") + timedelta(minutes=shared_hours(people)[0] + 10)
    invite(
        s, lead, people, written(s, lead, "-1d 13:40" if is_new(s) else "-12d 11:20"),
        ROUND_TITLES[s.desk.team or "Directors"], ROUND, first, ROUND_LASTS, repeats="weekdays",
    )  # fmt: skip
    head = partner(s)
    first = s.at("+2d 00:00" if is_new(s) else "-19d 00:00") + timedelta(minutes=hour_for_two(s, head))
    invite(
        s, head, [head, s.desk], written(s, head, "-1d 14:05" if is_new(s) else "-27d 10:40"),
        f"{head.given} and {s.desk.given}", FOR_TWO, first, HALF, repeats="weekly",
        room="" if head.site == s.desk.site else BY_TELEPHONE,
    )  # fmt: skip


@story("all-hands", needs={"mail"}, size=WorldSize.SMALL, rank=92)
def all_hands(s: StoryWriter) -> Acts:
    """The chief of staff calls everybody whose office is still open; the others watch the recording together."""
    yield
    chief, start = s.one("chief of staff"), s.at("+2d 15:00")
    called = [each for site in ("PA", "LV", "HS") for each in s.cast.staff(site)]
    invite(
        s, chief, called, written(s, chief, "-13d 11:30"), "All-hands", ALL_HANDS, start, TALK_LASTS,
        to=[s.list_of("all")], room="Ferry",
    )  # fmt: skip
    far = [each for each in s.present(s.desk.site) if each.id != s.desk.id]
    if s.desk not in called and far:
        host = s.pick(far)
        start = s.at("+3d 00:00") + timedelta(minutes=shared_hours([host])[0] + 150)
        people = [host, s.desk, *(each for each in far if each.id != host.id)][:6]
        invite(
            s,
            host,
            people,
            written(s, host, "-5d 08:00"),
            "All-hands, recording",
            RECORDING,
            start,
            TALK_LASTS,
        )


@story("this-week", needs={"mail"}, size=WorldSize.SMALL, rank=93)
def this_week(s: StoryWriter) -> Acts:
    """Two invitations wait for an answer, one of them for an hour that is taken; a third is one's own."""
    yield
    head, near = partner(s), [each for each in s.present(s.desk.site) if each.id != s.desk.id]
    others = [each for each in near if each.team != s.desk.team and each.id != head.id] or near
    topics = s.some(TOPICS, 2)
    clash = s.at("+2d 00:00") + timedelta(minutes=hour_for_two(s, head) + 15)
    later = s.at("+7d 00:00") + timedelta(minutes=shared_hours([s.desk])[0] + 200)
    for (title, texts), start, at in zip(topics, (clash, later), ("-1d 15:10", "-4d 12:30"), strict=True):
        host = s.pick(others)
        rest = [each for each in near if each.id != host.id]
        guests = [s.desk, *s.some(rest, min(2, len(rest)))]
        invite(
            s, host, [host, *guests], written(s, host, at), title, texts, start, TALK_LASTS,
            open_for=[s.desk, guests[-1]], is_read=None,
        )  # fmt: skip
    guests = s.some(near, min(2, len(near)))
    start = s.at("+3d 00:00") + timedelta(minutes=shared_hours([s.desk])[0] + 255)
    title, texts = s.pick(OWN)
    invite(
        s, s.desk, [s.desk, *guests], written(s, s.desk, "-1d 14:30"), title, texts, start, HALF,
        open_for=guests[1:],
    )  # fmt: skip


def talk(s: StoryWriter, title: str, people: list[Staff], day: int, clock: str, words: str) -> None:
    """The weekly talk of a team, led by the first of these people."""
    people = known(s, people)
    is_late = is_new(s) and s.desk in people
    lead = people[0]
    first = s.at(f"{day - (1 if is_late else 22):+d}d {clock}")
    at = written(s, lead, "-1d 13:20" if is_late else f"-26d 10:{15 + len(title)}")
    invite(s, lead, people, at, title, (words,), first, TALK_LASTS, repeats="weekly")


def invite(
    s: StoryWriter, host: Staff, people: Sequence[Staff], at: datetime, title: str, texts: Sequence[str],
    start: datetime, minutes: int, *, room: str | None = None, to: Sequence[Address] = (),
    open_for: Sequence[Staff] = (), repeats: str = "", is_read: bool | None = True,
) -> None:  # fmt: skip
    """Invite people to a meeting or a series; all have accepted but those for whom it is still open."""
    end = start + timedelta(minutes=minutes)
    guests = [each for each in people if each.id != host.id]
    place = room if room is not None else room_for(s, people, start, end)
    asked: dict[str, Any] = {
        "title": title, "starts": start.isoformat(), "ends": end.isoformat(), "room": place,
        "organiser": host.id, "guests": [each.id for each in guests],
        "answers": {each.id: answer(s, each) for each in guests if each not in open_for},
    }  # fmt: skip
    if repeats:
        closed = {each.site for each in people} & set(CLOSED_SITES)
        asked |= {"repeats": repeats, "until": s.at(LAST).date().isoformat()}
        asked["without"] = [s.at(FOUNDERS_DAY).date().isoformat()] if closed else []
    day = f"{start:%A}" if repeats else day_text(start.date())
    clock = clock_text(start) if host.site == "PA" else f"{clock_text(start)} Port Ansley time"
    words = s.words(
        title, texts, by=host, day=s.fact(f"day of {title}", day),
        time=s.fact(f"hour of {title}", clock),
    )  # fmt: skip
    s.mail(host, list(to) or guests, at, title, words, invitation=asked, is_read=is_read)


def answer(s: StoryWriter, guest: Staff) -> str:
    """What a guest has answered; the person at the centre has accepted."""
    return "accepted" if guest.id == s.desk.id or s.chance(85) else s.pick(("maybe", "declined"))


def room_for(s: StoryWriter, people: Sequence[Staff], start: datetime, end: datetime) -> str:
    """The smallest room that is free and seats those of the host's site; none for those who are far apart."""
    here = [each for each in people if each.site == people[0].site]
    taken = {room for room, since, until in booked(s) if since < end and until > start}
    rooms = ROOMS[people[0].site]
    free = (name for name, seats in rooms if seats >= len(here) > 1 and name not in taken)
    return next(free, BY_TELEPHONE)


def booked(s: StoryWriter) -> list[tuple[str, datetime, datetime]]:
    """The rooms that stories have taken, with each time of a series."""
    found = []
    for asked in (act.invitation for act in s.acts.mails if act.invitation):
        start, end = (datetime.fromisoformat(asked[name]) for name in ("starts", "ends"))
        weeks = range(8) if asked.get("repeats") else range(1)
        shifts = [timedelta(days=7 * number) for number in weeks]
        found += [(asked.get("room", ""), start + each, end + each) for each in shifts]
    return found


def partner(s: StoryWriter) -> Staff:
    """Whom the person at the centre talks to each week: their head, or somebody near if these never meet."""
    head = s.cast.people.get(s.desk.manager_id or 0) or s.one("chief of staff")
    near = [each for each in known(s, s.cast.staff(s.desk.site)) if each.id != s.desk.id]
    return head if meets(head, s.desk) else near[0]


def hour_for_two(s: StoryWriter, other: Staff) -> int:
    """When these two talk, in minutes after midnight."""
    return shared_hours([s.desk, other])[0] + 60


def meets(one: Staff, other: Staff) -> bool:
    """Whether the office hours of two people have two hours in common."""
    opens, closes = shared_hours([one, other])
    return closes - opens >= 120


def known(s: StoryWriter, people: Sequence[Staff]) -> list[Staff]:
    """These people but for the newcomer, unless that is the person at the centre."""
    return [each for each in people if each.id != s.newcomer().id or each.id == s.desk.id]


def is_new(s: StoryWriter) -> bool:
    """Whether the person at the centre has only just begun."""
    return s.desk.id == s.newcomer().id


def written(s: StoryWriter, author: Staff, at: str) -> datetime:
    """When an invitation is written: around this time, in the author's hours."""
    return s.during(author, at)
