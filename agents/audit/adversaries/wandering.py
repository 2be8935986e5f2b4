"""Agents that act at random: alone, or after everything was done as asked."""

from collections.abc import Iterator

from gristmill.agents.audit.scene import Scene, undeclared
from gristmill.agents.audit.trials import Group, Trial, adversary, skipped
from gristmill.agents.audit.wandering import wander
from gristmill.envs.episode.episode import Ending
from gristmill.verifiers.checks import described

RANDOM_STEPS = 20
OVERDOING_STEPS = 18
EAGER_PERCENT = 60


def random_walk(scene: Scene) -> Iterator[Trial]:
    """Random actions, then `done`."""
    scene.restart()
    stage, rng = scene.stage, scene.rng("random")
    for _ in range(RANDOM_STEPS):
        wander(stage, rng)
    has_won = stage.verdict_if(Ending(visited=stage.visited())).success
    detail = f"{RANDOM_STEPS} random actions and `done` succeed"
    yield adversary("random", has_won=has_won, detail=detail, actions=[*stage.actions, "done"])


def overdoer(scene: Scene) -> Iterator[Trial]:
    """All that was asked, then one more change of judged rows, then the right ending."""
    scene.before_ending()
    stage, rng, solution = scene.stage, scene.rng("over-doer"), scene.solution
    for _ in range(OVERDOING_STEPS):
        wander(stage, rng, eager_percent=EAGER_PERCENT)
        more = undeclared(stage.changes(), solution.changes, scene.equivalents)
        if more:
            has_won = stage.verdict_if(scene.right_ending(stage.visited())).success
            detail = f"still succeeds with {described(more)}"
            actions = [*stage.actions, solution.ending]
            yield adversary("over-doer", has_won=has_won, detail=detail, actions=actions)
            return
    yield skipped(Group.ADVERSARY, "over-doer", "no random action changed a judged row")
