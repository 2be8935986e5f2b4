"""The measure of coherence tells replies that take up their parent from those that could stand anywhere."""

from datetime import datetime

import pytest
import texts

from gristmill.apps.stories.acts import Address, MailAct

SOMEBODY = Address(name="Ida Moss", email="ida@wherrymoor.test")


def mail(text: str, parent: MailAct | None = None) -> MailAct:
    at = datetime(2031, 3, 3, 10 + (parent is not None))
    return MailAct(
        key="test.1", at=at, sender=SOMEBODY, to=(SOMEBODY,), subject="Monday", text=text, parent=parent
    )


@pytest.mark.parametrize(
    "reply",
    [
        "One stool fewer, please; my knees object.",
        "The key hangs behind the door of the shed.",
        "Yes, and tell me when they have come.",
        "Is $420 the sum with delivery or without?",
    ],
)
def test_a_stem_a_short_word_a_plain_answer_or_a_sum_takes_up_the_parent(reply: str) -> None:
    parent = mail("Five stools for Spring, up to $420. Who has the key?")
    assert texts.takes_up(mail(reply, parent))


def test_a_reply_that_could_stand_anywhere_takes_up_nothing() -> None:
    parent = mail("Five stools for Spring, up to $420. Who has the key?")
    assert not texts.takes_up(mail("Whatever you like, it has been raining here since breakfast.", parent))
