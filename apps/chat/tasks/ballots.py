"""Reactions and votes: what is right by content, and the oracle's moves towards it."""

import re
from collections.abc import Collection

from sqlalchemy import select

from gristmill.apps.base import Task
from gristmill.apps.chat.emoji import label
from gristmill.apps.chat.models import Channel, Message, Reaction, Vote
from gristmill.apps.chat.tasks.moves import Talker
from gristmill.apps.chat.tasks.offers import Offer, offers_of
from gristmill.apps.chat.tasks.verdicts import page_of, withdrawn
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
