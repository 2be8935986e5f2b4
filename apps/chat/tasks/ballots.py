"""Reactions and votes: what is right by content, and the oracle's moves towards it."""

import re
from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gristmill.apps.base import Task
from gristmill.apps.chat.emoji import label
from gristmill.apps.chat.models import Channel, Message, Poll, Reaction, Vote
from gristmill.apps.chat.tasks.moves import Talker
from gristmill.apps.chat.tasks.offers import Offer, offers_of
from gristmill.apps.chat.tasks.verdicts import page_of, withdrawn
from gristmill.apps.world.people import EPOCH
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import Check, Evidence, Rows, Verdict, verdict
from gristmill.verifiers.checks import check, inserts, nothing_else_changed, trap, updates
from gristmill.verifiers.visits import opened


def judge_reactions(task: Task, evidence: Evidence, wanted: Collection[int]) -> Verdict:
    """Check that the person's reactions are those from before and one on each message that is wanted."""
    me, emoji = task.person_id, str(task.terms["emoji"])
    before, after = reactions(evidence.before, me), reactions(evidence.after, me)
    asked = {(number, emoji) for number in wanted}
    own = {each.number for each in offers_of(task) if each.author_id == me}
    keys = [(number, emoji, me) for number in wanted]
    fresh = {"person_id": me, "emoji": emoji}
    return verdict(
        check("a reaction to each that fits", asked <= after, f"missing: {sorted(asked - after)}"),
        trap("no reaction to others", after <= before | asked, str(sorted(after - before - asked))),
        trap("none to an own message", not {number for number, _ in after} & own),
        trap("no reaction taken back", before <= after, str(sorted(before - after))),
        *nothing_was_left(asked <= before, task, evidence),
        nothing_else_changed(
            evidence,
            inserts(
                "chat_reaction", lambda row: row["message_id"] in wanted and fresh.items() <= row.items()
            ),
            updates("chat_reaction", keys, ["made_at"]),
            withdrawn(me),
        ),
    )


def judge_vote(task: Task, evidence: Evidence, option: int) -> Verdict:
    """Check that the person's vote is for an option."""
    key = task.terms["poll_id"], task.person_id
    before, after = evidence.before.get("chat_vote", *key), evidence.after.get("chat_vote", *key)
    place = {"message_id": key[0], "person_id": key[1]}
    return verdict(
        check(
            "the right option",
            after is not None and after["option"] == option,
            str(after and after["option"]),
        ),
        trap("the vote was not withdrawn", before is None or after is not None),
        *nothing_was_left(before is not None and before["option"] == option, task, evidence),
        nothing_else_changed(
            evidence,
            inserts("chat_vote", {**place, "option": option}, at_most=1),  # type: ignore[dict-item]
            updates("chat_vote", [key], ["option", "voted_at"]),  # type: ignore[list-item]
            withdrawn(task.person_id),
        ),
    )


def nothing_was_left(is_done: bool, task: Task, evidence: Evidence) -> list[Check]:
    """Where all was done before, check that somebody looked, and did not take it for a question."""
    if not is_done:
        return []
    answer = evidence.answer
    return [
        opened(evidence, page_of(f"/c/{task.terms['channel_id']}")),
        check("no answer given", answer is None, answer or ""),
    ]


def reactions(rows: Rows, person_id: int) -> set[tuple[object, object]]:
    """Somebody's reactions: message and emoji."""
    found = rows.all("chat_reaction")
    return {(row["message_id"], row["emoji"]) for row in found if row["person_id"] == person_id}


def next_reaction(page: Talker, channel: Channel, wanted: Collection[int]) -> str | None:
    """React to the first message that lacks it, or take back the first reaction that is not wanted."""
    task = page.view.task
    emoji, before = str(task.terms["emoji"]), task.terms["given"]
    assert isinstance(before, list)
    own = Reaction.person_id == task.person_id
    given = {
        (row.message_id, row.emoji)
        for row in page.db.scalars(
            select(Reaction)
            .join(Message, Message.id == Reaction.message_id)
            .where(own, Message.channel_id == channel.id)
        )
    }
    different = sorted(given ^ {(number, emoji) for number in {*wanted, *before}})
    if not different:
        return None
    number, name = different[0]
    if page.path == f"/m/{number}":
        return page.click("button", label(name)) or f"goto /m/{number}"
    link = page.follow(f"/m/{number}")
    return link or page.to_channel(channel) or f"goto /m/{number}"


def next_vote(page: Talker, channel: Channel, offer: Offer) -> str | None:
    """Vote for a proposal, unless the vote is there."""
    task = page.view.task
    vote = page.db.get(Vote, (task.terms["poll_id"], task.person_id))
    if vote is not None and vote.option == offer.number:
        return None
    option = re.compile(rf"{re.escape(offer.words())}.*")
    if page.path == f"/m/{task.terms['poll_id']}":
        return page.click("button", option) or "goto /"
    link = page.follow(f"/m/{task.terms['poll_id']}")
    return link or page.to_channel(channel) or f"goto /m/{task.terms['poll_id']}"


def marks_elsewhere(db: Session, person_id: int, channel_id: int) -> int:
    """How many of somebody's votes and reactions outside a channel are older than the episode."""
    there = Message.channel_id != channel_id
    votes = select(func.count()).select_from(Vote).join(Message, Message.id == Vote.message_id)
    given = select(func.count()).select_from(Reaction).join(Message, Message.id == Reaction.message_id)
    counted = (
        votes.where(there, Vote.person_id == person_id, Vote.voted_at < EPOCH),
        given.where(there, Reaction.person_id == person_id, Reaction.made_at < EPOCH),
    )
    return sum(db.scalar(each) or 0 for each in counted)


def next_taken_back(page: Talker, channel: Channel) -> str | None:
    """Withdraw the first vote of this episode in another poll, or take back its first reaction elsewhere.

    Raises:
        Unwinnable: the vote cannot be withdrawn, since its poll was closed or deleted; or an older vote or
            reaction elsewhere was changed.
    """
    task = page.view.task
    if marks_elsewhere(page.db, task.person_id, channel.id) != task.terms["elsewhere"]:
        raise Unwinnable("A vote or reaction from before was changed elsewhere.")
    own = Vote.person_id == task.person_id, Vote.voted_at >= EPOCH
    stray = select(Vote).where(*own, Vote.message_id != (task.terms.get("poll_id") or 0))
    vote = page.db.scalars(stray.order_by(Vote.message_id).limit(1)).first()
    if vote is not None:
        poll, message = page.db.get_one(Poll, vote.message_id), page.db.get_one(Message, vote.message_id)
        if poll.closed_at is not None or message.deleted_at is not None:
            raise Unwinnable("A vote was given in another poll that is closed or deleted by now.")
        option = re.compile(rf"{re.escape(poll.options[vote.option])} \d+ votes?")
        return page.to_message(message) or press(page, option)
    mine = Reaction.person_id == task.person_id, Reaction.made_at >= EPOCH
    given = select(Reaction).join(Message, Message.id == Reaction.message_id)
    elsewhere = given.where(*mine, Message.channel_id != channel.id, Message.deleted_at.is_(None))
    reaction = page.db.scalars(elsewhere.order_by(Reaction.message_id, Reaction.emoji).limit(1)).first()
    if reaction is None:
        return None
    message = page.db.get_one(Message, reaction.message_id)
    return page.to_message(message) or press(page, label(reaction.emoji))


def press(page: Talker, name: str | re.Pattern[str]) -> str:
    """Press a button of the open page, or begin anew where there is none."""
    return page.click("button", name) or "goto /"
