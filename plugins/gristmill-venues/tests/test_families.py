"""Hallstead's families: the oracle solves them, and known mistakes fail by the check that names them."""

import gristmill
import gymnasium as gym
import pytest

FAMILIES = [
    "Venues-Book-v0", "Venues-Hold-v0", "Venues-FindAndBook-v0", "Venues-ConfirmHold-v0", "Venues-Cancel-v0",
    "Venues-ChangeGuests-v0", "Venues-Quote-v0", "Venues-FreeDay-v0", "Venues-BookAndPost-v0", "Venues-MailedWish-v0",
]  # fmt: skip


def played(family: str, seed: int, until: str = "", **options):
    """An episode that the oracle has played until it would take an action that begins like this, or to its end."""
    env = gym.make(family, engine="dom", **options).unwrapped
    env.reset(seed=seed)
    info = {}
    for _ in range(60):
        action = env.oracle()
        if until and action.startswith(until):
            break
        *_, terminated, _, info = env.step(action)
        if terminated:
            break
    return env, info


def test_all_families_are_found() -> None:
    assert set(FAMILIES) <= set(gym.registry)
    assert gristmill.World is not None


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(2))
def test_the_oracle_solves_them(family: str, seed: int) -> None:
    _, info = played(family, seed)
    assert info["success"], info["verdict"]


def first_seed(family: str, **terms) -> int:
    env = gym.make(family, engine="dom").unwrapped
    for seed in range(60):
        _, info = env.reset(seed=seed)
        if all(info["task"].terms[name] == value for name, value in terms.items()):
            return seed
    raise AssertionError(f"No task of {family} has {terms}.")


def failing(env, action: str = "done") -> set[str]:
    *_, info = env.step(action)
    return {check.name for check in info["verdict"].checks if not check.passed}


def press(env, name: str) -> None:
    node = env.runner.outline().find("button", name)
    env.step(f"click {node.ref}")


def test_a_hold_is_no_booking() -> None:
    env, _ = played("Venues-Book-v0", first_seed("Venues-Book-v0", is_free=True), until="click")
    while env.runner.outline().find("button", "Hold it") is None:
        env.step(env.oracle())
    press(env, "Hold it")
    assert "status" in failing(env)


def test_giving_up_without_a_look_at_the_venue_fails() -> None:
    env = gym.make("Venues-Book-v0", engine="dom").unwrapped
    env.reset(seed=first_seed("Venues-Book-v0", is_free=False))
    assert failing(env, 'give_up "It is taken."') == {"the venue was looked at"}


def test_cancelling_at_the_cost_of_the_deposit_fails() -> None:
    seed = first_seed("Venues-Cancel-v0", is_free=False)
    env, _ = played("Venues-Cancel-v0", seed, until="give_up")
    env.step(f"goto /bookings/{env.runner.episode.task.terms['booking_id']}/cancel")
    press(env, "Cancel the booking")
    assert {"not cancelled", "nothing else changed"} <= failing(env, 'give_up "Too late."')


def test_the_day_of_the_first_mail_fails() -> None:
    env, _ = played("Venues-MailedWish-v0", 0, until="switch_app venues")
    terms = env.runner.episode.task.terms
    env.step("switch_app venues")
    env.step(
        f"goto /v/{terms['slug']}/quote?day={terms['first_day']}&guests={terms['guests']}&catering={terms['catering']}"
    )
    press(env, "Book and pay the deposit")
    assert "not the day of the first mail" in failing(env)


def test_a_hold_lapses_on_the_worlds_clock() -> None:
    env, _ = played("Venues-ConfirmHold-v0", 0, until="click")
    for _ in range(3):
        env.step("wait 1440")
    with env.runner.episode.session.connection() as rows:
        held = rows.execute("SELECT status FROM venues_booking ORDER BY id DESC LIMIT 2").fetchall()
    assert held == [("lapsed",), ("lapsed",)]
