"""React to proposals that fulfil a condition, or vote in a poll for the one that does."""

from collections.abc import Mapping
from dataclasses import replace

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Task, TaskFamily, View
from gristmill.apps.chat.emoji import label
from gristmill.apps.chat.models import Channel
from gristmill.apps.chat.tasks.ballots import (
    judge_reactions,
    judge_vote,
    marks_elsewhere,
    next_reaction,
    next_taken_back,
    next_vote,
)
from gristmill.apps.chat.tasks.moves import Talker
from gristmill.apps.chat.tasks.offers import Offer, draw_condition, draw_offers, fitting, offers_of
from gristmill.apps.chat.tasks.proposals import cheap_offer, stage_polls, stage_proposals
from gristmill.apps.chat.tasks.registry import TASKS
from gristmill.apps.chat.tasks.staging import draw_people, free_name, stage_channel
from gristmill.apps.chat.tasks.verdicts import page_of, refused
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict, verdict

WORDINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "train": {
        "react": (
            "In #{channel}, people have proposed places for a day out. Give a {emoji} reaction to "
            "each proposal that costs at most ${price} a head and has at least {seats} seats, except "
            "to my own. No other reactions; leave those that are there.",
            "React with {emoji} to every colleague's proposal in #{channel} with {seats} or more "
            "seats for ${price} a head or less. My own proposal gets none, and reactions that I gave "
            "before stay.",
            "Go through the proposals for the day out in #{channel}. Whatever takes at least {seats} "
            "people and is not dearer than ${price} a head gets a {emoji} from me, unless I proposed "
            "it. Change nothing else.",
            "I am for all outings proposed by others in #{channel} that cost no more than ${price} "
            "each person and have room for {seats} or more. Show it by a {emoji} on each, and on "
            "nothing else.",
        ),
        "vote": (
            "Vote in the newest poll in #{channel}: for the cheapest option with at least {seats} "
            "seats. If I have voted already, make sure that my vote is on that one.",
            "My vote in the latest poll of #{channel} should be for the lowest price among the "
            "options with {seats} seats or more. Change it if it is on something else.",
            "In #{channel} there is a poll about the day out; take its newest one. We are {seats} "
            "people. Put my vote on the cheapest option that has room for all of us.",
            "See to it that I vote in the last poll in #{channel} for whatever costs least a head and "
            "still has {seats} seats or more.",
        ),
    },
    "test": {
        "react": (
            "Others have suggested outings in #{channel}. Mark those of at most ${price} a head and "
            "not fewer than {seats} seats with a {emoji} reaction. Not mine, and no other reaction is "
            "to come or go.",
            "Every suggestion in #{channel} that somebody else made, that has {seats} seats at least "
            "and costs ${price} a head at most, shall have my {emoji} reaction. Nothing else.",
            "Put a {emoji} on the suggestions of my colleagues in #{channel} for up to ${price} a "
            "head with {seats} seats or more. Other messages are left as they are.",
        ),
        "vote": (
            "The most recent poll in #{channel} should have my vote on its cheapest option with no "
            "fewer than {seats} seats, whatever I voted before.",
            "Take the latest poll of #{channel}. Of the options with {seats} or more seats, the one "
            "with the lowest price has to have my vote.",
            "Where should my vote go in the newest poll of #{channel}? To the least expensive option "
            "for {seats} or more people. Vote for it.",
        ),
    },
}
EMOJI = ("thumbsup", "heart", "tada", "rocket", "clap", "palm", "fire", "eyes")


@TASKS.add("Chat-ReactPoll-v0", tags=("reactions", "polls"), max_steps=50, axes=("brief", "news"))
class ReactPoll(TaskFamily):
    """React to the proposals that fulfil a condition, or vote for the right option of a poll."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """A channel with proposals, or with two polls; some of it is done already, or the poll is closed."""
        sampler = Sampler(rng)
        people, name = draw_people(world, sampler, 6), free_name(world, sampler)
        channel, kind = stage_channel(world, name, people), sampler.pick(("react", "vote"))
        emoji = sampler.pick(EMOJI)
        price, seats = draw_condition(sampler, offers := draw_offers(sampler, 6))
        if kind == "react":
            own = cheap_offer(sampler, offers, price, seats)
            found = stage_proposals(world, sampler, channel, people, [own, *offers], (price, seats, emoji))
        else:
            found = stage_polls(world, sampler, channel, people, offers, seats)
        terms = {
            "kind": kind,
            "channel_id": channel.id,
            "price": price,
            "seats": seats,
            "emoji": emoji,
            "elsewhere": marks_elsewhere(world.db, people[0].id, channel.id),
            **found,
        }
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings,
            goal=sampler.pick(WORDINGS[wordings][kind]).format(
                channel=name, price=price, seats=seats, emoji=label(emoji)
            ),
            start_url="http://chat.test/", person_id=people[0].id, terms=terms,
            ends_with=EndsWith.GIVE_UP if terms.get("is_closed") else EndsWith.DONE,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another number of seats."""
        seats = Sampler(rng).pick(other_seats(task) or [int(str(task.terms["seats"]))])
        return replace(task, terms={**task.terms, "seats": seats}), f"There have to be {seats} seats or more."

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check reactions or vote by content, and that nothing else changed."""
        if task.ends_with is EndsWith.GIVE_UP:
            pages = page_of(f"/(c/{task.terms['channel_id']}|m/{task.terms['poll_id']})")
            return verdict(*refused(evidence, task.person_id, pages))
        if task.terms["kind"] == "react":
            return judge_reactions(task, evidence, [each.number for each in wanted(task)])
        return judge_vote(task, evidence, wanted(task)[0].number)

    def oracle(self, view: View) -> str:
        """Take back what is wrong, then react or vote."""
        page, task = Talker(view), view.task
        channel = view.db.get_one(Channel, task.terms["channel_id"])
        undone = next_taken_back(page, channel) or page.undo()
        if undone:
            return undone
        if task.ends_with is EndsWith.GIVE_UP:
            is_found = page.has_opened(f"/c/{channel.id}")
            return page.give_up("The poll is closed.") if is_found else page.to_channel(channel) or "goto /"
        if task.terms["kind"] == "react":
            action = next_reaction(page, channel, [each.number for each in wanted(task)])
        else:
            action = next_vote(page, channel, wanted(task)[0])
        if action:
            return action
        return "done" if page.has_opened(f"/c/{channel.id}") else page.to_channel(channel) or "goto /"


def wanted(task: Task) -> list[Offer]:
    """The proposals to react to, or as the only one the option to vote for."""
    offers, seats = offers_of(task), int(str(task.terms["seats"]))
    if task.terms["kind"] == "react":
        found = fitting(offers, int(str(task.terms["price"])), seats)
        return [each for each in found if each.author_id != task.person_id]
    return [min(fitting(offers, max(each.price for each in offers), seats), key=lambda each: each.price)]


def other_seats(task: Task) -> list[int]:
    """Other numbers of seats, with which something else is wanted, if there are any."""
    changed = {
        each.seats: wanted(replace(task, terms={**task.terms, "seats": each.seats}))
        for each in offers_of(task)
        if task.terms["kind"] == "vote" or each.price <= int(str(task.terms["price"]))
    }
    return sorted(seats for seats, found in changed.items() if found not in ([], wanted(task)))
