"""Answer in a thread: what is right, and each mistake by the check that names it."""

import re

import pytest

from gristmill.apps.chat.tasks.drawing import fact_of

TASK = "Chat-ThreadReply-v0"
REPLY = "Reply in this thread"
CHANNEL = re.compile("Message #.*")


@pytest.fixture
def in_thread(ordinary):
    episode = ordinary(TASK)
    episode.oracle(until=lambda action: action.startswith("fill"))
    return episode


def words(episode) -> str:
    return fact_of(episode.env.runner.episode.task).words()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_oracle_replies_once(play, seed: int) -> None:
    episode = play(TASK, seed)
    assert episode.end(episode.oracle()).success


def test_a_reply_that_was_corrected_afterwards_is_right(in_thread) -> None:
    in_thread.fill(REPLY, "Wait a moment").click("button", "Send")
    in_thread.act(f"goto /m/{newest(in_thread)}")
    in_thread.fill("Text", words(in_thread)).click("button", "Save changes")
    assert in_thread.end().success


def test_a_reply_after_one_that_was_deleted_is_right(in_thread) -> None:
    in_thread.fill(REPLY, "Wait a moment").click("button", "Send")
    assert in_thread.end(in_thread.oracle()).success


def test_a_reply_that_is_also_sent_to_the_channel_fails(in_thread) -> None:
    in_thread.fill(REPLY, words(in_thread))
    box = in_thread.env.runner.outline().find("checkbox", "Also send to the channel")
    in_thread.act(f"check {box.ref}").click("button", "Send")
    assert in_thread.failed() == {"not in the channel", "nothing else changed"}


def test_a_message_in_the_channel_fails(in_thread) -> None:
    in_thread.act(f"goto /c/{in_thread.terms['channel_id']}")
    in_thread.fill(CHANNEL, words(in_thread)).click("button", "Send")
    assert in_thread.failed() >= {"not in the channel", "in the thread of the question"}


def test_the_thread_of_another_question_fails(in_thread) -> None:
    in_thread.act(f"goto /t/{in_thread.terms['root_id'] - 1}")
    in_thread.fill(REPLY, words(in_thread)).click("button", "Send")
    assert "in the thread of the question" in in_thread.failed()


def test_a_second_reply_fails(in_thread) -> None:
    in_thread.oracle()
    in_thread.fill(REPLY, "Bring a pen").click("button", "Send")
    assert "one message posted" in in_thread.failed()


def test_an_answer_to_somebody_else_where_there_is_no_such_question_fails(impossible) -> None:
    episode = impossible(TASK)
    episode.act(f"goto /c/{episode.terms['channel_id']}").click("link", "Reply in thread")
    episode.fill(REPLY, words(episode)).click("button", "Send")
    assert "nothing posted" in episode.failed('give_up "There is no such question."')


def test_giving_up_without_a_look_fails(impossible) -> None:
    assert impossible(TASK).failed('give_up "No."') == {"the page with the reason was opened"}


def newest(episode) -> int:
    with episode.env.runner.episode.session.orm_session() as db:
        return int(db.connection().exec_driver_sql("SELECT max(id) FROM chat_message").scalar_one())
