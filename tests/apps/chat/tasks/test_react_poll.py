"""React or vote by a condition: what is right, and each mistake by the check that names it."""

import re

import pytest

from gristmill.apps.chat.emoji import label
from gristmill.apps.chat.tasks.offers import Offer, fitting, offers_of
from gristmill.apps.chat.tasks.react_poll import wanted
from gristmill.envs.episode.episode import Ending

pytestmark = pytest.mark.slow

TASK = "Chat-ReactPoll-v0"


@pytest.fixture
def react(ordinary):
    return ordinary(TASK, lambda terms: terms["kind"] == "react" and 0 < len(terms["given"]) < fit(terms))


def fit(terms) -> int:
    found = fitting([Offer(**each) for each in terms["offers"]], terms["price"], terms["seats"])
    return len(found) - 1  # one is the person's own


@pytest.fixture
def vote(ordinary):
    return ordinary(TASK, lambda terms: terms["kind"] == "vote")


def task_of(episode):
    return episode.env.runner.episode.task


def give(episode, number: int, emoji: str | None = None):
    episode.act(f"goto /m/{number}")
    return episode.click("button", label(emoji or episode.terms["emoji"]))


def press(episode, offer):
    episode.act(f"goto /m/{episode.terms['poll_id']}")
    return episode.click("button", re.compile(rf"{re.escape(offer.words())}.*"))


@pytest.mark.parametrize("seed", range(4))
def test_the_oracle_reacts_or_votes(play, seed: int) -> None:
    episode = play(TASK, seed)
    assert episode.end(episode.oracle()).success


def test_reactions_in_another_order_by_the_channels_chips_are_right(react) -> None:
    for each in reversed([each.number for each in wanted(task_of(react))]):
        if each not in react.terms["given"]:
            give(react, each)
    assert react.end().success


def test_a_reaction_that_was_taken_back_and_given_again_is_right(react) -> None:
    react.oracle()
    for _ in range(2):
        give(react, react.terms["given"][0])
    assert react.end().success


def test_a_missing_reaction_fails(react) -> None:
    assert react.failed() == {"a reaction to each that fits"}


def test_an_own_message_fails(react) -> None:
    react.oracle()
    own = next(each for each in offers_of(task_of(react)) if each.author_id == task_of(react).person_id)
    failed = give(react, own.number).failed()
    assert failed == {"none to an own message", "no reaction to others", "nothing else changed"}


def test_another_message_or_emoji_fails(react) -> None:
    react.oracle()
    failed = give(react, wanted(task_of(react))[0].number, "coffee").failed()
    assert failed == {"no reaction to others", "nothing else changed"}


def test_a_reaction_taken_back_fails(react) -> None:
    react.oracle()
    failed = give(react, react.terms["given"][0]).failed()
    assert failed == {"a reaction to each that fits", "no reaction taken back", "nothing else changed"}


def test_a_vote_that_was_changed_twice_is_right(vote) -> None:
    right = wanted(task_of(vote))[0]
    press(vote, next(each for each in offers_of(task_of(vote)) if each != right))
    assert press(vote, right).end().success


def test_a_vote_for_another_option_fails(vote) -> None:
    right = wanted(task_of(vote))[0]
    vote.oracle()
    press(vote, next(each for each in offers_of(task_of(vote)) if each != right))
    assert "the right option" in vote.failed()


def test_a_vote_that_was_withdrawn_fails(ordinary) -> None:
    episode = ordinary(TASK, lambda terms: terms["kind"] == "vote" and terms["voted"] is not None)
    episode.oracle()
    failed = press(episode, wanted(task_of(episode))[0]).failed()
    assert failed == {"the right option", "the vote was not withdrawn", "nothing else changed"}


def test_a_vote_that_is_right_already_asks_for_a_look_and_for_nothing_else(ordinary) -> None:
    episode = ordinary(TASK, has_voted_right)
    assert episode.failed() == {"the page with the fact was opened"}
    episode = ordinary(TASK, has_voted_right)
    assert episode.oracle() == "done"
    assert episode.end().success


def has_voted_right(terms) -> bool:
    if terms["kind"] != "vote":
        return False
    right = [each for each in terms["offers"] if each["seats"] >= terms["seats"]]
    return terms["voted"] == min(right, key=lambda each: each["price"])["number"]


def test_closed_polls_are_given_up(impossible) -> None:
    episode = impossible(TASK)
    assert episode.end(episode.oracle()).success


def test_a_vote_in_the_older_poll_fails(impossible) -> None:
    episode = impossible(TASK)
    episode.act(f"goto /m/{episode.terms['poll_id'] - 5}")
    episode.click("button", re.compile(r".* a head, .*"))
    assert "nothing else changed" in episode.failed('give_up "It is closed."')


def test_the_oracle_withdraws_a_vote_in_another_poll(vote) -> None:
    vote.act(f"goto /m/{vote.terms['poll_id'] - 5}").click("button", re.compile(r".* a head, .*"))
    assert vote.end(vote.oracle()).success


def test_the_oracle_takes_back_a_reaction_in_another_channel(react) -> None:
    give(react, marked_elsewhere(react)[0][0], "coffee")
    assert react.end(react.oracle()).success


def test_the_oracle_cannot_give_again_what_was_taken_back_in_another_channel(react) -> None:
    give(react, *marked_elsewhere(react)[0])
    assert react.is_lost()


def marked_elsewhere(episode):
    """Message and emoji of the person's reactions to messages of other channels."""
    me, found = task_of(episode).person_id, []
    with episode.env.runner.episode.evidence(Ending()) as evidence:
        rows = evidence.before
        for row in rows.all("chat_reaction"):
            message = rows.get("chat_message", row["message_id"])
            if row["person_id"] == me and message["channel_id"] != episode.terms["channel_id"]:
                found.append((row["message_id"], row["emoji"]))
    return found
