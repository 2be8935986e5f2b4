"""Goals that can mean two things: a second solver finds another reading, or two tasks read alike."""

import json
from collections.abc import Hashable
from functools import lru_cache

from gristmill.agents.audit.scene import Scene
from gristmill.agents.audit.stage import Defect
from gristmill.envs.episode.faults import detail_of
from gristmill.snapshots.image import restore

SEQUENCES = "SELECT rootpage FROM sqlite_schema WHERE tbl_name = 'world_sequence' AND rootpage > 0"


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
    rows = start.content_digest(but_pages=pages_of_sequences(start.base))
    given = task.goal, task.start_url, task.person_id, rows
    asked = {"terms": dict(task.terms), "ends_with": task.ends_with}
    return given, json.dumps(asked, sort_keys=True)


@lru_cache(maxsize=64)  # worlds
def pages_of_sequences(base: bytes) -> tuple[int, ...]:
    """The pages of a world with its sequences: few rows, so one page of the table and one of its index."""
    connection = restore(base)
    try:
        return tuple(page for (page,) in connection.execute(SEQUENCES))
    finally:
        connection.close()
