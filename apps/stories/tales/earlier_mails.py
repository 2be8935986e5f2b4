"""Older mails of a large world: of a year and a half before the last two months, by the same rhythms as later."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from gristmill.apps.stories.acts import Address
from gristmill.apps.stories.company import DOMAIN, TEAMS, Staff
from gristmill.apps.stories.grammar import Grammar
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.tales.earlier_talk import before
from gristmill.apps.stories.tales.letters import LETTERS, issue, printed
from gristmill.apps.stories.tales.machines import (
    WORKDAYS,
    hours_sheet,
    quiet_stations,
    statement,
    statements,
    station_report,
)
from gristmill.apps.stories.tales.rhythms import (
    CATERER,
    MENU_DAYS,
    NOTES,
    SUBJECTS,
    next_hour,
    working_hour,
)
from gristmill.apps.stories.times import day_text, money
from gristmill.apps.world.choice import WorldSize

POOL = "earlier_mail"
DAYS = 56, 550  # ago
TIMES = 10  # as many as in the last weeks
ERRANDS, OWN_PERCENT = 680, 65  # of which with the person at the centre
NOTICES, REPORTS = 190, 140
ARCHIVED, READ = 60, 95  # percent of what the person at the centre was sent
MOVED_IN = datetime(2029, 12, 1)  # when the first rent for Cooperage House was due


@story("earlier-letters", needs={"mail"}, size=WorldSize.LARGE, rank=94)
def earlier_letters(s: StoryWriter) -> Acts:
    """Older issues of the newsletters, to the same readers."""
    yield
    pool = Grammar("earlier_letters", s.sampler)
    for letter in LETTERS:
        ids = dict.fromkeys(
            act.to[0].person_id for act in s.acts.mails
            if act.sender.email == letter.email and act.key.startswith("letters.")
        )  # fmt: skip
        readers = [s.cast.people[each] for each in ids if each]
        for at in printed(s.start, letter, TIMES * letter.issues)[letter.issues :] if readers else ():
            items = [pool.line(letter.name) for _ in range(letter.items)]
            issue(s, letter, at, items, readers, is_read=s.chance(READ), folder=shelf(s))


@story("earlier-notes", needs={"mail"}, size=WorldSize.LARGE, rank=94)
def earlier_notes(s: StoryWriter) -> Acts:
    """Private lines between the person at the centre and colleagues, most of them answered."""
    yield
    pool = Grammar(POOL, s.sampler)
    others = [each for each in s.cast.staff() if each.id not in {s.desk.id, s.newcomer().id}]
    for _ in range(TIMES * NOTES):
        line, answer = pool.line("note").split(" | ")
        author = s.pick(others)
        at = working_hour(s, author, s.between(*DAYS))
        first = s.mail(
            author, [s.desk], at, s.pick(SUBJECTS), line, private=s.chance(30), is_read=True, folder=shelf(s)
        )
        if s.chance(75):
            later = at + timedelta(minutes=s.between(20, 400))
            s.reply(s.desk, first, next_hour(s, s.desk, later), answer)


@story("earlier-errands", needs={"mail"}, size=WorldSize.LARGE, rank=94)
def earlier_errands(s: StoryWriter) -> Acts:
    """Questions of work with their answers: most with the person at the centre, some with a third who reads along."""
    yield
    pool = Grammar(POOL, s.sampler)
    staff = [each for each in s.cast.staff() if each.id != s.newcomer().id]
    for _ in range(ERRANDS):
        people = s.some(staff, 3)
        if s.chance(OWN_PERCENT) and s.desk not in people[:2]:
            people[s.between(0, 1)] = s.desk
        cc = people[2:] if s.chance(20) and people[2] not in people[:2] else []
        subject, first, *answers = pool.line("errand").split(" | ")
        at = working_hour(s, people[0], s.between(*DAYS))
        mail = s.mail(
            people[0], [people[1]], at, subject, first, cc=cc, is_read=True, folder=shelf(s, people[0])
        )
        for number, text in enumerate(answers, start=1):
            author, reader = people[number % 2], people[1 - number % 2]
            at = next_hour(s, author, at + timedelta(minutes=s.between(15, 500)))
            mail = s.reply(author, mail, at, text, to=(reader,), cc=cc, is_read=True, folder=shelf(s, author))


@story("earlier-notices", needs={"mail"}, size=WorldSize.LARGE, rank=94)
def earlier_notices(s: StoryWriter) -> Acts:
    """Notices to everybody, and long mails of heads to their teams."""
    yield
    pool = Grammar(POOL, s.sampler)
    hosts = [s.one("chief of staff"), s.one("people partner"), s.one("office manager", "PA")]
    for _ in range(NOTICES):
        author = s.pick(hosts)
        subject, text = pool.line("notice").split(" | ")
        at = working_hour(s, author, s.between(*DAYS))
        s.mail(author, [s.list_of("all")], at, subject, text, is_read=True, folder=shelf(s, author))
    heads = [(s.cast.team(team)[0], team.lower()) for team in TEAMS]
    for number in range(REPORTS):
        author, readers = heads[number % len(heads)]
        at = working_hour(s, author, s.between(*DAYS))
        subject, text = pool.line("report").split(" | ")
        s.mail(
            author, [s.list_of(readers), s.desk], at, subject, text.replace(" // ", "\n\n"), is_read=True,
            folder=shelf(s, author),
        )  # fmt: skip


@story("earlier-machines", needs={"mail"}, size=WorldSize.LARGE, rank=94)
def earlier_machines(s: StoryWriter) -> Acts:
    """Reports on stations, sheets of hours, statements, menus and bills."""
    yield
    pool = Grammar(POOL, s.sampler)
    for day in before(s, "-42d", WORKDAYS, 6 * TIMES):
        station_report(s, day, quiet_stations(s), is_read=True, folder=shelf(s))
    for day in before(s, "-56d", (4,), 8 * TIMES):
        hours_sheet(s, day, is_read=True, folder=shelf(s))
    for at, month in statements(s.start, 3 * TIMES)[3:]:
        statement(s, at, month, is_read=True, folder=shelf(s))
    manager = s.one("office manager", "PA")
    readers = list({each.id: each for each in (manager, s.desk)}.values())
    for day in before(s, "-35d", MENU_DAYS, 5 * TIMES):
        s.mail(
            CATERER, readers, day + timedelta(hours=9, minutes=30), f"Lunch on {day_text(day.date())}",
            pool.line("menu"), kind="notice", is_automatic=True, is_read=True, folder=shelf(s),
        )  # fmt: skip
    for sender, at, what, cents in bills(s):
        number = s.fact(f"{what}, number", f"{s.between(20, 98)}{s.between(100, 999)}")
        total = s.fact(f"{what}, sum", money(cents))
        s.mail(
            sender, [Address(name="Invoices", email=f"invoices@{DOMAIN}")], at, f"Invoice {number}: {what}",
            f"Invoice {number}\n{what}\nTotal, tax included: {total}\nPayable within thirty days.",
            kind="notice", is_automatic=True, is_read=True, folder=shelf(s),
        )  # fmt: skip


def bills(s: StoryWriter) -> Iterator[tuple[Address, datetime, str, int]]:
    """Who billed what when: rent since the move, lunches and boards of two years."""
    boards = Address(name="Ohmlow Components", email="billing@ohmlow.test")
    landlord = Address(name="Quoinhithe Estates", email="rent@quoinhithe.test")
    first = datetime(s.start.year, 1, 1)
    while first.year > s.start.year - 3:
        last = first - timedelta(days=1)
        yield CATERER, first.replace(hour=7, minute=30), f"Lunches in {last:%B %Y}", s.between(90000, 190000)
        month = last.replace(day=1)
        for day, place in ((7, "first"), (21, "second")):
            at = month.replace(day=day, hour=13, minute=10)
            yield (
                boards,
                at,
                f"Controller boards, {place} delivery of {last:%B %Y}",
                s.between(210000, 640000),
            )
        if month >= MOVED_IN:
            what = f"Rent and service, Cooperage House, {last:%B %Y}"
            yield landlord, month.replace(hour=8), what, 1840000
        first = month


def shelf(s: StoryWriter, author: Staff | None = None) -> str | None:
    """The folder in which the person at the centre keeps an old mail: the archive or where it came."""
    is_archived = s.chance(ARCHIVED)
    is_own = author is not None and author.id == s.desk.id
    return "archive" if is_archived and not is_own else None
