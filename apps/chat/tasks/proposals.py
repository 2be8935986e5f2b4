"""Set-up rows: proposals as messages with reactions, and as polls with votes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from gristmill.apps.chat.models import Channel, Poll, Reaction, Vote
from gristmill.apps.chat.tasks.offers import OUTINGS, Offer, as_terms, draw_offers, fitting
from gristmill.apps.chat.tasks.staging import SMALL_TALK, Times, stage_post
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.task import Json
from gristmill.apps.world.models import Person
from gristmill.apps.world.world import World

QUESTIONS = ("Day out: where do we go?", "Which outing is it to be?", "Please vote for our day out")


def cheap_offer(sampler: Sampler, offers: Sequence[Offer], price: int, seats: int) -> Offer:
    """One more proposal, which keeps a condition."""
    taken = {each.place for each in offers}
    place = sampler.pick([each for each in OUTINGS if each not in taken])
    return Offer(place=place, price=price - sampler.between(0, 2), seats=seats + 2 * sampler.between(0, 2))


def stage_proposals(
    world: World,
    sampler: Sampler,
    channel: Channel,
    people: Sequence[Person],
    offers: Sequence[Offer],
    wish: tuple[int, int, str],
) -> dict[str, Json]:
    """Write each proposal, the first one by the task's person, who has reacted to some that fit (or all)."""
    price, seats, emoji = wish
    at, written = Times(world, sampler, hours=4), []
    for index in sampler.shuffled(range(len(offers))):
        author = people[0] if index == 0 else sampler.pick(people[1:])
        if sampler.chance(50):
            stage_post(world, channel, sampler.pick(people[1:]).id, at(), sampler.pick(SMALL_TALK))
        message = stage_post(world, channel, author.id, at(), offers[index].words())
        written.append(replace(offers[index], author_id=author.id, number=message.id))
    fit = [each for each in fitting(written, price, seats) if each.author_id != people[0].id]
    done = len(fit) if sampler.chance(12) else sampler.between(0, 1) if len(fit) > 1 else 0
    given = [each.number for each in sampler.some(fit, done)]
    reactions = [(number, emoji, people[0].id) for number in given]
    reactions += [(each.number, emoji, sampler.pick(people[1:]).id) for each in sampler.some(written, 4)]
    for number, name, person_id in reactions:
        made_at = world.now - timedelta(minutes=20)
        world.db.add(Reaction(message_id=number, emoji=name, person_id=person_id, made_at=made_at))
    world.db.flush()
    return {"offers": as_terms(written), "given": given}


def stage_polls(
    world: World,
    sampler: Sampler,
    channel: Channel,
    people: Sequence[Person],
    offers: Sequence[Offer],
    seats: int,
) -> dict[str, Json]:
    """Write an older poll and the one that counts; the person may have voted in it, and it may be closed."""
    at = Times(world, sampler, hours=4)
    older, numbered = draw_offers(sampler, 4), [replace(each, number=n) for n, each in enumerate(offers)]
    stage_poll(world, sampler, channel, people[1:], older, at)
    for text in sampler.some(SMALL_TALK, 4):
        stage_post(world, channel, sampler.pick(people[1:]).id, at(), text)
    poll = stage_poll(world, sampler, channel, people[1:], numbered, at)
    is_closed = sampler.chance(25)
    right = min((each for each in numbered if each.seats >= seats), key=lambda each: each.price).number
    own = sampler.pick((None, right, *(each.number for each in numbered if each.number != right)))
    if is_closed:
        poll.closed_at = world.now - timedelta(minutes=5)
        own = None if own == right else own
    if own is not None:
        cast(world, poll.message_id, people[0].id, own)
    return {"offers": as_terms(numbered), "poll_id": poll.message_id, "is_closed": is_closed, "voted": own}


def stage_poll(
    world: World,
    sampler: Sampler,
    channel: Channel,
    people: Sequence[Person],
    offers: Sequence[Offer],
    at: Times,
) -> Poll:
    """A poll of one of these people, in which some of them have voted."""
    options = [each.words() for each in offers]
    author, question = sampler.pick(people), sampler.pick(QUESTIONS)
    message = stage_post(world, channel, author.id, at(), question, options=options)
    for each in sampler.some(people, 3):
        cast(world, message.id, each.id, sampler.between(0, len(options) - 1))
    return world.db.get_one(Poll, message.id)


def cast(world: World, message_id: int, person_id: int, option: int) -> None:
    """Somebody has voted shortly before the task."""
    voted_at = world.now - timedelta(minutes=15)
    world.db.add(Vote(message_id=message_id, person_id=person_id, option=option, voted_at=voted_at))
    world.db.flush()
