"""Answers to everybody but one person."""

from collections.abc import Callable
from typing import Any

import pytest

from gristmill.apps.mail.tasks.facts import Fact

pytestmark = pytest.mark.slow

FAMILY = "Mail-ReplyAll-v0"
LEFT_OUT = "whoever was to be left out does not get it"


@pytest.fixture
def begun(desk: Callable[..., Any]) -> Any:
    return desk(FAMILY)


def emails(begun: Any) -> list[str]:
    return [group[0] for group in begun.wanted["to"]]


def answer(begun: Any, to: list[str], **changes: Any) -> None:
    facts = ", ".join(str(Fact.of(each)) for each in begun.wanted["facts"])
    rest = {"body": f"So: {facts}.", "answers": begun.wanted["answers"], **changes}
    begun.send(to=", ".join(to), **rest)


@pytest.mark.parametrize("at_once", [True, False])
def test_all_but_the_one_may_be_addressed_or_get_a_copy(begun: Any, at_once: bool) -> None:
    first, *rest = emails(begun)
    answer(begun, [first], cc=", ".join(rest), at_once=at_once)
    assert begun.failed() == set()


def test_the_one_to_be_left_out_is_named_by_the_verdict(begun: Any) -> None:
    answer(begun, [*emails(begun), begun.terms["absent"][0][0]])
    assert begun.failed() == {"recipients", "nobody else gets it", LEFT_OUT}


def test_a_hidden_copy_to_them_is_no_better(begun: Any) -> None:
    answer(begun, emails(begun), bcc=begun.terms["absent"][0][-1])
    assert begun.failed() == {"hidden copies", "nobody else gets it", LEFT_OUT}


def test_oneself_is_no_reader(begun: Any) -> None:
    answer(begun, [*emails(begun), begun.terms["own"][0]])
    assert begun.failed() == {"recipients", "nobody else gets it", "not to oneself"}


def test_a_dropped_copy_fails(begun: Any) -> None:
    answer(begun, emails(begun)[:-1])
    assert begun.failed() == {"recipients"}


def test_a_new_mail_is_no_reply(begun: Any) -> None:
    answer(begun, emails(begun), answers="")
    assert begun.failed() == {"answers the right mail"}


def test_news_leaves_out_another_one(desk: Callable[..., Any]) -> None:
    begun = desk(FAMILY, news="midway")
    assert len(begun.terms["absent"]) == 2
    answer(begun, [*emails(begun), begun.terms["absent"][1][0]])
    assert LEFT_OUT in begun.failed()


def test_the_oracle_replans_after_random_actions(replans: Callable[..., list[bool]]) -> None:
    assert all(replans(FAMILY))
