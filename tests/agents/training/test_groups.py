"""Exact step groups, and which tasks and families are practised."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from numpy.random import default_rng

torch = pytest.importorskip("torch")

from gristmill.agents.policies.batches import collate  # noqa: E402 - needs torch
from gristmill.agents.policies.choices import action_of  # noqa: E402
from gristmill.agents.training.curriculum import Curriculum, TaskDraw  # noqa: E402
from gristmill.agents.training.groups import (  # noqa: E402
    branch_jobs,
    branch_points,
    branch_weights,
    has_variance,
    weighted_steps,
)
from gristmill.agents.training.grpo import Grpo, GrpoConfig  # noqa: E402
from gristmill.agents.training.played import Job, Played  # noqa: E402
from gristmill.agents.training.playing import Players  # noqa: E402

Policy = Callable[..., Any]
COST = 0.05


def players_of(env: Any) -> Players:
    return Players(num_envs=16, options={"step_cost": COST}, make_env=env)


def trunk_and_branches(toy: ModuleType, policy: Any, place: int) -> tuple[Played, list[Played]]:
    """An episode of which all presses up to this step are right, and 16 branches from there, some won."""
    players = players_of(toy.ChainEnv)
    for seed in range(1000):
        [trunk] = players.play(
            policy, [Job(task_id="Toy", seed=seed, draw=1)], label=lambda env: env.checkpoint()
        )
        if len(trunk.steps) > place and not trunk.steps[place].label["is_spoilt"]:
            branches = players.play(policy, branch_jobs(trunk, place, 16, default_rng(0)))
            if any(each.success for each in branches):
                return trunk, branches
    raise AssertionError


def test_the_advantage_of_each_action_is_the_one_computed_by_hand(toy: ModuleType, half_trained: Any) -> None:
    """In the tiny task the right press returns 1 - cost at once; any other action leads to two more steps."""
    policy = half_trained
    players = players_of(toy.ToyEnv)
    [trunk] = players.play(policy, [Job(task_id="Toy", seed=3, draw=1)], label=lambda env: env.checkpoint())
    branches = players.play(policy, branch_jobs(trunk, 0, 16, default_rng(1)))
    env = toy.ToyEnv("Toy")
    env.reset(seed=3)
    right = env.oracle()
    expected = []
    for each in branches:
        assert each.steps[0].features is trunk.steps[0].features
        first, *later = [step.action for step in each.steps]
        presses = [action for action in (first, *later) if action.startswith("click")]
        is_won = bool(presses) and presses[0] == right
        steps = 1 + [first, *later].index(right) if is_won else 3
        expected.append(float(is_won) - COST * steps)
    mean = sum(expected) / len(expected)
    found = branch_weights(branches, later_steps=0)
    assert {value > 0 for value in expected} == {True, False}
    assert [each.advantage for each in found] == pytest.approx([value - mean for value in expected])
    assert [each.step for each in found] == [each.steps[0] for each in branches]


def test_branches_go_on_from_the_state_and_return_what_follows_it(toy: ModuleType, half_trained: Any) -> None:
    trunk, branches = trunk_and_branches(toy, half_trained, 2)
    state = trunk.steps[2]
    for each in branches:
        assert each.steps[0].observation == state.observation
        assert each.steps[0].memory == state.memory
        assert len(each.steps) + 2 <= toy.ChainEnv("Toy").family.max_steps
        assert each.total_reward == pytest.approx(float(bool(each.success)) - COST * len(each.steps))
    assert len({action_of(each.steps[0].features, each.steps[0].decision.choice) for each in branches}) > 1


def test_later_choices_of_a_branch_have_their_share_of_its_advantage(
    toy: ModuleType, half_trained: Any
) -> None:
    _, branches = trunk_and_branches(toy, half_trained, 3)
    found = branch_weights(branches, later_steps=0.5)
    by_branch = {id(step): each for each in branches for step in each.steps}
    assert len(found) == len(by_branch)
    baseline = baseline_of(branches, later_steps=0.5)
    for each in found:
        branch = by_branch[id(each.step)]
        share = 1.0 if each.step is branch.steps[0] else 0.5
        assert each.advantage == pytest.approx(share * (branch.total_reward - baseline))


def baseline_of(group: list[Any], *, later_steps: float) -> float:
    weights = [1 + later_steps * (len(each.steps) - 1) for each in group]
    return sum(w * each.total_reward for w, each in zip(weights, group, strict=True)) / sum(weights)


def test_the_choices_of_a_group_have_no_advantage_in_sum(toy: ModuleType, half_trained: Any) -> None:
    """Else a group whose lost episodes are longer would make everything that it did less likely."""
    _, branches = trunk_and_branches(toy, half_trained, 2)
    won = next(each for each in branches if each.success)
    del won.steps[0]
    assert len({len(each.steps) for each in branches}) > 1
    for later_steps in (0.0, 0.5, 1.0):
        found = branch_weights(branches, later_steps=later_steps)
        assert sum(each.advantage for each in found) == pytest.approx(0, abs=1e-9)


def test_faults_leave_a_step_group_and_equal_returns_teach_nothing(
    toy: ModuleType, half_trained: Any
) -> None:
    _, branches = trunk_and_branches(toy, half_trained, 3)
    lost, rest = branches[0], branches[1:]
    expected = [each.advantage for each in branch_weights(rest, later_steps=0)]
    assert expected
    lost.success = None
    assert [each.advantage for each in branch_weights(branches, later_steps=0)] == expected
    assert branch_weights([lost, branches[1]], later_steps=0) == []
    assert branch_weights([branches[1], branches[1]], later_steps=1.0) == []


def test_branch_points_are_distinct_states_and_mostly_those_of_surprising_actions(
    toy: ModuleType, half_trained: Any
) -> None:
    trunk, _ = trunk_and_branches(toy, half_trained, 2)
    rng = default_rng(0)
    places = [place for _, place in branch_points([trunk], 100, rng)]
    assert sorted(places) == list(range(len(trunk.steps)))
    surprises = [-step.decision.log_prob for step in trunk.steps]
    first = [branch_points([trunk], 1, rng)[0][1] for _ in range(2000)]
    for place, surprise in enumerate(surprises):
        assert first.count(place) / 2000 == pytest.approx(surprise / sum(surprises), abs=0.05)
    trunk.success = None
    assert branch_points([trunk], 1, rng) == []


def test_branches_count_as_environment_steps(toy: ModuleType, small_policy: Policy) -> None:
    steps = 0

    class Counted(toy.ChainEnv):  # type: ignore[name-defined, misc]
        def stepping(self, action: str) -> Any:
            nonlocal steps
            steps += 1
            return super().stepping(action)

    config = GrpoConfig(env_steps=10, groups=2, most_groups=4, group_size=1, step_groups=2, branches=4)
    trainer = Grpo(config, small_policy(), ["Toy"], Counted)
    measured = trainer.update()
    assert measured["env_steps"] == steps
    assert measured["branch_faults"] == 0


def test_families_are_drawn_by_the_variance_of_their_outcomes_with_a_floor() -> None:
    found = Curriculum(["always", "half", "never", "new"], 0, 0.05)
    for task_id, rate in (("always", 1.0), ("half", 0.5), ("never", 0.0)):
        for seed in range(100):
            found.add(TaskDraw(task_id, seed, is_new=True), rate, is_mixed=False)
    assert found.shares() == pytest.approx([0.05 / 0.6, 0.25 / 0.6, 0.05 / 0.6, 0.25 / 0.6])
    rng = default_rng(0)
    drawn = [found.draw(rng, 0.5).task_id for _ in range(3000)]
    assert drawn.count("half") / 3000 == pytest.approx(0.25 / 0.6, abs=0.03)
    assert drawn.count("never") / 3000 == pytest.approx(0.05 / 0.6, abs=0.03)


def test_pass_rates_follow_new_seeds_alone_and_are_restored() -> None:
    found = Curriculum(["a", "b"], 10, 0.05)
    found.add(TaskDraw("a", 11, is_new=True), 1.0, is_mixed=False)
    found.add(TaskDraw("a", 12, is_new=False), 0.0, is_mixed=True)
    found.add(TaskDraw("b", 13, is_new=True), None, is_mixed=False)
    assert found.pass_rates == {"a": pytest.approx(0.6)}
    assert found.open == [("a", 12)]
    other = Curriculum(["a", "b"], 0, 0.05)
    other.restore(found.state())
    one, two = default_rng(1), default_rng(1)
    assert [found.draw(one, 0.5) for _ in range(9)] == [other.draw(two, 0.5) for _ in range(9)]
    assert found.open == []


def test_open_seeds_are_drawn_again_in_their_own_family() -> None:
    found = Curriculum(["a", "b"], 0, 0.25)
    found.open = [("a", -1), ("b", -2)]
    drawn = [found.draw(default_rng(seed), 1.0) for seed in range(20)]
    assert TaskDraw("a", -1, is_new=False) in drawn
    assert TaskDraw("b", -2, is_new=False) in drawn
    assert sum(not each.is_new for each in drawn) == 2


def test_a_plain_group_is_a_step_group_of_the_start_whose_later_steps_count_in_full(
    toy: ModuleType, half_trained: Any
) -> None:
    played = players_of(toy.ToyEnv).play(
        half_trained, [Job(task_id="Toy", seed=3, draw=i) for i in range(1, 9)]
    )
    by_id = {id(step): each for each in played for step in each.steps}
    baseline = baseline_of(played, later_steps=1.0)
    found = weighted_steps(played)
    assert len(found) == len(by_id)
    for each in found:
        assert each.advantage == pytest.approx(by_id[id(each.step)].total_reward - baseline)


def test_the_default_settings_take_many_steps_in_their_first_update_and_improve_a_policy(
    toy: ModuleType, toy_demonstrations: Callable[[int], list[Any]]
) -> None:
    from gristmill.agents.policies.network import PolicyConfig
    from gristmill.agents.training.cloning import new_policy

    trainer = Grpo(GrpoConfig(), new_policy(PolicyConfig(note_words=0), 0), ["Toy"], toy.ToyEnv)
    first = trainer.update()
    assert first["gradient_steps"] >= 8
    assert first["kl"] < 0.05
    while trainer.updates_done < 6:
        last = trainer.update()
        assert last["kl"] < 0.2
    assert last["success_in_training"] > first["success_in_training"] + 0.1


def test_a_step_that_moves_a_policy_too_far_is_shortened_to_what_is_allowed(
    toy: ModuleType, half_trained: Any
) -> None:
    from copy import deepcopy

    from gristmill.agents.training.policy_kl import PolicyKl, within_limit
    from gristmill.agents.training.updates import Optimiser

    policy = deepcopy(half_trained)
    [played] = players_of(toy.ChainEnv).play(policy, [Job(task_id="Toy", seed=3, draw=1)])
    policy_kl = PolicyKl(policy, [step.features for step in played.steps])
    assert policy_kl.now(policy) == 0
    optimiser = Optimiser(policy, learning_rate=0.003)
    states = collate([step.features for step in played.steps])
    optimiser.step(-policy(states).log_probs[:, 0].sum())
    moved = policy_kl.now(policy)
    assert moved > 0.001
    assert within_limit(optimiser, moved, moved)
    assert policy_kl.now(policy) == moved
    assert not within_limit(optimiser, moved, moved / 4)
    assert 0.3 < policy_kl.now(policy) / (moved / 4) < 1.3  # exact where a divergence is a square


def test_groups_that_differ_by_their_length_alone_teach_nothing(toy: ModuleType, half_trained: Any) -> None:
    played = players_of(toy.ChainEnv).play(
        half_trained, [Job(task_id="Toy", seed=3, draw=i) for i in range(1, 9)]
    )
    lost = [each for each in played if not each.success]
    lost[0].steps.pop()
    assert has_variance(lost, 0.0)
    assert not has_variance(lost, COST)
    assert weighted_steps(lost, step_cost=COST) == []
    won = [each for each in played if each.success][:1]
    assert bool(weighted_steps(lost + won, step_cost=COST)) == bool(won)
