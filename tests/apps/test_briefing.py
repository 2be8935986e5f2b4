"""Tickets and news: the details of a task in a message, and a message that changes one of them."""

import gymnasium as gym
import pytest

from gristmill.errors import CheckpointError, InvalidOptionError, UnknownNameError
from gristmill.plugins import installed

CARRIERS = ["Shop-AddToCart-v0", "Shop-Checkout-v0"]


def play(env: gym.Env, seed: int, *, reads_notes: bool = True) -> tuple[str, dict]:
    observation, info = env.reset(seed=seed)
    goal, is_over = observation["goal"], False
    web = env.unwrapped
    while not is_over:
        action = web.oracle() if reads_notes else blind(web)
        _, _, terminated, truncated, info = env.step(action)
        is_over = terminated or truncated
    return goal, info


def blind(web) -> str:
    """What the family's own oracle does, which knows the terms without reading any note."""
    episode, state = web.runner.episode, web.runner.outline()
    from gristmill.apps.base import View

    with episode.session.orm_session() as db:
        return episode.family.oracle(
            View(task=episode.task, url=web.runner.observation()["url"], page=state, db=db)
        )


@pytest.mark.slow
@pytest.mark.parametrize("family", CARRIERS)
def test_a_ticket_has_the_details_that_the_goal_leaves_out(family: str) -> None:
    plain, _ = play(gym.make(family, engine="dom"), 3)
    goal, info = play(gym.make(family, engine="dom", brief="ticket"), 3)
    assert info["success"]
    assert len(goal) < len(plain)
    assert info["task"].briefing["ticket"] in goal
    assert any("mail.test/threads/" in url for url in info_visited(family))


def info_visited(family: str) -> set[str]:
    env = gym.make(family, engine="dom", brief="ticket")
    play(env, 3)
    return env.unwrapped.runner.episode.session.visited


@pytest.mark.slow
@pytest.mark.parametrize("family", CARRIERS)
def test_news_changes_a_term_and_the_oracle_waits_for_it(family: str) -> None:
    env = gym.make(family, engine="dom", news="midway", stop="agent")
    _, info = play(env, 5)
    assert info["success"]
    plain = gym.make(family, engine="dom").unwrapped
    plain.reset(seed=5)
    before, after = plain.runner.episode.task.terms, info["task"].terms
    assert len([key for key in after if before[key] != after[key]]) in {1, 2}


def test_options_that_a_family_lacks_are_refused_by_name() -> None:
    family = installed().family("Office-OrderAndTell-v0")
    with pytest.raises(InvalidOptionError, match="Office-OrderAndTell-v0 does not support brief='ticket'"):
        family.configured(brief="ticket")
    with pytest.raises(UnknownNameError, match="midway"):
        family.configured(news="sometimes")


def test_a_checkpoint_of_another_brief_is_refused() -> None:
    env = gym.make("Shop-AddToCart-v0", engine="dom", brief="ticket")
    env.reset(seed=1)
    checkpoint = env.unwrapped.checkpoint()
    with pytest.raises(CheckpointError, match="Make one with brief='ticket'"):
        gym.make("Shop-AddToCart-v0", engine="dom").reset(options={"checkpoint": checkpoint})


@pytest.mark.slow
def test_pages_that_were_opened_survive_a_checkpoint() -> None:
    env = gym.make("Shop-AddToCart-v0", engine="dom", brief="ticket")
    env.reset(seed=1)
    for _ in range(3):
        env.step(env.unwrapped.oracle())
    visited = set(env.unwrapped.runner.episode.session.visited)
    checkpoint = type(env.unwrapped.checkpoint()).from_bytes(env.unwrapped.checkpoint().to_bytes())
    other = gym.make("Shop-AddToCart-v0", engine="dom", brief="ticket")
    other.reset(options={"checkpoint": checkpoint})
    assert visited <= other.unwrapped.runner.episode.session.visited
    assert any("mail.test/threads/" in url for url in visited)


def test_giving_up_a_task_that_can_be_done_fails_and_is_named() -> None:
    env = gym.make("Shop-AddToCart-v0", engine="dom")
    env.reset(seed=1)
    _, reward, terminated, _, info = env.step('give_up "There is no such product."')
    assert (reward, terminated, info["success"]) == (0.0, True, False)
    [check] = [check for check in info["verdict"].checks if check.name == "not given up"]
    assert check.detail == "There is no such product."
