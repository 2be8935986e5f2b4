"""`gristmill play`."""

import os
import sys
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.text import Text

from gristmill.apps.server.dispatcher import Host, bound_to
from gristmill.cli.console import checks_table, new_console
from gristmill.envs.episode.episode import Episode
from gristmill.envs.episode.runtime import Runtime
from gristmill.errors import EngineFault
from gristmill.plugins import installed
from gristmill.verifiers.base import Verdict


@click.command()
@click.argument("task_id", metavar="ID")
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Which task of the family."
)
@click.option("--split", default="train", show_default=True, help="train or test: different worlds.")
@click.option(
    "--headed/--no-headed",
    default=None,
    help="Open your browser, or only print the address. Left out: open it where there is a display.",
)
def play(task_id: str, seed: int, split: str, headed: bool | None) -> None:
    """Play an episode yourself, in your own browser.

    The pages are served on this machine for as long as the command runs. Press Enter to be judged;
    if the task asks for an answer, type it first. Ctrl-C ends it. The world's clock stands still.

    \b
    Examples:
      gristmill play Shop-Checkout-v0
      gristmill play Shop-Checkout-v0 --seed 7 --split test
      gristmill play Shop-Checkout-v0 --no-headed     (over SSH: forward the port that it prints)
    """  # noqa: D301 - click reads \b
    console = new_console()
    with served(task_id, seed=seed, split=split) as (episode, addresses):
        start = reachable(episode.task.start_url, addresses)
        print_task(console, episode, start, addresses)
        if has_display() if headed is None else headed:
            webbrowser.open(start)
        try:
            judge_until_left(console, episode)
        except KeyboardInterrupt:  # one way to leave
            click.echo()


@contextmanager
def served(task_id: str, *, seed: int, split: str) -> Iterator[tuple[Episode, Mapping[str, str]]]:
    """An episode, and the address at which each of its hosts answers until the end."""
    family = installed().family(task_id)
    runtime = Runtime()
    with closing(Episode.draw(runtime, family, seed=seed, split=split)) as episode, ExitStack() as stack:
        addresses = {}
        for name in family.apps:
            host_name = installed().app(name).host
            app = bound_to(runtime.dispatcher, episode.session, host_name)
            host = stack.enter_context(closing(Host(app)))
            addresses[host_name] = f"http://127.0.0.1:{host.port}"
        yield episode, addresses


def reachable(url: str, addresses: Mapping[str, str]) -> str:
    """A page's address for browsers that do not know the app clones' host names."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{addresses[parts.hostname or '']}{parts.path or '/'}{query}"


def print_task(console: Console, episode: Episode, start: str, addresses: Mapping[str, str]) -> None:
    """Say what is asked, and where."""
    console.print(Text.assemble(("Goal   ", "bold"), episode.task.goal))
    console.print(Text.assemble(("Open   ", "bold"), (start, "cyan underline")), soft_wrap=True)
    if len(addresses) > 1:
        for host_name, address in addresses.items():
            console.print(Text(f"       {host_name}: {address}/"), soft_wrap=True)


def judge_until_left(console: Console, episode: Episode) -> None:
    """Judge at each Enter, until the person has had enough or the input ends."""
    goes_on = True
    while goes_on:
        answer, goes_on = ask("Press Enter to be judged (or type an answer first): ")
        print_verdict(console, judged(episode, answer or None))
        if goes_on:
            reply, goes_on = ask("Go on? [Y/n] ")
            goes_on = goes_on and not reply.strip().lower().startswith("n")


def ask(question: str) -> tuple[str, bool]:
    """The line that was typed, and whether there may be more."""
    click.echo(question, nl=False)
    line = sys.stdin.readline()
    if not line.endswith("\n"):
        click.echo()
    return line.strip(), line.endswith("\n")


def judged(episode: Episode, answer: str | None) -> Verdict:
    """The verdict as things stand.

    Raises:
        EngineFault: the app clone has failed, so that none would be fair.
    """
    fault = episode.session.fault
    if fault is not None:
        raise EngineFault(f"The app clone failed: {type(fault).__name__}: {fault}") from fault
    return episode.judge(answer, is_over=True)


def print_verdict(console: Console, verdict: Verdict) -> None:
    """Print the outcome and each check."""
    outcome = ("Success", "bold green") if verdict.success else ("Not yet", "bold red")
    console.print(Text.assemble(outcome, f", reward {verdict.reward:g}"))
    console.print(checks_table(verdict.checks))


def has_display() -> bool:
    """Whether a browser window could open here."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
