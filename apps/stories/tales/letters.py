"""Newsletters: five of them, each in its own rhythm, to those who have subscribed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gristmill.apps.stories.acts import Address
from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.pools import sections
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.world.choice import WorldSize

TENDER_LETTER = 12  # days before the start: the Datum Post with the tender number


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A newsletter: its sender, weekdays (Monday is 0) and hour of printing, and how many items it has."""

    name: str
    email: str
    weekdays: tuple[int, ...]
    hour: int
    issues: int
    items: int
    farewell: str


LETTERS = (
    Letter(name="Datum Post", email="post@datumpost.test", weekdays=(0, 3), hour=6, issues=16, items=3,
           farewell="Datum Post is written by people with wet feet. Corrections are welcome."),
    Letter(name="Sluice Weekly", email="desk@sluiceweekly.test", weekdays=(2,), hour=7, issues=8, items=3,
           farewell="Sluice Weekly, the paper that opens on both sides."),
    Letter(name="Desk & Chair", email="news@deskandchair.test", weekdays=(1, 4), hour=12, issues=11, items=3,
           farewell="You receive Desk & Chair because somebody at your desk once wanted a chair."),
    Letter(name="Ansley Table", email="table@ansleytable.test", weekdays=(3,), hour=16, issues=9, items=3,
           farewell="Ansley Table. Eat well, tip well."),
    Letter(name="Marlowick Notes", email="notes@news.marlowick.test", weekdays=(4,), hour=9, issues=8, items=3,
           farewell="Marlowick, general store since 1911. Prices are on the pages of the goods."),
)  # fmt: skip


@story("letters", needs={"mail"}, size=WorldSize.SMALL, rank=84)
def letters(s: StoryWriter) -> Acts:
    """Issues of two months; the reader at the desk has six of them half read, and new ones come midway."""
    yield
    tender = s.fact("tender", f"TR-{s.between(310, 989)}-{s.between(11, 98)}")
    for letter in LETTERS:
        if letter.name.startswith("Marlowick") and not s.has("shop"):
            continue
        pool = sections("letters")[letter.name]
        marked = [item for item in pool if "{tender}" in item]
        items = [item for item in s.sampler.shuffled(pool) if item not in marked]
        readers = subscribers(s)
        for number, at in enumerate(printed(s.start, letter)):
            chosen = [items.pop() for _ in range(letter.items) if items]
            if marked and (s.start - at).days >= TENDER_LETTER:
                chosen = [*chosen[:1], marked.pop().format(tender=tender), *chosen[1:2]]
            if chosen:
                issue(s, letter, at, chosen, readers, is_read=s.chance(40) if number else False)


def subscribers(s: StoryWriter) -> list[Staff]:
    """The person at the desk and a few others."""
    others = [each for each in s.cast.staff() if each.id != s.desk.id]
    return [s.desk, *s.some(others, 5)]


def issue(
    s: StoryWriter, letter: Letter, at: datetime, items: list[str], readers: list[Staff],
    *, is_read: bool, folder: str | None = None,
) -> None:  # fmt: skip
    """Send one issue to each subscriber."""
    parts = [item.partition(": ") for item in items]
    text = "\n\n".join(f"{head}\n{body}" for head, _, body in parts)
    sender = Address(name=letter.name, email=letter.email)
    headline = parts[s.between(0, len(parts) - 1)][0]
    for reader in readers:
        s.mail(
            sender, [reader], at, f"{letter.name}: {headline[0].lower() if ' ' in headline else headline[0]}{headline[1:]}",
            text, closing=letter.farewell, is_automatic=True, kind="letter",
            is_read=is_read, folder=folder, is_starred=reader.id == s.desk.id and is_read and s.chance(8),
        )  # fmt: skip


def printed(start: datetime, letter: Letter, issues: int | None = None) -> list[datetime]:
    """When so many of the letter's last issues were printed, newest first; some at an odd minute."""
    midnight = datetime(start.year, start.month, start.day)
    found: list[datetime] = []
    back = 0
    while len(found) < (issues or letter.issues):
        day = midnight - timedelta(days=back)
        at = day + timedelta(hours=letter.hour, minutes=(back * 7) % 23)
        if day.weekday() in letter.weekdays and at < start:
            found.append(at)
        back += 1
    return found
