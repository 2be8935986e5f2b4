"""Create a channel for a team."""

from dataclasses import replace
from typing import Any

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, View
from gristmill.apps.chat.models import Channel, Kind
from gristmill.apps.chat.services.people import Card
from gristmill.apps.chat.tasks.directory import everybody
from gristmill.apps.chat.tasks.drawing import draw_member, own_channels
from gristmill.apps.chat.tasks.founding import Founder, listed
from gristmill.apps.chat.tasks.registry import TASKS
from gristmill.apps.chat.tasks.staging import free_name, places_of
from gristmill.apps.chat.tasks.verdicts import is_plain_member, page_of, refused, withdrawn
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.world.models import Job, Team
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import check, inserts, nothing_else_changed, term, trap
from gristmill.verifiers.rows import RowView

WORDINGS = {
    "train": (
        'Create a {kind} channel called #{name} with the purpose "{purpose}" and the topic "{topic}". '
        "Invite everybody who is in the {team} team, but no guests and nobody else.",
        'We need a {kind} channel, #{name}. Its purpose: "{purpose}". Its topic: "{topic}". All of the '
        "{team} team should be in it, guests excepted, and no other people.",
        'Set up #{name} as a {kind} channel for the people of the {team} team. Purpose "{purpose}", '
        'topic "{topic}". Guests who are listed with that team stay out, and so does everybody else.',
        'Open a new {kind} channel #{name} (purpose: "{purpose}"; topic: "{topic}") and add the whole '
        "{team} team to it. Do not add guests or anybody from elsewhere.",
    ),
    "test": (
        'The {team} team wants a {kind} channel named #{name}. Write "{purpose}" as its purpose and '
        '"{topic}" as its topic; put all of the team in, without guests and without others.',
        'Make #{name}, {kind}, with "{topic}" as the topic and "{purpose}" as the purpose. Members '
        "besides me: exactly those in the {team} team who are no guests.",
        "Please found the {kind} channel #{name}. Everybody of {team} who is not a guest joins it, "
        'nobody else does. The purpose reads "{purpose}", the topic "{topic}".',
    ),
}
PURPOSES = (
    "Plans for the spring", "Questions about the new lids", "Everything about parking",
    "Ideas for the open day",
    "Notes on the night shift", "Repairs and who does them", "Samples and what became of them",
    "Who brings what", "Preparing the audit", "Lost tools",
)  # fmt: skip
TOPICS = (
    "Read the pins first", "One matter a thread", "Closed on Fridays", "Answers by noon",
    "Numbers before words",
    "Next meeting on Monday", "Short posts, please", "Drafts only", "Say who does it", "Photos welcome",
)  # fmt: skip


@TASKS.add("Chat-Channel-v0", tags=("channels",), max_steps=64, level=Level.HARD, axes=("brief", "news"))
class NewChannel(TaskFamily):
    """Create a public or private channel with purpose and topic, and invite a team without its guest."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """A team that has got a guest; now and then the name is taken."""
        sampler = Sampler(rng)
        person, is_free = draw_member(world, sampler), not sampler.chance(15)
        name = free_name(world, sampler)
        if not is_free:
            name = str(sampler.pick(own_channels(world, person.id)).name)
        team, guest_id = stage_guest(world, sampler)
        members = [card.id for card in everybody(world) if card.team == team and card.status == "staff"]
        kind = sampler.pick((Kind.PUBLIC, Kind.PRIVATE))
        words = {
            "kind": kind.value,
            "name": name,
            "purpose": sampler.pick(PURPOSES),
            "topic": sampler.pick(TOPICS),
        }
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings,
            goal=sampler.pick(WORDINGS[wordings]).format(team=team, **words),
            start_url="http://chat.test/", person_id=person.id,
            terms={**words, "team": team, "guest": guest_id, "places": places_of(world.db),
                   "members": sorted({person.id, *members})},
            ends_with=EndsWith.DONE if is_free else EndsWith.GIVE_UP,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another topic."""
        topic = Sampler(rng).pick([each for each in TOPICS if each != task.terms["topic"]])
        return replace(task, terms={**task.terms, "topic": topic}), f'Make the topic "{topic}" instead.'

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one channel with everything as asked."""
        if task.ends_with is EndsWith.GIVE_UP:
            return verdict(*refused(evidence, task.person_id, page_of("/channels(/new)?")))
        made = [change.after or {} for change in evidence.diff.inserted("chat_channel")]
        channel = RowView(made[0] if len(made) == 1 else {})
        number, people = channel.integer("id"), members_of(evidence, channel.integer("id"))
        wanted = set(listed(task, "members"))
        own = {"archived_at": None, "people_key": None, "creator_id": task.person_id}
        return verdict(
            check("one channel created", len(made) == 1, f"{len(made)} channels"),
            term("name", task.terms["name"], channel.get("name")),
            trap(
                "public or private as asked", channel.get("kind") == task.terms["kind"], channel.text("kind")
            ),
            term("purpose", task.terms["purpose"], channel.get("purpose")),
            term("topic", task.terms["topic"], channel.get("topic")),
            check("the team invited", wanted <= people, f"missing: {wanted - people}"),
            trap("no guest invited", task.terms["guest"] not in people),
            trap("nobody else invited", people <= wanted | {task.terms["guest"]}, str(people - wanted)),
            nothing_else_changed(
                evidence,
                inserts("chat_channel", own, at_most=1),
                inserts("chat_membership", lambda row: is_plain_member(row, number)),
                inserts("chat_former_name", {"channel_id": number}),
                withdrawn(task.person_id),
            ),
        )

    def oracle(self, view: View) -> str:
        """Look at the team, create the channel with its people, then set the topic.

        Raises:
            Unwinnable: another channel was created, which cannot be removed.
        """
        page, task = Founder(view), view.task
        undone = page.undo()
        if undone:
            return undone
        places: Any = task.terms["places"]
        own = Channel.creator_id == task.person_id, Channel.id > places["newest"]
        made = view.db.scalars(select(Channel).where(*own)).all()
        is_wrong = len(made) > 1 or (made and made[0].kind != task.terms["kind"])
        if places_of(view.db, places["newest"]) != places:
            raise Unwinnable("Other channels were changed.")
        if is_wrong or (made and task.ends_with is EndsWith.GIVE_UP):
            raise Unwinnable("Another channel was created.")
        if task.ends_with is EndsWith.GIVE_UP:
            is_found = page.has_opened("/channels")
            return page.give_up("The name is taken.") if is_found else page.to_channels()
        return page.correct(made[0]) if made else page.found()


def stage_guest(world: World, sampler: Sampler) -> tuple[str, int]:
    """Let a guest belong to a team of three to eight employees; returns the team's name and who it is."""
    cards = everybody(world)
    sizes = {team: sum(c.team == team and c.status == "staff" for c in cards) for team in teams_of(cards)}
    team = sampler.pick([name for name in sorted(sizes) if 3 <= sizes[name] <= 8])
    guest = sampler.pick([card for card in cards if card.is_guest])
    team_id = world.db.scalars(select(Team.id).where(Team.name == team)).one()
    world.db.get_one(Job, guest.id).team_id = team_id
    world.db.flush()
    return team, guest.id


def teams_of(cards: list[Card]) -> set[str]:
    """The names of the teams."""
    return {card.team for card in cards if card.team}


def members_of(evidence: Evidence, channel_id: int) -> set[object]:
    """Who is in a channel now."""
    rows = evidence.after.all("chat_membership")
    return {row["person_id"] for row in rows if row["channel_id"] == channel_id}
