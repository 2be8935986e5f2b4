"""Goals that can mean two things: a second solver finds another reading, or two tasks read alike."""

import json
from collections.abc import Hashable

from gristmill.agents.audit.scene import Scene
from gristmill.agents.audit.stage import Defect
from gristmill.apps.world.models import Sequence
from gristmill.envs.episode.faults import detail_of
from gristmill.snapshots.pages import root_pages


def readings(scene: Scene) -> str:
    """What is ambiguous about a task by the family's second solver, in words; empty if nothing is.

    Raises:
        Defect: the family's `solutions` failed.
    """
    scene.restart()
    stage = scene.stage
    try:
        with stage.episode.session.orm_session() as db:
            found = stage.family.solutions(scene.task, db)
    except Exception as error:
        raise Defect("solutions() failed", detail_of(error, url="")) from error
    different = list(dict.fromkeys(map(str, found or ())))
    return f"the goal can mean {'; '.join(different)}" if len(different) > 1 else ""


def reading_key(scene: Scene) -> tuple[Hashable, str]:
    """What an agent is given, and what is asked of it: tasks that agree in the first must in the second.

    Which numbers come next differs between tasks (`AppSpec.public_sequences`), and tells an agent nothing.
    """
    task, start = scene.task, scene.stage.episode.start
    rows = start.content_digest(but_pages=root_pages(start.base, Sequence.__tablename__))
    given = task.goal, task.start_url, task.person_id, rows
    asked = {"terms": dict(task.terms), "ends_with": task.ends_with}
    return given, json.dumps(asked, sort_keys=True)
