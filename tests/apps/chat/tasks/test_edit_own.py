"""Correct an own message: what is right, and each mistake by the check that names it."""

import re

import pytest

from gristmill.apps.chat.models import Message
from gristmill.apps.chat.tasks.edit_own import corrected, mentions
from gristmill.apps.world.models import Person

pytestmark = pytest.mark.slow

TASK = "Chat-EditOwn-v0"


@pytest.fixture
def editing(ordinary):
    episode = ordinary(TASK)
    episode.oracle(until=lambda action: action.startswith("fill"))
    return episode


def save(episode, text: str):
    return episode.fill("Text", text).click("button", "Save changes")


def right(episode) -> str:
    return corrected(episode.env.runner.episode.task)


@pytest.mark.parametrize("seed", range(2))
def test_the_oracle_edits_the_message(play, seed: int) -> None:
    episode = play(TASK, seed)
    assert episode.end(episode.oracle()).success


def test_a_mention_by_full_name_in_two_edits_is_right(editing) -> None:
    with editing.env.runner.episode.session.orm_session() as db:
        name = db.get_one(Person, editing.terms["named"]).name
    text = re.sub(r"@\S+$", "", right(editing))
    save(editing, text).act(f"goto /m/{editing.terms['message_id']}")
    assert save(editing, f"@{name}: {text}").end().success


def test_a_stray_post_that_was_deleted_is_right(editing) -> None:
    post(editing, "Wait")
    assert editing.end(editing.oracle()).success


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda text, old: re.sub(r"@\S+$", "", text), "the mention"),
        (lambda text, old: re.sub(r"@(\S+)$", r"`@\1`", text), "the mention"),
        (lambda text, old: f"{text} Formerly {old}", "the wrong place is gone"),
        (lambda text, old: re.sub(r"\d\d:\d\d", "", text), "what, when and where"),
        (lambda text, old: f"{text} @channel", "no @channel or @here"),
    ],
)
def test_wrong_words_fail_by_name(editing, change, check: str) -> None:
    assert save(editing, change(right(editing), editing.terms["old"])).failed() == {check}


def test_a_second_post_fails(editing) -> None:
    save(editing, right(editing))
    assert "no second post" in post(editing, right(editing)).failed()


def test_another_message_edited_fails(editing) -> None:
    with editing.env.runner.episode.session.orm_session() as db:
        own = Message.author_id == editing.env.runner.episode.task.person_id
        here = Message.channel_id == editing.terms["channel_id"], Message.id != editing.terms["message_id"]
        other = db.query(Message).filter(own, *here).one().id
    editing.act(f"goto /m/{other}")
    assert save(editing, right(editing)).failed() >= {"the mention", "nothing else changed"}


def test_posting_anew_where_the_message_is_a_colleagues_fails(impossible) -> None:
    episode = impossible(TASK)
    assert "nothing posted" in post(episode, right(episode)).failed('give_up "It is not mine."')


def test_the_oracle_gives_up_where_the_message_is_a_colleagues(impossible) -> None:
    episode = impossible(TASK)
    assert episode.end(episode.oracle()).success


def test_a_mention_ends_where_the_name_ends() -> None:
    assert mentions("Ask @Ada Park.", ["ada park", "ada.park"])
    assert not mentions("Ask @ada.parker or x@ada.park", ["ada park", "ada.park"])


def post(episode, text: str):
    episode.act(f"goto /c/{episode.terms['channel_id']}")
    return episode.fill(re.compile("Message #.*"), text).click("button", "Send")
