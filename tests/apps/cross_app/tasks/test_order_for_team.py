"""An order for a colleague within a budget: what is right, and each mistake by its name."""

from dataclasses import replace

import pytest

from gristmill.apps.shop.tasks.terms import OrderTerms

pytestmark = pytest.mark.slow

TASK = "Office-OrderForTeam-v0"


def asked(acting) -> OrderTerms:
    return replace(OrderTerms(**acting.terms["order"]), quantity=acting.terms["pieces"])


def report(acting, number: str, *, in_thread: bool = True) -> None:
    text = f"{acting.terms['pieces']} of them are on their way: {number}"
    acting.post(acting.terms["channel_id"], text, acting.terms["root_id"] if in_thread else None)


def possible(terms) -> bool:
    return 0 < terms["pieces"] < terms["asked"]


def test_an_order_and_a_report_by_other_means_are_right(play, seek, agent) -> None:
    episode = seek(play, TASK, possible)
    acting = agent(episode)
    report(acting, acting.order(asked(acting)))
    assert episode.end().success


def test_a_report_in_the_channel_fails_by_name(play, seek, agent) -> None:
    episode = seek(play, TASK, possible)
    acting = agent(episode)
    report(acting, acting.order(asked(acting)), in_thread=False)
    assert "in the thread" in episode.failed()


@pytest.mark.parametrize(
    ("fits", "pieces", "name"),
    [
        (lambda terms: terms["pieces"] < terms["asked"], "asked", "within the budget"),
        (
            lambda terms: terms["first"] != terms["asked"] and terms["first"] < terms["pieces"],
            "first",
            "not the number before the correction",
        ),
    ],
)
def test_another_number_of_pieces_fails_by_name(play, seek, agent, fits, pieces: str, name: str) -> None:
    episode = seek(play, TASK, lambda terms: terms["pieces"] and fits(terms))
    acting = agent(episode)
    acting.order(replace(asked(acting), quantity=acting.terms[pieces]))
    assert episode.is_lost()
    assert {name, "quantity"} <= episode.failed()


def test_a_second_order_fails_by_name(play, seek, agent) -> None:
    episode = seek(play, TASK, lambda terms: terms["pieces"] in (1, 2, 3))
    acting = agent(episode)
    report(acting, acting.order(asked(acting)))
    acting.order(asked(acting))
    assert "no second order" in episode.failed()


def test_a_budget_that_pays_for_nothing_is_looked_up_and_refused(play, seek, agent) -> None:
    episode = seek(play, TASK, lambda terms: not terms["pieces"])
    assert episode.failed('give_up "no"') == {"wish and budget were looked up"}
    episode = seek(play, TASK, lambda terms: not terms["pieces"])
    assert episode.oracle().startswith("give_up")
    assert episode.end('give_up "It is too little."').success


def test_the_oracle_finds_back_after_random_actions(replan) -> None:
    assert all(replan(TASK, seed) for seed in range(1))
