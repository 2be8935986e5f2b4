"""Agents that act at random: alone, or after everything was done as asked."""

from collections.abc import Iterator

from gristmill.agents.audit.scene import Scene, undeclared
from gristmill.agents.audit.trials import Group, Trial, adversary, skipped
from gristmill.agents.audit.wandering import EAGER, wander
from gristmill.apps.kit.sampling import Sampler
from gristmill.envs.episode.episode import Ending
from gristmill.envs.wrappers.candidates import is_usable
from gristmill.verifiers.checks import described

RANDOM_STEPS = 20
BUTTONS, OVERDOING_STEPS = 6, 14
EAGER_PERCENT = 60
LATER_STEPS = 8  # of two minutes each, until what waits has been done
OVERDONE = 4  # changes that are judged on one task


def random_walk(scene: Scene) -> Iterator[Trial]:
    """Random actions, then `done`; where there is nothing to do, that may be right."""
    if scene.solution.is_idle:
        yield skipped(Group.ADVERSARY, "random", "nothing is to be done")
        return
    scene.restart()
    stage, rng = scene.stage, scene.rng("random")
    for _ in range(RANDOM_STEPS):
        wander(stage, rng)
    has_won = stage.verdict_if(Ending(visited=stage.visited())).success
    detail = f"{RANDOM_STEPS} random actions and `done` succeed"
    yield adversary("random", has_won=has_won, detail=detail, actions=[*stage.actions, "done"])


def overdoer(scene: Scene) -> Iterator[Trial]:
    """All that was asked, then one more change of judged rows, then the right ending; a few such changes."""
    stage, solution, name, tried = scene.stage, scene.solution, "over-doer", 0
    for _ in one_more_act(scene):
        more = undeclared(stage.changes(), solution.changes, scene.equivalents)
        if not more:
            continue
        has_won = stage.verdict_if(scene.right_ending(stage.visited())).success
        if has_won and only_hastens(scene):
            continue
        tried += 1
        if has_won:
            detail = f"still succeeds with {described(more)}"
            yield adversary(name, has_won=True, detail=detail, actions=[*stage.actions, solution.ending])
            return
        if tried == OVERDONE:
            break
    if tried:
        yield adversary(name, has_won=False)
    else:
        yield skipped(Group.ADVERSARY, name, "no random action changed a judged row")


def only_hastens(scene: Scene) -> bool:
    """Whether the world would have done by itself what was done more, such as sending what waits."""
    stage, right = scene.stage, scene.solution.last
    here, more_steps = stage.fork(), len(stage.actions) - len(right.actions)
    found = stage.changes_later(LATER_STEPS)
    scene.before_ending()
    due = stage.changes_later(LATER_STEPS + more_steps)
    stage.resume(here)
    return not undeclared(found, due, scene.equivalents)


def one_more_act(scene: Scene) -> Iterator[None]:
    """Acts after the right ones: single buttons of the last page, then random actions one after another."""
    scene.before_ending()
    stage, rng = scene.stage, scene.rng("over-doer")
    buttons = [node.ref for node in stage.page.walk() if node.role in EAGER and is_usable(node)]
    for ref in Sampler(rng).some(buttons, BUTTONS):
        scene.before_ending()
        stage.act(f"click {ref}")
        yield
    scene.before_ending()
    for _ in range(OVERDOING_STEPS):
        wander(stage, rng, eager_percent=EAGER_PERCENT)
        yield
