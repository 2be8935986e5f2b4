"""Checks of task families: the oracle succeeds, adversaries fail, forks continue."""

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass

from gristmill.agents.audit.family_audit import Job, audit_family
from gristmill.agents.audit.report import FamilyReport
from gristmill.agents.audit.scene import equivalents_of, undeclared
from gristmill.agents.audit.stage import Defect, Fork, Stage, Stuck, ending_of, failed_checks
from gristmill.apps.base import TaskFamily
from gristmill.apps.server.navigation_policy import Addresses
from gristmill.contributions import place_of
from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.engines.dom.http_client import HttpClient
from gristmill.envs.episode.runtime import engines_of
from gristmill.errors import ActionError, Unwinnable
from gristmill.plugins import installed
from gristmill.testing.conformance import family_check
from gristmill.testing.crawl.odd_input import Form
from gristmill.testing.outcomes import Skipped
from gristmill.testing.subject import Subject
from gristmill.verifiers.checks import described

SPLIT = "train"
MORE = 3  # times `max_steps` that the oracle is given, to tell a slow one from one that does not end
AUDIT_S = 500.0
OWN_PARTS = ("null", "quitter", "idle", "echo", "guesser", "over-doer")


@dataclass(frozen=True, slots=True)
class Play:
    """How the oracle has played a task: steps until it ended the episode, and what was wrong."""

    seed: int
    steps: int
    problem: str


def plays(subject: Subject, family: type[TaskFamily]) -> list[Play]:
    """The oracle's plays of the first tasks; made once.

    Raises:
        Skipped: an app of its worlds is not installed, or no world can be built.
    """
    assert subject.world
    if family.id not in subject.plays:
        require_apps(family)
        with closing(Stage(family.id, split=SPLIT, runtime=subject.runtime)) as stage:
            subject.plays[family.id] = [played(stage, seed) for seed in range(subject.seeds)]
    found: list[Play] = subject.plays[family.id]
    return found


def require_apps(family: type[TaskFamily]) -> None:
    """Skip a family whose worlds have an app clone that is not installed, or that `dom` cannot show.

    Raises:
        Skipped: they have.
    """
    if missing := [name for name in family.apps if name not in installed().apps]:
        raise Skipped(f"{', '.join(missing)} is not installed")
    if "dom" not in engines_of(installed().families[family.id]):
        raise Skipped("its pages do not work in the engine `dom`, in which families are audited")


def played(stage: Stage, seed: int) -> Play:
    """The oracle's play of one task."""
    try:
        stage.begin(seed)
        stage.solve(MORE * stage.family.max_steps)
        problem = "" if stage.verdict.success else f"its end fails: {failed_checks(stage.verdict)}"
    except (Stuck, Unwinnable, Defect) as error:
        problem = str(error)
    return Play(seed, len(stage.actions), problem)


@family_check
def oracle_succeeds(subject: Subject, family: type[TaskFamily]) -> Iterator[str]:
    """The oracle's actions lead to success, with all options of the family."""
    found = plays(subject, family)
    for play in found:
        if play.problem:
            yield f"{place_of(family)}, seed {play.seed}: {play.problem}"
    if all(not play.problem and play.steps <= family.max_steps for play in found):
        yield from findings(subject, family, lambda where: where.startswith(("oracle", "deadline")))


@family_check
def solvable_within_max_steps(subject: Subject, family: type[TaskFamily]) -> Iterator[str]:
    """The oracle needs no more steps than an agent has."""
    for play in plays(subject, family):
        if not play.problem and play.steps > family.max_steps:
            yield (
                f"{place_of(family)}, seed {play.seed}: the oracle takes {play.steps} steps, but max_steps "
                f"is {family.max_steps}: raise it, well above what the oracle takes"
            )


def audited(subject: Subject, family: type[TaskFamily]) -> FamilyReport:
    """The audit of the first tasks; made once.

    Raises:
        Skipped: the oracle has no solution, which checks of their own report.
    """
    if any(play.problem or play.steps > family.max_steps for play in plays(subject, family)):
        raise Skipped(f"the oracle fails or is too slow, see `oracle-succeeds:{family.id}`")
    if family.id not in subject.audits:
        seeds = range(subject.seeds)
        job = Job(task_id=family.id, split=SPLIT, seeds=seeds, first=0, deadline_s=AUDIT_S)
        report = audit_family(job, runtime=subject.runtime)
        report.require_mutation_bar()
        subject.audits[family.id] = report
    found: FamilyReport = subject.audits[family.id]
    return found


def findings(subject: Subject, family: type[TaskFamily], concerns: Callable[[str], bool]) -> Iterator[str]:
    """What the audit has found in some of its parts."""
    for finding in audited(subject, family).findings:
        if concerns(finding.where):
            seed = f", seed {finding.seed}" if finding.seed >= 0 else ""
            yield f"{place_of(family)}{seed}, {finding.where}: {finding.detail}"


