"""Labelling the conversations with somebody: what passes, and each mistake that must not."""

import re
from typing import Any

import pytest

from gristmill.apps.base import Task

pytestmark = pytest.mark.slow

FAMILY = "Mail-BulkLabel-v0"
GOAL, REST = "all of these mails have the label", "nothing else changed"


def has_mails(task: Task) -> bool:
    return bool(task.terms["plan"]["labels"])  # type: ignore[index, call-overload]


def targets(desk: Any) -> list[int]:
    return [int(each) for each in desk.terms["plan"]["labels"]]


def label(desk: Any) -> int:
    return int(desk.terms["label"][0])


def test_labelling_them_passes_in_any_order_and_with_detours(desk: Any, act_on: Any) -> None:
    begun = desk(FAMILY, has_mails)
    for each in reversed(targets(begun)):
        if str(each) not in begun.terms["plan"]["start"]["labels"]:
            act_on(begun, "label", [each], label=label(begun))
    other = begun.terms["other"][0]
    act_on(begun, "label", begun.terms["strangers"], label=other)
    act_on(begun, "unlabel", begun.terms["strangers"], label=other)
    assert begun.failed() == set()
    at_once = desk(FAMILY, has_mails)
    act_on(at_once, "label", targets(at_once), label=label(at_once))
    assert at_once.failed() == set()


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("exceptions", "the exceptions are left alone"),
        ("strangers", "mails of others are left alone"),
    ],
)
def test_the_label_on_others_fails(desk: Any, act_on: Any, key: str, name: str) -> None:
    begun = desk(FAMILY, has_mails)
    act_on(begun, "label", [*targets(begun), *begun.terms[key][:1]], label=label(begun))
    assert begun.failed() == {name, REST}


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("archived", "mails in the archive have it, too"),
        ("answers", "answers in the same threads have it, too"),
    ],
)
def test_a_mail_that_was_left_out_fails(desk: Any, act_on: Any, key: str, name: str) -> None:
    begun = desk(FAMILY, has_mails)
    known = begun.terms["plan"]["start"]["labels"]
    left_out = next(each for each in begun.terms[key] if str(each) not in known)
    act_on(begun, "label", [each for each in targets(begun) if each != left_out], label=label(begun))
    assert begun.failed() == {GOAL, name}


def test_moving_to_the_label_is_too_much(desk: Any, act_on: Any) -> None:
    begun = desk(FAMILY, has_mails)
    act_on(begun, "file", targets(begun), label=label(begun))
    assert begun.failed() >= {GOAL, REST}


def test_news_names_another_label(desk: Any, act_on: Any) -> None:
    begun = desk(FAMILY, has_mails, news="midway")
    act_on(begun, "label", targets(begun), label=label(begun))
    assert begun.failed() == set()


def test_where_all_are_exceptions_they_have_to_be_looked_at(desk: Any, act_on: Any) -> None:
    begun = desk(FAMILY, lambda task: not has_mails(task))
    assert begun.failed() == {"the mails were listed"}
    begun.open("/contacts/1", "/contacts/new")
    assert begun.failed() == {"the mails were listed"}
    begun.open("/search?q=from%3Aorla")
    assert begun.failed() == set()
    act_on(begun, "label", begun.terms["exceptions"], label=label(begun))
    assert begun.failed() == {REST}


def test_the_oracle_replans_after_random_actions(replans: Any) -> None:
    assert all(replans(FAMILY))


def test_an_inbox_reported_as_spam_is_brought_back_in_its_list(play: Any) -> None:
    episode = play(FAMILY, 36)
    seen, *_ = episode.env.step("goto http://mail.test/inbox?select=all")
    [button] = re.findall(r'button "Report spam" \[ref=(\w+)\]', seen["aria"])
    episode.env.step(f"click {button}")
    is_over, steps = False, 0
    while not is_over and steps < 30:  # one thread after the other took more than 80
        *_, is_over, _, info = episode.env.step(episode.oracle())
        steps += 1
    assert info["success"]
