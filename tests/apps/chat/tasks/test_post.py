"""Post an announcement: what is right, and each mistake by the check that names it."""

import re

import pytest

from gristmill.apps.chat.models import Channel
from gristmill.apps.chat.tasks.drawing import fact_of

TASK = "Chat-Post-v0"
BOX = re.compile("Message #.*")


def in_channel(play, seed: int):
    episode = play(TASK, seed)
    episode.oracle(until=lambda action: action.startswith("fill"))
    return episode, fact_of(episode.env.runner.episode.task)


@pytest.mark.parametrize("seed", range(3))
def test_the_oracle_posts_once(play, seed: int) -> None:
    episode = play(TASK, seed)
    assert episode.oracle() == "done"
    assert episode.end().success


@pytest.mark.parametrize(
    "words",
    [
        "{what}: {day} {hour}:{minute:02d} {half}, {place}!",
        "The {what} takes place in the {place} on {date}. It begins at {time}.",
    ],
)
def test_other_words_for_the_same_facts_are_right(play, words: str) -> None:
    episode, fact = in_channel(play, 1)
    at = fact.time
    text = words.format(
        what=fact.what.title(), day=f"{at:%A}", date=f"{at:%b} {at.day}", hour=at.hour % 12 or 12,
        minute=at.minute, half=f"{at:%p}".lower(), time=f"{at:%H:%M}", place=fact.place,
    )  # fmt: skip
    assert episode.fill(BOX, text).click("button", "Send").end().success


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda text: text + " @channel", "no @channel or @here"),
        (lambda text: text + " Or at 23:15.", "what, when and where"),
        (lambda text: re.sub(r"\d\d:\d\d", "", text), "what, when and where"),
        (lambda text: text.replace(" in the ", " in front of the house, not in the archive or "), None),
    ],
)
def test_wrong_words_fail_by_name(play, change, check: str | None) -> None:
    episode, fact = in_channel(play, 1)
    failed = episode.fill(BOX, change(fact.words())).click("button", "Send").failed()
    assert failed == ({check} if check else set())


def test_a_second_post_fails_and_deleting_it_makes_it_right_again(play) -> None:
    episode = play(TASK, 2)
    episode.oracle()
    episode.fill(BOX, "Sorry, wrong window").click("button", "Send")
    checkpoint = episode.env.checkpoint()
    assert "one message posted" in episode.failed()
    episode.env.reset(options={"checkpoint": checkpoint})
    assert episode.oracle() == "done"
    assert episode.end().success


def test_the_twin_channel_fails(play) -> None:
    episode, fact = in_channel(play, 0)
    with episode.env.runner.episode.session.orm_session() as db:
        name = db.get_one(Channel, episode.terms["channel_id"]).name
    others = [
        node for node in episode.env.runner.outline().all("link") if "/c/" in node.properties.get("url", "")
    ]
    other = next(node for node in others if name not in node.name and node.name)
    episode.act(f"click {other.ref}").fill(re.compile("Message .*"), fact.words()).click("button", "Send")
    assert "in the channel" in episode.failed()
