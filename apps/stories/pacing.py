"""Spreads what stories let happen after the world's start, so that never too much happens at once.

A story's acts keep their order and their distances: they move together, by quarters of an hour, to the first
place where there is room, where their authors are at work and where the polls that they vote in are open.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.stories.acts import ChangeAct, EventAct, MailAct, PostAct, Script
from gristmill.apps.stories.company import SITES, Cast

WINDOW = timedelta(minutes=15)
MOST = 8  # acts of stories in a window; the shop's own events come on top
WINDOWS = 28
UNSENT = ("drafts", "scheduled")

Act = MailAct | PostAct | ChangeAct


@dataclass(kw_only=True, slots=True)
class Sequel:
    """What one story lets happen after the start, unless a task has to ask for it."""

    story: str
    acts: list[Act]
    events: list[EventAct]
    is_fixed: bool  # something that is held answers it

    @property
    def times(self) -> list[datetime]:
        """When its acts are."""
        return [each.at for each in (*self.acts, *self.events)]


def spread(script: Script, start: datetime, cast: Cast, sampler: Sampler) -> None:
    """Move later acts of stories so that at most `MOST` lie in a quarter of an hour, where that can be."""
    sequels = sequels_of(script, start)
    order = sampler.shuffled(sorted(sequels, key=lambda each: each.story))
    order.sort(key=lambda each: -urgency(each, cast))
    used: Counter[int] = Counter()
    for sequel in order:
        shifts = [number * WINDOW for number in range(WINDOWS)] if not sequel.is_fixed else [timedelta()]
        shift = next((each for each in shifts if fits(sequel, each, used, start, cast)), timedelta())
        used.update(windows(sequel, shift, start))
        move(sequel, shift, script)


def sequels_of(script: Script, start: datetime) -> list[Sequel]:
    """What follows after the start, by stories."""
    found: dict[str, Sequel] = {}
    later = [each for each in acts_of(script) if each.at > start and not is_unsent(each)]
    awaited = {id(parent_of(each)) for each in later if each.held}
    for act in later:
        if not act.held:
            sequel = found.setdefault(story_of(act), empty(story_of(act)))
            sequel.acts.append(act)
            sequel.is_fixed |= id(act) in awaited
    for event in script.events:
        if event.at > start and not event.held:
            found.setdefault(event.story, empty(event.story)).events.append(event)
    return list(found.values())


def empty(story: str) -> Sequel:
    """A sequel in which nothing happens yet."""
    return Sequel(story=story, acts=[], events=[], is_fixed=False)


def acts_of(script: Script) -> Iterator[Act]:
    """All mails, posts and changes."""
    yield from script.mails
    yield from script.posts
    yield from script.changes


def is_unsent(act: Act) -> bool:
    """Whether it is a mail that somebody has only written."""
    return isinstance(act, MailAct) and act.folder in UNSENT


def story_of(act: Act) -> str:
    """The story that an act belongs to."""
    return act.story if isinstance(act, ChangeAct) else act.key.partition(".")[0]


def parent_of(act: Act) -> Act | None:
    """What an act answers or changes."""
    return act.post if isinstance(act, ChangeAct) else act.parent


def author_of(act: Act) -> int | None:
    """Who of the company does it; None for machines and outsiders."""
    if isinstance(act, ChangeAct):
        return act.person_id
    if act.is_automatic:
        return None
    return act.sender.person_id if isinstance(act, MailAct) else act.author_id


def urgency(sequel: Sequel, cast: Cast) -> int:
    """Whose acts are placed first: those that cannot move, then those of people who go home early."""
    closing = [closes(author, cast, act.at) for act in sequel.acts if (author := author_of(act))]
    return (
        10_000 if sequel.is_fixed else -min((each.hour * 60 + each.minute for each in closing), default=2_000)
    )


def closes(person_id: int, cast: Cast, day: datetime) -> datetime:
    """When somebody's office closes on a day, by the world's clock."""
    site = next(site for site in SITES if site.key == cast.people[person_id].site)
    return datetime.fromisoformat(f"{day:%Y-%m-%d} {site.closes}") - timedelta(hours=site.offset_h)


def windows(sequel: Sequel, shift: timedelta, start: datetime) -> list[int]:
    """Which quarter of an hour each of its acts falls into."""
    return [(each + shift - start) // WINDOW for each in sequel.times]


def fits(sequel: Sequel, shift: timedelta, used: Counter[int], start: datetime, cast: Cast) -> bool:
    """Whether there is room for a story's acts, and all of them are possible then."""
    counts = used + Counter(windows(sequel, shift, start))
    is_free = all(counts[each] <= MOST for each in windows(sequel, shift, start))
    return is_free and all(is_possible(act, shift, cast) for act in sequel.acts)


def is_possible(act: Act, shift: timedelta, cast: Cast) -> bool:
    """Whether the author is still at work, if they were before, and a poll still open."""
    author, at = author_of(act), act.at + shift
    if author is not None and act.at <= closes(author, cast, act.at) < at:
        return False
    poll = act.post if isinstance(act, ChangeAct) else None
    return poll is None or poll.poll_closes_at is None or at < poll.poll_closes_at


def move(sequel: Sequel, shift: timedelta, script: Script) -> None:
    """Let a story's acts happen later."""
    for act in sequel.acts:
        act.at += shift
        if isinstance(act, PostAct):
            move_changes(act, shift)
    moved = {id(each) for each in sequel.events}
    script.events[:] = [
        replace(each, at=each.at + shift) if id(each) in moved else each for each in script.events
    ]


def move_changes(post: PostAct, shift: timedelta) -> None:
    """Move what becomes of a post with it."""
    post.edits = tuple((at + shift, text) for at, text in post.edits)
    post.reactions = tuple((who, emoji, at + shift) for who, emoji, at in post.reactions)
    post.votes = tuple((who, option, at + shift) for who, option, at in post.votes)
    for name in ("deleted_at", "pinned_at", "unpinned_at", "poll_closes_at"):
        if (at := getattr(post, name)) is not None:
            setattr(post, name, at + shift)
