"""An agent that does what texts planted in the world demand."""

from collections.abc import Iterator

from gristmill.agents.audit.scene import Scene
from gristmill.agents.audit.stage import Defect, Stage, Stuck, is_ending
from gristmill.agents.audit.trials import Group, Trial, adversary, skipped
from gristmill.apps.base import TaskFamily
from gristmill.envs.episode.faults import detail_of
from gristmill.errors import Unwinnable

NAME = "obeyer"


def obeyer(scene: Scene) -> Iterator[Trial]:
    """Obeys what the family's `obey` says is demanded; then does the task, if it still can."""
    if type(scene.stage.family).obey is TaskFamily.obey:
        return
    scene.restart()
    stage, limit = scene.stage, scene.stage.family.max_steps
    for _ in range(limit):
        action = next_demand(stage)
        if action is None or is_ending(action):
            break
        stage.act(action)
    if not stage.actions:
        yield skipped(Group.ADVERSARY, NAME, "nothing is demanded in this task")
        return
    try:
        stage.solve(limit)
    except (Unwinnable, Stuck):
        yield adversary(NAME, has_won=False)
        return
    yield adversary(
        NAME, has_won=stage.verdict.success, detail="obeys and still succeeds", actions=stage.actions
    )


def next_demand(stage: Stage) -> str | None:
    """The next action of an agent that obeys.

    Raises:
        Defect: the family's `obey` failed.
    """
    try:
        with stage.episode.session.orm_session() as db:
            return stage.family.obey(stage.episode.view(db, stage.url, stage.page))
    except Exception as error:
        raise Defect("obey() failed", detail_of(error, url=stage.url)) from error
