"""Mails with given facts to named people: what passes, and each mistake that must not."""

from collections.abc import Callable
from typing import Any

import pytest

from gristmill.apps.base import EndsWith, Task
from gristmill.apps.mail.models import Account
from gristmill.apps.mail.tasks.facts import Fact, FactKind, says
from gristmill.apps.mail.tasks.matters import TEMPLATES, TOPICS

FAMILY = "Mail-Send-v0"
Begin = Callable[..., Any]


def possible(task: Task) -> bool:
    return bool(task.terms["is_possible"]) and not task.terms["cc"]


def copied(task: Task) -> bool:
    return bool(task.terms["is_possible"] and task.terms["cc"])


def facts(desk: Any) -> str:
    return "For you: " + ", ".join(str(Fact.of(each)) for each in desk.wanted["facts"])


@pytest.mark.parametrize("at_once", [True, False])
def test_the_facts_in_other_words_pass_whether_the_mail_waits_or_is_delivered(
    desk: Begin, at_once: bool
) -> None:
    begun = desk(FAMILY, possible)
    begun.send(to=begun.terms["to"], body=facts(begun), at_once=at_once)
    assert begun.failed() == set()
    begun.wait()
    assert begun.failed() == set()


def test_a_private_address_of_the_same_person_reaches_them(desk: Begin) -> None:
    begun = desk(FAMILY, possible)
    begun.send(to=begun.wanted["to"][0][-1], body=facts(begun))
    assert begun.failed() == set()


def test_a_copy_that_was_asked_for_belongs_into_its_field(desk: Begin) -> None:
    begun = desk(FAMILY, copied)
    begun.send(to=begun.terms["to"], cc=begun.terms["cc"], body=facts(begun))
    assert begun.failed() == set()
    other = desk(FAMILY, copied)
    other.send(to=other.terms["to"], bcc=other.terms["cc"], body=facts(other))
    assert other.failed() == {"copies", "hidden copies"}


def test_somebody_else_is_no_addressee(desk: Begin) -> None:
    begun = desk(FAMILY, possible)
    with begun.rows() as db:
        other = next(
            address.email
            for account in db.query(Account)
            for address in account.addresses
            if address.email not in begun.wanted["to"][0]
        )
    begun.send(to=other, body=facts(begun))
    assert begun.failed() == {"to", "nobody else gets it"}


def test_more_readers_than_asked_for_fail(desk: Begin) -> None:
    begun = desk(FAMILY, possible)
    begun.send(to=begun.terms["to"], bcc="all@wherrymoor.test", body=facts(begun))
    assert begun.failed() == {"hidden copies", "nobody else gets it"}


def test_a_missing_fact_fails_by_its_name(desk: Begin) -> None:
    begun = desk(FAMILY, possible)
    first = Fact.of(begun.wanted["facts"][0])
    begun.send(to=begun.terms["to"], body=facts(begun).replace(str(first), "soon"))
    assert begun.failed() == {f"says {first}"}


def test_the_facts_told_of_another_matter_fail(desk: Begin) -> None:
    begun = desk(FAMILY, possible)
    title, topic = next(each for each in TOPICS.items() if each[0] != begun.terms["matter"]["title"])
    text = f"This is about the {topic}. {facts(begun)}"
    begun.send(to=begun.terms["to"], subject=title, body=text)
    assert begun.failed() == {"about nothing else"}


@pytest.mark.parametrize(("title", "text"), TEMPLATES)
def test_no_matter_names_another(title: str, text: str) -> None:
    named = {each for each in TOPICS.values() if says(f"{title} {text}", Fact(FactKind.WORDS, each))}
    assert named == {TOPICS[title]}


def test_a_second_mail_fails(desk: Begin) -> None:
    begun = desk(FAMILY, possible)
    for at_once in (True, False):
        begun.send(to=begun.terms["to"], body=facts(begun), at_once=at_once)
    assert begun.failed() == {"one mail sent"}


def test_a_draft_that_is_left_fails(desk: Begin) -> None:
    begun = desk(FAMILY, possible)
    begun.send(to=begun.terms["to"], body=facts(begun))
    begun.save(to=begun.terms["to"], body="Not yet")
    assert begun.failed() == {"no draft left", "nothing else changed"}


def test_news_makes_the_old_value_wrong(desk: Begin) -> None:
    begun = desk(FAMILY, possible, news="midway")
    old = Fact.of(begun.wanted["banned"][0])
    begun.send(to=begun.terms["to"], body=f"{facts(begun)}, first {old}")
    assert begun.failed() == {f"does not say {old}"}


def test_a_name_that_is_nobodys_is_to_be_looked_for_and_given_up(desk: Begin) -> None:
    begun = desk(FAMILY, lambda task: task.ends_with is EndsWith.GIVE_UP)
    assert begun.failed(gave_up="Nobody") == {"the list of people was opened"}
    begun.open("/compose")
    assert begun.failed(gave_up="Nobody") == set()
    assert begun.failed() == {"given up"}
    begun.send(to=begun.terms["to"], body=facts(begun))
    assert begun.failed(gave_up="Nobody") == {"nothing was sent", "nothing else changed"}


def test_other_changes_fail(desk: Begin) -> None:
    begun = desk(FAMILY, possible)
    begun.send(to=begun.terms["to"], body=facts(begun))
    begun.star_something()
    assert begun.failed() == {"nothing else changed"}


@pytest.mark.slow
def test_the_oracle_replans_after_random_actions(replans: Callable[..., list[bool]]) -> None:
    assert all(replans(FAMILY))
