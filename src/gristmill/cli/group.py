"""The command group. Gristmill's own errors are reported in one line, without a traceback."""

from importlib import import_module
from typing import Any

import click

from gristmill import __version__
from gristmill.errors import GristmillError, InvalidOptionError, UnknownNameError

MISUSE = 2
INTERRUPTED = 130

COMMANDS = {
    "audit": ("audit", "audit_tasks", "Prove that verifiers accept what is right and nothing else."),
    "bench": ("bench", "bench", "Play a suite with an agent, and say how often it succeeds."),
    "check": ("check", "check_app", "Check that an app clone keeps the contract."),
    "demo": ("demo", "demo", "Play a task with three agents and write a report."),
    "dream": ("dream", "dream", "Build an environment to practise in from logged episodes."),
    "doctor": ("doctor", "doctor", "Check the installation and say how to fix what is missing."),
    "list": ("list_tasks", "list_tasks", "List the installed tasks."),
    "new-app": ("new_app", "new_app", "Write a distribution with an app clone to start from."),
    "rescore": (
        "rescore",
        "rescore",
        "Judge the stored episodes of a run with today's verifiers, and show what moved and why.",
    ),
    "plot": (
        "plot",
        "plot",
        "Plot learning curves of trainings, and say what it took to reach 50, 90 and 95 %.",
    ),
    "play": ("play", "play", "Play an episode yourself, in your own browser."),
    "record": ("record", "record", "Play an agent and write its trajectories for training."),
    "report": ("report", "report", "Build the HTML report of a benchmark run again."),
    "view": ("view", "view", "Show a benchmark run, or two side by side, in your browser."),
    "serve": ("serve", "serve", "Serve tasks to other people's agents and trainers."),
    "train": (
        "train",
        "train",
        "Train a policy: ALGO is clone, dagger, deploy, expert, grpo, opsd, ppo or suggest.",
    ),
}
"""Module, attribute and one-line help of each command; the help is shown without importing the module."""


class CleanGroup(click.Group):
    """A group that turns Gristmill's errors and Ctrl-C into a message and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a `GristmillError` is printed to stderr and sets the exit code."""
        try:
            return super().invoke(ctx)
        except GristmillError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(MISUSE if isinstance(error, UnknownNameError | InvalidOptionError) else 1)
        except KeyboardInterrupt:
            click.echo("\nStopped.", err=True)
            ctx.exit(INTERRUPTED)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command of a name; the error for an unknown one lists the valid ones."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise UnknownNameError("command", args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)


class LazyGroup(CleanGroup):
    """A group that imports a command's module only when the command is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command; None if there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"gristmill.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands to the help text."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][2]) for name in self.list_commands(ctx)])


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="gristmill", message="%(prog)s %(version)s")
def main() -> None:
    """Resettable web app clones as Gymnasium environments, scored by programs.

    Start with `gristmill doctor`, then `gristmill demo`. Each command's --help has examples.
    """