def is_part(*names: str) -> Callable[[str], bool]:
    """Whether a finding is about one of these agents or parts."""
    return lambda where: where.removeprefix("adversary ") in names


@family_check
def null_fails(subject: Subject, family: type[TaskFamily]) -> Iterator[str]:
    """An agent that does nothing and ends the episode has no success."""
    yield from findings(subject, family, is_part("null", "quitter", "idle"))


@family_check
def echo_fails(subject: Subject, family: type[TaskFamily]) -> Iterator[str]:
    """An agent that answers with words of the goal, or guesses, has no success."""
    yield from findings(subject, family, is_part("echo", "guesser"))


@family_check
def over_doer_fails(subject: Subject, family: type[TaskFamily]) -> Iterator[str]:
    """An agent that does what is asked, and then one thing more, has no success."""
    yield from findings(subject, family, is_part("over-doer"))
    with closing(Stage(family.id, split=SPLIT, runtime=subject.runtime)) as stage:
        stage.begin(0)
        before_end = stage.solve(family.max_steps)
        ending, right = ending_of(stage.actions[-1], stage.visited()), stage.changes()
        for form in subject.forms:
            stage.resume(before_end)
            send(stage, form)
            more = undeclared(stage.changes(), right, equivalents_of(stage))
            if more and stage.verdict_if(ending).success:
                yield f"{place_of(family)}, seed 0: it still succeeds with {described(more)}"


def send(stage: Stage, form: Form) -> None:
    """Send a form within the episode, past the page."""
    session, dispatcher = stage.episode.session, stage.env.runtime.dispatcher
    with suppress(ActionError):
        HttpClient(dispatcher, session.token, Addresses(session.apps)).open(form.as_filled)


@family_check
def other_adversaries_fail(subject: Subject, family: type[TaskFamily]) -> Iterator[str]:
    """Wrong targets, near misses, random walks, sweeps, made-up addresses and planted orders fail."""
    parts = ("substitution", "obeyer", "tamperer", "random", "passer-by")

    def concerns(where: str) -> bool:
        name = where.removeprefix("adversary ")
        return name in parts or (where != name and name not in OWN_PARTS)

    yield from findings(subject, family, concerns)


@family_check
def mutants_fail(subject: Subject, family: type[TaskFamily]) -> Iterator[str]:
    """The verifier rejects final states that differ from the oracle's in a cell or a row."""
    yield from findings(subject, family, is_part("mutants"))


@family_check
def oracle_replans(subject: Subject, family: type[TaskFamily]) -> Iterator[str]:
    """After random actions the oracle still succeeds, or says that nothing can lead to success any more."""
    yield from findings(subject, family, lambda where: where.startswith("replanning"))


@family_check
def other_ways_succeed(subject: Subject, family: type[TaskFamily]) -> Iterator[str]:
    """Detours, and the keyboard alone, succeed too."""
    yield from findings(subject, family, lambda where: where.startswith(("way ", "detours", "keyboard")))


@family_check
def goals_mean_one_thing(subject: Subject, family: type[TaskFamily]) -> Iterator[str]:
    """No goal can be read in two ways, and equal goals ask for the same."""
    yield from findings(subject, family, is_part("ambiguous goal"))


@family_check
def checkpoint_round_trips(subject: Subject, family: type[TaskFamily]) -> Iterator[str]:
    """From a checkpoint that was written to bytes an episode goes on as it would have."""
    found = plays(subject, family)
    if any(play.problem for play in found):
        raise Skipped(f"the oracle fails, see `oracle-succeeds:{family.id}`")
    with closing(Stage(family.id, split=SPLIT, runtime=subject.runtime)) as stage:
        for play in found:
            stage.begin(play.seed)
            for _ in range(max(play.steps // 2, 1) if play.steps > 1 else 0):
                stage.act(stage.oracle())
            if problem := continued(stage):
                yield f"{place_of(family)}, seed {play.seed}, after {len(stage.actions)} steps: {problem}"


def continued(stage: Stage) -> str:
    """What goes wrong after the present moment was written to bytes and read again; empty if nothing."""
    observation, digest = stage.observation, stage.env.state_digest()
    try:
        stage.resume(Fork(Checkpoint.from_bytes(stage.fork().checkpoint.to_bytes()), stage.actions))
        if stage.env.state_digest() != digest:
            return "the rows differ after the checkpoint was restored"
        different = [key for key in observation if str(stage.observation[key]) != str(observation[key])]
        if different:
            return f"after the checkpoint was restored, {', '.join(different)} of the observation differ"
        stage.solve(MORE * stage.family.max_steps)
    except (Stuck, Unwinnable, Defect) as error:
        return f"after the checkpoint was restored: {error}"
    return "" if stage.verdict.success else f"it ends otherwise: {failed_checks(stage.verdict)}"
