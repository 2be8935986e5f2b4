"""The terminal's side of `gristmill serve --cdp`."""

import json
import sys

import click
from rich.console import Console
from rich.text import Text

from gristmill.adapters.hand_off import HandOff, handed_off
from gristmill.cli.console import new_console
from gristmill.cli.play import ask, print_verdict
from gristmill.cli.world_options import Choices
from gristmill.envs.actions.grammar import parse
from gristmill.envs.actions.types import ENDINGS, Action, Answer, Done
from gristmill.errors import ActionError
from gristmill.plugins import installed

QUESTION = 'Press Enter to judge (or type an answer first, or give_up "why"): '


def hand_off(
    task_id: str, *, seed: int, choices: Choices, port: int, answer: str | None, headed: bool
) -> None:
    """Hand over a task's browser, and judge at each Enter until the user declines to go on."""
    console = new_console()
    family = installed().family(task_id)
    with handed_off(
        task_id,
        seed=seed,
        split=choices.split,
        wordings=choices.wordings,
        worlds=choices.worlds_of(choices.configured(family)),
        brief=choices.brief,
        news=choices.news,
        port=port,
        headed=headed,
    ) as handed:
        print_task(console, handed)
        try:
            judge_until_left(console, handed, answer)
        except KeyboardInterrupt:  # a normal way to quit
            click.echo()


def print_task(console: Console, handed: HandOff) -> None:
    """Print goal and addresses."""
    rows = {
        "Goal": Text(handed.episode.task.goal),
        "CDP": Text(handed.browser.url, "cyan underline"),
        "": Text(handed.browser.ws_url, "cyan"),
        "Page": Text(handed.episode.task.start_url),
        "Apps": Text(", ".join(f"{app}.test" for app in sorted(handed.episode.session.apps))),
    }
    for name, text in rows.items():
        console.print(Text.assemble((f"{name:7}", "bold"), text), soft_wrap=True)


def judge_until_left(console: Console, handed: HandOff, answer: str | None) -> None:
    """Judge at each Enter; the last verdict is printed as one line of JSON, also at the end of the input."""
    has_more = True
    while has_more:
        typed, has_more = ask(QUESTION)
        try:
            verdict = handed.judge(ending_of(typed or answer or ""))
        except ActionError as error:
            console.print(Text(str(error), "red"))
            continue
        print_verdict(console, verdict)
        if has_more:
            reply, has_more = ask("Go on? [y/N] ")
            has_more = has_more and reply.strip().lower().startswith("y")
        if not has_more:
            if not sys.stdin.isatty():  # where nobody's Enter has ended the line of the question
                click.echo()
            click.echo(json.dumps(handed.to_json(verdict), ensure_ascii=False))


def ending_of(typed: str) -> Action:
    """How a typed line ends the episode: by an action that does, else as the answer; empty: done.

    Raises:
        ActionError: it begins like such an action, and is none.
    """
    if not typed:
        return Done()
    if typed.split()[0] in {ending.verb for ending in ENDINGS}:
        return parse(typed)
    return Answer(typed)
