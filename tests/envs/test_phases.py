"""Work that pauses, and what is held meanwhile."""

from contextlib import nullcontext
from threading import Lock

import pytest

from gristmill.envs.phases import Phases, holding, run


def working(turn: Lock, held: list[bool]) -> Phases[str]:
    try:
        held.append(turn.locked())
        yield
        held.append(turn.locked())
        return "done"
    finally:
        held.append(turn.locked())


def test_a_turn_is_held_while_there_is_work_and_not_at_the_pauses() -> None:
    turn, held = Lock(), list[bool]()
    phases = holding(turn, working(turn, held))
    next(phases)
    assert not turn.locked()
    assert run(phases) == "done"
    assert held == [True, True, True]
    assert not turn.locked()


def test_work_that_is_broken_off_ends_its_own_way() -> None:
    turn, held = Lock(), list[bool]()
    phases = holding(turn, working(turn, held))
    next(phases)
    phases.close()
    assert held == [True, False]


def test_what_the_work_raises_comes_through_and_the_turn_is_let_go() -> None:
    def failing() -> Phases[None]:
        with nullcontext():
            yield
        raise KeyError("lost")

    turn = Lock()
    with pytest.raises(KeyError, match="lost"):
        run(holding(turn, failing()))
    assert not turn.locked()
