"""`gristmill play`."""

import os
import sys
import webbrowser
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.text import Text

from gristmill.apps.server.dispatcher import bound_to
from gristmill.apps.server.waitress_host import Host
from gristmill.cli.console import checks_table, new_console
from gristmill.cli.world_options import Choices, world_options
from gristmill.envs.episode.episode import Episode
from gristmill.envs.episode.runtime import Runtime
from gristmill.errors import EngineFault
from gristmill.plugins import installed
from gristmill.verifiers.base import Verdict

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OnPage = Callable[[str, str], None]


@click.command()
@click.argument("task_id", metavar="ID")
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the task instance."
)
@world_options
@click.option(
    "--headed/--no-headed",
    default=None,
    help="Open your browser, or only print the address. Default: open it if there is a display.",
)
def play(task_id: str, seed: int, headed: bool | None, **choices: Any) -> None:
    """Play an episode yourself, in your own browser.

    The pages are served on this machine while the command runs. Press Enter here to score the current state;
    if the task asks for an answer, type it first. Ctrl-C quits. The world's clock does not advance.

    \b
    Examples:
      gristmill play Shop-Checkout-v0
      gristmill play Shop-Checkout-v0 --seed 7 --split test
      gristmill play Shop-Checkout-v0 --size small --worlds 8 --wordings test
      gristmill play Shop-Checkout-v0 --no-headed     (over SSH: forward the port that it prints)
    """  # noqa: D301 - click reads \b
    console = new_console()
    with served(task_id, seed=seed, choices=Choices(**choices)) as (episode, addresses):
        start = reachable(episode.task.start_url, addresses)
        print_task(console, episode, start, addresses)
        if has_display() if headed is None else headed:
            webbrowser.open(start)
        try:
            judge_until_left(console, episode)
        except KeyboardInterrupt:  # a normal way to quit
            click.echo()


@contextmanager
def served(
    task_id: str, *, seed: int, choices: Choices, on_page: OnPage | None = None
) -> Iterator[tuple[Episode, Mapping[str, str]]]:
    """Serve an episode's apps on local ports; yields the episode and the address of each host name.

    Args:
        task_id: id of the task family.
        seed: of the task.
        choices: its worlds and options.
        on_page: called after each page that the browser opens and each form that it sends, with method and
            URL, in a thread of the server.
    """
    family = choices.configured(installed().family(task_id))
    worlds = choices.worlds_of(family)
    with ExitStack() as stack:
        runtime = stack.enter_context(closing(Runtime()))
        drawn = Episode.draw(
            runtime, family, seed=seed, split=choices.split, worlds=worlds, wordings=choices.wordings
        )
        episode = stack.enter_context(closing(drawn))
        addresses = {}
        for name in family.apps:
            host_name = installed().app(name).host
            app = bound_to(runtime.dispatcher, episode.session, host_name)
            app = app if on_page is None else noting_pages(app, host_name, on_page)
            host = stack.enter_context(closing(Host(app)))
            addresses[host_name] = f"http://127.0.0.1:{host.port}"
        yield episode, addresses


def noting_pages(app: "WSGIApplication", host: str, on_page: OnPage) -> "WSGIApplication":
    """An application that reports requests for pages, and not those for what pages consist of."""

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        content = list(app(environ, start_response))
        if "text/html" in environ.get("HTTP_ACCEPT", ""):
            query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
            on_page(environ["REQUEST_METHOD"], f"http://{host}{environ['PATH_INFO']}{query}")
        return content

    return serve


def reachable(url: str, addresses: Mapping[str, str]) -> str:
    """Rewrite a page's address to the local server, for browsers that cannot resolve the app's host name."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{addresses[parts.hostname or '']}{parts.path or '/'}{query}"


def print_task(console: Console, episode: Episode, start: str, addresses: Mapping[str, str]) -> None:
    """Print goal and addresses."""
    console.print(Text.assemble(("Goal   ", "bold"), episode.task.goal))
    console.print(Text.assemble(("Open   ", "bold"), (start, "cyan underline")), soft_wrap=True)
    if len(addresses) > 1:
        for host_name, address in addresses.items():
            console.print(Text(f"       {host_name}: {address}/"), soft_wrap=True)


def judge_until_left(console: Console, episode: Episode) -> None:
    """Score the state at each Enter, until the user declines to continue or the input ends."""
    has_more = True
    while has_more:
        answer, has_more = ask("Press Enter to score the current state (or type an answer first): ")
        print_verdict(console, judged(episode, answer or None))
        if has_more:
            reply, has_more = ask("Continue? [Y/n] ")
            has_more = has_more and not reply.strip().lower().startswith("n")


def ask(question: str) -> tuple[str, bool]:
    """Prompt for a line; returns it, and False if the input has ended."""
    click.echo(question, nl=False)
    line = sys.stdin.readline()
    if not line.endswith("\n"):
        click.echo()
    return line.strip(), line.endswith("\n")


def judged(episode: Episode, answer: str | None) -> Verdict:
    """Return the verdict on the current state.

    Raises:
        EngineFault: the app clone has failed, so a verdict would be meaningless.
    """
    fault = episode.session.fault
    if fault is not None:
        raise EngineFault(f"The app clone failed: {type(fault).__name__}: {fault}") from fault
    return episode.judge(answer, is_over=True)


def print_verdict(console: Console, verdict: Verdict) -> None:
    """Print the result and each check."""
    outcome = ("Success", "bold green") if verdict.success else ("Not yet", "bold red")
    console.print(Text.assemble(outcome, f", reward {verdict.reward:g}"))
    console.print(checks_table(verdict.checks))


def has_display() -> bool:
    """Whether this session can probably open a browser window."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
