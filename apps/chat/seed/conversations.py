"""Rows of members, channels, conversations and memberships."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from gristmill.apps.chat.models import Kind, Level
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.stories.acts import ChannelAct, PostAct, Script
from gristmill.apps.world.models import Job

Rows = list[dict[str, object]]

STATUSES = (
    ("coffee", "Coffee first"), ("eyes", "Reading, slow to answer"), ("bulb", "Thinking, nudge me"),
    ("check", "Catching up"), ("house", "Door open"),
)  # fmt: skip
FOUNDED_BEFORE = timedelta(days=400)


@dataclass(kw_only=True, slots=True)
class Conversation:
    """A conversation that is being seeded: its id and who joined when."""

    id: int
    kind: str
    row: dict[str, object]
    joined: dict[int, datetime] = field(default_factory=dict)


def member_rows(sampler: Sampler, jobs: Sequence[Job], now: datetime, desk_id: int) -> Rows:
    """An account for everybody who has or had a job."""
    with_status = set(sampler.some([job.person_id for job in jobs if job.status == "staff"], 5)) - {desk_id}
    since = now - FOUNDED_BEFORE
    rows: Rows = []
    for job in jobs:
        emoji, text = sampler.pick(STATUSES) if job.person_id in with_status else ("", "")
        rows.append(
            {
                "person_id": job.person_id, "joined_at": since + timedelta(hours=job.person_id),
                "is_active": job.status != "left" and (job.person_id == desk_id or is_at_work(job, now)),
                "status_emoji": emoji, "status_text": text, "status_until": None, "quiet_until": None,
            }
        )  # fmt: skip
    return rows


def is_at_work(job: Job, now: datetime) -> bool:
    """Whether it is working time where somebody works."""
    local = (now + timedelta(minutes=job.site.offset_minutes)).time()
    return time.fromisoformat(job.site.opens) <= local < time.fromisoformat(job.site.closes)


class Conversations:
    """All conversations of a script, found by a post."""

    def __init__(self, script: Script, jobs: Sequence[Job], now: datetime) -> None:
        self._now = now
        self._staff = [job.person_id for job in jobs if job.status == "staff"]
        self._closed = {job.person_id for job in jobs if job.status == "left"}
        self.by_name: dict[str, Conversation] = {}
        self.by_people: dict[str, Conversation] = {}
        self.former: Rows = []
        for act in sorted(script.channels, key=lambda each: (each.created_at, each.name)):
            self._open(act)
        for post in script.posts:
            self._take_part(post)

    @property
    def every(self) -> list[Conversation]:
        """All of them, by id."""
        return sorted([*self.by_name.values(), *self.by_people.values()], key=lambda each: each.id)

    def of(self, post: PostAct) -> Conversation:
        """Where a post belongs."""
        return self.by_name[post.channel] if post.channel else self.by_people[key_of(post.people)]

    def _open(self, act: ChannelAct) -> Conversation:
        kind = Kind.PRIVATE if act.is_private else Kind.PUBLIC
        archived = act.archived_at if act.archived_at and act.archived_at <= self._now else None
        opened = self._add(
            kind, act.created_at, act.creator_id, name=act.name, topic=act.topic, purpose=act.purpose,
            archived_at=archived,
        )  # fmt: skip
        self.by_name[act.name] = opened
        self.former += [{"channel_id": opened.id, "name": name} for name in act.former_names]
        for person_id in act.members if act.members is not None else self._staff:
            joined = max(act.joined.get(person_id, act.created_at), act.created_at)
            if joined <= self._now and person_id not in self._closed:
                opened.joined[person_id] = joined
        return opened

    def _take_part(self, post: PostAct) -> None:
        """Open what a post needs: its conversation, its author's place in it."""
        if post.channel and post.channel not in self.by_name:
            self._open(
                ChannelAct(
                    name=post.channel, members=None, creator_id=post.author_id,
                    created_at=min(post.at, self._now) - timedelta(days=90),
                )
            )  # fmt: skip
        if not post.channel and key_of(post.people) not in self.by_people:
            kind = Kind.DIRECT if len(set(post.people)) <= 2 else Kind.GROUP
            at = min(post.at, self._now)
            opened = self._add(kind, at, post.author_id, people_key=key_of(post.people))
            opened.joined = dict.fromkeys(sorted(set(post.people)), at)
            self.by_people[key_of(post.people)] = opened
        if post.at <= self._now and post.author_id not in self._closed:
            self.of(post).joined.setdefault(post.author_id, post.at)

    def _add(self, kind: Kind, created_at: datetime, creator_id: int, **values: object) -> Conversation:
        number = len(self.by_name) + len(self.by_people) + 1
        row: dict[str, object] = {
            "id": number, "kind": kind, "name": None, "people_key": None, "topic": "", "purpose": "",
            "creator_id": creator_id, "created_at": created_at, "archived_at": None, **values,
        }  # fmt: skip
        return Conversation(id=number, kind=kind, row=row)


def key_of(people: Sequence[int]) -> str:
    """The key of the conversation of these people."""
    return ",".join(str(each) for each in sorted(set(people)))


def membership_rows(sampler: Sampler, conversations: Sequence[Conversation]) -> Rows:
    """Everybody's places, a few of them starred, muted or with a level of their own."""
    rows: Rows = []
    for each in conversations:
        is_named = each.kind in {Kind.PUBLIC, Kind.PRIVATE}
        for person_id, joined in sorted(each.joined.items()):
            taste = sampler.between(0, 99) if is_named else 50
            rows.append(
                {
                    "channel_id": each.id, "person_id": person_id, "joined_at": joined,
                    "level": Level.ALL if taste < 3 else Level.NOTHING if taste > 97 else Level.MENTIONS,
                    "is_starred": 3 <= taste < 13, "is_muted": 13 <= taste < 18, "section_id": None,
                }
            )  # fmt: skip
    return rows
