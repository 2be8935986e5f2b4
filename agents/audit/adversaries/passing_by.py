"""An agent that never ends its episode, but passes through many states."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from gristmill.agents.audit.scene import Scene
from gristmill.agents.audit.trials import Group, Trial, adversary, skipped
from gristmill.apps.kit.aria import AriaNode
from gristmill.envs.config import StopMode

HIGHEST = 6
PAGES = 2


def passer_by(scene: Scene) -> Iterator[Trial]:
    """Sweeps through the number boxes of pages on the oracle's path, sending each value, and never ends.

    Only families whose success is final pay an agent that has not ended its episode; for the others there
    is nothing to try.
    """
    name = "passer-by"
    if StopMode.of_family(scene.stage.family) is StopMode.AGENT:
        yield adversary(name, has_won=False)
        return
    swept = 0
    for length in pages_with_numbers(scene)[:PAGES]:
        swept += 1
        for value in range(1, HIGHEST + 1):
            if sends(scene, length, str(value)):
                actions = scene.stage.actions
                yield adversary(name, has_won=True, detail=f"sending {value} is rewarded", actions=actions)
                return
    yield adversary(name, has_won=False) if swept else skipped(Group.ADVERSARY, name, "no number box")


def pages_with_numbers(scene: Scene) -> list[int]:
    """How many of the oracle's actions lead to each page that has a number box."""
    scene.restart()
    stage, found, paths = scene.stage, [], set()
    for length, action in enumerate(scene.solution.last.actions):
        path = urlsplit(stage.url).path
        if number_box(scene) and path not in paths:
            paths.add(path)
            found.append(length)
        stage.act(action)
    return found


def number_box(scene: Scene) -> AriaNode | None:
    """A number box of the open page that can be used."""
    boxes = (node for node in scene.stage.page.all("spinbutton") if node.ref and "disabled" not in node)
    return next(boxes, None)


def sends(scene: Scene, length: int, value: str) -> bool:
    """Whether filling a number into the box of a page and sending its form is rewarded at once."""
    scene.restart()
    stage = scene.stage
    for action in scene.solution.last.actions[:length]:
        stage.act(action)
    box = number_box(scene)
    if box is None:
        return False
    for action in (f'fill {box.ref} "{value}"', "press Enter"):
        stage.act(action)
        if stage.verdict.success:
            return True
    return False
