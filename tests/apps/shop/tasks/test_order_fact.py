"""Facts of orders: right answers in any form, and each mistake by the check that names it."""

import re

import pytest

from gristmill.apps.base import EndsWith
from gristmill.apps.shop.tasks.order_facts import FACTS

TASK = "Shop-OrderFact-v0"


@pytest.mark.slow
@pytest.mark.parametrize("fact", ["price", "delivered", "colour"])
def test_an_answer_in_another_form_is_right(found, fact: str) -> None:
    counter = found(TASK, EndsWith.ANSWER, lambda terms: terms["fact"] == fact)
    counter.play.oracle()
    right = counter.terms["answer"]
    year, month, day = (right.split("-") * 3)[:3]
    form = {"price": f"${right}", "delivered": f"{day}.{month}.{year}", "colour": right.upper()}[fact]
    assert counter.failed(f'answer "{form}"') == set()


def test_the_fact_of_the_similar_order_fails_by_name(found) -> None:
    counter = found(TASK, EndsWith.ANSWER, lambda terms: bool(terms["other"]))
    counter.play.oracle()
    failed = counter.failed(f'answer "{counter.terms["other"]}"')
    assert failed == {"right answer", "not the fact of the similar order"}


def test_an_answer_without_a_look_at_the_order_fails(found) -> None:
    counter = found(TASK, EndsWith.ANSWER)
    right = counter.terms["answer"]
    assert counter.failed(f'answer "{right}"') == {"the page with the fact was opened"}


def test_the_list_alone_shows_the_total_but_no_price(found) -> None:
    for fact, failed in (("total", set()), ("price", {"the page with the fact was opened"})):
        counter = found(TASK, EndsWith.ANSWER, lambda terms, fact=fact: terms["fact"] == fact)
        counter.play.act("goto /orders")
        assert counter.failed(f'answer "{counter.terms["answer"]}"') == failed


def test_an_order_without_the_fact_is_given_up(found) -> None:
    counter = found(TASK, EndsWith.GIVE_UP)
    assert re.match("give_up", ending := counter.play.oracle())
    assert counter.failed(ending) == set()
    counter = found(TASK, EndsWith.GIVE_UP)
    assert counter.failed('give_up "no"') == {"the page with the fact was opened"}


@pytest.mark.slow
def test_every_fact_is_asked_for(found) -> None:
    for fact in FACTS:
        found(TASK, EndsWith.ANSWER, lambda terms, fact=fact: terms["fact"] == fact)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_the_oracle_resumes_anywhere(resumes, seed: int) -> None:
    assert resumes(TASK, seed)
