"""Adversaries that do nothing but end the episode: at once, or with words that they have not looked up."""

from collections.abc import Iterator

from gristmill.agents.audit.scene import Scene
from gristmill.agents.audit.trials import Trial, adversary
from gristmill.apps.base import EndsWith
from gristmill.envs.actions.grammar import write
from gristmill.envs.actions.types import Answer, Done, GiveUp
from gristmill.envs.episode.episode import Ending
from gristmill.envs.wrappers.candidates import goal_terms

MAX_TERMS = 40
MAX_ANSWER = 1000
EXCUSE = "It cannot be done."
GUESSES = ("yes", "no", "none", "0", "1", "2", "3")


def idle(scene: Scene) -> Iterator[Trial]:
    """Null (`done` at once), quitter (`give_up` at once), echo (the goal's words) and guesser.

    The guesser ends as the oracle does, but without having opened a page: it knows or guesses the answer.
    It is only tried where the oracle changes nothing, as otherwise it is the null agent.
    """
    scene.restart()
    stage, at_start = scene.stage, scene.solution.visited_at_start
    has_won = stage.verdict_if(Ending(visited=at_start)).success
    yield adversary("null", has_won=has_won, detail="`done` at once succeeds", actions=[write(Done())])
    has_won = stage.verdict_if(Ending(gave_up=EXCUSE, visited=at_start)).success
    yield adversary(
        "quitter", has_won=has_won, detail="`give_up` at once succeeds", actions=[write(GiveUp(EXCUSE))]
    )
    yield from echo(scene, at_start)
    if not scene.solution.changes:
        has_won = stage.verdict_if(scene.right_ending(at_start)).success
        ending = scene.solution.ending
        yield adversary(
            "guesser", has_won=has_won, detail=f"{ending} succeeds, nothing opened", actions=[ending]
        )


def echo(scene: Scene, at_start: frozenset[str]) -> Iterator[Trial]:
    """Answers with the goal, each of its numbers and names, and common guesses; no page is opened.

    Where an answer is asked for, the whole goal is also tried as that of an agent that has opened the right
    pages.
    """
    goal = scene.task.goal[:MAX_ANSWER]
    texts = dict.fromkeys([goal, *goal_terms(goal, MAX_TERMS), *GUESSES])
    stage = scene.stage
    won = [text for text in texts if stage.verdict_if(Ending(answer=text, visited=at_start)).success]
    if scene.task.ends_with is not EndsWith.DONE:
        informed = Ending(answer=goal, visited=scene.solution.visited)
        won += [goal] if stage.verdict_if(informed).success else []
    yield adversary(
        "echo",
        has_won=bool(won),
        detail=f"the answer {won[0][:80]!r} succeeds" if won else "",
        actions=[write(Answer(won[0]))] if won else (),
    )
