"""A session for each client: its own episodes, its own id, and nothing left behind."""

from collections.abc import Iterator

import pytest

from gristmill.adapters.serving import Serving
from gristmill.adapters.sessions import SessionError, SessionPool, is_stale, label_of
from gristmill.envs.actions import types as act
from gristmill.envs.actions.grammar import parse
from gristmill.errors import InvalidOptionError, UnknownNameError

TASK = "Shop-AddToCart-v0"


@pytest.fixture
def pool() -> Iterator[SessionPool]:
    made = SessionPool(Serving(task_ids=(TASK,), env_options={"engine": "dom"}, max_sessions=2))
    yield made
    made.close()
    assert len(made) == 0


def test_equal_requests_give_equal_episodes(pool: SessionPool) -> None:
    one, other = pool.open(), pool.open()
    turn = one.begin(split="test", index=3)
    assert turn.observation == other.begin(split="test", index=3).observation
    assert turn.observation == one.begin(seed=3, split="test", episode_id="a").observation
    assert one.choice == other.choice


def test_an_id_alone_is_the_same_task_again(pool: SessionPool) -> None:
    one, other = pool.open(), pool.open()
    first = one.begin(episode_id="run-1").observation
    one.close()
    assert other.begin(episode_id="run-1").observation == first


def test_two_clients_with_one_id(pool: SessionPool) -> None:
    one, other = pool.open(), pool.open()
    one.begin(seed=1, episode_id="a")
    with pytest.raises(SessionError, match="'a' is in use by another client"):
        other.begin(seed=1, episode_id="a")
    one.begin(seed=2, episode_id="b")
    other.begin(seed=1, episode_id="a")
    assert other.turn is not None


def test_an_id_is_free_again_when_its_client_has_gone(pool: SessionPool) -> None:
    one, other = pool.open(), pool.open()
    one.begin(seed=1, episode_id="a")
    one.close()
    other.begin(seed=1, episode_id="a")
    with pytest.raises(InvalidOptionError, match="at most 255"):
        other.begin(seed=1, episode_id="a" * 300)


def test_a_full_server_refuses_until_somebody_goes(pool: SessionPool) -> None:
    one, _ = pool.open(), pool.open()
    with pytest.raises(SessionError, match="All 2 sessions of this server are in use"):
        pool.open()
    one.close()
    pool.open()


def test_the_oracles_actions_win(pool: SessionPool) -> None:
    session = pool.open()
    turn, paid = session.begin(seed=0), 0.0
    while not turn.is_over:
        env, _ = session.running()
        turn = session.perform([parse(env.oracle())])
        paid += turn.reward
    assert (turn.success, paid) == (True, 1.0)
    with pytest.raises(SessionError, match="The episode is over"):
        session.perform([act.Back()])


def test_the_steps_end(pool: SessionPool) -> None:
    session = pool.open()
    session.begin(seed=0)
    env, _ = session.running()
    turn = session.perform([act.Wait()] * (env.family.max_steps + 5))
    assert turn.is_over
    assert (turn.success, turn.steps_taken) == (False, env.family.max_steps)


def test_a_series_stops_at_the_first_refusal(pool: SessionPool) -> None:
    session = pool.open()
    session.begin(seed=0)
    turn = session.perform([act.Wait(), act.Click("e9999"), act.Wait()])
    assert (turn.performed, turn.asked, turn.steps_taken) == (2, 3, 2)
    assert "e9999" in turn.error


def test_a_series_stops_where_another_page_opens(pool: SessionPool) -> None:
    session = pool.open()
    session.begin(seed=0)
    turn = session.perform([act.Goto("/orders"), act.Wait(), act.Wait()])
    assert (turn.performed, turn.error) == (1, "")
    assert turn.observation["url"].endswith("/orders")


def test_a_ref_that_names_something_else_by_now_is_stale() -> None:
    before = (
        '- main [ref=e1]:\n  - textbox "Name" [active] [ref=e2]: Ada\n  - button "Buy \\"now\\"" [ref=e3]'
    )
    retyped = before.replace(" [active]", "").replace("Ada", "Bo")
    moved = before.replace("e3", "e4").replace("e2", "e3")
    assert label_of("e3", before) == 'button "Buy \\"now\\""'
    assert not is_stale(act.Click("e2"), before, retyped)
    assert not is_stale(act.Press("Enter"), before, moved)
    assert is_stale(act.Click("e3"), before, moved)
    assert is_stale(act.Click("e3"), before, "- main [ref=e1]")


def test_a_closed_session_refuses(pool: SessionPool) -> None:
    session = pool.open()
    session.begin(seed=0)
    session.close()
    session.close()
    for call in (session.begin, session.running, lambda: session.perform([act.Back()])):
        with pytest.raises(SessionError, match="closed"):
            call()


def test_nothing_to_do_before_the_first_episode(pool: SessionPool) -> None:
    with pytest.raises(SessionError, match="No episode is running"):
        pool.open().perform([act.Back()])


def test_wrong_options_are_refused_before_anybody_comes() -> None:
    for task, options, error in [
        ("Nowhere-v0", {}, UnknownNameError),
        (TASK, {"engine": "lynx"}, UnknownNameError),
        (TASK, {"engine": "dom", "worlds": 99}, InvalidOptionError),
    ]:
        with pytest.raises(error):
            SessionPool(Serving(task_ids=(task,), env_options=options))
