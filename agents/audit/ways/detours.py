"""A person who looks around: other pages, back again, and things done that are undone at once."""

from collections.abc import Iterator

from gristmill.agents.audit.scene import Scene, essence
from gristmill.agents.audit.stage import Stage, Stuck, failed_checks, is_ending
from gristmill.agents.audit.trials import Group, Result, Trial
from gristmill.apps.kit.aria import AriaNode
from gristmill.apps.kit.sampling import Sampler
from gristmill.envs.actions.grammar import write
from gristmill.envs.actions.types import Fill
from gristmill.envs.wrappers.candidates import is_usable
from gristmill.errors import Unwinnable

PERCENT = 60
MOST = 8
TOGGLES = frozenset({"button", "checkbox", "switch"})


def detours(scene: Scene) -> Iterator[Trial]:
    """The oracle's way, with detours between its steps that change nothing in the end."""
    scene.restart()
    stage, sampler, name = scene.stage, Sampler(scene.rng("detours")), "detours"
    taken = 0
    try:
        for _ in range(3 * stage.family.max_steps):
            if taken < MOST and sampler.chance(PERCENT):
                detour(scene, sampler)
                taken += 1
            action = stage.oracle()
            stage.act(action)
            if is_ending(action):
                break
        else:
            raise Stuck(f"not done after {len(stage.actions)} steps; the last one was {stage.actions[-1]!r}")
    except (Unwinnable, Stuck) as error:
        yield Trial(group=Group.WAY, name=name, result=Result.WRONG, detail=str(error), actions=stage.actions)
        return
    result = Result.RIGHT if stage.verdict.success else Result.WRONG
    detail = failed_checks(stage.verdict)
    yield Trial(group=Group.WAY, name=name, result=result, detail=detail, actions=stage.actions)


def detour(scene: Scene, sampler: Sampler) -> None:
    """A random detour; one that leaves a change behind is taken back."""
    stage = scene.stage
    before, changes = stage.fork(), essence(stage.changes())
    sampler.pick((other_page, other_page, half_filled, toggled))(scene, sampler)
    if essence(stage.changes()) != changes:
        stage.resume(before)


def other_page(scene: Scene, sampler: Sampler) -> None:
    """Follow a link, and often go back."""
    links = of_roles(scene.stage, frozenset({"link"}))
    if links:
        scene.stage.act(f"click {sampler.pick(links).ref}")
        if sampler.chance(60):
            scene.stage.act("back")


def half_filled(scene: Scene, sampler: Sampler) -> None:
    """Type into a box without sending it, then leave the page or empty the box."""
    boxes = of_roles(scene.stage, frozenset({"textbox", "searchbox"}))
    if boxes:
        box = sampler.pick(boxes)
        scene.stage.act(write(Fill(box.ref, "hello")))
        scene.stage.act("back" if sampler.chance(50) else write(Fill(box.ref, box.value)))


def toggled(scene: Scene, sampler: Sampler) -> None:
    """Press a button, then the one in its place: a star given and taken back."""
    stage = scene.stage
    found = of_roles(stage, TOGGLES)
    if found:
        place = sampler.between(0, len(found) - 1)
        stage.act(f"click {found[place].ref}")
        again = of_roles(stage, TOGGLES)
        if place < len(again):
            stage.act(f"click {again[place].ref}")


def of_roles(stage: Stage, roles: frozenset[str]) -> list[AriaNode]:
    """The usable elements of these roles."""
    return [node for node in stage.page.walk() if node.role in roles and is_usable(node)]
