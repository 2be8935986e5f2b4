"""Whether the oracle still succeeds after random actions, or says that it cannot."""

from collections.abc import Iterator

from gristmill.agents.audit.scene import Scene
from gristmill.agents.audit.stage import Stuck, failed_checks
from gristmill.agents.audit.trials import Group, Result, Trial
from gristmill.agents.audit.wandering import wander
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import CheckKind

EAGER_PERCENT = 30
LIMIT = 3  # times the steps of an episode: what went wrong may take long to bring back


def replanning(scene: Scene, *, steps: int) -> Iterator[Trial]:
    """The oracle after so many random actions.

    It succeeds, or raises `Unwinnable`. It need not undo what was changed in tables that its own solution
    leaves alone.
    """
    scene.restart()
    stage, name = scene.stage, f"after {steps} random actions"
    rng = scene.rng(name)
    for _ in range(steps):
        wander(stage, rng, eager_percent=EAGER_PERCENT)
    result, detail = Result.WRONG, ""
    try:
        stage.solve(LIMIT * stage.family.max_steps)
        result, detail = outcome(scene), failed_checks(stage.verdict)
    except Unwinnable as error:
        result, detail = Result.UNWINNABLE, str(error)
    except Stuck as error:
        detail = str(error)
    yield Trial(group=Group.REPLANNING, name=name, result=result, detail=detail, actions=stage.actions)


def outcome(scene: Scene) -> Result:
    """How an episode has ended that the oracle took over from random actions."""
    stage = scene.stage
    failed = [check for check in stage.verdict.checks if not check.passed]
    if not failed:
        return Result.RIGHT
    own = {change.table for change in scene.solution.changes}
    foreign = {change.table for change in stage.changes()} - own
    return (
        Result.LEFT
        if foreign and all(each.kind is CheckKind.SIDE_EFFECTS for each in failed)
        else Result.WRONG
    )
