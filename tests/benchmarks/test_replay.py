"""What is measured is the flow that was recorded, with ours and with the bare calls alike."""

import itertools
from dataclasses import replace

import pytest
from floors import BARE_SESSIONS, BareCalls
from flow import SEED, Plan, Planner
from replay import Replay


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Planner().plan(SEED)


@pytest.mark.slow
def test_a_recorded_episode_is_replayed_to_its_end_in_every_slot(plan: Plan) -> None:
    replay = Replay(engine="dom", observation="aria", num_envs=2, plans=itertools.repeat(plan))
    replay.begin()
    chunk = replay.play(len(plan.moves))
    replay.close()
    assert (chunk.steps, chunk.resets, chunk.faults) == (2 * len(plan.moves), 2, 0)


def test_a_replay_that_goes_astray_is_noticed(plan: Plan) -> None:
    astray = replace(plan, moves=[*plan.moves[:-1], replace(plan.moves[-1], line="scroll down")])
    replay = Replay(engine="dom", observation="aria", num_envs=1, plans=itertools.repeat(astray))
    replay.begin()
    with pytest.raises(RuntimeError, match="diverged from the recording"):
        replay.play(len(plan.moves))
    replay.close()


@pytest.mark.slow
def test_bare_calls_are_those_of_the_recorded_episode(plan: Plan) -> None:
    floor = BareCalls([plan])
    chunk = floor.play()
    floor.close()
    assert chunk.steps == BARE_SESSIONS * len(plan.moves)
    posted = [call for move in plan.moves for call in move.calls if call.environ["REQUEST_METHOD"] == "POST"]
    assert posted
    assert all(call.body for call in posted)


def test_a_plan_names_the_elements_it_uses(plan: Plan) -> None:
    assert plan.moves[-1].role == "button"
    assert plan.moves[-1].name == "Place order"
    assert [call.environ["PATH_INFO"] for call in plan.start] == ["/"]
