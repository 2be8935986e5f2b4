"""A person as the agent of a benchmark: plays each episode in the browser, judged and recorded alike."""

import webbrowser
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from time import perf_counter

import click
from rich.console import Console
from rich.text import Text

from gristmill.agents.bench.job import Job, Played, failed, played
from gristmill.agents.bench.summary import label
from gristmill.agents.registry import HUMAN
from gristmill.agents.rollouts.results import EndedBy, EpisodeResult, StepRecord
from gristmill.cli.play import ask, has_display, print_task, print_verdict, reachable, served
from gristmill.cli.world_options import Choices
from gristmill.envs.actions.grammar import write
from gristmill.envs.actions.types import Answer, Done, GiveUp, Wait
from gristmill.envs.episode.episode import Episode, judged
from gristmill.envs.episode.faults import detail_of
from gristmill.envs.episode.record import EpisodeRecord
from gristmill.errors import ActionError, EngineFault
from gristmill.verifiers.checks import described

COMMANDS = "done | answer TEXT | give_up REASON | wait MINUTES | quit"
QUIT = "quit"
Ending = Done | Answer | GiveUp


@dataclass(slots=True)
class Log:
    """The pages that a person opens and the forms that are sent, as steps. The clock ticks with each."""

    episode: Episode | None = None
    steps: list[StepRecord] = field(default_factory=list)
    began_at: float = field(default_factory=perf_counter)

    def request(self, method: str, url: str) -> None:
        """Note a request of the browser's window; called in a thread of the server."""
        self.add(f"{method} {url}", url)
        if self.episode is not None:
            self.episode.tick()

    def add(self, action: str, url: str = "", reward: float = 0.0) -> None:
        """Note a step."""
        now = perf_counter()
        agent_s, self.began_at = now - self.began_at, now
        self.steps.append(
            StepRecord(
                action=action, target="", error="", reward=reward, url=url, wall_s=0.0, agent_s=agent_s
            )
        )


def played_by_hand(jobs: Sequence[Job], console: Console) -> Generator[Played, None, None]:
    """Yield each episode as the person ends it, until there are no more, or the person quits."""
    for number, job in enumerate(jobs, 1):
        console.print(Text(f"\nEpisode {number} of {len(jobs)}: {label(job.key)}", "bold"))
        try:
            result = by_hand(job, console)
        except EngineFault as error:
            console.print(Text(f"Fault: {error}", "red"))
            yield failed(job, HUMAN, error)
            continue
        if result is None:
            return
        yield played(job, result)


def by_hand(job: Job, console: Console) -> EpisodeResult | None:
    """Serve an episode until the person ends it; None if the person quits.

    Raises:
        EngineFault: app or verifier failed.
    """
    key, log = job.key, Log()
    choices = Choices(
        split=key.split, wordings=key.wordings, worlds=key.worlds, size=key.size, skin=key.skin,
        brief=key.brief, news=key.news,
    )  # fmt: skip
    with served(key.task, seed=key.seed, choices=choices, on_page=log.request) as (episode, addresses):
        start = reachable(episode.task.start_url, addresses)
        log.episode = episode
        print_task(console, episode, start, addresses)
        if has_display():
            webbrowser.open(start)
        ending = ending_of(episode, log)
        if ending is None:
            return None
        if episode.session.fault is not None:
            raise EngineFault(detail_of(episode.session.fault, url=""))
        verdict = judged(episode, ending)
        log.add(write(ending), reward=verdict.reward)
        print_verdict(console, verdict)
        return EpisodeResult(
            task_id=key.task,
            agent=HUMAN,
            seed=key.seed,
            goal=episode.task.goal,
            success=verdict.success,
            steps=tuple(log.steps),
            checks=verdict.checks,
            reset_s=0.0,
            ended_by=ended_by(ending),
            verdict=verdict,
            record=EpisodeRecord.of(episode, steps=len(log.steps)),
            changes=tuple(described([change]) for change in episode.diff().changes),
        )


def ended_by(ending: Ending) -> EndedBy:
    """What an ending is called in results."""
    match ending:
        case Answer():
            return EndedBy.ANSWER
        case GiveUp():
            return EndedBy.GIVE_UP
    return EndedBy.DONE


def ending_of(episode: Episode, log: Log) -> Ending | None:
    """Ask until the person ends the episode; None if the person quits or the input ends."""
    while True:
        line, has_more = ask(f"{COMMANDS}: ")
        verb, _, rest = line.strip().partition(" ")
        if verb == QUIT or (not has_more and not verb):
            return None
        ending = parsed(verb, rest.strip())
        if isinstance(ending, Wait):
            episode.tick(ending)
            log.add(write(ending))
            click.echo("The world's clock has moved; load the page again.")
        elif ending is not None:
            return ending
        elif verb:
            click.echo(f"Not understood: {line.strip()!r}.")


def parsed(verb: str, rest: str) -> Ending | Wait | None:
    """What a line asks for; None if it is no command, or incomplete."""
    try:
        match verb:
            case "done":
                return Done()
            case "answer" if rest:
                return Answer(rest)
            case "give_up" if rest:
                return GiveUp(rest)
            case "wait" if rest.isdecimal():
                return Wait(int(rest))
    except (ActionError, ValueError):
        return None
    return None
